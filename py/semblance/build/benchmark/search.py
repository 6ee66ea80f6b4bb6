"""Exact top 10 among many vectors: numpy in Pyodide beside a plain JavaScript loop, in one page."""

from __future__ import annotations

from statistics import median

from semblance.build.benchmark.figures import Figure
from semblance.build.benchmark.setting import Setting

LOOP = "a plain JavaScript loop"
_WORK = 200_000  # rows that a run looks at, at least: small searches are repeated


def top_ten(setting: Setting) -> list[Figure]:
    """Milliseconds of one search for each number of rows."""
    figures = []
    with setting.browser() as browser, browser.page("bench-topk.html") as page:
        page.evaluate("(rows) => bench.load(rows)", max(setting.scale.rows))
        for rows in setting.scale.rows:
            searches = max(3, min(50, _WORK // rows))
            page.evaluate("(job) => bench.run(...job)", [rows, 3, 1])  # warm
            ours, theirs = [], []
            for run in range(setting.scale.runs):
                times = page.evaluate("(job) => bench.run(...job)", [rows, searches, 100 + run])
                ours.append(median(times["ours"]))
                theirs.append(median(times["theirs"]))
            figures.append(
                Figure("topk", f"exact top 10 of {rows:,} x 384, float32", "ms", ours, theirs, LOOP)
            )
    return figures
