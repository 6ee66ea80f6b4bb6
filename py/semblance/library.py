"""All collections of one store, and the encoders that they share."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import replace

import numpy as np

from semblance.arrays import FloatArray
from semblance.backup import write_backup
from semblance.collection import Collection
from semblance.documents import ImageFile
from semblance.embedding.passages import Chunking
from semblance.embedding.recipe import DOCUMENT_PROMPT, Recipe, item_vector
from semblance.embedding.runs import MIXED
from semblance.errors import BadName, EmptyDocument, NameTaken, UnknownCollection
from semblance.pace import Lazy
from semblance.ports import Encoders, VectorStore
from semblance.ranking.vectors import cosine, cosine_matrix
from semblance.records import CollectionInfo, Usage
from semblance.restore import read_backup


class Library:
    """Opens, creates, renames and removes collections, and compares texts and pictures.

    Parameters
    ----------
    store : VectorStore
    encoders : Encoders, Lazy of them, or mapping of str to Lazy of them
        With lazy ones, collections can be listed and opened before a model is there. Several come by the name
        of their text model, the one for new collections first.
    chunking : Chunking, optional
    clock : callable
        Seconds since 1970.
    """

    def __init__(
        self,
        store: VectorStore,
        encoders: Encoders | Lazy[Encoders] | Mapping[str, Lazy[Encoders]],
        *,
        chunking: Chunking | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._models = _by_name(encoders)
        self._store = store
        self._chunking = chunking or Chunking()
        self._clock = clock
        self._open: dict[str, Lazy[Collection]] = {}
        self._naming = asyncio.Lock()  # looking for a name and taking it go together

    @property
    def models(self) -> list[str]:
        """Names of the models that a collection may use, the default first."""
        return list(self._models)

    def encoders(self, model: str = "") -> Lazy[Encoders]:
        """The encoders of a model; the default ones for a model that is not known."""
        return self._models.get(model) or next(iter(self._models.values()))

    async def collections(self) -> list[CollectionInfo]:
        """All collections, in order of creation."""
        return await self._store.collections()

    async def collection(self, name: str, *, create: bool = True, model: str = "") -> Collection:
        """The collection of that name, loaded; made if there is none.

        Everybody who asks for one name gets one and the same object.

        Parameters
        ----------
        name : str
        create : bool
        model : str
            Which of `models` a new collection is to use.

        Raises
        ------
        BadName
            If the name is blank.
        UnknownCollection
            If there is none and `create` is false.
        """
        async with self._naming:
            info = await self._find(name) if create else await self._get(name)
            if info is None:
                info = await self._create(_clean(name), model)
            lazy = self._open.setdefault(info.key, Lazy(lambda: self._load(info)))
        return await lazy.get()

    async def rename(self, name: str, new_name: str) -> None:
        """Give a collection another name.

        Raises
        ------
        BadName, NameTaken, UnknownCollection
        """
        async with self._naming:
            info, taken = await self._get(name), await self._find(new_name)
            if taken and taken.key != info.key:
                raise NameTaken("there is a collection of that name already", where=taken.name)
            if lazy := self._open.get(info.key):
                await (await lazy.get()).rename(_clean(new_name))
            else:
                await self._store.put_collection(replace(info, name=_clean(new_name)))

    async def drop(self, name: str) -> None:
        """Remove a collection and all its items."""
        async with self._naming:
            info = await self._get(name)
            if lazy := self._open.pop(info.key, None):
                await (await lazy.get()).drop()
            else:
                await self._store.drop(info.key)

    async def forget(self, key: str) -> str | None:
        """Forget what memory holds of a collection that another tab has changed, and read it again.

        Returns
        -------
        str or None
            The name it has now; None if it is gone.
        """
        lazy = self._open.get(key)
        try:
            if lazy and lazy.value:
                await lazy.value.load()
        except UnknownCollection:
            del self._open[key]
        return next((info.name for info in await self.collections() if info.key == key), None)

    async def similarity(self, a: str | ImageFile, b: str | ImageFile, *, model: str = "") -> float:
        """Cosine of two texts, two pictures, or one of each, in [-1, 1]; not a probability.

        Raises
        ------
        EmptyDocument
            If one of them is blank.
        """
        left, right = await self.vectors([a, b], model=model)
        return cosine(left, right)

    async def similarity_matrix(self, items: Iterable[str | ImageFile], *, model: str = "") -> FloatArray:
        """Cosine of each text or picture with each other, shape (n, n)."""
        return cosine_matrix(await self.vectors(items, model=model))

    async def vectors(self, items: Iterable[str | ImageFile], *, model: str = "") -> FloatArray:
        """Unit vectors of texts and pictures, shape (n, d), in the space of a model.

        Raises
        ------
        EmptyDocument
            If a text is blank.
        NoImageModel, NotAnImage, ImageTooLarge
            If a picture can't be embedded.
        """
        items = list(items)
        for number, item in enumerate(items, start=1):
            if isinstance(item, str) and not item.strip():
                raise EmptyDocument("there is no text to compare", where=f"text {number}")
        recipe = Recipe.for_encoders(await self.encoders(model).get(), self._chunking)
        return np.stack([await item_vector(recipe, item, DOCUMENT_PROMPT) for item in items])

    async def usage(self) -> Usage:
        """How much is stored, and whether the browser has promised to keep it."""
        return await self._store.usage()

    def backup(self, name: str) -> AsyncIterator[bytes]:
        """A collection as one file, in pieces: see `semblance.backup`."""
        return self._backup(name)

    async def restore(self, data: bytes, file_name: str = "") -> CollectionInfo:
        """Read a backup into a new collection; nothing is written unless all of it is sound.

        Parameters
        ----------
        data : bytes
        file_name : str, optional
            For the message if something is wrong.

        Returns
        -------
        CollectionInfo
            Its name is the one it had, with a number where that is taken.

        Raises
        ------
        BadBackup
            If it is not a backup, or damaged.
        """
        backup = await read_backup(data, file_name)
        name = _clean(backup.info.name)
        info = replace(backup.info, key=uuid.uuid4().hex, name=name, created=self._clock())
        # Until all is written it goes by another name, so that half of it can't be taken for the whole.
        await self._put_as(replace(info, name=f"{info.name} (being restored)"))
        try:
            async for records in backup.records():
                await self._store.write(info.key, records)
            return await self._put_as(info)
        except BaseException:
            await self._store.drop(info.key)
            raise

    async def _backup(self, name: str) -> AsyncIterator[bytes]:
        collection = await self.collection(name, create=False)
        async for piece in write_backup(collection):
            yield piece

    async def _get(self, name: str) -> CollectionInfo:
        info = await self._find(name)
        if info is None:
            raise UnknownCollection("there is no such collection", where=name)
        return info

    async def _find(self, name: str) -> CollectionInfo | None:
        return next((info for info in await self.collections() if info.name == _clean(name)), None)

    async def _put_as(self, info: CollectionInfo) -> CollectionInfo:
        """Describe a collection in the store, with the first number that makes its name free."""
        async with self._naming:
            taken = {other.name for other in await self.collections() if other.key != info.key}
            number, name = 1, info.name
            while name in taken:
                number += 1
                name = f"{info.name} ({number})"
            info = replace(info, name=name)
            await self._store.put_collection(info)
            return info

    async def _create(self, name: str, model: str) -> CollectionInfo:
        info = CollectionInfo(
            key=uuid.uuid4().hex,
            name=name,
            model=model,
            encoder_fingerprint=MIXED,
            dims=0,
            created=self._clock(),
        )
        await self._store.put_collection(info)
        return info

    async def _load(self, info: CollectionInfo) -> Collection:
        encoders = self.encoders(info.model)
        collection = Collection(info, self._store, encoders, chunking=self._chunking, clock=self._clock)
        await collection.load()
        return collection


def _by_name(
    encoders: Encoders | Lazy[Encoders] | Mapping[str, Lazy[Encoders]],
) -> Mapping[str, Lazy[Encoders]]:
    if isinstance(encoders, Encoders):
        return {encoders.text.name: Lazy.of(encoders)}
    return {"": encoders} if isinstance(encoders, Lazy) else encoders


def _clean(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise BadName("a collection needs a name")
    return name
