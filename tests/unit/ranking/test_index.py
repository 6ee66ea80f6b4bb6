from __future__ import annotations

import asyncio
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from semblance.documents import Document, Picture
from semblance.ranking import index as module
from semblance.ranking.cosines import cosines
from semblance.ranking.entries import entries_of
from semblance.ranking.index import Index
from semblance.ranking.vectors import dequantize, mean_vector, normalize, quantize, top_k
from semblance.records import Record

QUERY = normalize(np.arange(8))


def record(id: str, passages: int, seed: int = 0, dims: int = 8) -> Record:
    codes = quantize(np.random.default_rng(seed).standard_normal((passages, dims)))
    return Record(Document(id, "", f"title {id}"), f"print {seed}", (), codes)


def put(index: Index, *records: Record) -> None:
    for entries in entries_of(records):
        index.put(entries)


def filled() -> tuple[Index, list[Record]]:
    records = [record(id, n % 4 + 1, seed=n) for n, id in enumerate("edcba")]
    index = Index()
    put(index, *records[:2])
    put(index, *records[2:])
    return index, records[::-1]


def test_items_are_ranked_by_their_best_passage() -> None:
    index, records = filled()
    assert np.allclose(index.best(QUERY), [(r.vectors @ QUERY).max() for r in records])
    assert [index.best_passage(r.document.id, QUERY) for r in records] == [
        (r.vectors @ QUERY).argmax() for r in records
    ]


def test_means_stand_for_items() -> None:
    index, records = filled()
    means = index.means(np.arange(5))
    assert np.allclose(means, [mean_vector(r.vectors) for r in records], atol=0.01)  # they are rounded too
    assert np.allclose(index.alike(QUERY), means @ QUERY, atol=1e-6)


def test_the_mean_of_one_passage_is_that_passage() -> None:
    index = Index()
    put(index, record("b", 1, seed=1), record("a", 1))
    assert (
        index.means(np.array([1, 0])).tolist()
        == dequantize(np.concatenate([index.codes("b"), index.codes("a")])).tolist()
    )
    assert index.alike(QUERY).tolist() == index.best(QUERY).tolist()


def test_rows_do_not_depend_on_the_order_of_arrival() -> None:
    index, records = filled()
    other = Index()
    put(other, *records)
    assert index.ids == other.ids == list("abcde")
    assert index.entries == other.entries
    assert index.best(QUERY).tobytes() == other.best(QUERY).tobytes()
    assert [index.row(id) for id in "abcde"] == list(range(5))


def test_pictures_are_known_by_the_rows_of_items_after_any_change() -> None:
    index, records = filled()
    picture = Picture("digest", 1, 1, b"")
    put(index, replace(records[1], picture=picture), replace(record("f", 1), picture=picture))
    index.remove(["a"])
    assert index.ids == ["b", "c", "d", "e", "f"]
    assert index.are_pictures.tolist() == [True, False, False, False, True]
    assert Index().are_pictures.tolist() == []


def test_changes_show_at_once() -> None:
    index, _ = filled()
    before, version = index.best(QUERY), index.version
    put(index, record("c", 3, seed=99))
    index.remove(["a", "nowhere"])
    assert index.version != version
    assert index.ids == ["b", "c", "d", "e"]
    assert np.allclose(index.best(QUERY)[[0, 2, 3]], before[[1, 3, 4]])
    assert index.best(QUERY)[1] != before[2]
    assert len(index.alike(QUERY)) == 4
    assert "a" not in index
    assert index.get("a") is None
    assert index.get("c") == ("c", "title c", "", "print 99", False)


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("put"), st.lists(st.tuples(st.integers(0, 15), st.integers(1, 3)), max_size=6)),
            st.tuples(st.just("remove"), st.lists(st.tuples(st.integers(0, 15), st.just(0)), max_size=6)),
        ),
        max_size=12,
    )
)
def test_it_ranks_as_brute_force_does_whatever_happened_before(
    changes: list[tuple[str, list[tuple[int, int]]]],
) -> None:
    index, expected, seed = Index(), dict[str, Record](), 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK", 4)
        for change, items in changes:
            named = {f"{number:02}": passages for number, passages in items}
            if change == "remove":
                index.remove(named)
                expected = {id: r for id, r in expected.items() if id not in named}
            else:
                # Few seeds, so that equal vectors under several ids are frequent.
                records = [record(id, p, seed=(seed := seed + 1) % 3) for id, p in named.items()]
                put(index, *records)
                expected.update((r.document.id, r) for r in records)
    ids = sorted(expected)
    scores = [float(cosines(expected[id].codes, QUERY).max()) for id in ids]
    brute = sorted(zip([-score for score in scores], ids, strict=True))[:5]
    assert (len(index), index.ids) == (len(ids), ids)
    assert index.best(QUERY).tolist() == scores
    assert [index.ids[row] for row in top_k(index.best(QUERY), 5)] == [id for _, id in brute]
    assert [entry.fingerprint for entry in index.entries] == [expected[id].fingerprint for id in ids]
    assert sorted(index) == index.entries
    assert all(np.array_equal(index.codes(id), expected[id].codes) for id in ids)


def test_vectors_take_a_byte_a_component() -> None:
    index, _ = filled()
    asyncio.run(index.prepare())
    assert {block.codes.dtype for block in index._blocks} == {np.dtype(np.int8)}


def test_an_empty_index_answers() -> None:
    index = Index()
    assert index.ids == []
    assert index.best(np.ones(3, dtype=np.float32)).shape == (0,)
    put(index, record("a", 2))
    index.remove(["a"])
    assert index.best(QUERY).shape == index.alike(QUERY).shape == (0,)


def test_items_of_other_dimensions_may_come_while_all_are_embedded_again() -> None:
    index = Index()
    put(index, record("a", 1), record("b", 1))
    put(index, record("b", 1, dims=4))
    assert index.ids == ["a", "b"]
    put(index, record("a", 2, dims=4))
    assert index.best(normalize(np.arange(4))).shape == (2,)


def test_preparing_goes_on_with_what_there_is_when_items_change_meanwhile() -> None:
    index = Index()
    put(index, *(record(f"{i:04}", 2) for i in range(1000)))

    async def main() -> None:
        async def change() -> None:
            index.remove(["0000"])

        await asyncio.gather(index.prepare(), change())

    asyncio.run(main())
    assert len(index.best(QUERY)) == len(index.alike(QUERY)) == 999
