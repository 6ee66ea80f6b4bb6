"""JSON and JSON lines: an object is an item."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple

from semblance.documents import Failure
from semblance.errors import Malformed, UnsupportedFormat
from semblance.ingest import web_page
from semblance.ingest.items import (
    Breath,
    File,
    Item,
    Steps,
    joined,
    line_of,
    lines,
    mend,
    shorten,
    title_of,
    without_long,
)
from semblance.ingest.questions import JsonList, ListQuestion
from semblance.messages import Message
from semblance.nesting import is_too_deep

if TYPE_CHECKING:
    from semblance.ingest.exports.json_shapes import Shape

_CONTENT_KEYS = ("content", "text", "body", "content_text", "content_html")
_LIST_KEYS = ("items", "orderedItems", "messages", "entries", "posts", "documents", "data", "results", "rows")
_ABOUT = (
    "title",
    "name",
    "version",
    "range",
    "majordimension",
    "date",
    "author",
    "source",
    "url",
    "description",
    "next",
)
_ABOUT_LISTS = (
    "data",
    "response",
    "result",
    "results",
    "body",
    "payload",
    "meta",
    "links",
    "paging",
    "pagination",
    "info",
)
_NOT_ITEMS = ("tags", "keywords", "categories", "labels", "authors")
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
    number: int = 0  # of the element in its list, or of its line


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
    def holds_plain_values(self) -> bool:
        """Whether it is a list of texts, or of rows."""
        kinds = {type(element.value) for element in self.elements or ()}
        return kinds in ({str}, {list}) and self.key not in _NOT_ITEMS

    @property
    def holds_objects(self) -> bool:
        return any(isinstance(element.value, dict) for element in self.elements or ())


def read(file: File) -> Steps:
    """A list of objects or texts, an object of texts or objects by id, or an object that holds one list of objects.

    A list is decoded one element at a time, and what stands before an error is kept. Commas before a closing bracket are
    ignored, and letters that Meta's exports garble are mended.
    """
    return _of_mended(file, _read)


def _read(file: File) -> Steps:
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
    if source.peek() in ("{", ","):  # one object after another: JSON lines under another name
        yield from _read_lines(file)
        return
    yield from _from_object(file, entries)
    source.expect_end()


def read_lines(file: File) -> Steps:
    """An object a line; blank lines are ignored, and a broken one doesn't stop the others.

    Under this name there are also lists, and objects that go on over lines.
    """
    return _of_mended(file, _read_lines)


def _read_lines(file: File) -> Steps:
    if _is_by_lines(file.text):
        return _items(file, _by_lines(file))
    return _items(file, _Source(file).objects()) if file.text.lstrip().startswith("{") else _read(file)


def _of_mended(file: File, reader: Callable[[File], Steps]) -> Steps:
    from semblance.ingest import json_faults  # here, to load with the first such file

    text = json_faults.without_garbled_letters(file.text)
    remark = "" if text == file.text else Message("ingest.mended", file=file.where).said()
    for step in reader(replace(file, text=json_faults.without_trailing_commas(text))):
        if remark and isinstance(step, Item):
            step, remark = replace(step, note=joined(step.note, remark)), ""
        yield step


def _is_by_lines(text: str) -> bool:
    """Whether the first line is a value of its own, but not one list that is all."""
    all_lines = (line.strip() for line in lines(text))
    first = next(filter(None, all_lines), "")
    if first.startswith("[") and not any(all_lines):
        return False
    return not (
        first in ("[", "{") or first.startswith("[{") or (first.startswith("[") and not first.endswith("]"))
    )


def _by_lines(file: File) -> Iterator[_Element | Failure | None]:
    breath, decoder = Breath(), _Decoder()
    for number, line in enumerate(lines(file.text), 1):
        text = line.strip().removesuffix(",")
        if text:
            yield _of_line(file, text, line_of(file.where, number), decoder, number)
        if breath.due(len(line)):
            yield None


def _of_line(file: File, line: str, where: str, decoder: _Decoder, number: int) -> _Element | Failure:
    try:
        if is_too_deep(line, file.limits.depth):
            raise Malformed("ingest.too_deep", limit=file.limits.depth, where=where)
        value = decoder.decode(line)
    except json.JSONDecodeError as error:
        return Failure(where, _no_json(error, where))
    except Malformed as error:
        return Failure(where, error)
    return _Element(value, where, len(line), decoder.note, number)


def _from_object(file: File, entries: list[_Entry]) -> Steps:
    from semblance.ingest.exports import json_shapes

    lists = [entry for entry in entries if entry.holds_objects]
    values = {entry.key: entry.plain for entry in entries}
    shape = json_shapes.shape_of_object(values)
    note = _note_of(_repeated(entry.key for entry in entries))
    if shape:
        if json_shapes.is_trashed(values):
            raise UnsupportedFormat("ingest.trashed", where=file.where, remedy="ingest.restore")
        yield from _item(file, _Element({"id": file.name} | (shape(values) or {}), file.where, 0, note))
    elif rows := json_shapes.table_of_columns(values):
        yield from _items(file, _numbered(rows, file.where))
    elif lists:
        yield from _of_lists(file, lists)
    elif plain := _only_list(entries):
        yield from _items(file, plain)
    elif len(entries) > 1 and all(entry.holds_plain_values for entry in entries):
        yield from _of_lists(file, entries)
    elif {"id", "title"} & values.keys() and any(isinstance(values.get(key), str) for key in _CONTENT_KEYS):
        yield from _item(file, _Element({"id": file.name} | values, file.where, 0, note))
    elif inner := _inner_entries(entries):
        yield from _from_object(file, inner)
    elif [] not in values.values():  # an empty list is the list of items: there are none
        yield from _items(file, (_by_id(entry) for entry in entries))


def _inner_entries(entries: Sequence[_Entry]) -> list[_Entry]:
    """What is in the one object around the lists, as web services answer: ``{"data": {"items": [...]}}``."""
    around = [entry for entry in entries if isinstance(entry.value, dict) and _leads_to_list(entry.value)]
    objects = [entry for entry in entries if isinstance(entry.value, dict)]
    if len(around) != 1 or (
        len(objects) > 1 and any(entry.key.lower() not in _ABOUT_LISTS for entry in objects)
    ):
        return []
    outer = around[0]
    inner: list[_Entry] = []
    for key, value in outer.value.items():
        entry = _Entry(key, outer.where, value, outer.size)
        if isinstance(value, list):
            entry.value, entry.elements = None, list(_elements_of(value, f"{outer.where} {key}"))
        inner.append(entry)
    return inner


def _leads_to_list(value: Any) -> bool:
    """Whether an object that is no item holds a list of objects, or an object that leads to one."""
    if isinstance(value, list):
        return bool(value) and isinstance(value[0], dict)
    if not isinstance(value, dict) or any(isinstance(value.get(key), str) for key in _CONTENT_KEYS):
        return False
    return any(map(_leads_to_list, value.values()))


def _elements_of(values: Sequence[Any], file: str) -> Iterator[_Element]:
    for number, value in enumerate(values, 1):
        where = Message("ingest.nth_item", file=file, number=number).said()
        yield _Element(value, where, len(value) if isinstance(value, (str, list, dict)) else 1, number=number)


def _numbered(rows: Iterable[dict[str, Any]], file: str) -> Iterator[_Element]:
    for number, row in enumerate(rows, 1):
        where = Message("ingest.nth_item", file=file, number=number).said()
        yield _Element(row, where, len(row), number=number)


def _only_list(entries: list[_Entry]) -> list[_Element]:
    """The elements of the one list of texts or rows, if what stands beside it says something about it; else none."""
    plain = [entry for entry in entries if entry.holds_plain_values]
    others = [entry for entry in entries if not entry.holds_plain_values]
    are_about_it = all(
        entry.key.lower() in _ABOUT or not isinstance(entry.value, (str, dict)) for entry in others
    )
    return plain[0].elements or [] if len(plain) == 1 and are_about_it else []


def _of_lists(file: File, lists: list[_Entry]) -> Steps:
    """The items of the list of items, or of those that a user chooses. The guess is a question where it is not sure."""
    by_key: dict[str, list[_Element]] = {}
    for entry in lists:  # one that is cut in two, both under the same key, is read whole
        by_key.setdefault(entry.key, []).extend(entry.elements or ())
    if len(by_key) == 1:
        yield from _items(file, *by_key.values())
        return
    question = _question(file, by_key)
    yield question
    question.check()
    keys = [key for key in question.answer or question.guess if key in by_key]
    if not keys:
        raise Malformed(
            "ingest.several_lists", keys=_listed(by_key), where=file.where, remedy="ingest.choose_list"
        )
    left = [key for key in by_key if key not in keys]
    remark = "" if question.is_sure or question.answer else _unread(left)
    for key in keys:
        for step in _items(file, by_key[key]):
            if isinstance(step, Item):
                step = replace(
                    step, id=f"{key}/{step.id}" if len(keys) > 1 else step.id, note=joined(step.note, remark)
                )
                remark = ""
            yield step


def _question(file: File, by_key: dict[str, list[_Element]]) -> ListQuestion:
    """Which lists are most likely meant: one of a usual name, else the only one with texts."""
    with_text = [key for key, elements in by_key.items() if any(map(_has_text, elements))]
    usual = [key for key in _LIST_KEYS if key in by_key][:1]
    lists = [
        JsonList(key, len(elements), shorten(json.dumps(elements[0].value, ensure_ascii=False), 120))
        for key, elements in by_key.items()
    ]
    return ListQuestion(
        where=file.where,
        shape=json.dumps(sorted(by_key), ensure_ascii=False),
        is_sure=len(with_text) == 1 and (not usual or usual == with_text),
        lists=lists,
        guess=tuple(usual or (with_text if len(with_text) == 1 else ())),
    )


def _unread(keys: Sequence[str]) -> str:
    return Message("ingest.unread_lists", keys=_listed(keys)).said()


def _has_text(element: _Element) -> bool:
    return isinstance(element.value, dict) and any(
        isinstance(element.value.get(key), str) for key in _CONTENT_KEYS
    )


def _by_id(entry: _Entry) -> _Element:
    """An entry of an object by id, as an element of a list would be."""
    value = {"content": entry.value} if isinstance(entry.value, str) else entry.plain
    if isinstance(value, dict):
        value = {"id": entry.key} | {key: part for key, part in value.items() if key != "id"}
    return _Element(value, entry.where, entry.size, entry.note)


def _items(file: File, elements: Iterable[_Element | Failure | None]) -> Steps:
    """The items of a list, in its order.

    Where the elements have no ids, their first keys are tried; they have to tell all elements apart, so that all are looked
    at before the first becomes an item. What stands before an error is kept.
    """
    broken: list[Malformed] = []
    steps = _until_broken(elements, broken)
    ahead: list[_Element | Failure] = []
    are_ids = True
    for step in steps:
        if step is None:
            yield None
            continue
        ahead.append(step)
        if isinstance(step, _Element):
            if isinstance(step.value, list) or (isinstance(step.value, dict) and "id" not in step.value):
                yield from _gather(steps, ahead)
                ahead = _as_objects(ahead) if isinstance(step.value, list) else ahead
                are_ids = _are_different(ahead)
            break
    breath = Breath()
    shape = _shape_of(ahead)
    for element in chain(ahead, steps):
        if not isinstance(element, _Element):
            yield element
            continue
        if shaped := _shaped(element, shape):
            yield from _item(file, shaped, are_ids=are_ids)
        if breath.due(element.size):
            yield None
    if broken:
        raise broken[0]


def _as_objects(elements: list[_Element | Failure]) -> list[_Element | Failure]:
    """The rows of a table as objects, where the elements are rows below one of names."""
    from semblance.ingest.exports import json_shapes

    rows = [element for element in elements if isinstance(element, _Element)]
    objects = json_shapes.table_of_lists([row.value for row in rows])
    if not objects or len(rows) < len(elements):
        return elements
    return [row._replace(value=value) for row, value in zip(rows[1:], objects, strict=True)]


def _until_broken(
    elements: Iterable[_Element | Failure | None], broken: list[Malformed]
) -> Iterator[_Element | Failure | None]:
    try:
        yield from elements
    except Malformed as error:
        broken.append(error)


def _gather(steps: Iterable[_Element | Failure | None], ahead: list[_Element | Failure]) -> Iterator[None]:
    breath = Breath()
    for step in steps:
        if step is None:
            yield None
        else:
            ahead.append(step)
            if isinstance(step, _Element) and breath.due(step.size):
                yield None


def _are_different(elements: Iterable[_Element | Failure]) -> bool:
    """Whether the first keys of elements without ids are ids: no texts, and no two alike."""
    ids: set[str] = set()
    for element in elements:
        value = element.value if isinstance(element, _Element) else None
        if isinstance(value, dict) and value and "id" not in value:
            key, id = next(iter(value.items()))
            if key in _CONTENT_KEYS or isinstance(id, (bool, float)) or str(id) in ids:
                return False
            ids.add(str(id))
    return True


def _shape_of(elements: Iterable[_Element | Failure]) -> Shape | None:
    from semblance.ingest.exports import json_shapes

    values = (element.value for element in elements if isinstance(element, _Element))
    return next(filter(None, map(json_shapes.shape_of_element, islice(values, 20))), None)


def _shaped(element: _Element, shape: Shape | None) -> _Element | None:
    """An element as its program's shape makes it; None for one that is no item."""
    if shape is None or not isinstance(element.value, dict):
        return element
    try:
        value = shape(element.value)
    except (KeyError, TypeError, AttributeError):  # one element of another shape than the others
        return element
    return element._replace(value={"id": element.number} | value) if value else None


def _item(file: File, element: _Element, *, are_ids: bool = True) -> Steps:
    value, where = element.value, element.where
    if isinstance(value, str) and element.number:
        value = {"id": element.number, "content": value}
    if not isinstance(value, dict) or not value:
        yield Failure(where, Malformed("ingest.no_object", where=where))
        return
    if not are_ids and "id" not in value:
        value = {"id": element.number} | value
    id_key = "id" if "id" in value else next(iter(value))
    id, rest = value[id_key], {key: part for key, part in value.items() if key != id_key}
    if isinstance(id, bool) or not isinstance(id, (str, int, float)) or not str(id).strip():
        yield Failure(where, Malformed("ingest.no_id_in", key=shorten(id_key), where=where))
        return
    rest = {key: _joined_parts(part) if key in _CONTENT_KEYS else part for key, part in rest.items()}
    key = next((key for key in _CONTENT_KEYS if isinstance(rest.get(key), str) and rest[key].strip()), "")
    if key:
        content = rest.pop(key)
    else:
        content = " ".join(part for part in rest.values() if isinstance(part, str))
        rest = without_long(rest)
    if key == "content_html":
        content = yield from web_page.text_of(content)
    yield Item(str(id), mend(content), where, title_of(value), rest, element.note)


def _joined_parts(value: Any) -> Any:
    """A text that Telegram's export cuts into a list of texts and objects with a text."""
    if not isinstance(value, list) or not value:
        return value
    parts = [part.get("text") if isinstance(part, dict) else part for part in value]
    texts = [part for part in parts if isinstance(part, str)]
    return "".join(texts) if len(texts) == len(parts) else value


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
            yield _Element(value, where, self._at - start, self._decoder.note, number)
            more = self._more("]")

    def objects(self) -> Iterator[_Element]:
        """Objects one after another."""
        number = 0
        while self.peek():
            number += 1
            where = Message("ingest.item", file=self._where, number=number, line=self._line_number()).said()
            start = self._at
            value = self._value()
            yield _Element(value, where, self._at - start, self._decoder.note, number)

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
            raise self._error("ingest.too_deep", limit=self._deepest)
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
