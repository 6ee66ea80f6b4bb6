"""Mending a damaged collection: its items are taken from their texts, and their vectors as far as they are whole."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from semblance.documents import Passage
from semblance.embedding.fingerprint import lacks_vectors, without_vectors
from semblance.pace import Pacer
from semblance.ports import VectorStore
from semblance.records import CollectionInfo, Record

_BATCH = 32


@dataclass(frozen=True, slots=True)
class Mended:
    """A collection that was mended.

    Parameters
    ----------
    info : CollectionInfo
        It has the damaged one's name. If some items could not be read, the damaged one stays, and this has another name.
    again : int
        How many items await new vectors.
    lost : list of str
        Ids of the items that can't be read.
    """

    info: CollectionInfo
    again: int
    lost: list[str]


@dataclass
class Salvage:
    """What can be read of a damaged collection.

    Parameters
    ----------
    store : VectorStore
    info : CollectionInfo
        Its description, or what is sound of it.
    dims : int
        Dimensions of its model's vectors.
    """

    store: VectorStore
    info: CollectionInfo
    dims: int
    again: int = 0
    lost: list[str] = field(default_factory=list)

    async def records(self) -> AsyncIterator[list[Record]]:
        """All items, in batches. Those without whole vectors await new ones: see `Collection.embed_awaiting`."""
        ids, pacer = await self.store.ids(self.info.key), Pacer()
        for start in range(0, len(ids), _BATCH):
            yield await self._batch(ids[start : start + _BATCH])
            await pacer.breathe()

    async def _batch(self, ids: Sequence[str]) -> list[Record]:
        records = await self._read(ids, vectors=not self.info.damage)
        if records is not None and all(map(self._is_whole, records)):
            return records
        return [record for id in ids if (record := await self._salvaged(id))]

    async def _salvaged(self, id: str) -> Record | None:
        for vectors in (True, False):
            records = await self._read([id], vectors=vectors and not self.info.damage)
            if not records:
                continue
            if self._is_whole(records[0]):
                return records[0]
            if record := self._without_vectors(records[0]):
                self.again += 1
                return record
        self.lost.append(id)
        return None

    async def _read(self, ids: Sequence[str], *, vectors: bool) -> list[Record] | None:
        try:
            return await self.store.records(self.info.key, ids, pictures="originals", vectors=vectors)
        except Exception:  # damaged data can be anything
            return None

    def _is_whole(self, record: Record) -> bool:
        """Whether an item is as it was written, as far as can be seen."""
        document, shape = record.document, (len(record.passages), self.dims)
        texts = (document.id, document.content, document.title, document.source, record.fingerprint)
        return (
            all(isinstance(text, str) for text in texts)
            and not lacks_vectors(record.fingerprint)
            and record.codes.shape == shape
            and bool(record.codes.any(axis=1).all())
            and all(passage.end <= len(document.content) for passage in record.passages)
        )

    def _without_vectors(self, record: Record) -> Record | None:
        """The item as it is before it is embedded; None if it can't be."""
        document = record.document
        try:
            fingerprint, whole = without_vectors(document), (Passage(0, len(document.content)),)
        except (TypeError, ValueError):
            return None
        codes = np.zeros((1, self.dims), dtype=np.int8)
        return replace(record, fingerprint=fingerprint, passages=whole, codes=codes, cut=0)
