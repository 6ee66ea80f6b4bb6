"""The photos: what is known of each, and the pixels that the model gets to see."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageEnhance

SIDE = 224
RESAMPLE = Image.Resampling.BICUBIC
MEAN = np.float32(0.5)
STD = np.float32(0.5)

PROMPTS = ("{}", "a photo of a {}", "a picture of the {}", "a close-up photo of one {}", "this is a {}")
"""Sentences about a label, to train with and, their vectors averaged, to classify with."""

Pixels = npt.NDArray[np.uint8]
FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Photo:
    """A line of ``photos.jsonl``.

    Parameters
    ----------
    zip, file : str
        Where it is.
    split : str
        ``train``, ``val``, ``test`` or ``demo``.
    label : str
        What it shows, in a word; "" where there are captions only.
    texts : tuple of str
        All that may be said of it: captions as they stand, title, sentences about the label and its synonyms.
    captions : tuple of str
    wnid : str
        Its ImageNet class, or "".
    """

    zip: str
    file: str
    split: str
    label: str
    texts: tuple[str, ...]
    captions: tuple[str, ...]
    wnid: str


def read_photos(folder: Path) -> list[Photo]:
    """All photos of ``photos.jsonl``, in its order."""
    with (folder / "photos.jsonl").open(encoding="utf-8") as lines:
        return [_photo(json.loads(line)) for line in lines]


def pixels(folder: Path, photos: Iterable[Photo]) -> Iterator[Image.Image]:
    """The photos themselves, decoded, as RGB."""
    archives: dict[str, zipfile.ZipFile] = {}
    for photo in photos:
        if photo.zip not in archives:
            archives[photo.zip] = zipfile.ZipFile(folder / photo.zip)
        yield Image.open(io.BytesIO(archives[photo.zip].read(photo.file))).convert("RGB")


def centre_crop(image: Image.Image) -> Pixels:
    """The view that the product uses, uint8 (224, 224, 3): shorter side to 224, middle square."""
    scale = SIDE / min(image.size)
    width, height = (max(SIDE, int(side * scale)) for side in image.size)
    image = image.resize((width, height), RESAMPLE)
    left, top = (width - SIDE) // 2, (height - SIDE) // 2
    return np.asarray(image.crop((left, top, left + SIDE, top + SIDE)))


def random_view(image: Image.Image, rng: random.Random) -> Pixels:
    """A part of the photo, stretched and recoloured a little, uint8 (224, 224, 3).

    Most photos were squashed to a square at their source: stretching by 0.6 to 1.7 undoes that for some.
    """
    width, height = image.size
    area = width * height * rng.uniform(0.45, 1.0)
    aspect = width / height * np.exp(rng.uniform(np.log(0.6), np.log(1.7)))
    crop_w, crop_h = min(width, int((area * aspect) ** 0.5)), min(height, int((area / aspect) ** 0.5))
    left, top = rng.randint(0, width - crop_w), rng.randint(0, height - crop_h)
    image = image.resize((SIDE, SIDE), RESAMPLE, box=(left, top, left + crop_w, top + crop_h))
    if rng.random() < 0.5:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    for enhance in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        image = enhance(image).enhance(rng.uniform(0.75, 1.25))
    return np.asarray(image)


def views(folder: Path, photos: Sequence[Photo], seed: int | None) -> Iterator[Pixels]:
    """Batches, uint8 (64, 224, 224, 3): the centre crop, or with a seed a random view of each photo."""

    def view(item: tuple[int, Image.Image]) -> Pixels:
        index, image = item
        return centre_crop(image) if seed is None else random_view(image, random.Random(f"{seed} {index}"))

    with ThreadPoolExecutor(1) as reader:
        batches = (range(start, min(start + 64, len(photos))) for start in range(0, len(photos), 64))
        images = pixels(folder, photos)

        def load(batch: range) -> Pixels:
            return np.stack([view((index, next(images))) for index in batch])

        pending = reader.submit(load, next(batches))
        for batch in batches:
            ready, pending = pending, reader.submit(load, batch)
            yield ready.result()
        yield pending.result()


def pixel_values(batch: Pixels) -> FloatArray:
    """What the model takes, float32 (b, 3, 224, 224)."""
    scaled = (batch.astype(np.float32) / 255 - MEAN) / STD
    return np.ascontiguousarray(scaled.transpose(0, 3, 1, 2))


def leaks(folder: Path, train: Sequence[Photo], held_back: Sequence[Photo]) -> set[int]:
    """Which of `train` show the same picture as one that is held back: their 16x16 thumbnails agree."""
    known, kept = _thumbnails(folder, train), _thumbnails(folder, held_back)
    return set(np.flatnonzero((known @ kept.T).max(axis=1) > 0.985).tolist())


def _thumbnails(folder: Path, photos: Sequence[Photo]) -> FloatArray:
    """Unit vectors (n, 256) of grey values."""
    grey = [np.asarray(image.convert("L").resize((16, 16))) for image in pixels(folder, photos)]
    rows = np.stack(grey).reshape(len(grey), -1).astype(np.float32)
    rows -= rows.mean(axis=1, keepdims=True)
    return np.asarray(rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-6))


def _photo(line: dict[str, Any]) -> Photo:
    captions = tuple(line.get("captions") or ())
    label = readable(line.get("label") or "")
    names = dict.fromkeys([label, *map(readable, line.get("synonyms") or ())] if label else ())
    if line.get("colour"):
        names[f"{line['colour'].lower()} {label}"] = None
    texts = [prompt.format(name) for name in names for prompt in PROMPTS]
    return Photo(
        line["zip"],
        line["file"],
        line["split"],
        label,
        (*captions, *texts),
        captions,
        line.get("wnid") or "",
    )


def readable(label: str) -> str:
    """A label as one would write it.

    Examples
    --------
    >>> readable("grand_piano")
    'grand piano'
    """
    return label.replace("_", " ").strip()
