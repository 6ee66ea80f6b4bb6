"""Which fields items can be narrowed down by, told from the data."""

from __future__ import annotations

from typing import Any

from semblance.documents import Document
from semblance.filters import Condition, Field, fields


def documents(**columns: list[Any]) -> list[Document]:
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return [
        Document(f"shop/photo {number}.jpg", "", f"Thing {number}", row) for number, row in enumerate(rows)
    ]


def test_ids_titles_and_file_names_are_no_fields_even_if_some_are_alike() -> None:
    described = documents(
        id=[f"shop/photo {number}.jpg" for number in range(20)],
        name=[f"thing {number}" for number in range(20)],
        file=[f"photo {number}.jpg" for number in range(19)] + ["photo 1.jpg"],
    )
    assert fields(described) == {}


def test_texts_that_all_differ_are_no_field() -> None:
    assert fields(documents(code=["a", "b", "c"], note=["x", "y", "X"])) == {"note": Field(False, ("X", "y"))}


def test_numbered_labels_are_texts_and_not_numbers() -> None:
    described = documents(
        nr=["n4721", "n4722", "n4723", "n4724"],
        sku=["A-1", "B-2", "C-3", "D-4"],
        chapter=["Chapter 1: the sea", "Chapter 2: the moon", "Chapter 3: the sun", "Chapter 4: ice"],
    )
    assert fields(described) == {}


def test_numbers_are_numbers_with_their_units_and_currencies() -> None:
    described = documents(
        price=["$ 12.00", "$ 13.00", "$ 1,299.00"],
        euro=["EUR12", "EUR13", "EUR12"],
        weight=["3,5 kg", "4 kg", "5 kg"],
        year=[1999, 2000, 2001],
        share=[0.5, 45.0, "7"],
    )
    assert fields(described) == dict.fromkeys(["price", "euro", "weight", "year", "share"], Field(True))


def test_lists_and_truth_values_are_texts() -> None:
    described = documents(tags=[["sea", "sky"], ["sea"], ["land"]], draft=[True, False, True])
    assert fields(described) == {
        "tags": Field(False, ("land", "sea", "sky")),
        "draft": Field(False, ("false", "true")),
    }


def test_addresses_are_no_field_even_if_some_are_alike() -> None:
    assert fields(documents(page=["https://a.example", "https://a.example", "https://b.example"])) == {}


def test_a_number_is_what_it_is_however_it_is_written() -> None:
    assert Condition("price", "is", "45").admits({"price": 45.0})
    assert Condition("price", "is", "45.0").admits({"price": 45})
    assert not Condition("price", "is", "4").admits({"price": 45})
    assert Condition("tags", "is", "7").admits({"tags": [7.0, "sea"]})
    assert Condition("draft", "is", "true").admits({"draft": True})
