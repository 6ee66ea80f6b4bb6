"""Word: paragraphs with their headings, lists, tables and notes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import TypeAlias
from xml.etree.ElementTree import Element

from semblance.errors import InputError
from semblance.ingest.items import Apart, Steps
from semblance.ingest.papers.office import about, main_part
from semblance.ingest.papers.package import Package, child, outermost
from semblance.ingest.papers.writing import Writing, item_of

_HEADING = re.compile(r"heading ?(\d)$", re.IGNORECASE)
_CONTENTS = re.compile(r"toc (?:\d|heading)$", re.IGNORECASE)
_LEFT_OUT = (
    "del",
    "moveFrom",
    "Fallback",
    "delText",
    "instrText",
    "rPr",
    "pPr",
    "rt",
)  # what is deleted, or said twice
_NO_LEVEL = 9  # Word's number for body text
_EVERY = 500  # blocks between two breathing points

_Noted: TypeAlias = tuple[int, Element]
"""A note with its number."""


@dataclass(slots=True)
class _Style:
    """What a paragraph's style says of it."""

    level: int = 0  # of a heading; 0 for none
    is_list: bool = False
    is_contents: bool = False


@dataclass(slots=True)
class _Document:
    writing: Writing
    styles: dict[str, _Style]
    notes: dict[tuple[str, str], Element]
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    blocks: Iterator[int] = field(default_factory=lambda: count(1))


def read(paper: Apart) -> Steps:
    """One item: the text with its headings, lists and tables; a note stands below its paragraph. Left out are what was
    deleted, hidden text, the table of contents, headers and footers.
    """
    package = Package(paper)
    main = main_part(package, "word/document.xml")
    parts = dict(package.related(main).values())
    document = _Document(Writing(), _styles(package, parts), _notes(package, parts))
    yield from _write_blocks(child(package.xml(main), "body"), document)
    metadata = about(package)
    titles = [metadata.pop("title", ""), document.writing.first_heading]
    yield item_of(paper, document.writing.text, titles, metadata)


def _styles(package: Package, parts: dict[str, str]) -> dict[str, _Style]:
    """The styles of paragraphs by their ids. Their names are English in Word of any language; their ids are not."""
    styles: dict[str, _Style] = {}
    with suppress(InputError):
        elements = [*package.xml_if_there(parts.get("styles", "")).iter("style")]
        by_id = {element.get("styleId", ""): element for element in elements}
        for id in by_id:
            styles[id] = _style(id, by_id)
    return styles


def _style(id: str, by_id: dict[str, Element]) -> _Style:
    style, ancestors = _Style(), set[str]()
    while id in by_id and id not in ancestors:
        ancestors.add(id)
        element = by_id[id]
        name = child(element, "name").get("val", "")
        heading = _HEADING.match(name)
        outline = child(element, "pPr/outlineLvl").get("val", "")
        if not style.level:
            if heading:
                style.level = int(heading[1])
            elif name.lower() == "title":
                style.level = 1
            elif outline.isdigit() and int(outline) < _NO_LEVEL:
                style.level = int(outline) + 1
        style.is_list = style.is_list or element.find("pPr/numPr") is not None
        style.is_contents = style.is_contents or bool(_CONTENTS.match(name))
        id = child(element, "basedOn").get("val", "")
    return style


def _notes(package: Package, parts: dict[str, str]) -> dict[tuple[str, str], Element]:
    """Footnotes and endnotes, by the name of what refers to them and their id."""
    notes = {}
    for kind in ("footnote", "endnote"):
        with suppress(InputError):
            for note in package.xml_if_there(parts.get(f"{kind}s", "")).iter(kind):
                notes[f"{kind}Reference", note.get("id", "")] = note
    return notes


def _write_blocks(container: Element, document: _Document) -> Steps:
    for block in container:
        if block.tag == "p":
            yield from _write_paragraph(block, document)
        elif block.tag == "tbl":
            _write_table(block, document)
        elif block.tag not in _LEFT_OUT:  # a content control, a change, custom XML
            yield from _write_blocks(block, document)
        if next(document.blocks) % _EVERY == 0:
            yield None


def _write_paragraph(paragraph: Element, document: _Document) -> Steps:
    properties = child(paragraph, "pPr")
    style = _style_of(child(properties, "pStyle").get("val", ""), document)
    if style.is_contents:
        return
    noted: list[_Noted] = []
    boxes: list[Element] = []
    text = "".join(_pieces(paragraph, document, noted, boxes)).strip()
    outline = child(properties, "outlineLvl").get("val", "")
    own_level = int(outline) + 1 if outline.isdigit() and int(outline) < _NO_LEVEL else 0
    numbering = child(properties, "numPr")
    is_item = child(numbering, "numId").get("val", "0") != "0" if len(numbering) else style.is_list
    if level := style.level or own_level:
        document.writing.heading(text, level)
    elif is_item:
        depth = child(numbering, "ilvl").get("val", "0")
        document.writing.item(text, int(depth) if depth.isdigit() else 0)
    else:
        document.writing.paragraph(text)
    _write_notes(noted, document)
    for box in boxes:
        yield from _write_blocks(box, document)


def _style_of(id: str, document: _Document) -> _Style:
    """A paragraph's style. Where it is not declared, its id may be Word's own for a heading."""
    heading = _HEADING.match(id)
    return document.styles.get(id) or _Style(level=int(heading[1]) if heading else 0)


def _write_notes(noted: list[_Noted], document: _Document) -> None:
    for number, note in noted:
        document.writing.paragraph(f"[{number}] {_text(note, document, [])}")


def _write_table(table: Element, document: _Document) -> None:
    noted: list[_Noted] = []
    for row in outermost(table, "tr"):
        if row.find("trPr/del") is None:
            document.writing.row([_text(cell, document, noted) for cell in outermost(row, "tc")])
    document.writing.end_block()
    _write_notes(noted, document)


def _text(element: Element, document: _Document, noted: list[_Noted]) -> str:
    """All text in a cell or a note, on one line. Notes in it are put aside."""
    boxes: list[Element] = []
    texts = ["".join(_pieces(block, document, noted, boxes)).strip() for block in outermost(element, "p")]
    texts += [_text(box, document, noted) for box in boxes]
    return " ".join(filter(None, texts))


def _pieces(
    element: Element, document: _Document, noted: list[_Noted], boxes: list[Element]
) -> Iterator[str]:
    """The text of a paragraph. Notes and text boxes in it are put aside."""
    for piece in element:
        tag = piece.tag
        if tag == "t":
            yield piece.text or ""
        elif tag in ("tab", "ptab"):
            yield "\t"
        elif tag in ("br", "cr"):
            yield "\n"
        elif tag == "noBreakHyphen":
            yield "-"
        elif tag == "txbxContent":
            boxes.append(piece)
        elif (tag, piece.get("id", "")) in document.notes:
            number = next(document.numbers)
            noted.append((number, document.notes[tag, piece.get("id", "")]))
            yield f"[{number}]"
        elif tag not in _LEFT_OUT and not _is_hidden(piece):
            yield from _pieces(piece, document, noted, boxes)


def _is_hidden(piece: Element) -> bool:
    hidden = piece.find("rPr/vanish") if piece.tag == "r" else None
    return hidden is not None and hidden.get("val", "true") not in ("0", "false", "off")
