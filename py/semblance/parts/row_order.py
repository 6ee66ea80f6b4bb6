"""Which rows of a word table are together in a block: a file that was made once, from how languages use the pieces."""

from __future__ import annotations

import lzma
from pathlib import Path

import numpy as np

from semblance.parts.e5_file import Array


def read(path: Path) -> Array:
    """The block of each piece, uint16."""
    return np.frombuffer(lzma.decompress(path.read_bytes()), "<u2")


def write(path: Path, blocks: Array) -> None:
    """Keep the block of each piece."""
    path.write_bytes(lzma.compress(blocks.astype("<u2").tobytes(), preset=9 | lzma.PRESET_EXTREME))
