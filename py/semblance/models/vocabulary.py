"""The vocabulary of a model whose word table is loaded in parts: ``words/vocabulary.bin.gz``.

Unpacked, the file is in the format of safetensors: u64 length of a JSON header, the header, then the tensors, little-endian.
n pieces, m normalised characters, k characters that stand in their places, b blocks of rows:

- ``pieces``: u8; the pieces in the order of their ids, UTF-8, joined by line feeds. U+2581 stands for a space.
- ``scores``: u8 (4, n); a piece's score is a float32 whose bits, as a u32, are the sum (modulo 2^32) of the differences
  up to it. Row j holds byte j of each difference, the lowest first. Pieces of score 0 stand for no text.
- ``blocks``: u16 (n,); the block that holds the piece's row of the word table.
- ``digests``: u8 (b, 32); the SHA-256 of each block.
- ``languages``: u8; a row for each language, of whose bits (the lowest first) number j is 1 if the language is likely
  to need block j; ``languages.names``: u8; their names, joined by line feeds.
- ``special``: i32 (4,); the ids of the beginning, the end, padding, and what is unknown.
- ``normalization.from``: u32 (m,), code points in ascending order; ``normalization.counts``: u8 (m,), how many code
  points stand in the place of each; ``normalization.to``: u32 (k,), these.

A block is a file of rows, ``words/rows/0000.bin`` and so on, in the order of their ids. So a row's place is the number
of smaller ids in the same block. A row is 12 times a float16 scale and 16 bytes for 32 numbers: byte j holds level j in
its low half and level j + 16 in its high half, and a number is (level - 8) x scale.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

LENGTH = 8  # bytes of the header's length
SCALE_BYTES, LEVEL_BYTES = 2, 16
BLOCK = 2 * LEVEL_BYTES  # numbers with one scale
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
    languages : dict of str to list of int
        The blocks that a language is likely to need.
    """

    pieces: list[str]
    scores: Array
    special: tuple[int, int, int, int]
    normalization: dict[str, str]
    blocks: Array
    digests: list[str]
    languages: dict[str, list[int]]

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
    tensors = _tensors(data)
    bos, eos, pad, unk = tensors["special"].tolist()
    return Vocabulary(
        bytes(tensors["pieces"]).decode().split("\n"),
        unfolded(tensors["scores"]),
        (bos, eos, pad, unk),
        _normalization(*(tensors[f"normalization.{part}"] for part in ("from", "counts", "to"))),
        tensors["blocks"],
        [digest.tobytes().hex() for digest in tensors["digests"]],
        _languages(tensors["languages.names"], tensors["languages"]),
    )


def needed_blocks(data: bytes, languages: Iterable[str]) -> list[int]:
    """The blocks that texts in some languages are likely to need, given the unpacked file; those of special tokens are among
    them. It reads less than `read_vocabulary`. Languages that the file does not know need none.
    """
    tensors = _tensors(data)
    blocks = _languages(tensors["languages.names"], tensors["languages"])
    needed = set(tensors["blocks"][tensors["special"]].tolist())
    return sorted(needed.union(*(blocks.get(language, ()) for language in languages)))


def word_vectors(rows: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """The numbers of rows: bytes (n, 18 k) -> float32 (n, 32 k).

    Examples
    --------
    >>> row = np.array([0.5], np.float16).tobytes() + bytes([0x80 + 9] + 15 * [0x88])
    >>> word_vectors(np.frombuffer(row, np.uint8)[np.newaxis])[0, [0, 1, 16]].tolist()
    [0.5, 0.0, 0.0]
    """
    blocks = rows.reshape(len(rows), -1, SCALE_BYTES + LEVEL_BYTES)
    scales = np.ascontiguousarray(blocks[..., :SCALE_BYTES]).view("<f2").astype(np.float32)
    packed = blocks[..., SCALE_BYTES:]
    levels = np.concatenate([packed & 15, packed >> 4], axis=-1).astype(np.float32) - 8
    return (levels * scales).reshape(len(rows), -1)


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


def _tensors(data: bytes) -> dict[str, Array]:
    size = int.from_bytes(data[:LENGTH], "little")
    header = json.loads(data[LENGTH : LENGTH + size])
    header.pop("__metadata__", None)
    content = memoryview(data)[LENGTH + size :]
    return {name: _tensor(content, **described) for name, described in header.items()}


def _tensor(content: memoryview, dtype: str, shape: list[int], data_offsets: list[int]) -> Array:
    start, end = data_offsets
    return np.frombuffer(content[start:end], _DTYPES[dtype]).reshape(shape)


def _languages(names: Array, bits: Array) -> dict[str, list[int]]:
    needed = np.unpackbits(bits, axis=1, bitorder="little")
    return {
        name: np.flatnonzero(row).tolist()
        for name, row in zip(bytes(names).decode().split("\n"), needed, strict=True)
    }


def _normalization(codes: Array, counts: Array, replacements: Array) -> dict[str, str]:
    ends = np.cumsum(counts)
    text = "".join(map(chr, replacements))
    return {
        chr(code): text[end - count : end]
        for code, count, end in zip(codes.tolist(), counts.tolist(), ends.tolist(), strict=True)
    }
