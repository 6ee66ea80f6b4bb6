"""Lab 8: clusters of the sample, their names and their JSON."""

from __future__ import annotations

import json
from typing import cast

import numpy as np
import pytest

from aio import run
from semblance.labs import running
from semblance.labs.figures import Bars, Note, Plain, Points, Table
from semblance.labs.lessons import clusters
from semblance.labs.lessons.clusters_k_means import characteristic_terms
from semblance.labs.tools import Items
from semblance.native.labs import Tools


class Holding:
    """Tools whose collections are given."""

    def __init__(self, items: Items) -> None:
        self._items = items

    async def collection(self, name: str) -> Items:
        return self._items


def holding(items: Items) -> Tools:
    return cast(Tools, Holding(items))  # clusters need no other tools


def same(count: int) -> Items:
    return Items(
        [str(i) for i in range(count)], [""] * count, ["?"] * count, np.full((count, 4), 0.5, np.float32)
    )


def test_twelve_clusters_of_the_sample(tools: Tools) -> None:
    note, table, points, _ = run(clusters.show_clusters(tools, "", 12))
    assert isinstance(note, Note)
    assert isinstance(table, Table)
    assert isinstance(points, Points)
    assert note.values["count"] == 72
    assert 0 < float(str(note.values["silhouette"])) < 0.2  # small, as the text says of texts
    sizes = [int(str(row[1])) for row in table.rows]
    assert sum(sizes) == 72
    assert sizes == sorted(sizes, reverse=True)
    assert len(points.group_names) == 12
    assert np.bincount(points.groups).tolist() == sizes
    terms = " ".join(str(row[2]) for row in table.rows)
    assert all(word in terms for word in ("birds", "money", "compost", "telescope"))


def test_clusters_are_the_same_each_time(tools: Tools) -> None:
    assert run(clusters.show_clusters(tools, "", 7)) == run(clusters.show_clusters(tools, "", 7))


def test_the_json_has_the_shape_of_llm_cluster(tools: Tools) -> None:
    *_, plain = run(clusters.show_clusters(tools, "", 3))
    assert isinstance(plain, Plain)
    assert plain.file_name == "clusters.json"
    printed = json.loads(plain.text)
    assert {cluster["id"] for cluster in printed} == {"0", "1", "2"}
    assert all(set(cluster) == {"id", "items", "summary"} for cluster in printed)
    items = [item for cluster in printed for item in cluster["items"]]
    assert sorted(item["id"] for item in items) == sorted(run(tools.sample()).ids)
    assert all(set(item) == {"id", "content"} and 0 < len(item["content"]) <= 100 for item in items)


def test_the_silhouette_for_each_number(tools: Tools) -> None:
    note, bars = run(clusters.show_counts(tools, ""))
    assert isinstance(note, Note)
    assert isinstance(bars, Bars)
    assert bars.labels == [str(k) for k in range(2, 13)]
    scores = bars.series["silhouette"]
    assert note.values["k"] == int(bars.labels[int(np.argmax(scores))])
    assert max(scores) < 0.2


def test_more_clusters_than_items_are_not_asked_for(tools: Tools) -> None:
    note, *_ = run(clusters.show_clusters(holding(same(4)), "", 20))
    assert isinstance(note, Note)
    assert note.values["k"] == 3


@pytest.mark.parametrize("count", [1, 2])
def test_too_few_items(count: int) -> None:
    assert run(clusters.show_clusters(holding(same(count)), "", 2)) == [Note("too_few")]
    assert run(clusters.show_counts(holding(same(count)), "")) == [Note("too_few")]


def test_terms_stand_in_many_texts_of_one_cluster_and_few_of_the_others() -> None:
    texts = [
        "red apple tree",
        "green apple pie",
        "apple apple",
        "fast red car",
        "the car",
        "a car and a zebra zebra zebra",
    ]
    terms = characteristic_terms(texts, np.array([0, 0, 0, 1, 1, 1]), 2)
    assert terms[0][0] == "apple"
    assert terms[1][0] == "car"  # not zebra, which one text repeats
    assert "the" not in terms[1]


def test_a_cluster_without_words_has_no_terms() -> None:
    assert characteristic_terms(["", "12 ?", "a word"], np.array([0, 0, 1]), 2) == [[], ["word"]]
    assert characteristic_terms(["", "?"], np.array([0, 1]), 2) == [[], []]


def test_the_cell_finds_the_household_repairs(tools: Tools) -> None:
    outcome = run(running.run(tools, clusters.LESSON, clusters.LESSON.cell))
    first = outcome.output.splitlines()[0]
    assert "The bathroom tap drips" in first
    assert "Patching a hole in the wall" in first
