"""Posts in folders by topic: those of a real blog beside the project where it is there, else the project's sample notes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from semblance.parts.paths import ROOT


class Posts(NamedTuple):
    """A folder of posts, and what tests claim of them."""

    folder: Path
    number: int
    topics: Sequence[str]
    """Enough of them for a claim about subjects, few enough to embed."""
    title: str
    """Of a post in one of those topics."""
    subject: Sequence[str]
    """Parts of the ids of those about the same."""

    def files(self) -> list[Path]:
        return sorted(self.folder.glob("*/*.md"))


TIL = Posts(
    ROOT.parent / "shared" / "data" / "til",
    577,
    ("spatialite", "gis", "overture-maps", "datasette", "postgresql", "git", "bash", "css"),
    "Using SQL with GDAL",
    ("spatialite", "/gis/", "geo", "sqlite-tg", "overture-maps", "openstreetmap", "shapefile"),
)
SAMPLE = Posts(
    ROOT / "static" / "sample",
    72,
    ("birds", "cooking", "cycling", "money", "music", "sky"),
    "Gannets diving off the point",
    ("/birds/",),
)
POSTS = TIL if TIL.folder.is_dir() else SAMPLE
