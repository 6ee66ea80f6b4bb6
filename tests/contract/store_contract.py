"""What every store must do, whatever it is built on.

Each check is a plain coroutine that takes ``make_store``: awaited with a name, it opens the database of that
name, the same one each time. This module imports the core, numpy and the standard library alone, so that
its source can also be run inside a browser's Python.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from semblance.arrays import Codes
from semblance.documents import Document, Passage, Picture
from semblance.errors import NameTaken, UnknownCollection
from semblance.ports import VectorStore
from semblance.ranking.entries import first_rows, iter_entries
from semblance.ranking.vectors import dequantize, normalize, quantize
from semblance.records import CollectionInfo, Entry, Record

MakeStore = Callable[[str], Awaitable[VectorStore]]

KEY = "k1"
INFO = CollectionInfo(KEY, "notes", "model", "print", 8, created=1.5)

ODD_IDS = [
    "",
    " ",
    "a/b/../c",
    "..",
    "quote ' and \" and \\ and `",
    "new\nline\ttab",
    "emoji 😀 👩‍👩‍👧 family",
    "astral 𝒳 𠀀",
    "combining e\u0301",
    "composed \u00e9",
    "rtl שלום",
    "null",
    "0",
    "__proto__",
    "constructor",
    "%00%2F",
    "; DROP TABLE items; --",
    "x" * 2000,
    "\u0001\u007f\ufeff\uffff",
]


def record(id: str, passages: int = 1, dims: int = 8, seed: int = 0, **fields: Any) -> Record:
    random = np.random.default_rng(seed)
    content = fields.pop("content", "word " * passages)
    return Record(
        Document(id, content, **fields),
        fingerprint=f"print of {id} {seed}",
        passages=tuple(Passage(n, n + 1, f"heading {n}") for n in range(passages)),
        codes=quantize(random.standard_normal((passages, dims))),
        cut=seed,
        updated=1700000000.25 + seed,
    )


async def opened(make_store: MakeStore) -> VectorStore:
    """A store with one empty collection."""
    store = await make_store("a")
    await store.put_collection(INFO)
    return store


async def stored_ids(store: VectorStore, key: str = KEY) -> list[str]:
    return sorted([id async for batch in store.entries(key) for id in batch.ids])


async def stored_entries(store: VectorStore) -> dict[str, tuple[Entry, Codes]]:
    """The light part and the vectors of each item."""
    return {
        entry.id: (entry, codes)
        async for batch in store.entries(KEY)
        for entry, codes in zip(
            iter_entries(batch), np.split(batch.codes, first_rows(batch)[1:]), strict=True
        )
    }


def assert_same(left: Record, right: Record) -> None:
    assert left.document == right.document
    assert dict(left.document.metadata) == dict(right.document.metadata)
    assert left.passages == right.passages
    assert (left.fingerprint, left.cut, left.updated) == (right.fingerprint, right.cut, right.updated)
    assert left.codes.dtype == np.int8
    assert left.codes.shape == right.codes.shape
    assert left.codes.tobytes() == right.codes.tobytes()


# --- checks -----------------------------------------------------------------------------------------


async def check_new_store_is_empty(make_store: MakeStore) -> None:
    store = await make_store("a")
    assert await store.collections() == []
    assert await stored_ids(store) == []
    assert await store.records(KEY, ["a"]) == []


async def check_record_comes_back_as_it_was(make_store: MakeStore) -> None:
    store = await opened(make_store)
    metadata = {
        "text": "é😀\u2028",
        "list": [1, 2.5, None, True, {"a": []}],
        "": {},
        "big": 2**53,
        "quote": '"\\',
    }
    whole = record(
        "a", 3, seed=7, title="T 𝒳", source="folder/😀", note="guessed", metadata=metadata, links=("a", "😀")
    )
    await store.write(KEY, [whole])
    (found,) = await store.records(KEY, ["a"])
    assert_same(found, whole)


async def check_offsets_survive_astral_characters(make_store: MakeStore) -> None:
    store = await opened(make_store)
    content = "😀𝒳 one. שלום e\u0301 two.\r\n\tend\u0000."
    whole = replace(record("a", content=content), passages=(Passage(3, 7),))
    await store.write(KEY, [whole])
    (found,) = await store.records(KEY, ["a"])
    assert found.document.content == content
    assert found.document.content[found.passages[0].start : found.passages[0].end] == "one."


async def check_vectors_can_be_left_out(make_store: MakeStore) -> None:
    store = await opened(make_store)
    await store.write(KEY, [record("a", 2, title="T", metadata={"x": 1}), record("b")])
    without = await store.records(KEY, ["b", "nowhere", "a"], vectors=False)
    for found, whole in zip(without, await store.records(KEY, ["b", "a"]), strict=True):
        assert found.codes.size == found.vectors.size == 0
        assert_same(replace(found, codes=whole.codes), whole)


async def check_many_changes_leave_what_they_should(make_store: MakeStore) -> None:
    """In a store that keeps many items together, too."""
    store = await opened(make_store)
    expected: dict[str, Record] = {}
    for step in range(6):
        batch = [
            record(f"{n:04d}", n % 2 + 1, dims=384, seed=step + n) for n in range(step * 150, 700, step + 1)
        ]
        await store.write(KEY, batch)
        expected |= {whole.document.id: whole for whole in batch}
        gone = [f"{n:04d}" for n in range(step, 700, 9)]
        await store.delete(KEY, [*gone, "nowhere", gone[0]])
        expected = {id: whole for id, whole in expected.items() if id not in gone}
    entries = await stored_entries(store)
    assert sorted(entries) == sorted(expected)
    for found in await store.records(KEY, list(expected)):
        whole = expected[found.document.id]
        assert_same(found, whole)
        assert np.array_equal(entries[found.document.id][1], whole.codes)
    await store.delete(KEY, list(expected))
    assert await stored_entries(store) == {}


async def check_empty_fields_stay_empty(make_store: MakeStore) -> None:
    store = await opened(make_store)
    plain = record("a")
    await store.write(KEY, [plain])
    (found,) = await store.records(KEY, ["a"])
    assert (found.document.title, found.document.source, found.document.note) == ("", "", "")
    assert dict(found.document.metadata) == {}


async def check_ids_are_those_of_one_collection(make_store: MakeStore) -> None:
    store = await opened(make_store)
    await store.put_collection(replace(INFO, key="k2", name="others"))
    await store.write(KEY, [record(id, seed=number) for number, id in enumerate(ODD_IDS)])
    await store.write("k2", [record("elsewhere")])
    assert sorted(await store.ids(KEY)) == sorted(ODD_IDS)
    assert await store.ids("no such key") == []


async def check_odd_ids(make_store: MakeStore) -> None:
    store = await opened(make_store)
    await store.write(KEY, [record(id, seed=n) for n, id in enumerate(ODD_IDS)])
    assert await stored_ids(store) == sorted(ODD_IDS)
    found = await store.records(KEY, ODD_IDS)
    assert [r.document.id for r in found] == ODD_IDS
    assert [r.cut for r in found] == list(range(len(ODD_IDS)))
    await store.delete(KEY, ODD_IDS[::2])
    assert await stored_ids(store) == sorted(ODD_IDS[1::2])


async def check_records_come_in_the_order_asked(make_store: MakeStore) -> None:
    store = await opened(make_store)
    await store.write(KEY, [record(id) for id in "abcd"])
    found = await store.records(KEY, ["d", "nowhere", "a", "c"])
    assert [r.document.id for r in found] == ["d", "a", "c"]
    assert await store.records(KEY, []) == []


async def check_one_takes_the_place_of_another(make_store: MakeStore) -> None:
    store = await opened(make_store)
    by = replace(INFO, key="k2", name="notes, again", model="other", created=9.0, replaces=KEY)
    await store.put_collection(by)
    old = [record(id, n % 3 + 1, dims=384, seed=n) for n, id in enumerate([*ODD_IDS, *map(str, range(700))])]
    prints = {whole.document.id: whole.fingerprint for whole in old}
    for start in range(0, len(old), 100):
        await store.write(KEY, old[start : start + 100])
    await store.write("k2", [record("new", dims=4)])
    wrong = [
        {},
        dict(list(prints.items())[1:]),
        {**prints, "more": "print"},
        {**prints, "7": "another"},
    ]
    for held in wrong:
        assert not await store.replace(KEY, "k2", held)
    assert len(await stored_ids(store)) == len(prints)
    assert [info.name for info in await store.collections()] == ["notes", "notes, again"]
    assert await store.replace(KEY, "k2", prints)
    (info,) = await store.collections()
    assert info == replace(by, name="notes", created=INFO.created, count=1)
    assert (await stored_ids(store), await stored_ids(store, "k2")) == ([], ["new"])
    assert await store.orphans() == {}
    for keys in [(KEY, "k2"), ("k2", "nowhere")]:
        try:
            await store.replace(*keys, {"new": "print of new 0"})
        except UnknownCollection:
            continue
        raise AssertionError(keys)
    assert await stored_ids(await make_store("a"), "k2") == ["new"]


async def check_entries_are_the_light_part(make_store: MakeStore) -> None:
    store = await opened(make_store)
    whole = {id: record(id, n + 1, seed=n, title=f"T{n}", source="s") for n, id in enumerate("abc")}
    await store.write(KEY, list(whole.values()))
    entries = await stored_entries(store)
    assert sorted(entries) == ["a", "b", "c"]
    for id, (entry, codes) in entries.items():
        assert entry == (id, whole[id].document.title, "s", whole[id].fingerprint, False)
        assert codes.dtype == np.int8
        assert np.array_equal(codes, whole[id].codes)


async def check_replacing_leaves_nothing_of_the_old(make_store: MakeStore) -> None:
    store = await opened(make_store)
    await store.write(KEY, [record("a", 5, title="old", source="s", metadata={"old": 1})])
    new = record("a", 2, seed=1, content="new")
    await store.write(KEY, [new])
    (found,) = await store.records(KEY, ["a"])
    assert_same(found, new)
    ((_, codes),) = (await stored_entries(store)).values()
    assert len(codes) == 2
    assert [info.count for info in await store.collections()] == [1]


async def check_items_of_different_dimensions_live_side_by_side(make_store: MakeStore) -> None:
    """As they do while a collection is being embedded again by another model."""
    store = await opened(make_store)
    both = [record("a", 2, dims=8), record("b", 3, dims=5), record("c", 1, dims=8)]
    for whole in both:
        await store.write(KEY, [whole])
    for found, whole in zip(await store.records(KEY, ["a", "b", "c"]), both, strict=True):
        assert_same(found, whole)
    entries = await stored_entries(store)
    assert [entries[id][1].shape for id in "abc"] == [(2, 8), (3, 5), (1, 8)]


async def check_vectors_are_rounded_alike_for_memory_and_for_reading(make_store: MakeStore) -> None:
    store = await opened(make_store)
    vectors = normalize(np.random.default_rng(0).standard_normal((3, 8)))
    vectors[1] = 0
    await store.write(KEY, [replace(record("a", 3), codes=quantize(vectors))])
    (found,) = await store.records(KEY, ["a"])
    ((_, codes),) = (await stored_entries(store)).values()
    assert np.array_equal(codes, quantize(vectors))
    assert np.array_equal(found.codes, codes)
    assert np.array_equal(found.vectors, dequantize(codes))


def picture_record(id: str, *, thumbnail: bytes = bytes(range(256)), original: bytes = b"") -> Record:
    picture = Picture("ab" * 32, 640, 480, thumbnail, original)
    return replace(record(id, content=" "), passages=(Passage(0, 0),), picture=picture)


async def check_pictures_come_back_as_they_were(make_store: MakeStore) -> None:
    store = await opened(make_store)
    written = [picture_record("plain"), picture_record("kept", original=b"\0\xff" * 1000), record("text")]
    await store.write(KEY, written)
    for before, after in zip(
        written, await store.records(KEY, ["plain", "kept", "text"], pictures="originals"), strict=True
    ):
        assert (after.picture, after.passages) == (before.picture, before.passages)
    entries = await stored_entries(store)
    assert {id: entry.is_image for id, (entry, _) in entries.items()} == {
        "plain": True,
        "kept": True,
        "text": False,
    }


async def check_pictures_can_be_left_out(make_store: MakeStore) -> None:
    store = await opened(make_store)
    await store.write(KEY, [picture_record("a", original=b"file"), record("text")])
    light, text = await store.records(KEY, ["a", "text"], pictures="none")
    assert light.picture == Picture("ab" * 32, 640, 480, b"", b"")
    (small,) = await store.records(KEY, ["a"])
    assert small.picture == Picture("ab" * 32, 640, 480, bytes(range(256)), b"")
    assert text.picture is None


async def check_a_picture_gives_way_to_a_text(make_store: MakeStore) -> None:
    store = await opened(make_store)
    await store.write(KEY, [picture_record("a", original=b"file")])
    await store.write(KEY, [record("a")])
    (found,) = await store.records(KEY, ["a"])
    assert found.picture is None
    await store.write(KEY, [picture_record("a")])
    (found,) = await store.records(KEY, ["a"], pictures="originals")
    assert found.picture is not None
    assert found.picture.original == b""
    await store.delete(KEY, ["a"])
    await store.write(KEY, [record("a")])
    assert (await store.records(KEY, ["a"]))[0].picture is None


async def check_the_image_encoder_is_remembered(make_store: MakeStore) -> None:
    store = await make_store("a")
    await store.put_collection(replace(INFO, image_fingerprint="eye"))
    (info,) = await store.collections()
    assert info == replace(INFO, image_fingerprint="eye", count=0)


async def stored_words(store: VectorStore) -> dict[str, bytes]:
    return {id: counts async for batch in store.words(KEY) for id, counts in batch.items()}


async def check_words_go_with_their_items(make_store: MakeStore) -> None:
    store = await opened(make_store)
    written = [replace(record(id), words=id.encode()) for id in ("a", "b", "c")]
    await store.write(KEY, [*written, record("without")])
    assert await stored_words(store) == {"a": b"a", "b": b"b", "c": b"c"}
    await store.write(KEY, [replace(record("a"), words=b"new"), record("b")])
    await store.delete(KEY, ["c"])
    assert await stored_words(store) == {"a": b"new"}
    (back,) = await store.records(KEY, ["a"])
    assert back.words == b""
    await store.drop(KEY)
    await store.put_collection(INFO)
    assert await stored_words(store) == {}


async def check_words_are_added_to_the_items_that_they_were_made_from(make_store: MakeStore) -> None:
    store = await opened(make_store)
    items = [record("a"), record("b"), record("gone")]
    await store.write(KEY, items)
    await store.write(KEY, [record("b", seed=1)])
    await store.delete(KEY, ["gone"])
    await store.write_words(KEY, {item.document.id: (item.fingerprint, b"counts") for item in items})
    assert await stored_words(store) == {"a": b"counts"}


async def check_words_of_many_items_come_in_batches(make_store: MakeStore) -> None:
    store = await opened(make_store)
    ids = [f"{n:04}" for n in range(600)]
    await store.write(KEY, [replace(record(id), words=id.encode()) for id in ids])
    batches = [batch async for batch in store.words(KEY)]
    assert sorted(id for batch in batches for id in batch) == ids


async def check_deleting(make_store: MakeStore) -> None:
    store = await opened(make_store)
    await store.write(KEY, [record(id) for id in "abc"])
    await store.delete(KEY, ["b", "nowhere", "b"])
    await store.delete(KEY, [])
    assert await stored_ids(store) == ["a", "c"]
    assert [info.count for info in await store.collections()] == [2]


async def check_a_write_is_all_or_nothing(make_store: MakeStore) -> None:
    store = await opened(make_store)
    await store.write(KEY, [record("old", title="before")])
    bad = record("bad", metadata={"unstorable": object()})
    raised = False
    try:
        await store.write(KEY, [record("good"), record("old", seed=1, title="after"), bad, record("later")])
    except Exception:
        raised = True
    assert raised
    store = await make_store("a")
    assert await stored_ids(store) == ["old"]
    (old,) = await store.records(KEY, ["old"])
    assert old.document.title == "before"


async def check_writing_nothing(make_store: MakeStore) -> None:
    store = await opened(make_store)
    await store.write(KEY, [])
    assert await stored_ids(store) == []


async def check_what_was_written_does_not_follow_the_caller(make_store: MakeStore) -> None:
    store = await opened(make_store)
    whole = record("a", metadata={"list": [1]})
    before = whole.codes.copy()
    await store.write(KEY, [whole])
    whole.codes[:] = 0
    whole.document.metadata["list"].append(2)
    (found,) = await store.records(KEY, ["a"])
    assert np.array_equal(found.codes, before)
    assert found.document.metadata == {"list": [1]}


async def check_collections_are_kept_apart(make_store: MakeStore) -> None:
    store = await opened(make_store)
    await store.put_collection(replace(INFO, key="k2", name="others", created=2.5))
    await store.write(KEY, [record("same"), record("mine")])
    await store.write("k2", [record("same", seed=1)])
    await store.delete("k2", ["mine"])
    assert await stored_ids(store) == ["mine", "same"]
    assert await stored_ids(store, "k2") == ["same"]
    assert [(i.name, i.count) for i in await store.collections()] == [("notes", 2), ("others", 1)]


async def check_collections_come_in_order_of_creation(make_store: MakeStore) -> None:
    store = await make_store("a")
    for key, created in [("z", 2.0), ("a", 3.0), ("m", 1.0)]:
        await store.put_collection(replace(INFO, key=key, name=f"{key} 😀/'\"", created=created))
    infos = await store.collections()
    assert [info.key for info in infos] == ["m", "z", "a"]
    assert infos[0] == replace(INFO, key="m", name="m 😀/'\"", created=1.0)


async def check_renaming_keeps_the_items(make_store: MakeStore) -> None:
    store = await opened(make_store)
    await store.write(KEY, [record("a")])
    changed = replace(INFO, name="new name", model="other", encoder_fingerprint="p2", dims=3, count=99)
    await store.put_collection(changed)
    assert await store.collections() == [replace(changed, count=1)]
    assert await stored_ids(store) == ["a"]


async def check_dropping(make_store: MakeStore) -> None:
    store = await opened(make_store)
    await store.put_collection(replace(INFO, key="k2", name="others", created=2.5))
    await store.write(KEY, [record("a")])
    await store.write("k2", [record("b")])
    await store.drop(KEY)
    await store.drop("nowhere")
    assert [info.key for info in await store.collections()] == ["k2"]
    await store.put_collection(INFO)
    assert await stored_ids(store) == []
    assert await stored_ids(store, "k2") == ["b"]


async def assert_refused(calls: Sequence[Callable[[], Awaitable[Any]]], error_type: type[Exception]) -> None:
    for call in calls:
        try:
            await call()
        except error_type:
            continue
        raise AssertionError(f"{error_type.__name__} was not raised")


async def check_nothing_is_written_to_a_collection_that_another_connection_dropped(
    make_store: MakeStore,
) -> None:
    here, there = await opened(make_store), await make_store("a")
    await here.write(KEY, [record("a"), picture_record("b", original=b"file")])
    await there.drop(KEY)
    calls = [
        lambda: here.write(KEY, [record("a", seed=1), picture_record("c", original=b"file")]),
        lambda: here.delete(KEY, ["a"]),
        lambda: here.describe(KEY, name="new name"),
    ]
    await assert_refused(calls, UnknownCollection)
    assert await here.collections() == []
    assert await here.orphans() == {}
    await there.put_collection(INFO)
    assert await stored_ids(here) == []
    assert await here.records(KEY, ["a", "b", "c"], pictures="originals") == []


async def check_describing_changes_only_what_it_names(make_store: MakeStore) -> None:
    here, there = await opened(make_store), await make_store("a")
    await here.write(KEY, [record("a"), record("b")])
    await there.describe(KEY, name="new name")
    changed = await here.describe(
        KEY, model="other", encoder_fingerprint="p2", dims=3, image_fingerprint="eye"
    )
    fields: dict[str, Any] = {
        "model": "other",
        "encoder_fingerprint": "p2",
        "dims": 3,
        "image_fingerprint": "eye",
    }
    assert changed == replace(INFO, name="new name", count=2, **fields)
    assert await there.collections() == [changed]
    assert await stored_ids(there) == ["a", "b"]


async def check_no_two_collections_get_one_name(make_store: MakeStore) -> None:
    here, there = await opened(make_store), await make_store("a")
    other = replace(INFO, key="k2", name="others", created=2.5)
    await there.put_collection(other)
    calls = [
        lambda: there.put_collection(replace(INFO, key="k3")),
        lambda: there.put_collection(replace(other, name="notes")),
        lambda: there.describe("k2", name="notes"),
    ]
    await assert_refused(calls, NameTaken)
    assert await here.collections() == [INFO, other]
    await there.describe("k2", name="others", dims=3)
    await here.drop(KEY)
    assert (await there.describe("k2", name="notes")).name == "notes"


async def check_reopening(make_store: MakeStore) -> None:
    store = await opened(make_store)
    whole = record("a", 2, seed=3, title="T", metadata={"x": [1]})
    await store.write(KEY, [whole])
    await store.close()
    again = await make_store("a")
    assert await again.collections() == [replace(INFO, count=1)]
    (found,) = await again.records(KEY, ["a"])
    assert_same(found, whole)


async def check_databases_are_kept_apart(make_store: MakeStore) -> None:
    store = await opened(make_store)
    await store.write(KEY, [record("a")])
    assert await (await make_store("b")).collections() == []


async def check_two_thousand_items_at_once(make_store: MakeStore) -> None:
    store = await opened(make_store)
    whole = [record(f"item {n:05d}", n % 3 + 1, dims=384, seed=n) for n in range(2000)]
    await store.write(KEY, whole)
    batches = [batch async for batch in store.entries(KEY)]
    assert len(batches) > 1, "entries must come in batches, so that the page can breathe"
    entries = await stored_entries(store)
    assert len(entries) == sum(len(batch.ids) for batch in batches) == 2000
    for n in (0, 1, 999, 1999):
        assert np.array_equal(entries[f"item {n:05d}"][1], whole[n].codes)
    found = await store.records(KEY, [r.document.id for r in reversed(whole)])
    assert [r.document.id for r in found] == [r.document.id for r in reversed(whole)]
    assert [info.count for info in await store.collections()] == [2000]


async def check_changing_while_reading_entries(make_store: MakeStore) -> None:
    store = await opened(make_store)
    await store.write(KEY, [record(f"{n:04d}") for n in range(600)])
    seen = set()
    async for batch in store.entries(KEY):
        seen.update(batch.ids)
        await store.write(KEY, [record("0000", seed=1)])
    assert seen == {f"{n:04d}" for n in range(600)}


async def check_usage(make_store: MakeStore) -> None:
    store = await opened(make_store)
    await store.write(KEY, [record("a")])
    usage = await store.usage()
    assert usage.used is None or usage.used >= 0
    assert usage.quota is None or usage.used is None or usage.quota >= usage.used
    assert usage.persisted in (True, False, None)


CHECKS = {name: check for name, check in list(globals().items()) if name.startswith("check_")}
