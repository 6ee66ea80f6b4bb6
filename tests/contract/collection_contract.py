"""What a collection must do over any store: embed, find, sync, undo, survive. See `store_contract`.

The encoder is a fake one that counts what it is asked, so each check can tell what was embedded again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from contract.store_contract import ODD_IDS, MakeStore
from fakes import FakeEncoder, FakeImageEncoder, make_library
from semblance.collection import Collection
from semblance.documents import Document, ImageBytes
from semblance.errors import (
    DuplicateId,
    EmptyDocument,
    ModelError,
    NoImageModel,
    NotAnImage,
    StaleCollection,
    UnknownCollection,
    UnknownItem,
)
from semblance.filters import Condition, Filter
from semblance.library import Library
from semblance.ports import VectorStore
from semblance.ranking.entries import iter_entries
from semblance.records import Record

NOTES = [
    Document("tides", "The moon pulls the sea twice a day", title="Tides"),
    Document("waves", "The wind pushes the sea into waves", title="Waves"),
    Document("bread", "Let dough rise overnight in cool air", metadata={"tags": ["food"]}),
    Document("cake", "Let dough rest and bake it hot"),
]
LONG = Document(
    "long", "\n\n".join(f"# Part{n}\n\n" + f"word{n} and more of part{n}. " * 6 for n in range(5))
)


async def opened(make_store: MakeStore, encoder: FakeEncoder) -> Collection:
    return await make_library(await make_store("a"), encoder).collection("notes")


async def filled(make_store: MakeStore, encoder: FakeEncoder) -> Collection:
    collection = await opened(make_store, encoder)
    report = await collection.embed_multi(NOTES)
    assert (report.added, report.failed) == (len(NOTES), [])
    return collection


async def assert_memory_equals_store(collection: Collection, store: VectorStore) -> None:
    stored = [entry async for batch in store.entries(collection.info.key) for entry in iter_entries(batch)]
    assert sorted(stored) == collection.entries()
    for record in await collection.get(collection.ids()):
        index = collection._shelf.index
        assert np.array_equal(record.codes, index.codes(record.document.id))


async def in_one_batch(*records: Record) -> AsyncIterator[list[Record]]:
    yield list(records)


def same_matches(left: Any, right: Any) -> bool:
    return [(m.id, m.score, m.passage) for m in left] == [(m.id, m.score, m.passage) for m in right]


# --- finding ----------------------------------------------------------------------------------------


async def check_most_alike_comes_first(make_store: MakeStore) -> None:
    collection = await filled(make_store, FakeEncoder())
    matches = await collection.similar("sea moon", number=3)
    assert [m.id for m in matches[:2]] == ["tides", "waves"]
    assert len(matches) == 3
    assert [m.score for m in matches] == sorted([m.score for m in matches], reverse=True)
    assert all(-1 <= m.score <= 1 for m in matches)
    assert (matches[0].title, matches[0].content) == ("Tides", NOTES[0].content)
    related = await collection.similar_by_id("bread")
    assert related[0].id == "cake"
    assert "bread" not in [m.id for m in related]
    assert len(related) == 3
    others = [m.id for m in related[1:]]
    assert [m.id for m in await collection.similar_by_id("bread", without=["cake", "gone"])] == others
    assert [m.id for m in await collection.similar_by_id("bread", among=others[1:])] == others[1:]
    assert await collection.ranks_by_id("bread", [*others, "gone"]) == {others[0]: 2, others[1]: 3}


async def check_answers_are_the_same_after_reopening(make_store: MakeStore) -> None:
    encoder = FakeEncoder()
    collection = await filled(make_store, encoder)
    await collection.embed_multi([LONG])
    found, related = await collection.similar("sea"), await collection.similar_by_id("long")
    again = await opened(make_store, encoder)
    assert again.ids() == collection.ids() == ["bread", "cake", "long", "tides", "waves"]
    assert same_matches(await again.similar("sea"), found)
    assert same_matches(await again.similar_by_id("long"), related)


async def check_a_long_document_shows_its_best_passage(make_store: MakeStore) -> None:
    collection = await filled(make_store, FakeEncoder())
    await collection.embed_multi([LONG])
    (match,) = await collection.similar("word3 part3", number=1)
    assert match.id == "long"
    assert match.passage.heading == "Part3"
    assert match.excerpt == LONG.content[match.passage.start : match.passage.end]
    assert "word3" in match.excerpt
    assert "word0" not in match.excerpt


async def check_words_and_meaning_are_searched(make_store: MakeStore) -> None:
    collection = await filled(make_store, FakeEncoder())
    assert [hit.id for hit in await collection.search_words("dough")] == ["cake", "bread"]
    (best, *_) = await collection.search("sea moons")
    assert (best.id, best.words) == ("tides", ("sea", "moons"))
    assert best.cosine == (await collection.similar("sea moons", 1))[0].score
    (titled, *_) = await collection.search("waves")
    assert titled.id == "waves"


async def check_a_language_that_the_model_does_not_know_is_searched_by_words(make_store: MakeStore) -> None:
    encoder = FakeEncoder()
    encoder.languages = ["en"]
    collection = await filled(make_store, encoder)
    await collection.embed("moon", "月亮 牽引 海水")
    encoder.encoded.clear()
    (hit,) = await collection.search("月亮 潮汐")
    assert (hit.id, hit.words, hit.cosine) == ("moon", ("月亮",), None)
    assert await collection.search("麵團發不起來") == []
    assert encoder.encoded == []
    assert len(await collection.search("月亮 潮汐", nearest=True)) == 5
    assert (await collection.search("sea moons"))[0].cosine is not None


async def check_quotes_demand_and_a_minus_excludes(make_store: MakeStore) -> None:
    collection = await filled(make_store, FakeEncoder())
    assert [hit.id for hit in await collection.search('"the sea" -wind')] == ["tides"]
    assert [hit.id for hit in await collection.search('"dough rest"')] == ["cake"]
    assert await collection.search('"rest dough"') == []
    assert len(await collection.search('"rest dough"', nearest=True)) == len(NOTES)
    for blank in ("", " ", "-moon"):
        try:
            await collection.search(blank)
        except EmptyDocument:
            continue
        raise AssertionError(blank)


async def check_words_are_found_after_every_change(make_store: MakeStore) -> None:
    collection = await filled(make_store, FakeEncoder())

    async def ids_of(word: str) -> list[str]:
        again = await make_library(await make_store("a"), FakeEncoder()).collection("notes")
        hits = [hit.id for hit in await collection.search_words(word)]
        assert hits == [hit.id for hit in await again.search_words(word)]
        return hits

    assert await ids_of("dough") == ["cake", "bread"]
    deleted = await collection.delete(["bread"])
    assert await ids_of("dough") == ["cake"]
    await collection.restore(deleted)
    assert await ids_of("overnight") == ["bread"]
    await collection.embed("bread", "Now it is about rye", {"tags": ["sourdough", "flour"]})
    assert (await ids_of("overnight"), await ids_of("flour")) == ([], ["bread"])
    (bread,) = await collection.get(["bread"])
    newer = replace(bread, document=Document("bread", "Rice, and no more"), fingerprint="x", updated=1e12)
    await collection.merge(collection.info, in_one_batch(newer))
    assert (await ids_of("rye"), await ids_of("rice")) == ([], ["bread"])


async def check_nonsense_is_refused_while_items_arrive(make_store: MakeStore) -> None:
    collection = await filled(make_store, FakeEncoder())
    noise, floor = collection._noise, collection._noise.floor

    async def floor_while_adding(*args: Any) -> Any:
        measured = await floor(*args)
        await collection._shelf.write(await collection.get(["tides"]))
        await collection.embed("a rye", "dough of rye")
        return measured

    noise.floor = floor_while_adding  # type: ignore[method-assign, assignment]
    assert {hit.id for hit in await collection.search("rye")} >= {"a rye"}
    assert await collection.search("qwertyuiop") == []


async def check_words_are_found_while_a_write_goes_on(make_store: MakeStore) -> None:
    store = await make_store("a")
    collection = await make_library(store, FakeEncoder()).collection("notes")
    await collection.embed_multi(NOTES)
    again = await make_library(store, FakeEncoder()).collection("notes")
    going_on, write = asyncio.Event(), store.write

    async def waiting_write(key: str, records: Sequence[Record]) -> None:
        await going_on.wait()
        await write(key, records)

    store.write = waiting_write  # type: ignore[method-assign]
    adding = asyncio.ensure_future(again.embed("rye", "dough of rye"))
    for _ in range(20):
        await asyncio.sleep(0)
    assert [hit.id for hit in await again.search_words("dough")] == ["cake", "bread"]
    going_on.set()
    await adding
    assert sorted(hit.id for hit in await again.search_words("dough")) == ["bread", "cake", "rye"]


async def check_words_of_an_earlier_version_are_counted(make_store: MakeStore) -> None:
    store = await make_store("a")
    collection = await make_library(store, FakeEncoder()).collection("notes")
    await collection.embed_multi(NOTES)
    records = await store.records(collection.info.key, collection.ids())
    await store.write(collection.info.key, records)  # as they come back: without words
    assert [batch async for batch in store.words(collection.info.key)] == []
    again = await make_library(store, FakeEncoder()).collection("notes")
    assert [hit.id for hit in await again.search_words("dough")] == ["cake", "bread"]
    kept = [id async for batch in store.words(collection.info.key) for id in batch]
    assert sorted(kept) == sorted(document.id for document in NOTES)


async def check_asking_for_what_is_not_there(make_store: MakeStore) -> None:
    collection = await opened(make_store, FakeEncoder())
    assert await collection.similar("anything") == []
    for ask, error in [
        (collection.similar(" \n"), EmptyDocument),
        (collection.similar_by_id("no"), UnknownItem),
    ]:
        try:
            await ask
        except error:
            continue
        raise AssertionError(f"{error.__name__} was not raised")


# --- adding -----------------------------------------------------------------------------------------


async def check_nothing_is_embedded_twice(make_store: MakeStore) -> None:
    encoder = FakeEncoder()
    await filled(make_store, encoder)
    encoder.encoded.clear()
    again = await opened(make_store, encoder)
    report = await again.sync(NOTES, "")
    assert (report.added, report.changed, report.unchanged) == (0, 0, len(NOTES))
    assert encoder.encoded == []


async def check_only_what_changed_is_embedded(make_store: MakeStore) -> None:
    encoder = FakeEncoder()
    collection = await filled(make_store, encoder)
    encoder.encoded.clear()
    new_text = Document("cake", "Bake it very hot")
    new_metadata = Document("bread", NOTES[2].content, metadata={"tags": []})
    report = await collection.embed_multi([NOTES[0], new_text, new_metadata])
    assert (report.added, report.changed, report.unchanged) == (0, 2, 1)
    assert encoder.encoded == ["Bake it very hot"]
    cake, bread = await collection.get(["cake", "bread"])
    assert cake.document.content == "Bake it very hot"
    assert bread.document.metadata == {"tags": []}


async def check_equal_texts_are_embedded_once_and_kept_twice(make_store: MakeStore) -> None:
    encoder = FakeEncoder()
    collection = await filled(make_store, encoder)
    encoder.encoded.clear()
    text = NOTES[3].content
    report = await collection.embed_multi(
        [Document("new 1", "a text"), Document("new 2", "a text"), Document("cake 2", text)]
    )
    assert report.added == 3
    assert encoder.encoded == ["a text"]
    (match,) = await collection.similar_by_id("cake 2", number=1)
    assert (match.id, round(match.score, 5)) == ("cake", 1.0)
    await collection.delete(["cake"])
    assert (await collection.get(["cake 2"]))[0].document.content == text


async def check_swapped_texts(make_store: MakeStore) -> None:
    encoder = FakeEncoder()
    collection = await filled(make_store, encoder)
    a, b = NOTES[2], NOTES[3]
    await collection.embed_multi([Document(a.id, b.content), Document(b.id, a.content)])
    matches = await collection.similar(a.content, number=1)
    assert [(m.id, m.content) for m in matches] == [(b.id, a.content)]


async def check_bad_items_do_not_hurt_the_others(make_store: MakeStore) -> None:
    collection = await opened(make_store, FakeEncoder(poison="poison"))
    bad = [
        Document("empty", " \n\t"),
        Document("tides", "the same id again"),
        Document("poisoned", "this is poison"),
        Document("half", "half \ud83d a character"),
        Document("unstorable", "metadata is no JSON", metadata={"x": object()}),
    ]
    report = await collection.embed_multi([NOTES[0], *bad, *NOTES[1:]])
    failed = {failure.id: failure.error for failure in report.failed}
    assert list(failed) == ["empty", "tides", "half", "unstorable", "poisoned"]
    assert isinstance(failed["empty"], EmptyDocument)
    assert isinstance(failed["tides"], DuplicateId)
    assert isinstance(failed["poisoned"], ModelError)
    assert all(error.where == id for id, error in failed.items())
    assert report.added == len(NOTES)
    assert (await collection.get(["tides"]))[0].document == NOTES[0]


async def check_odd_ids_can_be_found(make_store: MakeStore) -> None:
    encoder = FakeEncoder()
    collection = await opened(make_store, encoder)
    await collection.embed_multi([Document(id, f"text number{n}") for n, id in enumerate(ODD_IDS)])
    again = await opened(make_store, encoder)
    assert again.ids() == sorted(ODD_IDS)
    for n, id in enumerate(ODD_IDS):
        assert [m.id for m in await again.similar(f"number{n}", number=1)] == [id]


async def check_sync_reports_what_vanished(make_store: MakeStore) -> None:
    collection = await opened(make_store, FakeEncoder())
    await collection.sync(NOTES[:3], "folder")
    await collection.embed_multi([NOTES[3]])
    report = await collection.sync(NOTES[:1], "folder", unreadable=["waves"])
    assert report.vanished == ["bread"]
    assert collection.count() == 4
    await collection.delete(report.vanished)
    assert collection.ids() == ["cake", "tides", "waves"]


# --- undoing, cancelling, starting again ------------------------------------------------------------


async def check_deleting_can_be_taken_back(make_store: MakeStore) -> None:
    encoder = FakeEncoder()
    collection = await filled(make_store, encoder)
    found = await collection.similar("sea")
    encoder.encoded.clear()
    removed = await collection.delete(["waves", "nowhere"])
    assert [r.document.id for r in removed] == ["waves"]
    assert "waves" not in [m.id for m in await collection.similar("sea")]
    await collection.restore(removed)
    assert same_matches(await collection.similar("sea"), found)
    assert encoder.encoded == []  # the vector of the last query is kept, too
    await assert_memory_equals_store(collection, await make_store("a"))


async def check_cancelling_keeps_what_was_written(make_store: MakeStore) -> None:
    encoder = FakeEncoder()
    collection = await opened(make_store, encoder)
    documents = [Document(f"{n:03d}", f"text number{n}") for n in range(200)]

    def cancel(progress: Any) -> None:
        if progress.done >= 60:
            task.cancel()

    task = asyncio.ensure_future(collection.embed_multi(documents, on_progress=cancel))
    await asyncio.wait([task])
    assert task.cancelled()
    kept = collection.count()
    assert 60 <= kept < 200
    await assert_memory_equals_store(collection, await make_store("a"))
    again = await opened(make_store, encoder)
    report = await again.embed_multi(documents)
    assert (report.unchanged, report.added) == (kept, 200 - kept)


async def check_another_encoder_makes_it_stale(make_store: MakeStore) -> None:
    collection = await filled(make_store, FakeEncoder())
    assert not collection.stale
    other = FakeEncoder("other", dims=32)
    collection = await opened(make_store, other)
    assert collection.stale
    tries = [
        collection.similar("sea"),
        collection.similar_by_vector(np.ones(32)),
        collection.similar_by_id("tides"),
        collection.distribution(),
        collection.embed_multi(NOTES),
    ]
    for attempt in tries:
        try:
            await attempt
        except StaleCollection:
            continue
        raise AssertionError("StaleCollection was not raised")
    report = await collection.reembed()
    assert (report.changed, report.failed) == (len(NOTES), [])
    assert not collection.stale
    assert (collection.info.model, collection.info.dims) == ("other", 32)
    assert [m.id for m in await collection.similar("sea moon", number=1)] == ["tides"]
    assert not (await opened(make_store, other)).stale


async def check_embedding_again_goes_on_where_it_was(make_store: MakeStore) -> None:
    collection = await opened(make_store, FakeEncoder())
    await collection.embed_multi([Document(f"{n:03d}", f"text number{n}") for n in range(100)])
    other = FakeEncoder("other", dims=32)
    collection = await opened(make_store, other)

    def cancel(progress: Any) -> None:
        if progress.done >= 30:
            task.cancel()

    task = asyncio.ensure_future(collection.reembed(cancel))
    await asyncio.wait([task])
    assert task.cancelled()
    done = len(other.encoded)
    assert 0 < done < 100
    for encoder in (FakeEncoder(), other):  # half and half is stale for the old model as well
        assert (await opened(make_store, encoder)).stale
    collection = await opened(make_store, other)
    other.encoded.clear()
    report = await collection.reembed()
    assert report.unchanged + report.changed == 100
    assert len(other.encoded) == report.changed < 100
    assert not collection.stale
    await assert_memory_equals_store(collection, await make_store("a"))


async def two_models(
    make_store: MakeStore, texts: Sequence[Document] = NOTES, name: str = "a"
) -> tuple[Library, FakeEncoder]:
    """A library with a collection of the model "fake", and its other model."""
    other = FakeEncoder("other", dims=32)
    library = make_library(await make_store(name), {"fake": FakeEncoder(), "other": other})
    await (await library.collection("notes")).embed_multi(texts)
    return library, other


async def check_embedding_with_another_model(make_store: MakeStore) -> None:
    library, _ = await two_models(make_store)
    collection = await library.collection("notes")
    old, created = collection.info.key, collection.info.created
    report = await library.embed_again("notes", "other")
    assert (report.changed, report.added, report.failed) == (len(NOTES), 0, [])
    info = collection.info
    assert (info.name, info.model, info.dims, info.created) == ("notes", "other", 32, created)
    assert not collection.stale
    assert [m.id for m in await collection.similar("sea moon", number=1)] == ["tides"]
    assert [hit.id for hit in await collection.search_words("dough")] == ["cake", "bread"]
    assert len((await collection.distribution()).scores) == 6
    assert [(i.key, i.name) for i in await library.collections()] == [(info.key, "notes")]
    assert await library.collection("notes") is collection
    store = await make_store("a")
    assert [i.key for i in await store.collections()] == [info.key]
    assert await store.records(old, ["tides"]) == []
    assert await store.orphans() == {}
    await assert_memory_equals_store(collection, store)
    await collection.embed("rye", "dough of rye")
    assert (await library.embed_again("notes", "fake")).changed == len(NOTES) + 1
    assert collection.info.model == "fake"


async def check_the_old_vectors_serve_meanwhile(make_store: MakeStore) -> None:
    library, other = await two_models(make_store, [*NOTES, *MANY])
    collection = await library.collection("notes")
    before = await collection.similar("sea moon")
    seen: list[Any] = []

    async def ask() -> None:
        seen.append(await collection.similar("sea moon"))
        again, _ = await two_models(make_store, [])  # another tab, or the page loaded again
        seen.append(await (await again.collection("notes")).similar("sea moon"))
        assert [info.name for info in await again.collections()] == ["notes"]

    once(other, ask)
    await library.embed_again("notes", "other")
    assert len(seen) == 2
    assert all(same_matches(matches, before) for matches in seen)


async def check_embedding_with_another_model_goes_on_where_it_was(make_store: MakeStore) -> None:
    library, other = await two_models(make_store, MANY)

    def cancel(progress: Any) -> None:
        if progress.done >= 90:
            task.cancel()

    task = asyncio.ensure_future(library.embed_again("notes", "other", cancel))
    await asyncio.wait([task])
    assert task.cancelled()
    assert (await library.collection("notes")).info.model == "fake"
    again, other = await two_models(make_store, [])
    collection = await again.collection("notes")
    assert (collection.info.model, collection.count(), collection.stale) == ("fake", 300, False)
    begun = (await again.begun_again())["notes"]
    assert begun.model == "other"
    assert 90 <= begun.count < 300
    await collection.delete(["000"])
    await collection.embed("001", "changed meanwhile")
    report = await again.embed_again("notes", "other")
    assert report.changed == 299 - report.unchanged == len(other.encoded)
    assert report.unchanged == begun.count - 2
    assert collection.ids() == [document.id for document in MANY[1:]]
    assert await again.begun_again() == {}
    await assert_memory_equals_store(collection, await make_store("a"))


async def check_embedding_with_another_model_can_be_given_up(make_store: MakeStore) -> None:
    library, other = await two_models(make_store, [*NOTES, *MANY])
    other.poison = "sea"
    collection = await library.collection("notes")
    report = await library.embed_again("notes", "other")
    assert sorted(failure.id for failure in report.failed) == ["tides", "waves"]
    assert (collection.info.model, len(await collection.similar("sea moon"))) == ("fake", 10)
    assert set(await library.begun_again()) == {"notes"}
    await library.give_up("notes")
    assert await library.begun_again() == {}
    await library.embed_again("notes", "fake")
    store = await make_store("a")
    assert len(await store.collections()) == 1
    await library.embed_again("notes", "other")
    await library.drop("notes")
    assert (await store.collections(), await store.orphans()) == ([], {})


async def check_what_another_tab_changes_meanwhile_is_not_lost(make_store: MakeStore) -> None:
    library, other = await two_models(make_store, MANY)
    there, _ = await two_models(make_store, [])

    async def change() -> None:
        collection = await there.collection("notes")
        await collection.embed("new", "a new text")
        await collection.embed("299", "another text")
        await collection.delete(["000"])

    once(other, change, after=280)
    await library.embed_again("notes", "other")
    collection = await library.collection("notes")
    assert collection.ids() == sorted([*(document.id for document in MANY[1:]), "new"])
    assert (await collection.get(["299"]))[0].document.content == "another text"
    await assert_memory_equals_store(collection, await make_store("a"))


async def check_another_tab_follows_to_the_new_vectors(make_store: MakeStore) -> None:
    library, _ = await two_models(make_store)
    there, _ = await two_models(make_store, [])
    collection = await there.collection("notes")
    old = collection.info.key
    await library.embed_again("notes", "other")
    assert await there.forget(old) == "notes"
    assert (collection.info.model, collection.stale) == ("other", False)
    assert await there.collection("notes") is collection
    await collection.embed("rye", "dough of rye")
    assert [match.id for match in await collection.similar("rye", number=1)] == ["rye"]


async def check_two_tabs_embed_again_at_once(make_store: MakeStore) -> None:
    library, other = await two_models(make_store, MANY)
    there, _ = await two_models(make_store, [])
    there_collection = await there.collection("notes")
    once(other, lambda: there.embed_again("notes", "other"))
    await library.embed_again("notes", "other")
    for collection in (await library.collection("notes"), there_collection):
        assert (collection.info.model, collection.count()) == ("other", len(MANY))
    assert len(await (await make_store("a")).collections()) == 1


async def check_a_collection_that_is_dropped_meanwhile_leaves_nothing(make_store: MakeStore) -> None:
    library, other = await two_models(make_store, MANY)
    store = await make_store("a")
    key = (await library.collection("notes")).info.key
    once(other, lambda: store.drop(key))
    await assert_unknown(library.embed_again("notes", "other"))
    assert (await store.collections(), await store.orphans()) == ([], {})


async def check_the_first_texts_choose_the_model(make_store: MakeStore) -> None:
    languages = {"fake": {"en"}}
    encoders = {"fake": FakeEncoder(), "other": FakeEncoder("other", dims=32)}
    library = make_library(await make_store("a"), encoders, languages=languages)
    chinese = [Document("moon", "月亮 牽引 海水"), Document("bread", "麵團 放 了 一夜")]
    for name, texts, model in [("en", NOTES, "fake"), ("zh", chinese, "other")]:
        collection = await library.collection(name)
        assert collection.info.model == ""
        await collection.embed_multi(texts)
        assert (collection.info.model, collection.stale) == (model, False)
    chosen = await library.collection("chosen", model="fake")
    await chosen.embed_multi(chinese)
    assert chosen.info.model == "fake"
    assert library.unknown_share("fake", ["月亮牽引海水"]) == 1
    assert (await library.vectors(["月亮", "海水"])).shape == (2, 32)
    assert (await library.vectors(["the moon", "the sea"])).shape == (2, 256)
    assert (await library.vectors(["月亮", "海水"], model="fake")).shape == (2, 256)
    assert library.unknown_share("other", ["月亮牽引海水"]) == 0
    empty = await library.collection("empty", model="fake")
    await library.embed_again("empty", "other")
    await empty.embed_multi(NOTES)
    assert empty.info.model == "other"


def photo(id: str, words: str, **metadata: Any) -> Document:
    return Document(id, "", metadata=metadata, image=ImageBytes(f"picture of {words}".encode()))


PHOTOS = [
    photo("beach.jpg", "sea sand waves", price="12.50"),
    photo("loaf.jpg", "bread dough", price=8),
    photo("tap.jpg", "brass tap", price="$ 129.00"),
    photo("cheap.jpg", "brass tap worn", price=15),
]


async def seeing(make_store: MakeStore) -> tuple[Collection, FakeImageEncoder]:
    text = FakeEncoder()
    image = FakeImageEncoder(text)
    collection = await make_library(await make_store("a"), text, image).collection("notes")
    report = await collection.embed_multi([*NOTES, *PHOTOS])
    assert (report.added, report.failed) == (len(NOTES) + len(PHOTOS), [])
    return collection, image


async def check_texts_and_pictures_are_found_together(make_store: MakeStore) -> None:
    collection, _ = await seeing(make_store)
    assert {match.id for match in await collection.similar("sea", number=3)} == {
        "beach.jpg",
        "tides",
        "waves",
    }
    (best, *_) = await collection.similar(ImageBytes(b"picture of bread"), number=3)
    assert (best.id, best.excerpt) == ("loaf.jpg", "")
    assert best.picture is not None
    assert best.picture.thumbnail == b"picture of bread dough"
    assert (await collection.similar_by_id("tap.jpg", number=1))[0].id == "cheap.jpg"


async def check_filters(make_store: MakeStore) -> None:
    collection, _ = await seeing(make_store)
    texts = await collection.similar("sea", number=9, filter=Filter("text"))
    assert {match.id for match in texts} == {note.id for note in NOTES}
    cheaper = Filter("image", (Condition("price", "<", "129"),))
    found = await collection.similar_by_id("tap.jpg", number=9, filter=cheaper)
    assert found[0].id == "cheap.jpg"
    assert {match.id for match in found} == {"beach.jpg", "loaf.jpg", "cheap.jpg"}
    assert [m.id for m in await collection.similar_by_id("tap.jpg", number=1, filter=cheaper)] == [
        "cheap.jpg"
    ]


async def check_pictures_are_not_embedded_twice(make_store: MakeStore) -> None:
    collection, image = await seeing(make_store)
    image.encoded.clear()
    moved = photo("copy.jpg", "bread dough")
    repriced = photo("tap.jpg", "brass tap", price="$ 99.00")
    report = await collection.embed_multi([*PHOTOS[:2], moved, repriced])
    assert (report.unchanged, report.added, report.changed) == (2, 1, 1)
    assert image.encoded == []
    copy, tap = await collection.get(["copy.jpg", "tap.jpg"])
    assert copy.picture is not None
    assert copy.picture.thumbnail == b"picture of bread dough"
    assert tap.document.metadata == {"price": "$ 99.00"}


async def check_bad_pictures_do_not_hurt_the_others(make_store: MakeStore) -> None:
    collection, _ = await seeing(make_store)
    bad = Document("bad.jpg", "", image=ImageBytes(b"a text"))
    empty = Document("empty.jpg", "", image=ImageBytes(b""))
    report = await collection.embed_multi([bad, photo("good.jpg", "a comet"), empty])
    assert report.added == 1
    errors = {failure.id: type(failure.error) for failure in report.failed}
    assert errors == {"bad.jpg": NotAnImage, "empty.jpg": NotAnImage}
    assert all(failure.error.where == failure.id for failure in report.failed)


async def check_a_model_that_sees_no_pictures_says_so(make_store: MakeStore) -> None:
    collection = await filled(make_store, FakeEncoder())
    report = await collection.embed_multi([PHOTOS[0], Document("more", "more text")])
    assert report.added == 1
    assert isinstance(report.failed[0].error, NoImageModel)


async def check_originals_are_kept_if_wanted(make_store: MakeStore) -> None:
    collection, _ = await seeing(make_store)
    await collection.embed_multi([photo("kept.jpg", "a comet")], keep_originals=True)
    kept, other = await collection.get(["kept.jpg", "tap.jpg"], pictures="originals")
    assert kept.picture is not None
    assert kept.picture.original == b"picture of a comet"
    assert other.picture is not None
    assert other.picture.original == b""


async def check_another_image_encoder_makes_it_stale(make_store: MakeStore) -> None:
    await seeing(make_store)
    text = FakeEncoder()
    newer = FakeImageEncoder(text, "newer eye")
    collection = await make_library(await make_store("a"), text, newer).collection("notes")
    assert collection.stale
    text.encoded.clear()
    before = (await collection.get(["tap.jpg"]))[0].picture
    report = await collection.reembed()
    assert (report.changed, report.unchanged, report.failed) == (len(PHOTOS), len(NOTES), [])
    assert not collection.stale
    assert text.encoded == []
    assert (await collection.get(["tap.jpg"]))[0].picture == before


async def check_pictures_in_a_backup(make_store: MakeStore) -> None:
    collection, _ = await seeing(make_store)
    await collection.embed_multi([photo("kept.jpg", "a comet")], keep_originals=True)
    text = FakeEncoder()
    library = make_library(await make_store("a"), text, FakeImageEncoder(text))
    data = b"".join([piece async for piece in library.backup("notes")])
    info = await library.restore(data)
    again = await library.collection(info.name)
    assert info.image_fingerprint == collection.info.image_fingerprint != ""
    for old, new in zip(
        await collection.get(collection.ids(), pictures="originals"),
        await again.get(collection.ids(), pictures="originals"),
        strict=True,
    ):
        assert (old.document, old.picture, old.fingerprint) == (new.document, new.picture, new.fingerprint)


async def check_backup_and_restore(make_store: MakeStore) -> None:
    encoder = FakeEncoder()
    collection = await filled(make_store, encoder)
    await collection.embed_multi(
        [LONG, Document("odd/😀 \"'", "𝒳 text", "T", {"x": [1, None]}, "src", "note")]
    )
    library = make_library(await make_store("a"), encoder)
    data = b"".join([piece async for piece in library.backup("notes")])
    encoder.encoded.clear()
    info = await make_library(await make_store("a"), encoder).restore(data)
    assert info.name == "notes (2)"
    elsewhere = make_library(await make_store("b"), encoder)
    await elsewhere.restore(data)
    restored = await elsewhere.collection("notes", create=False)
    assert restored.ids() == collection.ids()
    assert same_matches(await restored.similar("sea"), await collection.similar("sea"))
    report = await restored.embed_multi([r.document for r in await collection.get(collection.ids())])
    assert report.unchanged == collection.count()
    assert encoder.encoded == ["sea", "sea"]
    again = b"".join([piece async for piece in elsewhere.backup("notes")])
    assert again == data


async def check_renaming_and_dropping(make_store: MakeStore) -> None:
    encoder = FakeEncoder()
    library = make_library(await make_store("a"), encoder)
    collection = await library.collection("notes")
    await collection.embed_multi(NOTES)
    await library.rename("notes", "thoughts")
    assert collection.name == "thoughts"
    again = make_library(await make_store("a"), encoder)
    assert [(i.name, i.count) for i in await again.collections()] == [("thoughts", 4)]
    await again.rename("thoughts", "ideas")
    assert (await again.collection("ideas", create=False)).count() == 4
    await again.drop("ideas")
    assert await again.collections() == []


# --- two tabs ---------------------------------------------------------------------------------------

MANY = [Document(f"{n:03d}", f"text number{n}") for n in range(300)]


def once(encoder: FakeEncoder, change: Callable[[], Awaitable[Any]], after: int = 64) -> None:
    """Have another tab change something when an encoder has encoded so many texts, in the middle of a run."""

    async def hook() -> None:
        if len(encoder.encoded) >= after:
            encoder.before_encode = None
            await change()

    encoder.before_encode = hook


async def assert_unknown(attempt: Awaitable[Any]) -> None:
    error: Exception | None = None
    try:
        await attempt
    except UnknownCollection as caught:
        error = caught
    assert isinstance(error, UnknownCollection), "UnknownCollection was not raised"
    assert error.where == "notes"


async def check_a_run_ends_when_another_tab_drops_the_collection(make_store: MakeStore) -> None:
    encoder, store = FakeEncoder(), await make_store("a")
    collection = await make_library(store, encoder).collection("notes")
    there = make_library(await make_store("a"), FakeEncoder())
    once(encoder, lambda: there.drop("notes"))
    await assert_unknown(collection.embed_multi(MANY))
    assert await there.collections() == []
    assert await store.orphans() == {}


async def check_what_is_made_anew_under_the_name_stays_apart(make_store: MakeStore) -> None:
    encoder, store = FakeEncoder(), await make_store("a")
    collection = await make_library(store, encoder).collection("notes")
    there = make_library(await make_store("a"), FakeEncoder())

    async def make_anew() -> None:
        await there.drop("notes")
        await (await there.collection("notes")).embed("new", "a new text")

    once(encoder, make_anew)
    await assert_unknown(collection.embed_multi(MANY))
    again = make_library(await make_store("a"), FakeEncoder())
    assert (await again.collection("notes", create=False)).ids() == ["new"]
    assert await store.orphans() == {}


async def check_a_run_goes_on_when_another_tab_renames_the_collection(make_store: MakeStore) -> None:
    encoder = FakeEncoder()
    collection = await opened(make_store, encoder)
    there = make_library(await make_store("a"), FakeEncoder())
    once(encoder, lambda: there.rename("notes", "thoughts"), after=0)
    assert (await collection.embed_multi(MANY)).added == len(MANY)
    assert [(info.name, info.count) for info in await there.collections()] == [("thoughts", len(MANY))]
    assert not (await there.collection("thoughts")).stale


async def check_every_change_of_a_dropped_collection_is_refused(make_store: MakeStore) -> None:
    store = await make_store("a")
    collection = await make_library(store, FakeEncoder()).collection("notes")
    await collection.embed_multi(NOTES)
    removed = await collection.delete(["bread"])
    await make_library(await make_store("a"), FakeEncoder()).drop("notes")
    attempts: list[Callable[[], Awaitable[Any]]] = [
        lambda: collection.embed_multi([LONG]),
        lambda: collection.embed_multi([NOTES[0]]),  # which memory takes for unchanged
        lambda: collection.embed("new", "text"),
        lambda: collection.sync(NOTES, "folder"),
        lambda: collection.reembed(),
        lambda: collection.delete(["tides"]),
        lambda: collection.restore(removed),
        lambda: collection.rename("thoughts"),
    ]
    for attempt in attempts:
        await assert_unknown(attempt())
    assert await store.collections() == []
    assert await store.orphans() == {}


async def check_embedding_again_ends_when_another_tab_drops_the_collection(make_store: MakeStore) -> None:
    await (await opened(make_store, FakeEncoder())).embed_multi(MANY)
    other = FakeEncoder("other", dims=32)
    collection = await opened(make_store, other)
    store = await make_store("a")
    once(other, lambda: make_library(store, FakeEncoder()).drop("notes"))
    await assert_unknown(collection.reembed())
    assert await store.collections() == []
    assert await store.orphans() == {}


async def check_a_backup_is_not_restored_into_what_another_tab_drops(make_store: MakeStore) -> None:
    await (await opened(make_store, FakeEncoder())).embed_multi(MANY)
    here, there = await make_store("a"), await make_store("a")
    library = make_library(here, FakeEncoder())
    data = b"".join([piece async for piece in library.backup("notes")])
    write = here.write

    async def write_after_drop(key: str, records: Sequence[Record]) -> None:
        await there.drop(key)
        await write(key, records)

    here.write = write_after_drop  # type: ignore[method-assign]
    await assert_unknown(library.restore(data))
    assert [info.name for info in await there.collections()] == ["notes"]
    assert await there.orphans() == {}


async def check_two_tabs_that_make_one_name_get_one_collection(make_store: MakeStore) -> None:
    libraries = [make_library(await make_store("a"), FakeEncoder()) for _ in range(3)]
    made = await asyncio.gather(*(library.collection("notes") for library in libraries))
    assert len({collection.info.key for collection in made}) == 1
    assert [info.name for info in await libraries[0].collections()] == ["notes"]


CHECKS = {name: check for name, check in list(globals().items()) if name.startswith("check_")}
