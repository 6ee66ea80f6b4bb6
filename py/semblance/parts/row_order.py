"""Which rows of a word table are together in a block: a file that was made once, from how languages use the pieces."""

from __future__ import annotations

import lzma
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import load, save

from semblance.parts.e5_file import Array


@dataclass(frozen=True, slots=True)
class RowOrder:
    """The blocks of rows.

    Parameters
    ----------
    blocks : ndarray of uint16, shape (pieces,)
        The block of each piece.
    languages : mapping of str to sequence of int
        The blocks that a language is likely to need.
    """

    blocks: Array
    languages: Mapping[str, Sequence[int]]

    def tensors(self) -> dict[str, Array]:
        """As the file, and the vocabulary, keep it: see `semblance.models.vocabulary`."""
        needed = np.zeros((len(self.languages), int(self.blocks.max()) + 1), np.uint8)
        for row, numbers in zip(needed, self.languages.values(), strict=True):
            row[list(numbers)] = 1
        return {
            "blocks": self.blocks.astype("<u2"),
            "languages": np.packbits(needed, axis=1, bitorder="little"),
            "languages.names": np.frombuffer("\n".join(self.languages).encode(), np.uint8),
        }


def read(path: Path) -> dict[str, Array]:
    """The tensors of a file."""
    tensors: dict[str, Array] = load(lzma.decompress(path.read_bytes()))
    return tensors


def write(path: Path, order: RowOrder) -> None:
    """Keep an order in a file."""
    path.write_bytes(lzma.compress(save(order.tensors()), preset=9 | lzma.PRESET_EXTREME))
