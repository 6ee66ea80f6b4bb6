"""The photos that are measured, always the same ones: small ones as they are, and large ones made of them."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from semblance.parts.paths import ROOT

PHOTOS = ROOT.parent / "shared" / "data" / "photos"
LARGE = (4000, 3000)  # pixels: 12 megapixels, as a phone takes them

_GRAIN = 6.0  # standard deviation, of 255: without it an enlarged photo would be a small file
_QUALITY = 88


def write_small(source: Path, folder: Path, count: int) -> list[Path]:
    """Up to so many photos, spread over all that were not squashed, as files of the folder.

    Parameters
    ----------
    source : Path
        A folder with ``photos.jsonl``, one object with ``zip`` and ``file`` a line, and those zips.
    folder : Path
        Is made.
    count : int
    """
    lines = (source / "photos.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if not str(row.get("aspect")).startswith("squashed")]
    count = min(count, len(rows))
    folder.mkdir(parents=True)
    return [_extract(source, rows[i * len(rows) // count], folder, i) for i in range(count)]


def write_large(small: list[Path], folder: Path) -> list[Path]:
    """A 12-megapixel JPEG of each photo, with the grain that a camera's have."""
    folder.mkdir(parents=True)
    grain = np.random.default_rng(1).normal(0, _GRAIN, LARGE[::-1]).astype(np.float32)[..., np.newaxis]
    return [_enlarge(path, folder, grain) for path in small]


def _extract(source: Path, row: dict[str, str], folder: Path, number: int) -> Path:
    with zipfile.ZipFile(source / row["zip"]) as archive:
        path = folder / f"{number:03}{Path(row['file']).suffix}"
        path.write_bytes(archive.read(row["file"]))
    return path


def _enlarge(path: Path, folder: Path, grain: np.ndarray) -> Path:
    with Image.open(BytesIO(path.read_bytes())) as photo:
        pixels = np.asarray(photo.convert("RGB").resize(LARGE, Image.Resampling.BICUBIC))
    target = folder / f"{path.stem}.jpg"
    Image.fromarray((pixels + grain).clip(0, 255).astype(np.uint8)).save(target, quality=_QUALITY)
    return target
