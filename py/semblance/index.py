"""The vectors of a collection in memory, ready to be ranked: numpy only."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from semblance.ports import Entry, FloatArray
from semblance.vectors import normalize


class _Rows(NamedTuple):
    matrix: FloatArray  # (all passages, d)
    starts: npt.NDArray[np.intp]  # (n,), the row of each item's first passage


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
        self._means: FloatArray | None = None
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
        if self._means is None:
            rows = self._built()
            counts = np.diff(rows.starts, append=len(rows.matrix))[:, None]
            self._means = normalize(np.add.reduceat(rows.matrix, rows.starts, axis=0) / counts)
        return self._means

    def _changed(self) -> None:
        self._ids = self._rows = self._means = None
        self.version += 1

    def _built(self) -> _Rows:
        """The matrix of all vectors; needs at least one item, and all of the same dimensions."""
        if self._rows is None:
            entries = self.entries
            matrix = np.concatenate([entry.vectors for entry in entries])
            ends = np.cumsum([len(entry.vectors) for entry in entries], dtype=np.intp)
            starts = np.concatenate([np.zeros(1, dtype=np.intp), ends[:-1]])
            for entry, start, end in zip(entries, starts, ends, strict=True):
                self._entries[entry.id] = replace(entry, vectors=matrix[start:end])
            self._rows = _Rows(matrix, starts)
        return self._rows
