"""Lab 11 says what is so."""

from __future__ import annotations

import numpy as np
import pytest

from aio import run
from semblance.labs.lessons.retrieval import TASK, RankedPassage, fill, write_prompt
from semblance.labs.tools import Items
from semblance.native.labs import Tools
from unit.labs.shown import Shown


def test_the_prompt_cites_its_passages_and_keeps_to_the_budget(tools: Tools) -> None:
    shown = Shown(tools, "retrieval", "prompt")
    prompt, filled = shown["prompt"].text, shown.note("filled")
    assert prompt.startswith(TASK)
    assert "[1] Watering from a rain barrel (garden/rain-in-a-barrel.md)\n" in prompt
    assert "sixty litres" in prompt.split("[2]")[0]
    assert prompt.endswith("Question: How much rain water comes off the roof of the shed?")
    assert run(tools.text.count_tokens([prompt])) == [filled["tokens"]]
    assert filled["tokens"] <= filled["budget"] == 250
    assert shown["passages"].marked == [0, 1, 2]
    assert all(row[2] <= 48 for row in shown["passages"].rows)


def test_the_budget_is_filled_even_with_what_does_not_help(tools: Tools) -> None:
    small = Shown(tools, "retrieval", "prompt", budget=120).note("filled")
    large = Shown(tools, "retrieval", "prompt", budget=1000)
    assert small["passages"] == 1
    assert large.note("filled")["passages"] > 10
    cosines = [row[1] for row in large["passages"].rows]
    assert cosines == sorted(cosines, reverse=True)
    assert cosines[0] > 0.6 > 0.4 > cosines[1]


def test_a_budget_may_be_too_small_for_any_passage(tools: Tools) -> None:
    shown = Shown(tools, "retrieval", "prompt", budget=50)
    assert shown.note("empty")["passages"] == 0
    assert "\n[1]" not in shown["prompt"].text


def test_what_does_not_fit_is_left_out_and_numbers_stay_in_order(tools: Tools) -> None:
    long, short = (RankedPassage(text, "A note", "a.md", 0.5, 0) for text in ("word " * 100, "A short one."))
    chosen = run(fill(tools, "Who?", [short, long, short], 80))
    assert chosen == [short, short]
    assert "[2] A note (a.md)\nA short one." in write_prompt("Who?", chosen)


def test_small_passages_tear_the_answer_apart_and_whole_notes_cost_more(tools: Tools) -> None:
    shown = Shown(tools, "retrieval", "sizes")
    small, middle, large = shown["ranks"].rows
    assert small[2] > 20
    assert (middle[2], large[2]) == (1, 1)
    assert middle[3] > large[3] > small[3]
    assert large[4] > 3 * middle[4]
    torn = shown["best"].rows[0][2]
    assert torn.endswith("Ten millimetres of rain on six square")
    assert "sixty litres" not in torn


def test_an_answer_that_no_passage_holds_has_no_rank(tools: Tools) -> None:
    rows = Shown(tools, "retrieval", "sizes", answer="nine  Hundred gallons")["ranks"].rows
    assert [row[2:] for row in rows] == [[None, None, None]] * 3


def test_line_breaks_and_capitals_do_not_hide_an_answer(tools: Tools) -> None:
    rows = Shown(tools, "retrieval", "sizes", answer=" Sixty\nLITRES ")["ranks"].rows
    assert rows[1][2] == 1


def test_without_question_or_answer_there_is_a_hint(tools: Tools) -> None:
    assert [note.name for note in Shown(tools, "retrieval", "prompt", question=" ").all] == ["no_question"]
    assert [note.name for note in Shown(tools, "retrieval", "sizes", answer=" ").all] == ["no_answer"]


def test_a_collection_of_pictures_holds_no_passages(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    async def pictures(name: str) -> Items:
        return Items(["a.jpg"], ["A boat"], [""], np.eye(1, 384, dtype=np.float32))

    monkeypatch.setattr(tools, "collection", pictures)
    for demo in ("prompt", "sizes"):
        assert [note.name for note in Shown(tools, "retrieval", demo).all] == ["no_text"]
