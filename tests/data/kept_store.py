"""What version 0.1.0 wrote: a collection of three texts and a picture; ``store-0.1.0/make.py`` tells how."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "store-0.1.0"
NAME = "Kept since 0.1.0"
NEAREST: dict[str, list[tuple[str, float]]] = json.loads(
    (FOLDER / "nearest.json").read_text(encoding="utf-8")
)
"""The ids and cosines of what each item is like, as 0.1.0 gave them."""

ITEMS = {
    "beach.png": ("Beach", {}, "", 1),
    "brot.md": ("Brot", {"tags": ["Küche"]}, "It was read as windows-1252.", 1),
    "harbour.md": ("The harbour's book", {}, "", 3),
    "tides.md": ("Tides", {"tags": ["sea"], "year": 2024}, "", 1),
}
"""Title, metadata, note and number of passages by id."""


def assert_nearest(given: dict[str, Any]) -> None:
    assert given.keys() == NEAREST.keys()
    for id, matches in given.items():
        assert [other for other, _ in matches] == [other for other, _ in NEAREST[id]]
        assert [score for _, score in matches] == pytest.approx([score for _, score in NEAREST[id]], abs=1e-6)
