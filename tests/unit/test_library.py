from __future__ import annotations

import asyncio
import itertools

import numpy as np
import pytest

from fakes import FakeEncoder, FakeStore, make_library
from semblance.documents import Document
from semblance.errors import BadName, EmptyDocument, NameTaken, StaleCollection, StoreError, UnknownCollection
from semblance.library import Library
from semblance.pace import Lazy
from semblance.ports import Encoders


def library(store: FakeStore | None = None) -> Library:
    return make_library(store or FakeStore(), FakeEncoder())


def test_one_name_is_one_object() -> None:
    async def main() -> None:
        lib = library()
        first, second = await asyncio.gather(lib.collection("notes"), lib.collection(" notes\n"))
        assert first is second
        assert [info.name for info in await lib.collections()] == ["notes"]

    asyncio.run(main())


def test_names_that_can_not_be() -> None:
    async def main() -> None:
        lib = library()
        await lib.collection("notes")
        await lib.collection("others")
        with pytest.raises(BadName):
            await lib.collection(" \t")
        with pytest.raises(NameTaken, match=r"^others: "):
            await lib.rename("notes", "others ")
        with pytest.raises(BadName):
            await lib.rename("notes", "")
        for attempt in (lib.collection("no", create=False), lib.rename("no", "x"), lib.drop("no")):
            with pytest.raises(UnknownCollection, match=r"^no: "):
                await attempt
        await lib.rename("notes", "notes")
        assert [info.name for info in await lib.collections()] == ["notes", "others"]

    asyncio.run(main())


def test_what_needs_no_model_does_not_wait_for_it() -> None:
    store = FakeStore()

    async def main() -> None:
        await (await library(store).collection("notes")).embed("a", "some text")
        arrives = asyncio.Event()

        async def load() -> Encoders:
            await arrives.wait()
            return Encoders(FakeEncoder())

        lib = make_library(store, Lazy(load))
        assert [(i.name, i.count) for i in await lib.collections()] == [("notes", 1)]
        collection = await lib.collection("notes")
        assert collection.ids() == ["a"]
        assert await collection.similar_by_id("a") == []
        query = asyncio.ensure_future(collection.similar("some"))
        await asyncio.sleep(0)
        assert not query.done()
        arrives.set()
        assert [match.id for match in await query] == ["a"]

    asyncio.run(main())


def test_similarity_is_the_cosine_of_two_texts() -> None:
    async def main() -> None:
        lib = library()
        assert await lib.similarity("the same words", "the same words") == pytest.approx(1)
        half = await lib.similarity("one two", "one three")
        assert 0.3 < half < 0.7
        texts = ["one two", "one three", "Many words. " * 30]
        matrix = await lib.similarity_matrix(texts)
        assert matrix.shape == (3, 3)
        assert np.allclose(matrix, matrix.T)
        assert matrix[0, 1] == pytest.approx(half)
        with pytest.raises(EmptyDocument, match=r"^text 2: "):
            await lib.similarity("a", " ")

    asyncio.run(main())


def test_all_of_a_long_query_counts() -> None:
    async def main() -> None:
        lib = library()
        long = "filler words go on and on for the whole budget of it. " * 2 + "needle"
        assert (
            await lib.similarity(long, "needle")
            > await lib.similarity(long.replace("needle", ""), "needle") + 0.05
        )

    asyncio.run(main())


def test_a_new_model_takes_over_a_collection_without_items() -> None:
    store = FakeStore()

    async def main() -> None:
        collection = await library(store).collection("notes")
        await collection.embed("a", "some text")
        await collection.delete(["a"])
        lib = make_library(store, FakeEncoder("other", dims=32))
        collection = await lib.collection("notes")
        assert not collection.stale
        await collection.embed("b", "some text")
        assert (collection.info.model, collection.info.dims) == ("other", 32)
        removed = await (await make_library(FakeStore(), FakeEncoder()).collection("x")).delete([])
        assert removed == []

    asyncio.run(main())


def test_what_another_model_made_is_not_put_back() -> None:
    store = FakeStore()

    async def main() -> None:
        collection = await library(store).collection("notes")
        await collection.embed("a", "some text")
        await collection.embed("b", "some text")
        removed = await collection.delete(["a"])
        collection = await make_library(store, FakeEncoder("other", dims=32)).collection("notes")
        await collection.reembed()
        with pytest.raises(StaleCollection):
            await collection.restore(removed)
        assert collection.ids() == ["b"]

    asyncio.run(main())


def test_what_another_tab_changed_is_read_again() -> None:
    store = FakeStore()

    async def main() -> None:
        here, there = library(store), library(FakeStore(store))
        mine, theirs = await here.collection("notes"), await there.collection("notes")
        await theirs.embed("a", "some text")
        await there.rename("notes", "thoughts")
        assert mine.count() == 0
        assert await here.forget(mine.info.key) == "thoughts"
        assert (mine.ids(), mine.name) == (["a"], "thoughts")
        assert await here.collection("thoughts") is mine
        await there.drop("thoughts")
        assert await here.forget(mine.info.key) is None
        assert (await here.collection("thoughts")).count() == 0

    asyncio.run(main())


def test_a_restore_that_fails_leaves_nothing() -> None:
    store = FakeStore()

    async def main() -> None:
        lib = library(store)
        collection = await lib.collection("notes")
        await collection.embed_multi([Document(f"{n}", f"text {n}") for n in range(100)])
        data = b"".join([piece async for piece in lib.backup("notes")])
        writes = 0

        async def fail() -> None:
            nonlocal writes
            writes += 1
            if writes == 2:
                names.extend(info.name for info in await store.collections())
                listed.extend(info.name for info in await lib.collections())
                raise StoreError("the disk is on fire")

        names: list[str] = []
        listed: list[str] = []
        store.before_write = fail
        with pytest.raises(StoreError, match="on fire"):
            await lib.restore(data)
        assert names == ["notes", "notes (being restored)"]
        assert listed == ["notes"]
        assert [info.name for info in await lib.collections()] == ["notes"]

    asyncio.run(main())


def test_what_was_restored_in_part_is_removed_at_the_next_visit() -> None:
    store = FakeStore()

    async def main() -> None:
        lib = library(store)
        await (await lib.collection("notes")).embed_multi([Document(f"{n}", f"text {n}") for n in range(100)])
        data = b"".join([piece async for piece in lib.backup("notes")])
        killed = asyncio.Event()

        async def hang() -> None:
            killed.set()
            await asyncio.Event().wait()

        store.before_write = hang
        restoring = asyncio.ensure_future(lib.restore(data))
        await killed.wait()  # the tab is closed here
        later = library(store)
        assert [info.name for info in await later.collections()] == ["notes"]
        assert await later.begun_again() == {}
        await later.remove_half_restored()
        assert [info.name for info in await store.collections()] == ["notes"]
        restoring.cancel()

    asyncio.run(main())


def test_restoring_again_numbers_the_name() -> None:
    async def main() -> None:
        lib = library()
        await (await lib.collection("notes")).embed("a", "text")
        data = b"".join([piece async for piece in lib.backup("notes")])
        assert [(await lib.restore(data)).name for _ in range(2)] == ["notes (2)", "notes (3)"]
        empty = b"".join([piece async for piece in lib.backup((await lib.collection("empty")).name)])
        info = await make_library(FakeStore(), FakeEncoder()).restore(empty)
        assert (info.name, info.count) == ("empty", 0)

    asyncio.run(main())


def test_items_without_a_collection_are_recovered_or_removed() -> None:
    store = FakeStore()

    async def main() -> None:
        lib = library(store)
        for name in ("recovered", "lost", "unwanted"):
            await (await lib.collection(name)).embed_multi(
                [Document(name, "some text"), Document("b", "more")]
            )
        keys = {info.name: info.key for info in await lib.collections()}
        for name in ("lost", "unwanted"):
            del store._infos[keys[name]]
        encoder = FakeEncoder()
        lib = make_library(store, encoder)
        assert await lib.orphans() == {keys["lost"]: 2, keys["unwanted"]: 2}
        info = await lib.recover(keys["lost"])
        assert info.name == "recovered (2)"
        collection = await lib.collection(info.name)
        assert (collection.ids(), collection.stale) == (["b", "lost"], True)
        report = await collection.reembed()
        assert (report.unchanged, collection.stale, encoder.encoded) == (2, False, [])
        await lib.remove_orphans(keys["unwanted"])
        assert await lib.orphans() == {}
        for attempt in (lib.recover, lib.remove_orphans):
            with pytest.raises(UnknownCollection, match="in another tab"):
                await attempt(keys["lost"])
        assert collection.ids() == ["b", "lost"]

    asyncio.run(main())


def test_a_clock_that_jumps_does_no_harm() -> None:
    """Backwards before 1970, and forwards by centuries."""

    async def main() -> None:
        times = itertools.cycle([2e9, -5.0, 4e12, 0.0])
        lib = Library(FakeStore(), Encoders(FakeEncoder()), clock=lambda: next(times))
        for name in ("first", "second", "third"):
            collection = await lib.collection(name)
            await collection.embed_multi([Document(id, f"the text {id} of {name}") for id in "abc"])
            await collection.embed("a", "another text")
            data = b"".join([piece async for piece in lib.backup(name)])
            assert (await lib.restore(data)).name == f"{name} (2)"
            copy = await lib.collection(f"{name} (2)", create=False)
            assert (await copy.similar("another text"))[0].id == "a"
        infos = await lib.collections()
        assert sorted(info.name for info in infos) == sorted(
            f"{name}{rest}" for name in ("first", "second", "third") for rest in ("", " (2)")
        )

    asyncio.run(main())
