"""Each kind of files that is not read is known by its first bytes or its name, and has a remedy of its own."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import partial

import pytest

from data.pictures import encoded, picture
from semblance.documents import Document
from semblance.errors import EmptyDocument, Malformed, NotText, TooLarge, UnsupportedFormat
from semblance.ingest import LIMITS, is_hidden, read
from semblance.ingest.kinds import KINDS, kind_of
from unit.ingest.support import error_of, read_all, read_one

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1_000)


def boxes(brand: str, *others: str) -> bytes:
    """A file made of boxes, as MP4, HEIC and AVIF are."""
    names = "".join((brand, "\0\0\0\0", *others)).encode()
    return (len(names) + 8).to_bytes(4, "big") + b"ftyp" + names + bytes(100)


def stream(name: str) -> bytes:
    """A document of the Office of 1997 that holds a stream."""
    return OLE + f"{name}\0".encode("utf-16-le") + bytes(500)


def packed(*names: str, first: bytes = b"x") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, name in enumerate(names):
            archive.writestr(name, b"x" if number else first)
    return out.getvalue()


MAIL = b"Received: from a.example\r\nFrom: Ana <ana@example.org>\r\nSubject: Tea\r\n\r\nBoil water.\r\n"
BY_BYTES: dict[str, tuple[bytes, str]] = {
    "mp4": (boxes("isom", "isom", "avc1"), "video"),
    "quicktime": (boxes("qt  "), "video"),
    "matroska": (b"\x1a\x45\xdf\xa3" + bytes(60), "video"),
    "avi": (b"RIFF\x10\0\0\0AVI LIST" + bytes(60), "video"),
    "m4a": (boxes("M4A ", "mp42"), "audio"),
    "wav": (b"RIFF\x10\0\0\0WAVEfmt \x10\0\0\0", "audio"),
    "mp3 with tags": (b"ID3\x04\0\0\0\0\0\0", "audio"),
    "mp3": (b"\xff\xfb\x90\x64\0\0\0\0", "audio"),
    "ogg": (b"OggS\0\x02" + bytes(20), "audio"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "pdf"),
    "word": (packed("[Content_Types].xml", "_rels/.rels", "word/document.xml"), "word"),
    "libreoffice's word": (packed("_rels/.rels", "docProps/app.xml", "word/document.xml"), "word"),
    "excel": (packed("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"), "excel"),
    "powerpoint": (packed("[Content_Types].xml", "_rels/.rels", "ppt/presentation.xml"), "powerpoint"),
    "odt": (packed("mimetype", "content.xml", first=b"application/vnd.oasis.opendocument.text"), "odt"),
    "epub": (packed("mimetype", "a.xhtml", first=b"application/epub+zip"), "epub"),
    "iwork": (packed("Index/Document.iwa", "preview.jpg"), "iwork"),
    "old_word": (stream("WordDocument"), "old_word"),
    "old_excel": (stream("Workbook"), "old_excel"),
    "old_powerpoint": (stream("PowerPoint Document"), "old_powerpoint"),
    "locked_office": (stream("EncryptedPackage"), "locked_office"),
    "outlook message": (stream("__properties_version1.0"), "mail"),
    "rtf": (rb"{\rtf1\ansi Tea}", "rtf"),
    "canon's raw": (boxes("crx ", "crx ", "isom"), "raw"),
    "canon's older raw": (b"II*\0\x10\0\0\0CR\x02\0" + bytes(60), "raw"),
    "fuji's raw": (b"FUJIFILMCCD-RAW 0201" + bytes(60), "raw"),
    "psd": (b"8BPS\0\x01" + bytes(60), "photoshop"),
    "ico": (encoded(picture(16, 16), "ICO"), "picture"),
    "shortcut": (b"L\0\0\0\x01\x14\x02\0" + bytes(60), "shortcut"),
    "link": (b"[InternetShortcut]\r\nURL=https://example.org/\r\n", "link"),
    "sqlite": (b"SQLite format 3\0" + bytes(60), "database"),
    "rar": (b"Rar!\x1a\x07\x01\0", "archive"),
    "tar": (b"notes/a.md".ljust(257, b"\0") + b"ustar\x0000" + bytes(200), "archive"),
    "program": (b"MZ\x90\0\x03\0\0\0" + bytes(60), "program"),
    "ttf": (b"\0\x01\0\0\0\x0f\0\x80" + bytes(60), "font"),
    "woff2": (b"wOF2\0\x01\0\0", "font"),
    "age": (b"age-encryption.org/v1\n-> X25519 abc\n", "encrypted"),
}


@pytest.mark.parametrize("name", ["a", "a.xyz", "a.bin"])
@pytest.mark.parametrize("case", BY_BYTES)
def test_a_kind_is_known_by_its_bytes(case: str, name: str) -> None:
    data, key = BY_BYTES[case]
    error = error_of(name, data)
    assert isinstance(error, UnsupportedFormat)
    assert str(error) == f"{name}: it is {KINDS[key].name}. {KINDS[key].remedy}"


@pytest.mark.parametrize("case", [case for case in BY_BYTES if b"\0" in BY_BYTES[case][0]])
def test_a_name_of_a_text_or_a_picture_hides_no_kind(case: str) -> None:
    data, key = BY_BYTES[case]
    assert error_of("a.md", data).message == f"it is {KINDS[key].name}"
    kind = kind_of("a.jpg", data)
    assert kind is not None
    assert kind == KINDS[key]


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("film.MP4", "a video: there is nothing to read in it"),
        ("old.doc", "an old Word document"),
        ("letter.pages", "Export it as PDF or Word in Pages"),
        ("mail.emlx", "it is an e-mail. Save its text"),
        ("mail.msg", "it is an e-mail. Save its text"),
        ("photo.nef", "it is a RAW photo. Export it as JPEG"),
        ("data.sqlite3", "it is a database. Export the tables that you need as CSV"),
        ("sums.ods", "it is a spreadsheet. Save each of its sheets as CSV"),
        ("secret.gpg", "it is encrypted. Decrypt it"),
    ],
)
def test_a_kind_is_known_by_its_name(name: str, remedy: str) -> None:
    assert remedy in str(error_of(name, b"whatever there is in it"))


def test_a_name_says_more_than_vague_bytes() -> None:
    tiff = b"II*\0\x08\0\0\0" + bytes(60)
    assert error_of("a.nef", tiff).message == "it is a RAW photo"
    assert read_one("a.tif", tiff).image is not None
    assert read_one("scan", tiff).image is not None
    assert error_of("a.svgz", b"\x1f\x8b\x08\0").message == "it is a drawing (SVG or EPS), not a photo"


@pytest.mark.parametrize(
    "make",
    [
        *(partial(encoded, picture(), format) for format in ("PNG", "AVIF", "BMP", "TIFF")),
        lambda: boxes("heic", "mif1", "heic"),
        lambda: boxes("mif1", "mif1", "heic"),
    ],
)
@pytest.mark.parametrize("name", ["IMG_0001", "IMG_0001.heic", "IMG_0001.jpg_large", "scan.pdf"])
def test_a_picture_is_known_by_its_bytes_where_its_name_says_no_text(
    make: Callable[[], bytes], name: str
) -> None:
    data = make()
    (document,) = (step for step in read(name, data) if step)
    assert isinstance(document, Document)
    assert document.image is not None


@pytest.mark.parametrize("extension", ["txt", "md"])
@pytest.mark.parametrize(
    "text",
    [
        "[InternetShortcut] is how the file begins.",
        "BZh, MSCF, OTTO: letters only.",
        "{\\rtf is how it begins.",
        "From: Ana\nReceived: yes\n\nA text about e-mails.",
        "-----BEGIN PGP MESSAGE----- stands above it.",
    ],
)
def test_a_text_may_begin_like_something_else(extension: str, text: str) -> None:
    assert read_one(f"a.{extension}", text).content == text


@pytest.mark.parametrize(
    "text",
    ["caffeine keeps one awake", "MZ is no unit", "OTTO sails", "ID3 is a tag", "x" * 4 + "ftyp is a box"],
)
def test_a_text_without_a_suffix_may_begin_with_the_letters_of_a_signature(text: str) -> None:
    assert read_one("notes", text).content == text


def test_a_text_in_an_encoding_of_two_bytes_is_no_font() -> None:
    assert read_one("a.txt", "BM".encode("utf-16")).content == "BM"


def test_an_empty_file_says_so_whatever_its_name() -> None:
    for name in ("a.md", "film.mp4", "a.pdf", "a"):
        assert isinstance(error_of(name, b""), EmptyDocument)


# --- archives ---


def locked(*names: str) -> bytes:
    data = bytearray(packed(*names))
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    return bytes(data)


def test_an_encrypted_archive_is_one_failure_with_its_remedy() -> None:
    error = error_of("my.zip", locked("a.md", "b.md", "c.md"))
    assert isinstance(error, Malformed)
    assert str(error) == "my.zip: it is encrypted. Unzip it with its password, and add what is inside."


def test_entries_of_an_archive_have_the_remedies_of_their_kinds() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.md", "Tea")
        archive.writestr("clip", boxes("isom") + bytes(LIMITS.file_bytes + 1))
        archive.writestr("photo.nef", b"MM\0*\0\0\0\x08")
        archive.writestr("sub/Thumbs.db", OLE)
        archive.writestr("really.heic", encoded(picture(), "PNG"))
    loose = LIMITS.__class__(archive_ratio=10_000)
    documents, failures = read_all("my.zip", out.getvalue(), limits=loose)
    assert [document.id for document in documents] == ["a.md", "really.heic"]
    assert [(failure.id, failure.error.message) for failure in failures] == [
        ("clip", "it is a video: there is nothing to read in it"),
        ("photo.nef", "it is a RAW photo"),
    ]


def test_an_archive_of_office_documents_is_an_archive() -> None:
    inner = packed("[Content_Types].xml", "word/document.xml")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("letter.docx", inner)
        archive.writestr("a.md", "Tea")
    documents, failures = read_all("my.zip", out.getvalue())
    assert [document.id for document in documents] == ["a.md"]
    assert [failure.error.message for failure in failures] == ["it is a Word document"]


def test_a_document_whose_name_says_archive_is_no_archive() -> None:
    data = packed("[Content_Types].xml", "_rels/.rels", "word/document.xml")
    assert error_of("letter.zip", data).message == "it is a Word document"


# --- what is passed over ---


@pytest.mark.parametrize(
    ("path", "hidden"),
    [
        (".DS_Store", True),
        ("photos/.DS_Store", True),
        ("photos/Thumbs.db", True),
        ("photos/desktop.ini", True),
        ("a/~$letter.docx", True),
        ("a/._photo.jpg", True),
        (".git/config", True),
        ("__MACOSX/a.md", True),
        ("vault/Plan.excalidraw.md", True),
        ("graph/logseq/bak/pages/Tea/2024.md", True),
        ("logseq/config.edn", True),
        ("notes/logseq/tips.md", False),
        ("a/thumbs.md", False),
        ("a/b.c/d.md", False),
    ],
)
def test_files_of_systems_are_passed_over(path: str, hidden: bool) -> None:
    assert is_hidden(path) is hidden


def test_failures_that_are_not_named_one_by_one_are_counted() -> None:
    _, failures = read_all("a.csv", "id,text\n" + "x\n" * 5_000)
    assert sum(failure.count for failure in failures) == 5_000


def test_a_file_that_is_too_large_says_so_if_it_could_be_read() -> None:
    limits = LIMITS.__class__(file_bytes=100)
    assert isinstance(error_of("a.md", b"x" * 101, limits=limits), TooLarge)
    assert error_of("a.mp4", bytes(101), limits=limits).message.startswith("it is a video")


def test_each_kind_has_a_name_and_a_remedy_of_whole_sentences() -> None:
    for kind in KINDS.values():
        assert str(kind.name)
        assert str(kind.remedy).endswith(".")
        assert str(kind.remedy)[0].isupper()


def test_other_binary_data_has_a_remedy() -> None:
    error = error_of("a.bin", bytes(range(256)))
    assert isinstance(error, NotText)
    assert str(error) == "a.bin: it holds binary data, not text. Save it as a text, or leave it out."
