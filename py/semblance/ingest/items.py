"""Values that pass between the readers and `semblance.ingest.reading`."""

from __future__ import annotations

import html
import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from html.entities import html5
from typing import Any, TypeAlias, TypeVar

from semblance.documents import Failure, ImageFile
from semblance.errors import InputError, ReaderFailed
from semblance.ingest.limits import LIMITS, Limits
from semblance.ingest.questions import Question
from semblance.messages import Message

SLICE = 65_536
"""Characters or bytes worked on between two breathing points."""

T = TypeVar("T")

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_SURROGATES = re.compile("[\ud800-\udfff]")

LONG = 1_000
"""A longer text that is part of the content is not kept again as metadata. In characters."""


@dataclass(frozen=True, slots=True)
class File:
    """A decoded file on its way to a reader.

    Parameters
    ----------
    name : str
        Its path; the id of the item where the file is one.
    text : str
        All of it, decoded, lines ending in a newline alone.
    where : str
        How messages name it: the path, after that of the archive it was in.
    limits : Limits
    """

    name: str
    text: str
    where: str
    limits: Limits = LIMITS


@dataclass(frozen=True, slots=True)
class Item:
    """An item from a reader: a future `Document`, before the rules that all formats share.

    ``where`` is its place in the file, such as ``posts.csv row 7``, and ``file`` the path of its file in an archive. The
    other fields are those of a `Document`.
    """

    id: str
    content: str
    where: str
    title: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    image: ImageFile | None = None
    file: str = ""
    links: tuple[str, ...] = ()


@dataclass(slots=True)
class Apart:
    """A file to be read in a second Python: a reader yields it, and goes on when it has its answer.

    Parameters
    ----------
    name : str
    data : bytes
    where : str
        How messages name it.
    format : str
        The suffix of the format to read it as.
    limits : Limits
    answer : list of Item or Failure, optional
        What the second Python read.
    """

    name: str
    data: bytes = field(repr=False)
    where: str
    format: str
    limits: Limits
    answer: list[Item | Failure] | None = None


Step: TypeAlias = Item | Failure | Apart | Question | None
Steps: TypeAlias = Iterator[Step]
"""The steps that a reader yields. None is a breathing point; for the others see `semblance.ingest.reading.read`."""


def failure_of(id: str, error: Exception, where: str) -> Failure:
    """The failure of a file, a page or an entry, for any error of its reading.

    Examples
    --------
    >>> print(failure_of("a.md", KeyError("maybe"), "notes.zip/a.md").error)  # doctest: +ELLIPSIS
    notes.zip/a.md: Semblance could not cope with something in it (KeyError). Save it in another format ...
    """
    if isinstance(error, InputError):
        return Failure(id, error)
    unexpected = ReaderFailed("ingest.unexpected", error=type(error).__name__, where=where)
    unexpected.__cause__ = error
    return Failure(id, unexpected)


def finished(steps: Generator[object, None, T]) -> T:
    """The return value of a reader's generator. Its breathing points are skipped, since no page waits."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


class Breath:
    """Counts work and tells when it is time for a breathing point.

    Examples
    --------
    >>> breath = Breath()
    >>> [breath.due(40_000) for _ in range(4)]
    [False, True, False, True]
    """

    def __init__(self, every: int = SLICE) -> None:
        self._every = every
        self._left = every

    def due(self, amount: int) -> bool:
        """Whether a slice is used up once `amount` more characters are worked on."""
        self._left -= amount
        if self._left > 0:
            return False
        self._left = self._every
        return True


def lines(text: str, start: int = 0) -> Iterator[str]:
    r"""The lines of a text with their newlines, found one at a time; only ``\n`` ends a line.

    Examples
    --------
    >>> list(lines("a\n\nb\u2028c"))
    ['a\n', '\n', 'b\u2028c']
    """
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def title_of(values: Mapping[str, Any]) -> str:
    """The value under ``title``, in any case, where it is text; without HTML's entities, which exports leave in it.

    Examples
    --------
    >>> title_of({"id": "a", "Title": " Salt &amp; pepper "})
    'Salt & pepper'
    """
    for key, value in values.items():
        if is_title(key) and isinstance(value, str):
            return without_entities(value).strip()
    return ""


def is_title(key: str) -> bool:
    """Whether a column or key holds the titles of items."""
    return key.strip().lower() == "title"


def without_entities(text: str) -> str:
    """A text with HTML's entities resolved, if they are well-formed: what only looks like one stays.

    Examples
    --------
    >>> without_entities("Caf&eacute; &#38; bar"), without_entities("R&D; a&copy=1, &copyright;")
    ('Café & bar', 'R&D; a&copy=1, &copyright;')
    """
    return _ENTITY.sub(lambda entity: _character(entity[0]), text)


def _character(entity: str) -> str:
    return html.unescape(entity) if entity[1] == "#" else html5.get(entity[1:], entity)


def mend(text: str) -> str:
    r"""Replace lone surrogates: escapes in JSON and YAML can make them, and no encoding holds them.

    Examples
    --------
    >>> mend("a\ud800b")
    'a\ufffdb'
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATES.sub("\ufffd", text)
    return text


def joined(*notes: str) -> str:
    """Several notes as one; empty ones are left out."""
    whole = ""
    for note in filter(None, notes):
        whole = Message("ingest.then", first=whole, second=note).said() if whole else note
    return whole


def line_of(file: str, number: int) -> str:
    """What a line of a file is called."""
    return Message("ingest.line", file=file, number=number).said()


def row_of(file: str, number: int) -> str:
    """What a row of a table is called."""
    return Message("ingest.row", file=file, number=number).said()


def without_long(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` without the long texts, for metadata of an item whose content holds them already."""
    return {key: value for key, value in values.items() if not (isinstance(value, str) and len(value) > LONG)}


def shorten(text: str, width: int = 60) -> str:
    r"""A text for a message: on one line, cut with an ellipsis.

    Examples
    --------
    >>> shorten("one\ntwo " * 20, 12)
    'one two one…'
    """
    line = " ".join(text[: 4 * width].split())
    return line if len(line) <= width else line[: width - 1].rstrip() + "…"
