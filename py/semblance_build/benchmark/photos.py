"""Photos: how many a second, what their time goes into, and whether the page stays alive meanwhile."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from playwright.sync_api import Page

from semblance.arrays import FloatArray
from semblance.models.listing import ModelEntry
from semblance.parts.errors import BuildError
from semblance_build.benchmark import album
from semblance_build.benchmark.bench_setup import BenchSetup
from semblance_build.benchmark.browser import Browser, longest_task
from semblance_build.benchmark.fidelity import mean_cosine
from semblance_build.benchmark.figures import Figure
from semblance_build.benchmark.sides import BATCH_SIZES, CHOICES, Bench, Side, how, in_turn, open_bench

SAME_COSINE = 0.95  # same weights; Transformers.js has the canvas resize, which takes no heed of `resample`
_WARM_UP = 4  # photos: the first loads the model
_WHOLE = "From the file in memory on; Semblance makes and keeps a thumbnail too."
_STAGES = "bench-photos-stages.html"
_APP = "index.html"
_EMBED_IN_APP = """(addresses) => inTask(async () => {
  const { photos } = await import("./photos.js");
  const items = (await photos(addresses)).map((blob, i) => ({ id: addresses[i], blob }));
  const collection = await semblance.collection("photos");
  const since = performance.now();
  const { added, failed } = await collection.embedMulti(items);
  if (added !== items.length) throw new Error(`embedded ${added}: ${JSON.stringify(failed)}`);
  return since;
})"""


@dataclass(frozen=True, slots=True)
class Photos:
    """Addresses on the site: many small photos, some of them, and large ones."""

    many: list[str]
    some: list[str]
    large: list[str]


def embedding(setup: BenchSetup) -> list[Figure]:
    """Photos a second beside Transformers.js, the longest task of many, and the stages of one photo."""
    entries = setup.picture_models
    if reason := _reason_to_skip(setup, entries):
        print(f" skipped, since {reason};", end="", flush=True)
        return []
    photos = _write(setup)
    with setup.browser(with_peer=True) as browser:
        with browser.page(_STAGES) as page:
            stages = [_stages(page, entry, photos, setup.scale.runs) for entry in entries]
        return [
            *_beside_transformers(setup, browser, photos, stages[0]),
            _longest(browser, photos.many),
            *(figure for model in stages for figure in model.figures(alone=len(stages) == 1)),
        ]


def _reason_to_skip(setup: BenchSetup, entries: Sequence[ModelEntry]) -> str:
    if not (setup.photos / "photos.jsonl").is_file():
        return "the photographs, which are not part of the project, are not in ../shared/data/photos"
    return "" if entries else "no model of the site sees pictures"


def _write(setup: BenchSetup) -> Photos:
    """Lay the photos beside the site."""
    folder, scale = setup.scratch / "photos", setup.scale
    many = album.write_small(setup.photos, folder / "small", scale.many_photos)
    some = many[:: max(1, len(many) // scale.photos)][: scale.photos]
    large = album.write_large(some[: scale.large_photos], folder / "large")

    def addresses(paths: list[Path]) -> list[str]:
        return [path.relative_to(setup.scratch).as_posix() for path in paths]

    return Photos(addresses(many), addresses(some), addresses(large))


# --- beside Transformers.js -------------------------------------------------------------------------


def _beside_transformers(setup: BenchSetup, browser: Browser, photos: Photos, stages: Stages) -> list[Figure]:
    with ExitStack() as pages:
        ours = open_bench(
            pages, browser, Side("Semblance", "bench-semblance.html", embed="bench.embedPhotos")
        )
        theirs = [open_bench(pages, browser, _transformers(setup, stages.model))]
        if theirs[0].threads != ours.threads:
            theirs.append(open_bench(pages, browser, _transformers(setup, stages.model, ours.threads)))
        for bench in theirs:
            bench.choose_batch(photos.some[: max(BATCH_SIZES)])
        ours.embed(photos.some[:_WARM_UP])
        same = _agreement(theirs[0].page, photos.some, stages.vectors)
        small = _rates([ours, *theirs], photos.some, setup.scale.runs)
        large = _rates([ours, *theirs], photos.large, setup.scale.runs)
        return [
            *_rate_figures(f"embedding {len(photos.some)} small photos", ours, theirs, small),
            *_rate_figures(f"embedding {len(photos.large)} photos of 12 megapixels", ours, theirs, large),
            Figure("photos", "cosine of a photo's vectors here and there, mean", "", [same], detail=True),
        ]


def _transformers(setup: BenchSetup, model: str, threads: int | None = None) -> Side:
    manifest = json.loads((setup.dist / "models" / model / "manifest.json").read_text(encoding="utf-8"))
    query = {"model": model, "dtype": manifest["dtype"]} | ({"threads": threads} if threads else {})
    return Side("Transformers.js", "bench-photos-transformers.html", query)


def _agreement(page: Page, addresses: list[str], ours: FloatArray) -> float:
    """Mean cosine of the sides' vectors; a BuildError if they do not do the same work."""
    theirs = np.array(page.evaluate("(addresses) => bench.vectors(addresses)", addresses), np.float32)
    same = mean_cosine(ours, theirs)
    if same < SAME_COSINE:
        raise BuildError(f"The sides do not compute the same: the cosine of their vectors is {same:.3f}.")
    return same


def _rates(benches: Sequence[Bench], addresses: list[str], runs: int) -> list[list[float]]:
    """Photos a second of each bench: one value a run, in turns."""
    rates: list[list[float]] = [[] for _ in benches]
    for run in range(runs):
        for bench, own_rates in in_turn(list(zip(benches, rates, strict=True)), run):
            bench.page.bring_to_front()
            own_rates.append(1000 * len(addresses) / bench.embed(addresses))
    return rates


def _rate_figures(
    name: str, ours: Bench, theirs: Sequence[Bench], rates: Sequence[Sequence[float]]
) -> list[Figure]:
    return [
        Figure(
            "photos", name, "photos/s", rates[0], other_rates, other.label, f"{how(ours, other, by)} {_WHOLE}"
        )
        for other, other_rates, by in zip(theirs, rates[1:], CHOICES, strict=False)
    ]


# --- the page ---------------------------------------------------------------------------------------


def _longest(browser: Browser, addresses: list[str]) -> Figure:
    with browser.page(_APP) as page:
        page.evaluate("semblance.ready")
        since = page.evaluate(_EMBED_IN_APP, addresses)
        blocked = longest_task(page, since)
    name = f"longest task on the page while embedding {len(addresses)} photos in the app"
    return Figure("photos", name, "ms", [blocked], note="Embedded once, not once a run.")


# --- stages -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Stages:
    """Milliseconds of a photo's stages, the median over photos, one value a run; vectors, shape (n, d)."""

    model: str
    preparing: list[float]
    preparing_large: list[float]
    inference: list[float]
    vectors: FloatArray

    def figures(self, *, alone: bool) -> list[Figure]:
        """`alone`: the site has no other model that sees pictures."""
        before = "before inference: decoding, resampling, thumbnail"
        note = "CLIP was not built in (see --with), so this is the only model." if alone else ""
        return [
            Figure("photos", f"inference of one photo, {self.model}", "ms", self.inference, note=note),
            Figure("photos", f"a small photo {before} ({self.model})", "ms", self.preparing, detail=True),
            Figure(
                "photos", f"12 megapixels {before} ({self.model})", "ms", self.preparing_large, detail=True
            ),
        ]


def _stages(page: Page, entry: ModelEntry, photos: Photos, runs: int) -> Stages:
    def ask(addresses: list[str]) -> Any:
        return page.evaluate("(addresses) => inTask(() => bench.stages(addresses))", addresses)

    page.evaluate("(name) => bench.load(name)", entry.name)
    ask(photos.some[:_WARM_UP])
    small = [ask(photos.some) for _ in range(runs)]
    large = [ask(photos.large) for _ in range(runs)]
    return Stages(
        str(entry.image),
        [median(run["preparing"]) for run in small],
        [median(run["preparing"]) for run in large],
        [median(run["inference"]) for run in small],
        np.array(small[0]["vectors"], np.float32),
    )
