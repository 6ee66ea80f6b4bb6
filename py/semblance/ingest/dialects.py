"""How a table is written: its delimiter, its quotes, where it begins, whether it has a header.

All is told from many records at once, because a first line alone misleads: programs write a title, an account number or
``sep=;`` above the header, and texts hold more commas than the header has semicolons.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from semblance.ingest.items import lines

_DELIMITERS = ",;\t|"
_SAMPLE = 32_768  # characters
_QUOTED = re.compile(r'"(?:[^"]++|"")*+"')
_QUOTED_OR_PLAIN = re.compile(rf"(?<![^\t])(?:{_QUOTED.pattern}(?![^\t])|[^\t]++)")
_SEPARATOR_LINE = re.compile(r"sep=(.)[,;\t|]*\n", re.IGNORECASE)
_NAMES = frozenset(
    (
        *("id", "_id", "key", "title", "name", "text", "content", "body", "date", "url", "link", "label"),
        *("category", "tags", "author", "description", "subject"),
    )
)
_NUMBER = re.compile(r"[-+]?[$€£]?\d[\d.,' ]*%?")
_YEAR = re.compile(r"(?:18|19|20|21)\d\d")
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?\b.*|\d\d?[./-]\d\d?[./-]\d{2,4}\b.*", re.DOTALL)
_ADDRESS = re.compile(r"(?:https?://|mailto:)\S+|[^\s@]+@[^\s@]+\.\w+")
_LONGEST = 300  # characters of a number, a date or an address
_ALIKE = 0.9  # share of a column's cells that must be of one type for its first one to be no name


class Dialect(NamedTuple):
    """How a table is written.

    ``start`` is the place in the text where the header or, without one, the first row begins; ``lines`` lines are before it.
    In a table whose ``quotes`` are ordinary characters they are part of the text.
    """

    delimiter: str
    quotes: bool = True
    start: int = 0
    lines: int = 0
    is_announced: bool = False  # by a line that says the delimiter, which is no preamble
    has_header: bool = True
    numbered: bool = False  # every row begins with a number or name that the header has no column for


class _Record(NamedTuple):
    cells: list[str]
    lines: int  # before it


def dialect_of(text: str, suffix: str) -> Dialect:
    r"""Tell how a table is written from its first records.

    Parameters
    ----------
    text : str
    suffix : str
        Of its name: a ``.tsv`` has tabs.

    Examples
    --------
    >>> dialect_of("sep=;\nid;name\n1;Ada\n", ".csv")[:4]
    (';', True, 6, 1)
    >>> dialect_of("Exported by Oak\n\nid,name\n1,Ada\n2,Bo\n", ".csv").lines
    2
    >>> dialect_of("1,Buy milk\n2,Call Bo\n", ".csv").has_header
    False
    """
    start = 0
    announced = _SEPARATOR_LINE.match(text)
    if announced:
        start = announced.end()
    sample = _sample(text, start)
    delimiters = announced[1] if announced else "\t" if suffix == ".tsv" else _DELIMITERS
    delimiter, records, width = max(
        (_read(sample, delimiter) for delimiter in delimiters), key=lambda reading: _fit(*reading[1:])
    )
    if suffix != ".tsv" and not announced and width < 2:
        delimiter = _most_in_header(sample)
    dialect = Dialect(
        delimiter,
        _has_quotes(sample, delimiter),
        start,
        1 if announced else 0,
        is_announced=bool(announced),
    )
    if width < 2:
        return dialect
    header = _first_of_width(records, width)
    if header.lines:
        skipped = _offset(sample, header.lines)
        dialect = dialect._replace(start=start + skipped, lines=dialect.lines + header.lines)
    rows = [record.cells for record in records if record.lines >= header.lines and record.cells]
    if delimiter == "\t" and len(rows) > 2 and all(len(row) == len(rows[0]) + 1 for row in rows[1:]):
        return dialect._replace(numbered=True)
    fits = len(rows[0]) == width
    return dialect._replace(has_header=not fits or _has_header([row for row in rows if len(row) == width]))


def _sample(text: str, start: int) -> str:
    sample = text[start : start + _SAMPLE]
    return sample if len(text) <= start + _SAMPLE else sample[: sample.rfind("\n") + 1] or sample


def _read(sample: str, delimiter: str) -> tuple[str, list[_Record], int]:
    """A delimiter, the records that it makes, and how many columns the table in them has."""
    records = list(_records(sample, delimiter, _has_quotes(sample, delimiter)))
    widths = Counter(len(record.cells) for record in records if len(record.cells) > 1)
    repeated = {width: times for width, times in widths.items() if times > 1}
    first = next((len(record.cells) for record in records if record.cells), 0)
    width = max(repeated, key=lambda width: (width * repeated[width], width), default=first)
    return delimiter, records, width


def _records(sample: str, delimiter: str, has_quotes: bool) -> Iterator[_Record]:
    if has_quotes:
        reader = csv.reader(lines(sample), delimiter=delimiter)
    else:
        reader = csv.reader(lines(sample), delimiter=delimiter, quoting=csv.QUOTE_NONE)
    before = 0
    try:
        for cells in reader:
            yield _Record(cells, before)
            before = reader.line_num
    except csv.Error:  # a cell beyond all limits: what came before it has to do
        return


def _fit(records: list[_Record], width: int) -> tuple[float, bool, int]:
    """How well a delimiter fits: the share of records of the table's width, the header among them rather than not."""
    if width < 2:
        return (0.0, False, 0)
    rows = [len(record.cells) for record in records if record.cells]
    return (round(rows.count(width) / len(rows), 2), rows[0] == width, width)


def _first_of_width(records: list[_Record], width: int) -> _Record:
    """The header: the first record, or after a preamble the first one of the table's width.

    A preamble's lines are much narrower than the table, or a blank line sets them apart. Else the first record is a header
    that does not fit its rows, and is left for the user to see.
    """
    first = next(record for record in records if record.cells)
    header = next(record for record in records if len(record.cells) == width)
    before = [record.cells for record in records if record.lines < header.lines]
    is_apart = bool(before) and not before[-1]
    if is_apart or all(len(cells) <= max(1, width // 2) for cells in before):
        return header
    return first


def _offset(sample: str, lines: int) -> int:
    at = 0
    for _ in range(lines):
        at = sample.find("\n", at) + 1
    return at


def _most_in_header(sample: str) -> str:
    unquoted = re.sub(r'"[^"]*"', "", sample.partition("\n")[0])
    return max(_DELIMITERS, key=unquoted.count)


def _has_quotes(sample: str, delimiter: str) -> bool:
    """Whether quotes enclose cells. Between tabs a quote is an ordinary character, unless a program quotes all the same."""
    if delimiter != "\t":
        return True
    if sample.startswith('"'):
        return True
    cells = [cell for line in sample.split("\n") if '"' in line for cell in _QUOTED_OR_PLAIN.findall(line)]
    quoted = [cell for cell in cells if cell.startswith('"')]
    are_closed = all(_QUOTED.fullmatch(cell) for cell in quoted)
    return are_closed and any('""' in cell[1:-1] or "\t" in cell for cell in quoted)


def _has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns, as far as can be told.

    It does not if a cell of it is a number, a date or an address, as all below it are.
    """
    first = [cell.strip() for cell in rows[0]]
    others = rows[1:]
    is_counted = [cell for cell in first if cell] == [str(n) for n in range(sum(map(bool, first)))]
    if len(others) < 1 or is_counted or _NAMES.intersection(cell.lower() for cell in first):
        return True
    for at, cell in enumerate(first):
        kind = _type_of(cell)
        if kind and not _YEAR.fullmatch(cell):
            below = [row[at].strip() for row in others if row[at].strip()]
            if below and sum(_type_of(other) == kind for other in below) >= _ALIKE * len(below):
                return False
    return True


def _type_of(cell: str) -> str:
    if len(cell) > _LONGEST:
        return ""
    for kind, pattern in (("date", _DATE), ("number", _NUMBER), ("address", _ADDRESS)):
        if pattern.fullmatch(cell):
            return kind
    return ""
