"""JSON and JSON lines: an object is an item."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from semblance.documents import Failure
from semblance.errors import Malformed
from semblance.ingest import web_page
from semblance.ingest.items import (
    Breath,
    File,
    Item,
    Steps,
    line_of,
    lines,
    mend,
    shorten,
    title_of,
    without_long,
)
from semblance.messages import Message
from semblance.nesting import is_too_deep

_CONTENT_KEYS = ("content", "text", "body", "content_text", "content_html")
_LIST_KEYS = ("items", "entries", "posts", "documents", "data", "results", "rows")
_SPACE = re.compile(r"[ \t\r\n]*")
_LONGEST_INTEGER = 300  # digits; Python itself refuses more than 4,300


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else digits


class _Decoder(json.JSONDecoder):
    """A decoder that notes which keys stood more than once in one object: only the last value of each is kept."""

    def __init__(self) -> None:
        super().__init__(parse_int=_integer, parse_constant=lambda name: None, object_pairs_hook=self._object)
        self._repeated: list[str] = []

    @property
    def note(self) -> str:
        """What is to be told of the value that was decoded last; empty where there is nothing."""
        return _note_of(self._repeated)

    def raw_decode(self, s: str, idx: int = 0) -> tuple[Any, int]:
        self._repeated = []
        return super().raw_decode(s, idx)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        values = dict(pairs)
        if len(values) < len(pairs):
            self._repeated += _repeated(key for key, _ in pairs)
        return values


def _repeated(keys: Iterable[str]) -> list[str]:
    return [key for key, times in Counter(keys).items() if times > 1]


def _note_of(repeated: Iterable[str]) -> str:
    keys = _listed(dict.fromkeys(repeated))
    return Message("ingest.repeated", keys=keys).said() if keys else ""


def _listed(keys: Iterable[str]) -> str:
    """The first few keys of an object, for a message."""
    quoted = [Message("ingest.quoted", text=shorten(key)).said() for key in list(keys)[:5]]
    return Message("ingest.between").said().join(quoted)


class _Element(NamedTuple):
    value: Any
    where: str
    size: int  # characters of JSON
    note: str = ""


@dataclass(slots=True)
class _Entry:
    """A key of the outermost object, and its value or the elements of the list that it is."""

    key: str
    where: str
    value: Any = None
    size: int = 0
    note: str = ""
    elements: list[_Element] | None = None

    @property
    def plain(self) -> Any:
        return self.value if self.elements is None else [element.value for element in self.elements]

    @property
    def holds_objects(self) -> bool:
        return any(isinstance(element.value, dict) for element in self.elements or ())


def read(file: File) -> Steps:
    """A list of objects, an object of texts or objects by id, or an object that holds one list of objects.

    A list is decoded one element at a time, and what stands before an error is kept.
    """
    source = _Source(file)
    if source.peek() == "[":
        yield from _items(file, source.elements())
        source.expect_end()
        return
    entries: list[_Entry] = []
    try:
        yield from source.object_into(entries)
    except Malformed:
        yield from _from_object(file, entries)
        raise
    if source.peek() == "{":  # one object after another: JSON lines under another name
        yield from read_lines(file)
        return
    yield from _from_object(file, entries)
    source.expect_end()


def read_lines(file: File) -> Steps:
    """An object a line; blank lines are ignored, and a broken one doesn't stop the others."""
    breath, decoder = Breath(), _Decoder()
    for number, line in enumerate(lines(file.text), 1):
        if line.strip():
            yield from _from_line(file, line, line_of(file.where, number), decoder)
        if breath.due(len(line)):
            yield None


def _from_line(file: File, line: str, where: str, decoder: _Decoder) -> Steps:
    try:
        if is_too_deep(line, file.limits.depth):
            raise Malformed("ingest.too_deep", where=where)
        value = decoder.decode(line)
    except json.JSONDecodeError as error:
        yield Failure(where, _no_json(error, where))
    except Malformed as error:
        yield Failure(where, error)
    else:
        yield from _item(file, _Element(value, where, len(line), decoder.note))


def _from_object(file: File, entries: list[_Entry]) -> Steps:
    lists = [entry for entry in entries if entry.holds_objects]
    values = {entry.key: entry.plain for entry in entries}
    if lists:
        yield from _items(file, _the_list(file, lists))
    elif {"id", "title"} & values.keys() and any(isinstance(values.get(key), str) for key in _CONTENT_KEYS):
        note = _note_of(_repeated(entry.key for entry in entries))
        yield from _item(file, _Element({"id": file.name} | values, file.where, 0, note))
    elif [] not in values.values():  # an empty list is the list of items: there are none
        yield from _items(file, (_by_id(entry) for entry in entries))


def _the_list(file: File, lists: list[_Entry]) -> list[_Element]:
    """The elements of the list of items; one that is cut in two, both under the same key, is read whole."""
    by_key: dict[str, list[_Element]] = {}
    for entry in lists:
        by_key.setdefault(entry.key, []).extend(entry.elements or ())
    for key in by_key if len(by_key) == 1 else _LIST_KEYS:
        if key in by_key:
            return by_key[key]
    raise Malformed("ingest.several_lists", keys=_listed(by_key), where=file.where)


def _by_id(entry: _Entry) -> _Element:
    """An entry of an object by id, as an element of a list would be."""
    value = {"content": entry.value} if isinstance(entry.value, str) else entry.plain
    if isinstance(value, dict):
        value = {"id": entry.key} | {key: part for key, part in value.items() if key != "id"}
    return _Element(value, entry.where, entry.size, entry.note)


def _items(file: File, elements: Iterable[_Element]) -> Steps:
    breath = Breath()
    for element in elements:
        yield from _item(file, element)
        if breath.due(element.size):
            yield None


def _item(file: File, element: _Element) -> Steps:
    value, where = element.value, element.where
    if not isinstance(value, dict) or not value:
        yield Failure(where, Malformed("ingest.no_object", where=where))
        return
    id_key = "id" if "id" in value else next(iter(value))
    id, rest = value[id_key], {key: part for key, part in value.items() if key != id_key}
    if isinstance(id, bool) or not isinstance(id, (str, int, float)) or not str(id).strip():
        yield Failure(where, Malformed("ingest.no_id_in", key=shorten(id_key), where=where))
        return
    key = next((key for key in _CONTENT_KEYS if isinstance(rest.get(key), str) and rest[key].strip()), "")
    if key:
        content = rest.pop(key)
    else:
        content = " ".join(part for part in rest.values() if isinstance(part, str))
        rest = without_long(rest)
    if key == "content_html":
        content = yield from web_page.text_of(content)
    yield Item(str(id), mend(content), where, title_of(value), rest, element.note)


class _Source:
    """A JSON text that is decoded a piece at a time."""

    def __init__(self, file: File) -> None:
        self._text = file.text
        self._where = file.where
        self._deepest = file.limits.depth
        self._at = 0
        self._line = 1
        self._counted = 0
        self._decoder = _Decoder()

    def peek(self) -> str:
        """The next character that is not a space; empty at the end."""
        match = _SPACE.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return self._text[self._at : self._at + 1]

    def elements(self) -> Iterator[_Element]:
        """The elements of the list that begins here."""
        self._take("[")
        number = 0
        more = self.peek() != "]" or self._more("]")
        while more:
            number += 1
            where = Message("ingest.item", file=self._where, number=number, line=self._line_number()).said()
            start = self._at
            value = self._value()
            yield _Element(value, where, self._at - start, self._decoder.note)
            more = self._more("]")

    def object_into(self, entries: list[_Entry]) -> Steps:
        """Fill in the entries of the object that begins here; yields breathing points."""
        breath = Breath()
        self._take("{")
        more = self.peek() != "}" or self._more("}")
        while more:
            start = self._at
            if self.peek() != '"':
                raise self._error("ingest.key_expected")
            entry = _Entry(self._value(), line_of(self._where, self._line_number()))
            self._take(":")
            if self.peek() == "[":
                entry.elements = elements = []
                entries.append(entry)  # already, for what it holds to be kept if it is broken further on
                for element in self.elements():
                    elements.append(element)
                    if breath.due(element.size):
                        yield None
            else:
                entry.value, entry.note = self._value(), self._decoder.note
                entries.append(entry)
            entry.size = self._at - start
            if breath.due(entry.size):
                yield None
            more = self._more("}")

    def expect_end(self) -> None:
        if self.peek():
            raise self._error("ingest.after_end")

    def _value(self) -> Any:
        self.peek()
        if is_too_deep(self._text, self._deepest, self._at):
            raise self._error("ingest.too_deep")
        try:
            value, self._at = self._decoder.raw_decode(self._text, self._at)
        except json.JSONDecodeError as error:
            raise _no_json(error, line_of(self._where, error.lineno)) from error
        return value

    def _take(self, char: str) -> None:
        if self.peek() != char:
            raise self._error("ingest.expected", char=char)
        self._at += 1

    def _more(self, closing: str) -> bool:
        """Step over a comma, or over the end; whether it was a comma."""
        char = self.peek()
        if char not in (",", closing):
            raise self._error(f"a comma or “{closing}” is expected")
        self._at += 1
        return char == ","

    def _line_number(self) -> int:
        self.peek()
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def _error(self, key: str, **values: object) -> Malformed:
        return Malformed(Message(key, **values), where=line_of(self._where, self._line_number()))


def _no_json(error: json.JSONDecodeError, where: str) -> Malformed:
    reason = error.msg.removesuffix(" at").lower()
    return Malformed("ingest.no_json", reason=reason, column=error.colno, where=where)
