"""A damaged collection is made anew from its texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from aio import run
from fakes import FakeEncoder, FakeStore, make_library
from semblance.documents import Document
from semblance.errors import DamagedCollection, DamagedItem
from semblance.messages import Message
from semblance.records import CollectionInfo, Record

TEXTS = {f"item {n}": f"the text of number {n}" for n in range(70)}


class DamagedStore(FakeStore):
    """A store in which the vectors of some items, the texts of others, and a description may be damaged."""

    def __init__(self) -> None:
        super().__init__()
        self.zeroed: set[str] = set()
        self.unreadable: set[str] = set()
        self.description: Message | None = None

    async def collections(self) -> list[CollectionInfo]:
        infos = await super().collections()
        return [replace(info, damage=self.description if info.name == "notes" else None) for info in infos]

    async def records(self, key: str, ids: Sequence[str], **settings: Any) -> list[Record]:
        if self.unreadable.intersection(ids):
            raise DamagedItem("collections.damaged_item")
        records = await super().records(key, ids, **settings)
        return [
            replace(record, codes=np.zeros_like(record.codes))
            if record.document.id in self.zeroed
            else record
            for record in records
        ]


async def filled(store: DamagedStore) -> None:
    collection = await make_library(store, FakeEncoder()).collection("notes")
    await collection.embed_multi([Document(id, text) for id, text in TEXTS.items()])


def test_whole_vectors_stay_and_damaged_ones_are_made_anew() -> None:
    async def main() -> None:
        store, encoder = DamagedStore(), FakeEncoder()
        await filled(store)
        store.zeroed = {"item 3", "item 40"}
        library = make_library(store, encoder)
        mended = await library.mend("notes")
        assert (mended.info.name, mended.again, mended.lost) == ("notes", 2, [])
        store.zeroed = set()
        collection = await library.collection("notes")
        assert collection.awaiting == {"item 3", "item 40"}
        await collection.embed_awaiting()
        assert sorted(encoder.encoded) == sorted(TEXTS[id] for id in ("item 3", "item 40"))
        assert {r.document.id: r.document.content for r in await collection.get(collection.ids())} == TEXTS
        assert (await collection.similar(TEXTS["item 40"]))[0].id == "item 40"
        assert [info.name for info in await library.collections()] == ["notes"]
        assert await store.orphans() == {}

    run(main())


def test_an_item_that_can_not_be_read_is_named_and_the_damaged_collection_stays() -> None:
    async def main() -> None:
        store = DamagedStore()
        await filled(store)
        store.unreadable = {"item 7"}
        library = make_library(store, FakeEncoder())
        mended = await library.mend("notes")
        assert (mended.info.name, mended.again, mended.lost) == ("notes (2)", 0, ["item 7"])
        assert [info.count for info in await library.collections()] == [70, 69]

    run(main())


def test_a_damaged_description_is_made_anew() -> None:
    async def main() -> None:
        store = DamagedStore()
        await filled(store)
        store.description = Message("collections.damaged_fields", fields="dims")
        library = make_library(store, FakeEncoder())
        with pytest.raises(DamagedCollection):
            await library.collection("notes")
        mended = await library.mend("notes")
        store.description = None
        assert (mended.info.name, mended.again) == ("notes", 70)
        collection = await library.collection("notes")
        await collection.embed_awaiting()
        assert (await collection.similar(TEXTS["item 5"]))[0].id == "item 5"

    run(main())
