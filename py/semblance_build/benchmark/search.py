"""Exact top 10 among many vectors: Semblance beside plain JavaScript loops and a library, in one page."""

from __future__ import annotations

from statistics import mean, median

from playwright.sync_api import Page

from semblance_build.benchmark import orama
from semblance_build.benchmark.bench_setup import BenchSetup
from semblance_build.benchmark.figures import Figure

_WORK = 200_000  # rows that a run looks at, at least: small searches are repeated
_OURS = "Semblance"
_LABELS = {"Orama": f"Orama {orama.VERSION}"}
_NOTE = (
    "Random rows and queries, one row an item. Semblance's rows are int8 and its scores their cosines in float32; "
    "the float32 loop and Orama, which is exact too, have float32 rows. Orama is left out above 100,000."
)


def top_ten(setup: BenchSetup) -> list[Figure]:
    """Milliseconds of one search for each number of rows, and what the rows take."""
    figures = []
    orama.place(setup.scratch)
    with setup.browser() as browser, browser.page("bench-topk.html") as page:
        for rows in setup.scale.rows:
            figures += _among(page, rows, setup.scale.runs)
        return figures + _stored(page, max(setup.scale.rows), setup.scale.runs)


def _stored(page: Page, rows: int, runs: int) -> list[Figure]:
    """Of the rows that were searched last."""
    size = page.evaluate("inTask(() => bench.store())") / 1e6
    back = [page.evaluate("inTask(() => bench.back())") for _ in range(runs)]
    note = "As the browser tells it: vectors, ids, titles, fingerprints; the items have no texts."
    return [
        Figure("topk", f"in IndexedDB, {rows:,} items of one passage", "MB", [size], note=note),
        Figure("topk", f"{rows:,} items from IndexedDB, ready to be ranked", "s", back),
    ]


def _among(page: Page, rows: int, runs: int) -> list[Figure]:
    held = page.evaluate("(rows) => inTask(() => bench.load(rows))", rows)
    searches = max(3, min(50, _WORK // rows))
    page.evaluate("(job) => bench.run(...job)", [3, 1])  # warm
    measured = [page.evaluate("(job) => bench.run(...job)", [searches, 100 + run]) for run in range(runs)]
    times = {side: [median(run["ms"][side]) for run in measured] for side in measured[0]["ms"]}
    ours = times.pop(_OURS)
    name = f"exact top 10 of {rows:,} x 384, int8 in memory"
    shares = [mean(run["agreements"]) for run in measured]
    return [
        *(
            Figure("topk", name, "ms", ours, theirs, _LABELS.get(side, side), _NOTE)
            for side, theirs in times.items()
        ),
        Figure("topk", f"share of float32's top 10 in it, {rows:,} random rows", "", shares),
        Figure("topk", f"memory of {rows:,} x 384", "MB", [held / 1e6], [rows * 384 * 4 / 1e6], "float32"),
    ]
