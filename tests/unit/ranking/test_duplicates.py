"""Pairs of items that are nearly the same, however the items are cut into blocks."""

from __future__ import annotations

import numpy as np
import pytest

from semblance.ranking import duplicates
from semblance.ranking.duplicates import most_alike, pairs_above
from semblance.ranking.vectors import normalize

LEAST = 0.3


@pytest.mark.parametrize("work", [1, 1000, 10**9], ids=["row by row", "some rows", "all at once"])
def test_they_are_those_of_all_cosines(monkeypatch: pytest.MonkeyPatch, work: int) -> None:
    monkeypatch.setattr(duplicates, "_WORK", work)
    vectors = normalize(np.random.default_rng(0).normal(size=(60, 8)))
    cosines = vectors @ vectors.T
    wanted = {(i, j) for i in range(60) for j in range(i + 1, 60) if cosines[i, j] >= LEAST}
    pairs = most_alike(pairs_above(vectors, LEAST))
    assert set(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)) == wanted
    assert (np.diff(pairs.scores) <= 0).all()


def test_there_may_be_none() -> None:
    assert len(most_alike(pairs_above(np.empty((0, 8), dtype=np.float32), LEAST)).scores) == 0
    assert len(most_alike(pairs_above(np.eye(3, dtype=np.float32), LEAST)).scores) == 0
