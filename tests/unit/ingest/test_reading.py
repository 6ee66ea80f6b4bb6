from __future__ import annotations

import dataclasses

import pytest

from semblance.documents import Document, ImageBytes
from semblance.errors import EmptyDocument, TooLarge, UnsupportedFormat
from semblance.ingest import LIMITS, check_size, read
from unit.ingest.support import error_of, read_one


@pytest.mark.parametrize(
    "name",
    [
        "a.txt",
        "a.text",
        "a.rst",
        "a.org",
        "a.log",
        "README",
        "a.py",
        "a.js",
        ".profile",
        "a.xyz",
        "example.com",
    ],
)
def test_plain_text_is_as_it_is(name: str) -> None:
    text = "# not a title\n\n  <b>x</b> & \t…\n"
    document = read_one(name, text)
    assert (document.id, document.title, document.content, document.metadata) == (name, "", text, {})


@pytest.mark.parametrize(
    ("name", "data", "title"),
    [
        ("page", "<!DOCTYPE html><title>T</title><p>x", "T"),
        ("page.php", "\ufeff\n<HTML><title>T</title><p>x", "T"),
        (
            "feed.unknown",
            "<rss><channel><item><guid>1</guid><title>T</title><description>x</description></item></channel></rss>",
            "T",
        ),
    ],
)
def test_a_name_that_says_nothing_is_read_by_content(name: str, data: str, title: str) -> None:
    assert read_one(name, data).title == title


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.pdf", "a PDF"),
        ("a.DOCX", "a Word document"),
        ("a.xlsx", "a spreadsheet"),
        ("a.tar.gz", "an archive other than zip"),
        ("a.mp3", "a sound recording: there is nothing to read in it"),
        ("sub/a.exe", "a program: there is nothing to read in it"),
    ],
)
def test_known_formats_that_are_not_read_are_named(name: str, kind: str) -> None:
    error = error_of(name, b"PK\x03\x04 whatever")
    assert isinstance(error, UnsupportedFormat)
    assert (error.where, error.message) == (name, f"it is {kind}")


@pytest.mark.parametrize("suffix", ["png", "JPG", "jpeg", "gif", "webp", "avif"])
def test_a_picture_is_an_item_that_is_not_read_as_text(suffix: str) -> None:
    (document,) = (found for found in read(f"a.{suffix}", b"whatever", source="album") if found)
    assert isinstance(document, Document)
    assert (document.id, document.content, document.source) == (f"a.{suffix}", "", "album")
    assert document.image == ImageBytes(b"whatever")


@pytest.mark.parametrize("suffix", ["psd", "svg", "JXL"])
def test_pictures_that_browsers_do_not_show_get_a_sentence_of_their_own(suffix: str) -> None:
    error = error_of(f"a.{suffix}", b"whatever")
    assert isinstance(error, UnsupportedFormat)
    assert "it is a " in error.message


@pytest.mark.parametrize(
    "name", ["a.md", "a.txt", "a.html", "a.csv", "a.json", "a.jsonl", "a.xml", "a.zip", "a"]
)
@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n", b"\xff\xfe \0\n\0"])
def test_empty_files(name: str, data: bytes) -> None:
    error = error_of(name, data)
    assert error.where == name
    assert isinstance(error, EmptyDocument) or (data and name == "a.zip")


def test_a_file_of_200_mb_is_refused_by_its_size() -> None:
    with pytest.raises(TooLarge) as caught:
        check_size("huge.md", 200_000_000)
    assert str(caught.value).startswith("huge.md: it is 200 MB, and the limit is 50 MB.")
    check_size("fits.md", LIMITS.file_bytes)


def test_a_file_that_was_read_nevertheless_is_refused_too() -> None:
    limits = dataclasses.replace(LIMITS, file_bytes=10)
    error = error_of("a.md", b"x" * 11, limits=limits)
    assert isinstance(error, TooLarge)
    assert "11 bytes, and the limit is 10 bytes" in error.message


def test_a_line_of_a_million_characters() -> None:
    text = "é" * 1_000_000
    assert read_one("a.txt", text).content == text
    assert read_one("a.md", text).content == text
    assert read_one("a.html", text).content == text


@pytest.mark.parametrize(
    "name", ["a/b/c.md", "it's.md", 'say "hi".md', "🦆.md", "a b.md", "ü/é.md", "..md", "a.b.md"]
)
def test_names_pass_through_as_ids(name: str) -> None:
    assert read_one(name, "x").id == name
