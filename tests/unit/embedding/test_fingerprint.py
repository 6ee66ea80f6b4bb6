from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fakes import FakeEncoder
from semblance.documents import Document
from semblance.embedding.fingerprint import vectors_half_of
from semblance.embedding.passages import Chunking
from semblance.embedding.recipe import Recipe
from semblance.errors import Malformed

DOCUMENT = Document("id", "some text", "title", {"a": 1, "b": [2]}, "source", "note")
RECIPE = Recipe(FakeEncoder(), Chunking(16, 4))


@pytest.mark.parametrize("field", ["content", "title"])
def test_what_is_embedded_changes_the_vectors_half(field: str) -> None:
    changes: dict[str, Any] = {field: "other"}
    changed = RECIPE.fingerprint(replace(DOCUMENT, **changes))
    assert vectors_half_of(changed) != vectors_half_of(RECIPE.fingerprint(DOCUMENT))


@pytest.mark.parametrize("changes", [{"metadata": {"a": 2, "b": [2]}}, {"source": "x"}, {"note": "x"}])
def test_the_rest_changes_the_other_half_alone(changes: dict[str, Any]) -> None:
    changed, before = RECIPE.fingerprint(replace(DOCUMENT, **changes)), RECIPE.fingerprint(DOCUMENT)
    assert changed != before
    assert vectors_half_of(changed) == vectors_half_of(before)


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(FakeEncoder("other"), Chunking(16, 4)),
        Recipe(FakeEncoder(), Chunking(15, 4)),
        Recipe(FakeEncoder(), Chunking(16, 3)),
    ],
)
def test_model_and_chunking_change_the_vectors_half(recipe: Recipe) -> None:
    assert vectors_half_of(recipe.fingerprint(DOCUMENT)) != vectors_half_of(RECIPE.fingerprint(DOCUMENT))


def test_the_order_of_metadata_does_not_matter() -> None:
    other = replace(DOCUMENT, metadata={"b": [2], "a": 1})
    assert RECIPE.fingerprint(other) == RECIPE.fingerprint(DOCUMENT)


def test_title_and_text_can_not_be_taken_for_each_other() -> None:
    pairs = [("a", "bc"), ("ab", "c"), ("", "abc"), ('a"]\0', "bc"), ("a", '"]\0bc')]
    prints = {RECIPE.fingerprint(replace(DOCUMENT, title=title, content=text)) for title, text in pairs}
    assert len(prints) == len(pairs)


@pytest.mark.parametrize("field", ["id", "content", "title", "source", "note"])
def test_half_a_surrogate_pair_is_named(field: str) -> None:
    changes: dict[str, Any] = {field: "\ud83d"}
    with pytest.raises(Malformed, match="half of a character"):
        RECIPE.fingerprint(replace(DOCUMENT, **changes))


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes"])
def test_metadata_that_is_not_json_is_named(value: object) -> None:
    with pytest.raises(Malformed, match="metadata is not JSON"):
        RECIPE.fingerprint(replace(DOCUMENT, metadata={"x": value}))
