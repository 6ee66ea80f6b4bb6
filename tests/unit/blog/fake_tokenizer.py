"""A tokenizer for tests, of the kind that BERT has: words of a vocabulary, and else single letters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import ascii_lowercase, digits

import numpy as np
import numpy.typing as npt

from data.unigram import Unigram

_PART = re.compile(r"[^\W_]+|[^\w\s]")


class FakeTokenizer:
    """WordPiece over the words of a text, in small letters, and single letters and digits.

    Parameters
    ----------
    vocabulary : str
        Its words are tokens.
    """

    def __init__(self, vocabulary: str) -> None:
        letters = [*ascii_lowercase, *digits]
        words = [word for word in _PART.findall(vocabulary.lower()) if len(word) > 1]
        pieces = ["[UNK]", ".", *letters, *(f"##{letter}" for letter in letters), *words]
        self.pieces = list(dict.fromkeys(pieces))
        self._ids = {piece: id for id, piece in enumerate(self.pieces)}

    async def encode_batch(
        self, texts: Sequence[str], *, add_special_tokens: bool = True
    ) -> list[npt.NDArray[np.int32]]:
        return [
            np.array([id for part in _PART.findall(text.lower()) for id in self._encode(part)], np.int32)
            for text in texts
        ]

    async def tokens(self, ids: Sequence[int]) -> list[str]:
        return [self.pieces[id] if id < len(self.pieces) else "" for id in ids]

    async def scores(self) -> Sequence[float]:
        return []

    def _encode(self, part: str) -> list[int]:
        if part in self._ids:
            return [self._ids[part]]
        pieces = [part[0], *(f"##{letter}" for letter in part[1:])]
        return [self._ids.get(piece, 0) for piece in pieces]


class FakeUnigram:
    """The words of a text and its single characters, each with a score; a word of n characters is better than n of these."""

    def __init__(self, vocabulary: str) -> None:
        words = vocabulary.split()
        pieces = ["\u2581", *(f"\u2581{word}" for word in words if word.isascii()), *words, *"".join(words)]
        self.pieces = ["<unk>", *dict.fromkeys(pieces)]
        self._scores = [0.0, *(-8.0 for _ in self.pieces[1:])]
        self._unigram = Unigram(self.pieces, self._scores, {}, 0)

    async def encode_batch(
        self, texts: Sequence[str], *, add_special_tokens: bool = True
    ) -> list[npt.NDArray[np.int32]]:
        return [np.array(self._unigram.encode(text), np.int32) for text in texts]

    def cut(self, text: str) -> list[str]:
        """The pieces of a text, without the mark of a space."""
        return [self.pieces[id].strip("\u2581") for id in self._unigram.encode(text)]

    async def tokens(self, ids: Sequence[int]) -> list[str]:
        return [self.pieces[id] if id < len(self.pieces) else "" for id in ids]

    async def scores(self) -> Sequence[float]:
        return self._scores
