"""Read the posts of a built site: page by page first, then with all pages together."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from semblance.blog.addresses import Base, infer_base, split
from semblance.blog.body import OWN, PAGEFIND
from semblance.blog.dates import day_of_build, day_of_post
from semblance.blog.files import chooser, find_files, read_bytes
from semblance.blog.links import Links, find_base
from semblance.blog.lists import Lists
from semblance.blog.page import Page
from semblance.blog.parts.folder import Parts
from semblance.blog.parts.part import Part, Tools
from semblance.blog.parts.reading_part import Source, read_source, reading_parts
from semblance.blog.posts import Post, shortened, unusable, url_of, words
from semblance.blog.reading import Reading
from semblance.blog.titles import Titles
from semblance.documents import Failure
from semblance.errors import DuplicateId, Malformed
from semblance.wording import count

HTML = (".html", ".htm", ".xhtml")
EXCERPT = 200  # characters
_OFTEN = 3  # a description or an address that so many pages share belongs to the site, not to a page
_NO_POST = re.compile(r"([a-z]{2}(-\w+)?/)?(404|search)")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which posts of a source are taken, and what to assume about them.

    Parameters
    ----------
    include, exclude : sequence of str
        See `semblance.blog.files.chooser`.
    base_url : str
        The address of the site's root; if empty, it is inferred from canonical addresses.
    min_words : int
        A post with fewer words is too short to be compared.
    language : str
        The language of pages that don't declare theirs; if empty, the language of most other pages.
    all_pages : bool
        Whether lists and pages without the mark that other pages have count as posts, too.
    """

    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    base_url: str = ""
    min_words: int = 10
    language: str = ""
    all_pages: bool = False


async def read_site(
    root: Path,
    selection: Selection,
    parts: Parts,
    *,
    skip: Path | None = None,
    on_page: Callable[[int], None] | None = None,
) -> Reading:
    """Read a built site.

    Parameters
    ----------
    root : Path
        The folder that is published.
    selection : Selection
    parts : Parts
        What the pages are read by.
    skip : Path, optional
        A folder that is left out, such as the results of an earlier run.
    on_page : callable, optional
        Called with the number of pages that were read so far, now and then.
    """
    reading, pages = Reading(), list[Page]()
    for page in await _read_pages(_sources(root, selection, skip), parts, on_page):
        known = _read_again(root, page) if isinstance(page, str) else page
        if isinstance(known, Failure):
            reading.problems.append(known)
        else:
            pages.append(known)
    reading.base = find_base(selection.base_url, pages)
    links = Links(pages, reading.base)
    posts = _without_copies(_posts(pages, links, selection, reading), reading.base, reading)
    _add_posts(root, posts, Titles.of(pages), links, selection, reading)
    return reading


def _sources(root: Path, selection: Selection, skip: Path | None) -> Iterator[Source | Failure]:
    """The chosen pages of a folder, and files that can't be read, in the order of their paths."""
    chosen = chooser(selection.include, selection.exclude)
    for file in find_files(root, HTML, skip=skip):
        if isinstance(file, Failure):
            yield file
        elif chosen(file):
            data = read_bytes(root, file)
            yield data if isinstance(data, Failure) else Source(file, data)


async def _read_pages(
    sources: Iterator[Source | Failure], parts: Parts, on_page: Callable[[int], None] | None
) -> Iterator[str | Failure | Page]:
    """The pages in the order of their sources. A page that no part could read is named, and what can't be read stays."""
    order, number = list[str | Failure](), 0

    def good() -> Iterator[Source]:
        for source in sources:
            order.append(source.file if isinstance(source, Source) else source)
            if isinstance(source, Source):
                yield source

    def report(part: Part[Any]) -> None:
        nonlocal number
        number += part.count
        if on_page:
            on_page(number)

    pages = chain.from_iterable(await parts.results(reading_parts(good()), Tools(), on_part=report))
    return ((next(pages) or entry) if isinstance(entry, str) else entry for entry in order)


def _read_again(root: Path, file: str) -> Page | Failure:
    """Read a page that no part could read, for the reason."""
    data = read_bytes(root, file)
    return data if isinstance(data, Failure) else read_source(Source(file, data))


def _posts(pages: Sequence[Page], links: Links, selection: Selection, reading: Reading) -> list[Page]:
    """The pages that are posts. If any page marks its post, only pages that do."""
    kinds = {page.kind for page in pages}
    marked = "" if selection.all_pages else next((kind for kind in (OWN, PAGEFIND) if kind in kinds), "")
    lists = Lists(pages, links)
    posts = []
    for page in pages:
        reason = _no_post(page)
        if not reason and page.kind != OWN and not selection.all_pages:
            if marked and page.kind != marked:
                reason = f"no {marked}, which other pages have"
            elif lists.has(page):
                reason = "a list"
        if reason:
            _leave_out(page, reason, reading)
        else:
            posts.append(page)
    return posts


def _no_post(page: Page) -> str:
    """Why a page is no post, as far as it shows this alone; empty if it may be one."""
    if page.metadata.is_redirect:
        return "a redirect"
    if page.metadata.is_noindex:
        return "noindex"
    if page.kind == OWN:
        return ""
    if page.is_fragment:
        return "a fragment"
    return "not a post, by its name" if _NO_POST.fullmatch(page.key) else ""


def _leave_out(page: Page, reason: str, reading: Reading) -> None:
    reading.left_out.append((page.file, reason))
    if page.has_links:
        reading.stale.append(page.file)


def _without_copies(pages: Sequence[Page], base: Base, reading: Reading) -> list[Page]:
    """The pages with an address of their own: one for each canonical address, and one for each key."""
    shared = _canonical_of_many(pages, reading)
    # A page that is its own canonical comes before others that claim its address.
    addresses = {
        page.file: base.key_of_canonical(page.file, page.metadata.canonical)
        if page.metadata.canonical not in shared
        else page.key
        for page in pages
    }
    ordered = sorted(pages, key=lambda page: (addresses[page.file] != page.key, page.file))
    kept: dict[str, Page] = {}
    elsewhere: dict[str, Page] = {}
    strangers: list[Page] = []
    for page in ordered:
        address = addresses[page.file]
        other = kept.get(page.key) or kept.get(address) or elsewhere.get(address)
        if other is not None:
            _record_repetition(page, other, reading)
        elif address == page.key:
            kept[page.key] = page
        else:
            _leave_out(page, "its canonical address is elsewhere", reading)
            strangers.append(page)
            if address:
                elsewhere[address] = page
    _remark_on_hosts(strangers, base, reading)
    return [kept[key] for key in sorted(kept)]


def _canonical_of_many(pages: Sequence[Page], reading: Reading) -> set[str]:
    """The addresses that several pages with different texts call their own, so that they can't be anybody's."""
    texts: defaultdict[str, set[str]] = defaultdict(set)
    for page in pages:
        if page.metadata.canonical:
            texts[page.metadata.canonical].add(page.content)
    shared = {address for address, contents in texts.items() if len(contents) >= _OFTEN}
    for address in sorted(shared):
        reading.remarks.append(
            f"{len(texts[address])} pages name the same canonical address, {address}, which is ignored."
            " Let each page name its own, or none"
        )
    return shared


def _remark_on_hosts(pages: Sequence[Page], base: Base, reading: Reading) -> None:
    """Say where the canonical addresses lead that lead out of the site."""
    hosts: defaultdict[str, list[Page]] = defaultdict(list)
    for page in pages:
        host = split(page.metadata.canonical).netloc
        if host and host != split(base.origin).netloc:
            hosts[host].append(page)
    for host, strangers in sorted(hosts.items()):
        verb = "name" if len(strangers) > 1 else "names"
        remark = f"{count(len(strangers), 'page')} {verb} a canonical address on {host}"
        remark += f" (this site is at {base.url})" if base.origin else ""
        if root := infer_base("", ((page.file, page.metadata.canonical) for page in strangers)).origin:
            remark += f". If that is this site, give its address with --base-url {root}"
        reading.remarks.append(remark)


def _record_repetition(page: Page, other: Page, reading: Reading) -> None:
    """Record a copy as a duplicate, and another text under the same address as a problem."""
    if page.content == other.content:
        reading.duplicates.append((page.file, other.key))
    else:
        message = f"it has the address of {other.file}, and another text"
        reading.problems.append(Failure(page.file, DuplicateId(message, where=page.file)))
    if page.has_links:
        reading.stale.append(page.file)


def _add_posts(
    root: Path, pages: Sequence[Page], titles: Titles, links: Links, selection: Selection, reading: Reading
) -> None:
    context = _Context.of(root, pages, links, selection, reading.base)
    for page in pages:
        title = titles.title(page, links.labels(page.key))
        if reason := unusable(page.key):
            reading.problems.append(Failure(page.file, Malformed(reason, where=page.file)))
        elif not title:
            reading.left_out.append((page.file, "no title"))
        elif words(page.content) < selection.min_words:
            reading.too_short.append(page.key)
        else:
            reading.posts.append(context.post(page, title))
            if page.is_hydrated:
                reading.hydrated.append(page.file)
            if page.has_links:
                reading.with_links.append(page.file)
            continue
        if page.has_links:
            reading.stale.append(page.file)


@dataclass(frozen=True, slots=True)
class _Context:
    """What all pages together tell about each."""

    root: Path
    base: Base
    links: Links
    descriptions: Counter[str]
    language: str  # of most pages
    build: str  # the day of the build
    works: dict[str, str]

    @classmethod
    def of(
        cls,
        root: Path,
        pages: Sequence[Page],
        links: Links,
        selection: Selection,
        base: Base,
    ) -> _Context:
        languages = Counter(page.metadata.language for page in pages if page.metadata.language)
        return cls(
            root=root,
            base=base,
            links=links,
            descriptions=Counter(page.metadata.description for page in pages),
            language=selection.language
            or min(languages, key=lambda name: (-languages[name], name), default="en"),
            build=day_of_build([page.days for page in pages]),
            works=_works(pages, links),
        )

    def post(self, page: Page, title: str) -> Post:
        metadata = page.metadata
        description = metadata.description if self.descriptions[metadata.description] < _OFTEN else ""
        return Post(
            key=page.key,
            url=url_of(page.file),
            title=shortened(title, 300),
            content=page.content,
            language=page.language(self.language),
            date=day_of_post(page.key, page.days, self.build),
            image=_image(self.root, self.base.relative(metadata.image, page.file)) if metadata.image else "",
            excerpt=shortened(description or page.paragraph, EXCERPT),
            tags=metadata.tags,
            series=metadata.series,
            anchors=page.anchors,
            file=page.file,
            base_href=metadata.base_href,
            place=page.place,
            linked=self.links.naming(page.key, [title, *(heading.text for heading in page.headings)]),
            work=self.works.get(page.key, ""),
        )


def _works(pages: Sequence[Page], links: Links) -> dict[str, str]:
    """The pages that are translations of each other, by their keys, with one name for them all."""
    works: dict[str, str] = {}
    for page in pages:
        keys = {page.key, *(links.target(page, href) for href in page.metadata.translations)} - {""}
        if len(keys) > 1:
            names = keys | {works[key] for key in keys if key in works}
            merged = {key for key, name in works.items() if name in names}
            works.update(dict.fromkeys(keys | merged, min(names)))
    return works


def _image(root: Path, address: str) -> str:
    """The address of a picture; empty if it should be a file of the site and does not exist."""
    try:
        parts = urlsplit(address)
        return address if parts.scheme or (root / unquote(parts.path)).is_file() else ""
    except (OSError, ValueError):  # no file can have this name
        return ""
