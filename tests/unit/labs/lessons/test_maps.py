"""Lab 7: PCA and the measure of what a map keeps. UMAP is part of the page, and tested there."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import numpy as np
import pytest

from aio import run
from semblance.arrays import FloatArray
from semblance.labs import running
from semblance.labs.figures import Bars, Figure, Note, Points
from semblance.labs.lessons import maps
from semblance.labs.lessons.shared.projection import neighbours, pca, share_kept
from semblance.labs.tools import Items
from semblance.native.labs import Tools


class Placing:
    """Tools whose collections are given, and whose UMAP places everything by chance."""

    def __init__(self, items: Items) -> None:
        self._items = items
        self.asked_for = 0

    async def collection(self, name: str) -> Items:
        return self._items

    async def umap(self, vectors: FloatArray, neighbours: int = 15) -> FloatArray:
        self.asked_for = neighbours
        return np.random.default_rng(0).normal(size=(len(vectors), 2)).astype(np.float32)

    def progress(self, done: int, total: int) -> None: ...


def items(count: int, dims: int = 8) -> Items:
    vectors = np.random.default_rng(1).normal(size=(count, dims)).astype(np.float32)
    return Items([str(i) for i in range(count)], [""] * count, ["text"] * count, vectors)


def silhouettes(points: Points) -> FloatArray:
    """How much nearer each point is to its own group's mean than to the nearest other's, over the larger of the two."""
    places = np.column_stack([points.x, points.y])
    groups = np.array(points.groups)
    means = np.array([places[groups == group].mean(axis=0) for group in range(groups.max() + 1)])
    distances = np.linalg.norm(places[:, None] - means, axis=2)
    own = distances[np.arange(len(groups)), groups].copy()
    distances[np.arange(len(groups)), groups] = np.inf
    return np.asarray(1 - own / distances.min(axis=1))


def test_groups_of_words_come_apart(tools: Tools) -> None:
    note, points = run(maps.show_words(tools, maps.WORDS))
    assert isinstance(note, Note)
    assert isinstance(points, Points)
    assert points.group_names == ["animals", "countries", "numbers", "feelings"]
    assert (silhouettes(points) > 0).mean() > 0.8
    assert 25 < int(str(note.values["percent"])) < 60
    assert len(points.large) == len(points.labels)


def test_groups_of_sentences_come_apart(tools: Tools) -> None:
    _, points = run(maps.show_sentences(tools, maps.SENTENCES))
    assert isinstance(points, Points)
    assert points.group_names == ["weather", "food", "music"]
    assert (silhouettes(points) > 0).all()


def test_unknown_words_are_named_and_the_others_shown(tools: Tools) -> None:
    note, _, points = run(maps.show_words(tools, "pets: Dog cat qwertzu\nfruit: apple"))
    assert isinstance(points, Points)
    assert note == Note("unknown", {"words": "qwertzu"})
    assert points.labels == ["dog", "cat", "apple"]


def test_too_little_for_a_map(tools: Tools) -> None:
    assert run(maps.show_words(tools, "dog cat")) == [Note("too_few")]
    assert run(maps.show_sentences(tools, "One.\nTwo.")) == [Note("too_few")]


def test_a_map_of_the_sample_keeps_some_neighbours(tools: Tools) -> None:
    note, points = run(maps.show_collection(tools, ""))
    assert isinstance(note, Note)
    assert isinstance(points, Points)
    assert note.values["count"] == 72
    assert int(str(note.values["kept"])) > 2 * int(str(note.values["chance"]))
    assert int(str(note.values["kept"])) < 70
    assert len(points.group_names) == 12


def test_more_dimensions_keep_more(tools: Tools) -> None:
    _, bars = run(maps.show_lost(tools, ""))
    assert isinstance(bars, Bars)
    assert bars.labels == ["1", "2", "3", "5", "10", "20", "50"]
    for series in bars.series.values():
        assert list(series) == sorted(series)
    assert bars.series["neighbours"][-1] > 0.85


def test_umap_gets_no_more_neighbours_than_there_are() -> None:
    placing = Placing(items(9))
    note, points = run(maps.show_umap(placing, "", 15))  # type: ignore[arg-type] # it has no other tools
    assert placing.asked_for == 8
    assert isinstance(points, Points)
    assert len(points.x) == 9
    assert isinstance(note, Note)
    assert note.values["k"] == 2


@pytest.mark.parametrize(
    "show", [maps.show_collection, maps.show_lost, lambda tools, name: maps.show_umap(tools, name, 5)]
)
def test_too_few_items_for_a_map(show: Callable[[Any, str], Coroutine[Any, Any, Sequence[Figure]]]) -> None:
    assert run(show(Placing(items(3)), "")) == [Note("too_few")]


@pytest.mark.parametrize(("count", "dims"), [(50, 8), (12, 30)])
def test_pca_agrees_with_the_eigenvectors_of_the_covariance(count: int, dims: int) -> None:
    vectors = items(count, dims).vectors.astype(np.float64)
    places, explained = pca(vectors, 3)  # type: ignore[arg-type] # float64, to compare more exactly
    values = np.linalg.eigvalsh(np.cov(vectors.T))[::-1]
    assert np.allclose(explained, values[:3] / values.sum())
    assert np.allclose(places.var(axis=0, ddof=1), values[:3])
    assert np.allclose(places.mean(axis=0), 0)


def test_pca_of_points_that_are_all_the_same() -> None:
    places, explained = pca(np.ones((4, 3), np.float32))
    assert not places.any()
    assert not explained.any()


def test_neighbours_are_those_of_a_full_sort() -> None:
    vectors = items(40).vectors
    distances = np.linalg.norm(vectors[:, None] - vectors, axis=2)
    expected = np.argsort(distances, axis=1)[:, 1:6]
    nearest = neighbours(vectors, 5, np.arange(40))
    assert [set(row) for row in nearest.tolist()] == [set(row) for row in expected.tolist()]


def test_the_share_kept_is_one_by_moving_and_chance_by_shuffling() -> None:
    vectors = items(1500, dims=2).vectors
    assert share_kept(vectors, vectors * 3 + 1, 10) == pytest.approx(1, abs=0.01)
    shuffled = np.random.default_rng(2).permutation(vectors)
    assert share_kept(vectors, shuffled, 10) == pytest.approx(10 / 1499, abs=0.01)


def test_the_cell_puts_animals_countries_and_numbers_apart(tools: Tools) -> None:
    outcome = run(running.run(tools, maps.LESSON, maps.LESSON.cell))
    places = np.array([line.split()[-2:] for line in outcome.output.splitlines()], dtype=float)
    assert places.shape == (9, 2)
    groups = [places[i : i + 3] for i in (0, 3, 6)]
    widest = max(np.linalg.norm(group - group.mean(axis=0), axis=1).max() for group in groups)
    means = np.array([group.mean(axis=0) for group in groups])
    nearest = min(np.linalg.norm(means[i] - means[j]) for i, j in ((0, 1), (0, 2), (1, 2)))
    assert nearest > 4 * widest
    assert "0.58" in outcome.value
