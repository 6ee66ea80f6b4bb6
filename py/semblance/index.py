"""The vectors of a collection in memory, ready to be ranked: numpy only."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from semblance.pace import Pacer
from semblance.ports import Entry, FloatArray
from semblance.vectors import normalize

_BLOCK = 250  # items that are put together at once: a few milliseconds' work in a browser


class _Rows(NamedTuple):
    matrix: FloatArray  # (all passages, d)
    starts: npt.NDArray[np.intp]  # (n,), the row of each item's first passage
    means: FloatArray  # (n, d), each item as one unit vector


class Index:
    """Items with one or more unit vectors each, and their cosines with a query.

    All rows lie in one matrix, which is put together when a ranking first needs it; items then hold views of
    it. Rows are in the order of the ids, so that equal scores rank alike wherever the items came from.

    Examples
    --------
    >>> index = Index()
    >>> index.put([Entry("b", "", "", "", normalize([[1, 0], [0, 1]]))])
    >>> index.put([Entry("a", "", "", "", normalize([[1, 1]]))])
    >>> index.ids
    ['a', 'b']
    >>> index.best(np.array([0, 1], dtype=np.float32)).round(2)
    array([0.71, 1.  ], dtype=float32)
    """

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._ids: list[str] | None = None
        self._rows: _Rows | None = None
        self.version = 0
        """Changes whenever the items do."""

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, id: str) -> bool:
        return id in self._entries

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def get(self, id: str) -> Entry | None:
        return self._entries.get(id)

    def put(self, entries: Iterable[Entry]) -> None:
        """Insert or replace items."""
        self._entries.update((entry.id, entry) for entry in entries)
        self._changed()

    def remove(self, ids: Iterable[str]) -> None:
        """Remove items; unknown ids are ignored."""
        for id in ids:
            self._entries.pop(id, None)
        self._changed()

    @property
    def ids(self) -> list[str]:
        """Ids in the order of rows: n of them, sorted by code point."""
        if self._ids is None:
            self._ids = sorted(self._entries)
        return list(self._ids)

    @property
    def entries(self) -> list[Entry]:
        """The items in the order of `ids`."""
        return [self._entries[id] for id in self.ids]

    def row(self, id: str) -> int:
        """The row of an id that is there."""
        return bisect_left(self.ids, id)

    def best(self, query: FloatArray) -> FloatArray:
        """Cosine of each item's best passage with a unit vector of shape (d,); shape (n,)."""
        if not self._entries:
            return np.empty(0, dtype=np.float32)
        rows = self._built()
        scores = np.maximum.reduceat(rows.matrix @ query, rows.starts)
        return np.asarray(np.clip(scores, -1, 1), dtype=np.float32)

    def best_passage(self, id: str, query: FloatArray) -> int:
        """Which passage of an item is nearest to a unit vector of shape (d,)."""
        return int(np.argmax(self._entries[id].vectors @ query))

    @property
    def means(self) -> FloatArray:
        """Each item as one unit vector, the mean of its passages; shape (n, d)."""
        if not self._entries:
            return np.empty((0, 0), dtype=np.float32)
        return self._built().means

    async def prepare(self) -> None:
        """Do now, giving way to the page in between, what the next ranking would otherwise do in one go."""
        pacer = Pacer()
        while self._entries and self._rows is None:
            for _ in self._building():
                await pacer.breathe()

    def _changed(self) -> None:
        self._ids = self._rows = None
        self.version += 1

    def _built(self) -> _Rows:
        """The matrix of all vectors; needs at least one item, and all of the same dimensions."""
        if self._rows is None:
            for _ in self._building():
                pass
        assert self._rows is not None
        return self._rows

    def _building(self) -> Iterator[None]:
        """Put the rows together, a block of items at a time; nothing is kept if the items change meanwhile."""
        version, entries = self.version, self.entries
        lengths = [len(entry.vectors) for entry in entries]
        starts = np.cumsum([0, *lengths[:-1]], dtype=np.intp)
        dims = entries[0].vectors.shape[1]
        rows = _Rows(
            np.empty((sum(lengths), dims), np.float32), starts, np.empty((len(entries), dims), np.float32)
        )
        viewing: dict[str, Entry] = {}
        for first in range(0, len(entries), _BLOCK):
            viewing |= _put_block(rows, entries[first : first + _BLOCK], first)
            yield
        if version == self.version:
            self._entries |= viewing
            self._rows = rows


def _put_block(rows: _Rows, entries: list[Entry], first: int) -> dict[str, Entry]:
    """Copy the vectors of some items to their place, from row `first` on; the items with views of them."""
    block = np.concatenate([entry.vectors for entry in entries])
    starts = rows.starts[first : first + len(entries)]
    matrix = rows.matrix[starts[0] : starts[0] + len(block)]
    matrix[:] = block
    # The direction of a mean is that of the sum.
    rows.means[first : first + len(entries)] = normalize(np.add.reduceat(block, starts - starts[0], axis=0))
    views = np.split(matrix, (starts - starts[0])[1:])
    return {entry.id: replace(entry, vectors=view) for entry, view in zip(entries, views, strict=True)}
