"""Spreadsheets: each sheet as a table in text, which `semblance.ingest.sheets` reads as it reads CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeAlias
from xml.etree.ElementTree import Element

from semblance.errors import InputError, UnsafeDocument
from semblance.ingest.items import Apart, Item, Steps
from semblance.ingest.kinds import KINDS, refusal
from semblance.ingest.papers.office import main_part
from semblance.ingest.papers.package import Package, child, first
from semblance.ingest.sheets import BETWEEN_CELLS
from semblance.messages import Message

_EVERY = 500  # rows between two breathing points
_MOST_COLUMNS = 1_000  # beyond this there is formatting alone
_MOST_ROWS = 1_048_576  # that Excel knows
_REFERENCE = re.compile(r"([A-Z]+)(\d+)")
_IN_QUOTES = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')  # what a format writes as it stands, and its colours
_DATE_FORMATS = (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))  # Excel's own
_FIRST_DAY, _FIRST_DAY_OF_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_LAST_DAY = 2_958_465  # in the year 9999
_SECONDS = 86_400

_Row: TypeAlias = list[str]
_Parts: TypeAlias = Collection[tuple[str, str]]


def read_excel(paper: Apart) -> Steps:
    """One item a row of each sheet that is not hidden, read as a table is."""
    package = Package(paper)
    main = main_part(package, "xl/workbook.xml")
    book, parts = package.xml(main), package.related(main)
    texts = _shared_texts(package, parts.values())
    dates = _date_styles(package, parts.values())
    start = _FIRST_DAY_OF_1904 if child(book, "workbookPr").get("date1904") in ("1", "true") else _FIRST_DAY
    sheets = [
        sheet
        for sheet in child(book, "sheets")
        if parts.get(sheet.get("r:id", ""), ("", ""))[0] == "worksheet"
    ]
    shown = [sheet for sheet in sheets if sheet.get("state", "visible") == "visible"]
    note = _hidden(len(sheets) - len(shown))
    for sheet in shown:
        root = package.xml(parts[sheet.get("r:id", "")][1])
        rows = _rows_of_excel(child(root, "sheetData"), texts, dates, start)
        yield from _sheet(paper, sheet.get("name", ""), rows, note)
        note = ""


def read_open_document(paper: Apart) -> Steps:
    """One item a row of each sheet, read as a table is."""
    package = Package(paper)
    if first(package.xml_if_there("META-INF/manifest.xml"), "encryption-data") is not None:
        raise refusal(KINDS["locked_document"], paper.where)
    for table in child(package.xml("content.xml"), "body/spreadsheet").findall("table"):
        yield from _sheet(paper, table.get("name", ""), _rows_of_open_document(table), "")


def _sheet(paper: Apart, name: str, rows: Iterator[_Row], note: str) -> Steps:
    """A sheet as text. Rows that are empty stay, so that a row has the number that a spreadsheet shows."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=BETWEEN_CELLS, lineterminator="\n")
    is_empty = True
    for number, row in enumerate(rows, 1):
        is_empty = is_empty and not any(map(str.strip, row))
        writer.writerow([cell.replace(BETWEEN_CELLS, " ").replace("\r\n", "\n") for cell in row])
        if text.tell() > paper.limits.paper_chars:
            raise UnsafeDocument("papers.long", limit=f"{paper.limits.paper_chars:,}", where=paper.where)
        if number % _EVERY == 0:
            yield None
    if not is_empty:
        yield Item(name, _of_equal_width(text.getvalue()), paper.where, note=note)


def _of_equal_width(text: str) -> str:
    """The rows of a sheet, filled up: spreadsheets leave out the empty cells at a row's end."""
    rows = list(csv.reader(io.StringIO(text), delimiter=BETWEEN_CELLS))
    width = max((len(row) - _empty_at_end(row) for row in rows), default=0)
    filled = io.StringIO()
    writer = csv.writer(filled, delimiter=BETWEEN_CELLS, lineterminator="\n")
    writer.writerows([*row, *[""] * (width - len(row))][:width] if any(row) else [] for row in rows)
    return filled.getvalue()


def _empty_at_end(row: Sequence[str]) -> int:
    return next((count for count, cell in enumerate(reversed(row)) if cell.strip()), len(row))


def _hidden(count: int) -> str:
    return Message("ingest.hidden_sheets", count=count).said() if count else ""


# --- Excel ---


def _shared_texts(package: Package, parts: _Parts) -> list[str]:
    path = _part("sharedStrings", parts)
    return [_rich_text(entry) for entry in package.xml_if_there(path).findall("si")]


def _part(kind: str, parts: _Parts) -> str:
    return next((path for other, path in parts if other == kind), "")


def _rich_text(entry: Element) -> str:
    """A text with its runs, without the readings that are written above Japanese."""
    return "".join(text.text or "" for part in entry if part.tag in ("t", "r") for text in part.iter("t"))


def _date_styles(package: Package, parts: _Parts) -> set[int]:
    """The places of the styles that show a number as a date."""
    with suppress(InputError):
        root = package.xml_if_there(_part("styles", parts))
        codes = {code.get("numFmtId", ""): code.get("formatCode", "") for code in child(root, "numFmts")}
        styles = [style.get("numFmtId", "0") for style in child(root, "cellXfs")]
        return {place for place, id in enumerate(styles) if _shows_date(id, codes.get(id, ""))}
    return set()


def _shows_date(id: str, code: str) -> bool:
    letters = _IN_QUOTES.sub("", code).lower()
    return any(letter in letters for letter in "ymdh") if code else id.isdigit() and int(id) in _DATE_FORMATS


def _rows_of_excel(data: Element, texts: Sequence[str], dates: set[int], start: datetime) -> Iterator[_Row]:
    number = 0
    for row in data.iter("row"):
        own = row.get("r", "")
        number, before = int(own) if own.isdigit() else number + 1, number
        for _ in range(before + 1, min(number, _MOST_ROWS)):
            yield []
        cells: _Row = []
        for cell in row.iter("c"):
            place = _REFERENCE.match(cell.get("r", ""))
            at = _column(place[1]) if place else len(cells)
            if at < _MOST_COLUMNS:
                cells += [""] * (at - len(cells))
                cells.append(_value_of_excel(cell, texts, dates, start))
        yield cells


def _column(letters: str) -> int:
    """The place of a column by its letters.

    Examples
    --------
    >>> _column("A"), _column("Z"), _column("AB")
    (0, 25, 27)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _value_of_excel(cell: Element, texts: Sequence[str], dates: set[int], start: datetime) -> str:
    kind, value = cell.get("t", "n"), child(cell, "v").text or ""
    if kind == "s":
        return texts[int(value)] if value.isdigit() and int(value) < len(texts) else ""
    if kind == "inlineStr":
        return _rich_text(child(cell, "is"))
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    if kind != "n":
        return value
    style = cell.get("s", "0")
    try:
        is_date = style.isdigit() and int(style) in dates
        return _date(float(value), start) if is_date else _number(value)
    except (ValueError, OverflowError):
        return value


def _number(value: str) -> str:
    """A number as it is shown: floats have fifteen digits.

    Examples
    --------
    >>> _number("12"), _number("0.30000000000000004"), _number("4.0"), _number("1E+2"), _number("")
    ('12', '0.3', '4', '100', '')
    """
    return value if value.isdigit() or not value else f"{float(value):.15g}"


def _date(days: float, start: datetime) -> str:
    """A day, a time or both, as ISO 8601 writes them.

    Examples
    --------
    >>> _date(46027, _FIRST_DAY), _date(46027.75, _FIRST_DAY), _date(0.5, _FIRST_DAY)
    ('2026-01-05', '2026-01-05 18:00:00', '12:00:00')
    """
    if not 0 <= days <= _LAST_DAY:
        return _number(str(days))
    moment = start + timedelta(seconds=round(days * _SECONDS))
    if days < 1:
        return f"{moment:%H:%M:%S}"
    return moment.isoformat(" ") if days % 1 else moment.date().isoformat()


# --- OpenDocument ---


def _rows_of_open_document(table: Element) -> Iterator[_Row]:
    empty = 0
    for row in _table_rows(table):
        times = min(_count(row, "number-rows-repeated"), _MOST_ROWS)
        cells: _Row = []
        for cell in row:
            if cell.tag in ("table-cell", "covered-table-cell"):
                repeated = min(_count(cell, "number-columns-repeated"), _MOST_COLUMNS - len(cells))
                cells += [_value_of_open_document(cell)] * repeated
        if any(cells):
            for _ in range(empty):
                yield []
            for _ in range(min(times, _MOST_COLUMNS)):
                yield cells
            empty = 0
        else:
            empty += times


def _table_rows(table: Element) -> Iterator[Element]:
    for part in table:
        if part.tag == "table-row":
            yield part
        elif part.tag in ("table-row-group", "table-header-rows", "table-rows"):
            yield from _table_rows(part)


def _count(element: Element, attribute: str) -> int:
    value = element.get(attribute, "1")
    return int(value) if value.isdigit() else 1


def _value_of_open_document(cell: Element) -> str:
    kind = cell.get("value-type", "")
    if kind == "date":
        return cell.get("date-value", "").replace("T", " ")
    if kind in ("float", "currency"):
        with suppress(ValueError):
            return _number(cell.get("value", ""))
    return "\n".join(_paragraph(paragraph) for paragraph in cell.findall("p"))


def _paragraph(paragraph: Element) -> str:
    """A paragraph's text. Spaces and breaks are elements; notes on the cell are none of it."""
    parts = [paragraph.text or ""]
    for piece in paragraph:
        if piece.tag == "s":
            parts.append(" " * min(_count(piece, "c"), _MOST_COLUMNS))
        elif piece.tag in ("tab", "line-break"):
            parts.append(" ")
        elif piece.tag != "annotation":
            parts.append(_paragraph(piece))
        parts.append(piece.tail or "")
    return "".join(parts)
