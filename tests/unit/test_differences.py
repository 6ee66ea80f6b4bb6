"""Where two texts differ: nothing is lost, the differences are small, and hard cases take little time."""

from __future__ import annotations

import asyncio
import itertools
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semblance.differences import Stretch, differences
from semblance.pace import Pacer

WORDS = [f"word{number}" for number in range(300)]
LONGEST_STEP_S = (
    1.0  # of the processor; all at once would take several times that, and a step takes a twentieth
)


class Watching(Pacer):
    """Measures the steps between two chances to give way."""

    def __init__(self) -> None:
        super().__init__()
        self._last = time.process_time()
        self.longest = 0.0

    async def breathe(self) -> None:
        self.longest = max(self.longest, time.process_time() - self._last)
        self._last = time.process_time()


def compared(left: str, right: str, pacer: Pacer | None = None) -> list[Stretch]:
    return asyncio.run(differences(left, right, pacer or Pacer()))


def prose(words: int, seed: int = 0) -> list[str]:
    """Words of a text, every twelfth the end of a sentence."""
    choose = random.Random(seed).choice
    return [choose(WORDS) + ("." if number % 12 == 11 else "") for number in range(words)]


@given(st.text("ab .\n"), st.text("ab .\n"))
def test_both_texts_can_be_put_together_again(left: str, right: str) -> None:
    parts = compared(left, right)
    assert "".join(part.left for part in parts) == left
    assert "".join(part.right for part in parts) == right
    assert all(part.is_same != other.is_same for part, other in itertools.pairwise(parts))


def test_small_changes_all_over_a_long_paragraph_are_seen() -> None:
    words = prose(3000)
    changed = [*words]
    changed[50::100] = ["changed"] * len(changed[50::100])
    parts = compared(" ".join(words), " ".join(changed))
    differing = sum(len(part.right) for part in parts if not part.is_same)
    assert differing < 0.05 * len(" ".join(changed))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param("a b " * 5000, "b a " * 5000, id="repetition"),
        pytest.param(" ".join(prose(5000, 1)), " ".join(prose(5000, 2)), id="nothing in common"),
        pytest.param("\n".join(prose(5000, 1)), "\n".join(prose(5000, 2)), id="lines"),
    ],
)
def test_no_step_takes_long(left: str, right: str) -> None:
    pacer = Watching()
    compared(left, right, pacer)
    assert pacer.longest < LONGEST_STEP_S
