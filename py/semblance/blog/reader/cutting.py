"""How a model's tokenizer cuts text. The reader's script does the same, with the site's tokens alone."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from semblance.ports import PieceTokenizer
from semblance.ranking.words.terms import is_dense

SHORTEST_WORD = 3  # letters; a shorter word that the site lacks is a piece of others
SCORE_STEPS = 12
"""A score is kept in one byte, in steps of a twelfth: from 0 down to -21.25."""

_BLOCK = 4096
_INSIDE = "##"  # WordPiece's mark of a piece that begins no word
SPACE = "\u2581"
"""Unigram's mark of a piece that begins a word. It is a piece of its own, too."""


class Cutting(Protocol):
    """What the index must know of a tokenizer's pieces."""

    @property
    def most_rows(self) -> int:
        """The most rows of a table; words that the site never uses fill up what its own tokens leave."""
        ...

    def prepared(self, text: str) -> str:
        """A text as the tokenizer gets it."""
        ...

    def has_row(self, piece: str) -> bool:
        """Whether the table has a row for a piece, which marks and the model's own signs have not."""
        ...

    def is_word(self, piece: str) -> bool:
        """Whether it is a whole word, or may be one in a script without spaces."""
        ...

    def text_of(self, piece: str) -> str:
        """The text that a piece stands for."""
        ...

    def scores(self, pieces: Sequence[str]) -> bytes:
        """What the reader's script needs beside the pieces: a byte each, or nothing."""
        ...


@dataclass(frozen=True, slots=True)
class WordPiece:
    """BERT's: a word is cut into the longest pieces that it begins with."""

    most_rows = 16_500

    def prepared(self, text: str) -> str:
        return text

    def has_row(self, piece: str) -> bool:
        return self.text_of(piece).isalnum()

    def is_word(self, piece: str) -> bool:
        return piece.isalpha() and len(piece) >= SHORTEST_WORD

    def text_of(self, piece: str) -> str:
        return piece.removeprefix(_INSIDE)

    def scores(self, pieces: Sequence[str]) -> bytes:
        return b""


@dataclass(frozen=True, slots=True)
class Unigram:
    """SentencePiece's: a word is cut into the pieces whose scores have the greatest sum.

    Parameters
    ----------
    score_of : mapping
        The score of each piece, below 0; pieces that stand for no text have 0.
    """

    score_of: Mapping[str, float]
    most_rows = 14_000  # a model of many languages takes its time

    def prepared(self, text: str) -> str:
        """Letters, marks on them and digits, small, with a space for all else: readers seldom type capitals or commas."""
        return " ".join(unicodedata.normalize("NFKC", text).lower().translate(_WORD_CHARACTERS).split())

    def has_row(self, piece: str) -> bool:
        text = self.text_of(piece)
        return self.score_of[piece] < 0 and text != "" and text.translate(_WORD_CHARACTERS) == text

    def is_word(self, piece: str) -> bool:
        text = self.text_of(piece)
        if not text.isalpha() or text != text.lower() or self.score_of[piece] == 0:
            return False
        begins = piece.startswith(SPACE)
        return not begins if is_dense(text) else begins and len(text) >= SHORTEST_WORD

    def text_of(self, piece: str) -> str:
        return piece.removeprefix(SPACE)

    def scores(self, pieces: Sequence[str]) -> bytes:
        return bytes(min(255, round(-SCORE_STEPS * self.score_of[piece])) for piece in pieces)


class _WordCharacters(dict[int, str]):
    """Letters, marks and digits as they are, and a space for any other character."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = character if unicodedata.category(character)[0] in "LMN" else " "
        return self[code]


_WORD_CHARACTERS = _WordCharacters()


async def vocabulary_of(tokenizer: PieceTokenizer) -> list[str]:
    """The tokens of a tokenizer, by their ids."""
    pieces: list[str] = []
    while any(block := await tokenizer.tokens(range(len(pieces), len(pieces) + _BLOCK))):
        pieces += block
    return pieces


async def cutting_of(tokenizer: PieceTokenizer, vocabulary: Sequence[str]) -> Cutting:
    """How a tokenizer of this vocabulary cuts: a Unigram model has scores."""
    scores = await tokenizer.scores()
    return Unigram(dict(zip(vocabulary, scores, strict=False))) if scores else WordPiece()


async def cut(
    texts: Sequence[str], tokenizer: PieceTokenizer, cutting: Cutting
) -> list[npt.NDArray[np.int32]]:
    """The token ids of texts."""
    return await tokenizer.encode_batch(list(map(cutting.prepared, texts)), add_special_tokens=False)
