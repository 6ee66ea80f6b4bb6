"""What is said in one cluster of texts more than in the others. Needs scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

_WORD = r"(?u)\b[^\W\d_]{3,}\b"


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
