"""EPUB, PowerPoint and OpenDocument; titles; what they have in common."""

from __future__ import annotations

import pytest

from data.papers import epub, open_document, pptx, shape, slide_table
from semblance.documents import Document
from semblance.ingest.papers.writing import sensible_title
from semblance.places import place_of
from unit.ingest.papers.support import error_of, item_of, text_of

CHAPTERS = {
    "text/b%20two.xhtml": "<p>The sea &#8212; it rises.</p>",
    "a.xhtml": "<h1>Own heading</h1><p>It falls.</p><ul><li>slowly</li></ul>",
}


def test_the_chapters_of_a_book_are_in_reading_order_below_their_headings() -> None:
    chapters = {"text/b two.xhtml": CHAPTERS["text/b%20two.xhtml"], "a.xhtml": CHAPTERS["a.xhtml"]}
    contents = {"text/b%20two.xhtml": "Rising", "a.xhtml#part": "Falling"}
    item = item_of("a.epub", epub(chapters, title="Two tides", contents=contents))
    assert item.content == "# Rising\n\nThe sea — it rises.\n\n# Own heading\n\nIt falls.\n\n- slowly"
    assert item.title == "Two tides"
    assert item.metadata == {"author": "Ana Prat", "lang": "en"}


def test_the_contents_of_an_older_book_are_read() -> None:
    point = '<navPoint><navLabel><text>Rising</text></navLabel><content src="one.xhtml"/></navPoint>'
    ncx = f"<ncx><navMap>{point}</navMap></ncx>"
    data = epub(
        {"one.xhtml": "<p>The sea rises.</p>"},
        extra={"OEBPS/toc.ncx": f'<!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN" "x.dtd">{ncx}'},
        manifest='<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>',
    )
    assert text_of("a.epub", data) == "# Rising\n\nThe sea rises."


def test_a_chapter_that_is_missing_is_told_and_the_others_are_read() -> None:
    data = epub({"one.xhtml": "<p>One.</p>"}, manifest='<item id="c9" href="gone.xhtml"/>', spine="c9")
    item = item_of("a.epub", data)
    assert (item.content, item.note) == ("One.", "1 of its chapters can't be read")


def test_a_locked_book_is_named_and_locked_fonts_are_of_no_account() -> None:
    def encryption(path: str) -> dict[str, str]:
        data = f'<CipherData><CipherReference URI="{path}"/></CipherData>'
        return {"META-INF/encryption.xml": f"<encryption><EncryptedData>{data}</EncryptedData></encryption>"}

    chapters = {"one.xhtml": "<p>One.</p>"}
    assert text_of("a.epub", epub(chapters, extra=encryption("OEBPS/font.otf"))) == "One."
    locked = error_of("a.epub", epub(chapters, extra=encryption("OEBPS/one.xhtml")))
    assert locked == "a.epub: it is an e-book that is locked (DRM). Add an edition of it without a lock."


def test_slides_are_parted_numbered_and_in_their_order() -> None:
    data = pptx(
        shape("12", "sldNum") + shape("Why the\nsea rises", "title") + shape("the moon\nthe sun", ""),
        shape("A text box") + slide_table(["Port", "Time"], ["Brest", "10:20"]),
        shape("Thanks", "ctrTitle"),
        title="PowerPoint Presentation",
        notes={0: "Show the globe."},
    )
    item = item_of("a.pptx", data)
    assert item.content == (
        "## Why the sea rises\n\n- the moon\n- the sun\n\nShow the globe.\n\f\n"
        "A text box\n\nPort | Time\nBrest | 10:20\n\f\n## Thanks"
    )
    assert (item.title, item.metadata["slides"]) == ("Why the sea rises", 3)
    document = Document("a", item.content, metadata=item.metadata)
    at = item.content.index("Brest")
    assert str(place_of(document, at, at + 5)) == "slide 2"


def test_an_open_document_keeps_headings_lists_tables_and_notes() -> None:
    body = (
        '<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes><text:h text:outline-level="1">Tides</text:h>'
        "<text:p>Six<text:s/>metres<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>At Brest.</text:p></text:note-body></text:note> high</text:p>"
        "<text:list><text:list-item><text:h>Kinds</text:h></text:list-item></text:list>"
        "<text:list><text:list-item><text:p>spring</text:p><text:list><text:list-item><text:p>low</text:p></text:list-item>"
        "</text:list></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>Port</text:p></table:table-cell>"
        '<table:table-cell table:number-columns-repeated="2"><text:p>a</text:p></table:table-cell>'
        '<table:table-cell table:number-columns-repeated="16000"/></table:table-row></table:table>'
        "<text:table-of-content><text:p>Tides 1</text:p></text:table-of-content>"
    )
    item = item_of("a.odt", open_document("text", body, title="Untitled 1"))
    assert (
        item.content
        == "# Tides\n\nSix metres[1] high\n\n[1] At Brest.\n\n# Kinds\n\n- spring\n  - low\n\nPort | a | a"
    )
    assert item.title == "Tides"


def test_slides_of_an_open_document() -> None:
    def slide(title: str, text: str) -> str:
        return (
            f"<draw:page><draw:frame><draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame>"
            f'<draw:frame presentation:class="title"><draw:text-box><text:p>{title}</text:p></draw:text-box></draw:frame>'
            '<presentation:notes><draw:frame presentation:class="notes"><draw:text-box><text:p>Say it.</text:p>'
            "</draw:text-box></draw:frame></presentation:notes></draw:page>"
        )

    item = item_of("a.odp", open_document("presentation", slide("One", "first") + slide("Two", "second")))
    assert item.content == "## One\n\nfirst\n\nSay it.\n\f\n## Two\n\nsecond\n\nSay it."
    assert item.metadata == {"slides": 2}


def test_an_encrypted_open_document_is_named() -> None:
    manifest = "<manifest><file-entry><encryption-data/></file-entry></manifest>"
    data = open_document("text", "<text:p>x</text:p>", extra={"META-INF/manifest.xml": manifest})
    assert error_of("a.odt", data) == (
        "a.odt: it is encrypted. Open it with its password, save a copy without one, and add that."
    )


@pytest.mark.parametrize("name", ["a.epub", "a.pptx", "a.odt", "a.odp", "a.docx"])
def test_what_is_no_archive_is_named(name: str) -> None:
    assert error_of(name, b"<html>Please log in").startswith(f"{name}: it is not a zip archive")


@pytest.mark.parametrize(
    "title", ["Untitled", "Microsoft Word - a.doc", "file:///tmp/a.html", "x.indd", "12", " "]
)
def test_a_title_that_a_program_left_is_none(title: str) -> None:
    assert not sensible_title(title)
