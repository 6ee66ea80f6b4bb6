"""Real photographs for tests: those beside the project (see the README of ``../shared/data``), or the lessons' ten."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageOps

from semblance.parts.paths import ROOT

PHOTOS = ROOT.parent / "shared" / "data" / "photos"
LESSONS = ROOT / "static" / "labs" / "photos"

Row = dict[str, Any]


@cache
def rows() -> list[Row]:
    """What is known of each photo; skips the test where there are none."""
    if not PHOTOS.is_dir():
        pytest.skip("the photographs are not part of the project: ../shared/data/photos is absent")
    with (PHOTOS / "photos.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def some(number: int, wanted: Callable[[Row], bool]) -> list[Row]:
    """The first so many that are wanted."""
    found = [row for row in rows() if wanted(row)][:number]
    assert len(found) == number
    return found


def clear(subject: str) -> Callable[[Row], bool]:
    """Photos whose subject is that alone; those of COCO show many things at once."""
    others = {"dog", "beach", "river"} - {subject}
    return lambda row: (
        row.get("demo") == subject and not row["file"].startswith("coco") and not says(row, *others)
    )


def mixed() -> list[Row]:
    """300 photographs of all sorts."""
    return [
        *some(89, lambda row: row["zip"] == "flickr8k.zip" and row["split"] == "test"),
        *some(72, lambda row: row["zip"] == "demo_photos.zip"),
        *some(139, lambda row: row["zip"] == "coco.zip"),
    ]


def data_of(row: Row) -> bytes:
    """The photo's file."""
    with zipfile.ZipFile(PHOTOS / row["zip"]) as archive:
        return archive.read(row["file"])


def write(folder: Path, wanted: Iterable[Row]) -> dict[str, Row]:
    """Write photos into a folder; what is known of each by its file name."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for row in wanted:
        name = Path(row["file"]).name
        (folder / name).write_bytes(data_of(row))
        written[name] = row
    return written


def says(row: Row, *words: str) -> bool:
    """Whether what people wrote of a photo holds one of the words."""
    text = " ".join([*row.get("captions", []), row.get("label") or ""]).lower()
    return any(word in text for word in words)


def of_lessons() -> dict[str, bytes]:
    """The photos that come with the project, by what they show."""
    return {path.stem: path.read_bytes() for path in sorted(LESSONS.glob("*.jpg"))}


def varied() -> list[bytes]:
    """Fifty files: each photo of the lessons as it is, and cut, shrunk, mirrored and saved in other ways."""
    return [file for data in of_lessons().values() for file in (data, *_variants(Image.open(BytesIO(data))))]


def _variants(photo: Image.Image) -> list[bytes]:
    width, height = photo.size
    return [
        _jpeg(photo.crop((width // 5, 0, width, height)), quality=60),
        _jpeg(photo.resize((width // 3, height // 2)), quality=90, subsampling=0),
        _jpeg(ImageOps.mirror(photo), quality=75, progressive=True),
        _jpeg(photo.convert("L"), quality=85),
    ]


def _jpeg(photo: Image.Image, **options: Any) -> bytes:
    file = BytesIO()
    photo.save(file, "JPEG", **options)
    return file.getvalue()
