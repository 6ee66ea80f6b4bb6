"""The app's own page with many short documents: does it stay alive, and how soon is it back."""

from __future__ import annotations

import json
from statistics import median

from playwright.sync_api import Page

from semblance_build.benchmark.bench_setup import BenchSetup
from semblance_build.benchmark.browser import Browser, longest_task, now
from semblance_build.benchmark.figures import Figure

_NAME = "notes"  # the collection that the app shows first
_PAGE = "index.html"
_TYPED = 10  # of a run's queries, in the search box
_EMBED = """([name, texts]) => inTask(async () => {
  const collection = await semblance.collection(name);
  const start = performance.now();
  const items = texts.map((content, i) => ({ id: `short-${i}`, content }));
  const { added, failed } = await collection.embedMulti(items);
  if (added !== texts.length) throw new Error(`embedded ${added}: ${JSON.stringify(failed)}`);
  return performance.now() - start;
})"""
_SEARCH = """([name, queries]) => inTask(async () => {
  const collection = await semblance.collection(name);
  const times = [];
  for (const query of queries) {
    const start = performance.now();
    await collection.similar(query, { number: 10 });
    times.push(performance.now() - start);
  }
  return times;
})"""
_RELOADED = """([name]) => inTask(async () => {
  await semblance.ready;
  const ready = performance.now();
  const found = await (await semblance.collection(name)).similarById("short-0");
  if (found.length !== 10) throw new Error(`${found.length} neighbours after a reload`);
  return { ready, found: performance.now() };
})"""


def alive(setup: BenchSetup) -> list[Figure]:
    """Longest tasks while embedding and searching, and the time to have a large collection back."""
    texts = setup.corpus.short(setup.scale.short_documents)
    many = f"{len(texts):,} short documents"
    with setup.browser() as browser:
        with browser.page(_PAGE) as page:
            page.evaluate("semblance.ready")
            figures = _embed(page, texts, many) + _search(setup, page, many)
        return figures + _reload(browser, setup.scale.runs, many)


def _embed(page: Page, texts: list[str], many: str) -> list[Figure]:
    since = now(page)
    seconds = page.evaluate(_EMBED, [_NAME, texts]) / 1000
    blocked = longest_task(page, since)
    note = "Embedded once, not once a run."
    return [
        Figure(
            "app", f"embedding {many}, about 12 tokens each, in the app", "docs/s", [len(texts) / seconds]
        ),
        Figure("app", f"longest task on the page while embedding {many}", "ms", [blocked], note=note),
    ]


def _search(setup: BenchSetup, page: Page, many: str) -> list[Figure]:
    times, blocked = [], []
    titles, count = setup.corpus.titles(), setup.scale.queries
    for run in range(setup.scale.runs):
        queries = [titles[i % len(titles)] for i in range(run * count, (run + 1) * count)]
        since = now(page)
        times.append(median(page.evaluate(_SEARCH, [_NAME, queries])))
        for query in queries[:_TYPED]:
            _type(page, query)
        blocked.append(longest_task(page, since))
    note = "Both through the JavaScript API and with the search box."
    return [
        Figure("app", f"one query among {many}", "ms", times),
        Figure("app", f"longest task on the page while searching {many}", "ms", blocked, note=note),
    ]


def _type(page: Page, query: str) -> None:
    """Search with the page's own box, and wait for the results."""
    page.get_by_role("searchbox", name="Search by meaning").fill(query)
    answered = f"#search-results[data-query={json.dumps(query, ensure_ascii=False)}]"
    page.wait_for_selector(answered, state="attached")


def _reload(browser: Browser, runs: int, many: str) -> list[Figure]:
    returned, loading, blocked = [], [], []
    for _ in range(runs):
        with browser.page(_PAGE) as page:
            times = page.evaluate(_RELOADED, [_NAME])
            blocked.append(longest_task(page, times["ready"]))
        returned.append(times["found"] / 1000)
        loading.append(times["found"] - times["ready"])
    return [
        Figure("app", f"after a reload: navigation to neighbours among {many}", "s", returned),
        Figure("app", "of that, from ready to the neighbours", "ms", loading),
        Figure("app", "longest task on the page meanwhile", "ms", blocked),
    ]
