"""Where things are."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def _root() -> Path:
    """The project's tree; of an installed package the part of it that came along."""
    tree, installed = PACKAGE.parents[1], PACKAGE / "resources"
    return installed if installed.is_dir() else tree


ROOT = _root()
DIST = ROOT / "dist"
MODELS = ROOT / "models"


def cache_dir() -> Path:
    """Downloads and built models, outside the tree, so that a second build is quick."""
    if configured := os.environ.get("SEMBLANCE_CACHE"):
        return Path(configured)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "semblance"
