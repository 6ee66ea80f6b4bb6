"""Places in the plane: what is first there, how maps are turned, and where new items go."""

from __future__ import annotations

import asyncio

import numpy as np

from semblance.arrays import FloatArray
from semblance.labs.lessons.shared.projection import pca
from semblance.maps.layout import aligned, centred, places_among, principal_places
from semblance.pace import Pacer
from semblance.ranking.vectors import normalize


def some_vectors(number: int, dims: int = 32, seed: int = 0) -> FloatArray:
    """Unit vectors of which two directions differ much more than the others."""
    widths = np.append([3, 2], np.full(dims - 2, 0.3))
    return normalize(np.random.default_rng(seed).standard_normal((number, dims)) * widths)


def test_the_first_map_is_that_of_the_full_decomposition() -> None:
    vectors = some_vectors(300)
    places = asyncio.run(principal_places(vectors, Pacer()))
    exact = centred(pca(vectors)[0])
    assert np.allclose(np.abs(places), np.abs(exact), atol=0.02)


def test_a_first_map_of_many_items_uses_a_sample() -> None:
    vectors = some_vectors(9_000)
    places = asyncio.run(principal_places(vectors, Pacer()))
    exact = centred(pca(vectors)[0])
    assert places.shape == (9_000, 2)
    assert min(abs(np.corrcoef(places[:, axis], exact[:, axis])[0, 1]) for axis in (0, 1)) > 0.98


def test_items_that_are_all_the_same_have_one_place() -> None:
    places = asyncio.run(principal_places(np.full((5, 4), 0.5, np.float32), Pacer()))
    assert np.allclose(places, 0)


def test_an_empty_collection_has_no_places() -> None:
    assert asyncio.run(principal_places(np.empty((0, 4), np.float32), Pacer())).shape == (0, 2)


def test_a_map_is_turned_by_the_items_that_both_maps_have() -> None:
    before = centred(some_vectors(20, dims=2))
    angle = np.array([[0.6, -0.8], [0.8, 0.6]], dtype=np.float32)
    after = 5 * before @ angle * [1, -1] + 3
    there = before.copy()
    there[15:] = 99  # the other map does not have these
    near = aligned(after.astype(np.float32), there.astype(np.float32), np.arange(20) < 15)
    assert np.allclose(near, before, atol=1e-4)


def test_a_map_without_common_items_stays_as_it_is() -> None:
    places = some_vectors(6, dims=2)
    assert np.allclose(aligned(places, np.zeros((6, 2), np.float32), np.zeros(6, np.bool_)), centred(places))


def test_new_items_lie_among_their_like() -> None:
    random = np.random.default_rng(1)
    groups = normalize(np.repeat(np.eye(3), 40, axis=0) + 0.1 * random.standard_normal((120, 3)))
    corners = np.array([[0, 0], [10, 0], [0, 10]], dtype=np.float32)
    places = np.repeat(corners, 40, axis=0) + (random.standard_normal((120, 2)) / 5).astype(np.float32)
    new = normalize(np.eye(3) + 0.1 * random.standard_normal((3, 3)))
    there = asyncio.run(places_among(new, groups, places, Pacer()))
    assert np.linalg.norm(there - corners, axis=1).max() < 1


def test_no_new_items_need_no_place() -> None:
    placed = np.eye(2, dtype=np.float32)
    assert asyncio.run(places_among(placed[:0], placed, np.zeros((2, 2), np.float32), Pacer())).shape == (
        0,
        2,
    )
