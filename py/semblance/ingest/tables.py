"""CSV and TSV: a row is an item, its first column the id."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from semblance.documents import Failure
from semblance.errors import Malformed
from semblance.ingest.formats import suffix_of
from semblance.ingest.items import Breath, File, Item, Steps, lines, title_of, without_long

_DELIMITERS = ",;\t|"


def read(file: File) -> Steps:
    """One item a row below the header.

    The content is the other columns joined by a space, as ``llm embed-multi`` joins them; a column named
    ``title`` is the title as well. Rows are counted as spreadsheets count them, the header being row 1.
    """
    header: list[str] = []
    for number, row in _rows(file):
        if row is None:
            yield None
        elif isinstance(row, Malformed):
            yield Failure(row.where, row)
        elif not header:
            header = _header(row, file.where)
        elif row:  # a blank line is none
            yield _item(row, header, f"{file.where} row {number}")


def _header(row: list[str], where: str) -> list[str]:
    if len(row) < 2:
        message = "it has one column only; the first is the id, and the others are the text"
        raise Malformed(message, where=where)
    return [name.strip() or f"column {number}" for number, name in enumerate(row, 1)]


def _item(row: list[str], header: list[str], where: str) -> Item | Failure:
    id = row[0]
    if len(row) != len(header):
        message = f"it has {_columns(len(row))}, and the header has {len(header)}"
        return Failure(id or where, Malformed(message, where=where))
    if not id.strip():
        return Failure(where, Malformed("its first column, the id, is empty", where=where))
    values = dict(zip(header, row, strict=True))
    return Item(id, " ".join(row[1:]), where, title_of(values), without_long(values))


def _columns(number: int) -> str:
    return f"{number} column{'s' if number != 1 else ''}"


class _UnclosedError(Exception):
    """A quote opens in a row and nothing closes it."""


class _Rows:
    """The lines of a table, handed out for one row at a time, so that a quote that is never closed shows."""

    def __init__(self, text: str, start: int, longest: int) -> None:
        self._lines = lines(text, start)
        self._longest = longest
        self.at = start
        self.begin_row()

    def begin_row(self) -> None:
        self._row_start = self.first_line_end = self.at

    @property
    def size(self) -> int:
        """Characters of the row so far."""
        return self.at - self._row_start

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        continued = self.size > 0
        line = next(self._lines, "")
        if continued and (not line or self.size > self._longest):
            raise _UnclosedError("a quote opens in it that is never closed")
        if not line:
            raise StopIteration
        self.at += len(line)
        if not continued:
            self.first_line_end = self.at
        return line


def _rows(file: File) -> Iterator[tuple[int, list[str] | Malformed | None]]:
    """Rows with their numbers; a `Malformed` for one that can't be read, None for a breathing point."""
    text = file.text
    # The limit guards against the unclosed quotes that are caught here; it is one for the whole process.
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    delimiter = "\t" if suffix_of(file.name) == ".tsv" else _delimiter(next(lines(text), ""))
    rows = _Rows(text, 0, file.limits.record_chars)
    reader = csv.reader(rows, delimiter=delimiter)
    breath = Breath()
    number = 0
    while True:
        number += 1
        rows.begin_row()
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except (_UnclosedError, csv.Error) as error:
            reason = (
                "a quote opens in it that is never closed"
                if isinstance(error, _UnclosedError)
                else str(error)
            )
            yield number, Malformed(reason, where=f"{file.where} row {number}")
            rows = _Rows(text, rows.first_line_end, file.limits.record_chars)
            reader = csv.reader(rows, delimiter=delimiter)
        if breath.due(rows.size):
            yield number, None


def _delimiter(header: str) -> str:
    unquoted = re.sub(r'"[^"]*"', "", header)
    return max(_DELIMITERS, key=unquoted.count)
