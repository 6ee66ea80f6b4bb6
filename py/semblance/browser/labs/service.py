"""The calls that the page makes to the labs' worker."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from semblance.browser import ffi
from semblance.browser.labs.tools import Tools, load_tools
from semblance.errors import UnknownItem
from semblance.labs import catalogue, running
from semblance.labs.code import NEVER_AWAITED
from semblance.labs.figures import to_json
from semblance.labs.lesson import Lesson
from semblance.messages import use

# scikit-learn asks threadpoolctl for threads, and that uses an old name of Pyodide's. Learners need not see the warning.
warnings.filterwarnings("ignore", "JsProxy.as_object_map", RuntimeWarning)
# Python says this whenever it clears away what a cell left behind. While the cell runs, the learner sees it.
warnings.filterwarnings("ignore", NEVER_AWAITED, RuntimeWarning)


class Service:
    """The object in the worker that the page calls.

    Each method answers as `ffi.answer` does.
    ``report`` is a function of JavaScript that takes ``{done, total}``.
    """

    def __init__(self) -> None:
        self._tools: Tools | None = None

    async def start(self, report: Any) -> Any:
        """Load the text model."""

        async def work() -> str:
            self._tools = await load_tools(_progress_to(report))
            return "null"

        return await ffi.answer(work)

    async def open(self, name: str, report: Any) -> Any:
        """Import a lesson, and load the packages that it needs."""

        async def work() -> str:
            await self._prepare(name, report)
            return "null"

        return await ffi.answer(work)

    async def demonstrate(self, name: str, demo: str, inputs: Any, language: str, report: Any) -> Any:
        """The figures that a demonstration shows for these inputs, by their names. Errors in them are in a language."""

        async def work() -> str:
            use(language)
            lesson, tools = await self._prepare(name, report)
            return to_json(await running.demonstrate(tools, lesson, demo, ffi.plain(inputs)))

        return await ffi.answer(work)

    async def run(self, name: str, code: str, report: Any) -> Any:
        """See `semblance.labs.running.run`."""

        async def work() -> str:
            lesson, tools = await self._prepare(name, report)
            return json.dumps(asdict(await running.run(tools, lesson, code)))

        return await ffi.answer(work)

    async def check(self, name: str, exercise: str, code: str, report: Any) -> Any:
        """See `semblance.labs.running.check`."""

        async def work() -> str:
            lesson, tools = await self._prepare(name, report)
            return json.dumps(asdict(await running.check(tools, lesson, exercise, code)))

        return await ffi.answer(work)

    async def _prepare(self, name: str, report: Any) -> tuple[Lesson, Tools]:
        assert self._tools is not None, "it is to be started first"
        if name not in catalogue.NAMES:
            raise UnknownItem("labs.no_lesson", where=name)
        tell = self._tools.on_progress = _progress_to(report)
        lesson = catalogue.lesson(name)
        with ffi.Scope() as scope:
            on_bytes = scope.function(lambda progress: tell(progress.loaded, progress.total))
            for package in lesson.needs:
                await ffi.js_call(ffi.bridge.addPackage(package, on_bytes))
        return lesson, self._tools


def _progress_to(report: Any) -> Callable[[int, int], None]:
    return lambda done, total: report(ffi.js_object({"done": done, "total": total}))
