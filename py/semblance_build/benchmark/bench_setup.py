"""The setup of a bench: texts, model, folders, browser, and how much to measure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from semblance.models.listing import ModelEntry, read_listing
from semblance.parts.paths import DIST
from semblance_build.benchmark import album, browser, peer
from semblance_build.benchmark.browser import Browser
from semblance_build.benchmark.figures import Figure
from semblance_build.benchmark.texts import Corpus


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured. Tests measure less."""

    runs: int = 5
    posts: int = 60
    queries: int = 20
    short_documents: int = 5000
    rows: tuple[int, ...] = (1_000, 10_000, 100_000, 500_000)
    photos: int = 60
    large_photos: int = 6
    many_photos: int = 300
    blog_posts: int = 1000
    manual_pages: int = 10_000
    passages: int = 1_000_000
    queries_of_many: int = 200


@dataclass(frozen=True, slots=True)
class BenchSetup:
    """The setup that every part of the bench gets."""

    scale: Scale
    corpus: Corpus
    model: str
    scratch: Path
    dist: Path = DIST
    photos: Path = album.PHOTOS

    @property
    def model_folder(self) -> Path:
        return self.dist / "models" / self.model

    @property
    def models(self) -> list[ModelEntry]:
        """All of the site's models, the default first."""
        index = self.dist / "models" / "index.json"
        return read_listing(json.loads(index.read_text(encoding="utf-8")))

    @contextmanager
    def browser(self, *, with_peer: bool = False) -> Iterator[Browser]:
        """A fresh browser. With `with_peer`, Transformers.js is served beside the site."""
        if with_peer:
            peer.place(self.scratch)
        with browser.opened(self.scratch, self.dist) as opened:
            yield opened

    @property
    def picture_models(self) -> list[ModelEntry]:
        """The site's models that see pictures; an image model that is of several spaces is taken once."""
        first: dict[str, ModelEntry] = {}
        for entry in self.models:
            if entry.image:
                first.setdefault(entry.image, entry)
        return list(first.values())


Part = Callable[[BenchSetup], list[Figure]]
