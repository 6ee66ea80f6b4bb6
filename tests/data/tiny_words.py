"""A tiny model whose word table lies in blocks of rows, for tests of all that fetches rows: made as the real one is."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.bert import embed
from semblance.models.vocabulary import BLOCK, block_files
from semblance.parts import tokenizer_json
from semblance.parts.e5_file import E5File, Packed, Pieces
from semblance.parts.multilingual_model import encoder, vocabulary_bytes
from semblance.parts.row_order import RowOrder

WIDTH, INNER, LAYERS, POSITIONS = 64, 128, 2, 48
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
SCRIPTS = {
    "Latin": [f"{space}{letter}" for space in ("", "\u2581") for letter in "abcdefghijklmnopqrstuvwxyz:"],
    "Thai": [chr(code) for code in range(0xE01, 0xE2F)],
    "Chinese": [chr(code) for code in range(0x4E00, 0x4EA0)] + ["\u4e00\u4e01"],
    "Korean": [chr(code) for code in range(0xAC00, 0xAC40)],
}
BLOCKS = {script: number for number, script in enumerate(SCRIPTS)}
"""The number of the block that holds the rows of a script. Special tokens are in the first."""

# The names of a layer's parts in the package's file, and those of transformers.
_DENSE = {
    "q": ("attention.self.query", WIDTH, WIDTH),
    "k": ("attention.self.key", WIDTH, WIDTH),
    "v": ("attention.self.value", WIDTH, WIDTH),
    "ao": ("attention.output.dense", WIDTH, WIDTH),
    "fi": ("intermediate.dense", INNER, WIDTH),
    "fo": ("output.dense", WIDTH, INNER),
}
_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class TinyWords:
    """What `make_tiny_words` made, and what its vectors must be.

    Parameters
    ----------
    folder : Path
    config : dict
        As in transformers' ``config.json``.
    weights : dict of str to ndarray
        The float32 weights that the 4-bit ones stand for, by transformers' names.
    tokenizer_json : str
    """

    folder: Path
    config: dict[str, Any]
    weights: dict[str, Array]
    tokenizer_json: str

    def vector(self, ids: Sequence[int]) -> Array:
        """The unit vector (d,) of token ids, special tokens included, in float64."""
        return embed(self.config, self.weights, ids)


def make_tiny_words(folder: Path) -> TinyWords:
    """Write a model of two layers with a vocabulary of letters: encoder, vocabulary, a block of rows a script, and manifest.

    Parameters
    ----------
    folder : Path
        Created; its name is the model's name.
    """
    config = {
        "hidden_size": WIDTH,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": WIDTH // 32,
        "intermediate_size": INNER,
        "layer_norm_eps": 1e-12,
    }
    texts = [*SPECIAL, *(piece for pieces in SCRIPTS.values() for piece in pieces), "\u2581"]
    scores = np.array([0.0 if text in SPECIAL else -3 - n / 64 for n, text in enumerate(texts)], np.float32)
    pieces = Pieces(texts, scores, (0, 2, 1, 3), {"\x01": "", "\t": " ", "\uff21": "A", "\u2460": "a b"})
    blocks = np.array([_block(text) for text in texts], np.uint16)
    arrays, matrices, weights = _weights(len(texts))
    file = E5File(config, pieces, arrays, matrices)
    digests = _write_rows(folder, matrices["emb.word"], blocks)
    (folder / "onnx").mkdir()
    (folder / "onnx" / "encoder_q4.onnx").write_bytes(encoder(file))
    content = vocabulary_bytes(pieces, RowOrder(blocks, {"th": [BLOCKS["Thai"]]}).tensors(), digests)
    (folder / "words" / "vocabulary.bin.gz").write_bytes(gzip.compress(content, mtime=0))
    _write_manifest(folder, hashlib.sha256(content).hexdigest())
    return TinyWords(folder, config, weights, json.dumps(tokenizer_json.tokenizer(pieces)))


def _block(text: str) -> int:
    return next((BLOCKS[script] for script, pieces in SCRIPTS.items() if text in pieces), 0)


def _weights(rows: int) -> tuple[dict[str, Array], dict[str, Packed], dict[str, Array]]:
    """Random arrays and matrices by their names in the package's file, and both as float32 by transformers' names."""
    random = np.random.default_rng(20261128)
    arrays: dict[str, Array] = {}
    matrices: dict[str, Packed] = {}
    weights: dict[str, Array] = {}

    def floats(name: str, theirs: str, shape: tuple[int, ...], around: float = 0) -> None:
        values = (around + 0.1 * random.standard_normal(shape)).astype(np.float32)
        arrays[name], weights[theirs] = values.ravel(), values

    def packed(name: str, theirs: str, outputs: int, inputs: int) -> None:
        levels = random.integers(0, 256, (outputs, inputs // BLOCK, BLOCK // 2), np.uint8)
        scales = (0.03 * random.standard_normal((outputs, inputs // BLOCK, 1))).astype(np.float16)
        matrices[name] = Packed(levels, scales)
        weights[theirs] = matrices[name].floats()

    packed("emb.word", "embeddings.word_embeddings.weight", rows, WIDTH)
    floats("emb.pos", "embeddings.position_embeddings.weight", (POSITIONS, WIDTH))
    floats("emb.type", "embeddings.token_type_embeddings.weight", (2, WIDTH))
    floats("emb.ln.w", "embeddings.LayerNorm.weight", (WIDTH,), 1)
    floats("emb.ln.b", "embeddings.LayerNorm.bias", (WIDTH,))
    for layer in range(LAYERS):
        for short, (name, outputs, inputs) in _DENSE.items():
            packed(f"l{layer}.{short}.w", f"encoder.layer.{layer}.{name}.weight", outputs, inputs)
            floats(f"l{layer}.{short}.b", f"encoder.layer.{layer}.{name}.bias", (outputs,))
        for short, name in _NORMS.items():
            floats(f"l{layer}.{short}.w", f"encoder.layer.{layer}.{name}.weight", (WIDTH,), 1)
            floats(f"l{layer}.{short}.b", f"encoder.layer.{layer}.{name}.bias", (WIDTH,))
    return arrays, matrices, weights


def _write_rows(folder: Path, table: Packed, blocks: Array) -> list[bytes]:
    rows = table.rows()
    (folder / "words" / "rows").mkdir(parents=True)
    digests = []
    for number, file in enumerate(block_files("words/rows", len(SCRIPTS))):
        data = rows[blocks == number].tobytes()
        (folder / file).write_bytes(data)
        digests.append(hashlib.sha256(data).digest())
    return digests


def _write_manifest(folder: Path, vocabulary_digest: str) -> None:
    model = (folder / "onnx" / "encoder_q4.onnx").read_bytes()
    manifest = {
        "name": folder.name,
        "dtype": "q4",
        "dims": WIDTH,
        "max_length": POSITIONS,
        "prompts": {"query": "query: ", "passage": "passage: "},
        "pad_id": 1,
        "word_table": {
            "vocabulary": "words/vocabulary.bin.gz",
            "rows": "words/rows",
            "blocks": len(SCRIPTS),
            "bytes": sum(path.stat().st_size for path in (folder / "words" / "rows").iterdir()),
            "sha256": vocabulary_digest,  # of what is different in another table, as the fingerprint needs it
        },
        "files": {
            "onnx/encoder_q4.onnx": {"sha256": hashlib.sha256(model).hexdigest(), "bytes": len(model)},
            "words/vocabulary.bin.gz": {"sha256": vocabulary_digest, "compression": "gzip"},
        },
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
