"""A table beside pictures: which row is about which picture."""

from __future__ import annotations

import unicodedata
from typing import Any, Literal

import pytest

from semblance.documents import Document, ImageBytes
from semblance.errors import MissingPicture
from semblance.ingest import describe, read


def pictures(*paths: str) -> list[Document]:
    return [Document(path, "", image=ImageBytes(path.encode())) for path in paths]


def rows(table: str, text: str) -> list[Document]:
    return [found for found in read(table, text.encode()) if isinstance(found, Document)]


def metadata(documents: list[Document]) -> list[dict[str, Any]]:
    return [dict(document.metadata) for document in documents]


def test_rows_of_a_csv_find_their_pictures_by_path_name_or_id() -> None:
    csv = "id,title,price,file\n1,Tap,12.50,tap.jpg\n2,Sink,80,./more/SINK.JPG\nbowl.png,Bowl,5,\n"
    described, left, failures = describe(
        pictures("shop/tap.jpg", "shop/more/sink.jpg", "shop/bowl.png", "shop/other.jpg"),
        rows("shop/list.csv", csv),
        "shop/list.csv",
    )
    assert [document.title for document in described] == ["Tap", "Sink", "Bowl", ""]
    assert [values.get("price") for values in metadata(described)] == ["12.50", "80", "5", None]
    assert (left, failures) == ([], [])


def test_json_is_a_catalogue_too() -> None:
    text = '[{"id": "a", "title": "Tap", "image": "img/tap.webp", "price": 12.5, "content": "brass"}]'
    described, _, _ = describe(pictures("img/tap.webp"), rows("list.json", text), "list.json")
    assert (described[0].title, described[0].metadata["price"]) == ("Tap", 12.5)


def test_a_row_whose_picture_is_not_there_is_named() -> None:
    csv = "file,price\ntap.jpg,1\ngone.jpg,2\n"
    described, left, failures = describe(pictures("tap.jpg"), rows("list.csv", csv), "list.csv")
    assert described[0].metadata["price"] == "1"
    assert left == []
    assert [(failure.id, type(failure.error)) for failure in failures] == [("gone.jpg", MissingPicture)]
    assert "list.csv" in failures[0].error.where


def test_a_table_about_something_else_stays_documents() -> None:
    found = rows("notes.csv", "id,text\na,tea\nb,bread\n")
    album = pictures("tap.jpg")
    assert describe(album, found, "notes.csv") == (album, found, [])


def test_a_name_that_two_pictures_share_is_about_neither_without_a_path() -> None:
    album = pictures("x/tap.jpg", "y/tap.jpg", "z.jpg")
    csv = "file,price\ntap.jpg,1\ny/tap.jpg,2\nz.jpg,3\n"
    described, _, failures = describe(album, rows("list.csv", csv), "list.csv")
    assert metadata(described) == [{}, {"file": "y/tap.jpg", "price": "2"}, {"file": "z.jpg", "price": "3"}]
    assert [failure.id for failure in failures] == ["tap.jpg"]


def test_a_text_that_is_too_long_to_keep_is_told() -> None:
    csv = f"file,about\ntap.jpg,{'word ' * 400}\n"
    described, _, _ = describe(pictures("tap.jpg"), rows("list.csv", csv), "list.csv")
    assert "too long" in described[0].note


def test_what_is_not_known_to_be_a_table_stays_beside_the_pictures() -> None:
    found = [*rows("list.csv", "file,price\ntap.jpg,1\n"), *rows("note.md", "Taps need washers.")]
    described, left, failures = describe(pictures("tap.jpg"), found, "")
    assert described[0].metadata["price"] == "1"
    assert [document.id for document in left] == ["note.md"]
    assert failures == []


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    "value", ["Café 1.jpg", "fotos/Café 1.jpg", "./fotos/Caf%C3%A9%201.jpg", "FOTOS\\CAFÉ 1.JPG"]
)
def test_a_catalogue_of_another_system_finds_its_photos(value: str, form: Literal["NFC", "NFD"]) -> None:
    album = pictures("x/fotos/" + unicodedata.normalize("NFD" if form == "NFC" else "NFC", "Café 1.jpg"))
    csv = unicodedata.normalize(form, f"file,price\n{value},1\n")
    described, left, failures = describe(album, rows("x/list.csv", csv), "x/list.csv")
    assert (described[0].metadata["price"], left, failures) == ("1", [], [])
