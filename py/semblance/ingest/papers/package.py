"""Documents that are zip archives of XML: Word, EPUB, PowerPoint, OpenDocument."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from semblance.errors import Malformed, UnsafeArchive, UnsafeDocument
from semblance.ingest import archives
from semblance.ingest.items import Apart
from semblance.ingest.limits import check_size

_SPACES = re.compile(r"\s+")


class Package:
    """The parts of a document by their paths. No more is unpacked than the limits allow.

    Raises
    ------
    Malformed
        It is no zip archive.
    UnsafeDocument
        It unpacks to more than the limits allow.
    """

    def __init__(self, paper: Apart) -> None:
        self._where = paper.where
        self._limits = paper.limits
        try:
            self._archive = archives.open_within(paper.data, paper.where, paper.limits)
        except UnsafeArchive as error:
            raise UnsafeDocument(error.text, where=paper.where) from error
        self._infos = {info.filename.lstrip("/"): info for info in self._archive.infolist()}

    def __contains__(self, path: str) -> bool:
        return path in self._infos

    def bytes(self, path: str) -> bytes:
        """A part, unpacked.

        Raises
        ------
        Malformed
            It is not there, or damaged.
        TooLarge
        """
        info = self._infos.get(path)
        if info is None:
            raise Malformed("papers.no_part", part=path, where=self._where, remedy="ingest.copy_again")
        check_size(f"{self._where}/{path}", info.file_size, self._limits)
        return archives.unpacked(self._archive, info, self._where)

    def xml(self, path: str) -> Element:
        """The root of a part that is XML; see `parse`."""
        return parse(self.bytes(path), f"{self._where}/{path}", self._limits.depth)

    def xml_if_there(self, path: str) -> Element:
        """The root of a part, or an empty element if there is no such part."""
        return self.xml(path) if path in self else Element("none")

    def related(self, path: str) -> dict[str, tuple[str, str]]:
        """What a part of an Office document refers to: (kind, path) by the name that the part uses."""
        folder, name = posixpath.split(path)
        relations = self.xml_if_there(f"{folder}/_rels/{name}.rels".lstrip("/"))
        return {
            relation.get("Id", ""): (
                relation.get("Type", "").rpartition("/")[2],
                resolved(folder, relation.get("Target", "")),
            )
            for relation in relations.iter("Relationship")
            if relation.get("TargetMode") != "External"
        }


def resolved(folder: str, target: str) -> str:
    """The path of a part that another in a folder names by a relative address.

    Examples
    --------
    >>> resolved("OEBPS/text", "../images/a%20b.png"), resolved("ppt", "/ppt/slides/slide1.xml")
    ('OEBPS/images/a b.png', 'ppt/slides/slide1.xml')
    """
    path = unquote(target.partition("#")[0])
    return posixpath.normpath(posixpath.join("/" + folder, path)).lstrip("/") if path else ""


def parse(data: bytes, where: str, depth: int) -> Element:
    """The root element of XML. Names lose their namespaces: what is read is told apart by its place.

    Raises
    ------
    Malformed
        It is not well-formed, or elements are nested too deeply.
    UnsafeDocument
        It declares entities, which can grow without end.
    """
    builder = TreeBuilder()
    level = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal level
        level += 1
        if level > depth:
            raise Malformed("ingest.deep_elements", limit=depth, where=where)
        builder.start(_local(name), {_attribute(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal level
        level -= 1
        builder.end(_local(name))

    def refuse_entity(*_: object) -> None:
        raise UnsafeDocument("ingest.entities", where=where)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = refuse_entity
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise Malformed("ingest.no_xml", reason=reason, where=where, remedy="ingest.copy_again") from error
    return builder.close()


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _attribute(name: str) -> str:
    namespace, _, local = name.rpartition(" ")
    return f"r:{local}" if namespace.endswith("/relationships") else local


def first(element: Element, *names: str) -> Element | None:
    """The first descendant with one of these names."""
    return next((inner for inner in element.iter() if inner.tag in names), None)


def outermost(element: Element, name: str) -> Iterator[Element]:
    """The descendants of this name that are in no other of it."""
    for inner in element:
        if inner.tag == name:
            yield inner
        else:
            yield from outermost(inner, name)


def child(element: Element | None, path: str) -> Element:
    """A descendant by its path, or an empty element."""
    inner = element.find(path) if element is not None else None
    return inner if inner is not None else Element("none")


def text_of(element: Element | None) -> str:
    """All text in an element, on one line."""
    return one_line("".join(element.itertext())) if element is not None else ""


def one_line(text: str) -> str:
    """A text with single spaces between its words."""
    return _SPACES.sub(" ", text).strip()


def values_of(element: Element, *names: str) -> Iterator[str]:
    """The texts of the descendants with these names that have any."""
    for inner in element.iter():
        if inner.tag in names and (text := text_of(inner)):
            yield text
