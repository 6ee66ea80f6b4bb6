from __future__ import annotations

import asyncio

import numpy as np

from semblance.index import Index
from semblance.ports import Entry
from semblance.vectors import mean_vector, normalize


def entry(id: str, passages: int, seed: int = 0, dims: int = 8) -> Entry:
    vectors = normalize(np.random.default_rng(seed).standard_normal((passages, dims)))
    return Entry(id, f"title {id}", "", "", vectors)


def filled() -> tuple[Index, list[Entry]]:
    entries = [entry(id, n % 4 + 1, seed=n) for n, id in enumerate("edcba")]
    index = Index()
    index.put(entries[:2])
    index.put(entries[2:])
    return index, sorted(entries, key=lambda e: e.id)


def test_items_are_ranked_by_their_best_passage() -> None:
    index, entries = filled()
    query = normalize(np.arange(8))
    assert np.allclose(index.best(query), [(e.vectors @ query).max() for e in entries])
    assert [index.best_passage(e.id, query) for e in entries] == [
        (e.vectors @ query).argmax() for e in entries
    ]


def test_means_stand_for_items() -> None:
    index, entries = filled()
    assert np.allclose(index.means, [mean_vector(e.vectors) for e in entries], atol=1e-6)


def test_rows_do_not_depend_on_the_order_of_arrival() -> None:
    index, entries = filled()
    other = Index()
    other.put(entries)
    query = normalize(np.arange(8))
    assert index.ids == other.ids == list("abcde")
    assert index.best(query).tobytes() == other.best(query).tobytes()
    assert [index.row(id) for id in "abcde"] == list(range(5))


def test_changes_show_at_once() -> None:
    index, _ = filled()
    query = normalize(np.arange(8))
    before, version = index.best(query), index.version
    index.put([entry("c", 3, seed=99)])
    index.remove(["a", "nowhere"])
    assert index.version != version
    assert index.ids == ["b", "c", "d", "e"]
    assert np.allclose(index.best(query)[[0, 2, 3]], before[[1, 3, 4]])
    assert index.best(query)[1] != before[2]
    assert len(index.means) == 4
    assert "a" not in index


def test_vectors_are_kept_once() -> None:
    index, _ = filled()
    index.best(normalize(np.arange(8)))
    bases = {id(e.vectors.base) for e in index}
    assert len(bases) == 1


def test_an_empty_index_answers() -> None:
    index = Index()
    assert index.ids == []
    assert index.best(np.ones(3, dtype=np.float32)).shape == (0,)
    assert index.means.shape == (0, 0)


def test_ids_can_be_listed_while_dimensions_differ() -> None:
    index = Index()
    index.put([entry("a", 1, dims=8), entry("b", 1, dims=4)])
    assert index.ids == ["a", "b"]


def test_preparing_goes_on_with_what_there_is_when_items_change_meanwhile() -> None:
    index = Index()
    index.put([entry(f"{i:04}", 2) for i in range(1000)])

    async def main() -> None:
        async def change() -> None:
            index.remove(["0000"])

        await asyncio.gather(index.prepare(), change())

    asyncio.run(main())
    assert len(index.best(normalize(np.arange(8)))) == len(index.means) == 999
