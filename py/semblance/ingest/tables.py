"""CSV and TSV: a row is an item, its first column the id."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import NamedTuple

from semblance.documents import Failure
from semblance.errors import Malformed
from semblance.ingest.formats import suffix_of
from semblance.ingest.items import (
    Breath,
    File,
    Item,
    Steps,
    is_title,
    lines,
    row_of,
    title_of,
    without_entities,
    without_long,
)
from semblance.messages import Message

_DELIMITERS = ",;\t|"
_MOST_IN_VAIN = 4  # times the text: how much is read again after quotes that nothing closes


def read(file: File) -> Steps:
    """One item a row below the header.

    The content is the other columns joined by a space, as ``llm embed-multi`` joins them; a column named
    ``title`` is the title as well. Rows are counted as spreadsheets count them, the header being row 1.

    Lines after a quote that is never closed belong to its row, and to its failure, until one is a row again.
    """
    table = _Table(file)
    header: list[str] = []
    unclosed: _Row | None = None
    breath = Breath()
    for row in table:
        if breath.due(row.size):
            yield None
        if not header:
            header = _header(row, file.where)
        elif row.is_unclosed or (unclosed and len(row.cells) != len(header)):
            unclosed = unclosed or row
            table.skip_what_is_no_row()
        else:
            if unclosed:
                yield _failure_of(unclosed, row.number, file.where)
                unclosed = None
            if row.cells:  # a blank line is none
                yield _item(row, header, file.where)
    if unclosed:
        yield _failure_of(unclosed, table.number + 1, file.where)


class _Row(NamedTuple):
    number: int
    cells: list[str]
    size: int  # characters
    is_unclosed: bool = False
    note: str = ""


def _header(row: _Row, where: str) -> list[str]:
    if row.is_unclosed:
        raise Malformed("ingest.unclosed", where=row_of(where, 1))
    if len(row.cells) < 2:
        raise Malformed("ingest.one_column", where=where)
    return [
        name.strip() or Message("ingest.column", number=number).said()
        for number, name in enumerate(row.cells, 1)
    ]


def _item(row: _Row, header: list[str], file: str) -> Item | Failure:
    where = row_of(file, row.number)
    id = row.cells[0]
    if len(row.cells) != len(header):
        error = Malformed("ingest.columns", count=len(row.cells), header=len(header), where=where)
        return Failure(id or where, error)
    if not id.strip():
        return Failure(where, Malformed("ingest.no_id", where=where))
    cells = [
        without_entities(cell) if is_title(name) else cell
        for name, cell in zip(header, row.cells, strict=True)
    ]
    values = dict(zip(header, cells, strict=True))
    return Item(id, " ".join(cells[1:]), where, title_of(values), without_long(values), row.note)


def _failure_of(unclosed: _Row, following: int, file: str) -> Failure:
    """The failure of a row whose quote is never closed; `following` is the number of the next good row."""
    lost = following - unclosed.number - 1
    where = row_of(file, unclosed.number)
    if lost > 0:
        return Failure(where, Malformed("ingest.unclosed_lines", count=lost, where=where))
    return Failure(where, Malformed("ingest.unclosed", where=where))


class _UnclosedError(Exception):
    """A quote opens in a row and nothing closes it."""


class _Table:
    """The rows of a table, one at a time.

    The time is linear for any text, because reading in vain after unclosed quotes is bounded.
    """

    def __init__(self, file: File) -> None:
        self.number = 0
        """The number of the last row."""
        self._text = file.text
        self._at = 0
        self._longest = file.limits.record_chars
        self._in_vain = _MOST_IN_VAIN * len(file.text)
        header = next(lines(file.text), "")
        is_tsv = suffix_of(file.name) == ".tsv"
        self._delimiter = "\t" if is_tsv else _delimiter(header)
        self._delimiters = header.count(self._delimiter)
        # In a TSV a quote is an ordinary character, unless a program quotes what it writes all the same.
        self._quotes_are_ordinary = is_tsv and not header.startswith('"')
        # The limit guards against the unclosed quotes that are caught here; it is one for the whole process.
        csv.field_size_limit(max(csv.field_size_limit(), len(file.text)))

    def __iter__(self) -> Iterator[_Row]:
        while self._at < len(self._text):
            self.number += 1
            yield self._row(self._at)

    def skip_what_is_no_row(self) -> None:
        """Skip the next lines that hold no delimiter."""
        delimiter = self._text.find(self._delimiter, self._at)
        following = len(self._text) if delimiter < 0 else self._text.rfind("\n", self._at, delimiter) + 1
        if following > self._at:
            passed = self._text[self._at : following]
            self.number += passed.count("\n") + (not passed.endswith("\n"))
            self._at = following

    def _row(self, start: int) -> _Row:
        end = self._line_end(start)
        line = self._text[start:end]
        alone = line.removesuffix("\n").split(self._delimiter) if line != "\n" else []
        self._at = end
        if '"' not in line or (self._quotes_are_ordinary and not self._goes_on(alone, end)):
            return _Row(self.number, alone, len(line))
        try:
            cells = self._quoted(start, self._longest, strict=True)
            return _Row(self.number, cells, self._at - start, note=self._note(end))
        except (_UnclosedError, csv.Error):
            self._in_vain -= self._at - start
            self._longest = self._longest if self._in_vain > 0 else 0
            self._at = end
        if self._quotes_are_ordinary:
            return _Row(self.number, alone, len(line))
        try:  # text after a closing quote is allowed, but only on one line
            return _Row(self.number, self._quoted(start, 0, strict=False), len(line))
        except (_UnclosedError, csv.Error):
            self._at = end
            return _Row(self.number, [], len(line), is_unclosed=True)

    def _quoted(self, start: int, longest: int, *, strict: bool) -> list[str]:
        pieces = self._pieces(start, longest)
        return next(csv.reader(pieces, delimiter=self._delimiter, strict=strict))

    def _pieces(self, start: int, longest: int) -> Iterator[str]:
        """The first line of a row; then, as a quote is open, as many lines at once as lead to the next one."""
        at, self._at = start, self._line_end(start)
        while True:
            yield self._text[at : self._at]
            quote = self._text.find('"', self._at, start + longest)
            if quote < 0:
                raise _UnclosedError
            at, self._at = self._at, self._line_end(quote)

    def _line_end(self, at: int) -> int:
        return self._text.find("\n", at) + 1 or len(self._text)

    def _goes_on(self, alone: list[str], end: int) -> bool:
        """Whether a line's last cell opens with a quote that is not closed in it, and the next line is no row."""
        last = alone[-1]
        following = self._text[end : self._line_end(end)]
        return (
            last.startswith('"')
            and last.count('"') % 2 == 1
            and following.count(self._delimiter) != self._delimiters
        )

    def _note(self, end: int) -> str:
        """A warning if all further lines of a row look like rows: its quote may not have been meant."""
        further = self._text[end : self._at].splitlines()
        are_rows = further and all(line.count(self._delimiter) == self._delimiters for line in further)
        return Message("ingest.rows_in_cell").said() if are_rows else ""


def _delimiter(header: str) -> str:
    unquoted = re.sub(r'"[^"]*"', "", header)
    return max(_DELIMITERS, key=unquoted.count)
