"""Lab 5 says what is so."""

from __future__ import annotations

import math

import numpy as np
import pytest

from semblance.labs.lessons import cosine
from semblance.native.labs import Tools
from unit.labs.shown import Shown


def test_the_cosine_of_two_arrows_by_hand(tools: Tools) -> None:
    shown = Shown(tools, "cosine", "plane", ax=3.0, ay=4.0, bx=4.0, by=3.0)
    assert shown["plane"].ends == ((3, 4), (4, 3))
    assert shown["by_hand"].rows == [[24, 5, 5, 0.96, pytest.approx(16.26, abs=0.01)]]
    assert shown.note("dot") == {"ax": "3", "ay": "4", "bx": "4", "by": "3", "dot": "24.00"}
    assert shown.note("cosine")["cosine"] == "0.960"


@pytest.mark.parametrize(
    ("b", "degrees"), [((4, 2), 0), ((-1, 2), 90), ((-2, -1), 180), ((0.2, 0.1), 0), ((-0.1, -0.05), 180)]
)
def test_angles(tools: Tools, b: tuple[float, float], degrees: float) -> None:
    shown = Shown(tools, "cosine", "plane", ax=2.0, ay=1.0, bx=b[0], by=b[1])
    assert shown["by_hand"].rows[0][4] == pytest.approx(degrees, abs=1e-4)


def test_negative_numbers_stand_in_brackets(tools: Tools) -> None:
    note = Shown(tools, "cosine", "plane", ax=-1.5, ay=0.1 + 0.2).note("lengths")
    assert (note["ax"], note["ay"]) == ("(−1.5)", "0.3")


def test_length_changes_the_dot_product_but_not_the_cosine() -> None:
    short, long = (cosine.quantities([4, 1], [factor * 2, factor * 3]) for factor in (1, 1.5))
    assert long[0] == 1.5 * short[0]
    assert long[3] == pytest.approx(short[3])


def test_an_arrow_without_length_has_no_direction(tools: Tools) -> None:
    shown = Shown(tools, "cosine", "plane", bx=0.0, by=0.0)
    assert [note.name for note in shown.notes] == ["no_direction"]
    assert shown["plane"].ends[1] == (0, 0)


def test_the_dog_and_the_cat_and_the_others(tools: Tools) -> None:
    shown = Shown(tools, "cosine", "texts")
    matrix = np.array(shown["cosines"].values)
    dog, cat, puppy, car, market = matrix[0]
    assert dog == pytest.approx(1)
    assert cat == pytest.approx(0.829, abs=0.01)
    assert cat > car > puppy > market
    assert shown.note("texts")["cosine"] == f"{cat:.3f}"
    dot, length_a, length_b, by_hand, degrees = shown["first_two"].rows[0]
    assert (length_a, length_b) == (pytest.approx(1), pytest.approx(1))
    assert dot == pytest.approx(by_hand, abs=1e-5)
    assert math.cos(math.radians(degrees)) == pytest.approx(cat, abs=1e-5)


def test_one_text_can_not_be_compared(tools: Tools) -> None:
    assert [note.name for note in Shown(tools, "cosine", "texts", texts="one\n").all] == ["two_texts"]


def test_both_ways_agree_and_numpy_is_faster_for_many(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cosine, "LONG_ENOUGH", 0.002)
    shown = Shown(tools, "cosine", "times")
    same = shown.note("same")
    assert float(same["plain"]) == pytest.approx(float(same["numpy"]), abs=2e-4)
    single, many = shown["times"].rows
    assert (single[0], many[0]) == (1, 1000)
    assert many[3] > 5  # a hundred, rather
    assert shown.note("ratio")["ratio"] == round(many[3])


def test_what_is_timed_lasts_long_and_the_median_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that is as coarse as a browser's may be: it moves by a millisecond every 400 calls of the work."""
    calls = 0

    def work() -> None:
        nonlocal calls
        calls += 1

    monkeypatch.setattr(cosine, "perf_counter", lambda: calls // 400 / 1000)
    assert cosine.seconds(work) == pytest.approx(0.001 / 400, rel=0.1)
