"""Spreadsheets of Excel and OpenDocument: each sheet is a table."""

from __future__ import annotations

import pytest

from data.papers import ODF, packed, relations
from semblance.documents import Document, Failure
from semblance.ingest import read
from semblance.ingest.items import Apart
from unit.ingest.papers.support import error_of, item_of, steps_of

X = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
DATES = (
    '<numFmts><numFmt numFmtId="164" formatCode="[Red]&quot;day&quot;0.0"/>'
    '<numFmt numFmtId="165" formatCode="dd/mm/yy"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs>'
)


def xlsx(*sheets: str, texts: str = "", hidden: int = 0, properties: str = "") -> bytes:
    """A workbook; the last so many of its sheets are hidden."""
    places = range(1, len(sheets) + 1)
    states = ["visible"] * (len(sheets) - hidden) + ["hidden"] * hidden
    listed = "".join(
        f'<sheet name="Sheet{at}" sheetId="{at}" r:id="rId{at}" state="{state}"/>'
        for at, state in zip(places, states, strict=True)
    )
    related = {f"rId{at}": ("worksheet", f"worksheets/sheet{at}.xml") for at in places}
    related |= {"rId90": ("sharedStrings", "sharedStrings.xml"), "rId91": ("styles", "styles.xml")}
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": f"<workbook {X} {R}>{properties}<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(related),
        "xl/sharedStrings.xml": f"<sst {X}>{texts}</sst>",
        "xl/styles.xml": f"<styleSheet {X}>{DATES}</styleSheet>",
    }
    for at, rows in zip(places, sheets, strict=True):
        parts[f"xl/worksheets/sheet{at}.xml"] = f"<worksheet {X}><sheetData>{rows}</sheetData></worksheet>"
    return packed(parts)


def row(*cells: str, number: str = "") -> str:
    return f'<row r="{number}">{"".join(cells)}</row>' if number else f"<row>{''.join(cells)}</row>"


def text(value: str, at: str = "") -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{value}</t></is></c>'


def number(value: str, style: int = 0) -> str:
    return f'<c s="{style}"><v>{value}</v></c>'


HEAD = row(text("id"), text("text"))


def rows_of(name: str, data: bytes) -> tuple[list[Document], list[str]]:
    documents, errors = list[Document](), list[str]()
    for step in read(name, data):
        if isinstance(step, Apart):
            step.answer = steps_of(name, data)
        elif isinstance(step, Document):
            documents.append(step)
        elif isinstance(step, Failure):
            errors.append(str(step.error))
    return documents, errors


def cells_of(data: bytes, name: str = "a.xlsx") -> list[list[str]]:
    return [line.split("\x1f") for line in item_of(name, data).content.splitlines()]


def test_a_row_of_a_sheet_is_an_item() -> None:
    data = xlsx(HEAD + row(number("1"), text("Plums ripen")) + row(number("2"), text("Pears")))
    documents, errors = rows_of("fruit.xlsx", data)
    assert errors == []
    assert [(doc.id, doc.content) for doc in documents] == [("1", "Plums ripen"), ("2", "Pears")]


def test_several_sheets_keep_their_ids_apart_and_hidden_ones_are_told() -> None:
    data = xlsx(HEAD + row(number("1"), text("a")), HEAD + row(number("1"), text("b")), HEAD, hidden=1)
    documents, _ = rows_of("a.xlsx", data)
    assert [(doc.id, doc.content) for doc in documents] == [("1", "a"), ("a.xlsx/Sheet2/1", "b")]
    assert documents[0].note == "1 hidden sheet of its file was left out"
    assert documents[1].note == ""


def test_a_sheet_of_one_column_is_a_list_of_texts() -> None:
    documents, errors = rows_of(
        "a.xlsx", xlsx(row(text("Note")) + row(text("one")), HEAD + row(number("1"), text("a")))
    )
    assert errors == []
    assert [(doc.id, doc.content) for doc in documents] == [("2", "one"), ("1", "a")]


def test_a_sheet_of_one_cell_is_a_text() -> None:
    documents, errors = rows_of("a.xlsx", xlsx(row(text("only")), HEAD + row(number("1"), text("a"))))
    assert ([doc.content for doc in documents], errors) == (["only", "a"], [])


def test_values_are_what_a_spreadsheet_shows() -> None:
    texts = "<si><r><t>Deep </t></r><r><t>sea</t></r><rPh><t>x</t></rPh></si>"
    shared = '<c t="s"><v>0</v></c>'
    cells = row(
        *(shared, number("0.30000000000000004"), number("46027", 1), number("46027.75", 3), number("7", 2)),
        *('<c t="b"><v>1</v></c>', '<c t="e"><v>#N/A</v></c>', '<c t="str"><f>A1</f><v>made</v></c>'),
    )
    assert cells_of(xlsx(cells, texts=texts)) == [
        ["Deep sea", "0.3", "2026-01-05", "2026-01-05 18:00:00", "7", "TRUE", "#N/A", "made"]
    ]
    old = xlsx(row(number("1", 1)), properties='<workbookPr date1904="1"/>')
    assert cells_of(old) == [["1904-01-02"]]


def test_cells_and_rows_that_are_left_out_are_empty() -> None:
    data = xlsx(
        row(text("id", "A1"), text("b", "B1"), text("c", "C1"), number="1")
        + row(text("x", "A4"), text("z", "C4"), number="4")
    )
    assert cells_of(data) == [["id", "b", "c"], [""], [""], ["x", "", "z"]]
    (document,), _ = rows_of("a.xlsx", data)
    assert (document.id, document.metadata) == ("x", {"id": "x", "b": "", "c": "z"})


def test_breaks_and_quotes_in_a_cell_stay() -> None:
    (document,), _ = rows_of("a.xlsx", xlsx(HEAD + row(number("1"), text('say "ah",\ntwice'))))
    assert document.content == 'say "ah",\ntwice'


def test_a_workbook_without_cells_is_empty() -> None:
    _, errors = rows_of("a.xlsx", xlsx("", ""))
    assert errors == ["a.xlsx: there is nothing in it to read. Add some text, or leave the file out."]


def test_a_row_far_below_takes_no_time() -> None:
    data = xlsx(HEAD + row(text("x", "A999999999"), text("y", "B999999999"), number="999999999"))
    assert item_of("a.xlsx", data).content.count("\n") < 1_100_000
    assert "more text than" in error_of("a.xlsx", data, paper_chars=1_000)


ROWS = (
    "<table:table-header-rows><table:table-row>"
    "<table:table-cell><text:p>id</text:p></table:table-cell><table:table-cell><text:p>text</text:p></table:table-cell>"
    "</table:table-row></table:table-header-rows>"
    '<table:table-row><table:table-cell office:value-type="float" office:value="1"><text:p>1,0</text:p></table:table-cell>'
    "<table:table-cell><office:annotation><text:p>no</text:p></office:annotation>"
    "<text:p>Oak<text:s/>tree</text:p><text:p>tall</text:p></table:table-cell>"
    '<table:table-cell table:number-columns-repeated="16382"/></table:table-row>'
    '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
    '<table:table-row><table:table-cell office:value-type="date" office:date-value="2026-01-05"/>'
    "<table:table-cell><text:p>Elm</text:p></table:table-cell></table:table-row>"
    '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/>'
    "</table:table-row>"
)


def ods(rows: str) -> bytes:
    table = f'<table:table table:name="Trees">{rows}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"<office:document-content {ODF}>{body}</office:document-content>",
        },
        stored_first=True,
    )


@pytest.mark.parametrize("name", ["trees.ods", "trees"])
def test_a_sheet_of_open_document(name: str) -> None:
    data = ods(ROWS)
    steps = []
    for step in read(name, data):
        if isinstance(step, Apart):
            step.answer = steps_of("trees.ods", data)
        elif step is not None:
            steps.append(step)
    assert [(step.id, step.content) for step in steps if isinstance(step, Document)] == [
        ("1", "Oak tree\ntall"),
        ("2026-01-05", "Elm"),
    ]
    assert len(steps) == 2


def test_without_a_second_python_the_remedy_is_csv() -> None:
    (failure,) = filter(None, (step for step in read("a.ods", ods(ROWS)) if not isinstance(step, Apart)))
    assert isinstance(failure, Failure)
    assert str(failure.error) == "a.ods: it is a spreadsheet. Save each of its sheets as CSV, and add those."
