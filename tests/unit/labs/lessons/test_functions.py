"""Lab 10: functions found by what they do."""

from __future__ import annotations

import json

import pytest

from aio import run
from semblance.labs import running
from semblance.labs.figures import Bars, Note, Plain, Table
from semblance.labs.lessons import functions
from semblance.labs.lessons.functions_example import NAME, SOURCE
from semblance.labs.lessons.functions_files import FORMATS
from semblance.native.labs import Tools

EXAMPLE = [(NAME, SOURCE.encode())]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("how much must somebody pay for being late?", "fee"),
        ("import people from Excel", "read_members"),
        ("most popular items", "favourites"),
        ("write a letter to somebody who forgot to return something", "reminder"),
        ("queue up for something that is not available", "Desk.reserve"),
        ("when can I visit?", "opening_hours"),
        ("correct a typo", "closest_name"),
    ],
)
def test_a_question_finds_the_function(tools: Tools, question: str, name: str) -> None:
    _, table, *_ = run(functions.show_search(tools, question, EXAMPLE, "", "json"))
    assert isinstance(table, Table)
    assert table.rows[0][2] == name


def test_the_question_shares_no_important_word_with_what_it_finds(tools: Tools) -> None:
    _, _, best, _ = run(functions.show_search(tools, functions.QUESTION, EXAMPLE, "", "json"))
    assert isinstance(best, Plain)
    assert best.text == functions.CLEAR
    words = {"much", "must", "somebody", "pay", "being", "late"}
    assert not words & set(best.text.replace("(", " ").replace(".", " ").split())


def test_names_and_docstrings_are_what_is_found(tools: Tools) -> None:
    (bars,) = run(
        functions.show_names(tools, functions.QUESTION, functions.CLEAR, functions.BARE, functions.OBSCURE)
    )
    assert isinstance(bars, Bars)
    clear, bare, obscure = bars.series["cosine"]
    assert clear > bare > 0.3
    assert clear - bare < 0.1  # a little
    assert obscure < 0.1  # next to nothing


@pytest.mark.parametrize("format", FORMATS)
def test_what_is_exported_can_be_searched_again(tools: Tools, format: str) -> None:
    *_, export = run(functions.show_search(tools, "telephone", EXAMPLE, "", format))
    assert isinstance(export, Plain)
    assert export.file_name == f"functions.{format}"
    note, table, *_ = run(
        functions.show_search(tools, "telephone", [(export.file_name, export.text.encode())], "", "json")
    )
    assert isinstance(table, Table)
    assert note == Note("searched", {"count": 13, "all": 13, "files": 1})
    assert table.rows[0][1:] == ["lending.py:70", "clean_phone"]


def test_pasted_code_is_searched_too(tools: Tools) -> None:
    code = "def bark(dog):\n    return 'woof'\n"
    note, table, *_ = run(functions.show_search(tools, "the sound of a dog", EXAMPLE, code, "json"))
    assert isinstance(table, Table)
    assert note == Note("searched", {"count": 14, "all": 14, "files": 2})
    assert table.rows[0][1:] == ["pasted.py:1", "bark"]


def test_a_bad_file_is_named_and_the_others_are_searched(tools: Tools) -> None:
    files = [("bad.py", b"def f(:\n    pass\n"), *EXAMPLE]
    note, problems, table, *_ = run(functions.show_search(tools, "telephone", files, "", "json"))
    assert isinstance(problems, Table)
    assert isinstance(table, Table)
    assert note == Note("searched", {"count": 13, "all": 13, "files": 2})
    assert len(problems.rows) == 1
    assert str(problems.rows[0][0]).startswith("bad.py line 1: it is no valid Python")


def test_without_a_function_it_asks_for_one(tools: Tools) -> None:
    assert run(functions.show_search(tools, "anything", [], "", "json")) == [Note("nothing")]
    note, problems = run(functions.show_search(tools, "anything", [], "def f(", "json"))
    assert note == Note("nothing")
    assert isinstance(problems, Table)


def test_only_so_many_are_searched_but_all_are_exported(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(functions, "MOST_FUNCTIONS", 5)
    note, *_, export = run(functions.show_search(tools, "anything", EXAMPLE, "", "json"))
    assert isinstance(export, Plain)
    assert note == Note("searched", {"count": 5, "all": 13, "files": 1})
    assert len(json.loads(export.text)) == 13


def test_the_cell_finds_the_queue(tools: Tools) -> None:
    outcome = run(running.run(tools, functions.LESSON, functions.LESSON.cell))
    assert outcome.output.splitlines()[0].endswith("lending.py:43 reserve")
    assert outcome.value == "13"
