"""Make, join and cut `Entries`: the columns in which stores and memory hold the light parts of items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, groupby

import numpy as np
import numpy.typing as npt

from semblance.records import Entries, Entry, Record


def entries_of(records: Sequence[Record]) -> list[Entries]:
    """The light parts of records, in order. A new batch begins where the dimensions change."""
    groups = groupby(records, key=lambda record: record.codes.shape[1])
    return [_entries_of_equal_dimensions(list(group)) for _, group in groups]


def _entries_of_equal_dimensions(records: list[Record]) -> Entries:
    return Entries(
        [record.document.id for record in records],
        [record.document.title for record in records],
        [record.document.source for record in records],
        [record.fingerprint for record in records],
        [record.picture is not None for record in records],
        np.array([len(record.codes) for record in records], dtype=np.int32),
        np.concatenate([record.codes for record in records]),
    )


def join(left: Entries, right: Entries) -> Entries:
    """The items of both; their dimensions must be equal."""
    return Entries(
        left.ids + right.ids,
        left.titles + right.titles,
        left.sources + right.sources,
        left.fingerprints + right.fingerprints,
        left.images + right.images,
        np.concatenate([left.passages, right.passages]),
        np.concatenate([left.codes, right.codes]),
    )


def take(entries: Entries, positions: Sequence[int]) -> Entries:
    """The items at these positions."""
    starts = first_rows(entries)
    rows = list(chain.from_iterable(range(starts[i], starts[i] + entries.passages[i]) for i in positions))
    return Entries(
        [entries.ids[i] for i in positions],
        [entries.titles[i] for i in positions],
        [entries.sources[i] for i in positions],
        [entries.fingerprints[i] for i in positions],
        [entries.images[i] for i in positions],
        entries.passages[np.array(positions, dtype=np.intp)],
        entries.codes[np.array(rows, dtype=np.intp)],
    )


def are_sound(entries: Entries) -> bool:
    """Whether the columns fit together, each of values of its type."""
    columns = (entries.ids, entries.titles, entries.sources, entries.fingerprints)
    return (
        {len(column) for column in (*columns, entries.images)} == {len(entries.passages)}
        and all(isinstance(value, str) for column in columns for value in column)
        and len(set(entries.ids)) == len(entries.ids)
        and bool(np.all(entries.passages > 0))
        and int(entries.passages.sum()) == len(entries.codes)
    )


def first_rows(entries: Entries) -> npt.NDArray[np.intp]:
    """The row of `codes` at which each item begins, shape (n,)."""
    ends = np.cumsum(entries.passages, dtype=np.intp)
    return np.asarray(ends - entries.passages, dtype=np.intp)


def iter_entries(entries: Entries) -> Iterator[Entry]:
    """Iterate over the items."""
    return map(
        Entry._make,
        zip(entries.ids, entries.titles, entries.sources, entries.fingerprints, entries.images, strict=True),
    )
