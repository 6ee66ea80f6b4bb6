"""Where things are."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DIST = ROOT / "dist"
MODELS = ROOT / "models"


def cache_dir() -> Path:
    """Downloads and built models, outside the tree, so that a second build is quick."""
    if configured := os.environ.get("SEMBLANCE_CACHE"):
        return Path(configured)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "semblance"
