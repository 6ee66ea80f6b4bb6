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

DELIMITERS = ",;\t|"
_SAMPLE = 32_768  # characters
_QUOTED = re.compile(r'"(?:[^"]++|"")*+"')
_QUOTED_OR_PLAIN = re.compile(rf"(?<![^\t])(?:{_QUOTED.pattern}(?![^\t])|[^\t]++)")
_ESCAPED_QUOTE = re.compile(r'\\"\w')  # a backslash before a quote that closes has no letter behind the quote
_SEPARATOR_LINE = re.compile(r"sep=(.)[,;\t|]*\n", re.IGNORECASE)
_NAMES = frozenset(
    (
        *("id", "_id", "key", "title", "name", "text", "content", "body", "date", "url", "link", "label"),
        *("category", "tags", "author", "description", "subject"),
    )
)
_NAMES_BY_ROLE = {
    "id": (
        *("id", "_id", "key", "guid", "uuid", "slug", "identifier", "no", "nr", "編號", "编号"),
        *("番号", "번호"),
    ),
    "title": (
        *("title", "titel", "titre", "título", "titulo", "titolo", "標題", "标题", "題名", "タイトル"),
        *("件名", "제목", "название", "заголовок"),
    ),
    "name": (
        *("name", "subject", "betreff", "nom", "objet", "nombre", "asunto", "nome"),
        *("oggetto", "名稱", "名称", "名前", "이름", "имя"),
    ),
    "text": (
        *("text", "content", "body", "description", "review", "comment", "note", "notes"),
        *("message", "question", "answer", "beschreibung", "nachricht", "kommentar", "texte"),
        *("contenu", "texto", "contenido", "testo", "內容", "内容", "文本", "本文", "내용", "текст"),
    ),
    "date": (
        *("date", "published", "created", "updated", "modified", "timestamp", "time", "day"),
        *("datum", "fecha", "data", "jour", "日期", "時間", "时间", "日付", "날짜", "дата"),
    ),
    "link": (
        *("link", "url", "href", "address", "website", "permalink", "網址", "链接", "連結", "リンク"),
        *("링크", "ссылка"),
    ),
    "other": (
        *("label", "category", "tags", "author", "type", "status", "price", "amount"),
        *("kategorie", "autor", "preis", "betrag", "分類", "分类", "カテゴリ"),
    ),
}
_NUMBER = re.compile(r"[-+]?[$€£]?\d[\d.,' ]*%?")
_YEAR = re.compile(r"(?:18|19|20|21)\d\d")
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?\b.*|\d\d?[./-]\d\d?[./-]\d{2,4}\b.*", re.DOTALL)
_LINK = re.compile(r"https?://\S+")
_MAIL = re.compile(r"mailto:\S+|[^\s@]+@[^\s@]+\.\w+")
_TYPES = {"date": _DATE, "number": _NUMBER, "link": _LINK, "mail": _MAIL}
_LONGEST = 300  # characters of a number, a date or an address
_ALIKE = 0.9  # share of a column's cells that must be of one type for its first one to be no name
SENTENCE = 30  # characters of a text that is no name
_WORDS_OF_A_NAME = 3
_WORDS_OF_A_TEXT = 6  # at least, in a first row that names no columns; in a list of texts alone fewer will do
_SEVERAL = 4  # rows that tell whether a column repeats itself


class Dialect(NamedTuple):
    """How a table is written.

    ``start`` is the place in the text where the header or, without one, the first row begins; ``lines`` lines are before it.
    In a table whose ``quotes`` are ordinary characters they are part of the text. It ``is_sure`` if nothing in the sample
    speaks for another delimiter, and something for or against a header.
    """

    delimiter: str
    quotes: bool = True
    start: int = 0
    lines: int = 0
    is_announced: bool = False  # by a line that says the delimiter, which is no preamble
    has_header: bool = True
    numbered: bool = False  # every row begins with a number or name that the header has no column for
    is_sure: bool = True
    has_spaces: bool = False  # after each delimiter, before the quotes
    escapes_quotes: bool = False  # with a backslash, rather than by writing them twice


class _Record(NamedTuple):
    cells: list[str]
    lines: int  # before it


def dialect_of(text: str, suffix: str, delimiter: str = "") -> Dialect:
    r"""Tell how a table is written from its first records.

    Parameters
    ----------
    text : str
    suffix : str
        Of its name: a ``.tsv`` has tabs.
    delimiter : str, optional
        Where it is known.

    Examples
    --------
    >>> dialect_of("sep=;\nid;name\n1;Ada\n", ".csv")[:4]
    (';', True, 6, 1)
    >>> dialect_of("Exported by Oak\n\nid,name\n1,Ada\n2,Bo\n", ".csv").lines
    2
    >>> dialect_of("1,Buy milk\n2,Call Bo\n", ".csv").has_header
    False
    """
    start, announced = _announcement(text)
    sample = _sample(text, start)
    known = delimiter or announced or ("\t" if suffix == ".tsv" else "")
    readings = [_read(sample, delimiter) for delimiter in known or DELIMITERS]
    fits = sorted((_fit(*reading[1:]) for reading in readings), reverse=True)
    delimiter, records, width = max(readings, key=lambda reading: _fit(*reading[1:]))
    if not known and width < 2:
        delimiter = _most_in_header(sample)
    dialect = _with_quotes(
        Dialect(delimiter, start=start, lines=len(announced), is_announced=bool(announced)), sample
    )
    if width < 2:
        return _of_one_column(dialect, sample, [record for record in records if record.cells])
    header = _first_of_width(records, width)
    if header.lines:
        skipped = _offset(sample, header.lines)
        dialect = dialect._replace(start=start + skipped, lines=dialect.lines + header.lines)
    rows = [record.cells for record in records if record.lines >= header.lines and record.cells]
    if _is_numbered(rows, delimiter):
        return dialect._replace(numbered=True)
    if len(rows[0]) != width:
        return dialect
    has_header, is_sure = _has_header([row for row in rows if len(row) == width])
    is_rivalled = len(fits) > 1 and fits[1][:2] == fits[0][:2] and fits[1][2] > 1
    is_sure = (is_sure or bool(header.lines)) and not is_rivalled
    return dialect._replace(has_header=has_header, is_sure=is_sure)


def dialect_as(text: str, delimiter: str, lines: int, *, has_header: bool) -> Dialect:
    r"""The dialect of a table of which a user says how it is written.

    Examples
    --------
    >>> dialect_as("Oak\n1;Ada\n", ";", 1, has_header=False)[:4]
    (';', True, 4, 1)
    """
    start = _offset(text, lines)
    sample = _sample(text, start)
    dialect = _with_quotes(Dialect(delimiter), sample)
    rows = [record.cells for record in _records(sample, dialect) if record.cells]
    return dialect._replace(
        start=start,
        lines=lines,
        is_announced=lines > 0 and bool(_announcement(text)[1]),
        has_header=has_header,
        numbered=has_header and _is_numbered(rows, delimiter),
    )


def _with_quotes(dialect: Dialect, sample: str) -> Dialect:
    """The dialect, with what its quotes are like."""
    quotes = _has_quotes(sample, dialect.delimiter)
    return dialect._replace(
        quotes=quotes,
        has_spaces=quotes and f'{dialect.delimiter} "' in sample and f'{dialect.delimiter}"' not in sample,
        escapes_quotes=quotes and '""' not in sample and bool(_ESCAPED_QUOTE.search(sample)),
    )


def _of_one_column(dialect: Dialect, sample: str, records: Sequence[_Record]) -> Dialect:
    """A list of texts, one a row, from the first that is not blank."""
    if not records or len(records[0].cells) > 1:
        return dialect
    blank, rows = records[0].lines, [record.cells for record in records]
    dialect = dialect._replace(start=dialect.start + _offset(sample, blank), lines=dialect.lines + blank)
    if len(rows) == 1:  # a text alone, or a name of texts that are not there
        return dialect._replace(has_header=_is_name(rows[0][0]), is_sure=False)
    has_header, is_sure = _has_header([row for row in rows if len(row) == 1])
    return dialect._replace(has_header=has_header, is_sure=is_sure)


def _announcement(text: str) -> tuple[int, str]:
    """The delimiter that a first line says, and where that line ends; empty if none does."""
    announced = _SEPARATOR_LINE.match(text)
    return (announced.end(), announced[1]) if announced else (0, "")


def _is_numbered(rows: Sequence[Sequence[str]], delimiter: str) -> bool:
    return delimiter == "\t" and len(rows) > 2 and all(len(row) == len(rows[0]) + 1 for row in rows[1:])


def _sample(text: str, start: int) -> str:
    sample = text[start : start + _SAMPLE]
    return sample if len(text) <= start + _SAMPLE else sample[: sample.rfind("\n") + 1] or sample


def _read(sample: str, delimiter: str) -> tuple[str, list[_Record], int]:
    """A delimiter, the records that it makes, and how many columns the table in them has."""
    records = list(_records(sample, _with_quotes(Dialect(delimiter), sample)))
    widths = Counter(len(record.cells) for record in records if len(record.cells) > 1)
    repeated = {width: times for width, times in widths.items() if times > 1}
    first = next((len(record.cells) for record in records if record.cells), 0)
    width = max(repeated, key=lambda width: (width * repeated[width], width), default=first)
    return delimiter, records, width


def _records(sample: str, dialect: Dialect) -> Iterator[_Record]:
    sample = doubled_quotes(sample) if dialect.escapes_quotes else sample
    if dialect.quotes:
        reader = csv.reader(lines(sample), delimiter=dialect.delimiter, skipinitialspace=dialect.has_spaces)
    else:
        reader = csv.reader(lines(sample), delimiter=dialect.delimiter, quoting=csv.QUOTE_NONE)
    before = 0
    try:
        for cells in reader:
            yield _Record(cells, before)
            before = reader.line_num
    except csv.Error:  # a cell beyond all limits: what came before it has to do
        return


def doubled_quotes(text: str) -> str:
    """A text whose quotes are written twice, as CSV has them, where a backslash escapes them."""
    return text.replace('\\"', '""')


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
    return max(DELIMITERS, key=unquoted.count)


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


def _has_header(rows: Sequence[Sequence[str]]) -> tuple[bool, bool]:
    """Whether the first row names the columns, as far as can be told, and whether that is sure.

    It does not if a cell of it is a number, a date or an address, as all below it are. It surely does if it holds a name
    that columns have, or a column whose cells are of another kind than its first one.
    """
    first = [cell.strip() for cell in rows[0]]
    others = rows[1:]
    is_counted = [cell for cell in first if cell] == [str(n) for n in range(sum(map(bool, first)))]
    if len(others) < 1 or is_counted or _NAMES.intersection(cell.lower() for cell in first):
        return True, True
    columns = [[row[at].strip() for row in others if row[at].strip()] for at in range(len(first))]
    for cell, below in zip(first, columns, strict=True):
        if below and type_of(cell) and not _YEAR.fullmatch(cell) and are_of_type(below, type_of(cell)):
            return False, True
    has_name = any(map(_is_name, first))
    differs = any(_differs(cell, below) for cell, below in zip(first, columns, strict=True) if below)
    least = _WORDS_OF_A_TEXT if len(first) > 1 else _WORDS_OF_A_NAME
    is_text = any(len(cell.split()) >= least and not cell.endswith(("?", ":")) for cell in first)
    return has_name or differs or not is_text, has_name or differs


def _is_name(cell: str) -> bool:
    """Whether a cell names a column by one of its few words; many are a text that may hold any word."""
    words = cell.split()
    return any(role_of(word) for word in words) and len(words) <= _WORDS_OF_A_NAME


def role_of(name: str) -> str:
    """What a column of this name holds, in some languages; empty if the name does not say it.

    Examples
    --------
    >>> role_of("Titel"), role_of("Flavour")
    ('title', '')
    """
    lowered = name.strip().lower()
    return next((role for role, names in _NAMES_BY_ROLE.items() if lowered in names), "")


def _differs(name: str, below: Sequence[str]) -> bool:
    """Whether a column's first cell is of another kind than those below it: neither a value nor as long as the texts."""
    if any(are_of_type(below, kind) and type_of(name) != kind for kind in _TYPES):
        return True
    are_texts = usual_length(below) > max(SENTENCE, 3 * len(name))
    are_repeated = len(below) >= _SEVERAL and len(set(below)) * 2 <= len(below) and name not in below
    return are_texts or are_repeated


def usual_length(cells: Sequence[str]) -> int:
    """The median length of some cells, in characters; 0 if there are none.

    Examples
    --------
    >>> usual_length(["a", "a long one", "two"]), usual_length([])
    (3, 0)
    """
    lengths = sorted(map(len, cells))
    return lengths[len(lengths) // 2] if lengths else 0


def are_of_type(cells: Sequence[str], kind: str) -> bool:
    """Whether nearly all cells are of a type."""
    return bool(cells) and sum(type_of(cell) == kind for cell in cells) >= _ALIKE * len(cells)


def type_of(cell: str) -> str:
    """The type of a cell: ``date``, ``number``, ``link`` or ``mail``; empty for a text."""
    if len(cell) > _LONGEST:
        return ""
    return next((kind for kind, pattern in _TYPES.items() if pattern.fullmatch(cell)), "")
