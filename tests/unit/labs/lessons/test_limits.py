"""Lab 14 says what is so."""

from __future__ import annotations

import numpy as np
import pytest

from aio import run
from semblance.labs.lessons.limits import rounded
from semblance.native.labs import Tools
from semblance.ranking.vectors import quantize
from unit.labs.shown import Shown


def test_words_lean_and_the_bars_are_in_order(tools: Tools) -> None:
    shown = Shown(tools, "limits", "leaning")
    leaning = dict(zip(shown["leaning"].labels, shown["leaning"].series["leaning"], strict=True))
    assert list(leaning.values()) == sorted(leaning.values(), reverse=True)
    assert leaning["engineer"] > 0.05
    assert leaning["nurse"] < -0.1
    assert leaning["secretary"] > 0.05
    for word, first, second, difference in shown["cosines"].rows:
        assert first - second == pytest.approx(difference) == pytest.approx(leaning[word])


def test_the_secretary_has_neighbours_in_government(tools: Tools) -> None:
    known = run(tools.words())
    vectors = known.vectors()
    nearest = np.argsort(-(vectors @ vectors[known.words.index("secretary")]))[:10]
    assert {"deputy", "general", "minister"} <= {known.words[i] for i in nearest}


def test_unknown_words_are_named(tools: Tools) -> None:
    shown = Shown(tools, "limits", "leaning", words="nurse，Zyxwv, nurse")
    assert shown["leaning"].labels == ["nurse"]
    assert shown.note("unknown") == {"words": "zyxwv"}
    for given in ({"words": "zyxwv"}, {"first": "zyxwv"}):
        shown = Shown(tools, "limits", "leaning", **given)
        assert [note.name for note in shown.all] == ["unknown"]
    assert Shown(tools, "limits", "analogy", plus="zyxwv").note("unknown") == {"words": "zyxwv"}


def test_the_analogy_answers_with_its_own_word_first(tools: Tools) -> None:
    shown = Shown(tools, "limits", "analogy")
    assert shown.note("analogy") == {"first": "doctor", "other": "nurse"}
    rows = shown["analogy"].rows
    assert {rows[row][1] for row in shown["analogy"].marked} == {"doctor", "woman"}


def test_contraries_are_near(tools: Tools) -> None:
    shown = Shown(tools, "limits", "negation")
    values = shown.note("contrary_nearer")
    assert values["contrary"] == pytest.approx(0.592, abs=0.01)
    assert values["paraphrase"] == pytest.approx(0.242, abs=0.01)
    assert shown["yours"].marked == [0]
    assert all(row[2] > 0.8 for row in shown["contraries"].rows)


def test_a_paraphrase_can_be_nearer(tools: Tools) -> None:
    shown = Shown(tools, "limits", "negation", paraphrase="I enjoy it")
    assert shown.note("paraphrase_nearer")["paraphrase"] > 0.65
    assert shown["yours"].marked == [1]


def test_an_ending_beyond_the_limit_is_not_read(tools: Tools) -> None:
    shown = Shown(tools, "limits", "truncation")
    values = shown.note("unseen")
    assert values["budget"] == 254 < values["before"]
    assert values["cosine"] == "1.000"
    assert all(row[1] > row[2] == 254 for row in shown["lengths"].rows)
    values = Shown(tools, "limits", "truncation", times=5).note("seen")
    assert values["before"] < 254
    assert float(values["cosine"]) < 0.95


def test_scores_depend_on_the_kind_of_text(tools: Tools) -> None:
    shown = Shown(tools, "limits", "scores")
    words, sentences, answers = (
        [row[2] for row in shown[kind].rows] for kind in ("words", "sentences", "answers")
    )
    assert max(answers[:2]) < min(sentences[:2]) < 0.6
    assert words[2] > 0.25 > 0.1 > max(sentences[2], answers[2])
    assert words[0] < 0.9


def test_pairs_of_notes_lie_between_unrelated_and_related(tools: Tools) -> None:
    shown = Shown(tools, "limits", "spread")
    assert sum(shown["spread"].series["pairs"]) == shown.note("spread")["pairs"] == 72 * 71 / 2
    low, middle, high = (float(shown.note("spread")[name]) for name in ("low", "middle", "high"))
    assert low < 0 < 0.05 < middle < 0.2 < high < 0.7


def test_a_chinese_sentence_is_far_from_its_translation_and_near_to_any_other(tools: Tools) -> None:
    shown = Shown(tools, "limits", "languages")
    cosines = np.array(shown["languages"].values)
    assert abs(cosines[0, 1]) < 0.1
    others = cosines[1:, 1:][np.triu_indices(4, 1)]
    assert others.min() > 0.5
    english, *chinese = shown["pieces"].rows
    assert english[2] == 0
    assert all(row[2] >= 4 for row in chinese)
    assert all(row[1] == len(row[3].split()) for row in shown["pieces"].rows)


def test_one_text_can_not_be_compared(tools: Tools) -> None:
    assert [note.name for note in Shown(tools, "limits", "languages", texts="one\n").all] == ["two_texts"]


def test_eight_bits_move_cosines_little_and_one_bit_moves_them_a_lot(tools: Tools) -> None:
    shown = Shown(tools, "limits", "rounding")
    rows = shown["rounding"].rows
    assert [row[:2] for row in rows] == [[32, 1536], [8, 384], [4, 192], [1, 48]]
    mean, largest = (np.array([float(row[column]) for row in rows]) for column in (2, 3))
    assert mean[0] == largest[0] == 0
    assert mean[1] < 0.001
    assert largest[1] < 0.01
    assert np.all(np.diff(mean) > 0)
    assert rows[1][4] == shown.note("rounding")["texts"] == 72
    assert rows[3][4] < 60


def test_eight_bits_are_those_of_the_store(tools: Tools) -> None:
    vectors = run(tools.encode(["a black coffee", "a bicycle ride"]))
    assert np.array_equal(rounded(vectors, 8), quantize(vectors))
