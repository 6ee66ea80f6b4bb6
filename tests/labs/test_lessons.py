"""What holds of every lesson: its demonstrations and its code run, and its exercises can be failed and passed."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from aio import run
from labs.cells import run_cell
from labs.page_only import needs_the_page
from semblance.labs.catalogue import NAMES, lesson
from semblance.labs.figures import Note, to_json
from semblance.labs.lesson import Demo, Exercise, Lesson
from semblance.native.labs import Tools

LESSONS = [lesson(name) for name in NAMES if find_spec(f"semblance.labs.{name}")]
DEMOS = [(found, demo) for found in LESSONS for demo in found.demos if not needs_the_page(demo)]
EXERCISES = [(found, exercise) for found in LESSONS for exercise in found.exercises]


def label(value: object) -> str:
    return value.name if isinstance(value, Lesson | Demo | Exercise) else str(value)


@pytest.mark.parametrize(("found", "demo"), DEMOS, ids=label)
def test_a_demonstration_shows_something(tools: Tools, found: Lesson, demo: Demo) -> None:
    figures = run(demo.show(tools, **{given.name: given.default for given in demo.inputs}))
    assert figures
    pictures = [figure.name for figure in figures if not isinstance(figure, Note)]
    assert len(set(pictures)) == len(pictures)
    to_json(figures)


@pytest.mark.parametrize("found", LESSONS, ids=label)
def test_the_cell_runs_and_shows_something(tools: Tools, found: Lesson) -> None:
    outcome, _ = run_cell(tools, found, found.cell)
    assert not outcome.error
    assert outcome.output or outcome.value


@pytest.mark.parametrize("found", LESSONS, ids=label)
def test_there_is_something_to_do(found: Lesson) -> None:
    assert found.demos
    assert len(found.exercises) >= 2


@pytest.mark.parametrize(("found", "exercise"), EXERCISES, ids=label)
def test_an_exercise_is_passed_by_its_solution_and_not_by_its_start(
    tools: Tools, found: Lesson, exercise: Exercise
) -> None:
    outcome, names = run_cell(tools, found, exercise.start)
    assert not outcome.error
    assert not passes(exercise, names)
    outcome, names = run_cell(tools, found, exercise.solution)
    assert not outcome.error
    assert passes(exercise, names)


def passes(exercise: Exercise, names: dict[str, object]) -> bool:
    """As the page checks: an error in the check counts as not passed."""
    try:
        return exercise.check(names)
    except Exception:
        return False
