"""numpy's side of the exact search: what `Collection` does, on a matrix of this page's own."""

from typing import Any

import numpy as np

from semblance.browser import ffi
from semblance.vectors import top_k

matrix = np.empty((0, 0), np.float32)


def load(flat: Any, dims: int) -> None:
    global matrix
    matrix = ffi.numpy_array(flat, np.float32, (-1, dims))


def nearest(n: int, query: Any, k: int) -> Any:
    scores = matrix[:n] @ ffi.numpy_array(query, np.float32)
    return ffi.typed_array(top_k(scores, k).astype(np.int32))


scope = ffi.Scope()  # as long as the page
ffi.window.startBench(scope.function(load), scope.function(nearest))
