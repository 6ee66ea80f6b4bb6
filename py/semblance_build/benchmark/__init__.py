"""``python build.py bench``: measure Semblance in a real browser, in turns with its alternatives.

Every part is a function from a `BenchSetup` to figures; every figure keeps all of its runs. The pages that the
browser opens are in ``tests/bench/pages``.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from semblance.parts.errors import BuildError
from semblance.parts.paths import DIST
from semblance_build import docs
from semblance_build.benchmark import (
    app,
    blog,
    fidelity,
    finding,
    languages,
    machine,
    million,
    multilingual,
    photos,
    reader,
    reader_languages,
    report,
    search,
    sides,
    sizes,
    texts,
)
from semblance_build.benchmark.bench_setup import BenchSetup, Part, Scale
from semblance_build.benchmark.figures import Figure

PARTS: dict[str, Part] = {
    "cold": sides.cold_start,
    "embed": sides.embedding,
    "topk": search.top_ten,
    "app": app.alive,
    "photos": photos.embedding,
    "sizes": sizes.first_visit,
    "multilingual": multilingual.in_browser,
    "fidelity": fidelity.against_fp32,
    "finding": finding.found,
    "languages": languages.found,
    "blog": blog.kit,
    "pages": blog.many_pages,
    "reader": reader.searched,
    "reader-languages": reader_languages.found,
    "manual": reader.many_pages,
    "million": million.found,
}


def run(options: argparse.Namespace) -> int:
    """Measure, print a table, and write the files that the options name."""
    corpus = texts.corpus()
    print(
        f"\nMeasuring on {corpus.name}: about a quarter of an hour on two cores, best with nothing else running",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as scratch:
        setup = BenchSetup(Scale(runs=options.runs), corpus, _text_model(), Path(scratch))
        figures = measure(setup, options.only or PARTS)
        about = machine.describe() | {"browser": browser_version(setup)}
    made = report.make(figures, options.runs, corpus.name, about)
    print(f"\n{report.to_text(made)}")
    if options.json:
        report.write_json(options.json, made)
    if options.docs:
        docs.write_bench(report.to_markdown(made))
    return 0


def measure(setup: BenchSetup, names: Iterable[str]) -> list[Figure]:
    """Figures of the parts named, in the order of `PARTS`."""
    chosen = list(names)
    if unknown := set(chosen) - set(PARTS):
        raise BuildError(f"The bench has no part {', '.join(sorted(unknown))}; it has {', '.join(PARTS)}.")
    figures: list[Figure] = []
    for name in (name for name in PARTS if name in chosen):
        started = time.monotonic()
        print(f"  {name} ...", end="", flush=True)
        figures += PARTS[name](setup)
        print(f" {time.monotonic() - started:.0f} s", flush=True)
    return figures


def browser_version(setup: BenchSetup) -> str:
    """Name and version of the browser that measures."""
    with setup.browser() as browser:
        return f"Chromium {browser.version}"


def _text_model() -> str:
    index = json.loads((DIST / "models" / "index.json").read_text(encoding="utf-8"))
    return str(index["models"][0]["text"])
