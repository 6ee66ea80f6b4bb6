"""RSS 2.0, RSS 1.0, Atom and what else is XML with entries, such as a WordPress export: an entry is an item."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import replace
from functools import cache
from html.entities import html5
from itertools import chain
from typing import Any, NamedTuple
from urllib.parse import urljoin
from xml.etree import ElementTree
from xml.parsers import expat

from semblance.documents import Failure
from semblance.errors import InputError, Malformed, UnsupportedFormat
from semblance.ingest import web_page
from semblance.ingest.items import File, Item, Step, Steps, joined, line_of
from semblance.messages import Message

_PREFIXES = {
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss": "",
    "http://backend.userland.com/rss2": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://www.w3.org/2005/Atom": "",
    "http://purl.org/atom/ns#": "",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dc:",
    "http://search.yahoo.com/mrss/": "media:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://www.w3.org/XML/1998/namespace": "xml:",
    **{f"http://wordpress.org/export/1.{minor}/": "wp:" for minor in range(4)},
}
_URIS = {prefix.rstrip(":"): uri for uri, prefix in _PREFIXES.items() if prefix}
_SLICE = 16_384  # characters between breathing points: entries hold HTML, which takes time
_OF_XML_ITSELF = ("amp;", "lt;", "gt;", "quot;", "apos;")
# Needless in a text that is decoded, wrong after a blank line, and it may say that no entity is declared elsewhere.
_XML_DECLARATION = re.compile(r"\A(\s*+)<\?xml\s[^<>?]*+\?>")
_ENTRIES = {
    **dict.fromkeys(("rss", "rdf:RDF", "feed"), ("item", "entry")),
    "en-export": ("note",),
    "opml": ("outline",),
}
"""The elements that are entries, by the document's element."""
_CONTENT = ("content:encoded", "content", "description", "summary", "itunes:summary")
_TITLES = ("title", "dc:title", "media:title", "itunes:title")
_LATER_CONTENT = ("media:description",)
_NOT_WELL_FORMED, _NO_FEED = "ingest.no_xml", "ingest.no_feed"
_MENDED = (
    _NOT_WELL_FORMED,
    _NO_FEED,
)  # what a second reading may mend: no XML, or something else before the feed
_LEFT_OUT_OF_ENTRIES = ("resource",)  # the attachments of Evernote's notes
_DATES = ("pubDate", "published", "updated", "dc:date", "dc:created")


def read(file: File) -> Steps:
    """One item an entry: its id is the guid, the id or the link; its text is what a reader would see.

    What is no XML is read a second time with its usual faults mended, and a note says so.
    """
    text = _XML_DECLARATION.sub(r"\1", file.text, count=1)
    broken = yield from _read(file, text, 0, "")
    if broken is None:
        return
    from semblance.ingest import feed_faults  # here, since few feeds have them

    mended, faults = feed_faults.mended(text, _URIS)
    if mended == text:
        raise broken.error
    again = yield from _read(file, mended, broken.read, faults)
    if again is not None:
        raise again.error


class _Broken(NamedTuple):
    """Where the reading of a feed ended."""

    read: int  # entries
    error: InputError


def _read(file: File, text: str, passed: int, note: str) -> Generator[Step, None, _Broken | None]:
    """The items of a feed after the first `passed` entries, the first of them with a note."""
    from semblance.ingest.exports import wordpress

    entries = _Entries(file)
    at = parsed = number = 0
    size = _SLICE
    while at < len(text):
        error = entries.feed(text[at : at + size], last=at + size >= len(text))
        at += size
        for entry in entries.take():
            number += 1
            if number <= passed or wordpress.is_left_out(entry):
                continue
            for step in _item(entry, f"{file.where} item {number}", number):
                if note and isinstance(step, Item):
                    step, note = replace(step, note=joined(note, step.note)), ""
                yield step
        yield None
        if error is not None:
            if error.text.key in _MENDED:
                return _Broken(number, error)
            raise error
        # expat reads an incomplete tag again from its start. Doubling the size each time keeps the time linear.
        size = 2 * size if entries.parsed == parsed else _SLICE
        parsed = entries.parsed
    return None


@cache
def _entities_of_html() -> str:
    """HTML's entities as a DTD declares them, each a reference to its characters, without XML's own."""
    return "".join(
        f'<!ENTITY {name[:-1]} "{"".join(f"&#38;#{ord(char)};" for char in characters)}">'
        for name, characters in html5.items()
        if name.endswith(";") and name not in _OF_XML_ITSELF
    )


class _Entries:
    """Parses a feed piece by piece and hands out its entries as they are complete.

    It uses expat itself, because ElementTree's parser does not report the entities that a document declares.
    """

    def __init__(self, file: File) -> None:
        self._where = file.where
        self._deepest = file.limits.depth
        self._depth = 0
        self._entry_depth = 0
        self._builder: ElementTree.TreeBuilder | None = None
        self._done: list[ElementTree.Element] = []
        self._tags: tuple[str, ...] = ()
        self._bases = [""]
        self._skipped = 0  # the depth of an element that is left out
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._data
        self._parser.EntityDeclHandler = self._refuse_entity
        # A DTD is never fetched, whether the feed names one or not. HTML's entities take its place.
        self._parser.UseForeignDTD(True)
        self._parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)
        self._parser.ExternalEntityRefHandler = self._declare_entities
        self._parser.SkippedEntityHandler = self._unknown_entity

    @property
    def parsed(self) -> int:
        """Where the tag or text that is being parsed begins, in bytes."""
        return self._parser.CurrentByteIndex

    def feed(self, text: str, *, last: bool) -> InputError | None:
        """Parse some more. An error is returned, not raised, so that the entries before it can be taken first."""
        try:
            self._parser.Parse(text, last)
        except InputError as error:
            return error
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            return Malformed(_NOT_WELL_FORMED, reason=reason, where=line_of(self._where, error.lineno))
        return None

    def take(self) -> list[ElementTree.Element]:
        done, self._done = self._done, []
        return done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = _short(name)
        if not self._depth:
            if tag not in _ENTRIES:
                raise UnsupportedFormat(_NO_FEED, where=self._where, remedy="ingest.save_as_text")
            self._tags = _ENTRIES[tag]
        self._depth += 1
        if self._depth > self._deepest:
            raise self._malformed("ingest.deep_elements", limit=self._deepest)
        values = {_short(key): value for key, value in attributes.items()}
        self._bases.append(
            urljoin(self._bases[-1], values["xml:base"]) if "xml:base" in values else self._bases[-1]
        )
        if self._skipped:
            return
        if self._builder is None and tag in self._tags:
            self._builder, self._entry_depth = ElementTree.TreeBuilder(), self._depth
        if self._builder is not None:
            if tag in _LEFT_OUT_OF_ENTRIES:
                self._skipped = self._depth
                return
            if tag == "link":
                values["xml:base"] = self._bases[-1]
            self._builder.start(tag, values)

    def _end(self, name: str) -> None:
        self._bases.pop()
        if self._skipped:
            self._skipped = 0 if self._depth == self._skipped else self._skipped
        elif self._builder is not None:
            self._builder.end(_short(name))
            if self._depth == self._entry_depth:
                self._done.append(self._builder.close())
                self._builder = None
        self._depth -= 1

    def _data(self, text: str) -> None:
        if self._builder is not None and not self._skipped:
            self._builder.data(text)

    def _declare_entities(self, context: str | None, *named: str | None) -> int:
        declarations = self._parser.ExternalEntityParserCreate(context)
        declarations.EntityDeclHandler = None
        declarations.Parse(_entities_of_html(), True)
        return 1

    def _unknown_entity(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            self._data(f"&{name};")  # as written, so that nothing is lost

    def _refuse_entity(self, *declaration: object) -> None:
        raise self._malformed("ingest.entities")

    def _malformed(self, key: str, **values: object) -> Malformed:
        return Malformed(Message(key, **values), where=line_of(self._where, self._parser.CurrentLineNumber))


def _short(name: str) -> str:
    """A name with the usual prefix of its namespace. An unknown namespace itself is the prefix."""
    namespace, _, local = name.rpartition(" ")
    return _PREFIXES.get(namespace, f"{namespace} ") + local if namespace else local


def _item(entry: ElementTree.Element, where: str, number: int) -> Steps:
    if entry.tag == "note":
        from semblance.ingest.exports import evernote

        yield from evernote.item(entry, where, number)
    elif entry.tag == "outline":
        from semblance.ingest.exports import outline

        yield from outline.items(entry, where, number)
    else:
        yield from _entry(entry, where)


def _entry(entry: ElementTree.Element, where: str) -> Steps:
    from semblance.ingest.exports import wordpress

    link = _link(entry)
    id = _plain(entry, "guid") or _plain(entry, "id") or entry.get("rdf:about", "").strip() or link
    if not id:
        yield Failure(where, Malformed("ingest.no_link", where=where))
        return
    content = ""
    kind = "text" if entry.tag == "entry" else "html"
    is_wordpress = entry.find("wp:post_type") is not None
    for element in chain(_children(entry, *_CONTENT), *(entry.iter(tag) for tag in _LATER_CONTENT)):
        if is_wordpress:
            element.text = wordpress.without_shortcodes(element.text or "")
        content = content or (yield from _text(element, kind)).strip()
    title = ""
    for element in _children(entry, *_TITLES):
        title = title or " ".join((yield from _text(element, "text")).split())
    yield Item(id, content or title, where, title, _metadata(entry, link))


def _metadata(entry: ElementTree.Element, link: str) -> dict[str, Any]:
    categories = [_label(element) for element in _children(entry, "category", "dc:subject")]
    authors = (_plain(author, "name") or (author.text or "").strip() for author in _children(entry, "author"))
    fields = {
        "link": link,
        "date": _iso_date(next(filter(None, (_plain(entry, tag) for tag in _DATES)), "")),
        "author": _plain(entry, "dc:creator") or next(filter(None, authors), ""),
        "categories": list(filter(None, categories)),
    }
    return {key: value for key, value in fields.items() if value}


def _children(element: ElementTree.Element, *tags: str) -> Iterator[ElementTree.Element]:
    """The children of some names, in the order of the names."""
    return (child for tag in tags for child in element if child.tag == tag)


def _plain(element: ElementTree.Element, tag: str) -> str:
    return next(("".join(child.itertext()).strip() for child in _children(element, tag)), "")


def _label(category: ElementTree.Element) -> str:
    return category.get("label") or category.get("term") or (category.text or "").strip()


def _link(entry: ElementTree.Element) -> str:
    for link in _children(entry, "link"):
        href = link.get("href") if link.get("rel", "alternate") == "alternate" else None
        if address := (href or link.text or "").strip():
            return urljoin(link.get("xml:base", ""), address)
    for guid in _children(entry, "guid"):  # a permanent link, unless it says that it is none
        address = (guid.text or "").strip()
        if guid.get("isPermaLink", "true") == "true" and address.startswith(("http://", "https://")):
            return address
    return ""


def _iso_date(text: str) -> str:
    """A date of RSS as ISO 8601. Atom's dates are ISO 8601 already. Other dates stay as they are."""
    from email.utils import parsedate_to_datetime  # here, since only RSS needs it

    if text[4:5] in ("", "-"):
        return text
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return text


def _text(element: ElementTree.Element, kind: str) -> Generator[None, None, str]:
    """The text of an element by its ``type``, or by the given kind if it has none."""
    kind = element.get("type") or kind
    if kind in ("xhtml", "application/xhtml+xml"):
        return (yield from web_page.extract(_markup(element))).content
    text = "".join(element.itertext())
    if kind in ("html", "text/html"):
        return (yield from web_page.text_of(text))
    return text if kind in ("text", "text/plain") else ""


def _markup(element: ElementTree.Element) -> str:
    """The markup inside an element, without namespaces. In HTML an element such as ``title`` would hold no markup."""
    for node in element.iter():
        node.tag = node.tag.rpartition(" ")[2]
        for name in list(node.attrib):
            if name not in ("hidden", "style"):
                del node.attrib[name]
    element.tag = "div"
    return ElementTree.tostring(element, encoding="unicode", method="html")
