from __future__ import annotations

import asyncio

import numpy as np
import pytest

from semblance.ranking.distribution import PAIRS, sample
from semblance.ranking.vectors import normalize


def items(n: int, seed: int = 0) -> np.ndarray:
    return normalize(np.random.default_rng(seed).standard_normal((n, 16)))


def test_few_items_give_all_pairs_exactly() -> None:
    vectors = items(30)
    found = asyncio.run(sample(len(vectors), vectors.__getitem__))
    expected = np.sort((vectors @ vectors.T)[np.triu_indices(30, 1)])
    assert found.exact
    assert np.allclose(found.scores, expected, atol=1e-6)


def test_many_items_give_a_sample_that_is_the_same_each_time() -> None:
    vectors = items(1000)
    found, again = (
        asyncio.run(sample(len(vectors), vectors.__getitem__)),
        asyncio.run(sample(len(vectors), vectors.__getitem__)),
    )
    assert not found.exact
    assert len(found.scores) == PAIRS
    assert found.scores.tobytes() == again.scores.tobytes()
    whole = np.sort((vectors @ vectors.T)[np.triu_indices(1000, 1)])
    assert found.quartiles == pytest.approx(np.percentile(whole, [25, 50, 75]), abs=0.01)


def test_an_item_is_never_paired_with_itself() -> None:
    vectors = normalize(np.eye(202))
    assert asyncio.run(sample(len(vectors), vectors.__getitem__)).scores.max() == 0


@pytest.mark.parametrize("n", [0, 1])
def test_less_than_two_items_have_no_distribution(n: int) -> None:
    found = asyncio.run(sample(n, items(n).__getitem__))
    assert found.percentile(0.5) is None
    assert found.quartiles is None
    assert found.histogram(4)[0].tolist() == [0, 0, 0, 0]


def test_the_histogram_counts_every_pair() -> None:
    found = asyncio.run(sample(40, items(40).__getitem__))
    counts, edges = found.histogram(10)
    assert counts.sum() == len(found.scores)
    assert len(edges) == 11
    assert (edges[0], edges[-1]) == pytest.approx((found.scores[0], found.scores[-1]))


def test_percentiles_run_from_none_to_all() -> None:
    found = asyncio.run(sample(40, items(40).__getitem__))
    ranks = [found.percentile(float(score)) for score in found.scores]
    assert ranks == sorted(ranks)
    assert found.percentile(-1) == 0
    assert found.percentile(1) == 100
    assert found.percentile(float(np.median(found.scores))) == pytest.approx(50, abs=0.2)
