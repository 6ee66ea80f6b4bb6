"""Cosines in WebAssembly with SIMD, because numpy in Pyodide has no SIMD. ``static/js/cosines.js`` has the function."""

from __future__ import annotations

from typing import Any

from semblance.arrays import Codes, FloatArray
from semblance.browser import ffi
from semblance.ranking.cosines import use, with_numpy

_COLUMNS = 8  # columns that the function takes at once


async def load() -> None:
    """Let `semblance.ranking.cosines` use the function, if the browser can run it."""
    compute = ffi.or_none(await ffi.js_call(ffi.bridge.loadCosines()))
    if compute is None:
        return

    def kernel(codes: Codes, query: FloatArray, scores: FloatArray) -> None:
        if codes.shape[1] % _COLUMNS:
            with_numpy(codes, query, scores)
        else:
            compute(_address(codes), _address(query), _address(scores), *codes.shape)

    use(kernel)


def _address(array: Any) -> int:
    return int(array.__array_interface__["data"][0])
