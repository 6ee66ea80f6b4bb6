"""The figures that a demonstration shows: plain data, which crosses to the page as JSON.

Each figure has a `name`, under which the message catalogue has its caption. Whatever a picture shows, the table or text
beside it says too; the page makes both from the same data.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

Cell = str | int | float | None
"""A cell of a table. Floats are shown with three decimals."""


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence of the catalogue (``notes.NAME``), with values for its ``{placeholders}``."""

    name: str
    values: dict[str, Cell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; `columns` are keys of ``columns`` in the catalogue. `marked` rows stand out."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    marked: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class QueryRows:
    """The rows of a database's query, under the names that the query itself gives to its columns."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar for each label. Several `series`, named by keys of ``series`` in the catalogue, stand side by side."""

    name: str
    labels: Sequence[str]
    series: dict[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Strip:
    """Vectors as strips of colour, cell by cell. Each row has a label, from the learner or from the lesson."""

    name: str
    labels: Sequence[str]
    rows: Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A number for each pair of a row and a column, as a heat map that is also a table."""

    name: str
    rows: Sequence[str]
    columns: Sequence[str]
    values: Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Points:
    """A map of up to 10,000 points, with hover, zoom, a search that highlights points, and a lasso that lists them.

    ``groups`` gives each point the index of its colour and of its name in `group_names`; ``large`` points are labelled
    on the map.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float]
    labels: Sequence[str]
    groups: Sequence[int] = ()
    group_names: Sequence[str] = ()
    large: Sequence[int] = ()
    joined: Sequence[Sequence[int]] = ()
    """Pairs of points with a line between them."""


@dataclass(frozen=True, slots=True)
class Arrows:
    """Two arrows from the origin of a plane. Dragging their ends changes the number inputs of these names."""

    name: str
    ends: tuple[tuple[float, float], tuple[float, float]]
    inputs: tuple[tuple[str, str], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Sentences:
    """A text, coloured sentence by sentence, by scores from -1 (first pole) to 1 (second pole)."""

    name: str
    texts: Sequence[str]
    scores: Sequence[float]


@dataclass(frozen=True, slots=True)
class Plain:
    """A text to copy, or to save as a file."""

    name: str
    text: str
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class Gallery:
    """Pictures (``data:`` addresses) with captions, best first."""

    name: str
    pictures: Sequence[str]
    captions: Sequence[str]
    alternatives: Sequence[str]
    """A description of each picture, for people who don't see it."""


Figure = Note | Table | QueryRows | Bars | Strip | Matrix | Points | Arrows | Sentences | Plain | Gallery


def to_json(figures: Sequence[Figure]) -> str:
    """The figures as a JSON list of objects. The key ``kind`` names the class of each.

    Examples
    --------
    >>> to_json([Table("first_ten", ("number",), [[np.float32(0.5)]])])
    '[{"kind": "Table", "name": "first_ten", "columns": ["number"], "rows": [[0.5]], "marked": []}]'
    """
    return json.dumps(
        [{"kind": type(figure).__name__, **asdict(figure)} for figure in figures],
        default=_plain,
        ensure_ascii=False,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"a figure can't hold a {type(value).__name__}")
