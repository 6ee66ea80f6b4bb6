"""The rules of preprocessor_config.json, against Pillow doing as Hugging Face does: resize, then crop."""

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from data.pictures import scene
from semblance.errors import ModelError
from semblance.models.preprocessing import FILTERS, Preprocessing, read_preprocessing, thumbnail_window
from semblance.native.images import resample
from semblance.records import Window

_FEW = 300  # levels, of which nearly all may round the other way
MEAN, STD = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]
CLIP = {
    "crop_size": {"height": 32, "width": 32},
    "do_center_crop": True,
    "do_convert_rgb": True,
    "do_normalize": True,
    "do_rescale": True,
    "do_resize": True,
    "image_mean": MEAN,
    "image_processor_type": "CLIPImageProcessor",
    "image_std": STD,
    "resample": 3,
    "rescale_factor": 0.00392156862745098,
    "size": {"shortest_edge": 32},
}
CLIP_OLD = {
    "crop_size": 32,
    "do_center_crop": True,
    "do_normalize": True,
    "do_resize": True,
    "feature_extractor_type": "CLIPFeatureExtractor",
    "image_mean": MEAN,
    "image_std": STD,
    "resample": 3,
    "size": 32,
}
SIGLIP = {
    "do_normalize": True,
    "do_rescale": True,
    "do_resize": True,
    "image_mean": [0.5, 0.5, 0.5],
    "image_processor_type": "SiglipImageProcessor",
    "image_std": [0.5, 0.5, 0.5],
    "processor_class": "SiglipProcessor",
    "resample": 3,
    "rescale_factor": 1 / 255,
    "size": {"height": 32, "width": 32},
}
VIT_OLD = {
    "do_normalize": True,
    "do_resize": True,
    "feature_extractor_type": "ViTFeatureExtractor",
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
    "resample": 2,
    "size": 32,
}


def cut(image: Image.Image, window: Window) -> np.ndarray:
    return np.asarray(resample(image, window)).astype(int)


def as_hugging_face_does(image: Image.Image, edge: int, rows: int, columns: int, filter: int) -> np.ndarray:
    """The whole picture resized, and the middle of that cut out."""
    width, height = image.size
    longer = int(edge * max(width, height) / min(width, height))
    size = (edge, longer) if width <= height else (longer, edge)
    resized = np.asarray(resample(image, Window(0, 0, width, height, *size, filter))).astype(int)
    top, left = (size[1] - rows) // 2, (size[0] - columns) // 2
    return resized[top : top + rows, left : left + columns]


@given(
    width=st.integers(1, 300),
    height=st.integers(1, 300),
    edge=st.integers(8, 64),
    less=st.tuples(st.integers(0, 7), st.integers(0, 7)),
    # Not 4: a box takes a pixel or leaves it, and one on its edge goes either way by the last bit of a float.
    filter=st.sampled_from(sorted(set(FILTERS) - {4})),
)
@example(width=300, height=1, edge=64, less=(0, 0), filter=3)
@example(width=97, height=61, edge=61, less=(0, 0), filter=1)
@settings(max_examples=150, deadline=None)
def test_one_window_is_as_good_as_resizing_and_cropping(
    width: int, height: int, edge: int, less: tuple[int, int], filter: int
) -> None:
    rows, columns = edge - less[0], edge - less[1]
    crop = {"height": rows, "width": columns}
    rules = read_preprocessing(
        CLIP | {"size": {"shortest_edge": edge}, "crop_size": crop, "resample": filter}
    )
    image = Image.fromarray(scene(width, height))
    ours = cut(image, rules.window(width, height))
    theirs = as_hugging_face_does(image, edge, rows, columns, filter)
    assert ours.shape == theirs.shape == (rows, columns, 3)
    # Pillow keeps a box in single precision, so a level may round the other way, in either of the two passes.
    assert np.abs(ours - theirs).max() <= 2
    assert ours.size < _FEW or np.abs(ours - theirs).mean() < 0.5


@given(width=st.integers(1, 30_000), height=st.integers(1, 30_000))
@example(width=1, height=5_000)
@example(width=20_000, height=10)
def test_a_window_lies_in_the_picture_and_around_its_middle(width: int, height: int) -> None:
    window = read_preprocessing(CLIP).window(width, height)
    assert 0 <= window.left < window.right <= width
    assert 0 <= window.top < window.bottom <= height
    assert (window.width, window.height, window.resample) == (32, 32, 3)
    pixel = min(width, height) / 32  # of the result, in those of the picture
    assert abs((window.left + window.right) / 2 - width / 2) <= pixel
    assert abs((window.top + window.bottom) / 2 - height / 2) <= pixel


def test_the_old_form_says_the_same_as_the_new() -> None:
    assert read_preprocessing(CLIP_OLD) == read_preprocessing(CLIP)
    assert read_preprocessing(CLIP_OLD).fingerprint == read_preprocessing(CLIP).fingerprint


@pytest.mark.parametrize("config", [SIGLIP, VIT_OLD])
def test_without_a_crop_the_whole_picture_is_squeezed(config: dict[str, Any]) -> None:
    window = read_preprocessing(config).window(640, 480)
    assert window == Window(0, 0, 640, 480, 32, 32, config["resample"])


@pytest.mark.parametrize("config", [CLIP, SIGLIP])
def test_numbers_are_those_of_the_formula(config: dict[str, Any]) -> None:
    pixels = scene(32, 32)
    expected = (pixels / 255 - np.array(config["image_mean"])) / np.array(config["image_std"])
    numbers = read_preprocessing(config).normalize(pixels)
    assert (numbers.shape, numbers.dtype) == ((3, 32, 32), np.dtype(np.float32))
    np.testing.assert_allclose(numbers, expected.transpose(2, 0, 1), atol=1e-6)


def test_steps_can_be_left_out() -> None:
    pixels = scene(32, 32)
    bare = read_preprocessing(CLIP | {"do_rescale": False, "do_normalize": False})
    np.testing.assert_array_equal(bare.normalize(pixels), pixels.transpose(2, 0, 1))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"do_pad": True}, "do_pad"),
        ({"crop_pct": 0.875}, "crop_pct"),
        ({"do_flip_channel_order": True}, "do_flip_channel_order"),
        ({"do_resize": False}, "do_resize"),
        ({"resample": 0}, r"\(resample\) 0"),
        ({"resample": None}, "resample"),
        ({"size": None}, "size"),
        ({"size": {"longest_edge": 32}}, "longest_edge"),
        ({"size": {"shortest_edge": 32, "longest_edge": 64}}, "longest_edge"),
        ({"do_center_crop": False}, "do_center_crop"),
        ({"size": {"height": 32, "width": 32}}, "do_center_crop"),
        ({"crop_size": 33}, "crop_size"),
        ({"crop_size": {"height": 32, "width": 33}}, "crop_size"),
        ({"crop_size": {"height": 32}}, "crop_size"),
        ({"image_mean": [0.5]}, "image_mean"),
        ({"image_std": None}, "image_std"),
        ({"image_std": [0.5, 0, 0.5]}, "image_std"),
    ],
)
def test_what_is_not_known_is_refused_by_name(change: dict[str, Any], named: str) -> None:
    with pytest.raises(ModelError, match=named):
        read_preprocessing(CLIP | change)


def test_what_has_no_effect_is_not_refused() -> None:
    harmless = {"do_pad": False, "do_flip_channel_order": None, "_valid_processor_keys": ["images"]}
    assert read_preprocessing(CLIP | harmless) == read_preprocessing(CLIP)


@pytest.mark.parametrize(
    "change", [{"resample": 2}, {"rescale_factor": 1 / 127}, {"image_mean": MEAN[::-1]}, {"crop_size": 31}]
)
def test_every_setting_changes_the_fingerprint(change: dict[str, Any]) -> None:
    changed = read_preprocessing(CLIP | change)
    assert isinstance(changed, Preprocessing)
    assert changed.fingerprint != read_preprocessing(CLIP).fingerprint


@given(width=st.integers(1, 30_000), height=st.integers(1, 30_000))
def test_thumbnails_are_small_and_never_enlarged(width: int, height: int) -> None:
    window = thumbnail_window(width, height)
    assert 1 <= window.width <= min(width, 1024)
    assert 1 <= window.height <= min(height, 1024)
    assert min(window.width, window.height) <= 256
    assert (window.left, window.top, window.right, window.bottom) == (0, 0, width, height)
