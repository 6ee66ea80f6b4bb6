"""Real photographs beside the project, for tests alone: see the README of ``../shared/data``."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

PHOTOS = Path(__file__).parents[3] / "shared" / "data" / "photos"

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
