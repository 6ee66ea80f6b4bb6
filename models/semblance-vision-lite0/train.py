"""Train, quantise and measure semblance-vision-lite0, from the photos to ``manifest.json``.

``python models/semblance-vision-lite0/train.py --data ../shared/data/photos``, after ``python build.py`` (for the text
model) and ``pip install . -r models/semblance-vision-lite0/requirements.txt``. README.md tells how, and why so.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from pathlib import Path

import evaluate
import numpy as np
import onnx
import torch
from training import data, fit, metrics, quantize
from training.backbone import load_backbone
from training.features import TrunkFeatures
from training.graph import tower_model
from training.head import Head
from training.knowledge import beliefs, class_rows
from training.loss import Criterion
from training.release import write_release
from training.texts import TextVectors

HERE = Path(__file__).parent
WORK = HERE.parent.parent / "build/semblance-vision-lite0"
WEIGHTS = "weights.pt"
SEED = 0
VIEWS, POOLED = 6, 3
HEAD_FIRST = fit.Schedule(epochs=6, batch=512, head_rate=2e-3)
TOGETHER = fit.Schedule(epochs=5, batch=256, head_rate=1e-3, tail_rate=3e-4)

# Without these, glibc gives each large tensor fresh pages, and a third of the time goes into clearing them.
ALLOCATOR = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": str(2**35),
    "MALLOC_TOP_PAD_": str(2**29),
    "OMP_WAIT_POLICY": "passive",
}


def train(options: argparse.Namespace) -> None:
    """Write the weights of tail and head, and the factor before the softmax, into ``weights.pt``."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    trunk, tail, classifier = load_backbone()
    photos = _training_photos(options.data)
    texts = TextVectors(options.text_model, (text for photo in photos for text in photo.texts), options.work)
    log(f"{len(photos)} photos, {len(texts.texts)} texts")
    features = TrunkFeatures(trunk, options.data, options.work)
    maps = [features.maps(photos, "train-centre")]
    for view in range(VIEWS):
        maps.append(features.maps(photos, f"train-{view}", seed=view))
        log(f"features of view {view + 1} of {VIEWS}")

    tail, head = tail.to(device, memory_format=torch.channels_last), Head().to(device)
    pools = [
        fit.pooled(tail, view, options.work / f"pooled-{name}.npy") for name, view in enumerate(maps[:POOLED])
    ]
    log("pooled features")

    numbers = [[texts.index[text] for text in photo.texts] for photo in photos]
    rows = class_rows(photos)
    classes = np.stack([texts.label(photos[row].label) for row in rows])
    known = beliefs(classifier, pools[0], rows)
    vectors, classes, known = map(torch.from_numpy, (texts.vectors, classes, known))
    criterion = Criterion(vectors, numbers, classes, known).to(device)
    groups = [([*head.parameters(), criterion.log_scale], HEAD_FIRST.head_rate)]
    fit.fit(pools, lambda x: head(torch.from_numpy(x).to(device)), criterion, groups, HEAD_FIRST, log)

    def forward(batch: np.ndarray) -> torch.Tensor:
        x = fit.to_maps(batch).to(device).requires_grad_()
        return head(tail(x).mean((2, 3)))

    groups = [
        ([*head.parameters(), criterion.log_scale], TOGETHER.head_rate),
        (fit.trainable(tail), TOGETHER.tail_rate),
    ]
    fit.fit(maps, forward, criterion, groups, TOGETHER, log)
    trained = {
        "tail": tail.cpu().state_dict(),
        "head": head.cpu().state_dict(),
        "scale": criterion.scale.item(),
    }
    torch.save(trained, options.work / WEIGHTS)


def release(options: argparse.Namespace) -> None:
    """Write the graph in float32 and in both 8-bit forms, ship one of these, and measure."""
    forms = {name: options.work / f"vision_model_{name}.onnx" for name in ("fp32", "qdq", "weights8")}
    trained = torch.load(options.work / WEIGHTS)
    trunk, tail, _ = load_backbone()
    head = Head()
    tail.load_state_dict(trained["tail"])
    head.load_state_dict(trained["head"])
    onnx.save(tower_model(trunk, tail, head), forms["fp32"])
    quantize.weights_only(forms["fp32"], forms["weights8"])
    every = [photo for photo in data.read_photos(options.data) if photo.split == "train"]
    sample = random.Random(SEED).sample(every, 256)
    batches = [data.pixel_values(batch) for batch in data.views(options.data, sample, None)]
    quantize.weights_and_activations(forms["fp32"], forms["qdq"], batches)
    shipped = HERE / "onnx/vision_model_int8.onnx"
    shipped.parent.mkdir(exist_ok=True)
    shipped.write_bytes(forms[options.ship].read_bytes())
    held_back = [photo for photo in data.read_photos(options.data) if photo.split == "val"]
    ours, theirs = (evaluate.embed(model, options.data, held_back) for model in (shipped, forms["fp32"]))
    result = evaluate.evaluate(shipped, options.data, options.text_model)
    result["cosine with float32"] = metrics.agreement(ours, theirs)
    write_release(HERE, trained["scale"], result)
    log(str(result))


def log(message: str) -> None:
    """A line on standard error, with the minutes since the start."""
    sys.stderr.write(f"{(time.perf_counter() - START) / 60:5.1f} min  {message}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of photos.jsonl and the zips")
    parser.add_argument("--text-model", type=Path, default=evaluate.TEXT_MODEL)
    parser.add_argument("--work", type=Path, default=WORK, help="where features are kept, 4 GB")
    parser.add_argument("--ship", choices=("weights8", "qdq"), default="weights8")
    parser.add_argument("--release-only", action="store_true", help="do not train again: weights.pt is there")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    if not options.release_only:
        train(options)
    release(options)


def _training_photos(folder: Path) -> list[data.Photo]:
    photos = data.read_photos(folder)
    train = [photo for photo in photos if photo.split == "train"]
    leaked = data.leaks(folder, train, [photo for photo in photos if photo.split in ("val", "test")])
    return [photo for index, photo in enumerate(train) if index not in leaked]


if __name__ == "__main__":
    if any(os.environ.get(name) != value for name, value in ALLOCATOR.items()):
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | ALLOCATOR)
    START = time.perf_counter()
    main()
