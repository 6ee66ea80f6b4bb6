"""The file that a backup is, and what is wrong with files that are none."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from aio import run
from fakes import FakeEncoder, FakeStore, make_library
from semblance.backup import write_backup
from semblance.documents import Document
from semblance.errors import BadBackup
from semblance.handout import Handout
from semblance.records import Record
from semblance.relations import Relations
from semblance.restore import read_backup

Members = dict[str, bytes]


@cache
def backup() -> bytes:
    async def main() -> bytes:
        library = make_library(FakeStore(), FakeEncoder(dims=4), clock=lambda: 1700000000.0)
        collection = await library.collection("notes")
        long = Document("b", "Ten words are in this sentence, so two are not one passage. " * 3, title="é😀")
        await collection.embed_multi(
            [long, Document("a", "𝒳 one", metadata={"x": [1]}, source="s", note="n", links=("b", "é"))]
        )
        return b"".join([piece async for piece in library.backup("notes")])

    return run(main())


def members() -> Members:
    with zipfile.ZipFile(io.BytesIO(backup())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(members: Members, compression: int | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            stored = name == "vectors.f32"
            usual = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), data, usual if compression is None else compression)
    return out.getvalue()


def with_manifest(found: Members, **changes: Any) -> Members:
    """The members with a manifest that fits them, but for the changes."""
    manifest = json.loads(found["manifest.json"])
    manifest["sha256"] = {n: hashlib.sha256(found[n]).hexdigest() for n in ("items.jsonl", "vectors.f32")}
    return found | {"manifest.json": json.dumps(manifest | changes).encode()}


def first_item(change: Callable[[dict[str, Any]], Any]) -> Callable[[], bytes]:
    """A backup whose first item was edited, everything else to match."""

    def make() -> bytes:
        found = members()
        first, second = found["items.jsonl"].splitlines()
        line = json.dumps(change(json.loads(first))).encode()
        return packed(with_manifest(found | {"items.jsonl": line + b"\n" + second + b"\n"}))

    return make


def item(**fields: Any) -> Callable[[], bytes]:
    return first_item(lambda found: found | fields)


def picture(**fields: Any) -> Callable[[], bytes]:
    found = {"digest": "d", "width": 1, "height": 1, "thumbnail": "", "original": ""}
    return item(picture=found | fields)


def manifest(**fields: Any) -> Callable[[], bytes]:
    return lambda: packed(with_manifest(members(), **fields))


def edited(name: str, change: Callable[[bytes], bytes]) -> Callable[[], bytes]:
    """A backup whose member was edited, its hash left as it was."""
    return lambda: packed(members() | {name: change(members()[name])})


def rewritten(name: str, change: Callable[[bytes], bytes], **fields: Any) -> Callable[[], bytes]:
    """A backup whose member was edited, and its hash too."""
    return lambda: packed(with_manifest(members() | {name: change(members()[name])}, **fields))


def restore(data: bytes) -> FakeStore:
    store = FakeStore()

    async def main() -> None:
        await make_library(store, FakeEncoder(dims=4)).restore(data, "notes.zip")

    run(main())
    return store


def test_the_format_is_as_documented() -> None:
    found = members()
    assert list(found) == ["items.jsonl", "vectors.f32", "manifest.json"]
    items = [json.loads(line) for line in found["items.jsonl"].splitlines()]
    manifest = json.loads(found["manifest.json"])
    assert [item["id"] for item in items] == ["a", "b"]
    assert items[0]["passages"] == [[0, 5, ""]]
    assert items[0]["metadata"] == {"x": [1]}
    assert (items[1]["title"], items[0]["source"], items[0]["note"]) == ("é😀", "s", "n")
    assert "𝒳".encode() in found["items.jsonl"]
    assert (manifest["format"], manifest["version"], manifest["name"]) == ("semblance-backup", 1, "notes")
    assert (manifest["items"], manifest["passages"], manifest["dims"]) == (2, 4, 4)
    numbers = struct.unpack("<16f", found["vectors.f32"])
    for row in range(4):
        assert sum(x * x for x in numbers[4 * row : 4 * row + 4]) == pytest.approx(1, abs=1e-6)
    digest = hashlib.sha256(found["vectors.f32"]).hexdigest()
    assert manifest["sha256"]["vectors.f32"] == digest


def test_a_repacked_backup_is_accepted() -> None:
    store = restore(packed(with_manifest(members())))
    (info,) = run(store.collections())
    assert (info.name, info.count, info.dims) == ("notes", 2, 4)
    records = run(store.records(info.key, ["a", "b"]))
    assert [record.document.links for record in records] == [("b", "é"), ()]


def flipped(position: int) -> bytes:
    data = bytearray(backup())
    data[position] ^= 1
    return bytes(data)


NAN, LONG = struct.pack("<f", float("nan")), struct.pack("<4f", 2, 0, 0, 0)

BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "not a zip archive"),
    "text": (lambda: b"# notes\n" * 100, "not a zip archive"),
    "cut short": (lambda: backup()[:-30], "not a zip archive"),
    "cut at the start": (lambda: backup()[50:], "it is damaged"),
    "a bit flipped": (lambda: flipped(150), "it is damaged"),
    "another zip": (lambda: packed({"a.md": b"text"}), "it holds a.md, not items.jsonl"),
    "a member too many": (lambda: packed(members() | {"../evil": b""}), "it holds"),
    "a member missing": (lambda: packed({"manifest.json": b"{}", "items.jsonl": b""}), "it holds"),
    "other compression": (lambda: packed(members(), zipfile.ZIP_BZIP2), "compressed in another way"),
    "no manifest object": (edited("manifest.json", lambda _: b"[]"), "not a JSON object"),
    "no JSON": (edited("manifest.json", lambda data: data[:-5]), "manifest.json: it is not JSON"),
    "deep JSON": (edited("manifest.json", lambda _: b"[" * 100_000), "nested more than 120 levels deep"),
    "another format": (manifest(format="x"), "something else"),
    "a newer format": (manifest(version=3), "a newer Semblance wrote it"),
    "no name": (manifest(name=" "), "the name is blank"),
    "dims as text": (manifest(dims="4"), "`dims` is missing or of the wrong kind"),
    "dims as bool": (manifest(dims=True), "`dims` is missing or of the wrong kind"),
    "other dims": (manifest(dims=8), "has 64 bytes, not 4 x 8 x 4"),
    "no dims": (rewritten("vectors.f32", lambda _: b"", dims=0), "not 4 x 0 x 4"),
    "negative": (manifest(items=-1), "counts can't be true"),
    "too few items": (manifest(items=3), "says 3 with 4"),
    "vectors edited": (edited("vectors.f32", lambda data: data[16:] + data[:16]), "SHA-256"),
    "items edited": (edited("items.jsonl", lambda data: data.replace(b"one", b"two")), "SHA-256"),
    "NaN": (rewritten("vectors.f32", lambda data: NAN + data[4:]), "length is not 1"),
    "long vector": (rewritten("vectors.f32", lambda data: data[:-16] + LONG), "length is not 1"),
    "no last line feed": (rewritten("items.jsonl", lambda data: data[:-1]), "line 2: it has no end"),
    "blank line": (rewritten("items.jsonl", lambda data: b"\n" + data), "line 1: it is not JSON"),
    "not UTF-8": (rewritten("items.jsonl", lambda data: b"\xff\n" + data), "line 1: it is not JSON"),
    "the same id": (item(id="b"), "the id 'b' comes twice"),
    "an item that is a list": (first_item(lambda found: [found]), "line 1: it is not a JSON object"),
    "title missing": (first_item(lambda found: {"id": found["id"]}), "`title` is missing"),
    "metadata a list": (item(metadata=[]), "`metadata`"),
    "a link that is no text": (item(links=["b", 7]), "the field `links` is of the wrong kind"),
    "no passages": (item(passages=[]), "it has no passages"),
    "passage too far": (item(passages=[[0, 6, ""]]), "the content has 5 characters"),
    "passage backwards": (item(passages=[[3, 3, ""]]), "a passage is"),
    "passage of text": (item(passages=["x"]), "a passage is x"),
    "updated infinite": (item(updated=float("inf")), "line 1: it is not JSON"),
    "updated too large": (item(updated=10**400), "the number `updated` can't be true"),
    "cut too large": (item(cut=2**60), "the number `cut` can't be true"),
    "cut negative": (item(cut=-1), "the number `cut` can't be true"),
    "metadata that JSON can't hold": (item(metadata={"x": float("nan")}), "line 1: it is not JSON"),
    "a picture of negative width": (picture(width=-1), "the number `width` can't be true"),
    "a picture of endless height": (picture(height=10**30), "the number `height` can't be true"),
    "too many dims": (
        rewritten("vectors.f32", lambda _: b"", dims=10**9, items=0, passages=0),
        "counts can't be true",
    ),
    "half a character": (item(content="\ud83d12345"), "not JSON"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_named_and_nothing_is_written(case: str) -> None:
    make, message = BAD[case]
    store = FakeStore()
    with pytest.raises(BadBackup, match=message) as caught:
        run(make_library(store, FakeEncoder(dims=4)).restore(make(), "notes.zip"))
    assert str(caught.value).startswith("notes.zip: ")
    assert run(store.collections()) == []


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    data = packed(members() | {"manifest.json": b" " * (2 << 20)})
    assert len(data) < 20_000
    with pytest.raises(BadBackup, match="would unpack to 2,097,152 bytes, and the limit is 1 MB"):
        restore(data)


def test_items_that_unpack_to_a_thousandfold_are_refused_with_the_limit() -> None:
    """Before they are unpacked. What repeats itself and is small is no bomb: a collection may hold such texts."""
    small = packed(members() | {"items.jsonl": b" " * 2_000_000})
    with pytest.raises(BadBackup, match="it has no end"):
        restore(small)
    large = bytearray(small)
    entry = large.index(b"items.jsonl", large.index(b"PK\1\2")) - 46  # in the central directory
    large[entry + 24 : entry + 28] = struct.pack("<I", 300 << 20)
    with pytest.raises(BadBackup, match="times its size, as bombs do; the limit is 200 times"):
        restore(bytes(large))


def test_a_member_that_lies_about_its_size() -> None:
    data = bytearray(packed(members() | {"manifest.json": b" " * (2 << 20)}))
    directory = data.rindex(b"PK\1\2")  # the central directory's entry of the last member
    data[directory + 24 : directory + 28] = struct.pack("<I", 100)
    with pytest.raises(BadBackup, match="damaged"):
        restore(bytes(data))


def test_what_is_said_of_pairs_and_what_is_left_out() -> None:
    """A page that hands out a collection is made of such a backup."""
    relations = Relations().say("pinned", "a", "b").plain()

    async def main() -> tuple[Any, list[Record]]:
        library = make_library(FakeStore(), FakeEncoder(dims=4))
        collection = await library.collection("notes")
        text = Document("a", "Nobody else may read this.", "Title", {"tag": "sea", "body": "long " * 99})
        await collection.embed_multi([text])
        handout = Handout(texts=False, thumbnails=False)
        data = b"".join([piece async for piece in write_backup(collection, handout.lean, relations)])
        assert b"Nobody" not in zipfile.ZipFile(io.BytesIO(data)).read("items.jsonl")
        found = await read_backup(data)
        return found.relations, [record async for batch in found.records() for record in batch]

    kept, (lean, *_) = run(main())
    assert kept == relations
    assert (lean.document.content, lean.document.metadata) == ("Title", {"tag": "sea"})
    assert len(lean.codes) == len(lean.passages)


def test_relations_that_are_none_are_refused() -> None:
    with pytest.raises(BadBackup, match="relations"):
        restore(packed(with_manifest(members(), relations={"pinned": "ab"})))


def test_an_abandoned_backup_does_no_harm() -> None:
    async def main() -> None:
        library = make_library(FakeStore(), FakeEncoder())
        collection = await library.collection("notes")
        await collection.embed_multi([Document(f"{n}", "ab" * 30_000) for n in range(60)])
        pieces = library.backup("notes")
        assert (await anext(pieces)).startswith(b"PK")
        await pieces.aclose()  # type: ignore[attr-defined] # it is a generator
        await collection.embed("new", "text")
        assert collection.count() == 61

    run(main())


def test_a_clock_that_jumps_loses_nothing() -> None:
    """Back before 1970, and far into the future, between two additions and in a backup."""
    times = iter([1.7e9, 1.7e9, -5.0, 4e12, -1e9, 0.0, 1.7e9, 1.7e9])

    async def main() -> list[str]:
        library = make_library(FakeStore(), FakeEncoder(dims=4), clock=lambda: next(times))
        collection = await library.collection("notes")
        for number, text in enumerate(("one", "two", "three")):
            report = await collection.embed_multi([Document("a", text), Document(f"{number}", "other")])
            assert not report.failed
        data = b"".join([piece async for piece in library.backup("notes")])
        other = make_library(FakeStore(), FakeEncoder(dims=4))
        restored = await other.collection((await other.restore(data)).name)
        return [record.document.content for record in await restored.get(sorted(restored.ids()))]

    assert run(main()) == ["other", "other", "other", "three"]
