"""Learn the linear map that takes photos from MiniLM's space into that of multilingual-e5-small, and measure it.

``python models/semblance-vision-lite0/project.py --data ../shared/data/photos``. README.md tells what it gives.

The map is a ridge regression in closed form from captions' vectors in one space to their vectors in the other. Where
photos lie in MiniLM's space is not where captions lie: so the map's offset takes the mean of the training photos, not
of the captions, to the mean of the captions in the other space.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import evaluate
import numpy as np
import numpy.typing as npt
from onnx import TensorProto, checker, helper, numpy_helper
from training import data, labels, metrics

from semblance.native.models import load_text_encoder
from semblance.parts import models
from semblance.ranking.vectors import normalize

HERE = Path(__file__).parent
WORK = HERE.parent.parent / "build/semblance-vision-lite0"
FILE = f"onnx/to_{models.MULTILINGUAL}.onnx"
CAPTIONS, NAMES, PHOTOS, SEED = 8_000, 2_000, 1_000, 0
RIDGES = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
SCALES = np.arange(20, 400, 5)

FloatArray = npt.NDArray[np.float32]


class Space:
    """Vectors of queries in a text model's space, kept in a file."""

    def __init__(self, name: str, work: Path) -> None:
        model = models.named(name)
        folder = model.files["config.json"].parent
        self._name, self._work = name, work
        self._encoder = asyncio.run(load_text_encoder(folder, manifest=model.manifest))

    def of(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors (n, 384)."""
        digest = hashlib.sha256("\n".join([self._name, *texts]).encode()).hexdigest()[:16]
        path = self._work / f"queries-{digest}.npy"
        if not path.exists():
            np.save(path, asyncio.run(self._encoder.encode(texts, "query")))
        return np.asarray(np.load(path))


def main(folder: Path, work: Path) -> None:
    """Fit, choose, measure, and write the map and its place in ``manifest.json``."""
    work.mkdir(parents=True, exist_ok=True)
    photos = data.read_photos(folder)
    own, other = (Space(name, work) for name in (models.TEXT_MODEL, models.MULTILINGUAL))
    texts = _sample(photos)
    pictures = {split: _pictures(folder, work, photos, split) for split in ("train", "val", "test")}
    known, wanted = own.of(texts), other.of(texts)
    centre = pictures["train"][1].mean(axis=0)
    fits = [_fit(known, wanted, centre, ridge) for ridge in RIDGES]
    chosen = max(fits, key=lambda fit: _retrieval(fit, pictures["val"], other)["R@10"])
    scale = _scale(chosen, pictures["val"], other)
    write(HERE / FILE, *chosen)
    result = {
        "text to image": _retrieval(chosen, pictures["test"], other),
        "zero-shot": _zero_shot(chosen, pictures["test"], other),
    }
    _describe(scale, result)
    sys.stdout.write(json.dumps(result, indent=2) + "\n")


Pictures = tuple[list[data.Photo], FloatArray]
Map = tuple[FloatArray, FloatArray]
"""A matrix (384, 384) and an offset (384,)."""


def _sample(photos: Sequence[data.Photo]) -> list[str]:
    train = [photo for photo in photos if photo.split == "train"]
    captions = sorted({caption for photo in train for caption in photo.captions})
    names = sorted({text for photo in train for text in photo.texts} - set(captions))
    choose = random.Random(SEED)
    return choose.sample(captions, CAPTIONS) + choose.sample(names, min(NAMES, len(names)))


def _pictures(folder: Path, work: Path, photos: Sequence[data.Photo], split: str) -> Pictures:
    """The photos of a split, with their vectors as the shipped model gives them; a sample of the training photos."""
    chosen = [photo for photo in photos if photo.split == split]
    if split == "train":
        chosen = random.Random(SEED).sample(chosen, PHOTOS)
    path = work / f"shipped-{split}.npy"
    if not path.exists():
        np.save(path, evaluate.embed(evaluate.MODEL, folder, chosen))
    return chosen, np.load(path)


def _fit(known: FloatArray, wanted: FloatArray, centre: FloatArray, ridge: float) -> Map:
    """Minimise ``||(known - mean) M - (wanted - mean)||^2 + ridge ||M||^2``."""
    x, y = (values.astype(np.float64) - values.mean(axis=0) for values in (known, wanted))
    matrix = np.linalg.solve(x.T @ x + ridge * np.eye(x.shape[1]), x.T @ y)
    offset = wanted.mean(axis=0) - centre @ matrix
    return matrix.astype(np.float16).astype(np.float32), offset.astype(np.float32)


def _mapped(fit: Map, vectors: FloatArray) -> FloatArray:
    matrix, offset = fit
    return np.asarray(normalize(vectors @ matrix + offset))


# --- measures ---------------------------------------------------------------------------------------


def _captioned(fit: Map, pictures: Pictures, space: Space) -> tuple[FloatArray, FloatArray]:
    photos, vectors = pictures
    chosen = [index for index, photo in enumerate(photos) if photo.captions]
    captions = [caption for index in chosen for caption in photos[index].captions]
    return _mapped(fit, vectors[chosen]), space.of(captions).reshape(len(chosen), -1, vectors.shape[1])


def _retrieval(fit: Map, pictures: Pictures, space: Space) -> dict[str, float]:
    return metrics.retrieval(*_captioned(fit, pictures, space))


def _scale(fit: Map, pictures: Pictures, space: Space) -> float:
    """The factor before the softmax under which the captions' own photos are likeliest."""
    images, captions = _captioned(fit, pictures, space)
    scores = captions[:, 0] @ images.T
    losses = [
        np.mean(
            np.log(np.exp(scale * (scores - scores.max())).sum(axis=1))
            - scale * (scores.diagonal() - scores.max())
        )
        for scale in SCALES
    ]
    return float(SCALES[int(np.argmin(losses))])


def _zero_shot(fit: Map, pictures: Pictures, space: Space) -> dict[str, float]:
    photos, vectors = pictures
    chosen = [index for index, photo in enumerate(photos) if photo.label]
    wanted = [photos[index].label for index in chosen]
    images = _mapped(fit, vectors[chosen])
    classes = sorted(set(wanted))
    result = {}
    for language in ("en", *labels.LANGUAGES):
        prompts = data.PROMPTS if language == "en" else labels.PROMPTS[language]
        names = {name: name for name in classes} if language == "en" else labels.names(language)
        means = {
            name: space.of([prompt.format(names[name]) for prompt in prompts]).mean(axis=0)
            for name in classes
        }
        result[language] = metrics.zero_shot(
            images, wanted, {name: normalize(mean) for name, mean in means.items()}
        )
    return result


# --- what is shipped --------------------------------------------------------------------------------


def write(path: Path, matrix: FloatArray, offset: FloatArray) -> None:
    """Write the map as an ONNX graph; its weights are float16, which the runtime turns into floats once."""
    dims = len(offset)
    nodes = [
        helper.make_node("Cast", ["matrix"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("Gemm", ["image_embeds", "floats", "offset"], ["projected"]),
        helper.make_node("LpNormalization", ["projected"], ["embeds"], axis=-1, p=2),
    ]
    constants = [
        numpy_helper.from_array(matrix.astype(np.float16), "matrix"),
        numpy_helper.from_array(offset, "offset"),
    ]
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", dims])
        for name in ("image_embeds", "embeds")
    ]
    model = helper.make_model(
        helper.make_graph(nodes, "projection", ends[:1], ends[1:], constants),
        opset_imports=[helper.make_opsetid("", 20)],
        ir_version=9,
        producer_name="semblance",
    )
    checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString(deterministic=True))


def _describe(scale: float, result: Mapping[str, object]) -> None:
    path = HERE / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    content = (HERE / FILE).read_bytes()
    manifest["files"][FILE] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    manifest["projections"] = {models.MULTILINGUAL: {"file": FILE, "logit_scale": scale, "metrics": result}}
    path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of photos.jsonl and the zips")
    parser.add_argument("--work", type=Path, default=WORK, help="folder for vectors, 80 MB")
    options = parser.parse_args()
    main(options.data, options.work)
