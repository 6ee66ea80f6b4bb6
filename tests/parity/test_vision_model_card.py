"""What the card of semblance-vision-lite0 promises, on the files that ship and as the product loads them."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from aio import run
from semblance.documents import ImageBytes
from semblance.native.models import load_encoders
from semblance.ranking.vectors import normalize

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "models/semblance-vision-lite0"
PHOTOS = ROOT.parent / "shared/data/photos"
MODEL = FOLDER / "onnx/vision_model_int8.onnx"

MANIFEST = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", MANIFEST["files"])
def test_the_manifest_lists_the_files_as_they_are(name: str) -> None:
    content = (FOLDER / name).read_bytes()
    entry = MANIFEST["files"][name]
    assert entry == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def test_it_is_small_and_takes_batches() -> None:
    assert MODEL.stat().st_size <= 6_000_000
    session = onnxruntime.InferenceSession(MODEL, providers=["CPUExecutionProvider"])
    pixels = np.random.default_rng(0).uniform(-1, 1, (3, 3, 224, 224)).astype(np.float32)
    (together,) = session.run(["image_embeds"], {"pixel_values": pixels})
    alone = [session.run(["image_embeds"], {"pixel_values": one[np.newaxis]})[0][0] for one in pixels]
    assert together.shape == (3, MANIFEST["dims"])
    assert np.abs(np.linalg.norm(together, axis=1) - 1).max() < 1e-5
    assert np.abs(together - alone).max() < 1e-4  # no vector depends on its batch mates


def test_the_card_gives_the_figures_of_the_manifest() -> None:
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    retrieval = MANIFEST["metrics"]["text to image"]
    for name in ("R@1", "R@5", "R@10"):
        assert re.search(rf"\| text to image, {name} \| {retrieval[name]:.3f} \|", card), name
    assert f"| zero-shot, top-1 | {MANIFEST['metrics']['zero-shot']['top-1']:.3f} |" in card


@pytest.mark.skipif(not PHOTOS.exists(), reason="the shared photos are not here")
def test_photos_held_back_get_the_names_of_what_they_show(text_model_folder: Path) -> None:
    encoders = run(load_encoders(text_model_folder, FOLDER))
    assert encoders.image is not None
    lines = (PHOTOS / "photos.jsonl").read_text(encoding="utf-8").splitlines()
    photos = [
        photo
        for photo in map(json.loads, lines)
        if photo["split"] == "test" and photo["zip"] == "imagenette.zip"
    ]
    names = sorted({photo["label"] for photo in photos})
    phrases = normalize(run(encoders.text.encode([f"a photo of a {name}" for name in names])))
    with zipfile.ZipFile(PHOTOS / "imagenette.zip") as archive:
        files = [ImageBytes(archive.read(photo["file"])) for photo in photos]
    vectors = np.stack([run(encoders.image.encode(file)).vector for file in files])
    right = [
        names[index] == photo["label"]
        for index, photo in zip((vectors @ phrases.T).argmax(axis=1), photos, strict=True)
    ]
    assert len(right) == 100
    assert np.mean(right) >= 0.9
