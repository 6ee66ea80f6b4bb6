"""Whatever a first visit asks for may be missing, damaged or never arrive: the page works, or says what is wrong."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect

from browser.app import START_MS
from browser.watch import Watch
from conftest import BASE, NO_SERVICE_WORKER, OVERLAY
from semblance_build.server import ISOLATION, make_server

Answer = Callable[[Route], None]

PARTS = 4  # of the files, so that no test takes minutes
OUTCOME = """() => {
    const alert = document.querySelector("[role=alert]");
    if (alert) return alert.textContent;
    return document.querySelector("#startup").hidden ? "started" : null;
}"""
ALERTS = """
globalThis.alerts = [];
new MutationObserver(() => {
    for (const alert of document.querySelectorAll("[role=alert]")) alerts.push(alert.textContent);
}).observe(document, { subtree: true, childList: true, attributes: true });
"""
READY = """() => semblance.ready.then(() => "", ({ message }) => message)"""
API = """async () => {
    const { semblance } = await import("./static/js/semblance.js");
    return semblance.ready.then(() => null, ({ name, type, where }) => ({ name, type, where }));
}"""


def gone(route: Route) -> None:
    """What a host says of a file that is not there."""
    route.fulfill(status=404, content_type="text/html", body="<h1>Not found</h1>")


def wrong(route: Route) -> None:
    """What some hosts say instead."""
    route.fulfill(status=200, content_type="text/html", body="<h1>Not found</h1>")


def cut(route: Route) -> None:
    """Half of a file."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.body()[: len(answer.body()) // 2])


def never(route: Route) -> None:
    """No answer: the connection stays open."""


@pytest.fixture(scope="module")
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that was here before: what is not taken away comes out of its cache."""
    context = browser.new_context()
    context.add_init_script(NO_SERVICE_WORKER)
    yield context
    context.close()


@pytest.fixture(scope="module")
def first_visit(visitor: BrowserContext, site: str) -> list[str]:
    """Paths of all files that a first visit asks for, until texts can be embedded."""
    asked: list[str] = []
    visitor.on("request", lambda request: asked.append(request.url))
    page = visitor.new_page()
    page.goto(site)
    page.wait_for_function(OUTCOME, timeout=START_MS)
    assert page.evaluate(READY) == ""
    page.wait_for_load_state("networkidle")
    page.close()
    return sorted({unquote(url.removeprefix(site)) for url in asked} - {""})


def visit(visitor: BrowserContext, site: str, path: str, answer: Answer) -> str:
    """Open the app while a file is answered for in another way; "" if it works, else what it says is wrong."""
    page, watching = visitor.new_page(), Watch(site)
    watching.watch(page)
    watching.expect(site + path)  # the browser's own message
    concerns = address_of(site, path)
    visitor.route(concerns, answer)
    try:
        page.goto(site)
        outcome = str(page.wait_for_function(OUTCOME, timeout=START_MS).json_value())
        if outcome == "started" and page.evaluate(READY) == "":
            assert watching.problems == []
            return ""
        assert not any("left the site" in problem for problem in watching.problems)
        message = page.get_by_role("alert") if outcome != "started" else page.locator("#notices .notice")
        expect(message).to_contain_text("Reload the page")
        expect(message).to_contain_text(naming(path, started=outcome == "started"))
        return message.inner_text()
    finally:
        visitor.unroute(concerns, answer)
        page.close()


def address_of(site: str, path: str) -> Callable[[str], bool]:
    return lambda url: unquote(url) == unquote(site) + path


def naming(path: str, *, started: bool) -> re.Pattern[str]:
    """What names a file; of modules that a worker imports the page knows but the worker."""
    worker = r"|\.worker\.js" if started and path.endswith("js") else ""
    return re.compile(re.escape(path) + worker)


def dribbling(path: str, seconds: float) -> Callable[[Any, BinaryIO, BinaryIO], None]:
    """What sends a file over so long a time, and all others at once."""

    def copy(handler: Any, source: BinaryIO, output: BinaryIO) -> None:
        data = source.read()
        pieces = 100 if handler.path.endswith(path) else 1
        size = len(data) // pieces + 1
        for start in range(0, len(data), size):
            output.write(data[start : start + size])
            if pieces > 1:
                time.sleep(seconds / pieces)

    return copy


@pytest.mark.parametrize("part", range(PARTS))
def test_a_page_works_without_a_file_or_says_which_is_missing(
    visitor: BrowserContext, site: str, first_visit: list[str], part: int
) -> None:
    assert len(first_visit) > 60
    for path in first_visit[part::PARTS]:
        visit(visitor, site, path, gone)


MAIN = [
    "models/index.json",
    "models/all-MiniLM-L6-v2/manifest.json",
    "models/all-MiniLM-L6-v2/onnx/model_quantized.onnx",
    "models/all-MiniLM-L6-v2/tokenizer.json",
    "py/main.py",
    "py/pyscript.json",
    "py/site.tar.gz",
    "py/snapshot.gz",
    "static/js/bridge.js",
    "static/vendor/pyodide/pyodide-lock.json",
    "static/vendor/pyodide/pyodide.asm.wasm",
    "static/vendor/pyodide/python_stdlib.zip",
    "static/vendor/pyscript/core.js",
]


@pytest.mark.parametrize("answer", [cut, wrong], ids=["cut", "wrong"])
@pytest.mark.parametrize("path", MAIN)
def test_a_page_works_without_a_file_or_says_which_is_damaged(
    visitor: BrowserContext, site: str, first_visit: list[str], path: str, answer: Answer
) -> None:
    assert path in first_visit
    visit(visitor, site, path, answer)


@pytest.mark.parametrize("path", ["py/main.py", "py/snapshot.gz", "static/js/store.js"])
def test_a_file_that_never_arrives_is_named(visitor: BrowserContext, site: str, path: str) -> None:
    assert "does not arrive" in visit(visitor, site, path, never)


@pytest.mark.parametrize(
    "path",
    [
        "models/index.json",
        "py/main.py",
        "py/pyscript.json",
        "static/vendor/pyodide/pyodide.asm.wasm",
        "static/vendor/pyscript/core.js",
    ],
)
def test_javascript_hears_of_it_on_a_page_of_somebody_elses(
    visitor: BrowserContext, site: str, path: str
) -> None:
    page = visitor.new_page()
    page.route(address_of(site, path), gone)
    page.goto(site + "blank.html")
    error = page.evaluate(API)
    page.close()
    assert error["type"] == "ModelError"
    assert error["where"].endswith(path)


def test_a_slow_network_that_delivers_is_no_failure(browser: Browser, dist: Path) -> None:
    server = make_server([OVERLAY, dist], base=BASE, headers=ISOLATION)
    handler: Any = server.RequestHandlerClass
    handler.copyfile = dribbling("pyodide.asm.wasm", seconds=25)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with browser.new_context() as context:
        context.add_init_script(NO_SERVICE_WORKER)
        context.add_init_script(ALERTS)
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{server.server_address[1]}{BASE}")
        expect(page.locator("#startup")).to_be_hidden(timeout=START_MS)
        assert page.evaluate("alerts") == []
    server.shutdown()
    server.server_close()
