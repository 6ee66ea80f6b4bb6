"""Write related posts into pages as plain links, so that a reader's browser needs no JavaScript."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from posixpath import relpath

from semblance.blog.body import OWN, PAGEFIND
from semblance.blog.marks import BEGIN, END, PLACE
from semblance.blog.posts import Post, url_of
from semblance.blog.writing import replace
from semblance.errors import NoPlace
from semblance.ingest.decoding import declared_encoding
from semblance.ingest.tags import Scanner, attributes

ELEMENT = "related-posts"
_TAGS = ("article", "main", "body")
_BOMS_OF_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def links(post: Post, related: Sequence[Post], heading: str) -> str:
    """The HTML of a list, in ASCII, with addresses relative to the post; empty without related posts.

    Examples
    --------
    >>> other = Post("a b", "a%20b/", "Tea & <b>", "", date="2024-05-01")
    >>> print(links(Post("posts/x", "posts/x/", "", "", file="posts/x/index.html"), [other], "Related posts"))
    <nav class="semblance-related" aria-label="Related posts" data-pagefind-ignore>
    <h2>Related posts</h2>
    <ul>
    <li><a href="../../a%20b/">Tea &amp; &lt;b&gt;</a> <time datetime="2024-05-01">2024-05-01</time></li>
    </ul>
    </nav>
    """
    if not related:
        return ""
    name = _ascii(heading)
    items = "".join(f"<li>{_link(post, other)}</li>\n" for other in related)
    return (
        f'<nav class="semblance-related" aria-label="{name}" data-pagefind-ignore>\n'
        f"<h2>{name}</h2>\n<ul>\n{items}</ul>\n</nav>"
    )


def inject(root: Path, file: str, markup: str) -> bool:
    """Write a list into a page, whole or not at all: in the marked place, in <related-posts>, or after the post.

    Parameters
    ----------
    root : Path
    file : str
        Relative to `root`.
    markup : str
        In ASCII; if empty, earlier links are removed.

    Returns
    -------
    bool
        Whether the page has changed.

    Raises
    ------
    NoPlace
        If the page has no place for a list.
    OSError
        If the page can't be read or written.
    """
    path = root / file
    data = path.read_bytes()
    changed = with_links(data, markup, file)
    if changed == data:
        return False
    replace(path.resolve(), changed)
    return True


def with_links(data: bytes, markup: str, where: str) -> bytes:
    """A page's bytes with a list in it; see `inject`."""
    if data.startswith(_BOMS_OF_WIDE) or declared_encoding(data).startswith(("iso2022", "utf-16", "utf-7")):
        raise NoPlace("its encoding is not one that ASCII can be written into", where=where)
    # latin-1 has one character for each byte, so all but ASCII stays as it is in any encoding.
    text = data.decode("latin-1")
    written = f"{BEGIN}\n{markup}\n{END}" if markup else f"{BEGIN}{END}"
    place = PLACE.search(text)
    if place is not None:
        return (text[: place.start()] + written + text[place.end() :]).encode("latin-1")
    if not markup:
        return data
    at = _after_post(text)
    if at is None:
        raise NoPlace("it has no place for related posts", where=where)
    return f"{text[:at]}\n{written}{text[at:]}".encode("latin-1")


def _after_post(text: str) -> int | None:
    """Where the post's part of a page ends; None if the page does not show it."""
    ends = _Ends()
    scanner = Scanner(text, ends)
    while scanner.at < len(text):
        ends.begin = scanner.at
        scanner.step()
        ends.settle(scanner.at)
    return next((element.end for element in ends.wanted if element.end is not None), None)


@dataclass(slots=True)
class _Element:
    """The first element with an attribute or a tag name, and where it ends."""

    attribute: str
    tag: str = ""
    depth: int = 0
    ended: bool = False
    end: int | None = None


class _Ends:
    """Finds the ends of elements that may be the post's part, best first. A `semblance.ingest.tags.Handler`."""

    def __init__(self) -> None:
        # Readers without JavaScript see the links in <related-posts>. With it the element shows its own list instead.
        self.wanted = [
            _Element("", ELEMENT),
            _Element(OWN),
            _Element(PAGEFIND),
            *(_Element("", tag) for tag in _TAGS),
        ]
        self.begin = 0
        """Where the current tag begins."""

    def start(self, tag: str, source: str, closed: bool) -> None:
        for element in self.wanted:
            if element.depth:
                element.depth += tag == element.tag
            elif not element.ended and (
                tag == element.tag
                or (
                    element.attribute
                    and element.attribute in source
                    and element.attribute in attributes(source)
                )
            ):
                element.tag, element.depth = tag, 1

    def end(self, tag: str) -> None:
        for element in self.wanted:
            if element.depth and tag == element.tag:
                element.depth -= 1
                element.ended = not element.depth

    def data(self, text: str) -> None:
        """Ignore text."""

    def raw(self, tag: str, text: str) -> None:
        """Ignore scripts and styles."""

    def settle(self, at: int) -> None:
        """Note the ends of the elements that the last tag ended."""
        for element in self.wanted:
            if element.ended and element.end is None:
                # Links go after an article, but inside an element that holds all of the page's content.
                element.end = self.begin if element.tag in (ELEMENT, "main", "body") else at


def _link(post: Post, other: Post) -> str:
    date = f' <time datetime="{other.date}">{other.date}</time>' if other.date else ""
    return f'<a href="{_ascii(_relative(post.file, other.url))}">{_ascii(other.title)}</a>{date}'


def _relative(file: str, url: str) -> str:
    """An address of the site as seen from one of its files."""
    here = url_of(file).rpartition("/")[0] or "."
    return relpath(url, here) + "/" * url.endswith("/")


def _ascii(text: str) -> str:
    return escape(text).encode("ascii", "xmlcharrefreplace").decode("ascii")
