from __future__ import annotations

import numpy as np
import pytest

from aio import run
from semblance.arrays import FloatArray
from semblance.documents import Document, Picture
from semblance.embedding.fingerprint import without_vectors
from semblance.ranking import contrast as module
from semblance.ranking.contrast import Contrast
from semblance.ranking.entries import entries_of
from semblance.ranking.index import Index
from semblance.ranking.vectors import cosine_matrix, dequantize, normalize, quantize
from semblance.records import Record

DIMS = 16
SHIFT = {"texts": np.eye(DIMS)[0], "pictures": np.eye(DIMS)[1]}


def rows(number: int, shift: float, of: str = "texts") -> FloatArray:
    noise = np.random.default_rng(number).standard_normal((number, DIMS))
    return normalize(normalize(noise) + shift * SHIFT[of])


def put(index: Index, prefix: str, vectors: FloatArray, picture: Picture | None = None) -> None:
    records = [
        Record(Document(f"{prefix}{n:02}", ""), "print", (), quantize(vector[np.newaxis]), picture=picture)
        for n, vector in enumerate(vectors)
    ]
    for entries in entries_of(records):
        index.put(entries)


def test_a_cosine_is_that_of_the_vectors_that_something_was_taken_off() -> None:
    index = Index()
    put(index, "a", rows(30, shift=3))
    contrast = run(Contrast.of(index))
    everything = np.arange(30)
    vectors = contrast.vectors(index, everything)
    expected = normalize(index.means(everything) - 0.95 * index.means(everything).mean(axis=0))
    np.testing.assert_allclose(vectors, expected, atol=1e-5)
    for row in (0, 17):
        np.testing.assert_allclose(contrast.alike(index, row), vectors @ vectors[row], atol=1e-4)


def test_what_is_apart_is_compared_as_it_is() -> None:
    index = Index()
    put(index, "a", rows(30, shift=0.5))
    contrast = run(Contrast.of(index))
    assert not contrast.is_any
    assert np.array_equal(contrast.alike(index, 3), index.alike(index.means(np.array([3]))[0]))
    assert np.array_equal(contrast.vectors(index, np.arange(30)), index.means(np.arange(30)))


def test_of_a_few_items_nobody_knows_what_they_have_in_common() -> None:
    index = Index()
    put(index, "a", rows(9, shift=3))
    assert not run(Contrast.of(index)).is_any
    put(index, "b", rows(1, shift=3))
    assert run(Contrast.of(index)).is_any


def test_texts_and_pictures_have_something_else_in_common() -> None:
    index, picture = Index(), Picture("digest", 1, 1, b"")
    texts, pictures = rows(20, shift=3), rows(15, shift=3, of="pictures")
    put(index, "a", texts)
    put(index, "p", pictures, picture)
    contrast = run(Contrast.of(index))
    as_kept = [dequantize(quantize(vectors)) for vectors in (texts, pictures)]
    apart = np.concatenate([normalize(kept - 0.95 * kept.mean(axis=0)) for kept in as_kept])
    for row in (2, 30):
        np.testing.assert_allclose(contrast.alike(index, row), apart @ apart[row], atol=1e-4)


def test_only_the_kind_that_lies_close_together_is_changed() -> None:
    index, picture = Index(), Picture("digest", 1, 1, b"")
    put(index, "a", rows(20, shift=0))
    put(index, "p", rows(15, shift=3, of="pictures"), picture)
    contrast = run(Contrast.of(index))
    assert not contrast.of_texts.any()
    assert contrast.of_pictures.any()


def test_items_that_are_all_the_same_stay_so() -> None:
    index = Index()
    put(index, "a", np.repeat(rows(1, shift=3), 5000, axis=0))
    np.testing.assert_allclose(run(Contrast.of(index)).alike(index, 7), 1, atol=0.01)


def test_items_without_vectors_have_nothing_in_common_with_others() -> None:
    index = Index()
    put(index, "a", rows(20, shift=3))
    before = run(Contrast.of(index)).of_texts
    document = Document("b", "")
    awaiting = Record(document, without_vectors(document), (), np.zeros((1, DIMS), np.int8))
    for entries in entries_of([awaiting]):
        index.put(entries)
    assert index.awaiting == {"b"}
    np.testing.assert_array_equal(run(Contrast.of(index)).of_texts, before)


def test_a_sample_stands_for_very_many(monkeypatch: pytest.MonkeyPatch) -> None:
    index = Index()
    put(index, "a", rows(90, shift=3))
    of_all = run(Contrast.of(index)).of_texts
    monkeypatch.setattr(module, "_SAMPLE", 30)
    of_some = run(Contrast.of(index)).of_texts
    assert not np.array_equal(of_some, of_all)
    assert cosine_matrix(of_some[np.newaxis], of_all[np.newaxis]) > 0.99


METRIC = np.random.default_rng(5).standard_normal((DIMS, 12)).astype(np.float32)


async def metric() -> FloatArray:
    return METRIC


async def no_metric_is_asked_for() -> FloatArray:
    raise AssertionError("the metric was loaded")


def as_compared(*kinds: FloatArray) -> FloatArray:
    """Vectors of one kind after another, as a metric maps them less what each kind has in common."""
    as_kept = [dequantize(quantize(vectors)) for vectors in kinds]
    return np.concatenate([normalize((kept - 0.95 * kept.mean(axis=0)) @ METRIC) for kept in as_kept])


def test_a_metric_maps_what_is_left() -> None:
    index, picture = Index(), Picture("digest", 1, 1, b"")
    texts, pictures = rows(20, shift=3), rows(15, shift=3, of="pictures")
    put(index, "a", texts)
    put(index, "p", pictures, picture)
    contrast = run(Contrast.of(index, metric))
    expected = as_compared(texts, pictures)
    np.testing.assert_allclose(contrast.vectors(index, np.arange(35)), expected, atol=1e-5)
    for row in (2, 30):
        np.testing.assert_allclose(contrast.alike(index, row), expected @ expected[row], atol=1e-4)


def test_where_nothing_is_taken_off_no_metric_is_loaded() -> None:
    index = Index()
    put(index, "a", rows(30, shift=0.5))
    assert run(Contrast.of(index, no_metric_is_asked_for)).metric is None


def test_items_may_come_and_go_after_their_lengths_were_computed() -> None:
    index = Index()
    texts = rows(200, shift=3)
    put(index, "a", texts[:120])
    run(Contrast.of(index, metric))
    index.remove([f"a{n:02}" for n in range(0, 120, 7)])
    put(index, "b", texts[120:])
    put(index, "a", texts[:3])  # two of them anew, one again
    index.remove([f"b{n:02}" for n in range(70)])
    contrast = run(Contrast.of(index, metric))
    put(index, "c", texts[5:6])
    left = index.means(np.arange(len(index)))
    expected = normalize((left - contrast.of_texts) @ METRIC)
    np.testing.assert_allclose(contrast.alike(index, 4), expected @ expected[4], atol=1e-4)


def test_a_first_picture_may_come_after_the_texts_were_compared() -> None:
    index, texts = Index(), rows(20, shift=3)
    put(index, "a", texts)
    contrast = run(Contrast.of(index, metric))
    put(index, "p", rows(1, shift=3, of="pictures"), Picture("digest", 1, 1, b""))
    scores = contrast.alike(index, 2)
    vectors = contrast.vectors(index, np.arange(21))
    np.testing.assert_allclose(scores, vectors @ vectors[2], atol=1e-4)


def test_items_that_are_all_the_same_stay_so_with_a_metric() -> None:
    index = Index()
    put(index, "a", np.repeat(rows(1, shift=3), 5000, axis=0))
    np.testing.assert_allclose(run(Contrast.of(index, metric)).alike(index, 7), 1, atol=0.01)


def test_an_empty_index_has_no_contrast() -> None:
    assert not run(Contrast.of(Index())).is_any
