"""The labs' tools in the browser. The page provides models, pictures and files; UMAP runs in the worker itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from semblance.arrays import FloatArray
from semblance.browser import ffi
from semblance.browser.indexeddb import IndexedDBStore
from semblance.browser.models import load_encoders, read_index
from semblance.errors import StoreError
from semblance.labs.toolbox import Toolbox
from semblance.pace import Lazy
from semblance.ports import VectorStore
from semblance.storage.memory import MemoryStore

OnProgress = Callable[[int, int], None]


class Tools(Toolbox):
    """See `semblance.labs.tools.Tools`. Make one with `load_tools`."""

    on_progress: OnProgress

    async def umap(self, vectors: FloatArray, neighbours: int = 15) -> FloatArray:
        """Places in the plane (n, 2), by UMAP over cosines; the same vectors get the same places.

        Parameters
        ----------
        vectors : ndarray of float32, shape (n, d)
        neighbours : int
            How many of its nearest items each item stays near to. It is at most the number of other items.
        """
        n, d = vectors.shape
        flat = ffi.typed_array(vectors.astype(np.float32, copy=False))
        places = await ffi.js_call(ffi.bridge.umap(flat, n, d, min(neighbours, n - 1)))
        return ffi.numpy_array(places, np.float32, (n, 2))

    def progress(self, done: int, total: int) -> None:
        """Report the progress of the call that is under way."""
        self.on_progress(done, total)


async def load_tools(on_progress: OnProgress) -> Tools:
    """The tools, with the site's default text model loaded.

    Parameters
    ----------
    on_progress : callable
        Called with (bytes loaded, bytes in all) of the model.

    Raises
    ------
    ModelError
    """
    default, *_ = await read_index()
    encoders = await load_encoders(default, on_progress, lambda done, total: tools.progress(done, total))
    tools = Tools(encoders, Lazy(_open_store), _read_file)
    tools.on_progress = on_progress
    return tools


async def _open_store() -> VectorStore:
    try:
        return await IndexedDBStore.open()
    except StoreError:  # the page then keeps its collections in memory, and this worker can't see them
        return MemoryStore()


async def _read_file(path: str) -> bytes:
    return ffi.array_bytes(await ffi.js_call(ffi.bridge.readFile(path)))
