"""The reader's index, as an independent reader of its format sees it."""

from __future__ import annotations

import asyncio
import base64
import gzip
import re
import socket
import subprocess
from collections import Counter

import numpy as np
import pytest

from fakes import FakeEncoder
from semblance import wiring
from unit.blog.reader_index import File, ReaderIndex
from unit.blog.support import COFFEE, TEA, TIDES, Site, page

MOST_SCRIPT_BYTES = 25_000


def index_of(site: Site, language: str = "en") -> ReaderIndex:
    return ReaderIndex(site.root / "semblance" / site.json("index.json")["languages"][language]["reader"])


@pytest.fixture
def written(site: Site) -> Site:
    assert site.four().run(engine=False) == 0
    return site


def test_neither_engine_nor_model_is_written_fetched_or_made(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*arguments: object, **options: object) -> None:
        raise AssertionError("the engine was made, another program run, or the network used")

    monkeypatch.setattr(wiring, "write_engine", forbidden)
    monkeypatch.setattr(subprocess, "Popen", forbidden)  # Node.js, npm, pip
    monkeypatch.setattr(socket.socket, "connect", forbidden)
    assert site.four().run(engine=False) == 0
    index = site.json("index.json")
    assert "engine" not in index
    (script,) = index["scripts"]
    assert len(gzip.compress((site.root / "semblance" / script).read_bytes())) <= MOST_SCRIPT_BYTES
    assert set(index["scripts"]) <= site.files().keys()
    folders = {name.split("/")[0].rpartition("-")[0] for name in site.files() if name.count("/") > 1}
    assert folders == {"index-en", ""}


def test_a_post_has_what_is_shown_of_it(written: Site) -> None:
    index = index_of(written)
    assert [index.post(number)["title"] for number in range(len(index.passages))] == [
        "Coffee",
        "Sailing",
        "Tea",
        "Tides",
    ]
    tea = index.post(2)
    assert tea["url"] == "posts/tea/"
    ((heading, anchor, text, *_),) = tea["passages"]
    assert (heading, anchor) == ("Tea", "")
    assert "Green tea wants water" in text


def test_tags_and_years_have_their_posts(site: Site) -> None:
    head = '<meta property="article:published_time" content="{}-05-01"><meta property="article:tag" content="{}">'
    for name, text, about in (
        ("a", TEA, ("2023", "hot")),
        ("b", TIDES, ("2024", "wet")),
        ("c", COFFEE, ("2023", "wet")),
    ):
        site.write(f"{name}.html", page(name, text, head=head.format(*about)))
    assert site.run(engine=False) == 0
    assert index_of(site).filters() == [{"hot": [0], "wet": [1, 2]}, {"2023": [0, 2], "2024": [1]}]


def test_sentences_of_a_passage_have_signs_of_their_own_vectors(written: Site) -> None:
    aside = "Incidentally, " + "extraordinarily " * 9 + "thirsty."
    text = f"𠀀 {TEA} {aside} {TIDES} Twice, and at sea they know."
    written.write("two.html", page("Two", text))
    assert written.run(engine=False) == 0
    index = index_of(written)
    two = next(
        index.post(number) for number in range(len(index.passages)) if index.post(number)["title"] == "Two"
    )
    ((_, _, shown, starts, signs),) = two["passages"]
    units = shown.encode("utf-16-le")
    assert [units[2 * start :].decode("utf-16-le")[:8] for start in starts] == ["𠀀 Green ", "The moon"]
    bits = np.unpackbits(
        np.frombuffer(base64.b64decode(signs), np.uint8).reshape(2, -1), axis=1, bitorder="little"
    )
    table = np.sum(
        [index.row(word) for word in re.findall("[a-z]+", TIDES.lower())], axis=0
    )  # 4 bits a number
    assert np.mean(bits[1] == (table[:128] > 0)) > 0.7
    assert np.mean(bits[0] == (table[:128] > 0)) < 0.6


def test_words_find_their_posts_in_every_form(written: Site) -> None:
    index = index_of(written)
    assert set(index.having("harbours")) == {1, 3}
    assert index.having("sailing")[1] >= 4  # it is the title
    assert set(index.having("minutes")) == {0, 2}
    assert index.having("locomotive") == {}


def test_stems_and_stop_words_are_those_of_the_language_without_accents(site: Site) -> None:
    text = "A maré sobe e desce, e também o barco que está no porto entre outros barcos, não é?"
    site.write("a.html", page("Maré", text, lang="pt-BR"))
    assert site.run(engine=False) == 0
    index = index_of(site, "pt-BR")
    assert {"que", "nao", "tambem"} <= set(index.stop_words)
    assert "mare" not in index.stop_words
    assert index.having("barco") == {0: 2}


def test_forms_of_a_word_count_as_one(site: Site) -> None:
    site.write("a.html", page("One", "A boat and the table beside it, and nothing else that matters here."))
    site.write("b.html", page("Two", "Two boats and many tables beside them, which matter to nobody at all."))
    assert site.run(engine=False) == 0
    index = index_of(site)
    assert set(index.having("boat")) == set(index.having("tables")) == {0, 1}


def test_the_table_is_near_the_models_vectors_of_sentences(written: Site, encoder: FakeEncoder) -> None:
    index = index_of(written)
    for query in ("skipper reads tables", "ground coffee", "moon"):
        table = np.sum([index.row(word) for word in query.split()], axis=0)
        (model,) = asyncio.run(encoder.encode([query]))
        assert table @ model / np.linalg.norm(table) > 0.75, query


def test_a_word_that_the_site_never_uses_has_the_models_vector(written: Site, encoder: FakeEncoder) -> None:
    row = index_of(written).row("automobile")
    (model,) = asyncio.run(encoder.encode(["automobile"]))
    assert row @ model / np.linalg.norm(row) > 0.98


def test_passages_near_a_query_come_first(written: Site, encoder: FakeEncoder) -> None:
    index = index_of(written)
    (query,) = asyncio.run(encoder.encode(["coffee press"]))
    assert max(index.similar(query))[1] == 0
    (query,) = asyncio.run(encoder.encode(["skipper tables"]))
    assert max(index.similar(query))[1] == 1


@pytest.mark.usefixtures("many_groups")
def test_where_groups_are_many_those_near_one_another_form_an_area(site: Site, encoder: FakeEncoder) -> None:
    assert site.four().run(engine=False) == 0
    index = index_of(site)
    assert len(index.areas) == len(index.centres) == 2
    assert sum(index.areas) == len(list(index.folder.glob("groups/*"))) > 2
    (query,) = asyncio.run(encoder.encode(["coffee press"]))
    similar = sorted(index.similar(query), reverse=True)
    assert similar[0][1] == 0
    assert Counter(passage for _, passage in similar) == {0: 2, 1: 2, 2: 2, 3: 2}  # each stands in two groups


@pytest.mark.usefixtures("many_groups")
def test_an_area_says_how_large_its_groups_files_are(site: Site) -> None:
    assert site.four().run(engine=False) == 0
    index = index_of(site)
    files = [File(index.folder, f"areas/{area}") for area, _ in enumerate(index.areas)]
    assert [len(file.vectors()) for file in files] == index.areas
    said = [size for file in files for size in file.numbers()]
    assert said == [(index.folder / f"groups/{group}.smbr").stat().st_size for group, _ in enumerate(said)]


def test_the_same_site_gives_the_same_index_and_another_one_another_name(written: Site) -> None:
    first = written.files()
    assert written.run(engine=False) == 0
    assert written.files() == first
    name = written.json("index.json")["languages"]["en"]["reader"]
    written.write(
        "posts/new/index.html", page("New", "Nobody has ever written anything about so new a thing.")
    )
    assert written.run(engine=False) == 0
    assert written.json("index.json")["languages"]["en"]["reader"] != name


def test_each_language_has_its_own_index(site: Site) -> None:
    site.four().write(
        "de.html", page("Tee", "Grüner Tee will Wasser unter achtzig Grad und zwei Minuten.", lang="de")
    )
    assert site.run(engine=False) == 0
    german = index_of(site, "de")
    assert len(german.passages) == 1
    assert german.having("gruner") == {0: 1}
    assert len(index_of(site).passages) == 4


def test_a_damaged_cache_counts_as_empty(written: Site) -> None:
    first = written.files()
    for kept in [
        *written.root.parent.glob(".semblance-cache/reader/*"),
        *written.root.parent.glob("tokens/*"),
    ]:
        kept.write_bytes(b"damaged")
    assert written.run(engine=False) == 0
    assert written.files() == first
