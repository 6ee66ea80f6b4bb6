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
    distribution = asyncio.run(sample(len(vectors), vectors.__getitem__))
    expected = np.sort((vectors @ vectors.T)[np.triu_indices(30, 1)])
    assert distribution.exact
    assert np.allclose(distribution.scores, expected, atol=1e-6)


def test_many_items_give_a_sample_that_is_the_same_each_time() -> None:
    vectors = items(1000)
    distribution, again = (
        asyncio.run(sample(len(vectors), vectors.__getitem__)),
        asyncio.run(sample(len(vectors), vectors.__getitem__)),
    )
    assert not distribution.exact
    assert len(distribution.scores) == PAIRS
    assert distribution.scores.tobytes() == again.scores.tobytes()
    whole = np.sort((vectors @ vectors.T)[np.triu_indices(1000, 1)])
    assert distribution.quartiles == pytest.approx(np.percentile(whole, [25, 50, 75]), abs=0.01)


def test_an_item_is_never_paired_with_itself() -> None:
    vectors = normalize(np.eye(202))
    assert asyncio.run(sample(len(vectors), vectors.__getitem__)).scores.max() == 0


@pytest.mark.parametrize("n", [0, 1])
def test_less_than_two_items_have_no_distribution(n: int) -> None:
    distribution = asyncio.run(sample(n, items(n).__getitem__))
    assert distribution.percentile(0.5) is None
    assert distribution.quartiles is None
    assert distribution.histogram(4)[0].tolist() == [0, 0, 0, 0]


def test_the_histogram_counts_every_pair() -> None:
    distribution = asyncio.run(sample(40, items(40).__getitem__))
    counts, edges = distribution.histogram(10)
    assert counts.sum() == len(distribution.scores)
    assert len(edges) == 11
    assert (edges[0], edges[-1]) == pytest.approx((distribution.scores[0], distribution.scores[-1]))


def test_percentiles_run_from_none_to_all() -> None:
    distribution = asyncio.run(sample(40, items(40).__getitem__))
    ranks = [distribution.percentile(float(score)) for score in distribution.scores]
    assert ranks == sorted(rank for rank in ranks if rank is not None)
    assert distribution.percentile(-1) == 0
    assert distribution.percentile(1) == 100
    assert distribution.percentile(float(np.median(distribution.scores))) == pytest.approx(50, abs=0.2)
