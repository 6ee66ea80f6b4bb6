"""Texts that are kept before there is a model: they can be read and found by words, and are embedded later."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import numpy as np
import pytest

from fakes import FakeEncoder
from semblance.collection import Collection
from semblance.documents import Document
from semblance.embedding.report import Report
from semblance.errors import UnknownItem
from semblance.library import Library
from semblance.pace import Lazy
from semblance.ports import Encoders
from semblance.storage.memory import MemoryStore

NOTES = [Document("tides", "The moon pulls the sea."), Document("bread", "Flour and water rise.")]


def in_a_loop(test: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    """A test that is a coroutine."""

    async def main() -> None:
        await test()

    return lambda: asyncio.run(main())


class LateModel:
    """A library whose model has not come before `arrive`."""

    def __init__(self, store: MemoryStore) -> None:
        self.encoder = FakeEncoder()
        self._arrived = asyncio.Event()
        self.library = Library(
            store, {self.encoder.name: Lazy(self._load)}, dims={self.encoder.name: self.encoder.dims}
        )

    async def _load(self) -> Encoders:
        await self._arrived.wait()
        return Encoders(self.encoder)

    def arrive(self) -> None:
        self._arrived.set()

    async def notes(self) -> Collection:
        return await self.library.collection("notes")


@in_a_loop
async def test_only_what_is_embedded_has_directions() -> None:
    late = LateModel(MemoryStore())
    notes = await late.notes()
    await late.library.shelve(notes, NOTES)
    ids, vectors = await notes.embedded()
    assert (ids, len(vectors)) == ([], 0)
    late.arrive()
    await notes.embed_multi(NOTES[:1])
    ids, vectors = await notes.embedded()
    assert ids == sorted(set(notes.ids()) - notes.awaiting)
    np.testing.assert_array_equal(vectors, (await notes.vectors())[[notes.ids().index(id) for id in ids]])


@in_a_loop
async def test_an_empty_collection_has_no_directions() -> None:
    ids, vectors = await (await LateModel(MemoryStore()).notes()).embedded()
    assert (ids, len(vectors)) == ([], 0)


@in_a_loop
async def test_texts_are_kept_before_the_model_has_come() -> None:
    late = LateModel(MemoryStore())
    notes = await late.notes()
    await late.library.shelve(notes, [*NOTES, Document("blank", " "), NOTES[0]])
    assert notes.ids() == ["bread", "tides"]
    assert notes.awaiting == {"bread", "tides"}
    (record,) = await notes.get(["tides"])
    assert record.document == NOTES[0]
    assert [hit.id for hit in await notes.search_words("moon")] == ["tides"]
    assert await notes.similar_by_id("tides") == []
    with pytest.raises(UnknownItem):
        await notes.similar_by_id("blank")


@in_a_loop
async def test_kept_texts_are_embedded_when_the_model_has_come() -> None:
    late = LateModel(MemoryStore())
    notes = await late.notes()
    await late.library.shelve(notes, NOTES)
    late.arrive()
    report = await notes.embed_multi(NOTES)
    assert (report.added, report.changed, report.failed) == (2, 0, [])
    assert not notes.awaiting
    assert not notes.stale
    assert notes.info.dims == late.encoder.dims
    at_once = await Library(MemoryStore(), Encoders(FakeEncoder())).collection("notes")
    await at_once.embed_multi(NOTES)
    np.testing.assert_array_equal(await notes.vectors(), await at_once.vectors())
    assert [match.id for match in await notes.similar_by_id("tides")] == ["bread"]


@in_a_loop
async def test_a_later_visit_embeds_what_was_kept() -> None:
    store = MemoryStore()
    late = LateModel(store)
    await late.library.shelve(await late.notes(), NOTES)
    later = LateModel(store)
    later.arrive()
    notes = await later.notes()
    assert notes.awaiting == {"bread", "tides"}
    report = Report()
    await notes.embed_awaiting(report=report)
    assert report.added == 2
    assert not notes.awaiting
    assert notes.info.encoder_fingerprint == late.encoder.fingerprint


@in_a_loop
async def test_old_items_serve_while_new_ones_wait() -> None:
    store = MemoryStore()
    early = LateModel(store)
    early.arrive()
    await (await early.notes()).embed_multi([*NOTES, Document("sea", "The sea is wide.")])
    late = LateModel(store)
    notes = await late.notes()
    before = await notes.distribution()
    await late.library.shelve(notes, [Document("new", "The moon is new."), Document("bread", "Changed.")])
    assert notes.awaiting == {"new"}
    assert "new" not in [match.id for match in await notes.similar_by_id("tides")]
    np.testing.assert_array_equal((await notes.distribution()).scores, before.scores)
    (bread,) = await notes.get(["bread"])
    assert bread.document.content == NOTES[1].content


@in_a_loop
async def test_a_text_that_is_deleted_while_it_waits_does_not_come_back() -> None:
    late = LateModel(MemoryStore())
    notes = await late.notes()
    await late.library.shelve(notes, NOTES)
    late.arrive()

    async def delete() -> None:
        await notes.delete(["tides"])

    late.encoder.before_encode = delete
    report = await notes.embed_multi(NOTES)
    assert notes.ids() == ["bread"]
    assert (report.added, report.done) == (1, 2)


@in_a_loop
async def test_a_backup_has_what_waits() -> None:
    store = MemoryStore()
    late = LateModel(store)
    await late.library.shelve(await late.notes(), NOTES)
    data = b"".join([piece async for piece in late.library.backup("notes")])
    later = LateModel(MemoryStore())
    later.arrive()
    info = await later.library.restore(data)
    notes = await later.library.collection(info.name)
    assert notes.awaiting == {"bread", "tides"}
    await notes.embed_awaiting()
    assert [match.id for match in await notes.similar_by_id("tides")] == ["bread"]
