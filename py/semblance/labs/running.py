"""Use a lesson: show its demonstrations, run its code, check its exercises."""

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
    """The result of checking an exercise.

    Parameters
    ----------
    passed : bool
    problem : str
        Why it could not be checked, in Python's words; empty if it was checked.
    outcome : Outcome
        The result of its code.
    """

    passed: bool
    problem: str
    outcome: Outcome


async def demonstrate(tools: Tools, lesson: Lesson, name: str, inputs: Mapping[str, Any]) -> Sequence[Figure]:
    """The figures of a demonstration. Inputs that are not given have their defaults.

    Raises
    ------
    SemblanceError
        For errors that the learner can correct.
    """
    demo = _named(lesson.demos, name)
    values = {field.name: _value(field, inputs.get(field.name, field.default)) for field in demo.inputs}
    return await demo.show(tools, **values)


async def run(tools: Tools, lesson: Lesson, code: str) -> Outcome:
    """Run code of a lesson, with the names of the lesson only. Nothing stays from an earlier run."""
    return await run_code(code, await _names(tools, lesson))


async def check(tools: Tools, lesson: Lesson, name: str, code: str) -> Checked:
    """Run the code of an exercise, and check whether its variables meet the task."""
    exercise = _named(lesson.exercises, name)
    names = await _names(tools, lesson)
    outcome = await run_code(code, names)
    if outcome.error:
        return Checked(False, "", outcome)
    try:
        return Checked(bool(exercise.check(names)), "", outcome)
    except KeyError as error:
        return Checked(False, f"NameError: {error} is not there", outcome)
    except Exception as error:  # a check may fail in any way on unexpected values
        return Checked(False, f"{type(error).__name__}: {error}", outcome)


async def _names(tools: Tools, lesson: Lesson) -> dict[str, Any]:
    return {"np": np, "encode": tools.encode, "tools": tools, **await lesson.names(tools)}


def _named(parts: Sequence[Part], name: str) -> Part:
    named = next((part for part in parts if part.name == name), None)
    if named is None:
        raise UnknownItem("labs.nothing_named", where=name)
    return named


def _value(field: Input, value: Any) -> Any:
    """The value as the demonstration expects it: JavaScript does not distinguish whole numbers from others."""
    if isinstance(field, Number):
        return int(value) if field.is_whole else float(value)
    if isinstance(field, Files):
        return [(str(name), bytes(data)) for name, data in value]
    return str(value)
