"""What blogs use instead to find related posts: for each post the rows of those that come first."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from semblance.ranking.vectors import top_k
from semblance_build.benchmark.blog_site import Post

_WORD = re.compile(r"[a-z0-9]{3,}")


def tf_idf(posts: Sequence[Post], number: int) -> list[list[int]]:
    """Cosines of scikit-learn's TF-IDF vectors of the texts."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(stop_words="english", sublinear_tf=True).fit_transform(
        [post.text for post in posts]
    )
    return _nearest((vectors @ vectors.T).toarray(), number)


def keywords(posts: Sequence[Post], number: int) -> list[list[int]]:
    """How many keywords two posts share; a title's words are what posts without tags have."""
    from sklearn.feature_extraction.text import CountVectorizer

    count = CountVectorizer(binary=True, stop_words="english", token_pattern=_WORD.pattern)
    words = count.fit_transform([post.title for post in posts])
    return _nearest((words @ words.T).toarray().astype(np.float32), number)


def _nearest(scores: np.ndarray, number: int) -> list[list[int]]:
    np.fill_diagonal(scores, -1)
    return [top_k(row, number).tolist() for row in scores]
