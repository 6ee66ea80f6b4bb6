"""What a learner is told about code that did not do what it was meant to, beside Python's own words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from semblance.labs.code import NEVER_AWAITED, Outcome

_PENDING = re.compile(
    rf"<coroutine object |<(?:Pyodide)?(?:Future|Task) pending|RuntimeWarning: {NEVER_AWAITED}"
)
_COROUTINE = re.compile(r"\bcoroutine\b")
_NO_MODULE = re.compile(r"ModuleNotFoundError: No module named '([^']+)'")
_NO_INPUT = "EOFError: EOF when reading a line"


@dataclass(frozen=True, slots=True)
class Advice:
    """A sentence of the catalogue (``cell.advice.NAME`` of the frame), with values for its placeholders."""

    name: str
    values: dict[str, str] = field(default_factory=dict)


def advice(outcome: Outcome, problem: str = "") -> Advice | None:
    """The advice on the outcome of a cell; None if there is nothing to say.

    Parameters
    ----------
    outcome : Outcome
    problem : str, optional
        Why an exercise could not be checked.

    Examples
    --------
    >>> advice(Outcome(error="ModuleNotFoundError: No module named 'requests'"))
    Advice(name='module', values={'module': 'requests'})
    >>> advice(Outcome(value="<coroutine object encode at 0x1>")), advice(Outcome(value="1"))
    (Advice(name='await', values={}), None)
    """
    return next((given for rule in _RULES if (given := rule(outcome, problem))), None)


def _module(outcome: Outcome, problem: str) -> Advice | None:
    match = _NO_MODULE.match(_last_line(outcome.error))
    return Advice("module", {"module": match[1].partition(".")[0]}) if match else None


def _input(outcome: Outcome, problem: str) -> Advice | None:
    return Advice("input") if _last_line(outcome.error) == _NO_INPUT else None


def _await(outcome: Outcome, problem: str) -> Advice | None:
    shown = _PENDING.search(outcome.output) or _PENDING.search(outcome.value)
    used = any(_COROUTINE.search(text) for text in (_last_line(outcome.error), problem))
    return Advice("await") if shown or used else None


_RULES: tuple[Callable[[Outcome, str], Advice | None], ...] = (_module, _input, _await)


def _last_line(text: str) -> str:
    return text.rpartition("\n")[2]
