"""What lessons are given, with the real models."""

from __future__ import annotations

import numpy as np
import pytest

from aio import run
from semblance.documents import Document
from semblance.errors import EmptyDocument, ModelError, SemblanceError, UnknownCollection
from semblance.labs import toolbox
from semblance.library import Library
from semblance.native.labs import Tools
from semblance.pace import Lazy
from semblance.storage.memory import MemoryStore


def counted(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All texts that the model gets from now on."""
    seen: list[str] = []
    model = tools._encoders.text
    encode = model.encode

    async def count(texts: list[str]) -> np.ndarray:
        seen.extend(texts)
        return await encode(texts)

    monkeypatch.setattr(model, "encode", count)
    monkeypatch.setattr(tools, "_kept", {})
    return seen


def test_texts_get_unit_vectors_in_their_order(tools: Tools) -> None:
    vectors = run(tools.encode(["a dog", "a cat", "a dog"]))
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert np.array_equal(vectors[0], vectors[2])
    assert not np.allclose(vectors[0], vectors[1])


def test_a_string_is_one_text(tools: Tools) -> None:
    whole = run(tools.encode(["a dog"]))
    assert run(tools.encode("a dog")).shape == (1, 384)
    assert np.array_equal(run(tools.encode("a dog")), whole)
    assert np.allclose(run(tools.text.encode("a dog")), whole)
    assert run(tools.text.count_tokens("a dog")) == run(tools.text.count_tokens(["a dog"]))


def test_no_texts_are_no_vectors(tools: Tools) -> None:
    assert run(tools.encode([])).shape == (0, 384)


def test_a_text_that_was_embedded_lately_is_not_embedded_again(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = counted(tools, monkeypatch)
    first = run(tools.encode(["one", "two"]))
    second = run(tools.encode(["two", "three", "one"]))
    assert seen == ["one", "two", "three"]
    assert np.array_equal(second[[2, 0]], first)


def test_only_the_latest_vectors_are_kept(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = counted(tools, monkeypatch)
    monkeypatch.setattr(toolbox, "MOST_KEPT", 2)
    assert len(run(tools.encode(["one", "two", "three"]))) == 3
    run(tools.encode(["two"]))
    run(tools.encode(["four"]))
    run(tools.encode(["two", "one"]))
    assert seen == ["one", "two", "three", "four", "one"]


def test_many_texts_report_progress(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    reports: list[tuple[int, int]] = []
    counted(tools, monkeypatch)
    monkeypatch.setattr(tools, "progress", lambda done, total: reports.append((done, total)))
    run(tools.encode([f"text {number}" for number in range(40)]))
    assert reports == [(32, 40), (40, 40)]


def test_the_sample_is_what_a_collection_without_name_is(tools: Tools) -> None:
    items = run(tools.collection(""))
    assert len(items.ids) == len(items.titles) == len(items.texts) == len(items.vectors) == 72
    assert np.allclose(np.linalg.norm(items.vectors, axis=1), 1, atol=1e-5)
    gannets = items.titles.index("Gannets diving off the point")
    assert items.ids[gannets].endswith(".md")
    (question,) = run(tools.encode(["birds that dive into the sea for fish"]))
    assert int(np.argmax(items.vectors @ question)) == gannets


def test_a_collection_comes_with_one_vector_an_item(tools: Tools) -> None:
    store = MemoryStore()
    library = Library(store, tools._encoders)
    mine = Tools(tools._encoders, Lazy.ready(store), tools._read_file)
    with pytest.raises(UnknownCollection):
        run(mine.collection("trips"))
    collection = run(library.collection("trips"))
    with pytest.raises(EmptyDocument):
        run(mine.collection("trips"))
    long = "A day on the lake in a small boat. " * 100
    run(collection.embed_multi([Document("b", long, "Lake"), Document("a", "A walk up the hill.")]))
    items = run(mine.collection("trips"))
    assert (items.ids, items.titles) == (["a", "b"], ["a", "Lake"])
    assert items.texts[1] == long
    assert items.vectors.shape == (2, 384)
    (match, *_) = run(collection.similar_by_vector(items.vectors[1]))
    assert match.id == "b"


def test_word_vectors_know_capitals_and_queens(tools: Tools) -> None:
    words = run(tools.words())
    assert len(words.words) == 20_000
    vectors = words.vectors()
    assert vectors.shape == (20_000, 100)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)

    def nearest(*signed: tuple[int, str]) -> str:
        target = np.sum([sign * vectors[words.words.index(word)] for sign, word in signed], axis=0)
        best: list[str] = [words.words[row] for row in np.argsort(-(vectors @ target))]
        return next(word for word in best if word not in [word for _, word in signed])

    assert nearest((1, "king"), (-1, "man"), (1, "woman")) == "queen"
    assert nearest((1, "germany"), (1, "paris"), (-1, "france")) == "berlin"


def test_photos_come_with_what_they_show(tools: Tools) -> None:
    photos = run(tools.photos())
    assert len({photo.name for photo in photos}) == len(photos) > 5
    for photo in photos:
        assert photo.data.startswith(b"\xff\xd8")
        assert len(photo.description.split()) > 2


def test_umap_is_the_pages_business(tools: Tools) -> None:
    with pytest.raises(SemblanceError, match="page only"):
        run(tools.umap(np.zeros((20, 3), np.float32)))


@pytest.mark.parametrize("name", ["words.txt", "vectors.bin"])
def test_damaged_word_vectors_are_refused(tools: Tools, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    whole = tools._read_file

    async def read_damaged(path: str) -> bytes:
        data = await whole(path)
        return data[::-1] if path.endswith(name) else data

    monkeypatch.setattr(tools, "_read_file", read_damaged)
    with pytest.raises(ModelError, match=f"{name}: the file is damaged"):
        run(tools._load_words())
