"""Word: headings in any language, lists, tables, notes, changes; damaged and hostile files."""

from __future__ import annotations

import pytest

from data.papers import LIST, W, docx, packed, paragraph
from unit.ingest.papers.support import error_of, item_of, text_of


def text(body: str, notes: str = "") -> str:
    return text_of("a.docx", docx(body, notes=notes))


def row(*cells: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in cells) + "</w:tr>"


def test_headings_are_known_by_their_styles_in_any_language() -> None:
    body = (
        paragraph("Tides", "Titel")
        + paragraph("High water", "berschrift2")
        + paragraph("It comes twice.")
        + paragraph("Low water", "Own")
        + paragraph("Undeclared", "Heading3")
        + paragraph("By its level", properties='<w:outlineLvl w:val="3"/>')
        + paragraph("Body text", properties='<w:outlineLvl w:val="9"/>')
    )
    assert text(body) == (
        "# Tides\n\n## High water\n\nIt comes twice.\n\n# Low water\n\n### Undeclared\n\n#### By its level\n\nBody text"
    )


def test_the_title_is_the_declared_one_or_the_first_heading() -> None:
    body = paragraph("Tides", "berschrift1") + paragraph("Text.")
    declared = item_of("a.docx", docx(body, title="The sea", author="Ana Prat"))
    assert declared.title == "The sea"
    assert declared.metadata == {"author": "Ana Prat", "date": "2024-05-17"}
    assert item_of("a.docx", docx(body, title="Document1")).title == "Tides"


def test_lists_keep_their_levels() -> None:
    body = (
        paragraph("high", properties=LIST.format(level=0))
        + paragraph("spring", properties=LIST.format(level=1))
        + paragraph("low", "Liste")
        + paragraph("no list", "Liste", '<w:numPr><w:numId w:val="0"/></w:numPr>')
    )
    assert text(body) == "- high\n  - spring\n- low\n\nno list"


def test_cells_of_a_table_are_parted_and_rows_are_lines() -> None:
    inner = f"<w:tbl>{row(paragraph('inner'), paragraph('cells'))}</w:tbl>{paragraph('')}"
    table = row(paragraph("Port"), paragraph("High") + paragraph("water")) + row(paragraph("Brest"), inner)
    assert text(f"{paragraph('Before.')}<w:tbl>{table}</w:tbl>{paragraph('After.')}") == (
        "Before.\n\nPort | High water\nBrest | inner cells\n\nAfter."
    )


def test_notes_stand_below_their_paragraph() -> None:
    notes = (
        f'<w:footnote w:id="-1">{paragraph("a line")}</w:footnote>'
        f'<w:footnote w:id="2">{paragraph("Measured at Brest.")}</w:footnote>'
    )
    body = paragraph('<w:r><w:t>Six metres</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>')
    assert text(body + paragraph("More."), notes=notes) == "Six metres[1]\n\n[1] Measured at Brest.\n\nMore."


def test_notes_and_boxes_in_a_cell_are_kept() -> None:
    notes = f'<w:footnote w:id="2">{paragraph("At Brest.")}</w:footnote>'
    box = f"<w:pict><w:txbxContent>{paragraph('In a box.')}</w:txbxContent></w:pict>"
    cell = paragraph(f'<w:r><w:t>6 m</w:t><w:footnoteReference w:id="2"/>{box}</w:r>')
    assert text(f"<w:tbl>{row(cell, paragraph('high'))}</w:tbl>", notes=notes) == (
        "6 m[1] In a box. | high\n\n[1] At Brest."
    )


def test_a_word_is_read_once_without_how_it_sounds() -> None:
    base, sound = (
        "<w:rubyBase><w:r><w:t>京都</w:t></w:r></w:rubyBase>",
        "<w:rt><w:r><w:t>きょうと</w:t></w:r></w:rt>",
    )
    assert text(paragraph(f"<w:r><w:ruby>{sound}{base}</w:ruby></w:r><w:r><w:t>へ</w:t></w:r>")) == "京都へ"


def test_what_was_deleted_or_is_hidden_is_left_out() -> None:
    runs = (
        "<w:r><w:t>kept </w:t></w:r><w:del><w:r><w:delText>deleted </w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>added </w:t></w:r></w:ins><w:moveFrom><w:r><w:t>moved </w:t></w:r></w:moveFrom>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden </w:t></w:r>"
        "<w:r><w:instrText> HYPERLINK </w:instrText></w:r><w:hyperlink><w:r><w:t>linked</w:t></w:r></w:hyperlink>"
    )
    contents = paragraph("High water 4", "Verzeichnis1")
    assert text(contents + paragraph(runs)) == "kept added linked"


def test_text_boxes_and_content_controls_are_read_once() -> None:
    inside = f"<w:txbxContent>{paragraph('In a box.')}</w:txbxContent>"
    box = (
        '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Choice><w:drawing>{inside}</w:drawing></mc:Choice><mc:Fallback><w:pict>{inside}</w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    control = f"<w:sdt><w:sdtContent>{paragraph('In a control.')}</w:sdtContent></w:sdt>"
    assert text(paragraph(box) + control) == "In a box.\n\nIn a control."


def test_breaks_tabs_and_hyphens() -> None:
    runs = (
        "<w:r><w:t>one</w:t><w:br/><w:t>two</w:t><w:tab/><w:t>three</w:t></w:r>"
        "<w:r><w:t> co</w:t><w:noBreakHyphen/><w:t>op</w:t><w:t> wa</w:t><w:softHyphen/><w:t>ter</w:t></w:r>"
    )
    assert text(paragraph(runs)) == "one\ntwo three co-op water"


def test_a_document_without_text_is_named() -> None:
    assert error_of("a.docx", docx(paragraph(""))).startswith("a.docx: there is no text in it.")


@pytest.mark.parametrize("data", [b"not a zip", docx(paragraph("x"))[:400]])
def test_a_damaged_file_is_named(data: bytes) -> None:
    assert error_of("a.docx", data) == (
        "a.docx: it is not a zip archive, or it is damaged. Copy or download it again."
    )


def test_a_part_that_is_missing_is_named() -> None:
    assert "a part of it (word/document.xml) is missing" in error_of("a.docx", packed({"x.xml": "<x/>"}))


def test_a_bomb_is_refused_with_the_limit() -> None:
    body = f"<w:document {W}><w:body>{'<w:p/>' * 1_000_000}</w:body></w:document>"
    assert "unpacks to" in error_of("a.docx", packed({"word/document.xml": body}))
    large = packed({"word/document.xml": "<w>" + "ab" * 40_000}, stored_first=True)
    assert "the limit is 50 KB" in error_of("a.docx", large, file_bytes=50_000)


def test_entities_are_refused_and_not_expanded() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE x [<!ENTITY e0 "ha">{levels}]><w:document {W}><w:body>&e11;</w:body></w:document>'
    assert "it declares entities, which can grow without end" in error_of(
        "a.docx", packed({"word/document.xml": bomb})
    )


def test_elements_nested_too_deeply_are_refused() -> None:
    body = "<w:p>" * 5_000 + "</w:p>" * 5_000
    assert "nested more than 100 levels deep" in error_of("a.docx", docx(body))
