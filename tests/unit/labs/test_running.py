"""Demonstrations, cells and exercises, as the page has them run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import pytest

from aio import run as await_
from semblance.errors import UnknownItem
from semblance.labs.figures import Figure, Note
from semblance.labs.lesson import Choice, Demo, Exercise, Files, Lesson, Number, Text
from semblance.labs.running import check, demonstrate, run
from semblance.labs.tools import Tools


class NoTools:
    """For a lesson that needs none."""

    async def encode(self, texts: Sequence[str]) -> list[str]:
        return list(texts)


TOOLS = cast(Tools, NoTools())


async def show(tools: Tools, **inputs: Any) -> Sequence[Figure]:
    return [Note("seen", inputs)]


async def names(tools: Tools) -> Mapping[str, Any]:
    return {"seven": 7}


INPUTS = (
    Text("text", "a dog"),
    Number("count", 3, 1, 9),
    Number("share", 0.5, 0, 1, 0.1),
    Choice("way", ("up", "down")),
    Files("files", ".py", (("a.py", b"1"),)),
)
LESSON = Lesson(
    name="made-up",
    seeds=(),
    demos=(Demo("all", INPUTS, show),),
    cell="seven",
    exercises=(Exercise("double", "twice = 0", "twice = 14", lambda names: bool(names["twice"] == 14)),),
    names=names,
)


def test_inputs_come_as_the_demonstration_expects_them() -> None:
    inputs = {"count": 4.0, "share": 1, "files": [("b.py", memoryview(b"2"))]}
    (note,) = await_(demonstrate(TOOLS, LESSON, "all", inputs))
    assert isinstance(note, Note)
    expected = {"text": "a dog", "count": 4, "share": 1.0, "way": "up", "files": [("b.py", b"2")]}
    assert note.values == expected
    assert [type(value) for value in note.values.values()] == [str, int, float, str, list]


def test_a_demonstration_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownItem, match="none: the lesson has nothing"):
        await_(demonstrate(TOOLS, LESSON, "none", {}))


def test_code_has_the_names_that_the_lesson_gives_it() -> None:
    assert await_(run(TOOLS, LESSON, "await encode(['x']), np.pi > 3, seven")).value == "(['x'], True, 7)"


@pytest.mark.parametrize(
    ("code", "passed", "problem"),
    [
        ("twice = 14", True, ""),
        ("twice = 15", False, ""),
        ("", False, "NameError: 'twice' is not there"),
        ("twice = np.zeros(2)", False, "ValueError: The truth value of an array"),
    ],
)
def test_an_exercise_passes_if_its_variables_are_right(code: str, passed: bool, problem: str) -> None:
    checked = await_(check(TOOLS, LESSON, "double", code))
    assert checked.passed is passed
    assert checked.problem.startswith(problem)
    assert bool(checked.problem) == bool(problem)


def test_an_exercise_whose_code_fails_has_not_passed() -> None:
    checked = await_(check(TOOLS, LESSON, "double", "twice = 14\n1 / 0"))
    assert not checked.passed
    assert checked.outcome.error.endswith("ZeroDivisionError: division by zero")
