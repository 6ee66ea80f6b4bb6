"""Measurements. Every run is kept, medians are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement, of Semblance and perhaps of something beside it.

    Parameters
    ----------
    part : str
        The part of the bench that made it.
    name : str
        What was measured, for people.
    unit : str
        ``"s"``, ``"ms"``, ``"MB"``, something ``"/s"``, or empty for a plain number.
    ours : sequence of float
        One value a run.
    theirs : sequence of float
        One value for each of the same runs; empty where nothing stands beside.
    beside : str
        What ``theirs`` are of.
    note : str
        What a reader should know of how it was measured.
    detail : bool
        Whether it is for those who look closer: left out of the pages for people.

    Examples
    --------
    >>> figure = Figure("search", "one query", "ms", [10, 12, 11], [20, 23, 33], "a loop")
    >>> figure.ratio
    2.0
    """

    part: str
    name: str
    unit: str
    ours: Sequence[float]
    theirs: Sequence[float] = ()
    beside: str = ""
    note: str = ""
    detail: bool = False

    @property
    def more_is_better(self) -> bool:
        return self.unit.endswith("/s")

    @property
    def ratio(self) -> float | None:
        """Median over runs of how many times better ours was in the same run; None if alone, unitless or nothing."""
        if not (self.theirs and self.unit):
            return None
        pairs = list(zip(self.ours, self.theirs, strict=True))
        if not all(ours and theirs for ours, theirs in pairs):  # what one side does without
            return None
        return median(ours / theirs if self.more_is_better else theirs / ours for ours, theirs in pairs)

    def to_json(self) -> dict[str, Any]:
        """As it stands in the JSON file: medians, the ratio and every run."""
        return {
            "part": self.part,
            "name": self.name,
            "unit": self.unit,
            "beside": self.beside,
            "median": {"ours": median(self.ours), "theirs": median(self.theirs) if self.theirs else None},
            "ratio": self.ratio,
            "runs": {"ours": list(self.ours), "theirs": list(self.theirs)},
            "note": self.note,
            "detail": self.detail,
        }
