"""What the work on a site is divided into, the files of these parts, and a run that is made of such files."""

from __future__ import annotations

import asyncio
import random
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from fakes import FakeEncoder
from semblance.arrays import Codes, FloatArray
from semblance.blog.embedding import Embedded, embed
from semblance.blog.page import Page, read_page
from semblance.blog.parts import embedding_part, encoding_part, reading_part
from semblance.blog.parts.embedding_part import EmbeddingPart, Request
from semblance.blog.parts.encoding_part import EncodingPart
from semblance.blog.parts.folder import Parts, at_once, one_after_another
from semblance.blog.parts.part import MOST_ITEMS, Part, Tools, compute
from semblance.blog.parts.part_file import unpack
from semblance.blog.parts.reading_part import MOST_BYTES, ReadingPart, Source, reading_parts
from semblance.blog.parts.splitting_part import SplittingPart
from semblance.blog.posts import Post
from semblance.documents import Document
from semblance.errors import Malformed
from semblance.library import Library
from semblance.ports import Encoders
from semblance.records import Record
from semblance.storage.memory import MemoryStore
from unit.blog.support import COFFEE, TEA, Site, output, page

TEXTS = [f"Text number {number}." for number in range(2_000)]


def request(encoder: FakeEncoder, texts: Sequence[str] = TEXTS) -> Request:
    return Request(encoder, "document", texts)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_parts_hold_each_text_once_and_in_order() -> None:
    parts = request(FakeEncoder()).parts()
    assert [text for part in parts for text in part.texts] == TEXTS
    assert 15 < len(parts) < 60
    assert request(FakeEncoder(), []).parts() == []


def test_a_part_is_never_too_large() -> None:
    endless = ["Text number 1."] * 1_000  # whose digest ends no part
    assert [len(part.texts) for part in request(FakeEncoder(), endless).parts()] == [
        *[MOST_ITEMS] * 3,
        1_000 - 3 * MOST_ITEMS,
    ]


@pytest.mark.parametrize("place", [0, 700, 2_000])
def test_a_text_that_comes_or_goes_changes_the_parts_around_it_alone(place: int) -> None:
    before = {part.key for part in request(FakeEncoder()).parts()}
    after = {part.key for part in request(FakeEncoder(), [*TEXTS[:place], "New.", *TEXTS[place:]]).parts()}
    assert 1 <= len(after - before) <= 2
    assert 0 <= len(before - after) <= 2


def test_the_key_changes_with_all_that_vectors_depend_on(monkeypatch: pytest.MonkeyPatch) -> None:
    part = EmbeddingPart("fake", "fake/256", "document", ("ab", "c"))
    others = [
        replace(part, fingerprint="fake/128"),
        replace(part, prompt="query"),
        replace(part, texts=("a", "bc")),
        replace(part, texts=("c", "ab")),
        replace(part, texts=("ab", "c", "")),
    ]
    assert len({part.key, *(other.key for other in others)}) == 6
    assert part.key == replace(part).key
    before = part.key
    monkeypatch.setattr(embedding_part, "ALGORITHM", 0)
    assert replace(part).key != before


def test_the_file_of_a_part_holds_its_vectors() -> None:
    encoder = FakeEncoder(poison="poison")
    part = EmbeddingPart(encoder.name, encoder.fingerprint, "document", ("tea", "a poison", "tea"))
    codes = part.result(unpack(asyncio.run(compute(part, Tools(encoder))), part.key))
    assert codes.shape == (3, 256)
    assert np.array_equal(codes[0], codes[2])
    assert np.abs(codes.astype(int)).max(axis=1).tolist() == [127, 0, 127]  # zeros: the model failed


def damaged(data: bytes, other: bytes) -> dict[str, bytes]:
    return {
        "it is too short to be a part": data[:40],
        "it is no part of format 1": b"PK" + data[2:],
        "it is another part": other,
        "it is damaged: its SHA-256 differs": data[:-1] + bytes([data[-1] ^ 1]),
    }


def test_a_file_that_is_no_such_part_is_refused_by_name_and_computed_again(tmp_path: Path) -> None:
    encoder = FakeEncoder()
    texts = request(encoder, TEXTS[:400])
    whole = asyncio.run(Parts(tmp_path).codes(texts))
    before = files(tmp_path)
    first, second, *_ = sorted(before)
    for reason, data in damaged(before[first], before[second]).items():
        (tmp_path / first).write_bytes(data)
        with pytest.raises(Malformed, match=reason):
            unpack(data, first.partition(".")[0])
        parts = Parts(tmp_path)
        assert np.array_equal(asyncio.run(parts.codes(texts)), whole)
        assert parts.refused == [f"{tmp_path / first}: {reason}"]
        assert (parts.computed, parts.read) == (1, len(before) - 1)
        assert files(tmp_path) == before


def test_what_is_there_is_not_computed_again(tmp_path: Path) -> None:
    encoder = FakeEncoder()
    whole = asyncio.run(Parts(tmp_path / "a").codes(request(encoder)))
    encoder.encoded.clear()
    for again in (Parts(tmp_path / "a"), Parts(tmp_path / "b", [tmp_path / "c", tmp_path / "a"])):
        assert np.array_equal(asyncio.run(again.codes(request(encoder))), whole)
        assert again.computed == 0
    assert encoder.encoded == []
    assert not (tmp_path / "b").exists()


def test_several_parts_are_computed_at_once_and_no_more_than_asked(tmp_path: Path) -> None:
    class Meeting(FakeEncoder):
        """Goes on when two encode at once."""

        under_way = 0
        together = asyncio.Barrier(2)

        async def encode(self, texts: Sequence[str], prompt_name: str | None = None) -> FloatArray:
            self.under_way += 1
            assert self.under_way <= 2
            await self.together.wait()
            self.under_way -= 1
            return await super().encode(texts, prompt_name)

    async def codes() -> Codes:
        async with asyncio.timeout(20):
            return await Parts(tmp_path / "two", compute=at_once(2)).codes(request(Meeting(), texts))

    texts = [text for part in request(FakeEncoder()).parts()[:6] for text in part.texts]
    assert np.array_equal(
        asyncio.run(codes()), asyncio.run(Parts(tmp_path / "one").codes(request(FakeEncoder(), texts)))
    )
    assert files(tmp_path / "two") == files(tmp_path / "one")


def test_parts_are_written_as_they_come_in_any_order(tmp_path: Path) -> None:
    """A run that ends in the middle has lost the parts under way and no others."""
    encoder = FakeEncoder()

    async def backwards(parts: Iterable[Part[Any]], tools: Tools) -> AsyncIterator[tuple[Part[Any], bytes]]:
        for number, part in enumerate(reversed(list(parts))):
            if number == 3:
                raise ConnectionError("the cluster is gone")
            yield part, await compute(part, tools)

    with pytest.raises(ConnectionError):
        asyncio.run(Parts(tmp_path, compute=backwards).codes(request(encoder)))
    assert len(files(tmp_path)) == 3
    parts = Parts(tmp_path)
    codes = asyncio.run(parts.codes(request(encoder)))
    assert parts.read == 3
    assert np.array_equal(codes, asyncio.run(Parts(tmp_path / "other").codes(request(encoder))))


# --- pages and posts -------------------------------------------------------------------------------


RICH = page(
    "Tea",
    head="""<meta name="description" content="On tea"><meta property="article:tag" content="drinks">
    <meta property="article:published_time" content="2024-05-01"><base href="/blog/">
    <link rel="canonical" href="https://example.org/blog/tea/"><link rel="alternate" hreflang="de" href="/de/tee/">
    <link rel="alternate" type="application/rss+xml" href="/feed.xml">""",
    body=f"""<article><header><h1 id="top">Tea</h1><p class="meta">May 1, 2024, edited on 2024-06-02</p></header>
    <p>{TEA} <a href="../coffee/">As for coffee</a></p><h2 id="pot"><a href="../pot/">The pot</a></h2><p>{COFFEE}</p>
    <aside class="semblance-related">Earlier links</aside></article>""",
)
PAGES = [
    Source("tea/index.html", RICH.encode()),
    *(Source(f"{number}.html", page(f"Post {number}").encode()) for number in range(150)),
    Source("empty.html", b""),
    Source("surrogate.html", "<article><h1>&#xd83d;</h1><p>你好 \u2028 &#0;</p></article>".encode()),
    Source("zwei.html", page("Zwei", "Über den Tee, auf Deutsch.", lang="de").encode("latin-1")),
]


def test_pages_that_are_read_in_parts_are_those_that_are_read_alone_in_the_same_order(tmp_path: Path) -> None:
    alone = [read_page(*source) for source in PAGES]
    assert alone[0].metadata.tags, alone[0].links
    for compute_all in (one_after_another, at_once(2), one_after_another):  # the last finds them in files
        parts = Parts(tmp_path, compute=compute_all)
        together = asyncio.run(parts.results(reading_parts(PAGES), Tools()))
        assert [page for pages in together for page in pages] == alone
    assert parts.computed == 0


def test_a_page_that_changes_changes_one_part() -> None:
    before = {part.key for part in reading_parts(PAGES)}
    changed = [
        source._replace(data=b"<p>New</p>") if source.file == "70.html" else source for source in PAGES
    ]
    assert len(before) > 2
    assert len({part.key for part in reading_parts(changed)} - before) == 1


def test_parts_of_large_pages_have_fewer() -> None:
    large = [Source(f"{number}.html", b"x" * (MOST_BYTES // 2)) for number in range(6)]
    assert max(part.count for part in reading_parts(large)) == 2


def test_pages_are_taken_when_there_is_room_for_them(tmp_path: Path) -> None:
    """All pages of a site may be more than there is memory for."""
    taken, most = 0, 0

    def sources() -> Iterator[Source]:
        nonlocal taken
        for source in PAGES:
            taken += 1
            yield source

    def done(part: Part[Any]) -> None:
        nonlocal taken, most
        most, taken = max(most, taken), taken - part.count

    asyncio.run(Parts(tmp_path).results(reading_parts(sources()), Tools(), on_part=done))
    assert taken == 0
    assert most < len(PAGES)


@pytest.mark.parametrize("content", [b"{}", b"[]", b"\xff", b'[["page"]]', b"[7]", b'[{"a": 1}]'])
def test_a_part_that_holds_something_else_is_refused(content: bytes) -> None:
    with pytest.raises(Malformed, match="it holds"):
        ReadingPart((PAGES[0],)).result(content)
    with pytest.raises(Malformed, match="it holds"):
        EncodingPart("fake", "fake/256", (Post("", "", "Tea", TEA),)).result(content)
    with pytest.raises(Malformed, match="it holds"):
        SplittingPart("fake", "fake/256", (("Tea", TEA),)).result(content)


def test_posts_that_are_split_in_parts_are_those_that_are_split_alone(tmp_path: Path) -> None:
    """They are split once; what can't be split in a part is tried again, for the reason."""

    class Counting(FakeEncoder):
        counted = 0

        async def count_tokens(self, texts: Sequence[str]) -> list[int]:
            self.counted += 1
            if any("poison" in text for text in texts):
                raise RuntimeError("can't count this")
            return await super().count_tokens(texts)

    async def embedded(parts: Parts) -> Embedded:
        return await embed(posts, Encoders(encoder), MemoryStore(), parts)

    async def alone() -> list[Record]:
        collection = await Library(MemoryStore(), Encoders(encoder)).collection("posts")
        await collection.embed_multi([Document(post.key, post.content, post.title) for post in posts[:-1]])
        return await collection.get([post.key for post in posts[:-1]])

    encoder = Counting()
    texts = [f"{TEA} {COFFEE}\n\n# Number {number}\n\n{COFFEE}" for number in range(100)]
    posts = [Post(f"{number}", "", f"Post {number}", text) for number, text in enumerate(texts)]
    posts.append(Post("bad", "", "Bad", "A poison that no tokenizer knows."))
    plain = asyncio.run(alone())
    for _ in range(2):
        together = asyncio.run(embedded(Parts(tmp_path)))
        assert [record.passages for record in together.records] == [record.passages for record in plain]
        assert [failure.id for failure in together.failures] == ["bad"]
        encoder.counted = 0
    asyncio.run(embedded(Parts(tmp_path)))
    assert encoder.counted < 10  # for the bad one alone


def test_a_bad_page_is_named_by_each_run_and_loses_no_other(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also by one that finds its part in a file."""

    def failing(file: str, data: bytes) -> Page:
        if "coffee" in file:
            raise KeyError("what nobody thought of")
        return read_page(file, data)

    monkeypatch.setattr(reading_part, "read_page", failing)
    for _ in range(2):
        assert site.four().run("--parts", folder(site, "kept")) == 3
        printed = output(capsys)
        assert "3 posts" in printed
        assert printed.count("skipped: posts/coffee/index.html: ") == 1
    assert sorted(site.posts()) == ["posts/sailing/", "posts/tea/", "posts/tides/"]


# --- the command -----------------------------------------------------------------------------------


WORDS = [word.strip(".") for word in f"{TEA} {COFFEE}".lower().split()]


@pytest.fixture
def large(site: Site) -> Site:
    """Posts of several parts."""
    chance = random.Random(1)
    for number in range(200):
        text = " ".join(chance.choices(WORDS, k=20))
        site.write(f"posts/{number}.html", page(f"Post {number}", f"{text.capitalize()}. It is {number}."))
    return site


STARTS = {"embedding": rb"SMBV", "encoding": rb"\[\[\{", "splitting": rb"\[\[\d", "reading": rb"\[\["}
"""What the content of each kind begins with."""


def kinds(parts: Mapping[str, bytes]) -> Counter[str]:
    """How many parts there are of each kind, among files."""
    contents = [data[72:] for data in parts.values()]
    return Counter(
        next(kind for kind, start in STARTS.items() if re.match(start, content)) for content in contents
    )


def counting(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str) -> list[tuple[Any, ...]]:
    """The calls of a module's function."""
    calls, function = [], getattr(module, name)

    def counted(*arguments: Any) -> Any:
        calls.append(arguments)
        return function(*arguments)

    monkeypatch.setattr(module, name, counted)
    return calls


def folder(site: Site, name: str) -> str:
    return str(site.root.parent / name)


def test_shares_of_a_matrix_cover_all_parts_once_and_merge_into_the_same_site(
    site: Site, encoder: FakeEncoder, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each share is computed on a machine of its own, with nothing kept; so is the site that they are merged into."""
    assert site.four().run("--quiet") == 0
    plain = site.files()
    (site.root.parent / "tokens").rename(folder(site, "tokens of the plain run"))
    for number in (1, 2):
        options = [f"--part={number}/2", f"--parts={folder(site, f'part-{number}')}"]
        assert site.run(*options, f"--cache={folder(site, f'cache-{number}')}") == 0
        assert f"part-{number}: share {number} of 2, " in output(capsys)
    shares = [files(Path(folder(site, f"part-{number}"))) for number in (1, 2)]
    total = sum(map(len, shares))
    assert len({name for share in shares for name in share}) == total > 100
    assert kinds(shares[0]).keys() | kinds(shares[1]).keys() == set(STARTS)
    assert max(map(len, shares)) - min(map(len, shares)) <= 1
    encoder.encoded.clear()
    merged = [f"--merge={folder(site, f'part-{number}')}" for number in (1, 2)]
    assert site.run(*merged, f"--cache={folder(site, 'merged')}") == 0
    assert f"  0 parts computed, {total} there already\n" in output(capsys)
    assert encoder.encoded == []
    assert site.files() == plain


def test_what_is_missing_or_damaged_is_computed(large: Site, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = folder(large, "one"), folder(large, "two")
    assert large.run("--no-search", f"--parts={one}") == 0
    plain, parts = large.files(), files(Path(one))
    assert large.run("--no-search", "--part=1/2", f"--parts={two}", f"--cache={two}") == 0
    first, *rest = sorted(Path(two).glob("*.part"))
    first.write_bytes(b"none")
    output(capsys)
    assert large.run("--no-search", f"--merge={two}", f"--cache={folder(large, 'three')}") == 0
    printed = output(capsys)
    assert f"  {len(parts) - len(rest)} parts computed, {len(rest)} there already\n" in printed
    assert f"  computed again: {first}: it is too short to be a part\n" in printed
    assert large.files() == plain


def test_a_second_run_computes_nothing_and_one_more_post_two_parts_at_most(
    large: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = f"--parts={folder(large, 'kept')}"
    assert large.run("--no-search", kept) == 0
    parts = files(Path(folder(large, "kept")))
    assert len(parts) > 3
    output(capsys)
    assert large.run("--no-search", kept) == 0
    assert f"  0 parts computed, {len(parts) - kinds(parts)['embedding']} there already\n" in output(capsys)
    assert large.run("--no-search", kept, f"--cache={folder(large, 'another')}") == 0
    assert f"  0 parts computed, {len(parts)} there already\n" in output(capsys)
    large.write(
        "posts/10a.html", page("New", "Nobody wrote anything at all about quite so new a thing before.")
    )
    assert large.run("--no-search", kept, f"--cache={folder(large, 'third')}") == 0
    new = {name: data for name, data in files(Path(folder(large, "kept"))).items() if name not in parts}
    assert kinds(new).keys() == {"reading", "splitting", "embedding"}
    assert 3 <= len(new) <= 6


def test_the_cache_keeps_what_nothing_else_there_keeps_and_no_more(
    large: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a second run reads and encodes only the parts that have changed."""
    kept = large.root.parent / ".semblance-cache" / "parts"
    assert large.run() == 0
    first = files(kept)
    (kept / f".{'ab' * 20}.killed").write_bytes(b"half a part")
    assert kinds(first).keys() == {"reading", "splitting", "encoding"}
    large.write("posts/100.html", page("Post 100", f"{TEA} It is another text now."))
    read = counting(monkeypatch, reading_part, "read_page")
    encoded = counting(monkeypatch, encoding_part, "counts_of")
    assert large.run() == 0
    assert "posts/100.html" in [file for file, _ in read]
    assert max(len(read), len(encoded)) < 150
    second = files(kept)
    assert len(second) == len(first)
    assert len(second.keys() - first.keys()) == 3  # one of each kind
    plain = large.files()
    assert large.run(f"--cache={folder(large, 'another')}") == 0
    assert large.files() == plain


def test_a_folder_that_takes_no_parts_is_named(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    Path(folder(site, "file")).write_text("This is no folder.")
    assert site.four().run("--parts", folder(site, "file")) == 1
    assert "parts can't be written (File exists). Choose another folder with --parts or --cache." in output(
        capsys
    )
    assert not (site.root / "semblance").exists()


def test_a_look_writes_no_parts(large: Site) -> None:
    assert large.run("--dry-run") == 0
    assert large.run("--check") == 4
    assert not (large.root.parent / ".semblance-cache").exists()


def test_a_share_that_makes_no_sense(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        site.four().run("--part=9/8")
    assert "argument --part: '9/8' is not one of several, such as 3/8" in output(capsys)


def test_without_dask_its_extra_is_named(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert site.four().run("--dask=local") == 1
    assert "Dask is not installed. Install it: pip install 'semblance[dask]'." in output(capsys)
    assert not (site.root / "semblance").exists()
