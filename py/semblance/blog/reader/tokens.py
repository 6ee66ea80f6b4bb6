"""The tokens whose vectors a reader's script may need: those of the site, and words that the site never uses."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from semblance.blog.reader.cutting import Cutting, WordPiece
from semblance.blog.reader.fields import order

COMMON = 32
"""So many of the commonest tokens, without which hardly any query goes, are in one file."""

_MANY_SIGNS = ("CJK", "HANGUL")  # scripts of which a small site uses a part only

Ids = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The rows of the table: common tokens, the site's other ones, and words that it never uses. Each part is sorted.

    Parameters
    ----------
    common, own, other : sequence of str
        The tokenizer's pieces.
    row_of : dict of int to int
        Which row each of the model's token ids has.
    cutting : Cutting
        What the pieces mean.
    """

    common: Sequence[str]
    own: Sequence[str]
    other: Sequence[str]
    row_of: dict[int, int]
    cutting: Cutting

    @property
    def pieces(self) -> list[str]:
        """The piece of each row."""
        return [*self.common, *self.own, *self.other]

    def rows(self, ids: Sequence[int] | npt.NDArray[np.int32]) -> Ids:
        """The rows of a text's tokens. Marks such as full stops have none."""
        return np.array([self.row_of[id] for id in map(int, ids) if id in self.row_of], dtype=np.intp)


NO_TOKENS = Tokens((), (), (), {}, WordPiece())


def tokens_of(frequencies: npt.NDArray[np.intp], vocabulary: Sequence[str], cutting: Cutting) -> Tokens:
    """The tokens for a site.

    Parameters
    ----------
    frequencies : ndarray of int
        How often each of the model's tokens stands in its texts.
    vocabulary : sequence of str
        The model's tokens, by their ids.
    cutting : Cutting
    """
    used = [id for id in np.flatnonzero(frequencies).tolist() if cutting.has_row(vocabulary[id])]
    commonest = set(sorted(used, key=lambda id: (-frequencies[id], id))[:COMMON])
    words = words_in(vocabulary, cutting, [vocabulary[id] for id in used])
    unused = [id for id in words if not frequencies[id]][: max(0, cutting.most_rows - len(used))]

    def in_order(ids: Sequence[int]) -> list[int]:
        return sorted(ids, key=lambda id: order(vocabulary[id]))

    parts = [
        in_order(list(commonest)),
        in_order([id for id in used if id not in commonest]),
        in_order(unused),
    ]
    rows = {id: row for row, id in enumerate(id for part in parts for id in part)}
    common, own, other = [[vocabulary[id] for id in part] for part in parts]
    return Tokens(common, own, other, rows, cutting)


def words_in(vocabulary: Sequence[str], cutting: Cutting, used: Sequence[str]) -> Iterator[int]:
    """The ids of whole words in the letters of a site, the commonest first.

    Those in plain letters are left out of a site that is in others for the most part: they would be English.

    Parameters
    ----------
    vocabulary : sequence of str
        The model's tokens, by their ids.
    cutting : Cutting
    used : sequence of str
        The site's tokens.
    """
    texts = [cutting.text_of(piece) for piece in used]
    alphabet = {_letter(character) for text in texts for character in text}
    is_plain = 2 * sum(map(str.isascii, texts)) >= len(texts)
    for id, piece in enumerate(vocabulary):
        if not cutting.is_word(piece):
            continue
        text = cutting.text_of(piece)
        if is_plain if text.isascii() else alphabet.issuperset(map(_letter, text)):
            yield id


def _letter(character: str) -> str:
    """A character, or the name of its script where that has thousands."""
    script = unicodedata.name(character, "").partition(" ")[0].partition("-")[0]
    return script if script in _MANY_SIGNS else character
