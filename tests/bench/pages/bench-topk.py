"""Semblance's side of the exact search: the index that `Collection` ranks by."""

import time
from typing import Any

import numpy as np

from semblance.browser import cosines, ffi
from semblance.browser.indexeddb import IndexedDBStore
from semblance.ranking.index import Index
from semblance.ranking.vectors import quantize, top_k
from semblance.records import Entries
from semblance.storage.shelf import Shelf

BLOCK = 1000  # rows that are rounded at once
index = Index()


def load(flat: Any, dims: int) -> int:
    """Make an index of one item a row; the bytes of its vectors."""
    global index
    index, rows = Index(), ffi.numpy_array(flat, np.float32, (-1, dims))
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        blank, ids = [""] * len(block), [f"{start + i:06}" for i in range(len(block))]
        one = np.ones(len(block), np.int32)
        index.put(Entries(ids, blank, blank, blank, [False] * len(block), one, quantize(block)))
    return sum(index.codes(id).nbytes for id in index.ids)


def nearest(query: Any, k: int) -> Any:
    found = top_k(index.best(ffi.numpy_array(query, np.float32)), k)
    return ffi.typed_array(found.astype(np.int32))


async def back(name: str) -> float:
    """Seconds until the stored collection is in memory, ready to be ranked."""
    store = await IndexedDBStore.open(name)
    start = time.perf_counter()
    (info,) = await store.collections()
    shelf = Shelf(info, store)
    await shelf.load()
    await shelf.index.prepare()
    seconds = time.perf_counter() - start
    await store.close()
    return seconds


await cosines.load()  # type: ignore[top-level-await]  # noqa: F704 - PyScript runs this at the top level
scope = ffi.Scope()  # as long as the page
ffi.window.startBench(scope.function(load), scope.function(nearest), scope.function(back))
