"""A backup that is added to a collection: vectors are taken over, and the newer of two items stays."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import pytest

from fakes import FakeEncoder, FakeImageEncoder, make_library
from semblance.collection import Collection
from semblance.documents import Document, ImageBytes
from semblance.errors import StaleCollection
from semblance.library import Library
from semblance.pace import Lazy
from semblance.ports import Encoders
from semblance.restore import Backup, read_backup
from semblance.storage.memory import MemoryStore

TIDES = Document("tides", "The moon pulls the sea.")
BREAD = Document("bread", "Flour and water rise.")


def in_a_loop(test: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    """A test that is a coroutine."""

    async def main() -> None:
        await test()

    return lambda: asyncio.run(main())


async def backup_of(*documents: Document, model: str = "fake", updated: float = 100.0) -> Backup:
    text = FakeEncoder(model)
    library = make_library(MemoryStore(), text, FakeImageEncoder(text), clock=lambda: updated)
    await (await library.collection("notes")).embed_multi(documents)
    return await read_backup(b"".join([piece async for piece in library.backup("notes")]))


async def never() -> Encoders:
    """A model that does not come."""
    await asyncio.Event().wait()
    raise AssertionError


async def library_of(
    models: Mapping[str, Lazy[Encoders]], updated: float = 200.0
) -> tuple[Library, Collection]:
    library = Library(MemoryStore(), models, clock=lambda: updated)
    return library, await library.collection("mine")


@in_a_loop
async def test_an_empty_collection_takes_vectors_over_before_any_model_has_come() -> None:
    library, mine = await library_of({"other": Lazy(never), "fake": Lazy(never)})
    report = await library.merge(mine, await backup_of(TIDES, BREAD))
    assert (report.added, report.unchanged, report.failed) == (2, 0, [])
    assert [match.id for match in await mine.similar_by_id("tides")] == ["bread"]
    assert (mine.info.model, mine.stale) == ("fake", False)


@in_a_loop
async def test_what_was_merged_is_as_if_it_had_been_embedded_here() -> None:
    library, mine = await library_of({"fake": Lazy.ready(Encoders(FakeEncoder()))})
    await mine.embed_multi([TIDES])
    report = await library.merge(mine, await backup_of(TIDES, BREAD))
    assert (report.added, report.changed, report.unchanged) == (1, 0, 1)
    report = await mine.embed_multi([TIDES, BREAD])
    assert report.unchanged == 2
    assert (await mine.search("flour"))[0].id == "bread"


@in_a_loop
async def test_the_newer_of_two_items_stays() -> None:
    here = Document("tides", "The moon and the sun pull the sea.")
    library, mine = await library_of({"fake": Lazy.ready(Encoders(FakeEncoder()))}, updated=200.0)
    await mine.embed_multi([here])
    report = await library.merge(mine, await backup_of(TIDES, updated=100.0))
    assert (report.changed, report.unchanged) == (0, 1)
    assert (await mine.get(["tides"]))[0].document == here
    report = await library.merge(mine, await backup_of(TIDES, updated=300.0))
    assert (report.changed, report.unchanged) == (1, 0)
    assert (await mine.get(["tides"]))[0].document == TIDES


@in_a_loop
async def test_items_of_another_model_are_embedded() -> None:
    encoder = FakeEncoder()
    library, mine = await library_of({"fake": Lazy.ready(Encoders(encoder, FakeImageEncoder(encoder)))})
    await mine.embed_multi([BREAD])
    photo = Document("photo", "", image=ImageBytes(b"picture of the moon"))
    report = await library.merge(mine, await backup_of(TIDES, photo, model="other"))
    assert (report.added, report.failed) == (2, [])
    assert (mine.info.model, mine.stale) == ("fake", False)
    at_once = make_library(MemoryStore(), encoder, FakeImageEncoder(encoder))
    whole = await at_once.collection("all")
    await whole.embed_multi([TIDES, BREAD, photo])
    records = zip(await mine.get(mine.ids()), await whole.get(whole.ids()), strict=True)
    assert all((one.codes == other.codes).all() for one, other in records)
    assert (await mine.get(["photo"]))[0].picture == (await whole.get(["photo"]))[0].picture


@in_a_loop
async def test_nothing_is_merged_into_a_collection_whose_vectors_are_of_another_model() -> None:
    store = MemoryStore()
    await (await make_library(store, FakeEncoder("old")).collection("mine")).embed_multi([BREAD])
    library = make_library(store, FakeEncoder("new"))
    mine = await library.collection("mine")
    with pytest.raises(StaleCollection):
        await library.merge(mine, await backup_of(TIDES, model="new"))
