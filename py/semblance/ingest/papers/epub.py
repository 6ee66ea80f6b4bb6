"""EPUB: the chapters of a book in reading order."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from semblance.errors import InputError, Malformed
from semblance.ingest import web_page
from semblance.ingest.decoding import declared_encoding, decode
from semblance.ingest.items import Apart, Steps, finished
from semblance.ingest.kinds import KINDS, refusal
from semblance.ingest.markdown import first_heading
from semblance.ingest.papers.package import Package, child, resolved, text_of, values_of
from semblance.ingest.papers.writing import item_of
from semblance.messages import Message

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "")


def read(paper: Apart) -> Steps:
    """One item: the chapters in reading order, each below its heading, or else below its title in the table of contents."""
    book = Package(paper)
    path = child(book.xml(_CONTAINER), "rootfiles/rootfile").get("full-path", "")
    package = book.xml(path)
    folder = posixpath.dirname(path)
    _refuse_locked(book, paper)
    titles = dict(_contents(book, package, folder))
    chapters, missing = [], 0
    size = 0
    for chapter in _spine(package, folder):
        try:
            text = _text(book.bytes(chapter), chapter)
        except InputError:
            missing += 1
            continue
        title = titles.get(chapter, "")
        if text and title and not first_heading(text[: 4 * len(title) + 200]):
            text = f"# {title}\n\n{text}"
        chapters.append(text)
        size += len(text)
        if size > paper.limits.paper_chars:
            break  # `item_of` refuses it
        yield None
    if missing and not any(chapters):
        raise Malformed("ingest.damaged", where=paper.where, remedy="ingest.copy_again")
    metadata = child(package, "metadata")
    about = {
        "author": ", ".join(values_of(metadata, "creator")),
        "date": next(values_of(metadata, "date"), "")[:10],
        "lang": next(values_of(metadata, "language"), ""),
        "publisher": next(values_of(metadata, "publisher"), ""),
    }
    note = Message("papers.chapters_missing", count=missing).said() if missing else ""
    content = "\n\n".join(filter(None, chapters))
    yield item_of(
        paper, content, [next(values_of(metadata, "title"), ""), first_heading(content)], about, note
    )


def _refuse_locked(book: Package, paper: Apart) -> None:
    """Refuse a book whose chapters are encrypted. Fonts often are, which is of no account."""
    locked = [
        reference.get("URI", "") for reference in book.xml_if_there(_ENCRYPTION).iter("CipherReference")
    ]
    if any(posixpath.splitext(path)[1].lower() in (".html", ".xhtml", ".htm", ".xml") for path in locked):
        raise refusal(KINDS["locked_book"], paper.where)


def _spine(package: Element, folder: str) -> Iterator[str]:
    """The paths of the chapters in reading order, without the table of contents."""
    items = {item.get("id", ""): item for item in child(package, "manifest")}
    for reference in child(package, "spine"):
        item = items.get(reference.get("idref", ""))
        if item is None or item.get("media-type", "") not in _PAGES:
            continue
        if "nav" not in item.get("properties", "").split():
            yield resolved(folder, item.get("href", ""))


def _contents(book: Package, package: Element, folder: str) -> Iterator[tuple[str, str]]:
    """(path, title) of the table of contents; the last title of a path first, so that in a dict its first one stays."""
    for item in child(package, "manifest"):
        path = resolved(folder, item.get("href", ""))
        try:
            if "nav" in item.get("properties", "").split():
                yield from reversed([*_links(book.xml(path), posixpath.dirname(path))])
            elif item.get("media-type") == "application/x-dtbncx+xml":
                yield from reversed([*_points(book.xml(path), posixpath.dirname(path))])
        except InputError:  # the headings of the chapters are enough
            continue


def _links(nav: Element, folder: str) -> Iterator[tuple[str, str]]:
    lists = [*nav.iter("nav")]  # a list of printed pages may stand beside the contents
    contents = next((one for one in lists if one.get("type") == "toc"), lists[0] if lists else nav)
    for link in contents.iter("a"):
        yield resolved(folder, link.get("href", "")), text_of(link)


def _points(ncx: Element, folder: str) -> Iterator[tuple[str, str]]:
    for point in ncx.iter("navPoint"):
        yield resolved(folder, child(point, "content").get("src", "")), text_of(child(point, "navLabel"))


def _text(data: bytes, path: str) -> str:
    decoded = finished(decode(data, where=path, declared=declared_encoding(data)))
    page = finished(web_page.extract(decoded.text))
    return page.content
