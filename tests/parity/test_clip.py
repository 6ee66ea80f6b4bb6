"""The test-made CLIP and SigLIP, run by CPython's adapters, beside the same computation in numpy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from aio import run
from data.clip import COLOURS, LOGIT_SCALE, TEMPLATES, Pair, plain_picture, write_clip_folder
from data.clip_reference import SIDE
from data.nasty import NASTY_TEXTS
from data.pictures import encoded, scene
from semblance.documents import ImageBytes
from semblance.errors import ModelError
from semblance.native.models import load_encoders
from semblance.native.tokenizer import Tokenizer
from semblance.ports import Encoders

VARIANTS: dict[str, dict[str, Any]] = {
    "clip": {},
    "clip with a mask": {"mask": True},
    "clip of fixed shape": {"fixed": True},
    "siglip": {"siglip": True},
    "siglip of fixed shape": {"siglip": True, "fixed": True},
}
TEXTS = [
    *(template.format(colour) for template in TEMPLATES for colour in COLOURS),
    *NASTY_TEXTS[:30],
]


@pytest.fixture(scope="module", params=VARIANTS)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    folder: Path = tmp_path_factory.mktemp("models") / "pair"
    return write_clip_folder(folder, **VARIANTS[request.param])


@pytest.fixture(scope="module")
def encoders(pair: Pair) -> Encoders:
    return run(load_encoders(pair.folder, pair.folder))


def image_vector(encoders: Encoders, pixels: np.ndarray) -> np.ndarray:
    assert encoders.image is not None
    file = ImageBytes(encoded(Image.fromarray(pixels), "PNG"))
    return run(encoders.image.encode(file)).vector


def test_texts_get_the_vectors_of_numpy(pair: Pair, encoders: Encoders) -> None:
    expected = np.array([pair.text_vector(text) for text in TEXTS])
    assert (run(encoders.text.encode(TEXTS)) * expected).sum(axis=1).min() >= 0.99999
    # They differ among each other, so that agreeing means something.
    assert np.abs(expected[: len(COLOURS)] @ expected[: len(COLOURS)].T - np.eye(len(COLOURS))).max() < 0.95


def test_pictures_get_the_vectors_of_numpy(pair: Pair, encoders: Encoders) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    for pixels in (noise, scene(SIDE, SIDE), *map(plain_picture, COLOURS)):
        assert image_vector(encoders, pixels) @ pair.image_vector(pixels) >= 0.99999


def test_a_larger_picture_is_resized_and_cropped_first(pair: Pair, encoders: Encoders) -> None:
    """As Pillow does it, step by step: CLIP takes the middle, SigLIP squeezes the whole into a square."""
    wide = Image.fromarray(scene(SIDE * 5, SIDE * 3))
    if pair.siglip:
        seen = wide.resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    else:
        shorter = wide.resize((SIDE * 5 // 3, SIDE), Image.Resampling.BICUBIC)
        left = (shorter.width - SIDE) // 2
        seen = shorter.crop((left, 0, left + SIDE, SIDE))
    assert image_vector(encoders, np.asarray(wide)) @ pair.image_vector(np.asarray(seen)) >= 0.999


def test_words_and_pictures_of_a_colour_meet(pair: Pair, encoders: Encoders) -> None:
    assert encoders.image is not None
    assert encoders.image.logit_scale == LOGIT_SCALE
    texts = run(encoders.text.encode([TEMPLATES[1].format(colour) for colour in COLOURS]))
    pictures = np.array([image_vector(encoders, plain_picture(colour)) for colour in COLOURS])
    logits = encoders.image.logit_scale * pictures @ texts.T
    expected = LOGIT_SCALE * np.array(
        [
            [
                pair.image_vector(plain_picture(shown)) @ pair.text_vector(TEMPLATES[1].format(said))
                for said in COLOURS
            ]
            for shown in COLOURS
        ]
    )
    np.testing.assert_allclose(logits, expected, atol=0.05)
    assert logits.argmax(axis=1).tolist() == list(range(len(COLOURS)))


def test_the_weights_for_pictures_are_loaded_with_the_first_picture(tmp_path: Path) -> None:
    folder = write_clip_folder(tmp_path / "pair").folder
    (folder / "onnx" / "vision_model.onnx").write_bytes(b"another")
    encoders = run(load_encoders(folder, folder))
    assert run(encoders.text.encode(["red"])).shape == (1, encoders.text.dims)
    with pytest.raises(ModelError, match=r"vision_model\.onnx: it is not the file that the manifest names"):
        image_vector(encoders, plain_picture("red"))


def test_encoders_of_different_spaces_are_refused(tmp_path: Path) -> None:
    text, image = (write_clip_folder(tmp_path / name).folder for name in ("words", "pictures"))
    manifest = json.loads((image / "manifest.json").read_text())
    (image / "manifest.json").write_text(json.dumps(manifest | {"dims": 99}))
    with pytest.raises(ModelError, match="pictures: its vectors have 99 numbers, those of words 24"):
        run(load_encoders(text, image))


# --- the published one, where it was built with `--with clip-vit-base-patch32` ----------------------


@pytest.fixture(scope="module")
def published(dist: Path) -> Path:
    folder = dist / "models" / "clip-vit-base-patch32"
    if not (folder / "manifest.json").exists():
        pytest.skip(
            "CLIP is not in the site; `python build.py test --with clip-vit-base-patch32` takes it from the hub"
        )
    return folder


def test_the_published_clip_knows_colours(published: Path) -> None:
    tokenizer = run(Tokenizer.create(published))
    (ids,) = run(tokenizer.encode_batch(["a photo of a cat"]))
    assert ids.tolist() == [49406, 320, 1125, 539, 320, 2368, 49407]
    encoders = run(load_encoders(published, published))
    texts = run(encoders.text.encode([f"a plain {colour} background" for colour in ("red", "blue")]))
    assert texts.shape == (2, 512)
    pictures = np.array([image_vector(encoders, plain_picture(colour, 224)) for colour in ("red", "blue")])
    assert (pictures @ texts.T).argmax(axis=1).tolist() == [0, 1]
