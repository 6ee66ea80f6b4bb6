"""Lab 2 says what is so."""

from __future__ import annotations

import numpy as np
import pytest

from semblance.labs.lessons.counting import QUESTION, SENTENCES, count_words, to_first
from semblance.native.labs import Tools
from unit.labs.shown import Shown

PHYSICIAN, SPEAKER, *_ = SENTENCES


def test_one_hot_vectors_have_a_single_1_and_are_all_equally_unlike(tools: Tools) -> None:
    shown = Shown(tools, "counting", "one_hot")
    assert shown.note("one_hot") == {"words": 9, "different": 8}
    matrix = shown["one_hot"]
    rows = np.array(matrix.values)
    assert (rows.sum(axis=1) == 1).all()
    for word, row in zip(matrix.rows, rows, strict=True):
        assert matrix.columns[int(row.argmax())] == word
    vector = dict(zip(matrix.rows, rows, strict=True))
    assert vector["cat"] @ vector["kitten"] == vector["cat"] @ vector["mat"] == 0


def test_a_bag_forgets_the_order(tools: Tools) -> None:
    shown = Shown(tools, "counting", "bags")
    dog, man, cat = shown["counts"].values
    assert dog == man != cat
    columns = shown["counts"].columns
    assert cat[columns.index("cat")] == 2
    weights = np.array(shown["weights"].values)
    np.testing.assert_allclose(np.linalg.norm(weights, axis=1), 1)
    for row in weights:  # “the” is in every text
        assert row[columns.index("the")] == row[row > 0].min()


def test_only_the_embedding_finds_the_same_meaning_in_other_words(tools: Tools) -> None:
    shown = Shown(tools, "counting", "rankings")
    assert shown.note("best_counts") == shown.note("best_tf_idf") == {"text": SPEAKER}
    assert shown.note("best_embedding") == {"text": PHYSICIAN}
    bars = shown["rankings"]
    scores = dict(zip(bars.labels, zip(*bars.series.values(), strict=True), strict=True))
    assert list(bars.series) == ["counts", "tf_idf", "embedding"]
    assert scores[PHYSICIAN] == (0, 0, pytest.approx(0.769, abs=0.01))
    assert scores[SPEAKER] == pytest.approx((0.778, 0.647, 0.623), abs=0.01)


def test_no_word_in_common(tools: Tools) -> None:
    shown = Shown(
        tools, "counting", "rankings", question="Felines nap.", texts="A cat is asleep.\nIt rained."
    )
    assert shown.note("none_counts") == shown.note("none_tf_idf") == {}
    assert shown.note("best_embedding") == {"text": "A cat is asleep."}


@pytest.mark.parametrize(
    ("demo", "inputs"),
    [
        ("one_hot", {"text": " ?! "}),
        ("bags", {"texts": "a\n\n?"}),
        ("rankings", {"texts": "\n"}),
        ("rankings", {"question": "?", "texts": "!"}),
    ],
)
def test_nothing_to_count(tools: Tools, demo: str, inputs: dict[str, str]) -> None:
    assert [note.name for note in Shown(tools, "counting", demo, **inputs).all] == ["no_words"]


def test_weights_are_those_of_scikit_learns_vectorizer() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    _, _, weights = count_words([QUESTION, *SENTENCES])
    np.testing.assert_allclose(weights, TfidfVectorizer().fit_transform([QUESTION, *SENTENCES]).toarray())


def test_a_text_without_words_is_like_nothing() -> None:
    assert to_first(np.array([[1, 1], [0, 0], [2, 2]])).tolist() == pytest.approx([0, 1])


def test_counting_can_not_tell_the_texts_of_the_third_exercise_apart() -> None:
    texts = ["Where is the bus?", "Where is the key?", "Where is the exit?", "The cat is asleep."]
    vocabulary, counts, _ = count_words(texts)
    question = np.isin(vocabulary, ["where", "is", "the", "cat"])
    cosines = to_first(np.array([question, *counts]).astype(float))
    np.testing.assert_allclose(cosines, cosines[0])
