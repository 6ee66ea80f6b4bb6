"""What a reader asks where a file can be read in several ways: its guess, and the answer of whoever knows the file.

A reader yields a question and goes on with its answer, or with the guess where nobody answers. What is answered for one file
holds for all of the same shape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, NamedTuple, Protocol, TypeAlias

from semblance.errors import Malformed
from semblance.ingest import encodings

ROLES = ("id", "title", "date", "link")
"""What a column of a table can be, beside part of the text."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is read.

    Parameters
    ----------
    delimiter : str
    lines : int
        Lines above the header or, without one, above the first row.
    has_header : bool
        Whether the first row names the columns.
    id, title, date, link : int, optional
        Places of columns, from 0. Without a column of ids, the numbers of the rows are the ids.
    text : tuple of int
        Places of the columns that the text is made of.
    """

    delimiter: str
    lines: int = 0
    has_header: bool = True
    id: int | None = None
    title: int | None = None
    date: int | None = None
    link: int | None = None
    text: tuple[int, ...] = ()

    def fits(self, columns: int) -> bool:
        """Whether a table of so many columns can be read so."""
        places = [*self.text, *(place for role in ROLES if (place := getattr(self, role)) is not None)]
        return bool(self.text) and all(0 <= place < columns for place in places)

    def placed(self, role: str, place: int | None) -> Layout:
        """The layout with another column in a role; with None for the place, no column has it.

        Examples
        --------
        >>> Layout(",", title=1, text=(1,)).placed("title", None).title is None
        True
        """
        return Layout(**(asdict(self) | {role: place}))

    def as_values(self) -> dict[str, Any]:
        """The layout as JSON can hold it."""
        return asdict(self) | {"text": list(self.text)}

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Layout:
        """The layout that `as_values` gave.

        Examples
        --------
        >>> layout = Layout(";", id=0, text=(1, 2))
        >>> Layout.from_values(layout.as_values()) == layout
        True
        """
        known = {field.name for field in fields(cls)}
        return cls(
            **{name: value for name, value in values.items() if name in known}
            | {"text": tuple(values["text"])}
        )


class GuessFor(Protocol):
    """See `TableQuestion`."""

    def __call__(
        self, delimiter: str, lines: int | None = None, has_header: bool | None = None
    ) -> Layout: ...


class Column(NamedTuple):
    """A column of a table: its name, and what its first rows hold."""

    name: str
    cells: Sequence[str]


@dataclass(slots=True, kw_only=True)
class _Asked:
    """What all questions share.

    Parameters
    ----------
    where : str
        How messages name the file.
    shape : str
        The same for files that are read alike.
    is_sure : bool
        Whether the guess needs no look.
    is_refused : bool
        Whether the file is not to be read, after all.
    """

    where: str
    shape: str
    is_sure: bool = False
    is_refused: bool = False

    def check(self) -> None:
        """Raise if the file is not to be read."""
        if self.is_refused:
            raise Malformed("ingest.refused", where=self.where, remedy="ingest.ask_again")


@dataclass(slots=True, kw_only=True)
class TableQuestion(_Asked):
    """How a table is to be read.

    Parameters
    ----------
    guess : Layout
    columns_of : callable
        The columns, if the table is read in a certain way.
    guess_for : callable
        The best guess for a delimiter, and if they are known the lines above the table and whether it has a header.
    answer : Layout, optional
    """

    guess: Layout
    columns_of: Callable[[Layout], list[Column]] = field(repr=False)
    guess_for: GuessFor = field(repr=False)
    answer: Layout | None = None

    @property
    def kept(self) -> dict[str, Any]:
        """The answer for the next table of this shape, as JSON can hold it. How much stands above that one may differ."""
        assert self.answer is not None, "it is answered first"
        return self.answer.as_values() | {"lines": self.answer.lines - self.guess.lines}

    def take(self, kept: Mapping[str, Any]) -> None:
        """Take an earlier answer."""
        layout = Layout.from_values(kept)
        self.answer = replace(layout, lines=max(0, self.guess.lines + layout.lines))


class JsonList(NamedTuple):
    """A list in a JSON file: its key, how many elements it has, and the beginning of the first."""

    key: str
    size: int
    sample: str


@dataclass(slots=True, kw_only=True)
class ListQuestion(_Asked):
    """Which of several lists of a JSON file are to be read.

    Parameters
    ----------
    lists : sequence of JsonList
    guess : tuple of str
        Keys; none where nothing speaks for any list.
    answer : tuple of str, optional
    """

    lists: Sequence[JsonList]
    guess: tuple[str, ...] = ()
    answer: tuple[str, ...] | None = None

    @property
    def kept(self) -> list[str]:
        """The answer for the next file of this shape, as JSON can hold it."""
        return list(self.answer or ())

    def take(self, kept: Sequence[str]) -> None:
        """Take an earlier answer."""
        self.answer = tuple(kept)


class Encoding(NamedTuple):
    """An encoding that a text may be in: its codec, and how the text's first line outside ASCII reads in it."""

    codec: str
    sample: str


@dataclass(slots=True, kw_only=True)
class EncodingQuestion(_Asked):
    """In which encoding a text is that does not say so.

    Parameters
    ----------
    guess : str
        The most likely codec.
    sample : bytes
        Lines of the text that are not all ASCII.
    answer : str, optional
        A codec.
    """

    guess: str
    sample: bytes = field(repr=False)
    answer: str | None = None

    @property
    def encodings(self) -> list[Encoding]:
        """All that can decode the text, the guess first. Only who is asked needs them: it decodes the sample in each."""
        return [Encoding(*reading) for reading in encodings.possible(self.sample, self.guess)]

    @property
    def kept(self) -> str:
        """The answer for the next text of this shape."""
        return self.answer or self.guess

    def take(self, kept: str) -> None:
        """Take an earlier answer, if the text can be in that encoding."""
        if kept in (encoding.codec for encoding in self.encodings):
            self.answer = kept


Question: TypeAlias = TableQuestion | ListQuestion | EncodingQuestion
