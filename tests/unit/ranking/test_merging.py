"""Words and meaning in one ranking, and what nonsense is held against."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from semblance.arrays import FloatArray
from semblance.ranking.merging import exact_titles_first, merge
from semblance.ranking.noise import LIKENESS, Floor, alphabet_of, floor, likeness, made_up
from semblance.ranking.words.index import WordScores


def words(scores: list[float], coverage: list[float] | None = None) -> WordScores:
    array = np.array(scores, dtype=np.float32)
    return WordScores(array, array[np.newaxis] > 0, np.array(coverage or [0] * len(scores), dtype=np.float32))


def cosines(*values: float) -> FloatArray:
    return np.array(values, dtype=np.float32)


def test_without_word_hits_the_order_is_that_of_meaning() -> None:
    merged = merge(cosines(0.1, 0.9, 0.5), words([0, 0, 0]))
    assert np.argsort(-merged).tolist() == [1, 2, 0]


def test_without_meaning_the_order_is_that_of_words() -> None:
    merged = merge(cosines(0, 0, 0), words([0, 2, 1]))
    assert np.argsort(-merged).tolist() == [1, 2, 0]


def test_an_item_with_all_words_as_typed_gains() -> None:
    plain = merge(cosines(0.2, 0.3), words([2, 2]))
    merged = merge(cosines(0.2, 0.3), words([2, 2], [1, 0.5]))
    assert plain[0] < plain[1]
    assert merged[0] > merged[1]


def test_all_words_as_typed_are_more_than_meaning_can_make_up_for() -> None:
    near, far = [1.0] + [0.0] * 99, [0.0] * 99 + [1.0]
    merged = merge(cosines(*near), words([50.0] * 99 + [1.0], far))
    assert np.argmax(merged) == 99


def test_no_items() -> None:
    assert merge(cosines(), words([])).shape == (0,)


def test_a_title_that_is_the_query_comes_first() -> None:
    titles = ["Tides and waves", "Tides!", "waves", "TIDES"]
    scores = exact_titles_first("tides", cosines(3, 2, 1, np.nan), titles.__getitem__)
    assert np.argsort(-scores).tolist()[:2] == [1, 0]
    assert np.isnan(scores[3])


def test_made_up_strings_are_different_and_mean_nothing() -> None:
    strings = made_up()
    assert len(set(strings)) == len(strings)
    assert all(string.isascii() and min(map(len, string.split())) > 2 for string in strings)


@pytest.mark.parametrize(
    ("values", "exceeded"),
    [((0.2, 0.4), True), ((0.2, 0.25), False), ((0.75, 0), True), ((0.5, 0.25), False)],
)
def test_texts_and_pictures_have_a_floor_each(values: tuple[float, float], exceeded: bool) -> None:
    assert Floor(0.5, 0.25).is_exceeded(cosines(*values), np.array([False, True])) is exceeded


def test_the_floor_of_nothing_refuses_nothing() -> None:
    assert floor([]) == -inf
    assert floor([0.5]) == 0.5


def test_the_floor_is_higher_for_what_is_like_nonsense() -> None:
    made_up_vectors = np.array([[1, 0], [0.6, 0.8]], dtype=np.float32)
    queries = np.array([[1, 0], [0, 1]], dtype=np.float32)
    off = likeness(queries, made_up_vectors)
    np.testing.assert_allclose(off, [LIKENESS * 0.8, LIKENESS * 0.4])
    assert Floor(0.5, 0.25).raised(0.125) == Floor(0.625, 0.375)


@pytest.mark.parametrize(
    ("query", "sample"),
    [
        ("麵包發不起來", "山"),
        ("潮の満ち引き", "あ"),
        ("조수", "가"),
        ("прилив", "б"),
        ("น้ำขึ้น", "ก"),
        ("مد", "ب"),
    ],
)
def test_nonsense_is_in_the_script_of_the_query(query: str, sample: str) -> None:
    alphabet = alphabet_of(query)
    assert sample in alphabet
    strings = made_up(alphabet=alphabet)
    assert len(set(strings)) == len(strings) == 32
    assert set("".join(strings)) <= set(alphabet)
    assert alphabet_of("tides") == ""
