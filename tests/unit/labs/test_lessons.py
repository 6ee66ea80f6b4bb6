"""What holds of every lesson: its demonstrations and its code run, and its exercises can be failed and passed."""

from __future__ import annotations

import pytest

from aio import run
from semblance.labs import running
from semblance.labs.catalogue import NAMES, lesson
from semblance.labs.figures import Note, to_json
from semblance.labs.lesson import Demo, Exercise, Lesson
from semblance.native.labs import Tools
from unit.labs.page_only import needs_the_page

LESSONS = [lesson(name) for name in NAMES]
DEMOS = [(taught, demo) for taught in LESSONS for demo in taught.demos if not needs_the_page(demo)]
EXERCISES = [(taught, exercise) for taught in LESSONS for exercise in taught.exercises]


def label(value: object) -> str:
    return value.name if isinstance(value, Lesson | Demo | Exercise) else str(value)


@pytest.mark.parametrize(("taught", "demo"), DEMOS, ids=label)
def test_a_demonstration_shows_something(tools: Tools, taught: Lesson, demo: Demo) -> None:
    figures = run(running.demonstrate(tools, taught, demo.name, {}))
    assert figures
    pictures = [figure.name for figure in figures if not isinstance(figure, Note)]
    assert len(set(pictures)) == len(pictures)
    to_json(figures)


@pytest.mark.parametrize("taught", LESSONS, ids=label)
def test_the_cell_runs_and_shows_something(tools: Tools, taught: Lesson) -> None:
    outcome = run(running.run(tools, taught, taught.cell))
    assert not outcome.error
    assert outcome.output or outcome.value


@pytest.mark.parametrize("taught", LESSONS, ids=label)
def test_there_is_something_to_do(taught: Lesson) -> None:
    assert taught.demos
    assert len(taught.exercises) >= 2


@pytest.mark.parametrize(("taught", "exercise"), EXERCISES, ids=label)
def test_an_exercise_is_passed_by_its_solution_and_not_by_its_start(
    tools: Tools, taught: Lesson, exercise: Exercise
) -> None:
    start = run(running.check(tools, taught, exercise.name, exercise.start))
    assert not start.outcome.error
    assert not start.passed
    solution = run(running.check(tools, taught, exercise.name, exercise.solution))
    assert (solution.passed, solution.problem, solution.outcome.error) == (True, "", "")
