"""Clusters by k-means, and what is said in one more than in the others. Needs scikit-learn, and so is imported late."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.metrics import silhouette_score

from semblance.arrays import FloatArray

MANY = 1_000
"""From so many items on, k-means starts once and not ten times, and the silhouette is that of a sample of so many."""

_WORD = r"(?u)\b[^\W\d_]{3,}\b"


def fit(vectors: FloatArray, k: int) -> tuple[npt.NDArray[np.intp], FloatArray]:
    """K-means, which gives the same clusters each time: chance begins at the same number.

    Parameters
    ----------
    vectors : ndarray of float, shape (n, d)
    k : int
        At most n.

    Returns
    -------
    labels : ndarray of int, shape (n,)
        The cluster of each point; cluster 0 is the largest, and so on.
    centres : ndarray of float, shape (k, d)
    """
    with warnings.catch_warnings():
        # Where there are fewer different points than clusters, some stay empty.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = KMeans(k, n_init=1 if len(vectors) > MANY else 10, random_state=0).fit(vectors)
    order = np.argsort(-np.bincount(model.labels_, minlength=k), kind="stable")
    return np.argsort(order)[model.labels_], model.cluster_centers_[order]


def silhouette(vectors: FloatArray, labels: npt.NDArray[np.intp]) -> float:
    """Mean silhouette (Rousseeuw 1987) in [-1, 1]: how much nearer points are to their own cluster than to the next.

    With fewer than two clusters, or as many as points, it is not defined, and 0 here.
    """
    if not 2 <= len(np.unique(labels)) < len(vectors):
        return 0.0
    sample = MANY if len(vectors) > MANY else None
    return float(silhouette_score(vectors, labels, sample_size=sample, random_state=0))


def characteristic_terms(
    texts: Sequence[str], labels: npt.NDArray[np.intp], k: int, number: int = 5
) -> list[list[str]]:
    """The most characteristic terms of each cluster, best first.

    A cluster counts as one document of TF-IDF, as in class-based TF-IDF (Grootendorst 2022, BERTopic), with one difference:
    the frequency of a term is in how many of the cluster's texts it stands, so that one long text does not name its cluster
    alone. English stop words are left out.

    Parameters
    ----------
    texts : sequence of str, length n
    labels : ndarray of int, shape (n,)
        The cluster of each text, in [0, k).
    k : int
    number : int
        Terms of a cluster, at most.

    Returns
    -------
    list of list of str, length k
        Empty for a cluster without words.
    """
    counter = CountVectorizer(stop_words="english", token_pattern=_WORD, binary=True)
    try:
        contains = counter.fit_transform(texts)
    except ValueError:  # scikit-learn's way to say that there is no word in any text
        return [[] for _ in range(k)]
    members = (labels == np.arange(k)[:, np.newaxis]).astype(np.float64)
    weights = TfidfTransformer(sublinear_tf=True).fit_transform(members @ contains).toarray()
    terms = counter.get_feature_names_out()
    ranked = np.argsort(-weights, axis=1, kind="stable")[:, :number]
    return [[str(terms[j]) for j in row if weights[c, j] > 0] for c, row in enumerate(ranked)]
