"""The parts of a lesson: demonstrations, a cell with the code behind them, and exercises.

A lesson holds no texts. They are in the message catalogue, under the names that are given here. How the page shows a
lesson is the business of `semblance.browser.pages.labs`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from semblance.labs.figures import Figure
from semblance.labs.tools import Tools

# --- inputs ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """A text. With more than one of `lines`, its box has several lines."""

    name: str
    default: str
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Number:
    """A number between two others, with a slider. It is whole if `step` is whole."""

    name: str
    default: float
    low: float
    high: float
    step: float = 1

    @property
    def is_whole(self) -> bool:
        """Whether it takes whole numbers only."""
        return float(self.step).is_integer() and float(self.low).is_integer()


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several options. The catalogue has a label for each, under ``options``."""

    name: str
    options: tuple[str, ...]

    @property
    def default(self) -> str:
        """The first option."""
        return self.options[0]


@dataclass(frozen=True, slots=True)
class CollectionChoice:
    """One of the learner's own collections, or the sample (the empty name)."""

    name: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class Files:
    """Files that the learner chooses or drops: ``[(name, bytes)]``. They are not part of the address."""

    name: str
    accept: str
    default: tuple[tuple[str, bytes], ...] = ()


Input = Text | Number | Choice | CollectionChoice | Files


@dataclass(frozen=True, slots=True)
class Demo:
    """A live demonstration: from the learner's inputs to figures.

    Parameters
    ----------
    name : str
        Unique in its lesson.
    inputs : tuple of Input
    show : callable
        ``await show(tools, **inputs)`` gives the figures. The inputs come by their names. It raises
        `semblance.errors.SemblanceError` for errors that the learner can correct.
    on_demand : bool
        Whether it runs on a button only, because it takes seconds; else it runs at each change.
    """

    name: str
    inputs: tuple[Input, ...]
    show: Callable[..., Awaitable[Sequence[Figure]]]
    on_demand: bool = False


# --- code -----------------------------------------------------------------------------------------------

Names = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Exercise:
    """Code that the learner changes until its check passes.

    Parameters
    ----------
    name : str
        Unique in its lesson.
    start : str
        The code of the cell at first. It runs, but does not pass.
    solution : str
        Code that passes; shown on demand.
    check : callable
        ``check(names)`` is true if the variables that the code leaves meet the task. An error of the check counts
        as not passed.
    """

    name: str
    start: str
    solution: str
    check: Callable[[Names], bool]


async def _nothing(tools: Tools) -> Names:
    return {}


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lab.

    Parameters
    ----------
    name : str
        Names its module, its catalogue file and its place in the address.
    seeds : tuple of str
        The talks and courses that it comes from: keys of ``seeds`` in ``frame.toml``.
    demos : tuple of Demo
    cell : str
        The few lines of Python behind it. The value of an expression at their end is shown. The code may use these names
        without an import: ``np``; ``encode(texts)``, awaited, which gives unit vectors (n, d); ``tools``; and `names`.
    exercises : tuple of Exercise
    needs : tuple of str
        Python packages that are loaded when the lab opens: ``scikit-learn``.
    names : callable, optional
        ``await names(tools)``: more names for the lesson's code.
    """

    name: str
    seeds: tuple[str, ...]
    demos: tuple[Demo, ...]
    cell: str
    exercises: tuple[Exercise, ...]
    needs: tuple[str, ...] = ()
    names: Callable[[Tools], Awaitable[Names]] = _nothing
