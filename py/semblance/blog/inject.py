"""Write related posts into pages as plain links, so that a reader's browser needs no JavaScript."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from html import escape
from pathlib import Path

from semblance.blog.addresses import Base
from semblance.blog.body import LIST
from semblance.blog.elements import find_element
from semblance.blog.marks import BEGIN, END, MARKED, WRITTEN
from semblance.blog.posts import Place, Post
from semblance.blog.writing import replace
from semblance.errors import NoPlace, OutsideSite
from semblance.ingest.decoding import declared_encoding

ELEMENT = "related-posts"
STYLE = "semblance/related-posts.css"
_BOMS_OF_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def links(post: Post, related: Sequence[Post], heading: str, base: Base) -> str:
    """The HTML of a list, in ASCII; empty without related posts.

    It has no ``ul`` and no ``nav``: themes style these for their menus.

    Examples
    --------
    >>> other = Post("a b", "a%20b/", "Tea & <b>", "", date="2024-05-01")
    >>> print(links(Post("posts/x", "posts/x/", "", "", file="posts/x/index.html"), [other], "Related posts", Base()))
    <aside class="semblance-related" aria-labelledby="semblance-related" data-pagefind-ignore>
    <link rel="stylesheet" href="../../semblance/related-posts.css">
    <h2 id="semblance-related">Related posts</h2>
    <div role="list">
    <div role="listitem"><a href="../../a%20b/">Tea &amp; &lt;b&gt;</a> <time datetime="2024-05-01">2024-05-01</time></div>
    </div>
    </aside>
    """
    if not related:
        return ""

    def address(url: str) -> str:
        return _ascii(base.link(post.file, url, post.base_href))

    items = "".join(f'<div role="listitem">{_link(other, address(other.url))}</div>\n' for other in related)
    return (
        f'<aside class="{LIST}" aria-labelledby="{LIST}" data-pagefind-ignore>\n'
        f'<link rel="stylesheet" href="{address(STYLE)}">\n'
        f'<h2 id="{LIST}">{_ascii(heading)}</h2>\n<div role="list">\n{items}</div>\n</aside>'
    )


def inject(root: Path, file: str, markup: str, place: Place | None = None) -> bool:
    """Write a list into a page, whole or not at all.

    It goes into the marked place, into <related-posts>, where an earlier list stands, or else where it fits.

    Parameters
    ----------
    root : Path
    file : str
        Relative to `root`.
    markup : str
        In ASCII; if empty, earlier links are removed.
    place : Place, optional
        Where a list fits.

    Returns
    -------
    bool
        Whether the page has changed.

    Raises
    ------
    NoPlace
        If the page has no place for a list.
    OutsideSite
        If the page is a link to a file outside of the site.
    OSError
        If the page can't be read or written.
    """
    path = root / file
    if not path.resolve().is_relative_to(root.resolve()):
        message = "it is a link to a file outside of the site, where nothing is written"
        raise OutsideSite(message, where=file)
    data = path.read_bytes()
    changed = with_links(data, markup, file, place)
    if changed == data:
        return False
    replace(path.resolve(), changed)
    return True


def with_links(data: bytes, markup: str, where: str, place: Place | None = None) -> bytes:
    """A page's bytes with a list in it; see `inject`."""
    if data.startswith(_BOMS_OF_WIDE) or declared_encoding(data).startswith(("iso2022", "utf-16", "utf-7")):
        if not markup:
            return data
        raise NoPlace("its encoding is not one that ASCII can be written into", where=where)
    # latin-1 has one character for each byte, so all but ASCII stays as it is in any encoding.
    text = data.decode("latin-1")
    if marked := MARKED.search(text):
        written = f"{BEGIN}\n{markup}\n{END}" if markup else BEGIN
        return (text[: marked.start()] + written + text[marked.end() :]).encode("latin-1")
    earlier = WRITTEN.search(text)
    bare = WRITTEN.sub("", text)
    if not markup:
        return bare.encode("latin-1")
    at = earlier.start() if earlier else _after_post(bare, place)
    if at is None:
        raise NoPlace("it has no place for related posts", where=where)
    return f"{bare[:at]}\n{markup}{bare[at:]}".encode("latin-1")


def _after_post(text: str, place: Place | None) -> int | None:
    """Where a list fits; None if the page does not show it."""
    # Readers without JavaScript see the links in <related-posts>. With it the element shows its own list instead.
    if ELEMENT in text.lower() and (element := find_element(text, ELEMENT)):
        return element.end
    if place is None or (element := find_element(text, place.tag, place.number)) is None:
        return None
    return element.start if place.before else element.end


def _link(post: Post, address: str) -> str:
    date = f' <time datetime="{post.date}">{post.date}</time>' if post.date else ""
    return f'<a href="{address}">{_ascii(post.title)}</a>{date}'


def _ascii(text: str) -> str:
    return escape(text).encode("ascii", "xmlcharrefreplace").decode("ascii")
