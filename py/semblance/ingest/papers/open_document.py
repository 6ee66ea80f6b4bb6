"""OpenDocument: texts and presentations, as LibreOffice writes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from xml.etree.ElementTree import Element

from semblance.errors import InputError
from semblance.ingest.items import Apart, Steps
from semblance.ingest.kinds import KINDS, refusal
from semblance.ingest.papers.package import Package, child, first, outermost, text_of
from semblance.ingest.papers.writing import Writing, item_of, joined_pages

_LEFT_OUT = (  # what is deleted, said twice, or written by the program
    *("tracked-changes", "annotation", "annotation-end", "table-of-content", "illustration-index"),
    *("table-index", "object-index", "user-index", "alphabetical-index", "sequence-decls", "forms"),
    *("bookmark", "ruby-text", "hidden-text", "script", "event-listeners"),
)
_CELLS = ("table-cell", "covered-table-cell")
_KEPT = {
    "title": "title",
    "initial-creator": "author",
    "creation-date": "date",
    "subject": "subject",
    "language": "lang",
}
_MOST_REPEATED = 64  # cells: a row may end in thousands of empty ones
_EVERY = 500  # blocks between two breathing points
_PLACED_BY_LAYOUT = ("page-number", "date-time", "footer", "header")


def read(paper: Apart) -> Steps:
    """One item: a text with its headings, lists, tables and notes, or the slides of a presentation in their order."""
    package = Package(paper)
    manifest = package.xml_if_there("META-INF/manifest.xml")
    if first(manifest, "encryption-data") is not None:
        raise refusal(KINDS["locked_document"], paper.where)
    body = child(package.xml("content.xml"), "body")
    metadata = _about(package)
    title = metadata.pop("title", "")
    slides = child(body, "presentation").findall("page")
    if slides:
        texts, heading = [], ""
        for slide in slides:
            writing = _slide(slide)
            heading = heading or writing.first_heading
            texts.append(writing.text)
            yield None
        content = joined_pages(texts) if any(texts) else ""
        yield item_of(paper, content, [title, heading], {**metadata, "slides": len(slides)})
        return
    writing = Writing()
    for number, _ in enumerate(_write(body, writing), 1):
        if number % _EVERY == 0:
            yield None
    yield item_of(paper, writing.text, [title, writing.first_heading], metadata)


def _about(package: Package) -> dict[str, str]:
    values: dict[str, str] = {}
    with suppress(InputError):
        for element in child(package.xml_if_there("meta.xml"), "meta"):
            if name := _KEPT.get(element.tag):
                values[name] = text_of(element)
    if "date" in values:
        values["date"] = values["date"][:10]
    return values


def _slide(slide: Element) -> Writing:
    writing = Writing()
    notes = slide.find("notes")
    frames = [frame for frame in slide.iter("frame") if notes is None or frame not in [*notes.iter("frame")]]
    for frame in sorted(frames, key=lambda frame: frame.get("class", "") != "title"):
        if frame.get("class") == "title":
            writing.heading(_text(frame), 2)
        elif frame.get("class") not in _PLACED_BY_LAYOUT:
            for _ in _write(frame, writing):
                pass
    for shape in slide.iter("custom-shape"):
        for _ in _write(shape, writing):
            pass
    if notes is not None:
        for frame in notes.iter("frame"):
            if frame.get("class") == "notes":
                for _ in _write(frame, writing):
                    pass
    return writing


def _write(container: Iterable[Element], writing: Writing, depth: int = 0) -> Iterator[None]:
    """Write all blocks in an element; yields after each."""
    for block in container:
        if block.tag == "h":
            level = block.get("outline-level", "1")
            writing.heading(_text(block), int(level) if level.isdigit() else 1)
        elif block.tag == "p":
            _write_paragraph(block, writing)
        elif block.tag == "list":
            yield from _write_list(block, writing, depth)
        elif block.tag == "table":
            _write_table(block, writing)
        elif block.tag not in _LEFT_OUT:
            yield from _write(block, writing, depth)
        yield None


def _write_paragraph(paragraph: Element, writing: Writing) -> None:
    aside: list[Element] = []
    writing.paragraph("".join(_pieces(paragraph, aside)))
    for element in aside:
        if element.tag == "note":
            mark = text_of(child(element, "note-citation"))
            writing.paragraph(f"[{mark}] {_text(child(element, 'note-body'))}")
        else:
            for _ in _write(element, writing):
                pass


def _write_list(items: Element, writing: Writing, depth: int) -> Iterator[None]:
    for item in items:
        for block in item:
            if block.tag == "list":
                yield from _write_list(block, writing, depth + 1)
            elif block.tag == "p":
                writing.item(_line(block), depth)
            else:  # a heading with a number is in a list
                yield from _write([block], writing)
            yield None
    if not depth:
        writing.end_block()


def _write_table(table: Element, writing: Writing) -> None:
    for row in outermost(table, "table-row"):
        cells: list[str] = []
        for cell in row:
            if cell.tag in _CELLS:
                repeated = cell.get("number-columns-repeated", "1")
                times = int(repeated) if repeated.isdigit() else 1
                cells += [_text(cell)] * min(times, _MOST_REPEATED)
        while cells and not cells[-1]:
            cells.pop()
        writing.row(cells)
    writing.end_block()


def _text(element: Element) -> str:
    """All paragraphs in an element, on one line."""
    if element.tag in ("p", "h"):
        return _line(element)
    return " ".join(filter(None, (_line(block) for block in element.iter() if block.tag in ("p", "h"))))


def _line(paragraph: Element) -> str:
    return " ".join("".join(_pieces(paragraph, [])).split())


def _pieces(element: Element, aside: list[Element]) -> Iterator[str]:
    """The text of a paragraph. Notes and text boxes in it are put aside."""
    yield element.text or ""
    for piece in element:
        if piece.tag == "s":
            yield " "
        elif piece.tag == "tab":
            yield "\t"
        elif piece.tag == "line-break":
            yield "\n"
        elif piece.tag == "note":
            aside.append(piece)
            yield f"[{text_of(child(piece, 'note-citation'))}]"
        elif piece.tag in ("frame", "text-box", "custom-shape"):
            aside.append(piece)
        elif piece.tag not in _LEFT_OUT:
            yield from _pieces(piece, aside)
        yield piece.tail or ""
