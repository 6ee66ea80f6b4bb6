"""CSV and TSV: a row is an item, its first column the id, unless that repeats itself or holds the texts."""

from __future__ import annotations

import csv
import json
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from semblance.documents import Failure
from semblance.errors import EmptyDocument, Malformed
from semblance.ingest.formats import suffix_of
from semblance.ingest.items import (
    LONG,
    Breath,
    File,
    Item,
    Steps,
    is_title,
    joined,
    row_of,
    without_entities,
)
from semblance.ingest.questions import Column, Layout, TableQuestion
from semblance.messages import Message

if TYPE_CHECKING:
    from semblance.ingest.dialects import Dialect

_ID_NAMES = ("id", "_id", "key", "guid", "uuid", "slug", "identifier")
KNOWN_NAMES = {
    "date": ("date", "published", "pubdate", "created", "updated", "modified"),
    "link": ("link", "url", "canonical"),
}
"""Names under which a date and a link are looked for in an item's metadata."""

_SEEN = 100  # rows that tell what the columns hold
_LONGEST_ID = 100  # characters
_MOST_IN_VAIN = 4  # times the text: how much is read again after quotes that nothing closes


def read(file: File, delimiter: str = "") -> Steps:
    """One item a row below the header.

    By the first guess the content is the other columns joined by a space, as ``llm embed-multi`` joins them; a column named
    ``title`` is the title as well. Rows are counted as spreadsheets count them, the header being row 1.
    A first column that repeats itself or holds the texts is no id: then the row's number is, and the content holds all
    columns.
    The guess, but for a delimiter that is known, is a question: whoever reads the file may answer with another `Layout`.

    Lines after a quote that is never closed belong to its row, and to its failure, until one is a row again.
    """
    from semblance.ingest.dialects import dialect_of  # here, to load with the first table

    dialect = dialect_of(file.text, suffix_of(file.name), delimiter)
    columns = _columns(file, dialect)
    question = yield from _question(file, dialect, columns)
    yield question
    question.check()
    layout, remark = question.guess, _remark(file, dialect)
    if not layout.has_header:  # a date or a link that has no name is not taken without being asked for
        layout = replace(layout, date=None, link=None)
    if question.answer:
        layout, remark = question.answer, ""
        dialect = _dialect(file, layout)
        columns = _columns(file, dialect)
    if not layout.fits(len(columns)):
        raise Malformed("ingest.no_such_column", where=file.where, remedy="ingest.choose_columns")
    for row in _rows(file, dialect, columns):
        step = _item(row, columns, file.where, layout) if isinstance(row, _Row) else row
        if remark and isinstance(step, Item):
            step, remark = replace(step, note=joined(remark, step.note)), ""
        yield step


def _question(file: File, dialect: Dialect, columns: Sequence[str]) -> Generator[None, None, TableQuestion]:
    """How the table is most likely to be read."""
    seen = _columns_of(file, dialect)
    are_ids = columns[0].lower() in _ID_NAMES or (
        not _are_texts(*seen) and (yield from _are_different(_rows(file, dialect, columns)))
    )
    names = columns if dialect.has_header and dialect.is_sure else ("",) * len(columns)
    return TableQuestion(
        where=file.where,
        shape=json.dumps([dialect.delimiter, *(name.lower() for name in names)], ensure_ascii=False),
        guess=_guess(dialect, seen, are_ids=are_ids),
        is_sure=dialect.is_sure,
        columns_of=lambda layout: _columns_of(file, _dialect(file, layout)),
        guess_for=lambda delimiter, lines=None, has_header=None: _guess_for(
            file, delimiter, lines, has_header
        ),
    )


def _dialect(file: File, layout: Layout) -> Dialect:
    from semblance.ingest.dialects import dialect_as

    return dialect_as(file.text, layout.delimiter, layout.lines, has_header=layout.has_header)


def _columns_of(file: File, dialect: Dialect) -> list[Column]:
    names = _columns(file, dialect)
    rows = (row for row in _rows(file, dialect, names) if isinstance(row, _Row) and _fits(row.cells, names))
    seen = [row.cells for row in islice(rows, _SEEN)]
    return [Column(name, [cells[place] for cells in seen]) for place, name in enumerate(names)]


def _guess_for(file: File, delimiter: str, lines: int | None, has_header: bool | None) -> Layout:
    """The best guess, if some is known: from the first rows alone, since a user waits for it."""
    from semblance.ingest.dialects import dialect_as, dialect_of

    dialect = dialect_of(file.text, suffix_of(file.name), delimiter)
    if lines is not None or has_header is not None:
        dialect = dialect_as(
            file.text,
            delimiter,
            dialect.lines if lines is None else lines,
            has_header=dialect.has_header if has_header is None else has_header,
        )
    columns = _columns_of(file, dialect)
    first = columns[0]
    are_different = len(set(first.cells)) == len(first.cells) and all(map(str.strip, first.cells))
    are_ids = first.name.lower() in _ID_NAMES or (are_different and not _are_texts(*columns))
    return _guess(dialect, columns, are_ids=are_ids)


def _guess(dialect: Dialect, columns: Sequence[Column], *, are_ids: bool) -> Layout:
    are_ids = are_ids and len(columns) > 1  # a list of texts has none
    others = tuple(range(are_ids, len(columns)))
    return Layout(
        dialect.delimiter,
        dialect.lines,
        dialect.has_header,
        id=0 if are_ids else None,
        title=_title_among(columns, or_name=not are_ids),
        date=_place_of("date", columns),
        link=_place_of("link", columns),
        text=others,
    )


def _title_among(columns: Sequence[Column], *, or_name: bool) -> int | None:
    """The place of the titles; in a table without ids a name will do."""
    from semblance.ingest.dialects import role_of

    by_role = {role_of(columns[place].name): place for place in reversed(range(len(columns)))}
    titles = [place for place, column in enumerate(columns) if is_title(column.name)]
    return titles[0] if titles else by_role.get("title", by_role.get("name") if or_name else None)


def _place_of(role: str, columns: Sequence[Column]) -> int | None:
    """The place of the column that plays a role by the type of its cells, by its name or by both."""
    from semblance.ingest.dialects import are_of_type, role_of

    by_type = [
        place
        for place, column in enumerate(columns)
        if are_of_type([cell.strip() for cell in column.cells if cell.strip()], role)
    ]
    by_name = [place for place, column in enumerate(columns) if role_of(column.name) == role]
    return next(iter([place for place in by_name if place in by_type] or by_type or by_name), None)


def _rows(file: File, dialect: Dialect, columns: Sequence[str]) -> Iterator[_Row | Failure | None]:
    """The rows below the header, and the failures of those whose quote is never closed. None is a breathing point."""
    breath = Breath()
    table = _Table(file, dialect)
    unclosed: _Row | None = None
    if dialect.has_header:
        next(iter(table), None)
    for row in table:
        if breath.due(row.size):
            yield None
        if row.is_unclosed or (unclosed and not _fits(row.cells, columns)):
            unclosed = unclosed or row
            table.skip_what_is_no_row()
        else:
            if unclosed:
                yield _failure_of(unclosed, row.number, file.where)
                unclosed = None
            if any(cell.strip() for cell in row.cells):  # a blank line, or one of delimiters alone, is none
                yield row
    if unclosed:
        yield _failure_of(unclosed, table.number + 1, file.where)


def _are_texts(first: Column, *others: Column) -> bool:
    """Whether the first column holds the texts, by its name or its cells: an id is short, and no sentence beside a label."""
    from semblance.ingest.dialects import SENTENCE, role_of, usual_length

    is_long = any(len(cell) > _LONGEST_ID or "\n" in cell for cell in first.cells)
    least = max(SENTENCE, *(usual_length(column.cells) for column in others), 0)
    return is_long or role_of(first.name) == "text" or usual_length(first.cells) > least


def _are_different(rows: Iterable[_Row | Failure | None]) -> Generator[None, None, bool]:
    """Whether the first column tells all rows apart."""
    ids: set[str] = set()
    for row in rows:
        if isinstance(row, _Row):
            if row.cells[0] in ids or not row.cells[0].strip():
                return False
            ids.add(row.cells[0])
        elif row is None:
            yield None
    return True


def _remark(file: File, dialect: Dialect) -> str:
    """What is to be told once of a table's shape."""
    above = dialect.lines - dialect.is_announced
    preamble = Message("ingest.preamble", count=above, file=file.where).said() if above else ""
    headless = "" if dialect.has_header else Message("ingest.no_header", file=file.where).said()
    return joined(preamble, headless)


class _Row(NamedTuple):
    number: int
    cells: list[str]
    size: int  # characters
    is_unclosed: bool = False
    note: str = ""


def _columns(file: File, dialect: Dialect) -> list[str]:
    """The names of the columns, each of them once."""
    row = next(iter(_Table(file, dialect)), None)
    if row is None or row.is_unclosed:
        raise Malformed("ingest.unclosed", where=row_of(file.where, dialect.lines + 1))
    if not row.cells:
        raise EmptyDocument("ingest.no_text", where=row_of(file.where, dialect.lines + 1))
    given = row.cells if dialect.has_header else [""] * len(row.cells)
    if dialect.has_header and not given[-1].strip():
        given = _without_empty_end(given, _Table(file, dialect))
    given = ["", *given] if dialect.numbered else given
    names: dict[str, int] = {}
    for number, cell in enumerate(given, 1):
        name = " ".join(cell.split()) or Message("ingest.column", number=number).said()
        names[name if name not in names else f"{name} ({number})"] = number
    return list(names)


def _without_empty_end(names: list[str], table: Iterable[_Row]) -> list[str]:
    """The names of the columns, without columns at the end that have neither a name nor a cell in the first rows."""
    rows = [row.cells for row in islice(table, _SEEN)]
    used = max((place for cells in rows for place, cell in enumerate(cells, 1) if cell.strip()), default=1)
    return names[:used]


def _fits(cells: Sequence[str], columns: Sequence[str]) -> bool:
    return len(cells) == len(columns) or (not any(cells[len(columns) :]) and len(cells) > len(columns))


def _item(row: _Row, columns: Sequence[str], file: str, layout: Layout) -> Item | Failure:
    where = row_of(file, row.number)
    has_id = layout.id is not None and layout.id < len(row.cells)
    id = str(row.number) if layout.id is None else row.cells[layout.id] if has_id else ""
    if not _fits(row.cells, columns):
        error = Malformed("ingest.columns", count=len(row.cells), header=len(columns), where=where)
        return Failure(id if has_id and id else where, error)
    if not id.strip():
        return Failure(where, Malformed("ingest.no_id", where=where))
    cells = [
        without_entities(cell) if is_title(name) or place == layout.title else cell
        for place, (name, cell) in enumerate(zip(columns, row.cells, strict=False))
    ]
    title = "" if layout.title is None else cells[layout.title].strip()
    content = " ".join(cells[place] for place in layout.text)
    return Item(id, content, where, title, _metadata(cells, columns, layout), row.note)


def _metadata(cells: Sequence[str], columns: Sequence[str], layout: Layout) -> dict[str, str]:
    """A row by its columns; its date and its link also under the names that these have elsewhere."""
    values = dict(zip(columns, cells, strict=True))
    in_text = {columns[place] for place in layout.text}
    kept = {name: cell for name, cell in values.items() if name not in in_text or len(cell) <= LONG}
    for role in ("date", "link"):
        place = getattr(layout, role)
        if place is not None and cells[place].strip() and columns[place].lower() not in KNOWN_NAMES[role]:
            kept[role] = cells[place]
    return kept


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

    def __init__(self, file: File, dialect: Dialect) -> None:
        self.number = dialect.lines
        """The number of the last row."""
        self._text = file.text
        self._at = dialect.start
        self._longest = file.limits.record_chars
        self._in_vain = _MOST_IN_VAIN * len(file.text)
        self._delimiter = dialect.delimiter
        self._delimiters = file.text[self._at : self._line_end(self._at)].count(self._delimiter)
        self._dialect = dialect
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
        alone = [cell.lstrip(" ") for cell in alone] if self._dialect.has_spaces else alone
        self._at = end
        if '"' not in line or (not self._dialect.quotes and not self._goes_on(alone, end)):
            return _Row(self.number, alone, len(line))
        try:
            cells = self._quoted(start, self._longest, strict=True)
            return _Row(self.number, cells, self._at - start, note=self._note(end))
        except (_UnclosedError, csv.Error):
            self._in_vain -= self._at - start
            self._longest = self._longest if self._in_vain > 0 else 0
            self._at = end
        if not self._dialect.quotes:
            return _Row(self.number, alone, len(line))
        try:  # text after a closing quote is allowed, but only on one line
            return _Row(self.number, self._quoted(start, 0, strict=False), len(line))
        except (_UnclosedError, csv.Error):
            self._at = end
            return _Row(self.number, [], len(line), is_unclosed=True)

    def _quoted(self, start: int, longest: int, *, strict: bool) -> list[str]:
        pieces = self._pieces(start, longest)
        if self._dialect.escapes_quotes:
            from semblance.ingest.dialects import doubled_quotes

            pieces = map(doubled_quotes, pieces)
        spaces = self._dialect.has_spaces
        return next(csv.reader(pieces, delimiter=self._delimiter, strict=strict, skipinitialspace=spaces))

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
