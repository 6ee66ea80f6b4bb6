"""A file becomes documents: which reader, and the rules that all formats share."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Generator, Iterator, Mapping
from importlib import import_module
from typing import Any, NamedTuple

from semblance.documents import Document, Failure, ImageBytes
from semblance.errors import DuplicateId, EmptyDocument, Malformed
from semblance.ingest import (
    apart,
    archives,
    exif,
    feeds,
    formats,
    json_data,
    markdown,
    plain_text,
    sheets,
    tables,
    web_page,
)
from semblance.ingest.decoding import Decoded, declared_encoding, decode, decode_as
from semblance.ingest.items import Apart, File, Item, Steps, failure_of, joined, mend, shorten
from semblance.ingest.kinds import check_kind, kind_of
from semblance.ingest.limits import LIMITS, Limits, check_size
from semblance.ingest.names import composed
from semblance.ingest.questions import EncodingQuestion, Question
from semblance.messages import Message

Reader = Callable[[File], Steps]

READERS: dict[str, Reader] = {
    **dict.fromkeys(formats.MARKDOWN, markdown.read),
    **dict.fromkeys(formats.HTML, web_page.read),
    **dict.fromkeys(formats.TABLES, tables.read),
    **dict.fromkeys(formats.JSON, json_data.read),
    **dict.fromkeys(formats.JSON_LINES, json_data.read_lines),
    **dict.fromkeys((*formats.FEEDS, *formats.XML_EXPORTS), feeds.read),
}
"""The reader for each suffix; `plain_text.read` reads all other text, and `archives.read` archives."""

EXPORTS = {
    **dict.fromkeys(formats.NOTEBOOKS, "notebook.read"),
    **dict.fromkeys(formats.SUBTITLES, "subtitles.read"),
    **dict.fromkeys(formats.CALENDARS, "calendar_cards.read_calendar"),
    **dict.fromkeys(formats.CONTACTS, "calendar_cards.read_contacts"),
    **dict.fromkeys(formats.ORG, "org.read"),
    **dict.fromkeys(formats.RST, "rst.read"),
    **dict.fromkeys(formats.TEX, "tex.read"),
}
"""The reader for each suffix of what is rarer, in `semblance.ingest.exports`, loaded with the first such file."""

MAIL = {
    **dict.fromkeys(formats.MAIL, "mail.read"),
    **dict.fromkeys(formats.MAILBOXES, "mail.read_mailbox"),
}
"""The same for mail, whose parts have encodings of their own: these readers take bytes."""


def export_reader(path: str) -> Callable[..., Steps]:
    """A reader by its module in `semblance.ingest.exports` and its name, such as ``org.read``."""
    module, _, function = path.partition(".")
    reader: Callable[..., Steps] = getattr(import_module(f"semblance.ingest.exports.{module}"), function)
    return reader


def read(
    name: str, data: bytes, *, source: str = "", limits: Limits = LIMITS, asks: bool = False
) -> Iterator[Document | Failure | Apart | Question | None]:
    r"""Read a file.

    Parameters
    ----------
    name : str
        Its path relative to the folder that was added, or its name. It is the id where the file is one item;
        its suffix tells the format.
    data : bytes
    source : str, optional
        Passed on to the documents.
    limits : Limits, optional
    asks : bool
        Whether questions are among the steps. Else what is guessed holds.

    Yields
    ------
    Document or Failure or Apart or Question or None
        An `Apart` is a file that the caller is to have read in a second Python before it asks for the next step. If it
        does not, the file is a failure. A `Question` may be answered before the next step. None is a breathing point: it
        comes at least after each 64 KB of work, so that a caller can let the page breathe. A `Failure` names its place:
        ``posts.csv row 7``, ``data.jsonl line 7``, ``notes.zip/a.md``. Bad input never raises.

    Examples
    --------
    >>> [document] = filter(None, read("notes/tea.md", b"# Tea\n\nBoil water."))
    >>> document.id, document.title, document.content
    ('notes/tea.md', 'Tea', '# Tea\n\nBoil water.')
    >>> [failure] = filter(None, read("tea.md", b""))
    >>> print(failure.error)
    tea.md: it is empty. Add some text, or leave the file out.
    """
    name = composed(name)
    places: dict[str, _Place] = {}
    failures = 0
    for step in _read_file(name, data, name, limits):
        if isinstance(step, Question) and not asks:
            continue
        finished = _finished(step, places, source, limits) if isinstance(step, Item) else step
        failures += isinstance(finished, Failure)
        if failures <= limits.failures or not isinstance(finished, Failure):
            yield finished
    if failures > limits.failures:
        more = failures - limits.failures
        yield Failure(name, Malformed("ingest.more_items", count=more, where=name), more)


def _read_file(name: str, data: bytes, where: str, limits: Limits) -> Steps:
    """The items of a file or of an archive's entry, and its failure, whatever its reader raises."""
    has_items = False
    try:
        for step in _read_items(name, data, where, limits):
            has_items = has_items or isinstance(step, Item | Failure)
            yield step
        if not has_items:
            raise EmptyDocument("ingest.nothing", where=where)
    except Exception as error:  # a fault of a reader, or of its library, concerns only this file
        yield failure_of(name, error, where)


def _read_items(name: str, data: bytes, where: str, limits: Limits) -> Steps:
    if not data:
        raise EmptyDocument("ingest.empty", where=where)
    if _is_picture(name, data):
        yield Item(name, "", where, metadata=exif.fields(data[: exif.HEAD]), image=ImageBytes(data))
        return
    check_kind(name, data, where=where, apart=True)
    check_size(where, len(data), limits)
    format = formats.format_of(name, data)
    if format in formats.ARCHIVES:
        yield from archives.read(
            data, where, limits, lambda name, data, where: _read_file(name, data, where, limits)
        )
        return
    if format in formats.SPREADSHEETS:
        yield from sheets.read(Apart(name, data, where, format, limits))
        return
    if format in formats.PAPERS:
        yield from apart.steps(Apart(name, data, where, format, limits))
        return
    if format in MAIL:
        yield from export_reader(MAIL[format])(name, data, where)
        return
    declared = (
        declared_encoding(data) if format in (*formats.HTML, *formats.FEEDS, *formats.XML_EXPORTS) else ""
    )
    decoded = yield from decode(data, where=where, declared=declared)
    if decoded.guess:
        decoded = yield from _as_answered(decoded, data, where, format)
    if not decoded.text or decoded.text.isspace():
        raise EmptyDocument("ingest.no_text", where=where)
    reader = READERS.get(format) or (export_reader(EXPORTS[format]) if format in EXPORTS else plain_text.read)
    for step in reader(File(name, decoded.text, where, limits)):
        if decoded.note and isinstance(step, Item):
            step = dataclasses.replace(step, note=joined(decoded.note, step.note))
        yield step


def _as_answered(decoded: Decoded, data: bytes, where: str, format: str) -> Generator[Any, None, Decoded]:
    """A text whose encoding was guessed, in the one that the answer to a question says, if there is an answer."""
    shape = f"encoding {format} {decoded.guess}"
    question = EncodingQuestion(
        where=where, shape=shape, is_sure=True, guess=decoded.guess, sample=decoded.sample
    )
    yield question
    if question.answer in (None, decoded.guess):
        return decoded
    return (yield from decode_as(data, question.answer))


def _is_picture(name: str, data: bytes) -> bool:
    """Whether a file is a picture by its name, or by its first bytes where the name does not say that it is a text."""
    if formats.is_picture(name):
        return True
    suffix = formats.suffix_of(name)
    is_text = suffix in formats.READ_BY_SUFFIX and suffix not in (*formats.PAPERS, *formats.SPREADSHEETS)
    return bool(formats.picture_suffix(data)) and not is_text and kind_of(name, data) is None


class _Place(NamedTuple):
    """Where an item was found: see `Item`."""

    where: str
    file: str


def _finished(item: Item, places: dict[str, _Place], source: str, limits: Limits) -> Document | Failure:
    """The document that an item becomes, if it keeps the rules."""
    id = mend(item.id)
    if item.image is None and (not item.content or item.content.isspace()):
        return Failure(id, EmptyDocument("ingest.no_text", where=item.where))
    if id in places and places[id].file != item.file:  # another file of the archive has an item of this name
        id = mend(item.file if item.file.endswith(f"/{id}") else f"{item.file}/{id}")
    if id in places:
        error = DuplicateId("ingest.same_id", id=shorten(id), other=places[id].where, where=item.where)
        return Failure(id, error)
    places[id] = _Place(item.where, item.file)
    metadata, left_out = _as_json(item.metadata, limits.metadata_bytes)
    names = shorten(Message("ingest.between").said().join(left_out), 200)
    dropped = Message("ingest.left_out", names=names).said() if left_out else ""
    note = mend(joined(item.note, dropped))
    links = tuple(mend(link) for link in item.links)
    return Document(id, item.content, mend(item.title), metadata, source, note, item.image, links)


def _as_json(values: Mapping[str, Any], most: int) -> tuple[dict[str, Any], list[str]]:
    """The values that fit into `most` bytes of JSON, in their order, and the names of the values left out."""
    whole = _json_of(dict(values))
    if whole is not None and len(whole) <= most:
        return dict(values), []
    kept: dict[str, Any] = {}
    left_out: list[str] = []
    for key, value in values.items():
        encoded = _json_of({key: value})
        if encoded is not None and len(encoded) <= most:
            most -= len(encoded)
            kept |= json.loads(encoded)
        else:
            left_out.append(key)
    return kept, left_out


def _json_of(value: dict[str, Any]) -> bytes | None:
    """A value as strict JSON in UTF-8; None if JSON can't hold it."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        return None
