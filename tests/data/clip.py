"""Small pairs of encoders of CLIP's and of SigLIP's shape, made on the spot, and the same computation in numpy.

One transformer layer a tower, weights from a fixed seed. Only the last matrices are fitted, so that the names of six
colours (as in `TEMPLATES`) and pictures of them end close together: results can be judged, not only compared.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tokenizers

from data import bpe
from data.clip_graph import ImageTower, TextTower
from data.clip_reference import (
    DIMS,
    MEAN,
    PATCH,
    SIDE,
    STD,
    TOKENS,
    WIDTH,
    Array,
    image_features,
    random_weights,
    text_features,
    unit,
)

LOGIT_SCALE = 100.0

COLOURS = {
    "red": (220, 30, 30),
    "green": (30, 180, 40),
    "blue": (30, 50, 220),
    "yellow": (230, 220, 40),
    "black": (15, 15, 15),
    "white": (245, 245, 245),
}
TEMPLATES = ("{}", "a photo of something {}", "the {} picture")


@dataclass(frozen=True)
class Pair:
    """What `write_clip_folder` wrote, and what its vectors must be."""

    folder: Path
    weights: Mapping[str, Array]
    siglip: bool

    def token_ids(self, text: str) -> list[int]:
        """Special tokens included; for SigLIP filled up with end tokens."""
        tokenizer = tokenizers.Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        ids = tokenizer.encode(text).ids
        if len(ids) > TOKENS:
            ids = [*ids[: TOKENS - 1], ids[-1]]
        return ids + [ids[-1]] * (TOKENS - len(ids)) * self.siglip

    def text_vector(self, text: str) -> Array:
        """Unit vector (d,) of a text."""
        return unit(
            text_features(self.weights, self.token_ids(text), self.siglip) @ self.weights["text.head"].T
        )

    def image_vector(self, rgb: npt.NDArray[np.uint8]) -> Array:
        """Unit vector (d,) of a picture of the size that the model reads, (SIDE, SIDE, 3)."""
        return unit(image_features(self.weights, rgb, self.siglip) @ self.weights["image.head"].T)


def write_clip_folder(folder: Path, *, siglip: bool = False, fixed: bool = False, mask: bool = False) -> Pair:
    """Write a model's folder, complete with manifest.

    Parameters
    ----------
    folder : Path
        Created; its name is the model's name.
    siglip : bool
        As SigLIP does it: texts filled up to one length and pooled at the last token, no mask, no class token, and
        ``pooler_output`` instead of ``text_embeds`` and ``image_embeds``.
    fixed : bool
        The text graph takes exactly one text of `TOKENS` tokens, as exports for phones do.
    mask : bool
        The text graph asks for an ``attention_mask``, as some exports of CLIP do.
    """
    (folder / "onnx").mkdir(parents=True)
    tokenizer = bpe.tokenizer(frame=(None, bpe.END), roberta=False) if siglip else bpe.tokenizer()
    configs = {"tokenizer.json": tokenizer, **(_siglip_configs() if siglip else _clip_configs())}
    for name, content in configs.items():
        _write_json(folder / name, content)
    pair = Pair(folder, _fitted(folder, siglip), siglip)
    towers = {
        "text": TextTower(pair.weights, siglip).serialize(fixed, mask),
        "vision": ImageTower(pair.weights, siglip).serialize(),
    }
    for name, model in towers.items():
        (folder / "onnx" / f"{name}_model.onnx").write_bytes(model)
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    files = {path.relative_to(folder).as_posix(): _file(path) for path in paths}
    _write_json(
        folder / "manifest.json",
        {"name": folder.name, "dtype": "fp32", "logit_scale": LOGIT_SCALE, "files": files},
    )
    return pair


def write_clip_site(folder: Path, dist: Path) -> Pair:
    """Write what, laid over a built site, gives it the pair ``tiny-clip`` as its second model."""
    pair = write_clip_folder(folder / "models" / "tiny-clip")
    index = json.loads((dist / "models" / "index.json").read_text(encoding="utf-8"))
    index["models"].append(dict.fromkeys(("name", "text", "image"), pair.folder.name))
    _write_json(folder / "models" / "index.json", index)
    return pair


def plain_picture(colour: str, side: int = SIDE) -> npt.NDArray[np.uint8]:
    """RGB values (side, side, 3) of a picture that shows one colour."""
    return np.full((side, side, 3), COLOURS[colour], np.uint8)


def _fitted(folder: Path, siglip: bool) -> dict[str, Array]:
    """Weights whose last matrices bring words and pictures of a colour together (ridge regression)."""
    weights = random_weights()
    raw = Pair(folder, weights, siglip)
    targets = np.linalg.qr(np.random.default_rng(7).standard_normal((DIMS, DIMS)))[0][: len(COLOURS)]
    texts, pictures, wanted = [], [], []
    for target, (name, rgb) in zip(targets, COLOURS.items(), strict=True):
        for number, template in enumerate(TEMPLATES):
            shade = np.full((SIDE, SIDE, 3), np.clip(np.array(rgb) + 10 * (number - 1), 0, 255), np.uint8)
            texts.append(text_features(weights, raw.token_ids(template.format(name)), siglip))
            pictures.append(image_features(weights, shade, siglip))
            wanted.append(target)
    for head, features in (("text.head", np.array(texts)), ("image.head", np.array(pictures))):
        gram = features.T @ features + 1e-2 * np.eye(WIDTH)
        # As float32, as they will be stored: the reference must not know better.
        weights[head] = (
            np.linalg.solve(gram, features.T @ np.array(wanted)).T.astype(np.float32).astype(float)
        )
    return weights


def _clip_configs() -> dict[str, Any]:
    return {
        "config.json": {
            "model_type": "clip",
            "projection_dim": DIMS,
            "text_config": {"hidden_size": WIDTH, "max_position_embeddings": TOKENS, "pad_token_id": 1},
            "vision_config": {"hidden_size": WIDTH, "image_size": SIDE, "patch_size": PATCH},
        },
        "tokenizer_config.json": _tokenizer_config() | {"tokenizer_class": "CLIPTokenizer"},
        "preprocessor_config.json": {
            "image_processor_type": "CLIPImageProcessor",
            "size": {"shortest_edge": SIDE},
            "do_center_crop": True,
            "crop_size": {"height": SIDE, "width": SIDE},
        }
        | _PIXELS,
    }


def _siglip_configs() -> dict[str, Any]:
    return {
        "config.json": {
            "model_type": "siglip",
            "text_config": {"hidden_size": DIMS, "max_position_embeddings": TOKENS},
            "vision_config": {"hidden_size": DIMS, "image_size": SIDE, "patch_size": PATCH},
        },
        "tokenizer_config.json": _tokenizer_config() | {"tokenizer_class": "SiglipTokenizer"},
        "preprocessor_config.json": {
            "image_processor_type": "SiglipImageProcessor",
            "size": {"height": SIDE, "width": SIDE},
        }
        | _PIXELS,
    }


_PIXELS = {
    "do_resize": True,
    "resample": 3,
    "do_rescale": True,
    "rescale_factor": 1 / 255,
    "do_normalize": True,
    "image_mean": MEAN.tolist(),
    "image_std": STD.tolist(),
}


def _tokenizer_config() -> dict[str, Any]:
    vocabulary = bpe.vocabulary()
    special = {
        str(vocabulary.index(token)): {"content": token, "special": True} for token in (bpe.START, bpe.END)
    }
    return {
        "model_max_length": TOKENS,
        "pad_token": bpe.END,
        "eos_token": bpe.END,
        "added_tokens_decoder": special,
    }


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")


def _file(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
