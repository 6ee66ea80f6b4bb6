"""Word vectors by word, for the lessons on single words."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from semblance.arrays import FloatArray
from semblance.labs.figures import Note
from semblance.labs.words import WordVectors
from semblance.ranking.vectors import normalize, top_k

SHOWN = 10
CLOSE = 0.75  # lowest ratio, by difflib, of a spelling to propose


class Dictionary:
    """Words and their unit vectors, by word.

    Parameters
    ----------
    words : WordVectors
    """

    def __init__(self, words: WordVectors) -> None:
        self.words = words.words
        self.vectors = words.vectors()
        self._rows = {word: row for row, word in enumerate(words.words)}

    def vector(self, word: str) -> FloatArray:
        """The unit vector of a word, shape (d,); a KeyError with close spellings if there is none."""
        if word not in self._rows:
            raise KeyError(f"{word!r} is not among the {len(self.words)} words; close: {self.close(word)}")
        vector: FloatArray = self.vectors[self._rows[word]]
        return vector

    def rows(self, words: Sequence[str]) -> FloatArray:
        """The unit vectors of known words, shape (n, d)."""
        return self.vectors[[self._rows[word] for word in words]]

    def nearest(
        self, target: FloatArray, number: int = SHOWN, without: Sequence[str] = ()
    ) -> list[tuple[str, float]]:
        """The words whose vectors point most nearly where `target` does, and the cosines; best first."""
        cosines = self.vectors @ normalize(target)
        best = ((self.words[row], float(cosines[row])) for row in top_k(cosines, number + len(without)))
        return [(word, cosine) for word, cosine in best if word not in without][:number]

    def close(self, word: str) -> list[str]:
        """Words that are spelled much alike."""
        return get_close_matches(word, self.words, 3, CLOSE)

    def unknown(self, words: Sequence[str]) -> list[Note]:
        """A note for each word that has no vector."""
        return [self._unknown(word) for word in self.missing(words)]

    def missing(self, words: Sequence[str]) -> list[str]:
        """The words that have no vector."""
        return [word for word in words if word not in self._rows]

    def _unknown(self, word: str) -> Note:
        close = ", ".join(self.close(word))
        return Note("unknown", {"word": word, "close": close}) if close else Note("unlike", {"word": word})
