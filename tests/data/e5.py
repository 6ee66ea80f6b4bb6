"""A small file in the format that `semblance.parts.e5_file` reads, written from the format's description."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

WIDTH, HEADS, LAYERS, INNER, POSITIONS = 64, 2, 2, 96, 40
EPSILON = 1e-12

SPACE = "\u2581"
NORMALIZATION = {"\x01": "", SPACE: " ", "\n": " ", "\u3000": " ", "Ａ": "A", "½": "1⁄2", "①": "1", "é": "é"}
WORDS = [
    "hello",
    "▁hello",
    "he",
    "llo",
    "l",
    "lo",
    "▁",
    "▁wor",
    "ld",
    "漢字",
    "漢",
    "字",
    "1",
    "A",
    "é",
    "e",
    "o",
    "w",
    "r",
]
TEXTS = ["<s>", "<pad>", "</s>", "<unk>", *WORDS, "h", "a", "b", "<mask>"]
SCORES = [0, 0, 0, 0, *(-3 - 0.37 * number for number in range(len(TEXTS) - 5)), 0]
UNUSED_ROWS = 3  # the table has more rows than there are pieces

Array = npt.NDArray[Any]


def packed(values: Array) -> tuple[bytes, Array]:
    """A matrix as 4-bit blocks, and the floats that these are."""
    blocks = values.reshape(-1, 32)
    scales = (np.abs(blocks).max(axis=1, keepdims=True) / 7).astype("<f2")
    levels = np.clip(np.rint(blocks / scales) + 8, 0, 15).astype(np.uint8)
    data = b"".join(
        scale.tobytes() + (row[:16] | row[16:] << 4).tobytes()
        for scale, row in zip(scales, levels, strict=True)
    )
    floats = (levels.astype(np.float32) - 8) * scales.astype(np.float32)
    return data, floats.reshape(values.shape)


def write_e5(path: Path) -> dict[str, Array]:
    """Write the file; its weights by transformers' names."""
    random = np.random.default_rng(20261128)
    tensors: list[tuple[str, int, int, bytes]] = []
    weights: dict[str, Array] = {}

    def add(name: str, full_name: str, *shape: int, low: float = -0.5) -> None:
        values = random.uniform(low, low + 1, shape).astype(np.float32)
        is_packed = len(shape) == 2 and name not in ("emb.pos", "emb.type")
        data, weights[full_name] = packed(values) if is_packed else (values.tobytes(), values)
        tensors.append((name, int(is_packed), values.size, data))

    def pair(name: str, full_name: str, *shape: int, low: float = -0.5) -> None:
        add(f"{name}.w", f"{full_name}.weight", *shape, low=low)
        add(f"{name}.b", f"{full_name}.bias", shape[0])

    add("emb.word", "embeddings.word_embeddings.weight", len(TEXTS) + UNUSED_ROWS, WIDTH)
    add("emb.pos", "embeddings.position_embeddings.weight", POSITIONS, WIDTH)
    add("emb.type", "embeddings.token_type_embeddings.weight", 2, WIDTH)
    pair("emb.ln", "embeddings.LayerNorm", WIDTH, low=0.5)
    for number in range(LAYERS):
        short, full = f"l{number}", f"encoder.layer.{number}"
        for part, name in {"q": "query", "k": "key", "v": "value"}.items():
            pair(f"{short}.{part}", f"{full}.attention.self.{name}", WIDTH, WIDTH)
        pair(f"{short}.ao", f"{full}.attention.output.dense", WIDTH, WIDTH)
        pair(f"{short}.aln", f"{full}.attention.output.LayerNorm", WIDTH, low=0.5)
        pair(f"{short}.fi", f"{full}.intermediate.dense", INNER, WIDTH)
        pair(f"{short}.fo", f"{full}.output.dense", WIDTH, INNER)
        pair(f"{short}.oln", f"{full}.output.LayerNorm", WIDTH, low=0.5)
    path.write_bytes(_file(tensors))
    return weights


def _file(tensors: list[tuple[str, int, int, bytes]]) -> bytes:
    head = b"E5S1" + struct.pack(
        "<I7ifi", 1, WIDTH, LAYERS, HEADS, INNER, len(TEXTS) + UNUSED_ROWS, POSITIONS, 2, EPSILON, 32
    )
    head += _tokenizer() + struct.pack("<i", len(tensors))
    entries = sum(2 + len(name) + 1 + 4 + 8 + 8 for name, *_ in tensors)
    start = len(head) + entries
    for name, kind, count, data in tensors:
        head += (
            struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", kind, count, start, len(data))
        )
        start += len(data)
    return head + b"".join(data for *_, data in tensors)


def _tokenizer() -> bytes:
    pieces = [text.encode() for text in TEXTS]
    bounds = np.cumsum([0, *map(len, pieces)])
    head = struct.pack("<5iQ", len(TEXTS), 0, 2, 1, 3, int(bounds[-1]))
    entries = b"".join(
        struct.pack("<IB", ord(key), len(text)) + struct.pack(f"<{len(text)}I", *map(ord, text))
        for key, text in sorted(NORMALIZATION.items())
    )
    arrays = bounds.astype("<u4").tobytes() + np.array(SCORES, "<f4").tobytes()
    return head + arrays + b"".join(pieces) + struct.pack("<iI", len(NORMALIZATION), len(entries)) + entries
