"""The reader's index: how good its ranking is, and the bytes and the time of a search, beside Pagefind on the same sites."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from semblance_build.benchmark import manual, pagefind
from semblance_build.benchmark.bench_setup import BenchSetup
from semblance_build.benchmark.blog_site import posts_of, write_site
from semblance_build.benchmark.blog_transfers import transferred
from semblance_build.benchmark.figures import Figure
from semblance_build.benchmark.finding import JUDGED, TOP, Try, ndcg
from semblance_build.benchmark.reader_sites import opened, rankings, write_index

QUERIES = (
    "how to run tests in parallel",
    "resize a picture on the command line",
    "keep a secret out of a repository",
    "undo the last commit",
    "why is my query slow",
    "schedule a job every night",
    "draw a map",
    "turn speech into text",
    "serve a static site",
    "back up a database",
)
"""What somebody may look for on a programming blog. None is a title there."""

SLOW = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 200_000}
"""A bad connection: 150 ms, 1.6 Mbit/s."""

_READY_MS = 60_000
_PAGEFIND = """async ([address, query]) => {
  const pagefind = await import(address);
  const { results } = await pagefind.search(query);
  return Promise.all(results.slice(0, 10).map(async (result) => (await result.data()).url));
}"""
_TIMED = """(query) => new Promise((resolve) => {
  const root = document.querySelector("semantic-search").shadowRoot;
  const [input, status, results] = ["input", "status", "results"].map((part) => root.querySelector(`[part=${part}]`));
  const started = performance.now();
  const isDone = () => status.textContent.includes(query) && results.ariaBusy === "false";
  const watcher = new MutationObserver(() => isDone() && (watcher.disconnect(), resolve(performance.now() - started)));
  watcher.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
  input.value = query;
  input.dispatchEvent(new Event("input"));
})"""


@dataclass(frozen=True, slots=True)
class Searches:
    """What the queries of a site loaded and took."""

    first: float
    further: list[float]
    milliseconds: list[float]


def searched(setup: BenchSetup) -> list[Figure]:
    """The posts of the corpus as a blog, and a judged collection if it is there."""
    site = setup.scratch / "reader"
    write_site(site, posts_of(setup.corpus)[: setup.scale.blog_posts])
    return [
        *_site(setup, site, "reader", len(setup.corpus.posts), QUERIES),
        *_judged(setup),
    ]


def many_pages(setup: BenchSetup) -> list[Figure]:
    """A site of many pages."""
    site = setup.scratch / "manual"
    pages = manual.write_site(site, setup.scale.manual_pages)
    return _site(setup, site, "manual", pages, manual.QUERIES)


def _site(setup: BenchSetup, site: Path, cache: str, pages: int, queries: Sequence[str]) -> list[Figure]:
    write_index(site, cache)
    size = sum(path.stat().st_size for path in (site / "semblance").rglob("*") if path.is_file())
    ours = _searches(setup, site, queries)
    theirs = _searches_of_pagefind(setup, site, queries) if pagefind.available() else Searches(0, [], [])
    label = pagefind.LABEL if theirs.first else ""
    where = f"{pages} pages"
    return [
        Figure("reader", f"files for a search of {where}", "MB", [size / 1e6]),
        Figure(
            "reader",
            f"first search of {where} by words and meaning loads",
            "kB",
            [ours.first / 1e3],
            [theirs.first / 1e3] if label else (),
            label,
        ),
        Figure(
            "reader",
            f"each further search of {where} loads",
            "kB",
            [size / 1e3 for size in ours.further],
            [size / 1e3 for size in theirs.further],
            label,
        ),
        Figure(
            "reader",
            f"the most that a further search of {where} loads",
            "kB",
            [max(ours.further) / 1e3],
            [max(theirs.further) / 1e3] if label else (),
            label,
        ),
        Figure(
            "reader", f"from the last key to results of {where}, all files loaded", "ms", ours.milliseconds
        ),
        Figure(
            "reader",
            f"first results of {where} from the focus, 150 ms and 1.6 Mbit/s",
            "s",
            [_slow(setup, site, queries[0]) for _ in range(setup.scale.runs)],
        ),
    ]


def _searches(setup: BenchSetup, site: Path, queries: Sequence[str]) -> Searches:
    with opened(setup, site) as (page, _, paths):
        page.get_by_role("searchbox").focus()
        expect(page.locator("semantic-search [part=note]")).to_contain_text("Searches")
        loaded = []
        for query in queries:
            page.evaluate(_TIMED, query)
            loaded.append(_bytes(site, paths))
        times = [page.evaluate(_TIMED, query) for query in queries]
    return Searches(loaded[0], _differences(loaded), times)


def _searches_of_pagefind(setup: BenchSetup, site: Path, queries: Sequence[str]) -> Searches:
    with opened(setup, site) as (page, address, paths):
        loaded = []
        for query in queries:
            page.evaluate(_PAGEFIND, [f"{address}pagefind/pagefind.js", query])
            loaded.append(_bytes(site, paths))
    return Searches(loaded[0], _differences(loaded), [])


def _slow(setup: BenchSetup, site: Path, query: str) -> float:
    """Seconds from the focus of the box to the first results by words and meaning."""
    with opened(setup, site) as (page, _, _):
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW)
        started = page.evaluate("performance.now()")
        page.get_by_role("searchbox").focus()
        expect(page.locator("semantic-search [part=note]")).to_contain_text("Searches", timeout=_READY_MS)
        page.evaluate(_TIMED, query)
        return float(page.evaluate("performance.now()") - started) / 1e3


def _bytes(site: Path, paths: set[str]) -> float:
    return sum(transferred(site / path) for path in paths if (site / path).is_file())


def _differences(totals: Sequence[float]) -> list[float]:
    return [after - before for before, after in pairwise(totals)]


# --- judged queries ---------------------------------------------------------------------------------


def _judged(setup: BenchSetup) -> list[Figure]:
    if not JUDGED.is_dir():
        return []
    site = setup.scratch / "judged"
    _write_judged(site)
    write_index(site, "judged")
    tries = [
        Try(row["text"], {f"{id}.html" for id in row["relevant"]}) for row in _rows("cacm-queries.jsonl")
    ]
    with opened(setup, site) as (page, address, _):
        found = rankings(page, address, site, "en", [query.query for query in tries])
        both, meaning, words = [
            sum(ndcg(urls, query) for urls, query in zip(ranking, tries, strict=True)) / len(tries)
            for ranking in zip(*found, strict=True)
        ]
        figures = [_beside(both, meaning, "meaning alone"), _beside(both, words, "words alone")]
        if pagefind.available():
            theirs = [
                page.evaluate(_PAGEFIND, [f"{address}pagefind/pagefind.js", query.query]) for query in tries
            ]
            gains = [
                ndcg([url.lstrip("/") for url in urls], query)
                for urls, query in zip(theirs, tries, strict=True)
            ]
            figures.append(_beside(both, sum(gains) / len(gains), pagefind.LABEL))
    return figures


def _beside(ours: float, theirs: float, label: str) -> Figure:
    return Figure("reader", f"nDCG@{TOP} of the judged queries, CACM, no model", "", [ours], [theirs], label)


def _write_judged(site: Path) -> None:
    site.mkdir(parents=True)
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,">'
    (site / "index.html").write_text(f"{head}<title>Judged</title>", encoding="utf-8")
    for row in _rows("cacm-documents.jsonl"):
        # The collection does not say where a title ends.
        body = (
            f"<title>{row['id']}</title><article><h1>{row['id']}</h1><p>{escape(row['text'])}</p></article>"
        )
        (site / f"{row['id']}.html").write_text(head + body, encoding="utf-8")


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (JUDGED / name).read_text(encoding="utf-8").splitlines()]
