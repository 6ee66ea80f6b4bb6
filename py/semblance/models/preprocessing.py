"""From a picture to the input of a vision model, by the rules of its ``preprocessor_config.json``.

The rules are those of Hugging Face's image processors: resize, cut out the middle, scale, normalise. Here resizing and
cutting are one step: only the box of the picture that would remain is resampled. The result is the same, but a strip of
1 x 5,000 pixels does not become one of 224 x 1,120,000 in between.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.errors import ModelError
from semblance.records import Window

BICUBIC = 3
FILTERS = {1: "Lanczos", 2: "bilinear", 3: "bicubic", 4: "box", 5: "Hamming"}
"""The known filters, by Pillow's numbers. Nearest (0) is left out: no published model uses it."""

THUMBNAIL_SHORTER, THUMBNAIL_LONGER = 256, 1024
"""Largest sides of a thumbnail. The shorter side is enough for models to look at again; the longer side is bounded."""

_KNOWN = {
    "do_resize",
    "size",
    "resample",
    "do_center_crop",
    "crop_size",
    "do_rescale",
    "rescale_factor",
    "do_normalize",
    "image_mean",
    "image_std",
}
# These name classes, or say how transformers returns its arrays. Pictures are always converted to RGB here.
_WITHOUT_EFFECT = {
    "_valid_processor_keys",
    "auto_map",
    "data_format",
    "default_to_square",
    "device",
    "disable_grouping",
    "do_convert_rgb",
    "feature_extractor_type",
    "image_processor_type",
    "input_data_format",
    "processor_class",
    "return_tensors",
}


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """How a model needs its pictures prepared. Make one with `read_preprocessing`.

    Parameters
    ----------
    shortest_edge : int or None
        The length that the shorter side is resized to; None if the picture is squeezed into `size`.
    size : tuple of int
        Height and width of what the model sees, in pixels. It is cut out of the middle if there is a shortest edge.
    resample : int
        A key of `FILTERS`.
    rescale_factor : float
        The factor that each pixel's value, 0 to 255, is multiplied by.
    mean, std : tuple of float
        Of each channel after that: the mean is subtracted, then the result is divided by std.
    """

    shortest_edge: int | None
    size: tuple[int, int]
    resample: int
    rescale_factor: float
    mean: tuple[float, float, float]
    std: tuple[float, float, float]

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same picture could give other numbers."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:32]

    def window(self, width: int, height: int) -> Window:
        """The part of a picture that the model sees.

        Parameters
        ----------
        width, height : int
            Of the picture, in pixels.

        Examples
        --------
        >>> clip = read_preprocessing({"size": 224, "crop_size": 224, "resample": 3, "do_normalize": False})
        >>> window = clip.window(640, 480)
        >>> round(window.left, 2), window.top, round(window.right, 2), window.bottom
        (79.46, 0.0, 560.54, 480.0)
        >>> window.width, window.height
        (224, 224)
        """
        rows, columns = self.size
        if self.shortest_edge is None:
            return Window(0, 0, width, height, columns, rows, self.resample)
        # Hugging Face rounds like this: the longer side and the offsets are cut to integers.
        shorter = min(width, height)
        resized_width = int(self.shortest_edge * width / shorter)
        resized_height = int(self.shortest_edge * height / shorter)
        left, right = _middle(resized_width, columns, width)
        top, bottom = _middle(resized_height, rows, height)
        return Window(left, top, right, bottom, columns, rows, self.resample)

    def normalize(self, pixels: npt.NDArray[np.uint8]) -> FloatArray:
        """The model's input.

        Parameters
        ----------
        pixels : ndarray of uint8, shape (h, w, 3)

        Returns
        -------
        ndarray of float32, shape (3, h, w)

        Examples
        --------
        >>> rules = read_preprocessing(
        ...     {"size": {"height": 1, "width": 1}, "resample": 2, "image_mean": [0.5] * 3, "image_std": [0.5] * 3}
        ... )
        >>> rules.normalize(np.array([[[0, 51, 255]]], np.uint8)).ravel()
        array([-1. , -0.6,  1. ], dtype=float32)
        """
        levels = np.arange(256) * self.rescale_factor
        tables = [((levels - m) / s).astype(np.float32) for m, s in zip(self.mean, self.std, strict=True)]
        return np.stack([table[pixels[:, :, channel]] for channel, table in enumerate(tables)])


def thumbnail_window(width: int, height: int) -> Window:
    """The whole picture, its shorter side at most 256 pixels and its longer side at most 1,024; never enlarged.

    Examples
    --------
    >>> [(w.width, w.height) for w in map(thumbnail_window, (4000, 100, 1), (3000, 100, 5000))]
    [(341, 256), (100, 100), (1, 1024)]
    """
    scale = min(1, THUMBNAIL_SHORTER / min(width, height), THUMBNAIL_LONGER / max(width, height))
    columns, rows = max(1, round(width * scale)), max(1, round(height * scale))
    return Window(0, 0, width, height, columns, rows, BICUBIC)


def read_preprocessing(config: Mapping[str, Any]) -> Preprocessing:
    """The rules in a parsed ``preprocessor_config.json`` of CLIP, SigLIP, ViT or a similar model.

    Raises
    ------
    ModelError
        If it asks for an unknown step, or leaves out a value that is needed.
    """
    unknown = {key for key, value in config.items() if value and key not in _KNOWN | _WITHOUT_EFFECT}
    if unknown:
        raise ModelError("models.steps", steps=", ".join(sorted(unknown)))
    if not config.get("do_resize", True):
        raise ModelError("models.no_resize")
    if config.get("resample") not in FILTERS:
        known = ", ".join(f"{number} ({name})" for number, name in FILTERS.items())
        raise ModelError("models.filter", filter=repr(config.get("resample")), known=known)
    shortest_edge, size = _sizes(config)
    normalizes = config.get("do_normalize", True)
    return Preprocessing(
        shortest_edge=shortest_edge,
        size=size,
        resample=config["resample"],
        rescale_factor=float(config.get("rescale_factor", 1 / 255))
        if config.get("do_rescale", True)
        else 1.0,
        mean=_channels(config, "image_mean") if normalizes else (0.0, 0.0, 0.0),
        std=_channels(config, "image_std") if normalizes else (1.0, 1.0, 1.0),
    )


def _middle(resized: int, cropped: int, side: int) -> tuple[float, float]:
    """Where the middle `cropped` of `resized` pixels begin and end, in pixels of the original side."""
    offset = (resized - cropped) // 2
    return offset * side / resized, min((offset + cropped) * side / resized, side)


def _sizes(config: Mapping[str, Any]) -> tuple[int | None, tuple[int, int]]:
    """The shortest edge (None if nothing is cropped), and the height and width that the model sees."""
    size = config.get("size")
    crops = config.get("do_center_crop", "crop_size" in config)
    if isinstance(size, int):  # the old form: the shorter side if the picture is cropped, else a square
        size = {"shortest_edge": size} if crops else {"height": size, "width": size}
    if not isinstance(size, Mapping):
        raise ModelError("models.size", size=repr(size))
    if set(size) == {"height", "width"} and not crops:
        return None, (int(size["height"]), int(size["width"]))
    if set(size) != {"shortest_edge"} or not crops:
        raise ModelError("models.size_with_crop" if crops else "models.size_without_crop", size=dict(size))
    crop = config.get("crop_size", size["shortest_edge"])
    rows, columns = (crop, crop) if isinstance(crop, int) else (crop.get("height", 0), crop.get("width", 0))
    if min(rows, columns) < 1 or max(rows, columns) > size["shortest_edge"]:
        raise ModelError("models.crop", crop=crop, size=size["shortest_edge"])
    return size["shortest_edge"], (rows, columns)


def _channels(config: Mapping[str, Any], key: str) -> tuple[float, float, float]:
    values = config.get(key)
    if not isinstance(values, list | tuple) or len(values) != 3:
        raise ModelError("models.channels", field=key)
    red, green, blue = map(float, values)
    if key == "image_std" and 0 in values:
        raise ModelError("models.division", field=key, values=values)
    return red, green, blue
