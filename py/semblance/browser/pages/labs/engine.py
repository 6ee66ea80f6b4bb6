"""The labs' own Python. It runs in a worker, so it never blocks the page and can be ended."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from semblance.browser import ffi
from semblance.pace import Lazy

OnProgress = Callable[..., None]


class Engine:
    """Calls into the worker. The first call starts it."""

    def __init__(self) -> None:
        self._worker: Lazy[Any] = Lazy(_start)

    @property
    def ready(self) -> bool:
        """Whether the worker has started, so that it can be stopped."""
        return self._worker.value is not None

    async def call(
        self, method: str, arguments: dict[str, Any], on_progress: OnProgress | None = None, limit: int = 0
    ) -> Any:
        """The answer of a method of the worker.

        Parameters
        ----------
        method : str
            ``demonstrate``, ``run`` or ``check``.
        arguments : dict
            Plain data.
        on_progress : callable, optional
            Called with how much is done, and of how much.
        limit : int
            Seconds after which the worker is ended; 0 for no limit.

        Raises
        ------
        Stopped
            `stop` was called meanwhile.
        TookTooLong
        SemblanceError
        """
        worker = await self._worker.get()
        with ffi.Scope() as scope:
            options: dict[str, Any] = {"limit": limit} if limit else {}
            if on_progress is not None:
                options["onProgress"] = scope.function(on_progress)
            call = worker.call(method, ffi.js_object(arguments), ffi.mapping(options))
            return json.loads(await ffi.js_call(call))

    def stop(self) -> None:
        """End what runs in the worker. A new worker starts for the next call."""
        if self._worker.value is not None:
            self._worker.value.stop()


async def _start() -> Any:
    labs = await ffi.js_call(ffi.bridge.labs())
    return await ffi.js_call(labs.startLabs(ffi.js_object({})))
