"""A map that follows its collection and can be kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import numpy as np
import pytest

from semblance.maps.item_map import ItemMap, Items, mark
from semblance.maps.table import as_csv
from semblance.pace import Pacer
from semblance.ranking.vectors import normalize


def some_items(number: int, first: int = 0) -> Items:
    """Items of three kinds in turn."""
    random = np.random.default_rng(0)
    noise = random.standard_normal((first + number, 8))[first:]
    kinds = np.eye(8)[np.arange(first, first + number) % 3]
    ids = [f"item {place:03}" for place in range(first, first + number)]
    marks = np.array([mark(id) for id in ids], dtype=np.uint32)
    return Items(ids, marks, normalize(kinds + 0.1 * noise))


def first_map(items: Items) -> ItemMap:
    return asyncio.run(ItemMap.first(items, Pacer()))


def laid_out(items: Items) -> ItemMap:
    item_map = first_map(items)
    return item_map.laid_out(item_map.places)


def test_items_that_are_alike_share_a_cluster() -> None:
    item_map = first_map(some_items(60))
    kinds = np.arange(60) % 3
    for label in range(len(item_map.names)):
        assert len(set(kinds[item_map.clusters.labels == label])) == 1
    sizes = np.bincount(item_map.clusters.labels)
    assert sizes.tolist() == sorted(sizes, reverse=True)


def test_the_same_items_give_the_same_map() -> None:
    one, two = first_map(some_items(60)), first_map(some_items(60))
    assert np.array_equal(one.places, two.places)
    assert np.array_equal(one.clusters.labels, two.clusters.labels)


def test_the_most_typical_items_come_first() -> None:
    clusters = first_map(some_items(60)).clusters
    members = clusters.members(0)
    assert set(clusters.labels[members]) == {0}
    assert np.all(np.diff(clusters.closeness[members]) <= 0)


def test_items_stay_where_they_are_when_others_come_and_go() -> None:
    before = replace(laid_out(some_items(60)), names=[["a"]] * 5)
    items = some_items(70)
    kept = Items(items.ids[5:], items.marks[5:], items.vectors[5:])
    after = asyncio.run(before.following(kept, Pacer()))
    assert after.ids == kept.ids
    assert np.array_equal(after.places[:55], before.places[5:])
    assert np.array_equal(after.clusters.labels[:55], before.clusters.labels[5:])
    assert after.names == before.names
    kinds = np.arange(5, 70) % 3
    for label in range(len(before.names)):
        assert len(set(kinds[after.clusters.labels == label])) <= 1


def test_an_item_that_has_changed_finds_another_place() -> None:
    before, items = laid_out(some_items(60)), some_items(60)
    vectors, marks = items.vectors.copy(), items.marks.copy()
    vectors[0], marks[0] = vectors[1], 7
    after = asyncio.run(before.following(Items(items.ids, marks, vectors), Pacer()))
    assert after.clusters.labels[0] == before.clusters.labels[1] != before.clusters.labels[0]
    assert np.linalg.norm(after.places[0] - before.places[1]) < np.linalg.norm(
        before.places[0] - before.places[1]
    )


def test_a_map_can_not_follow_other_items() -> None:
    with pytest.raises(ValueError, match="none"):
        asyncio.run(laid_out(some_items(9)).following(some_items(9, first=50), Pacer()))


def test_a_map_is_made_anew_once_a_quarter_of_it_is_new() -> None:
    assert first_map(some_items(60)).is_outgrown_by(some_items(60))  # the first one by PCA
    item_map = laid_out(some_items(60))
    assert not item_map.is_outgrown_by(some_items(75))
    assert item_map.is_outgrown_by(some_items(76))
    assert item_map.is_outgrown_by(some_items(44))


def test_another_layout_is_turned_towards_the_one_before() -> None:
    before = laid_out(some_items(60))
    mirrored = before.places[:, ::-1] * [-3, 3]
    assert np.allclose(before.laid_out(mirrored.astype(np.float32)).places, before.places, atol=1e-4)
    more = laid_out(some_items(70))
    turned = replace(more, places=(more.places @ [[0, 1], [1, 0]]).astype(np.float32)).turned_like(before)
    assert np.abs(turned.places[:60] - before.places).max() < 0.3


def test_a_map_is_kept_and_read_again() -> None:
    item_map = replace(laid_out(some_items(20)), names=[["潮汐", "sea"]] * 3)
    text, arrays = item_map.pack()
    again = ItemMap.unpack(text, {name: array.reshape(-1) for name, array in arrays.items()})
    assert again is not None
    assert (again.ids, again.names, again.settled) == (item_map.ids, item_map.names, 20)
    assert again.is_of(some_items(20))
    assert np.array_equal(again.places, item_map.places)
    assert np.array_equal(again.clusters.centres, item_map.clusters.centres)


@pytest.mark.parametrize("part", ["marks", "places", "labels", "closeness", "centres"])
def test_a_damaged_map_is_not_read(part: str) -> None:
    text, arrays = laid_out(some_items(20)).pack()
    assert ItemMap.unpack(text, {**arrays, part: arrays[part].reshape(-1)[:-1]}) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"form": 0}'])
def test_a_map_of_another_form_is_not_read(text: str) -> None:
    assert ItemMap.unpack(text, laid_out(some_items(20)).pack()[1]) is None


def test_a_table_has_a_line_for_each_item() -> None:
    made = laid_out(some_items(3))
    item_map = replace(made, names=[["sea", "tide"]] * len(made.names))
    lines = as_csv(item_map, ["One", "Two, three", "=4"]).splitlines()
    assert lines[0] == "id,title,x,y,cluster,words"
    assert lines[2].startswith('item 001,"Two, three",')
    assert lines[2].endswith(f',{item_map.clusters.labels[1] + 1},"sea, tide"')
    assert len(lines) == 4
