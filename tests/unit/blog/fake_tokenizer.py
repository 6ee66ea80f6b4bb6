"""A tokenizer for tests, of the kind that BERT has: words of a vocabulary, and else single letters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import ascii_lowercase, digits

import numpy as np
import numpy.typing as npt

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

    def _encode(self, part: str) -> list[int]:
        if part in self._ids:
            return [self._ids[part]]
        pieces = [part[0], *(f"##{letter}" for letter in part[1:])]
        return [self._ids.get(piece, 0) for piece in pieces]
