"""Clusters of items by their vectors, and the words that tell one cluster from the others: numpy only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.ranking.words.languages import is_stop_word
from semblance.ranking.words.terms import is_dense, words_of

_ROUNDS = 50
_FEW, _MANY = 500, 5_000  # items
_STARTS = {_FEW: 50, _MANY: 10, np.inf: 2}
"""How often k-means starts, by below how many items: few are quick, and each start may end in another place."""

_SHORTEST = 3  # letters of a telling word, in scripts with spaces

Labels = npt.NDArray[np.intp]


def k_means(vectors: FloatArray, number: int) -> Labels:
    """The cluster of each unit vector by its cosine with the centres; cluster 0 is the largest, and so on.

    K-means (Lloyd 1982) from seeds that lie apart (Arthur and Vassilvitskii 2007, k-means++), the best of several starts.
    The same vectors always give the same clusters.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n, d)
        Unit rows.
    number : int
        How many clusters; fewer where there are fewer different vectors.

    Returns
    -------
    ndarray of int, shape (n,)

    Examples
    --------
    >>> k_means(np.array([[1, 0], [0, 1], [0.1, 1], [1, 0.1], [0, 1]], dtype=np.float32), 2).tolist()
    [1, 0, 0, 1, 0]
    """
    starts = next(number for below, number in _STARTS.items() if len(vectors) < below)
    *_, labels = k_means_steps(vectors, number, starts)
    return labels


def k_means_steps(vectors: FloatArray, number: int, starts: int) -> Iterator[Labels]:
    """The labels of `k_means` after each of its steps, so that a page can respond in between. The last are the result."""
    best, best_fit = np.empty(0, np.intp), -np.inf
    for seed in range(starts if len(vectors) else 0):
        step = best, best_fit
        centres = _seeds(vectors, number, Random(seed))
        yield best
        for step in _lloyd(vectors, centres):
            yield step[0]
        best, best_fit = max((best, best_fit), step, key=lambda run: run[1])
    order = np.argsort(-np.bincount(best), kind="stable")
    yield np.argsort(order)[best]


def _seeds(vectors: FloatArray, number: int, random: Random) -> FloatArray:
    """Vectors that lie apart: each is drawn by the square of its distance from those before."""
    # Not by numpy's generators, which take a page a quarter of a second to import.
    chosen = [random.randrange(len(vectors))]
    distances = np.maximum(1 - vectors @ vectors[chosen[0]], 0).astype(np.float64)
    while len(chosen) < number and distances.max() > 1e-6:
        drawn = random.random() * distances.sum()
        row = min(int(np.searchsorted(np.cumsum(distances), drawn, side="right")), len(vectors) - 1)
        chosen.append(row)
        distances = np.minimum(distances, np.maximum(1 - vectors @ vectors[row], 0))
    return vectors[chosen]


def _lloyd(vectors: FloatArray, centres: FloatArray) -> Iterator[tuple[Labels, float]]:
    """After each round labels, and the sum of the cosines with the centres. No cluster is empty."""
    labels = np.full(len(vectors), -1)
    for _ in range(_ROUNDS):
        nearest = np.argmax(vectors @ centres.T, axis=1)
        _, nearest = np.unique(nearest, return_inverse=True)
        if np.array_equal(nearest, labels):
            break
        labels = nearest
        order = np.argsort(labels, kind="stable")
        starts = np.searchsorted(labels[order], np.arange(labels.max() + 1))
        sums = np.add.reduceat(vectors[order], starts, axis=0)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = sums / np.maximum(lengths, 1e-9)
        yield (
            labels,
            float(lengths.sum()),
        )  # the sum of the cosines, since a centre has the direction of its sum


def telling_words(texts: Sequence[str], labels: Labels, number: int = 3) -> list[list[str]]:
    """The words that most tell each cluster from the others, best first.

    A cluster counts as one document of TF-IDF, as in class-based TF-IDF (Grootendorst 2022, BERTopic), with one difference:
    the frequency of a word is in how many of the cluster's texts it stands, so that one long text does not name its cluster
    alone.

    Parameters
    ----------
    texts : sequence of str, length n
    labels : ndarray of int, shape (n,)
        From 0, none left out.
    number : int
        Words of a cluster, at most.

    Examples
    --------
    >>> telling_words(["Boil green tea", "Black tea", "The moon and tides", "Tides"], np.array([0, 0, 1, 1]), 1)
    [['tea'], ['tides']]
    """
    counts: list[Counter[str]] = [Counter() for _ in range(int(labels.max(initial=-1)) + 1)]
    for text, label in zip(texts, labels, strict=True):
        counts[label].update(word for word in dict.fromkeys(words_of(text)) if _tells(word))
    spread = Counter(word for words in counts for word in words)
    return [
        [
            word
            for word, _ in sorted(words.items(), key=lambda item: (-_weight(item, spread, counts), item[0]))
        ][:number]
        for words in counts
    ]


def _tells(word: str) -> bool:
    return (is_dense(word) or len(word) >= _SHORTEST) and word.isalpha() and not is_stop_word(word)


def _weight(item: tuple[str, int], spread: Counter[str], counts: Sequence[Counter[str]]) -> float:
    """TF-IDF of a word in a cluster."""
    word, frequency = item
    return float((1 + np.log(frequency)) * (1 + np.log((1 + len(counts)) / (1 + spread[word]))))
