"""Embedding runs: batches, overlap, progress, and what is left when something goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from fakes import FakeEncoder, FakeStore, make_library
from semblance.collection import Collection
from semblance.documents import Document
from semblance.embedding.batches import BATCH_DOCUMENTS
from semblance.embedding.report import Progress
from semblance.errors import ModelError, QuotaExceeded, StaleCollection, UnknownCollection


def documents(count: int, words: int = 3) -> list[Document]:
    return [Document(f"{n:04d}", f"text{n} " * words) for n in range(count)]


async def opened(store: FakeStore, encoder: FakeEncoder) -> Collection:
    return await make_library(store, encoder).collection("notes")


async def assert_memory_equals_store(collection: Collection, store: FakeStore) -> None:
    stored = [id async for batch in store.entries(collection.info.key) for id in batch.ids]
    assert sorted(stored) == collection.ids()


def test_passages_of_several_documents_share_a_batch() -> None:
    store, encoder, calls = FakeStore(), FakeEncoder(), []
    encode = encoder.encode

    async def counted(texts: Sequence[str], prompt_name: str | None = None) -> np.ndarray:
        calls.append(len(texts))
        return await encode(texts, prompt_name)

    encoder.encode = counted  # type: ignore[method-assign]

    async def main() -> None:
        collection = await opened(store, encoder)
        await collection.embed_multi(documents(100))
        long = Document("long", "Twelve words are in this sentence, so that each is one passage. " * 200)
        await collection.embed_multi([long])
        assert len((await collection.get(["long"]))[0].passages) == 200

    asyncio.run(main())
    assert [len(ids) for ids in store.writes] == [32, 32, 32, 4, 1]
    assert calls == [16, 16] * 3 + [4] + [16] * 12 + [8]


def test_the_next_batch_is_split_while_the_model_works() -> None:
    store, encoder = FakeStore(), FakeEncoder()
    counted: list[str] = []
    count_tokens = encoder.count_tokens

    async def noting(texts: Sequence[str]) -> list[int]:
        counted.extend(texts)
        return await count_tokens(texts)

    async def model_is_working() -> None:
        before = len(encoder.encoded)
        for _ in range(500):
            await asyncio.sleep(0)
        ahead.append(len(counted) - before)

    ahead: list[int] = []
    encoder.count_tokens = noting  # type: ignore[method-assign]
    encoder.before_encode = model_is_working

    async def main() -> None:
        await (await opened(store, encoder)).embed_multi(documents(80))

    asyncio.run(main())
    assert ahead == [64, 48, 48, 32, 16]


def test_progress_tells_count_rate_and_remaining_time() -> None:
    store, encoder, seen = FakeStore(), FakeEncoder(poison="text5 "), list[Progress]()

    async def main() -> None:
        collection = await opened(store, encoder)
        await collection.embed_multi(documents(10))
        await collection.embed_multi(documents(100), on_progress=seen.append)

    asyncio.run(main())
    assert (seen[0].done, seen[0].total, seen[0].chars_done, seen[0].remaining) == (9, 100, 0, None)
    assert [p.done for p in seen] == sorted(p.done for p in seen)
    last = seen[-1]
    assert (last.done, last.total, last.failed, last.embedded) == (100, 100, 1, 90)
    assert last.chars_done == last.chars_total
    assert last.remaining == 0
    assert last.rate is not None
    assert last.rate > 0


def test_a_long_document_shows_progress_within() -> None:
    seen = list[Progress]()

    async def main() -> None:
        collection = await opened(FakeStore(), FakeEncoder())
        long = Document("long", "Twelve words are in this sentence, so that each is one passage. " * 200)
        await collection.embed_multi([long], on_progress=seen.append)

    asyncio.run(main())
    chars = [p.chars_done for p in seen]
    assert len(chars) == 1 + 13
    assert chars == sorted(set(chars))
    assert [p.done for p in seen] == [0] * 13 + [1]


def test_a_full_store_ends_the_run_and_keeps_what_fits() -> None:
    store = FakeStore()
    store.capacity = 70

    async def main() -> None:
        collection = await opened(store, FakeEncoder())
        with pytest.raises(QuotaExceeded):
            await collection.embed_multi(documents(100))
        assert collection.count() == 64
        await assert_memory_equals_store(collection, store)
        store.capacity = 1000
        report = await collection.embed_multi(documents(100))
        assert (report.unchanged, report.added) == (64, 36)

    asyncio.run(main())


@pytest.mark.parametrize("moment", ["before_write", "after_write", "before_encode"])
def test_cancelling_at_any_moment_leaves_memory_as_the_store(moment: str) -> None:
    store, encoder = FakeStore(), FakeEncoder()

    async def main() -> None:
        collection = await opened(store, encoder)
        await collection.embed_multi(documents(40))
        task = asyncio.ensure_future(collection.embed_multi(documents(100, words=4)))

        async def cancel() -> None:
            task.cancel()
            await asyncio.sleep(0)

        setattr(encoder if moment == "before_encode" else store, moment, cancel)
        await asyncio.wait([task])
        assert task.cancelled()
        assert len(asyncio.all_tasks()) == 1, "nothing goes on in the background"
        await assert_memory_equals_store(collection, store)
        entries = {entry.id: entry.fingerprint for entry in collection.entries()}
        stored = await collection.get(collection.ids())
        assert entries == {record.document.id: record.fingerprint for record in stored}
        written = [record for record in stored if len(record.document.content.split()) == 4]
        assert len(written) == (0 if moment == "before_encode" else BATCH_DOCUMENTS)

    asyncio.run(main())


def test_one_text_that_fails_does_not_lose_its_batch() -> None:
    async def main() -> None:
        collection = await opened(FakeStore(), FakeEncoder(poison="text7 "))
        report = await collection.embed_multi(documents(20))
        assert report.added == 19
        (failure,) = report.failed
        assert failure.id == "0007"
        assert isinstance(failure.error, ModelError)
        assert "RuntimeError: can't encode" in str(failure.error)

    asyncio.run(main())


def test_a_tokenizer_that_fails_concerns_its_text_alone() -> None:
    encoder = FakeEncoder()
    count_tokens = encoder.count_tokens

    async def failing(texts: Sequence[str]) -> list[int]:
        if any("text7 " in text for text in texts):
            raise ValueError("no such token")
        return await count_tokens(texts)

    encoder.count_tokens = failing  # type: ignore[method-assign]

    async def main() -> None:
        collection = await opened(FakeStore(), encoder)
        report = await collection.embed_multi(documents(20))
        assert (report.added, [failure.id for failure in report.failed]) == (19, ["0007"])

    asyncio.run(main())


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (lambda n: np.full((n, 256), np.nan, dtype=np.float32), "NaN or infinity"),
        (lambda n: np.ones((n, 3), dtype=np.float32), "not (1, 256)"),
        (lambda n: np.ones((n + 1, 256), dtype=np.float32), "shape (2, 256)"),
    ],
)
def test_what_a_broken_model_gives_is_not_stored(broken: Callable[[int], np.ndarray], message: str) -> None:
    encoder = FakeEncoder()

    async def encode(texts: Sequence[str], prompt_name: str | None = None) -> np.ndarray:
        return broken(len(texts))

    encoder.encode = encode  # type: ignore[method-assign]

    async def main() -> None:
        collection = await opened(FakeStore(), encoder)
        report = await collection.embed_multi(documents(2))
        assert len(report.failed) == 2
        assert all(message in str(failure.error) for failure in report.failed)
        assert collection.count() == 0

    asyncio.run(main())


def test_cut_ends_are_reported() -> None:
    text = "Sixteen words stand in this one sentence so that every passage holds it and no more. " * 2001

    async def main() -> None:
        collection = await opened(FakeStore(), FakeEncoder())
        report = await collection.embed_multi([Document("short", "short"), Document("long", text)])
        assert [id for id, _ in report.cut] == ["long"]
        (record,) = await collection.get(["long"])
        assert record.passages[-1].end + record.cut == len(text.rstrip())

    asyncio.run(main())


def test_the_title_is_embedded_with_each_passage_and_fits() -> None:
    encoder = FakeEncoder()

    async def main() -> None:
        collection = await opened(FakeStore(), encoder)
        text = "Five words in this sentence. " * 6
        await collection.embed_multi([Document("a", text, title="Soup"), Document("b", f"# Tea\n\n{text}")])
        await collection.embed_multi([Document("c", "Its text.", title="a title of many words " * 3)])

    asyncio.run(main())
    assert all(text.startswith(("Soup\n", "Tea\n", "# Tea", "Its text")) for text in encoder.encoded)
    assert all(len(text.split()) <= 16 for text in encoder.encoded)
    assert len(encoder.encoded) > 4


@pytest.mark.parametrize(("words", "is_embedded"), [(4, True), (5, False)])
def test_a_title_that_takes_more_than_a_quarter_of_a_passage_is_left_out(
    words: int, is_embedded: bool
) -> None:
    """It is more a paragraph than a title, and would crowd out the text."""
    encoder, title = FakeEncoder(budget=16), " ".join(["word"] * words)

    async def main() -> None:
        await (await opened(FakeStore(), encoder)).embed_multi([Document("a", "The text.", title=title)])

    asyncio.run(main())
    assert encoder.encoded == [f"{title}\nThe text." if is_embedded else "The text."]


def test_an_item_that_fails_again_keeps_the_collection_stale() -> None:
    store = FakeStore()
    other = FakeEncoder("other", poison="text7 ")

    async def main() -> None:
        await (await opened(store, FakeEncoder())).embed_multi(documents(20))
        collection = await opened(store, other)
        report = await collection.reembed()
        assert [failure.id for failure in report.failed] == ["0007"]
        assert collection.stale
        assert collection.count() == 20
        with pytest.raises(StaleCollection):
            await collection.similar("text1")
        await collection.delete(["0007"])
        report = await collection.reembed()
        assert (report.unchanged, report.changed, collection.stale) == (19, 0, False)

    asyncio.run(main())


def test_two_runs_take_turns() -> None:
    encoder = FakeEncoder()

    async def main() -> None:
        collection = await opened(FakeStore(), encoder)
        await asyncio.gather(*(collection.embed_multi(documents(100)) for _ in range(2)))
        assert collection.count() == 100

    asyncio.run(main())
    assert len(encoder.encoded) == 100


def test_a_dropped_collection_ends_its_run() -> None:
    store = FakeStore()

    async def main() -> None:
        library = make_library(store, FakeEncoder())
        collection = await library.collection("notes")

        def drop(progress: Progress) -> None:
            if progress.done == 32 and not tasks:
                tasks.append(asyncio.ensure_future(library.drop("notes")))

        tasks: list[asyncio.Task[None]] = []
        with pytest.raises(UnknownCollection, match="it has been deleted"):
            await collection.embed_multi(documents(200), on_progress=drop)
        await asyncio.gather(*tasks)
        assert await library.collections() == []
        assert (await library.collection("notes")).count() == 0

    asyncio.run(main())


def test_deleting_while_a_run_goes_on() -> None:
    store = FakeStore()

    async def main() -> None:
        collection = await opened(store, FakeEncoder())

        def delete(progress: Progress) -> None:
            if progress.done == 64 and not tasks:
                tasks.append(asyncio.ensure_future(collection.delete(["0000", "0001"])))

        tasks: list[asyncio.Task[object]] = []
        await collection.embed_multi(documents(100), on_progress=delete)
        await asyncio.gather(*tasks)
        assert collection.count() == 98
        await assert_memory_equals_store(collection, store)

    asyncio.run(main())


def test_what_is_deleted_while_it_is_embedded_again_stays_deleted() -> None:
    store, other = FakeStore(), FakeEncoder("other", dims=32)

    async def main() -> None:
        await (await opened(store, FakeEncoder())).embed_multi(documents(20))
        collection = await opened(store, other)

        async def delete() -> None:
            other.before_encode = None
            await collection.delete(["0003"])

        other.before_encode = delete
        report = await collection.reembed()
        assert report.changed == 19
        assert "0003" not in collection.ids()
        assert not collection.stale
        await assert_memory_equals_store(collection, store)

    asyncio.run(main())
