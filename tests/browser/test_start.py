"""The start: from the snapshot of Python's memory, or in full; and what is done meanwhile."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browser.app import NO_SERVICE_WORKER, START_MS, AppPage, held, text_file
from browser.interpreter import python
from browser.watch import Watch
from semblance.parts.snapshot import RUNTIME

SIMILARITY = """async () => {
    const { semblance } = await import("./static/js/semblance.js");
    return semblance.similarity("a cat", "a cat");
}"""


@pytest.fixture
def page(context: BrowserContext, site: str, watch: Watch) -> Page:
    """A page without the app."""
    page = context.new_page()
    watch.watch(page)
    return page


def test_python_starts_once_from_the_snapshot(page: Page, site: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1]))
    page.goto(site + "blank.html")
    assert page.evaluate(SIMILARITY) == pytest.approx(1, abs=1e-3)
    assert [asked.count(name) for name in ("snapshot.gz", "site.tar.gz", "pyodide.asm.wasm")] == [1, 1, 1]


def test_a_damaged_snapshot_is_not_used_and_python_starts_in_full(page: Page, site: str) -> None:
    page.route("**/py/snapshot.gz", lambda route: route.fulfill(body=b"damaged"))
    page.goto(site + "blank.html")
    assert page.evaluate(SIMILARITY) == pytest.approx(1, abs=1e-3)


def test_no_two_pages_draw_the_same_numbers(browser: Browser, site: str) -> None:
    drawn = set()
    for _ in range(2):
        with browser.new_context() as context:
            page = context.new_page()
            page.goto(site + "blank.html")
            page.evaluate(SIMILARITY)
            code = "import random, uuid; import numpy as np; "
            code += "[random.random(), str(uuid.uuid4()), float(np.random.default_rng().random())]"
            drawn |= set(python(page, code))
    assert len(drawn) == 6


def test_what_is_typed_while_it_starts_is_searched_for(app: AppPage) -> None:
    app.add_files(
        [text_file("tides.txt", "The moon pulls the sea."), text_file("bread.txt", "Let the dough rise.")]
    )
    app.page.goto(app.site + "?again", wait_until="commit")
    box = app.page.get_by_role("searchbox", name="Search by meaning")
    box.fill("why the water comes and goes")
    box.press("Enter")
    results = app.page.locator("#search-results")
    expect(results).to_have_attribute("data-query", "why the water comes and goes", timeout=START_MS)
    assert app.results()[0][0] == "tides.txt"


def test_addresses_that_change_while_it_starts_break_nothing(
    context: BrowserContext, site: str, watch: Watch
) -> None:
    context.add_init_script(
        """setInterval(() => {
            const starting = document.querySelector("#startup")?.hidden === false;
            if (starting) location.hash = location.hash === "#labs" ? "#search" : "#labs";
        }, 5)"""
    )
    page = context.new_page()
    watch.watch(page)
    AppPage(page, site).open()
    expect(page.locator("#notices")).to_be_empty()


def test_the_last_collection_is_listed_before_the_model_is_there(app: AppPage) -> None:
    app.add_files([text_file("tides.txt", "The moon pulls the sea.")])
    with held(app.page, "**/onnx/model*.onnx"):
        app.open("?again")
        app.page.get_by_role("link", name="Related", exact=True).click()
        expect(app.page.locator("#item-count")).to_have_text("1 item")
        expect(app.page.locator("#model-status")).not_to_contain_text("thread")
    expect(app.page.locator("#model-status")).to_contain_text("thread", timeout=START_MS)


def test_a_start_that_failed_can_be_tried_again(app: AppPage, watch: Watch) -> None:
    watch.expect("py/layout.js")
    watch.expect("Failed to fetch dynamically imported module")
    watch.expect("Failed to load resource")
    app.page.route("**/py/layout.js", lambda route: route.abort())
    app.page.goto(app.site + "?again")
    again = app.page.get_by_role("button", name="Try again")
    expect(again).to_be_visible(timeout=START_MS)
    expect(app.page.locator("#startup-text")).to_contain_text("could not start")
    app.page.unroute("**/py/layout.js")
    again.click()
    expect(app.page.locator("#startup")).to_be_hidden(timeout=START_MS)


# What the start showed, each line once; and the values of its bar.
SHOWN = """
globalThis.shown = [];
globalThis.values = [];
new MutationObserver(() => {
    const bar = document.getElementById("startup-progress");
    const line = document.getElementById("startup-bytes")?.textContent;
    if (line && line !== shown.at(-1)) {
        shown.push(line);
        values.push([bar.value, bar.max]);
    }
}).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
"""
PYTHON = r"Python: (\d+\.\d) of (\d+\.\d) MB"


def test_a_first_visit_says_how_many_megabytes_have_arrived_and_what_for(
    context: BrowserContext, site: str, watch: Watch, dist: Path
) -> None:
    context.add_init_script(NO_SERVICE_WORKER)
    context.add_init_script(SHOWN)
    page = context.new_page()
    watch.watch(page)
    app = AppPage(page, site)
    with held(page, "**/py/snapshot.gz"):
        page.goto(site)
        line = page.locator("#startup-bytes")
        expect(line).to_contain_text("Text model: 23.7 of 23.7 MB", timeout=START_MS)
        bar = page.get_by_role("progressbar", name="Starting")
        expect(bar).to_have_attribute("value", re.compile(r"[1-9]\d*"))
        expect(bar).to_have_accessible_description(re.compile(PYTHON))
    app.wait_until_started()
    amounts = [tuple(map(float, re.search(PYTHON, line).groups())) for line in page.evaluate("shown")]  # type: ignore[union-attr]
    arrived, totals = zip(*amounts, strict=True)
    kept = [dist / "py" / "snapshot.gz", dist / "py" / "site.tar.gz", *(dist / "py").glob("_*.wasm")]
    runtime = [dist / "static" / "vendor" / "pyodide" / name for name in RUNTIME]
    size = sum(path.stat().st_size for path in [*kept, *runtime]) / 1e6
    assert set(totals) == {round(size, 1)}  # known from the beginning
    assert list(arrived) == sorted(arrived)
    assert 0 < arrived[-1] <= totals[-1]
    assert all(value <= maximum for value, maximum in page.evaluate("values"))
