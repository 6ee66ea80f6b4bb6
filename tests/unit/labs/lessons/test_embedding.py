"""Lab 1 says what is so."""

from __future__ import annotations

import numpy as np
import pytest

from aio import run
from semblance.native.labs import Tools
from unit.labs.shown import Shown


def test_a_text_becomes_384_numbers_of_length_1(tools: Tools) -> None:
    shown = Shown(tools, "embedding", "vector")
    assert shown.note("size") == {"characters": 24, "tokens": 7, "numbers": 384, "length": 1.0}
    assert np.shape(shown["whole"].rows) == (1, 384)
    assert [row[1] for row in shown["first_ten"].rows] == shown["whole"].rows[0][:10]


def test_an_empty_text_is_a_text_too(tools: Tools) -> None:
    assert Shown(tools, "embedding", "vector", text="").note("size")["numbers"] == 384


def test_three_texts_of_any_length_become_as_many_numbers(tools: Tools) -> None:
    shown = Shown(tools, "embedding", "three")
    assert [row[1:] for row in shown["sizes"].rows] == [[3, 384], [66, 384], [34, 384]]
    assert np.shape(shown["three"].rows) == (3, 384)


def test_a_letter_moves_all_numbers_a_little_and_another_subject_moves_them_a_lot(tools: Tools) -> None:
    texts = ["I took my dog for a walk", "I took my dogs for a walk", "The bank raised its interest rate."]
    vectors = run(tools.encode(texts))
    little, much = np.abs(vectors[1:] - vectors[0])
    assert (little > 1e-4).mean() > 0.9
    assert much.mean() > 5 * little.mean() > 0
    assert vectors[0] @ vectors[1] == pytest.approx(0.966, abs=0.01)
