"""The vocabulary of a model whose word table is loaded in parts: ``words/vocabulary.bin.gz``.

Unpacked, the file is in the format of safetensors: u64 length of a JSON header, the header, then the tensors, little-endian.
n pieces, m normalised characters, k characters that stand in their places, b blocks of rows:

- ``pieces``: u8; the pieces in the order of their ids, UTF-8, joined by line feeds. U+2581 stands for a space.
- ``scores``: u8 (4, n); a piece's score is a float32 whose bits, as a u32, are the sum (modulo 2^32) of the differences up to
  it. Row j holds byte j of each difference, the lowest first. Pieces of score 0 stand for no text.
- ``blocks``: u16 (n,); the block that holds the piece's row of the word table.
- ``digests``: u8 (b, 32); the SHA-256 of each block.
- ``special``: i32 (4,); the ids of the beginning, the end, padding, and what is unknown.
- ``normalization.from``: u32 (m,), code points in ascending order; ``normalization.counts``: u8 (m,), how many code points stand
  in the place of each; ``normalization.to``: u32 (k,), these.

A block is a file of rows, ``words/rows/0000.bin`` and so on, in the order of their ids. So a row's place is the number of smaller
ids in the same block.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

LENGTH = 8  # bytes of the header's length
_DTYPES = {"U8": "u1", "U16": "<u2", "U32": "<u4", "I32": "<i4"}

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a text is cut into, and where the rows of the word table are.

    Parameters
    ----------
    pieces : list of str
        By their ids.
    scores : ndarray of float32, shape (n,)
    special : tuple of int
        The ids of the beginning, the end, padding, and what is unknown.
    normalization : dict of str to str
        What stands in the place of a character.
    blocks : ndarray of uint16, shape (n,)
        The block of each piece's row.
    digests : list of str
        The SHA-256 of each block, in hexadecimal.
    """

    pieces: list[str]
    scores: Array
    special: tuple[int, int, int, int]
    normalization: dict[str, str]
    blocks: Array
    digests: list[str]

    def places(self) -> Array:
        """The place of each piece's row in its block, int64, shape (n,)."""
        order = np.argsort(self.blocks, kind="stable")
        in_order = self.blocks[order]
        places = np.empty(len(order), np.int64)
        places[order] = np.arange(len(order)) - np.searchsorted(in_order, in_order)
        return places


def block_files(folder: str, count: int) -> list[str]:
    """The paths of the blocks of rows.

    Examples
    --------
    >>> block_files("words/rows", 2)
    ['words/rows/0000.bin', 'words/rows/0001.bin']
    """
    return [f"{folder}/{number:04d}.bin" for number in range(count)]


def read_vocabulary(data: bytes) -> Vocabulary:
    """The vocabulary from the unpacked file."""
    size = int.from_bytes(data[:LENGTH], "little")
    header = json.loads(data[LENGTH : LENGTH + size])
    header.pop("__metadata__", None)
    content = memoryview(data)[LENGTH + size :]
    tensors = {name: _tensor(content, **described) for name, described in header.items()}
    bos, eos, pad, unk = tensors["special"].tolist()
    return Vocabulary(
        bytes(tensors["pieces"]).decode().split("\n"),
        unfolded(tensors["scores"]),
        (bos, eos, pad, unk),
        _normalization(*(tensors[f"normalization.{part}"] for part in ("from", "counts", "to"))),
        tensors["blocks"],
        [digest.tobytes().hex() for digest in tensors["digests"]],
    )


def folded(scores: Array) -> Array:
    """The bytes of scores, uint8 (4, n), as the file keeps them: neighbours have similar scores, so most bytes are 0.

    Examples
    --------
    >>> scores = np.array([0, -1.5, -1.75, 0], np.float32)
    >>> unfolded(folded(scores)).tolist()
    [0.0, -1.5, -1.75, 0.0]
    """
    bits = scores.astype("<f4").view("<u4")
    return np.diff(bits, prepend=np.uint32(0)).astype("<u4").view(np.uint8).reshape(-1, 4).T.copy()


def unfolded(planes: Array) -> Array:
    """The scores, float32 (n,), that `folded` gave the bytes of."""
    differences = np.ascontiguousarray(planes.T).view("<u4").ravel()
    return np.cumsum(differences, dtype=np.uint32).view(np.float32)


def _tensor(content: memoryview, dtype: str, shape: list[int], data_offsets: list[int]) -> Array:
    start, end = data_offsets
    return np.frombuffer(content[start:end], _DTYPES[dtype]).reshape(shape)


def _normalization(codes: Array, counts: Array, replacements: Array) -> dict[str, str]:
    ends = np.cumsum(counts)
    text = "".join(map(chr, replacements))
    return {
        chr(code): text[end - count : end]
        for code, count, end in zip(codes.tolist(), counts.tolist(), ends.tolist(), strict=True)
    }
