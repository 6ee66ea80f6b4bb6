"""Learn the linear map that takes photos from MiniLM's space into that of multilingual-e5-small, and measure it.

``python models/semblance-vision-lite0/project.py --data ../shared/data/photos``. README.md tells what it gives.

A query's score in MiniLM's space is q B i: q its vector in the other space, B a ridge regression, in closed form, i the
photo's vector. B takes texts' vectors there to their vectors in MiniLM's space, and also those of captions and labels to the
vectors of their photos. So the photo's vector there is B i, and its order for a query is that of the estimated vector in
MiniLM's space. What all vectors of the other space have in common,
their mean direction, is treated apart: all vectors there, of whatever texts, have cosines of 0.7 to 1 with each other,
so a photo gets so much of that direction that it stands among texts (`SPREAD`), a little more or less by how often it
is what captions are about (`LEANS`).
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
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
CAPTIONS, NAMES = 5_000, 1_000
LABELLED = 2_000  # training photos
SEEN, LABELS = 1.0, 0.2  # what the photos of captions and those of labels weigh, beside 1 for all texts
RIDGES = (2e-5, 5e-5, 2e-4, 5e-4)
LEANS = (2.0, 3.0, 4.0, 5.0, 6.0)
SPREAD = 0.5  # the part of a photo's vector that says what it shows; the rest is the direction that all texts share
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
    pictures = {
        split: _pictures(folder, work, split, [photo for photo in photos if photo.split == split])
        for split in ("val", "test")
    }
    train = [photo for photo in photos if photo.split == "train"]
    captioned = _pictures(folder, work, "captioned", [photo for photo in train if photo.captions])
    some = random.Random(3).sample([photo for photo in train if photo.label], LABELLED)
    labelled = _pictures(folder, work, "labelled", some)
    texts = _texts(train)
    pairs = [
        Pairs(other.of(texts), own.of(texts), 1.0),
        _captions(captioned, other),
        _labels(labelled, other),
    ]
    usual = np.concatenate([captioned[1], labelled[1]])
    fits = [_fit(pairs, usual, ridge, lean) for ridge in RIDGES for lean in LEANS]
    chosen = max(fits, key=lambda fit: _retrieval(fit, pictures["val"], other)["R@10"])
    scale = _scale(chosen, pictures["val"], other)
    write(HERE / FILE, chosen)
    result = {
        "text to image": _retrieval(chosen, pictures["test"], other),
        "zero-shot": _zero_shot(chosen, pictures["test"], other),
    }
    _describe(scale, result)
    sys.stdout.write(json.dumps(result, indent=2) + "\n")


Pictures = tuple[list[data.Photo], FloatArray]


@dataclass(frozen=True, slots=True)
class Map:
    """From one space into the other.

    Parameters
    ----------
    matrix, offset : ndarray, shape (d, d) and (d,)
        Give what a photo shows, without the direction that all texts share.
    lean, level : ndarray, shape (d, 1) and (1,)
        Give how much of that direction it gets.
    shared : ndarray, shape (1, d)
        That direction.
    """

    matrix: FloatArray
    offset: FloatArray
    lean: FloatArray
    level: FloatArray
    shared: FloatArray

    def __call__(self, vectors: FloatArray) -> FloatArray:
        shown = normalize(vectors @ self.matrix + self.offset)
        return np.asarray(normalize(SPREAD * shown + (vectors @ self.lean + self.level) @ self.shared))


@dataclass(frozen=True, slots=True)
class Pairs:
    """Vectors of texts in the other space, and what B takes them to; both (n, 384).

    ``weight`` is what all these pairs count together.
    """

    queries: FloatArray
    targets: FloatArray
    weight: float

    def centred(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Both less their means and by their weight; the targets' length is 1 on average, of whatever space they are."""
        queries, targets = (
            part - part.mean(axis=0, dtype=np.float64) for part in (self.queries, self.targets)
        )
        share = np.sqrt(self.weight / len(queries))
        return share * queries, share * targets / _length(targets)


def _length(vectors: npt.NDArray[np.floating]) -> float:
    return float(np.sqrt((vectors**2).sum(axis=1).mean()))


def _texts(train: Sequence[data.Photo]) -> list[str]:
    captions = sorted({caption for photo in train for caption in photo.captions})
    names = sorted({text for photo in train for text in photo.texts} - set(captions))
    choose = random.Random(0)
    return choose.sample(captions, CAPTIONS) + choose.sample(names, NAMES)


def _captions(captioned: Pictures, other: Space) -> Pairs:
    """Captions, and the photo of each."""
    photos, vectors = captioned
    captions = [caption for photo in photos for caption in photo.captions]
    owners = np.repeat(np.arange(len(photos)), [len(photo.captions) for photo in photos])
    return Pairs(other.of(captions), vectors[owners], SEEN)


def _labels(labelled: Pictures, other: Space) -> Pairs:
    """Sentences about labels, and the mean of each label's photos."""
    photos, vectors = labelled
    of_photos = np.array([photo.label for photo in photos])
    names = sorted(set(of_photos.tolist()))
    means = np.stack([vectors[of_photos == name].mean(axis=0) for name in names])
    sentences = [prompt.format(name) for name in names for prompt in data.PROMPTS]
    return Pairs(other.of(sentences), np.repeat(means, len(data.PROMPTS), axis=0), LABELS)


def _pictures(folder: Path, work: Path, name: str, photos: list[data.Photo]) -> Pictures:
    """Photos, and their vectors as the shipped model gives them."""
    path = work / f"shipped-{name}.npy"
    if not path.exists():
        np.save(path, evaluate.embed(evaluate.MODEL, folder, photos))
    return photos, np.load(path)


def _fit(pairs: Sequence[Pairs], pictures: FloatArray, ridge: float, lean: float) -> Map:
    """B minimises the sum of ``||query B - target||^2`` over all pairs, by their weights, and ``ridge ||B||^2``.

    The first pairs are those of texts: their means and lengths are those of the spaces.
    """
    y, x = (np.concatenate(parts) for parts in zip(*(kind.centred() for kind in pairs), strict=True))
    x_mean, y_mean, centre = (
        vectors.mean(axis=0, dtype=np.float64) for vectors in (pairs[0].targets, pairs[0].queries, pictures)
    )
    back = np.linalg.solve(y.T @ y + ridge * np.eye(y.shape[1]), y.T @ x) * _length(pairs[0].targets - x_mean)
    length = np.linalg.norm(y_mean)
    shared = y_mean / length
    matrix = back.T - np.outer(back.T @ shared, shared)
    usual = np.linalg.norm((pictures - centre) @ matrix, axis=1).mean()
    along = ((x_mean - y_mean @ back) / length + back.T @ shared) * lean * SPREAD / usual
    level = np.sqrt(1 - SPREAD**2) - centre @ along
    parts = (matrix.astype(np.float16), -centre @ matrix, along[:, np.newaxis], [level], shared[np.newaxis])
    return Map(*(np.asarray(part, np.float32) for part in parts))


# --- measures ---------------------------------------------------------------------------------------


def _captioned(fit: Map, pictures: Pictures, space: Space) -> tuple[FloatArray, FloatArray]:
    photos, vectors = pictures
    chosen = [index for index, photo in enumerate(photos) if photo.captions]
    captions = [caption for index in chosen for caption in photos[index].captions]
    return fit(vectors[chosen]), space.of(captions).reshape(len(chosen), -1, vectors.shape[1])


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
    images = fit(vectors[chosen])
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


def write(path: Path, fit: Map) -> None:
    """Write the map as an ONNX graph; its matrix is float16, which the runtime turns into floats once."""
    nodes = [
        helper.make_node("Cast", ["matrix"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("Gemm", ["image_embeds", "floats", "offset"], ["turned"]),
        helper.make_node("LpNormalization", ["turned"], ["shown"], axis=-1, p=2),
        helper.make_node("Mul", ["shown", "spread"], ["spread_out"]),
        helper.make_node("Gemm", ["image_embeds", "lean", "level"], ["height"]),
        helper.make_node("MatMul", ["height", "shared"], ["along"]),
        helper.make_node("Add", ["spread_out", "along"], ["sum"]),
        helper.make_node("LpNormalization", ["sum"], ["embeds"], axis=-1, p=2),
    ]
    values = asdict(fit) | {"matrix": fit.matrix.astype(np.float16), "spread": np.float32(SPREAD)}
    constants = [numpy_helper.from_array(np.asarray(value), name) for name, value in values.items()]
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", len(fit.offset)])
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
