"""The labs' tools in CPython, from the files of a built site: for tests, and for teaching without a browser."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from semblance.arrays import FloatArray
from semblance.errors import SemblanceError
from semblance.labs.toolbox import Toolbox
from semblance.models.listing import read_listing
from semblance.native.models import load_encoders
from semblance.pace import Lazy
from semblance.ports import VectorStore
from semblance.storage.memory import MemoryStore


class Tools(Toolbox):
    """See `semblance.labs.tools.Tools`. Make one with `load_tools`."""

    async def umap(self, vectors: FloatArray, neighbours: int = 15) -> FloatArray:
        """UMAP does not run in CPython.

        Raises
        ------
        SemblanceError
        """
        raise SemblanceError("UMAP is part of the page only", where="semblance.native.labs")

    def progress(self, done: int, total: int) -> None:
        """Show nothing: nobody is watching."""


async def load_tools(dist: Path, store: VectorStore | None = None) -> Tools:
    """The tools, with the site's default model.

    Parameters
    ----------
    dist : Path
        A built site.
    store : VectorStore, optional
        Holds the learner's collections; without it there are none.

    Raises
    ------
    ModelError
        If a model can't be loaded.
    """
    models = dist / "models"
    default, *_ = read_listing(json.loads((models / "index.json").read_text(encoding="utf-8")))
    encoders = await load_encoders(models / default.text, models / default.image if default.image else None)

    async def read_file(path: str) -> bytes:
        return await asyncio.to_thread((dist / path).read_bytes)

    return Tools(encoders, Lazy.ready(store or MemoryStore()), read_file)
