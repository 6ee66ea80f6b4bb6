"""Which pages of a site lead to which."""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from urllib.parse import unquote, urljoin

from semblance.blog.addresses import Base, infer_base, split
from semblance.blog.page import Page
from semblance.blog.posts import key_of

_MOST = 0.5  # of the pages
_ABSOLUTE = re.compile(r"//|[a-zA-Z][\w+.-]*:")


class Links:
    """The links between the pages of a site.

    Parameters
    ----------
    pages : sequence of Page
    base : Base
        The address of the site's root.
    """

    def __init__(self, pages: Sequence[Page], base: Base) -> None:
        self._base = base
        self._keys = {page.key for page in pages}
        self._of_path = lru_cache(maxsize=100_000)(self._key_of_path)
        self._labels: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for page in pages:
            for href, label in page.labels.items():
                target = self.target(page, href)
                if label and target and target != page.key:
                    self._labels[target][label] += 1

    def target(self, page: Page, href: str) -> str:
        """The key of the page of the site that a link leads to; empty if it leads elsewhere."""
        key = self.key(page, href)
        return key if key in self._keys else ""

    def key(self, page: Page, href: str) -> str:
        """The key of an address in a page, whether there is such a page or not; empty if it is not of the site."""
        if _ABSOLUTE.match(href) and not self._base.origin:
            return ""
        if _ABSOLUTE.match(href) or page.metadata.base_href:
            return self._base.key_of_address(href, page.file, page.metadata.base_href)
        path = href.partition("#")[0].partition("?")[0]
        folder = "" if path.startswith("/") else page.file.rpartition("/")[0]
        return self._of_path(folder, path) if path else page.key

    def labels(self, key: str) -> list[str]:
        """The texts of the links to a page, the most frequent first."""
        return [label for label, _ in self._labels[key].most_common()]

    def naming(self, key: str, titles: Iterable[str]) -> int:
        """How many pages lead to a page by one of its titles."""
        return sum(self._labels[key][title] for title in set(titles))

    def _key_of_path(self, folder: str, path: str) -> str:
        if path.startswith("/"):
            path = unquote(path)
            return key_of(path[len(self._base.path) :]) if f"{path}/".startswith(self._base.path) else ""
        path = posixpath.normpath(posixpath.join("/", folder, path)) + "/" * path.endswith("/")
        return key_of(path)


def find_base(base_url: str, pages: Sequence[Page]) -> Base:
    """The address of the site's root, and whether links may begin with its path, as far as the pages show.

    Parameters
    ----------
    base_url : str
        What the user says; empty if nothing.
    pages : sequence of Page
    """
    if base_url:
        return Base.from_url(base_url)
    hrefs = Counter(page.metadata.base_href for page in pages if page.metadata.base_href)
    href, number = max(hrefs.items(), key=lambda pair: pair[1], default=("", 0))
    base = infer_base("", ((page.file, page.metadata.canonical) for page in pages))
    if number > 1 and number >= _MOST * len(pages):
        return Base(base.origin, Base.from_url(urljoin("/", href)).path, is_known=True)
    return _as_the_site_links(base, pages)


def _as_the_site_links(base: Base, pages: Sequence[Page]) -> Base:
    """A base with the path that links of the site's own begin with, known if they don't lead from page to page."""
    from_root, from_page, home = _ways_of_linking(pages)
    if from_root:
        path = (
            base.path if base.path in from_root else max(from_root, key=lambda path: (from_root[path], path))
        )
        return Base(base.origin, path, is_known=sum(from_root.values()) >= from_page)
    return replace(base, is_known=not from_page and (bool(base.origin) or home >= _MOST * max(1, len(pages))))


def _ways_of_linking(pages: Sequence[Page]) -> tuple[Counter[str], int, int]:
    """How the site's pages lead to each other.

    Returns
    -------
    from_root : Counter of str
        The paths of the site that make links right that begin with a slash, and how many links.
    from_page : int
        How many links are relative to their page.
    home : int
        How many pages lead to the host's root.
    """
    keys: defaultdict[str, set[str]] = defaultdict(set)  # by their last part
    for page in pages:
        keys[page.key.rpartition("/")[2]].add(page.key)
    from_root: Counter[str] = Counter()
    from_page = home = 0
    for page in pages:
        home += "/" in page.labels
        for href in page.labels:
            path = unquote(split(href).path)
            if href.startswith("/") and not href.startswith("//"):
                from_root.update(_paths_of_site(path, keys))
            elif path and not _ABSOLUTE.match(href):
                key = key_of(posixpath.normpath(posixpath.join("/", page.file.rpartition("/")[0], path)))
                from_page += key in keys.get(key.rpartition("/")[2], ())
    return from_root, from_page, home


def _paths_of_site(path: str, keys: Mapping[str, set[str]]) -> Iterator[str]:
    key = key_of(path)
    for candidate in keys.get(key.rpartition("/")[2], ()):
        if key != "index" and f"/{key}".endswith(f"/{candidate}"):
            yield f"/{key}"[: -len(candidate)]
