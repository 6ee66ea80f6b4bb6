"""PowerPoint: the text of each slide, with its notes."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from semblance.errors import InputError, Malformed
from semblance.ingest.items import Apart, Steps
from semblance.ingest.papers.office import about, main_part
from semblance.ingest.papers.package import Package, child, text_of
from semblance.ingest.papers.writing import Writing, item_of, joined_pages
from semblance.messages import Message

_TITLES = ("title", "ctrTitle")
_LEFT_OUT = ("sldNum", "dt", "ftr", "hdr", "sldImg")  # what a layout puts on every slide
_PROPERTIES = ("pPr", "rPr", "fld")  # of a paragraph and a run; a slide's number, the date
_OWN_LIST = ("body", "obj", "")  # places whose paragraphs are points


def read(paper: Apart) -> Steps:
    """One item: the text of the slides in their order, each below its title, with tables, diagrams and notes."""
    package = Package(paper)
    main = main_part(package, "ppt/presentation.xml")
    parts = package.related(main)
    slides, missing = [], 0
    title = ""
    for slide in child(package.xml(main), "sldIdLst"):
        _, path = parts.get(slide.get("r:id", ""), ("", ""))
        writing = Writing()
        try:
            _write_slide(package, path, writing)
        except InputError:
            missing += 1
        title = title or writing.first_heading
        slides.append(writing.text)
        yield None
    if missing and not any(slides):
        raise Malformed("ingest.damaged", where=paper.where, remedy="ingest.copy_again")
    metadata = about(package)
    titles = [metadata.pop("title", ""), title]
    note = Message("papers.slides_missing", count=missing).said() if missing else ""
    content = joined_pages(slides) if any(slides) else ""
    yield item_of(paper, content, titles, {**metadata, "slides": len(slides)}, note)


def _write_slide(package: Package, path: str, writing: Writing) -> None:
    related = package.related(path)
    _write_shapes(child(package.xml(path), "cSld/spTree"), writing)
    for kind, part in related.values():
        if kind == "diagramData" and part in package:
            for point in package.xml(part).iter("pt"):
                writing.item(text_of(child(point, "t")))
    for kind, part in related.values():
        if kind == "notesSlide" and part in package:
            notes = child(package.xml(part), "cSld/spTree")
            for shape in notes.iter("sp"):
                if _kind(shape) == "body":
                    _write_paragraphs(shape, writing, points=False)


def _write_shapes(tree: Element, writing: Writing) -> None:
    for shape in sorted(tree, key=lambda shape: _kind(shape) not in _TITLES):
        if shape.tag == "grpSp":
            _write_shapes(shape, writing)
        elif shape.tag == "AlternateContent":
            _write_shapes(child(shape, "Choice"), writing)
        elif shape.tag == "graphicFrame":
            for row in shape.iter("tr"):
                writing.row([_text(cell) for cell in row.iter("tc")])
            writing.end_block()
        elif shape.tag == "sp":
            _write_shape(shape, writing)


def _write_shape(shape: Element, writing: Writing) -> None:
    kind = _kind(shape)
    if kind in _TITLES:
        writing.heading(_text(shape), 2)
    elif kind not in _LEFT_OUT:
        is_place = shape.find("nvSpPr/nvPr/ph") is not None
        _write_paragraphs(shape, writing, points=is_place and kind in _OWN_LIST)


def _write_paragraphs(shape: Element, writing: Writing, *, points: bool) -> None:
    paragraphs = [*child(shape, "txBody").iter("p")]
    for paragraph in paragraphs:
        level = int(child(paragraph, "pPr").get("lvl", "0"))
        if points and len(paragraphs) > 1:
            writing.item(_line(paragraph), level)
        else:
            writing.paragraph(_line(paragraph))
    writing.end_block()


def _kind(shape: Element) -> str:
    place = shape.find("nvSpPr/nvPr/ph")
    return place.get("type", "") if place is not None else ""


def _text(element: Element) -> str:
    return " ".join(filter(None, map(_line, element.iter("p"))))


def _line(paragraph: Element) -> str:
    return "".join(_pieces(paragraph)).strip()


def _pieces(paragraph: Element) -> Iterator[str]:
    for piece in paragraph:
        if piece.tag == "t":
            yield piece.text or ""
        elif piece.tag in ("br", "tab"):
            yield " "
        elif piece.tag not in _PROPERTIES:
            yield from _pieces(piece)
