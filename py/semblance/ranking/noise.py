"""How near nonsense comes to a collection: what is not nearer fits no better than nonsense does.

Cosines have no absolute scale, so that no fixed number tells a match from an accident. Made-up strings are embedded like
queries, and their best cosines with the items of a collection show how far an accident goes there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.embedding.recipe import QUERY_PROMPT, Recipe, encode
from semblance.pace import Pacer
from semblance.ranking.index import Index

NUMBER = 32
"""Made-up strings: enough for a mean and a deviation, few enough to embed in the blink of an eye."""

DEVIATIONS = 2.0
"""So far above the mean of made-up strings lies the floor. More than nine in ten others are then refused."""

_LETTERS, _CONSONANTS, _VOWELS = "abcdefghijklmnopqrstuvwxyz", "bcdfghjklmnpqrstvwxz", "aeiou"


def made_up(number: int = NUMBER, seed: int = 0) -> list[str]:
    """Strings that mean nothing, always the same: letters at random, and syllables that make one or two words.

    Examples
    --------
    >>> len(made_up()), made_up(2) == made_up(2)
    (32, True)
    """
    random = Random(seed)
    kinds = (_mash, _syllables, lambda r: f"{_syllables(r)} {_syllables(r)}")
    return [kinds[i % len(kinds)](random) for i in range(number)]


def floor(best: Sequence[float]) -> float:
    """The cosine that hardly any made-up string exceeds.

    Parameters
    ----------
    best : sequence of float
        The best cosine of each made-up string; -1 is the floor where there are none.

    Examples
    --------
    >>> round(floor([0.2, 0.3, 0.4]), 3)
    0.463
    """
    values = np.asarray(best, dtype=np.float64)
    return float(values.mean() + DEVIATIONS * values.std()) if len(values) else -1.0


@dataclass(frozen=True, slots=True, eq=False)
class Floor:
    """The cosines that nonsense reaches: with texts and with pictures, whose cosines lie elsewhere."""

    texts: float
    pictures: float

    def is_exceeded(self, cosines: FloatArray, are_pictures: npt.NDArray[np.bool_]) -> bool:
        """Whether one of n items is nearer than that."""
        floors = np.where(are_pictures, self.pictures, self.texts)
        return bool((cosines > floors).any())


class Noise:
    """Measures the `Floor` of a collection when it is needed, and keeps it until the collection changes."""

    def __init__(self) -> None:
        self._vectors: tuple[str, FloatArray] | None = None
        self._floor: tuple[int, Floor] | None = None

    async def floor(self, index: Index, recipe: Recipe) -> Floor:
        """The floor of the items of an index."""
        if self._floor is None or self._floor[0] != index.version:
            version = index.version
            self._floor = version, await self._measure(index, await self._made_up_vectors(recipe))
        return self._floor[1]

    async def _made_up_vectors(self, recipe: Recipe) -> FloatArray:
        fingerprint = recipe.encoder.fingerprint
        if self._vectors is None or self._vectors[0] != fingerprint:
            self._vectors = fingerprint, await encode(recipe, made_up(), QUERY_PROMPT)
        return self._vectors[1]

    async def _measure(self, index: Index, vectors: FloatArray) -> Floor:
        best, pacer, version = [list[float](), list[float]()], Pacer(), -1
        for vector in vectors:
            if index.version != version:  # also while others add items
                version, pictures = index.version, pictures_of(index)
            cosines = index.best(vector)
            for values, kind in zip(best, (~pictures, pictures), strict=True):
                if kind.any():
                    values.append(float(cosines[kind].max()))
            await pacer.breathe()
        return Floor(floor(best[0]), floor(best[1]))


def pictures_of(index: Index) -> npt.NDArray[np.bool_]:
    """Which items of an index are pictures, shape (n,)."""
    return np.array([entry.is_image for entry in index.entries], dtype=np.bool_)


def _mash(random: Random) -> str:
    return "".join(random.choice(_LETTERS) for _ in range(random.randint(5, 12)))


def _syllables(random: Random) -> str:
    return "".join(
        random.choice(_CONSONANTS) + random.choice(_VOWELS) + random.choice(["", random.choice(_CONSONANTS)])
        for _ in range(random.randint(2, 4))
    )
