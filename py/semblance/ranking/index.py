"""The vectors of a collection in memory, ready to be ranked: numpy only."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress

import numpy as np
import numpy.typing as npt

from semblance.arrays import Codes, FloatArray
from semblance.embedding.fingerprint import lacks_vectors
from semblance.pace import Pacer
from semblance.ranking.cosines import cosines
from semblance.ranking.entries import first_rows, iter_entries, join, take
from semblance.ranking.vectors import dequantize, quantize
from semblance.records import Entries, Entry

BLOCK = 4096
"""A block grows up to this number of items. A larger block came as one batch."""

_SLOT = 1 << 32  # an item's slot is its block's number times this, plus its position in the block
_MEANS = 250  # items whose means are computed at once: a few milliseconds of work in a browser
_MAPPED = 100  # items that a metric maps at once: ten milliseconds
_SORTED = 10_000  # ids that are sorted at once: also a few milliseconds


class Index:
    """Items with one or more vectors each, and their cosines with a query.

    Vectors are kept as int8 (see `semblance.ranking.vectors.quantize`). Cosines are computed from these, in float32. Items
    lie in blocks in the order in which they came. Scores are given in the order of the ids, so that the ranking of equal
    scores does not depend on the order in which items came.

    Examples
    --------
    >>> index = Index()
    >>> index.put(Entries(["b", "a"], ["", ""], ["", ""], ["", ""], [False, False],
    ...     np.array([2, 1]), quantize([[1, 0], [0, 1], [1, 1]])))
    >>> index.ids
    ['a', 'b']
    >>> index.best(np.array([0, 1], dtype=np.float32)).round(2)
    array([0.71, 1.  ], dtype=float32)
    """

    def __init__(self) -> None:
        self._blocks: list[Entries] = []
        self._means: list[Codes | None] = []  # of each block's items; None until they are computed
        self._squares: list[FloatArray] = []  # of the first items of each block; see `squares`
        self._metric: FloatArray | None = None  # that they were computed with
        self._dead: list[int] = []  # how many items of each block were removed, or lie in a later block
        self._slots: dict[str, int] = {}
        self._awaiting: set[str] = set()
        self._ids: list[str] | None = None
        self._order: npt.NDArray[np.intp] | None = None
        self.version = 0
        """Changes whenever the items do."""

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, id: str) -> bool:
        return id in self._slots

    def __iter__(self) -> Iterator[Entry]:
        for number, block in enumerate(self._blocks):
            yield from compress(iter_entries(block), self._alive(number))

    @property
    def awaiting(self) -> frozenset[str]:
        """Ids of the items that are stored but not embedded yet. Their vectors are zeros."""
        return frozenset(self._awaiting)

    def get(self, id: str) -> Entry | None:
        if id not in self._slots:
            return None
        block, i = self._place(id)
        return Entry(block.ids[i], block.titles[i], block.sources[i], block.fingerprints[i], block.images[i])

    def codes(self, id: str) -> Codes:
        """The vectors of an item of the index, shape (p, d)."""
        block, i = self._place(id)
        start = int(block.passages[:i].sum())
        return block.codes[start : start + block.passages[i]]

    def put(self, entries: Entries) -> None:
        """Insert or replace items."""
        if not self._slots.keys().isdisjoint(entries.ids):
            self.remove(entries.ids)
        last = self._blocks[-1] if self._blocks else None
        if last and len(last.ids) < BLOCK and last.codes.shape[1] == entries.codes.shape[1]:
            first = len(last.ids)
            self._blocks[-1], self._means[-1] = join(last, entries), None
        else:
            first = 0
            self._blocks.append(entries)
            self._means.append(None)
            self._squares.append(_NOTHING)
            self._dead.append(0)
        start = (len(self._blocks) - 1) * _SLOT + first
        self._slots.update(zip(entries.ids, range(start, start + len(entries.ids)), strict=True))
        self._awaiting.update(compress(entries.ids, map(lacks_vectors, entries.fingerprints)))
        self._changed()

    def remove(self, ids: Iterable[str]) -> None:
        """Remove items; unknown ids are ignored."""
        touched = set()
        for id in ids:
            slot = self._slots.pop(id, None)
            self._awaiting.discard(id)
            if slot is not None:
                touched.add(slot // _SLOT)
                self._dead[slot // _SLOT] += 1
        for number in touched:
            if 2 * self._dead[number] >= len(self._blocks[number].ids):
                self._shrink(number)
        self._changed()

    @property
    def ids(self) -> Sequence[str]:
        """The n ids in the order of rows, sorted by code point."""
        if self._ids is None:
            self._ids = sorted(self._slots)
        return self._ids

    @property
    def entries(self) -> list[Entry]:
        """The items in the order of `ids`."""
        return sorted(self)  # by id, which is unique

    @property
    def are_pictures(self) -> npt.NDArray[np.bool_]:
        """Which items are pictures, in the order of `ids`; shape (n,)."""
        return self._in_order(lambda _, block: np.array(block.images, dtype=np.float32)) > 0

    def row(self, id: str) -> int:
        """The row of an id of the index."""
        return bisect_left(self.ids, id)

    @property
    def embedded_rows(self) -> npt.NDArray[np.intp]:
        """The rows of the items that have vectors."""
        rows = np.arange(len(self))
        return np.delete(rows, [self.row(id) for id in self._awaiting]) if self._awaiting else rows

    def best(self, query: FloatArray) -> FloatArray:
        """Cosine of each item's best passage with a unit vector of shape (d,); shape (n,)."""
        return self._in_order(lambda number, block: _best(block, query))

    def best_passage(self, id: str, query: FloatArray) -> int:
        """Number of the item's passage that is nearest to a unit vector of shape (d,)."""
        return int(np.argmax(self.passage_cosines(id, query)))

    def passage_cosines(self, id: str, query: FloatArray) -> FloatArray:
        """Cosine of each passage of an item with a unit vector of shape (d,); shape (p,)."""
        return cosines(self.codes(id), query)

    def alike(self, query: FloatArray) -> FloatArray:
        """Cosine of each item as a whole, the mean direction of its passages, with a unit vector; shape (n,)."""
        return self._in_order(lambda number, block: cosines(self._means_of(number), query))

    def means(self, rows: npt.NDArray[np.intp]) -> FloatArray:
        """The items at some rows, each as one unit vector: the mean of its passages; shape (m, d)."""
        slots = [self._slots[self.ids[row]] for row in rows]
        return dequantize(np.stack([self._means_of(slot // _SLOT)[slot % _SLOT] for slot in slots]))

    def squares(self, metric: FloatArray) -> FloatArray:
        """The square of the length that each item has as a whole once a metric of shape (d, k) has mapped it; shape (n,)."""
        for number in range(len(self._blocks)):
            for _ in self._measuring(number, metric):
                pass
        return self._in_order(lambda number, block: self._squares[number])

    async def measure(self, metric: FloatArray) -> None:
        """Do the slow work of `squares` now, in short steps. It is done once for each item."""
        pacer, version = Pacer(), -1
        while version != self.version:
            version = self.version
            for number in range(len(self._blocks)):
                for _ in self._measuring(number, metric):
                    await pacer.breathe()

    async def prepare(self) -> None:
        """Do the slow work of the next ranking now, in short steps that let the page respond in between."""
        pacer, version = Pacer(), -1
        while version != self.version:
            version = self.version
            for number in range(len(self._blocks)):
                for _ in self._averaging(number):
                    await pacer.breathe()
            await self.sort(pacer)

    async def sort(self, pacer: Pacer) -> None:
        """Sort the ids, in short steps that let the page respond in between."""
        for _ in self._sorting():
            await pacer.breathe()
        self._ordered()
        await pacer.breathe()

    def _changed(self) -> None:
        self._ids = self._order = None
        self.version += 1

    def _place(self, id: str) -> tuple[Entries, int]:
        number, i = divmod(self._slots[id], _SLOT)
        return self._blocks[number], i

    def _alive(self, number: int) -> list[bool]:
        """Which items of a block still belong to the index."""
        block, start = self._blocks[number], number * _SLOT
        return [self._slots.get(id) == start + i for i, id in enumerate(block.ids)]

    def _shrink(self, number: int) -> None:
        """Free the memory of a block's removed items."""
        positions = list(compress(range(len(self._blocks[number].ids)), self._alive(number)))
        block = take(self._blocks[number], positions)
        self._blocks[number], self._means[number], self._dead[number] = block, None, 0
        self._squares[number] = _NOTHING
        start = number * _SLOT
        self._slots.update(zip(block.ids, range(start, start + len(positions)), strict=True))

    def _in_order(self, score: Callable[[int, Entries], FloatArray]) -> FloatArray:
        """The scores of the items of all blocks, in the order of `ids`. All blocks must have the same dimensions."""
        scores = [score(number, block) for number, block in enumerate(self._blocks) if block.ids]
        return np.concatenate(scores)[self._ordered()] if scores else np.empty(0, dtype=np.float32)

    def _sorting(self) -> Iterator[None]:
        """Sort the ids in steps. The result is dropped if the ids change meanwhile."""
        if self._ids is not None:
            return
        version, ids = self.version, list(self._slots)
        for start in range(0, len(ids), _SORTED):
            ids[start : start + _SORTED] = sorted(ids[start : start + _SORTED])
            yield
        ids.sort()  # this only merges the sorted parts
        if self.version == version:
            self._ids = ids

    def _ordered(self) -> npt.NDArray[np.intp]:
        """Position of each id's item among the items of all blocks, shape (n,)."""
        if self._order is None:
            slots = np.fromiter(map(self._slots.__getitem__, self.ids), np.int64, len(self._slots))
            ends = np.cumsum([0, *(len(block.ids) for block in self._blocks)])
            self._order = np.asarray(ends[slots // _SLOT] + slots % _SLOT, dtype=np.intp)
        return self._order

    def _means_of(self, number: int) -> Codes:
        for _ in self._averaging(number):
            pass
        means = self._means[number]
        assert means is not None
        return means

    def _averaging(self, number: int) -> Iterator[None]:
        """Compute the means of a block's items in steps. The result is dropped if the block changes meanwhile."""
        block = self._blocks[number]
        if self._means[number] is not None:
            return
        if len(block.codes) == len(block.ids):  # one passage each, which is its own mean
            self._means[number] = block.codes
            return
        starts, means = np.append(first_rows(block), len(block.codes)), []
        for first in range(0, len(block.ids), _MEANS):
            edges = starts[first : first + _MEANS + 1]
            rows = dequantize(block.codes[edges[0] : edges[-1]])
            # The direction of a mean is that of the sum.
            means.append(quantize(np.add.reduceat(rows, edges[:-1] - edges[0], axis=0)))
            yield
        if self._blocks[number] is block:
            self._means[number] = np.concatenate(means)

    def _measuring(self, number: int, metric: FloatArray) -> Iterator[None]:
        """Compute what `squares` still needs of a block, in steps. It ends early if the block changes meanwhile."""
        if self._metric is not metric:
            self._metric, self._squares = metric, [_NOTHING] * len(self._blocks)
        block, means = self._blocks[number], self._means_of(number)
        while self._blocks[number] is block and (done := len(self._squares[number])) < len(block.ids):
            mapped = dequantize(means[done : done + _MAPPED]) @ metric
            squares = np.einsum("nk,nk->n", mapped, mapped)
            self._squares[number] = np.concatenate([self._squares[number], squares])
            yield


_NOTHING: FloatArray = np.empty(0, dtype=np.float32)


def _best(block: Entries, query: FloatArray) -> FloatArray:
    scores = cosines(block.codes, query)
    if len(scores) == len(block.ids):
        return scores
    return np.asarray(np.maximum.reduceat(scores, first_rows(block)), dtype=np.float32)
