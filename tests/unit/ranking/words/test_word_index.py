"""BM25 against its formula, and the index after every kind of change."""

from __future__ import annotations

from collections.abc import Mapping
from math import log
from random import Random

import numpy as np
import pytest

from aio import run
from semblance.documents import Document
from semblance.pace import Pacer
from semblance.ranking.words.counts import WordCounts, count_words
from semblance.ranking.words.index import BEGINNING, BLOCK, EXACT, LENGTH, SATURATION, WordIndex
from semblance.ranking.words.terms import term, words_of

TEXTS = {
    "tides": "The moon pulls the sea, and the sea comes in",
    "waves": "The wind pushes the sea into waves. Waves, waves!",
    "bread": "Let the dough rise",
    "empty": "",
}


def counts_of(text: str, title: str = "", metadata: Mapping[str, object] | None = None) -> WordCounts:
    return run(count_words(Document("id", text, metadata=metadata or {}), title, Pacer()))


def index_of(texts: Mapping[str, str]) -> WordIndex:
    index = WordIndex()
    for id, text in texts.items():
        index.put(id, counts_of(text))
    return index


def bm25(frequencies: list[int], lengths: list[int]) -> list[float]:
    """The formula, for one word in n texts."""
    having, n = sum(f > 0 for f in frequencies), len(lengths)
    rarity = log(1 + (n - having + 0.5) / (having + 0.5))
    mean = sum(lengths) / n
    return [
        rarity * f * (SATURATION + 1) / (f + SATURATION * (1 - LENGTH + LENGTH * length / mean))
        for f, length in zip(frequencies, lengths, strict=True)
    ]


def test_scores_are_those_of_the_formula() -> None:
    ids = sorted(TEXTS)  # bread, empty, tides, waves
    lengths = [2 * len(TEXTS[id].split()) for id in ids]  # each word and its stem
    forms, itself = bm25([0, 0, 0, 3], lengths), bm25([0, 0, 0, 3], lengths)
    expected = np.array(forms) + EXACT * np.array(itself)
    scores = index_of(TEXTS).scores(["waves"], ids)
    np.testing.assert_allclose(scores.scores, expected, rtol=1e-5)
    np.testing.assert_array_equal(scores.coverage, [0, 0, 0, 1])


def test_another_form_counts_and_the_word_itself_counts_more() -> None:
    index = index_of({"one": "a wave", "many": "some waves", "none": "a tide"})
    one, many, none = index.scores(["waves"], ["one", "many", "none"]).scores
    assert many > one > none == 0


@pytest.mark.parametrize(
    ("word", "ids"),
    [("潮", ["a", "b"]), ("表", ["a", "c"]), ("月", ["d"]), ("น้ำ", ["e", "f"]), ("ที่", ["f"])],
)
def test_a_single_character_is_found_wherever_it_stands(word: str, ids: list[str]) -> None:
    texts = {"a": "潮汐表", "b": "漲潮了", "c": "手表", "d": "月", "e": "ดื่มน้ำ", "f": "ที่น้ำ"}
    (asked,) = words_of(word)
    scores = index_of(texts).scores([asked], list(texts))
    assert [id for id, has in zip(texts, scores.having[0], strict=True) if has] == ids


def test_the_first_part_finds_compounds_unless_it_is_a_word_there_itself() -> None:
    texts = {"a": "Die Zug\u00adverbindung nach Linz", "b": "Der Umzug", "c": "Linz im Mai"}
    found = index_of(texts).scores(["zug", "linz"], list(texts))
    assert found.having.tolist() == [[True, False, False], [True, False, True]]
    with_itself = index_of(texts | {"d": "Ein Zug"}).scores(["zug"], [*texts, "d"])
    assert with_itself.having.tolist() == [[False, False, False, True]]


def test_the_last_word_may_be_unfinished() -> None:
    index = index_of(TEXTS | {"bread": "Let the dough of wavelets rise"})
    ids = sorted(TEXTS)
    assert index.scores(["waves"], ids, unfinished=True).coverage.tolist() == [0, 0, 0, 1]
    index = index_of(TEXTS)
    assert not index.scores(["wav", "av"], ids).having[1].any()
    assert not index.scores(["wa"], ids).scores.any()
    begun = index.scores(["wav"], ids, unfinished=True)
    whole = index.scores(["waves"], ids)
    assert 0 < begun.scores[3] < whole.scores[3]
    assert begun.having.tolist() == [[False, False, False, True]]
    assert begun.coverage.tolist() == [0, 0, 0, 1]
    assert 0 < BEGINNING < 1


def test_a_word_that_nobody_has_lowers_the_coverage() -> None:
    scores = index_of(TEXTS).scores(["dough", "qwertyuiop"], sorted(TEXTS))
    assert 0 < scores.coverage[0] < 0.5
    assert scores.coverage[1:].tolist() == [0, 0, 0]
    assert scores.having.tolist() == [[True, False, False, False], [False] * 4]


def test_an_item_that_is_not_in_the_index_has_no_word() -> None:
    scores = index_of(TEXTS).scores(["dough"], ["bread", "not counted yet"])
    assert scores.scores[0] > 0
    assert scores.scores[1] == 0
    assert WordIndex().scores(["dough"], ["a"]).scores.tolist() == [0]
    assert WordIndex().scores([], []).scores.tolist() == []


def test_changes_in_any_order_leave_what_a_new_index_has() -> None:
    random, index, texts = Random(0), WordIndex(), dict[str, str]()
    words = ["tide", "wave", "moon", "wind", "dough", "rye", "bread", "salt", "sea", "sky"]
    for step in range(400):
        id = f"item {random.randrange(60)}"
        if random.random() < 0.3:
            index.remove([id])
            texts.pop(id, None)
        else:
            texts[id] = " ".join(random.choices(words, k=random.randint(0, 9)))
            index.put(id, counts_of(texts[id]))
        if step % 37 == 0:
            run(index.prepare())
    ids = sorted(texts)
    assert len(index) == len(ids)
    changed, new = index.scores(words, ids), index_of(texts).scores(words, ids)
    np.testing.assert_allclose(changed.scores, new.scores, rtol=1e-5)
    np.testing.assert_array_equal(changed.having, new.having)


def test_occurrences_are_given_by_the_rows_of_the_items_that_are_asked_for() -> None:
    index = index_of({"a": "sea", "b": "sea moon", "c": "moon", "d": "sea"})
    index.remove(["d"])
    ids = ["c", "a", "x", "b", "d"]
    pairs = [
        (int(number), ids[row])
        for part in index.occurrences(ids)
        for number, row in zip(part.terms, part.rows, strict=True)
    ]
    assert sorted(id for number, id in pairs if number == term("sea")) == ["a", "b"]
    assert sorted(id for number, id in pairs if number == term("moon")) == ["b", "c"]


def test_blocks_are_filled_and_the_order_of_ids_is_free() -> None:
    index = index_of({f"{n:05}": f"word{n % 7} filler" for n in range(2 * BLOCK + 30)})
    run(index.prepare())
    ids = [f"{n:05}" for n in reversed(range(2 * BLOCK + 30))]
    having = index.scores(["word3"], ids).having[0]
    assert [int(id) % 7 == 3 for id in ids] == having.tolist()


@pytest.mark.parametrize("packed", [b"", b"\x01\x02", b"\xff" + bytes(9)])
def test_what_is_not_counts_of_this_rule_is_none(packed: bytes) -> None:
    assert WordCounts.unpack(packed) is None


def test_counts_come_back_as_they_were() -> None:
    counts = counts_of("sea " * 300 + "tide", "Title", {"tags": ["one"], "link": "https://example.org/two"})
    back = WordCounts.unpack(counts.pack())
    assert back is not None
    np.testing.assert_array_equal(back.terms, counts.terms)
    np.testing.assert_array_equal(back.counts, counts.counts)
    assert counts.counts.max() == 255
    nothing = WordCounts.unpack(counts_of("").pack())
    assert nothing is not None
    assert len(nothing.terms) == 0


def test_long_texts_are_cut_between_words() -> None:
    text = "word " * 30_000
    counts = counts_of(text + "x" * 50_000)
    assert len(counts.terms) == 2 + 2  # two words, as they stand and as stems; the long one is shortened
