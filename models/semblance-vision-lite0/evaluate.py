"""Metrics of the shipped model, as its card gives them.

``python models/semblance-vision-lite0/evaluate.py --data ../shared/data/photos``, after ``python build.py``.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime
from training import data, metrics
from training.texts import TextVectors, label_texts

HERE = Path(__file__).parent
MODEL = HERE / "onnx/vision_model_int8.onnx"
TEXT_MODEL = HERE.parent.parent / "dist/models/all-MiniLM-L6-v2"


def embed(model: Path, folder: Path, photos: list[data.Photo]) -> np.ndarray:
    """Vectors (n, 384) of the photos' centre crops."""
    session = _session(model)
    batches = (data.pixel_values(batch) for batch in data.views(folder, photos, None))
    return np.concatenate([session.run(None, {"pixel_values": batch})[0] for batch in batches])


def median_ms(model: Path, threads: int = 1, runs: int = 60) -> float:
    """Milliseconds a photo, one at a time, without decoding."""
    session = _session(model, threads)
    feed = {"pixel_values": np.random.default_rng(0).standard_normal((1, 3, 224, 224), np.float32)}
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        session.run(None, feed)
        times.append(time.perf_counter() - start)
    return round(float(np.median(times[10:])) * 1000, 1)


def evaluate(model: Path, folder: Path, text_model: Path, split: str = "test") -> dict[str, object]:
    """Retrieval, zero-shot accuracy, and how high cosines are."""
    photos = [photo for photo in data.read_photos(folder) if photo.split == split]
    captioned = [index for index, photo in enumerate(photos) if photo.captions]
    labelled = [index for index, photo in enumerate(photos) if photo.label]
    labels = [photos[index].label for index in labelled]
    queries = [list(photos[index].captions) for index in captioned]
    classes = sorted(set(labels))
    sentences = [sentence for name in classes for sentence in label_texts(name)]
    texts = TextVectors(text_model, [*(caption for query in queries for caption in query), *sentences])
    images = embed(model, folder, photos)
    captions = np.stack([texts.of(query) for query in queries])
    return {
        "text to image": metrics.retrieval(images[captioned], captions) | {"photos": len(captioned)},
        "zero-shot": {
            "top-1": metrics.zero_shot(
                images[labelled], labels, {name: texts.label(name) for name in classes}
            ),
            "photos": len(labelled),
            "classes": len(classes),
        }
        if labelled
        else {},
        "mean cosines": metrics.cosines(images[captioned], captions),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of photos.jsonl and the zips")
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("--reference", type=Path, help="the float32 model, to compare with")
    parser.add_argument("--text-model", type=Path, default=TEXT_MODEL)
    parser.add_argument("--split", default="test", choices=("test", "val"))
    options = parser.parse_args()
    result = evaluate(options.model, options.data, options.text_model, options.split)
    result |= {"bytes": options.model.stat().st_size, "median ms, one thread": median_ms(options.model)}
    if options.reference:
        photos = [photo for photo in data.read_photos(options.data) if photo.split == options.split]
        ours, theirs = (embed(model, options.data, photos) for model in (options.model, options.reference))
        result["cosine with float32"] = metrics.agreement(ours, theirs)
    sys.stdout.write(json.dumps(result, indent=2) + "\n")


def _session(model: Path, threads: int = 0) -> onnxruntime.InferenceSession:
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(model, settings, providers=["CPUExecutionProvider"])


if __name__ == "__main__":
    main()
