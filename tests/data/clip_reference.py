"""CLIP's and SigLIP's two encoders in numpy, with one layer each, written from the papers and not from our graphs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from data import bpe

WIDTH, HEADS, DIMS = 32, 2, 24
TOKENS = 20
SIDE, PATCH = 32, 8
PATCHES = (SIDE // PATCH) ** 2
MEAN, STD = np.array([0.48, 0.46, 0.41]), np.array([0.27, 0.26, 0.28])

Array = npt.NDArray[np.float64]


def text_features(w: Mapping[str, Array], ids: Sequence[int], siglip: bool) -> Array:
    """What the text head gets, (WIDTH,), from a text's token ids."""
    x = w["text.tokens"][list(ids)] + w["text.positions"][: len(ids)]
    x = _norm(_layer(x, w, "text", causal=not siglip), w, "text.last")
    return np.asarray(x[-1] if siglip else x[ids.index(max(ids))])


def image_features(w: Mapping[str, Array], rgb: npt.NDArray[np.uint8], siglip: bool) -> Array:
    """What the image head gets, (WIDTH,), from a picture's RGB values, (SIDE, SIDE, 3)."""
    pixels = (rgb / 255 - MEAN) / STD
    count = SIDE // PATCH
    patches = pixels.reshape(count, PATCH, count, PATCH, 3).transpose(0, 2, 4, 1, 3).reshape(PATCHES, -1)
    x = patches @ w["image.patches"].reshape(WIDTH, -1).T
    if not siglip:
        x = np.concatenate([w["image.class"], x])
    x = _layer(_norm(x + w["image.positions"][: len(x)], w, "image.first"), w, "image", causal=False)
    return _norm(x.mean(axis=0) if siglip else x[0], w, "image.last")


def _layer(x: Array, w: Mapping[str, Array], tower: str, causal: bool) -> Array:
    q, k, v = np.split(
        _norm(x, w, f"{tower}.norm1") @ w[f"{tower}.qkv"].T + w[f"{tower}.qkv.bias"], 3, axis=1
    )
    context = np.empty_like(x)
    size = WIDTH // HEADS
    for start in range(0, WIDTH, size):
        head = slice(start, start + size)
        scores = np.exp(q[:, head] @ k[:, head].T / np.sqrt(size))
        scores = np.tril(scores) if causal else scores
        context[:, head] = scores / scores.sum(axis=1, keepdims=True) @ v[:, head]
    x = x + context @ w[f"{tower}.out"].T
    inner = _norm(x, w, f"{tower}.norm2") @ w[f"{tower}.up"].T
    return np.asarray(x + inner / (1 + np.exp(-1.702 * inner)) @ w[f"{tower}.down"].T)  # "quick GELU"


def _norm(x: Array, w: Mapping[str, Array], name: str) -> Array:
    centred = x - x.mean(axis=-1, keepdims=True)
    scale = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5)
    return np.asarray(centred / scale * w[name] + w[f"{name}.bias"])


def unit(vector: Array) -> Array:
    return np.asarray(vector / np.linalg.norm(vector))


def random_weights() -> dict[str, Array]:
    """All but the heads, float32 values as float64: the reference must not know better than the stored model."""
    random = np.random.default_rng(20261121)
    shapes: dict[str, tuple[int, ...]] = {
        "text.tokens": (len(bpe.vocabulary()), WIDTH),
        "text.positions": (TOKENS, WIDTH),
        "image.patches": (WIDTH, 3, PATCH, PATCH),
        "image.class": (1, WIDTH),
        "image.positions": (PATCHES + 1, WIDTH),
    }
    norms = ["text.last", "image.first", "image.last"]
    for tower in ("text", "image"):
        norms += [f"{tower}.norm1", f"{tower}.norm2"]
        shapes |= {f"{tower}.qkv": (3 * WIDTH, WIDTH), f"{tower}.qkv.bias": (3 * WIDTH,)}
        shapes |= {f"{tower}.out": (WIDTH, WIDTH), f"{tower}.up": (2 * WIDTH, WIDTH)}
        shapes |= {f"{tower}.down": (WIDTH, 2 * WIDTH)}
    for norm in norms:
        shapes |= {norm: (WIDTH,), f"{norm}.bias": (WIDTH,)}
    drawn = {name: random.standard_normal(shape) / np.sqrt(shape[-1] / 4) for name, shape in shapes.items()}
    drawn["image.patches"] /= PATCH
    drawn["text.qkv"] /= 5  # so that every word is attended to a little
    for norm in norms:
        drawn[norm] = 1 + drawn[norm] / 4
    return {name: value.astype(np.float32).astype(float) for name, value in drawn.items()}
