"""A long session of adding, searching and deleting: memory and proxies end where they began."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping

from playwright.sync_api import CDPSession, Page

from semblance_build.soak.browsing import NO_SERVICE_WORKER, site_and_browser
from semblance_build.soak.outcome import Outcome

USUAL = 600
"""Seconds."""
MOST_GROWTH = 0.05
_WARM_UP = 0.2  # of the time: caches fill, and both heaps find their size
_ROUND = """async (texts) => {
    const collection = await semblance.collection("session");
    const items = texts.map((content, number) => ({ id: `item ${number}`, content }));
    const { added } = await collection.embedMulti(items);
    for (const text of texts.slice(0, 5)) {
        if (!(await collection.similar(text)).length) throw new Error("nothing is found");
        await collection.search(text.slice(0, 12));
    }
    await collection.delete(items.map(({ id }) => id));
    return added;
}"""
_SIZES = """async () => {
    const { interpreter } = await import("./static/js/interpreter.js");
    const pyodide = await interpreter;
    const objects = pyodide.runPython("import gc; gc.collect(); len(gc.get_objects())");
    const proxies = pyodide.runPython("import gc; sum(type(o).__name__ == 'JsProxy' for o in gc.get_objects())");
    return { "wasm, MB": pyodide._module.HEAP8.length / 1e6, "Python objects": objects, "proxies in Python": proxies };
}"""
_WORDS = (
    "tide",
    "bread",
    "train",
    "violin",
    "garden",
    "comet",
    "bicycle",
    "winter",
    "kettle",
    "harbour",
    "lantern",
)


def soak(number: int, seed: int) -> Outcome:
    """Work for so many seconds."""
    chance = random.Random(seed)
    with site_and_browser() as (site, browser), browser.new_context() as context:
        context.add_init_script(NO_SERVICE_WORKER)
        page = context.new_page()
        page.goto(site)
        page.evaluate("async () => { await semblance.ready; }")
        session = context.new_cdp_session(page)
        rounds = _work(page, chance, number * _WARM_UP)
        before = _sizes(page, session)
        rounds += _work(page, chance, number * (1 - _WARM_UP))
        after = _sizes(page, session)
    return Outcome("session", rounds, grown(before, after), _figures(before, after))


def _work(page: Page, chance: random.Random, seconds: float) -> int:
    rounds, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        page.evaluate(_ROUND, [" ".join(chance.choices(_WORDS, k=chance.choice((5, 60)))) for _ in range(20)])
        rounds += 1
    return rounds


def _sizes(page: Page, session: CDPSession) -> dict[str, float]:
    sizes: dict[str, float] = page.evaluate(_SIZES)
    session.send("HeapProfiler.collectGarbage")
    heap = session.send("Runtime.getHeapUsage")
    counts = session.send("Memory.getDOMCounters")
    return {"heap, MB": heap["usedSize"] / 1e6, **sizes, "nodes of the page": counts["nodes"]}


def grown(before: Mapping[str, float], after: Mapping[str, float]) -> list[str]:
    """What ended beyond where it began.

    Examples
    --------
    >>> grown({"heap, MB": 10, "proxies": 4}, {"heap, MB": 11, "proxies": 4})
    ['heap, MB grew from 10.0 to 11.0']
    """
    return [
        f"{name} grew from {size:.1f} to {after[name]:.1f}"
        for name, size in before.items()
        if after[name] > size * (1 + MOST_GROWTH)
    ]


def _figures(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    return {
        f"{name}, {when}": round(sizes[name], 1)
        for name in before
        for when, sizes in (("after the warm-up", before), ("at the end", after))
    }
