"""The tokens whose vectors a reader's script may need: those of the site, and words that the site never uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from semblance.blog.reader.fields import order
from semblance.ports import Tokenizer

COMMON = 32
"""So many of the commonest tokens, without which hardly any query goes, are in one file."""

MOST = 17_000
"""Of rows; words that the site never uses fill up what its own tokens leave. A vocabulary lists the commonest first."""

_BLOCK = 4096
_SHORTEST_OTHER = 3  # letters; shorter words that the site lacks are pieces of others
_INSIDE = "##"  # WordPiece's mark of a piece that begins no word

Ids = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The rows of the table: common tokens, the site's other ones, and words that it never uses. Each part is sorted.

    Parameters
    ----------
    common, own, other : sequence of str
        WordPiece's pieces; one inside a word begins with ``##``.
    row_of : dict of int to int
        Which row each of the model's token ids has.
    """

    common: Sequence[str]
    own: Sequence[str]
    other: Sequence[str]
    row_of: dict[int, int]

    @property
    def pieces(self) -> list[str]:
        """The piece of each row."""
        return [*self.common, *self.own, *self.other]

    def rows(self, ids: Sequence[int] | npt.NDArray[np.int32]) -> Ids:
        """The rows of a text's tokens. Marks such as full stops have none."""
        return np.array([self.row_of[id] for id in map(int, ids) if id in self.row_of], dtype=np.intp)


def tokens_of(encoded: Sequence[npt.NDArray[np.int32]], vocabulary: Sequence[str]) -> Tokens:
    """The tokens for a site.

    Parameters
    ----------
    encoded : sequence of ndarray of int32
        Token ids of all its texts.
    vocabulary : sequence of str
        The model's tokens, by their ids.
    """
    frequencies = np.bincount(np.concatenate(encoded), minlength=len(vocabulary))
    used = [id for id in np.flatnonzero(frequencies).tolist() if _is_word(vocabulary[id])]
    commonest = set(sorted(used, key=lambda id: (-frequencies[id], id))[:COMMON])
    alphabet = set("".join(vocabulary[id] for id in used))
    unused = [
        id
        for id, piece in enumerate(vocabulary)
        if not frequencies[id] and _is_whole_word(piece) and (piece.isascii() or alphabet.issuperset(piece))
    ][: max(0, MOST - len(used))]

    def in_order(ids: Sequence[int]) -> list[int]:
        return sorted(ids, key=lambda id: order(vocabulary[id]))

    parts = [
        in_order(list(commonest)),
        in_order([id for id in used if id not in commonest]),
        in_order(unused),
    ]
    rows = {id: row for row, id in enumerate(id for part in parts for id in part)}
    common, own, other = [[vocabulary[id] for id in part] for part in parts]
    return Tokens(common, own, other, rows)


async def vocabulary_of(tokenizer: Tokenizer) -> list[str]:
    """The tokens of a tokenizer, by their ids."""
    pieces: list[str] = []
    while any(block := await tokenizer.tokens(range(len(pieces), len(pieces) + _BLOCK))):
        pieces += block
    return pieces


def _is_word(piece: str) -> bool:
    """Whether it is a word or a piece of one, rather than a mark or one of the model's own signs."""
    return piece.removeprefix(_INSIDE).isalnum()


def _is_whole_word(piece: str) -> bool:
    return piece.isalpha() and len(piece) >= _SHORTEST_OTHER


def text_of(piece: str) -> str:
    """The text that a piece stands for."""
    return piece.removeprefix(_INSIDE)
