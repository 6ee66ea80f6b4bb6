"""Lab 3 says what is so."""

from __future__ import annotations

import numpy as np
import pytest

from aio import run
from semblance.labs.figures import Note, Table
from semblance.labs.lessons.shared.dictionary import Dictionary
from semblance.native.labs import Tools
from unit.labs.shown import Shown


def words_of(table: Table) -> list[str]:
    return [str(row[0]) for row in table.rows]


def test_france_is_among_countries(tools: Tools) -> None:
    near = words_of(Shown(tools, "analogies", "near")["near"])
    assert len(near) == 10
    assert {"belgium", "britain", "spain", "germany", "italy", "french", "paris"} <= set(near)


def test_berlin_is_the_answer_even_if_all_words_are_allowed(tools: Tools) -> None:
    shown = Shown(tools, "analogies", "capital")
    assert shown.note("answer") == {"sum": "germany + paris − france", "word": "berlin", "first": "berlin"}


def test_queen_is_the_answer_only_because_king_is_left_out(tools: Tools) -> None:
    shown = Shown(tools, "analogies", "royal")
    assert shown.note("answer") == {"sum": "king + woman − man", "word": "queen", "first": "king"}
    assert words_of(shown["others"])[0] == "queen"
    assert words_of(shown["everything"])[:2] == ["king", "queen"]
    assert not {"king", "woman", "man"} & set(words_of(shown["others"]))


@pytest.mark.parametrize(("male", "female"), [("actor", "actress"), ("uncle", "aunt")])
def test_the_other_analogies_that_the_text_proposes(tools: Tools, male: str, female: str) -> None:
    assert Shown(tools, "analogies", "royal", first=male).note("answer")["word"] == female


def test_the_step_from_a_country_to_its_capital_is_much_the_same(tools: Tools) -> None:
    vector = Dictionary(run(tools.words())).vector

    def step(start: str, end: str) -> np.ndarray:
        difference = vector(end) - vector(start)
        return difference / np.linalg.norm(difference)

    capital = step("france", "paris")
    assert capital @ step("germany", "berlin") > 0.7
    assert abs(capital @ step("apple", "banana")) < 0.25


def test_fruits_royals_and_people_stand_apart_in_the_plane(tools: Tools) -> None:
    shown = Shown(tools, "analogies", "plane")
    points = shown["plane"]
    place = dict(zip(points.labels, np.array([points.x, points.y]).T, strict=True))

    def distance(first: str, second: str) -> float:
        return float(np.linalg.norm(place[first] - place[second]))

    pairs = [("king", "queen"), ("man", "woman"), ("apple", "banana")]
    within = max(distance(*pair) for pair in pairs)
    between = min(distance(a, b) for p in pairs for q in pairs if p != q for a in p for b in q)
    assert between > 3 * within
    assert shown.note("share")["percent"] == 71


def test_unknown_words_are_said_to_be_unknown_with_close_spellings(tools: Tools) -> None:
    shown = Shown(tools, "analogies", "near", word=" Kingg ")
    assert shown.all == [Note("unknown", {"word": "kingg", "close": "king, kings, kin"})]
    assert Shown(tools, "analogies", "near", word="zzxqy").all == [Note("unlike", {"word": "zzxqy"})]
    notes = Shown(tools, "analogies", "royal", first="kingg", minus="zzxqy").all
    assert [note.name for note in notes] == ["unknown", "unlike"]


def test_the_plane_leaves_unknown_words_out(tools: Tools) -> None:
    shown = Shown(tools, "analogies", "plane", words="apple Banana apple zzxqy cherry")
    assert [note.name for note in shown.notes] == ["unlike", "share"]
    assert shown["plane"].labels == ["apple", "banana", "cherry"]
    assert shown.note("share")["percent"] == 100  # three points always lie in a plane
    assert [note.name for note in Shown(tools, "analogies", "plane", words="apple banana").all] == ["too_few"]


def test_a_cell_that_asks_for_an_unknown_word_is_told_of_close_ones(tools: Tools) -> None:
    with pytest.raises(KeyError, match=r"'kingg' is not among the 20000 words; close: \['king'"):
        Dictionary(run(tools.words())).vector("kingg")
