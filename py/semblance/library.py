"""All collections of one store, and the encoders that they share."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from semblance.arrays import FloatArray
from semblance.backup import write_backup
from semblance.collection import Collection
from semblance.documents import Document, ImageFile
from semblance.embedding.batches import OnProgress
from semblance.embedding.passages import Chunking
from semblance.embedding.recipe import DOCUMENT_PROMPT, Recipe, item_vector, text_of
from semblance.embedding.report import Report
from semblance.embedding.runs import MIXED, UNEMBEDDED
from semblance.errors import (
    BadName,
    DamagedCollection,
    EmptyDocument,
    NameTaken,
    StoreError,
    UnknownCollection,
)
from semblance.messages import Message
from semblance.models.languages import choose, unknown_share
from semblance.pace import Lazy, Pacer
from semblance.ports import Encoders, VectorStore
from semblance.ranking.vectors import cosine, cosine_matrix
from semblance.records import CollectionInfo, Record, Usage
from semblance.restore import Backup, read_backup

if TYPE_CHECKING:
    from semblance.mending import Mended

_SIZE_SAMPLE = 50  # items from whose texts and pictures the size of a collection is estimated


class Library:
    """Opens, creates, renames and removes collections, and compares texts and pictures.

    Parameters
    ----------
    store : VectorStore
    encoders : Encoders, Lazy of them, or mapping of str to Lazy of them
        With lazy ones, collections can be listed and opened before a model is there. A mapping goes from the
        name of a text model to its encoders; the first are those of new collections.
    chunking : Chunking, optional
    languages : mapping of str to collection of str, optional
        The languages that models know, by name: see `semblance.models.languages`. A collection gets the first of the models
        that knows its first texts.
    metrics : mapping of str to Lazy of ndarray, optional
        How items are compared, by the models' names: see `semblance.ranking.contrast`.
    dims : mapping of str to int, optional
        Dimensions of the models' vectors, by name. `shelve` needs them.
    clock : callable
        Seconds since 1970.
    """

    def __init__(
        self,
        store: VectorStore,
        encoders: Encoders | Lazy[Encoders] | Mapping[str, Lazy[Encoders]],
        *,
        chunking: Chunking | None = None,
        languages: Mapping[str, Iterable[str]] = MappingProxyType({}),
        dims: Mapping[str, int] = MappingProxyType({}),
        metrics: Mapping[str, Lazy[FloatArray]] = MappingProxyType({}),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._models = _by_name(encoders)
        self._store = store
        self._chunking = chunking or Chunking()
        self._languages = {name: frozenset(languages.get(name, ())) for name in self._models}
        self._dims = dict(dims)
        self._metrics = metrics
        self._clock = clock
        self._open: dict[str, Lazy[Collection]] = {}
        self._naming = asyncio.Lock()  # held from looking for a name until it is taken

    @property
    def models(self) -> list[str]:
        """Names of the models that a collection may use, the default first."""
        return list(self._models)

    def encoders(self, model: str = "") -> Lazy[Encoders]:
        """The encoders of a model; the default ones for a model that is not known."""
        return self._models.get(model) or next(iter(self._models.values()))

    def languages(self, model: str) -> frozenset[str]:
        """The languages that a model knows; none for one that knows all, or of which it is not known."""
        return self._languages[self._name(model)]

    def model_for(self, texts: Iterable[str]) -> str:
        """Name of the model that a new collection of these texts gets."""
        return choose(self._languages, texts)

    def unknown_share(self, model: str, texts: Iterable[str]) -> float:
        """Which part of some texts a model can't read, in [0, 1]; 0 if no model of the library can."""
        texts = list(texts)
        better = self.model_for(texts)
        return unknown_share(self.languages(model), texts) if better != self._name(model) else 0.0

    def _name(self, model: str) -> str:
        return model if model in self._models else next(iter(self._models))

    async def collections(self) -> list[CollectionInfo]:
        """All collections, in order of creation; not those that are to replace others: see `embed_again`."""
        infos = await self._store.collections()
        keys = {info.key for info in infos}
        return [info for info in infos if info.replaces not in keys]

    async def collection(self, name: str, *, create: bool = True, model: str = "") -> Collection:
        """The collection of that name, loaded. It is made if there is none.

        All calls for the same name get the same object.

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
        DamagedCollection
            If it can't be read.
        """
        async with self._naming:
            info = await self._find(name) if create else await self._get(name)
            if info is None:
                info = await self._create(_clean(name), model)
            lazy = self._open.setdefault(info.key, Lazy(lambda: self._load(info)))
        return await lazy.get()

    async def shelve(self, collection: Collection, documents: Iterable[Document]) -> None:
        """Keep new texts that are about to be embedded, if the model has not come yet: see `Collection.shelve`."""
        documents = list(documents)
        model = collection.info.model or self.model_for(text_of(document) for document in documents)
        dims = self._dims.get(self._name(model), 0)
        if dims and self.encoders(model).value is None:
            await collection.shelve(documents, dims)

    async def rename(self, name: str, new_name: str) -> None:
        """Give a collection another name.

        Raises
        ------
        BadName, NameTaken, UnknownCollection, DamagedCollection
        """
        async with self._naming:
            info = await self._get(name)
            if info.damage:
                raise DamagedCollection(info.damage, where=info.name)
            if collection := await _loaded(self._open.get(info.key)):
                await collection.rename(_clean(new_name))
            else:
                await self._store.describe(info.key, name=_clean(new_name))

    async def drop(self, name: str) -> None:
        """Remove a collection and all its items."""
        async with self._naming:
            info = await self._get(name)
            for successor in await self._successors(info.key):
                await self._store.drop(successor.key)
            if collection := await _loaded(self._open.pop(info.key, None)):
                await collection.drop()
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
        successor = next((info for info in await self.collections() if info.replaces == key), None)
        try:
            if lazy and lazy.value and successor:
                lazy.value.become(await self._load(successor))
                self._open[successor.key] = self._open.pop(key)
            elif lazy and lazy.value:
                await lazy.value.load()
        except UnknownCollection:
            self._open.pop(key, None)
        return next(
            (info.name for info in await self.collections() if key in (info.key, info.replaces)), None
        )

    # --- another model ------------------------------------------------------------------------------

    async def embed_again(self, name: str, model: str, on_progress: OnProgress | None = None) -> Report:
        """Embed a collection with another model. Its old vectors serve until all the new ones are there.

        The new ones are made in a collection of their own, which then takes the place of the old one at once. The run may
        be cancelled or killed; a later one goes on from there.

        Parameters
        ----------
        name : str
        model : str
            One of `models`.
        on_progress : callable, optional

        Returns
        -------
        Report
            If an item failed, the collection keeps its model.

        Raises
        ------
        NoImageModel
            If the collection has pictures, and the model sees none.
        UnknownCollection
            If there is no such collection, or no longer.
        """
        collection = await self.collection(name, create=False)
        if not collection.count():
            await collection.use(model, self._models[model])
            return Report()
        if any(entry.is_image for entry in collection.entries()):
            _ = Recipe.for_encoders(
                await self._models[model].get(), self._chunking
            ).image_encoder  # raises if there is none
        key = collection.info.key
        successor = await self._load(await self._successor(collection.info, model))
        try:
            report = await collection.give_way(successor, on_progress)
        except UnknownCollection:
            if not await self._follow(collection, successor.info):
                raise
            report = Report()
        if collection.info.key != key:
            self._open[collection.info.key] = self._open.pop(key, Lazy.ready(collection))
        return report

    async def _follow(self, collection: Collection, begun: CollectionInfo) -> bool:
        """Whether another tab has put a successor into a collection's place. If the collection was dropped, it is, too."""
        stored = next((info for info in await self._store.collections() if info.key == begun.key), None)
        if stored and stored.name != begun.name:
            collection.become(await self._load(stored))
            return True
        await self._store.drop(begun.key)
        return False

    async def begun_again(self) -> dict[str, CollectionInfo]:
        """What there is of collections that are to replace others, by the names of those others."""
        infos = await self._store.collections()
        names = {info.key: info.name for info in infos}
        return {
            names[info.replaces]: info
            for info in infos
            if info.replaces in names and info.replaces != info.key
        }

    async def give_up(self, name: str) -> None:
        """Remove what was made by a run of `embed_again` that did not end."""
        for successor in await self._successors((await self._get(name)).key):
            await self._store.drop(successor.key)

    async def _successors(self, key: str) -> list[CollectionInfo]:
        return [info for info in await self._store.collections() if info.replaces == key]

    async def _successor(self, info: CollectionInfo, model: str) -> CollectionInfo:
        """The collection that is to replace one: what an earlier run left, or a new one."""
        for begun in await self._successors(info.key):
            if begun.model == model:
                return begun
            await self._store.drop(begun.key)

        async def put(name: str) -> CollectionInfo:
            begun = replace(self._new_info(name, model), replaces=info.key)
            await self._store.put_collection(begun)
            return begun

        return await _with_free_name(f"{info.name} (being embedded again)", put)

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

        If none is named, texts alone are embedded by the first that knows them.

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
                raise EmptyDocument(
                    "collections.no_comparison", where=Message("collections.text", number=number).said()
                )
        texts = [item for item in items if isinstance(item, str)]
        if not model and len(texts) == len(items):
            model = self.model_for(texts)
        recipe = Recipe.for_encoders(await self.encoders(model).get(), self._chunking)
        return np.stack([await item_vector(recipe, item, DOCUMENT_PROMPT) for item in items])

    async def usage(self) -> Usage:
        """How much is stored, and whether the browser has promised to keep it."""
        return await self._store.usage()

    async def stored_size(self, name: str) -> int:
        """About how many bytes a collection takes: its vectors, and texts and pictures as a sample of the items has them."""
        info, pacer = await self._get(name), Pacer()
        vectors, ids = 0, list[str]()
        async for entries in self._store.entries(info.key):
            vectors += entries.codes.nbytes
            ids += entries.ids
            await pacer.breathe()
        sampled = ids[:: max(1, len(ids) // _SIZE_SAMPLE)]
        records = await self._store.records(info.key, sampled, pictures="originals", vectors=False)
        return vectors + sum(map(_bytes_of, records)) * len(ids) // max(1, len(records))

    def backup(self, name: str, relations: Mapping[str, Any] = MappingProxyType({})) -> AsyncIterator[bytes]:
        """A collection as one file, in pieces, with what the user says of pairs of its items: see `semblance.backup`."""
        return self._backup(name, relations)

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
        return await self.take_over(backup.info, backup.records())

    async def take_over(
        self, source: CollectionInfo, batches: AsyncIterator[Sequence[Record]]
    ) -> CollectionInfo:
        """Write the items of a collection from elsewhere into a new one; if that fails, nothing is left of it.

        Parameters
        ----------
        source : CollectionInfo
            Its description there.
        batches : async iterator of sequences of Record
            Its items.

        Returns
        -------
        CollectionInfo
            Its name is the one it had, with a number where that is taken.
        """
        name = _clean(source.name)
        info = replace(source, key=uuid.uuid4().hex, created=self._clock())

        # It replaces itself and has another name until all is written, so that half of it can't be taken for the whole.
        async def begin(name: str) -> CollectionInfo:
            await self._store.put_collection(replace(info, name=name, replaces=info.key))
            return info

        await _with_free_name(Message("collections.being_restored", name=name).said(), begin)
        try:
            async for records in batches:
                await self._store.write(info.key, records)
            return await _with_free_name(
                name, lambda name: self._store.describe(info.key, name=name, replaces="")
            )
        except UnknownCollection as error:  # dropped meanwhile, in another tab
            error.where = name
            raise
        except BaseException:
            await self._store.drop(info.key)
            raise

    async def merge(
        self,
        collection: Collection,
        backup: Backup,
        *,
        on_progress: OnProgress | None = None,
        report: Report | None = None,
    ) -> Report:
        """Add the items of a backup to a collection: see `Collection.merge`. An empty one gets its model, if it has none."""
        await self.prepare_for(collection, backup)
        return await collection.merge(backup.info, backup.records(), on_progress=on_progress, report=report)

    async def prepare_for(self, collection: Collection, backup: Backup) -> None:
        """Let an empty collection without a model have that of a backup."""
        model = backup.info.model
        if not collection.info.model and model in self._models:
            await collection.use(model, self._models[model])

    async def remove_half_restored(self) -> None:
        """Remove what is left of restorations that did not end. Only to be called while none goes on."""
        for info in await self._store.collections():
            if info.replaces == info.key:
                await self._store.drop(info.key)

    async def mend(self, name: str) -> Mended:
        """Make a damaged collection anew from its texts, pictures and what is whole of its vectors.

        The rest awaits new vectors: see `Collection.embed_awaiting`. The damaged one is removed once all of its items are
        in the new one, which then gets its name. If an item can't be read, both stay.

        Raises
        ------
        UnknownCollection
            If there is no such collection.
        """
        from semblance.mending import Mended, Salvage  # few need it

        async with self._naming:
            info = await self._get(name)
        dims = info.dims or self._dims.get(self._name(info.model), 1)
        salvage = Salvage(self._store, info, dims)
        source = replace(info, damage=None, encoder_fingerprint=info.encoder_fingerprint or UNEMBEDDED)
        made = await self.take_over(source, salvage.records())
        if not salvage.lost:
            async with self._naming:
                self._open.pop(info.key, None)
                await self._store.drop(info.key)
                made = await self._store.describe(made.key, name=info.name, created=info.created)
        return Mended(made, salvage.again, salvage.lost)

    async def orphans(self) -> dict[str, int]:
        """Number of items by key, of collections that no longer exist: see `VectorStore.orphans`."""
        return await self._store.orphans()

    async def recover(self, key: str) -> CollectionInfo:
        """Make a collection of items whose own no longer exists.

        It is stale, because nobody knows which model made its vectors. When it is embedded again, the vectors of the model
        in use stay as they are.

        Raises
        ------
        UnknownCollection
            If there are no such items, or no longer.
        """
        await self._require_orphans(key)

        async def put(name: str) -> CollectionInfo:
            info = self._new_info(name, key=key)
            await self._store.put_collection(info)
            return info

        return await _with_free_name(Message("collections.recovered").said(), put)

    async def remove_orphans(self, key: str) -> None:
        """Remove items whose collection no longer exists.

        Raises
        ------
        UnknownCollection
            If there are no such items, or no longer: another tab may have recovered them.
        """
        await self._require_orphans(key)
        await self._store.drop(key)

    async def _backup(self, name: str, relations: Mapping[str, Any]) -> AsyncIterator[bytes]:
        collection = await self.collection(name, create=False)
        async for piece in write_backup(collection, relations=relations):
            yield piece

    async def _get(self, name: str) -> CollectionInfo:
        info = await self._find(name)
        if info is None:
            raise UnknownCollection("collections.unknown", where=name)
        return info

    async def _find(self, name: str) -> CollectionInfo | None:
        return next((info for info in await self.collections() if info.name == _clean(name)), None)

    async def _require_orphans(self, key: str) -> None:
        if key not in await self.orphans():
            raise UnknownCollection("collections.recovered_elsewhere")

    async def _create(self, name: str, model: str) -> CollectionInfo:
        info = self._new_info(name, model)
        try:
            await self._store.put_collection(info)
        except NameTaken:  # another tab has taken it in the meantime
            return await self._get(name)
        return info

    def _new_info(self, name: str, model: str = "", key: str = "") -> CollectionInfo:
        return CollectionInfo(
            key=key or uuid.uuid4().hex,
            name=name,
            model=model,
            encoder_fingerprint=MIXED,
            dims=0,
            created=self._clock(),
        )

    async def _load(self, info: CollectionInfo) -> Collection:
        encoders = self.encoders(info.model)
        collection = Collection(
            info,
            self._store,
            encoders,
            chunking=self._chunking,
            clock=self._clock,
            metrics=self._metrics,
            choose=lambda texts: self.encoders(self.model_for(texts)),
        )
        await collection.load()
        return collection


def _bytes_of(record: Record) -> int:
    picture = record.picture
    pixels = len(picture.thumbnail) + len(picture.original) if picture else 0
    return len(record.document.content.encode()) + pixels


async def _loaded(lazy: Lazy[Collection] | None) -> Collection | None:
    """The open collection; None if it is not open or can't be read."""
    try:
        return await lazy.get() if lazy else None
    except StoreError:
        return None


def _by_name(
    encoders: Encoders | Lazy[Encoders] | Mapping[str, Lazy[Encoders]],
) -> Mapping[str, Lazy[Encoders]]:
    if isinstance(encoders, Encoders):
        return {encoders.text.name: Lazy.ready(encoders)}
    return {"": encoders} if isinstance(encoders, Lazy) else encoders


async def _with_free_name(name: str, put: Callable[[str], Awaitable[CollectionInfo]]) -> CollectionInfo:
    """The result of `put` for the name, or for the name with the first number that makes it free."""
    number, free = 1, name
    while True:
        try:
            return await put(free)
        except NameTaken:
            number += 1
            free = f"{name} ({number})"


def _clean(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise BadName("collections.no_name")
    return name
