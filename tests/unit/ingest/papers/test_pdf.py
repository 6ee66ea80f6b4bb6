"""PDF: pages, paragraphs, words that the end of a line divides, running heads; scans, locked and hostile files."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfWriter, _encryption
from pypdf._crypt_providers import _fallback

from data.papers import bomb, lines, pdf, raw_pdf, scan, stream
from semblance.documents import Document
from semblance.places import place_of
from unit.ingest.papers.support import error_of, item_of, text_of

CASES = Path(__file__).parents[3] / "data" / "cases" / "pdf"
PAGES = [
    lines(["The sea rises twice a day. Nobody", "who lives by it asks why."]),
    lines(["The moon pulls it.", "", "The sun helps."]),
    lines(["A third page."]),
]


def test_pages_are_parted_and_numbered() -> None:
    item = item_of("tides.pdf", pdf(PAGES, title="Tides and time"))
    assert item.title == "Tides and time"
    assert item.metadata == {"author": "Ana Prat", "date": "2024-05-17", "lang": "en", "pages": 3}
    document = Document(item.id, item.content, metadata=item.metadata)
    for text, page in {"Nobody": "page 1", "The sun": "page 2", "third": "page 3"}.items():
        at = item.content.index(text)
        assert str(place_of(document, at, at + 3)) == page


def test_lines_become_paragraphs() -> None:
    first, second, _ = text_of("tides.pdf", pdf(PAGES)).split("\f")
    assert first.strip() == "The sea rises twice a day. Nobody who lives by it asks why."
    assert second.strip() == "The moon pulls it.\n\nThe sun helps."


def test_an_indent_begins_a_paragraph() -> None:
    page = [("The end of one.", 72, 700, 12), ("Another begins,", 96, 686, 12), ("and goes on.", 72, 672, 12)]
    assert text_of("a.pdf", pdf([page])) == "The end of one.\n\nAnother begins, and goes on."


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("They are en-", "closed by sand.", "They are enclosed by sand."),
        ("They are en\u00ad", "closed by sand.", "They are enclosed by sand."),
        ("A well-", "known bay, a well-known cape.", "A well-known bay, a well-known cape."),
        ("From Aix-", "Marseille on foot.", "From Aix-Marseille on foot."),
        ("He said -", "and meant it.", "He said - and meant it."),
    ],
)
def test_a_divided_word_is_whole(first: str, second: str, whole: str) -> None:
    assert text_of("a.pdf", pdf([lines([first, second])])) == whole


def test_a_word_that_a_page_divides_is_whole() -> None:
    first, second = text_of("a.pdf", pdf([lines(["They are en-"]), lines(["closed by sand."])])).split("\f")
    assert first.strip() == "They are enclosed"
    assert second.strip() == "by sand."


def test_a_sentence_that_goes_on_stays_one() -> None:
    text = text_of("a.pdf", pdf([lines(["The limpet clamps"]), lines(["to its rock."])]))
    assert text == "The limpet clamps\n\fto its rock."


def test_running_heads_and_page_numbers_are_left_out() -> None:
    pages = [
        [("The Shore Book", 72, 800, 9), *lines([f"Text of page {name}."]), (f"- {number} -", 280, 40, 9)]
        for number, name in enumerate(["one", "two", "three", "four"], 1)
    ]
    text = text_of("a.pdf", pdf(pages))
    assert [page.strip() for page in text.split("\f")] == [
        f"Text of page {name}." for name in ("one", "two", "three", "four")
    ]


def test_a_running_head_is_known_by_a_number_that_grows_with_the_pages() -> None:
    heads = ["Chapter 1: Tides 7", "Chapter 1: Tides 8", "Chapter 1: Tides 9", "", "Table 4 of 11", ""]
    pages = [
        [(head, 72, 800, 9), *lines([f"Text {word}."])] for head, word in zip(heads, "abcdef", strict=True)
    ]
    text = text_of("a.pdf", pdf([[line for line in page if line[0]] for page in pages]))
    assert "Chapter" not in text
    assert "Table 4 of 11" in text


def test_the_dots_of_a_table_of_contents_are_one() -> None:
    assert text_of("a.pdf", pdf([lines(["Tides . . . . . . . . . . 12"])])) == "Tides … 12"


def test_larger_letters_are_headings_and_the_title() -> None:
    page = [
        ("Limpets", 72, 760, 24),
        ("Where they live", 72, 720, 16),
        *lines(["On rocks, between the marks of high and low water.", "They rarely move."], y=690),
    ]
    item = item_of("scan0001.pdf", pdf([page], title="Microsoft Word - limpets.docx"))
    assert item.title == "Limpets"
    assert item.content.startswith("# Limpets\n\n## Where they live\n\nOn rocks,")


def test_ligatures_are_letters() -> None:
    cmap = b"1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfchar <01> <fb01> endbfchar"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 11 0 R >>"
    data = raw_pdf(
        [b"BT /F2 12 Tf 72 700 Td (\x01nd) Tj ET"],
        objects=[font, stream(cmap)],
        resources="/Font << /F2 10 0 R >>",
    ).replace(
        b"/Font << /F1 3 0 R >> /Font << /F2 10 0 R >>", b"/Font << /F2 10 0 R >>                       "
    )
    assert text_of("a.pdf", data) == "find"


def test_cells_of_a_table_are_parted() -> None:
    page = [
        ("Port", 72, 700, 12), ("High water", 300, 700, 12),
        ("Brest", 72, 686, 12), ("10:20", 300, 686, 12),
    ]  # fmt: skip
    assert text_of("a.pdf", pdf([page])) == "Port | High water\nBrest | 10:20"


def test_a_scan_says_that_it_has_no_text_and_what_to_do() -> None:
    assert error_of("scan.pdf", scan()) == (
        "scan.pdf: it has no text: its pages are pictures, as a scan's are, and Semblance does not recognise the text in "
        "pictures (OCR). Let a program with text recognition (OCR) make a searchable PDF of it, and add that."
    )


def test_pages_without_text_among_others_are_named() -> None:
    item = item_of("a.pdf", pdf([lines(["One."]), [], [], lines(["Four."])]))
    assert item.note == "pages without text: 2–3"
    assert item.content.count("\f") == 3


def test_what_a_file_should_say_about_itself_may_be_anything() -> None:
    data = pdf(PAGES).replace(b"/Info 4 0 R", b"/Info [1 2]")
    assert item_of("a.pdf", data).metadata == {"lang": "en", "pages": 3}


def test_a_damaged_page_loses_itself_only() -> None:
    broken = raw_pdf([b"BT /F1 12 Tf 72 700 Td (One.) Tj ET", b"not deflated"]).replace(
        b"<< /Length 12 ", b"<< /Length 12 /Filter /LZWDecode /DecodeParms 7 "
    )
    item = item_of("a.pdf", broken)
    assert item.content.startswith("One.")
    assert "2" in item.note


def test_a_locked_file_is_named() -> None:
    locked = pdf(
        PAGES,
        trailer="/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -4 "
        f"/O <{'11' * 32}> /U <{'22' * 32}> >> /ID [<33> <33>]",
    )
    assert error_of("a.pdf", locked) == (
        "a.pdf: it is an encrypted PDF. Open it (with its password, if it asks for one), save a copy without a password "
        "(print it as PDF), and add that."
    )


def encrypted(password: str, algorithm: str) -> bytes:
    """The pages as pypdf encrypts them."""
    writer, out = PdfWriter(clone_from=io.BytesIO(pdf(PAGES))), io.BytesIO()
    writer.encrypt(password, "the owner's", algorithm=algorithm)
    writer.write(out)
    return out.getvalue()


def test_a_file_that_everybody_may_read_is_read_though_it_is_encrypted() -> None:
    item = item_of("a.pdf", encrypted("", "RC4-128"))
    assert "The moon pulls it." in item.content
    assert item.metadata["pages"] == 3
    assert "it is an encrypted PDF" in error_of("a.pdf", encrypted("secret", "RC4-128"))


@pytest.fixture
def without_aes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pypdf as it is before the first encrypted file, without a library for AES."""
    for name in ("CryptAES", "aes_cbc_decrypt", "aes_cbc_encrypt", "aes_ecb_decrypt", "aes_ecb_encrypt"):
        monkeypatch.setattr(_encryption, name, getattr(_fallback, name))


@pytest.mark.usefixtures("without_aes")
@pytest.mark.parametrize("name", ["aes-128", "aes-256-r5", "aes-256"])
def test_aes_takes_no_library(name: str) -> None:
    """The files are those of `encrypted`, written with PyPI's cryptography."""
    item = item_of("a.pdf", (CASES / f"{name}.pdf").read_bytes())
    assert "The moon pulls it." in item.content


def test_aes_with_a_password_is_named() -> None:
    assert "it is an encrypted PDF" in error_of("a.pdf", (CASES / "aes-256-with-password.pdf").read_bytes())


def test_a_file_that_promises_more_pages_than_it_has_ends_with_the_last() -> None:
    many = encrypted("", "RC4-128").replace(b"/Count 3", b"/Count 9999999")
    item = item_of("a.pdf", many)
    assert (item.metadata["pages"], item.note) == (3, "")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<html>Please log in", "it is called a PDF, but it is none. Copy or download it again."),
        (b"%PDF-1.7\n1 0 obj", "it is damaged. Copy or download it again."),
        (pdf(PAGES)[:300], "it is damaged. Copy or download it again."),
    ],
)
def test_what_is_no_sound_pdf_is_named(data: bytes, message: str) -> None:
    assert error_of("a.pdf", data) == f"a.pdf: {message}"


def test_a_file_whose_table_of_objects_is_wrong_is_read() -> None:
    assert "The moon pulls it." in text_of("a.pdf", b"junk that a mail program added\n" + pdf(PAGES))


def test_a_bomb_is_refused_with_the_limit() -> None:
    assert error_of("a.pdf", bomb()).startswith(
        "a.pdf: it holds data that unpacks to more than the limit of 75 MB, as bombs do."
    )


def test_a_text_without_end_is_refused_with_the_limit() -> None:
    assert error_of("a.pdf", pdf(PAGES), paper_chars=50).startswith(
        "a.pdf: it has more text than the limit of 50 characters."
    )


def test_pages_after_the_time_are_named_as_not_read() -> None:
    item = item_of("a.pdf", pdf(PAGES), paper_seconds=0)
    assert item.note == "not read, since reading took too long: pages 2–3"
    assert item.metadata["pages"] == 1


def test_fonts_that_tell_no_characters_make_no_text() -> None:
    cmap = b"1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <20> <7e> <e020> endbfrange"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 11 0 R >>"
    data = raw_pdf([b"BT /F2 12 Tf 72 700 Td (secret) Tj ET"], objects=[font, stream(cmap)]).replace(
        b"/F1 3 0 R", b"/F2 10 0 R"
    )
    assert "its fonts don't tell which characters they show" in error_of("a.pdf", data)
