"""Orama, a search library for the browser with exact vector search, as npm has it (Apache-2.0)."""

from __future__ import annotations

import shutil
from pathlib import Path

from semblance.parts.fetch import fetch

VERSION = "3.1.18"

_SOURCE = f"npm:@orama/orama@{VERSION}!dist/browser"
_PINS = Path(__file__).with_suffix(".sha256")  # as `sha256sum` writes them


def place(folder: Path) -> None:
    """Put its modules under ``folder/peer/orama``, fetched and verified."""
    for line in _PINS.read_text(encoding="utf-8").splitlines():
        sha256, name = line.split()
        target = folder / "peer" / "orama" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(fetch(f"Orama {VERSION} ({name})", sha256, [f"{_SOURCE}/{name}"]), target)
