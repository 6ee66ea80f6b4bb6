"""What the card of semblance-vision-lite0 promises, on the files that ship and as the product loads them."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from aio import run
from data import photos
from semblance.documents import ImageBytes
from semblance.native.models import load_encoders
from semblance.parts.models import MULTILINGUAL, Model
from semblance.ranking.vectors import normalize

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "models/semblance-vision-lite0"
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


CHINESE = {
    "tench": "丁鱥鱼",
    "English springer": "史宾格犬",
    "cassette player": "磁带播放机",
    "chain saw": "电锯",
    "church": "教堂",
    "French horn": "圆号",
    "garbage truck": "垃圾车",
    "gas pump": "加油机",
    "golf ball": "高尔夫球",
    "parachute": "降落伞",
}
SPACE = MANIFEST["projections"][MULTILINGUAL]


def test_the_card_gives_the_figures_of_the_multilingual_space() -> None:
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    own, other = MANIFEST["metrics"]["text to image"], SPACE["metrics"]["text to image"]
    assert other["R@10"] >= 0.93 * own["R@10"]
    for name in ("R@1", "R@5", "R@10"):
        assert f"| text to image, {name} | {own[name]:.3f} | {other[name]:.3f} |" in card, name
    for language, name in {"en": "English", "zh-Hans": "Chinese", "de": "German"}.items():
        assert re.search(
            rf"zero-shot, top-1, {name} .*\| {SPACE['metrics']['zero-shot'][language]:.3f} \|", card
        )


def test_photos_get_the_names_of_what_they_show_in_chinese(multilingual_model: Model) -> None:
    if not photos.PHOTOS.is_dir():
        pytest.skip("the photos are not beside the project (../shared/data/photos)")
    folder = multilingual_model.files["config.json"].parent
    encoders = run(load_encoders(folder, FOLDER, manifest=multilingual_model.manifest))
    assert encoders.image is not None
    labelled = held_back()
    names = list(CHINESE)
    phrases = run(encoders.text.encode(list(CHINESE.values()), "query"))
    vectors = np.stack([run(encoders.image.encode(ImageBytes(file))).vector for _, file in labelled])
    best = [names[index] for index in (vectors @ phrases.T).argmax(axis=1)]
    assert np.mean([name == label for name, (label, _) in zip(best, labelled, strict=True)]) >= 0.8, best


def test_photos_get_the_names_of_what_they_show(text_model_folder: Path) -> None:
    encoders = run(load_encoders(text_model_folder, FOLDER))
    assert encoders.image is not None
    if photos.PHOTOS.is_dir():
        labelled, least = held_back(), 0.9
    else:
        labelled, least = list(photos.of_lessons().items()), 0.8  # it has seen no astronaut and no galaxy
    names = sorted({name for name, _ in labelled})
    phrases = normalize(run(encoders.text.encode([f"a photo of a {name}" for name in names])))
    vectors = np.stack([run(encoders.image.encode(ImageBytes(file))).vector for _, file in labelled])
    best = [names[index] for index in (vectors @ phrases.T).argmax(axis=1)]
    assert np.mean([name == label for name, (label, _) in zip(best, labelled, strict=True)]) >= least, best


def held_back() -> list[tuple[str, bytes]]:
    """A hundred photos that the model was not trained on, ten of each kind."""
    rows = [row for row in photos.rows() if row["split"] == "test" and row["zip"] == "imagenette.zip"]
    assert len(rows) == 100
    return [(row["label"], photos.data_of(row)) for row in rows]
