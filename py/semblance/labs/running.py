"""What can be done with a lesson: show its demonstrations, run its code, check its exercises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from semblance.errors import UnknownItem
from semblance.labs.code import Outcome, run_code
from semblance.labs.figures import Figure
from semblance.labs.lesson import Demo, Exercise, Files, Input, Lesson, Number
from semblance.labs.tools import Tools

Part = TypeVar("Part", Demo, Exercise)


@dataclass(frozen=True, slots=True)
class Checked:
    """How an exercise went.

    Parameters
    ----------
    passed : bool
    problem : str
        Why it could not be checked, in Python's words; empty where it was.
    outcome : Outcome
        Of its code.
    """

    passed: bool
    problem: str
    outcome: Outcome


async def demonstrate(tools: Tools, lesson: Lesson, name: str, inputs: Mapping[str, Any]) -> Sequence[Figure]:
    """The figures of a demonstration; inputs that are not given have their defaults.

    Raises
    ------
    SemblanceError
        What the learner can put right.
    """
    demo = _named(lesson.demos, name)
    values = {asked.name: _value(asked, inputs.get(asked.name, asked.default)) for asked in demo.inputs}
    return await demo.show(tools, **values)


async def run(tools: Tools, lesson: Lesson, code: str) -> Outcome:
    """Run code of a lesson, with the names that a lesson's code has and with no others: it begins afresh each time."""
    return await run_code(code, await _names(tools, lesson))


async def check(tools: Tools, lesson: Lesson, name: str, code: str) -> Checked:
    """Run the code of an exercise, and see whether it leaves behind what the task asks for."""
    exercise = _named(lesson.exercises, name)
    names = await _names(tools, lesson)
    outcome = await run_code(code, names)
    if outcome.error:
        return Checked(False, "", outcome)
    try:
        return Checked(bool(exercise.check(names)), "", outcome)
    except KeyError as error:
        return Checked(False, f"NameError: {error} is not there", outcome)
    except Exception as error:  # the check makes no promises about values of any kind
        return Checked(False, f"{type(error).__name__}: {error}", outcome)


async def _names(tools: Tools, lesson: Lesson) -> dict[str, Any]:
    return {"np": np, "encode": tools.encode, "tools": tools, **await lesson.names(tools)}


def _named(parts: Sequence[Part], name: str) -> Part:
    found = next((part for part in parts if part.name == name), None)
    if found is None:
        raise UnknownItem("the lesson has nothing of this name", where=name)
    return found


def _value(asked: Input, value: Any) -> Any:
    """As the demonstration expects it: numbers that come from JavaScript do not tell whole ones from others."""
    if isinstance(asked, Number):
        return int(value) if asked.is_whole else float(value)
    if isinstance(asked, Files):
        return [(str(name), bytes(data)) for name, data in value]
    return str(value)
