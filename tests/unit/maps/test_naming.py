"""Clusters are named by the words that tell them from each other, in every script that the search knows."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from semblance.documents import Document
from semblance.maps.clusters import Clusters
from semblance.maps.naming import name_clusters
from semblance.pace import Pacer
from semblance.ranking.words.counts import count_words
from semblance.ranking.words.index import WordIndex
from semblance.records import NO_CODES, Record


def names_of(texts: Sequence[Sequence[str]], metadata: Mapping[str, object] | None = None) -> list[list[str]]:
    """The names of clusters, given their items' texts."""
    documents = [
        Document(f"{label}-{place}", text, "", metadata or {})
        for label, own in enumerate(texts)
        for place, text in enumerate(own)
    ]
    labels = np.array([int(document.id.partition("-")[0]) for document in documents])
    clusters = Clusters(labels, np.ones(len(labels), np.float32), np.eye(len(texts), dtype=np.float32))
    records = {document.id: Record(document, "", (), NO_CODES) for document in documents}

    async def read(ids: list[str]) -> list[Record]:
        return [records[id] for id in ids]

    async def name() -> list[list[str]]:
        index = WordIndex()
        for document in documents:
            index.put(document.id, await count_words(document, document.title, Pacer()))
        return await name_clusters(clusters, list(records), index, read, Pacer())

    return asyncio.run(name())


def test_words_of_one_cluster_name_it_and_common_words_do_not() -> None:
    names = names_of(
        [
            [
                "Knead the dough and bake the bread today.",
                "Dough rises; bread is baked.",
                "Today: more bread dough.",
            ],
            [
                "The tide rises by the moon today.",
                "Moon and tides.",
                "A tide table says when the moon pulls.",
            ],
        ]
    )
    assert names[0][:2] == ["bread", "dough"]
    assert "today" not in {word.casefold() for name in names for word in name}
    assert {"moon", "tide"} <= {word.casefold() for word in names[1]}


def test_words_that_are_about_nothing_name_no_cluster() -> None:
    names = names_of(
        [
            ["Every owl hunts only at night.", "Only under every barn: an owl."],
            ["Before baking, still: a loaf.", "The loaf is still warm before noon."],
        ]
    )
    assert names == [["owl"], ["loaf"]]


def test_names_of_files_of_photos_name_no_cluster() -> None:
    names = names_of([["1000268201_693b08cb0e.jpg", "IMG_2817.jpg"], ["The loaf is warm.", "A loaf of rye."]])
    assert names == [[], ["loaf"]]


def test_forms_of_a_word_count_as_one_and_the_name_is_written_as_texts_write_it() -> None:
    names = names_of(
        [
            ["SQLite databases are files.", "A database in SQLite.", "SQLite: one more database."],
            ["Walks in the hills.", "A walk uphill.", "We walked for hills."],
        ]
    )
    assert "SQLite" in names[0]
    assert len([word for word in names[0] if word.casefold().startswith("database")]) == 1


def test_chinese_words_are_put_together_from_pairs_of_characters() -> None:
    names = names_of(
        [
            ["潮汐表显示海水的涨落。", "今天的潮汐表在这里。", "看潮汐表就知道海水何时上涨。"],
            ["面包需要发酵。", "我们烤面包，先发酵。", "发酵之后的面包很香。"],
        ]
    )
    assert names[0][0] == "潮汐表"
    assert "面包" in names[1]
    assert "发酵" in names[1]
    assert not any(particle in word for name in names for word in name for particle in "的在我")


def test_words_of_the_metadata_name_pictures() -> None:
    tags = {"tags": ["beach", "sunset"]}
    names = names_of([["", ""]], tags)
    assert set(names[0]) == {"beach", "sunset"}


@pytest.mark.parametrize("texts", [[["", ""]], [["One text about ships.", "Another about 12345 and ab."]]])
def test_a_cluster_without_a_common_word_has_no_name(texts: list[list[str]]) -> None:
    assert names_of(texts) == [[]]


def test_long_texts_do_not_name_their_cluster_alone() -> None:
    long = "Ships sail to harbours. " + "Anchors anchor anchored anchoring. " * 200
    names = names_of([[long, "Ships in harbours.", "A harbour for ships."], ["Tea is green.", "Green tea."]])
    assert {word.casefold().rstrip("s") for word in names[0]} == {"ship", "harbour"}
