"""The words of a collection in memory, ready to be ranked by BM25: numpy only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from math import log

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.pace import Pacer
from semblance.ranking.words.counts import WordCounts
from semblance.ranking.words.terms import STEMMERS, code_range, is_dense, is_single, term

BLOCK = 1_000
"""Items are sorted by term in blocks of so many: a few milliseconds of work in a browser."""

SATURATION, LENGTH = 1.2, 0.5
"""BM25's k1 and b."""

EXACT = 0.5
"""What the word itself counts beside its forms, which count 1."""

BEGINNING = 0.5
"""What a word counts that only begins with a word of a query: one that is not typed to its end, or stands nowhere alone."""

_SHORTEST_BEGINNING = 2
_SHORTEST_PART = 3  # letters of the first part of a compound


@dataclass(slots=True, eq=False)
class _Block:
    """Items and their terms, sorted by term."""

    ids: list[str]
    terms: npt.NDArray[np.uint64]  # (t,)
    items: npt.NDArray[np.int32]  # (t,), position of the item in `ids`
    counts: npt.NDArray[np.uint8]  # (t,)
    lengths: FloatArray  # (n,), how many words each item has
    alive: npt.NDArray[np.bool_] = field(init=False)  # (n,)

    def __post_init__(self) -> None:
        self.alive = np.ones(len(self.ids), dtype=np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class WordScores:
    """BM25 of n items for w words.

    Parameters
    ----------
    scores : ndarray of float32, shape (n,)
        At least 0.
    having : ndarray of bool, shape (w, n)
        Which items have which word, in any of its forms.
    coverage : ndarray of float32, shape (n,)
        Which part of the words an item has exactly as they were typed, weighted by how rare they are, in [0, 1].
    """

    scores: FloatArray
    having: npt.NDArray[np.bool_]
    coverage: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Occurrences:
    """Terms and the items in which they stand.

    Parameters
    ----------
    terms : ndarray of uint64, shape (o,)
        In rising order.
    rows : ndarray of int, shape (o,)
        The item of each term.
    """

    terms: npt.NDArray[np.uint64]
    rows: npt.NDArray[np.intp]


class _Sums:
    """Adds up the scores of items, word by word. Rows are the n items that are asked for."""

    def __init__(self, words: int, order: npt.NDArray[np.intp], blocks: Sequence[_Block]) -> None:
        self._order = order
        self._blocks = blocks
        self._present = order < sum(len(block.ids) for block in blocks)
        self._scores = np.zeros(len(order), dtype=np.float32)
        self._having = np.zeros((words, len(order)), dtype=np.bool_)
        self._covered = np.zeros(len(order), dtype=np.float32)
        self._coverable = 0.0
        lengths = self._in_order([block.lengths for block in blocks])
        mean = max(float(lengths[self._present].mean()), 1.0) if self._present.any() else 1.0
        self._weights = np.asarray(SATURATION * (1 - LENGTH + LENGTH * lengths / mean), dtype=np.float32)

    def frequencies(self, ranges: Sequence[tuple[int, int]]) -> FloatArray:
        """How often each item has terms of these ranges, shape (n,)."""
        return self._in_order([_frequencies(block, ranges) for block in self._blocks])

    def add(self, number: int, frequencies: FloatArray, factor: float, *, typed: bool = False) -> None:
        """Add what a word counts, by its number; `typed` if the frequencies are of the word as it was typed."""
        having = frequencies > 0
        n, some = int(np.count_nonzero(self._present)), int(np.count_nonzero(having))
        rarity = log(1 + (n - some + 0.5) / (some + 0.5))
        parts = frequencies / (frequencies + self._weights)
        self._scores += np.float32(factor * rarity * (SATURATION + 1)) * parts
        self._having[number] |= having
        if typed:
            self._covered += np.float32(rarity) * having
            self._coverable += rarity

    def result(self) -> WordScores:
        return WordScores(self._scores, self._having, self._covered / np.float32(self._coverable or 1))

    def _in_order(self, columns: list[FloatArray]) -> FloatArray:
        nowhere = np.zeros(1, dtype=np.float32)  # for items that are not in the index
        return np.concatenate([*columns, nowhere])[self._order]


class WordIndex:
    """Items with the terms that occur in them, and their BM25 scores.

    Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), equation 3.15. The inverse
    document frequency is Lucene's, which is never negative.

    Examples
    --------
    >>> index = WordIndex()
    >>> for id, word in (("a", "tide"), ("b", "moon")):
    ...     index.put(id, WordCounts(np.array([term(word, "en")], dtype=np.uint64), np.array([1], dtype=np.uint8)))
    >>> index.scores(["tides"], ["a", "b"]).scores.round(2)
    array([0.69, 0.  ], dtype=float32)
    """

    def __init__(self) -> None:
        self._blocks: list[_Block] = []
        self._arrived: dict[str, WordCounts] = {}  # items that are in no block yet
        self._places: dict[str, tuple[int, int]] = {}  # block and position of each other item
        self._order: tuple[Sequence[str], npt.NDArray[np.intp]] | None = None

    def __len__(self) -> int:
        return len(self._places) + len(self._arrived)

    def __contains__(self, id: str) -> bool:
        return id in self._places or id in self._arrived

    def put(self, id: str, counts: WordCounts) -> None:
        """Insert or replace an item."""
        self.remove([id])
        self._arrived[id] = counts

    def remove(self, ids: Iterable[str]) -> None:
        """Remove items; unknown ids are ignored."""
        for id in ids:
            self._arrived.pop(id, None)
            if place := self._places.pop(id, None):
                number, position = place
                self._blocks[number].alive[position] = False
        self._order = None

    async def prepare(self) -> None:
        """Sort what has arrived into blocks, in steps that let the page respond in between."""
        pacer = Pacer()
        while self._arrived:
            self._sort_some()
            await pacer.breathe()

    def scores(self, words: Sequence[str], ids: Sequence[str], *, unfinished: bool = False) -> WordScores:
        """How well each item fits some words.

        Parameters
        ----------
        words : sequence of str
            As `words_of` gives them.
        ids : sequence of str
            The n items, in the order in which scores are wanted. An item that is not in the index has no word.
        unfinished : bool
            Whether the last word may be the beginning of one. A word that no item has is taken for one anyway.
        """
        while self._arrived:
            self._sort_some()
        order = self._ordered(ids)
        sums = _Sums(len(words), order, self._blocks)
        for number, word in enumerate(words):
            # A single Han character is mostly written with others.
            itself = sums.frequencies([code_range(word) if is_single(word) else _only(term(word))])
            forms = np.maximum(itself, sums.frequencies(_stems(word)))
            sums.add(number, forms, 1)
            is_last = unfinished and number == len(words) - 1
            if _may_begin_another(word, is_last, forms):
                begun = np.where(forms > 0, np.float32(0), sums.frequencies([code_range(word)]))
                # A word that stands nowhere is taken for a beginning, and what begins so for what is meant.
                is_begun = not itself.any()
                sums.add(number, begun, BEGINNING, typed=is_begun)
                sums.add(number, itself, EXACT, typed=not is_begun)
            else:
                sums.add(number, itself, EXACT, typed=True)
        return sums.result()

    def occurrences(self, ids: Sequence[str]) -> Iterator[Occurrences]:
        """Which term stands in which of some items, in parts of some milliseconds. Each occurrence is in one of them."""
        while self._arrived:
            self._sort_some()
        order = self._ordered(ids)
        start = 0
        for block in list(self._blocks):
            rows = np.full(len(block.ids), -1)
            here = np.flatnonzero((order >= start) & (order < start + len(block.ids)))
            rows[order[here] - start] = here
            of_terms = rows[block.items]
            is_asked = of_terms >= 0
            yield Occurrences(block.terms[is_asked], of_terms[is_asked])
            start += len(block.ids)

    def _ordered(self, ids: Sequence[str]) -> npt.NDArray[np.intp]:
        """Position of each id's item among the items of all blocks, shape (n,); the end for one that is in none."""
        if self._order is None or self._order[0] is not ids:
            starts = np.cumsum([0, *(len(block.ids) for block in self._blocks)]).tolist()
            nowhere = (len(self._blocks), 0)
            places = (self._places.get(id, nowhere) for id in ids)
            order = np.fromiter((starts[number] + i for number, i in places), np.intp, len(ids))
            self._order = ids, order
        return self._order[1]

    def _sort_some(self) -> None:
        """Sort some of the items that have arrived into the last block, or into a new one if that is full."""
        last = self._blocks[-1] if self._blocks else None
        joined: dict[str, WordCounts] = {}
        if last and len(last.ids) < BLOCK:
            joined = _unsorted(last)
            self._blocks.pop()
        for id in list(self._arrived)[: BLOCK - len(joined)]:
            joined[id] = self._arrived.pop(id)
        number = len(self._blocks)
        self._blocks.append(_sorted(joined))
        self._places.update((id, (number, i)) for i, id in enumerate(joined))
        self._order = None


def _may_begin_another(word: str, is_unfinished: bool, frequencies: FloatArray) -> bool:
    """Whether words that begin so count, too: what is not typed to its end, and a part of compounds, as German has them."""
    if is_unfinished:
        return len(word) >= _SHORTEST_BEGINNING
    return len(word) >= _SHORTEST_PART and not is_dense(word) and not frequencies.any()


def _stems(word: str) -> list[tuple[int, int]]:
    """The numbers of a word's stems in the languages, as ranges."""
    return [_only(term(word, language)) for language in STEMMERS]


def _only(number: int) -> tuple[int, int]:
    return number, number + 1


def _frequencies(block: _Block, ranges: Iterable[tuple[int, int]]) -> FloatArray:
    """How often each item of a block has a term of these ranges, shape (n,)."""
    totals = np.zeros(len(block.ids), dtype=np.float32)
    for bounds in ranges:
        first, end = np.searchsorted(block.terms, np.array(bounds, dtype=np.uint64))
        if first < end:
            counts = block.counts[first:end].astype(np.float32)
            totals += np.bincount(block.items[first:end], counts, len(block.ids)).astype(np.float32)
    return totals


def _sorted(counts: Mapping[str, WordCounts]) -> _Block:
    items = [np.full(len(own.terms), i, dtype=np.int32) for i, own in enumerate(counts.values())]
    terms = np.concatenate([own.terms for own in counts.values()])
    order = np.argsort(terms, kind="stable")
    lengths = np.array([own.counts.sum(dtype=np.float32) for own in counts.values()], dtype=np.float32)
    all_counts = np.concatenate([own.counts for own in counts.values()])
    return _Block(list(counts), terms[order], np.concatenate(items)[order], all_counts[order], lengths)


def _unsorted(block: _Block) -> dict[str, WordCounts]:
    """The items of a block that were not removed."""
    order = np.argsort(block.items, kind="stable")
    edges = np.searchsorted(block.items[order], np.arange(1, len(block.ids)))
    terms, counts = np.split(block.terms[order], edges), np.split(block.counts[order], edges)
    items = zip(block.ids, map(WordCounts, terms, counts), strict=True)
    return dict(compress(items, block.alive))
