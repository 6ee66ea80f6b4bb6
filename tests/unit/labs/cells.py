"""Running a lesson's code as its cells do."""

from __future__ import annotations

from typing import Any

import numpy as np

from aio import run
from semblance.labs.code import Outcome, run_code
from semblance.labs.lesson import Lesson
from semblance.native.labs import Tools


def run_cell(tools: Tools, lesson: Lesson, code: str) -> tuple[Outcome, dict[str, Any]]:
    """What the code gave, and its variables."""

    async def work() -> tuple[Outcome, dict[str, Any]]:
        names = {"np": np, "encode": tools.encode, "tools": tools, **await lesson.names(tools)}
        return await run_code(code, names), names

    return run(work())
