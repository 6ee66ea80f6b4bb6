"""BERT in numpy, written from the paper and not from our graph: what the graph is checked against."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def embed(config: Mapping[str, Any], weights: Mapping[str, npt.NDArray[Any]], ids: Sequence[int]) -> Array:
    """Unit vector (d,) of one text's token ids: mean of the last layer, in float64."""
    mean = token_vectors(config, weights, ids).mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean))


def token_vectors(
    config: Mapping[str, Any], weights: Mapping[str, npt.NDArray[Any]], ids: Sequence[int]
) -> Array:
    """The last layer (t, d) of one text's token ids, in float64."""
    w = {name: value.astype(np.float64) for name, value in weights.items() if value.dtype.kind == "f"}

    def dense(x: Array, name: str) -> Array:
        return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    def norm(x: Array, name: str) -> Array:
        centred = x - x.mean(axis=-1, keepdims=True)
        deviation = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + config["layer_norm_eps"])
        return np.asarray(centred / deviation * w[f"{name}.weight"] + w[f"{name}.bias"])

    x = w["embeddings.word_embeddings.weight"][list(ids)]
    x = x + w["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for number in range(config["num_hidden_layers"]):
        layer = f"encoder.layer.{number}"
        q, k, v = (dense(x, f"{layer}.attention.self.{part}") for part in ("query", "key", "value"))
        context = np.empty_like(x)
        size = config["hidden_size"] // config["num_attention_heads"]
        for start in range(0, config["hidden_size"], size):
            head = slice(start, start + size)
            scores = np.exp(q[:, head] @ k[:, head].T / math.sqrt(size))
            context[:, head] = scores / scores.sum(axis=-1, keepdims=True) @ v[:, head]
        x = norm(x + dense(context, f"{layer}.attention.output.dense"), f"{layer}.attention.output.LayerNorm")
        inner = dense(x, f"{layer}.intermediate.dense")
        inner = inner * (1 + np.vectorize(math.erf)(inner / math.sqrt(2))) / 2
        x = norm(x + dense(inner, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")
    return x
