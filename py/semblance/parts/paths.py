"""The folders of the project, and of the cache."""

from __future__ import annotations

import os
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def _root() -> Path:
    """The project's tree; for an installed package, the part of the tree that is in the wheel."""
    tree, installed = PACKAGE.parents[1], PACKAGE / "resources"
    return installed if installed.is_dir() else tree


ROOT = _root()
DIST = ROOT / "dist"
MODELS = ROOT / "models"


def cache_dir() -> Path:
    """The folder for downloads and built models. It is outside the tree, so that a second build is quick."""
    if configured := os.environ.get("SEMBLANCE_CACHE"):
        return Path(configured)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "semblance"


def data_dir() -> Path:
    """The folder for what the user keeps: the collections of the command line."""
    if configured := os.environ.get("SEMBLANCE_DATA"):
        return Path(configured)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "semblance"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "semblance"


def settle(made: Path, kept: Path) -> None:
    """Move a folder to where the cache keeps it. Where another process that made the same was first, its one stays."""
    try:
        made.rename(kept)
    except OSError:
        if not kept.is_dir():
            raise
