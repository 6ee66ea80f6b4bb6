"""Run the code of a cell, in the page's Python and in CPython alike."""

from __future__ import annotations

import ast
import io
import linecache
import sys
import traceback
import warnings
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any

FILE = "<cell>"
NEVER_AWAITED = "coroutine .* was never awaited"  # Python's warning, as a pattern
MOST_OUTPUT = 20_000
"""Characters of output that are kept: an endless loop may print without end."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of running a cell.

    Parameters
    ----------
    output : str
        The printed text.
    value : str
        ``repr`` of the last line's value, if that is an expression and not None.
    error : str
        The traceback, from the cell on, if the code failed.
    """

    output: str = ""
    value: str = ""
    error: str = ""


async def run_code(code: str, names: dict[str, Any]) -> Outcome:
    r"""Run code, which may ``await``, and change `names` as it does.

    Examples
    --------
    >>> import asyncio
    >>> asyncio.run(run_code("x = 20\nprint(x)\nx + 1", {}))
    Outcome(output='20\n', value='21', error='')
    >>> print(asyncio.run(run_code("1 / 0", {})).error)
    Traceback (most recent call last):
      File "<cell>", line 1, in <module>
        1 / 0
        ~~^~~
    ZeroDivisionError: division by zero
    """
    linecache.cache[FILE] = (len(code), None, f"{code}\n".splitlines(keepends=True), FILE)
    printed = _Limited()
    with redirect_stdout(printed), redirect_stderr(printed), _empty_input(), warnings.catch_warnings():
        warnings.filterwarnings("default", NEVER_AWAITED, RuntimeWarning)
        try:
            value = await _execute(code, names)
            shown = "" if value is None else _shorten(repr(value))
        except BaseException as error:  # also SystemExit: only the learner's code has stopped
            return Outcome(printed.getvalue(), error=_traceback(error))
    return Outcome(printed.getvalue(), shown)


async def _execute(code: str, names: dict[str, Any]) -> Any:
    tree = ast.parse(code, FILE)
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        tree.body.pop()
    names.setdefault("__name__", "__main__")
    await _evaluate(compile(tree, FILE, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)
    if not isinstance(last, ast.Expr):
        return None
    expression = ast.Expression(last.value)
    return await _evaluate(compile(expression, FILE, "eval", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)


async def _evaluate(code: Any, names: dict[str, Any]) -> Any:
    value = eval(code, names)  # a cell exists to run the learner's code
    return await value if isinstance(value, Awaitable) and code.co_flags & 0x80 else value


def _shorten(text: str) -> str:
    return text if len(text) <= MOST_OUTPUT else f"{text[:MOST_OUTPUT]}…"


@contextmanager
def _empty_input() -> Iterator[None]:
    """Nobody answers ``input()``: it fails at once, in the page and in CPython alike."""
    before, sys.stdin = sys.stdin, io.StringIO()
    try:
        yield
    finally:
        sys.stdin = before


def _traceback(error: BaseException) -> str:
    """The traceback as Python prints it, without the lines of this module."""
    if isinstance(error, ModuleNotFoundError) and error.name:
        error.msg = (
            f"No module named '{error.name}'"  # Pyodide adds how to install it, which can't be done here
        )
    step = error.__traceback__
    while step is not None and step.tb_frame.f_code.co_filename != FILE:
        step = step.tb_next
    return "".join(traceback.format_exception(type(error), error, step)).rstrip()


class _Limited(io.StringIO):
    """Keeps the first characters that are written."""

    def write(self, text: str) -> int:
        room = MOST_OUTPUT - self.tell()
        if room > 0:
            super().write(text[:room])
            if len(text) > room:
                super().write("…\n")
        return len(text)
