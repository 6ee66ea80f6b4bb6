"""What a lesson is made of: demonstrations, the code behind them in a cell, and exercises.

A lesson holds no words: they are in the message catalogue, under the names that are given here. What the page shows, and
how, is `semblance.browser.pages.labs`' business.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from semblance.labs.figures import Figure
from semblance.labs.tools import Tools

# --- what a learner can change ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """A text. More than one of `lines` makes it a box of several lines."""

    name: str
    default: str
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Number:
    """A number between two others, by a slider; whole if `step` is."""

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
    """One of several; the catalogue has a label for each option, under ``options``."""

    name: str
    options: tuple[str, ...]

    @property
    def default(self) -> str:
        """The first."""
        return self.options[0]


@dataclass(frozen=True, slots=True)
class CollectionChoice:
    """One of the learner's own collections, or the sample (the empty name)."""

    name: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class Files:
    """Files that are chosen or dropped: ``[(name, bytes)]``; they are not part of the address."""

    name: str
    accept: str
    default: tuple[tuple[str, bytes], ...] = ()


Input = Text | Number | Choice | CollectionChoice | Files


@dataclass(frozen=True, slots=True)
class Demo:
    """A live demonstration: from what the learner gives to what is shown.

    Parameters
    ----------
    name : str
        Unique in its lesson.
    inputs : tuple of Input
    show : callable
        ``await show(tools, **inputs)`` gives the figures; the inputs come by their names. It raises
        `semblance.errors.SemblanceError` for what the learner can put right.
    on_demand : bool
        It takes seconds, so it runs when it is asked to, not at each change.
    """

    name: str
    inputs: tuple[Input, ...]
    show: Callable[..., Awaitable[Sequence[Figure]]]
    on_demand: bool = False


# --- code -----------------------------------------------------------------------------------------------

Names = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Exercise:
    """Code to be changed until its check passes.

    Parameters
    ----------
    name : str
        Unique in its lesson.
    start : str
        What the cell holds at first: it runs, but does not pass.
    solution : str
        One that passes; shown when it is asked for.
    check : callable
        ``check(names)`` is true if the variables, as the code left them, are what the task asks for. It may raise:
        that counts as not passed.
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
        What it teaches, of the talks and courses that it comes from: keys of ``seeds`` in ``frame.toml``.
    demos : tuple of Demo
    cell : str
        The few lines of Python behind it; they end with an expression, whose value is shown. Names that are there
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
