"""What a ranking gives: items with how well they fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from typing import Any

from semblance.documents import Document, Passage, Picture


@dataclass(frozen=True, slots=True)
class Match:
    """An item of a ranking.

    ``score`` is a cosine in [-1, 1], not a probability; ``passage`` is the stretch of the content that is
    nearest to the query. ``picture`` is what is kept of an item that is one.
    """

    id: str
    score: float
    document: Document
    passage: Passage
    picture: Picture | None = None

    @property
    def title(self) -> str:
        return self.document.title

    @property
    def content(self) -> str:
        return self.document.content

    @property
    def metadata(self) -> Mapping[str, Any]:
        return self.document.metadata

    @property
    def cosine(self) -> float | None:
        """The score as a cosine; None if there is none."""
        return None if isnan(self.score) else self.score

    @property
    def excerpt(self) -> str:
        """The text of the best passage."""
        return self.document.content[self.passage.start : self.passage.end]


@dataclass(frozen=True, slots=True)
class Hit(Match):
    """An item that a search by meaning and by words found.

    ``rank`` is the score of both together. It orders the hits of one search, and says nothing beside that. ``words`` are
    those of the query that the item has, in any form. ``score`` is the cosine, NaN if the search was by words alone.
    """

    rank: float = 0.0
    words: tuple[str, ...] = ()
