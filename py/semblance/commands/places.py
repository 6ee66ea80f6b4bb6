"""Where a command keeps collections: in the user's data folder, or in a file."""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from semblance import wiring
from semblance.collection import Collection
from semblance.errors import ModelError, StoreUnavailable
from semblance.library import Library
from semblance.native.store import DirectoryStore
from semblance.parts.paths import data_dir
from semblance.ports import VectorStore
from semblance.storage.llm_database import LlmDatabase


@dataclass(frozen=True, slots=True)
class Place:
    """An open library, its store, and the model that the user asked for ("" for none)."""

    library: Library
    store: VectorStore
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
            remedy = (
                f"Leave out --model, or run: semblance collections embed-again {name} --model {self.model}"
            )
            raise ModelError(f"its model is {own}, not {self.model}", where=name, remedy=remedy)
        return collection

    def require_model(self, collection: Collection) -> None:
        """Raise unless the model of a collection is at hand.

        Raises
        ------
        ModelError
        """
        model = collection.info.model
        if collection.count() and model not in self.library.models:
            raise ModelError(
                f"its vectors are of another model ({model or 'unknown'})",
                where=collection.name,
                remedy="Name the model's folder with --model, or embed the items into a new collection.",
            )


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
async def opened(options: argparse.Namespace, *, create: bool = False) -> AsyncIterator[Place]:
    """The library that the options name; a database that is not there is made only if `create` says so.

    Raises
    ------
    StoreUnavailable
        If there is no such database.
    """
    store = open_store(options, create=create)
    model = getattr(options, "model", "")
    try:
        yield Place(wiring.open_library(store, model=model), store, wiring.model_name(model))
    finally:
        await store.close()


def open_store(options: argparse.Namespace, *, create: bool = False) -> VectorStore:
    """The store that the options name; a database keeps texts only if they say so. Raises as `opened` does."""
    if not options.database:
        return DirectoryStore(data_dir())
    if not create and not options.database.is_file():
        raise StoreUnavailable(
            "there is no such database", where=str(options.database), remedy="Check the path."
        )
    keep_text = getattr(options, "store", True)
    return LlmDatabase(options.database, keep_text=keep_text, fingerprint_of=wiring.fingerprint)
