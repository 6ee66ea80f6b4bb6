"""Where a command keeps collections: in the user's data folder, or in a file."""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from semblance import wiring
from semblance.collection import Collection
from semblance.errors import ModelError, StaleCollection
from semblance.library import Library
from semblance.native.store import DirectoryStore
from semblance.parts.paths import data_dir


@dataclass(frozen=True, slots=True)
class Place:
    """An open library, and the model that the user asked for ("" for none)."""

    library: Library
    model: str

    async def collection(self, name: str, *, create: bool = False) -> Collection:
        """A collection; its model must be the one that the user asked for, if any.

        Raises
        ------
        UnknownCollection
            If there is none and `create` is false.
        ModelError
            If it has another model.
        """
        collection = await self.library.collection(name, create=create, model=self.model)
        own = collection.info.model
        if self.model and collection.count() and own != self.model:
            raise ModelError(
                f"its model is {own}, not {self.model}",
                where=name,
                remedy="Leave out --model, or choose another collection.",
            )
        return collection


def add_place(parser: argparse.ArgumentParser, *, model: bool = True) -> None:
    """Add the options that say where collections are, and of which model."""
    parser.add_argument(
        "-d",
        "--database",
        type=Path,
        metavar="FILE",
        help="a database of llm, such as embeddings.db (default: the user's data folder)",
    )
    if model:
        parser.add_argument(
            "-m",
            "--model",
            default="",
            metavar="MODEL",
            help="a name such as semblance, semblance-multilingual or "
            "sentence-transformers/all-MiniLM-L6-v2, or the folder of a model (default: by the language)",
        )


@asynccontextmanager
async def opened(options: argparse.Namespace) -> AsyncIterator[Place]:
    """The library that the options name."""
    store = DirectoryStore(data_dir())
    model = getattr(options, "model", "")
    try:
        yield Place(wiring.open_library(store, model=model), wiring.model_name(model))
    finally:
        await store.close()


def not_comparable(collection: Collection) -> StaleCollection:
    """The error of a collection whose vectors no model at hand has made."""
    return StaleCollection(
        f"its vectors are of another model ({collection.info.model or 'unknown'})",
        where=collection.name,
        remedy="Name the model's folder with --model, or embed the items into a new collection.",
    )
