"""multilingual-e5-small in numpy, straight from the file of its package: what our converter is checked against."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.bert import embed
from data.unigram import Unigram
from semblance.parts import e5_file

MAX_LENGTH = 512
WORDS = "embeddings.word_embeddings.weight"
PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}

Array = npt.NDArray[Any]


class Reference:
    """The model of a file. Only the rows of the word table that a text needs become floats."""

    def __init__(self, path: Path) -> None:
        file = e5_file.read(path)
        pieces = file.pieces
        scores = pieces.scores.astype(float).tolist()
        self.bos, self.eos, _, unknown = pieces.special
        self.unigram = Unigram(pieces.texts, scores, pieces.normalization, unknown)
        self.config = file.config
        self.table = file.matrices["emb.word"]
        self.weights = _weights(file)

    def ids(self, text: str) -> list[int]:
        """Token ids, special tokens included."""
        return [self.bos, *self.unigram.encode(text), self.eos]

    def embed(self, ids: Sequence[int]) -> npt.NDArray[np.float64]:
        """Unit vector of token ids; those beyond what the model reads are cut off."""
        seen = [*ids[:-1][: MAX_LENGTH - 1], ids[-1]]
        used, places = np.unique(seen, return_inverse=True)
        rows = e5_file.Packed(self.table.levels[used], self.table.scales[used]).floats()
        return embed(self.config, {**self.weights, WORDS: rows}, places.tolist())


def _weights(file: e5_file.E5File) -> dict[str, Array]:
    arrays, width = file.arrays, file.config["hidden_size"]
    weights: dict[str, Array] = {
        "embeddings.position_embeddings.weight": arrays["emb.pos"].reshape(-1, width),
        "embeddings.token_type_embeddings.weight": arrays["emb.type"].reshape(-1, width),
        "embeddings.LayerNorm.weight": arrays["emb.ln.w"],
        "embeddings.LayerNorm.bias": arrays["emb.ln.b"],
    }
    floats = arrays | {name: matrix.floats() for name, matrix in file.matrices.items() if name != "emb.word"}
    for layer in range(file.config["num_hidden_layers"]):
        for short, name in PARTS.items():
            for kind, full in {"w": "weight", "b": "bias"}.items():
                weights[f"encoder.layer.{layer}.{name}.{full}"] = floats[f"l{layer}.{short}.{kind}"]
    return weights
