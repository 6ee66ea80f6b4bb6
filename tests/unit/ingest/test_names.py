"""Files and items of one name: the same, or kept apart."""

from __future__ import annotations

import unicodedata

from semblance.documents import Document
from semblance.ingest import kept_apart
from unit.ingest.support import read_one


def ids(*files: tuple[str, list[str]]) -> list[str]:
    owners: dict[str, str] = {}
    return [
        document.id
        for file, of_file in files
        for document in kept_apart([Document(id, "x") for id in of_file], file, owners)
    ]


def test_items_of_different_files_are_kept_apart() -> None:
    assert ids(("fruit.csv", ["1", "2"]), ("tools.csv", ["1", "3"])) == ["1", "2", "tools.csv/1", "3"]
    assert ids(("a.zip", ["index.md"]), ("b.zip", ["index.md"])) == ["index.md", "b.zip/index.md"]


def test_files_of_one_name_are_numbered() -> None:
    photo = ("IMG_1.jpg", ["IMG_1.jpg"])
    assert ids(photo, photo, photo) == ["IMG_1.jpg", "IMG_1 (2).jpg", "IMG_1 (3).jpg"]
    assert ids(("a.zip", ["x"]), ("a.zip", ["x"]), ("a.zip", ["x"])) == ["x", "a.zip/x", "a.zip/x (2)"]


def test_a_name_is_the_same_in_both_ways_of_writing_its_letters() -> None:
    name = "Café/Größe.md"
    assert {read_one(unicodedata.normalize(form, name), "x").id for form in ("NFC", "NFD")} == {name}
