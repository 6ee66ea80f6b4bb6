"""Whatever a first visit asks for may be missing, damaged or never arrive: the page works, or says what is wrong.

The files that every start hangs on are taken away in each run; of the others, a share that is another one each day. With
`--all-files` all are, each in each way: some five minutes more.
"""

from __future__ import annotations

import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from browser.answers import cut, gone, never, wrong
from browser.app import NO_SERVICE_WORKER, START_MS
from browser.watch import Watch
from conftest import BASE, OVERLAY
from semblance_build.server import ISOLATION, make_server

Answer = Callable[[Route], None]

AT_ONCE = 3  # pages: a start that fails may spend ten seconds waiting
SHARES = 5  # of the files that are not among MAIN
MAIN = (
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
)
STARTED = "started"
# What becomes of the start is kept in the page: null at first; then what the alert says, or what "ready" is rejected with.
OUTCOME = """
globalThis.outcome = null;
new Promise((resolve) => {
    const look = () => {
        const alert = document.querySelector("[role=alert]");
        if (alert) resolve({ stage: "start", message: alert.textContent });
        else if (document.querySelector("#startup")?.hidden) resolve(semblance.ready.then(
            () => ({ stage: "started", message: "" }),
            ({ message }) => ({ stage: "started", message }),
        ));
        else setTimeout(look, 50);
    };
    look();
}).then((outcome) => { globalThis.outcome = outcome; });
"""
ALERTS = """
globalThis.alerts = [];
new MutationObserver(() => {
    for (const alert of document.querySelectorAll("[role=alert]")) alerts.push(alert.textContent);
}).observe(document, { subtree: true, childList: true, attributes: true });
"""
NAMED = """(path) => alerts.find((text) => text.includes(path) && text.includes("Reload the page"))"""
API = """() => {
    globalThis.rejected = import("./static/js/semblance.js").then(({ semblance }) =>
        semblance.ready.then(() => null, ({ name, type, where }) => ({ name, type, where })));
}"""


@pytest.fixture(scope="module")
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """A browser without the service worker, which would have what is taken away."""
    context = browser.new_context()
    context.add_init_script(NO_SERVICE_WORKER)
    context.add_init_script(ALERTS)
    context.add_init_script(OUTCOME)
    yield context
    context.close()


@pytest.fixture(scope="module")
def first_visit(visitor: BrowserContext, site: str) -> list[str]:
    """Paths of all files that a first visit asks for, until texts can be embedded."""
    asked: list[str] = []
    visitor.on("request", lambda request: asked.append(request.url))
    page = visitor.new_page()
    page.goto(site)
    assert outcome_of(page) == {"stage": STARTED, "message": ""}
    page.wait_for_load_state("networkidle")
    page.close()
    paths = sorted({unquote(url.removeprefix(site)) for url in asked} - {""})
    assert len(paths) > 60
    assert set(MAIN) <= set(paths)
    return paths


@pytest.fixture(scope="module")
def all_files(pytestconfig: pytest.Config) -> bool:
    return bool(pytestconfig.getoption("--all-files"))


def outcome_of(page: Page) -> dict[str, str]:
    """How a start went, once that is known."""
    outcome: dict[str, str] = page.wait_for_function(
        "() => globalThis.outcome", timeout=START_MS
    ).json_value()
    return outcome


class Visit:
    """The app, opened while a file is answered for in another way."""

    def __init__(self, visitor: BrowserContext, site: str, path: str, answer: Answer) -> None:
        self._page, self._watch, self._path = visitor.new_page(), Watch(site), path
        self._watch.watch(self._page)
        self._watch.expect(site + path)  # the browser's own message
        self._taken = False

        def take(route: Route) -> None:
            self._taken = True
            answer(route)

        self._is_it = address_of(site, path)
        self._page.route(self._is_it, take)
        self._page.goto(site, wait_until="commit")

    def end(self) -> str:
        """Close the page, once it works or says what is wrong; "" if it works, else what it says."""
        outcome = outcome_of(self._page)
        if not self._taken:  # the page asks for it once it has started
            self._page.wait_for_event("request", lambda it: self._is_it(it.url), timeout=START_MS)
        message = ""
        if outcome["message"]:
            message = self._message(outcome["message"], started=outcome["stage"] == STARTED)
        else:
            assert self._watch.problems == []
        assert not any("left the site" in problem for problem in self._watch.problems)
        self._page.close()
        return message

    def _message(self, error: str, *, started: bool) -> str:
        """What users read of an error; a start that gets through after all takes the place of its alert."""
        if not started:
            alert = self._page.wait_for_function(NAMED, arg=self._path, timeout=START_MS)
            return str(alert.json_value())
        notice = self._page.locator("#notices .notice")
        expect(notice, f"{self._path}: {error}").to_contain_text("Reload the page")
        expect(notice).to_contain_text(self._path)
        return notice.inner_text()


def visit_all(visitor: BrowserContext, site: str, faults: Iterable[tuple[str, Answer]]) -> list[str]:
    """What the page says of each fault, visited one after the other, a few at once."""
    under_way: deque[Visit] = deque()
    messages = []
    for path, answer in faults:
        under_way.append(Visit(visitor, site, path, answer))
        if len(under_way) == AT_ONCE:
            messages.append(under_way.popleft().end())
    return messages + [visit.end() for visit in under_way]


def address_of(site: str, path: str) -> Callable[[str], bool]:
    return lambda url: unquote(url) == unquote(site) + path


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


@pytest.mark.parametrize("files", ["main", "others"])
def test_a_page_works_without_a_file_or_says_which_is_missing(
    visitor: BrowserContext, site: str, first_visit: list[str], all_files: bool, files: str
) -> None:
    others = [path for path in first_visit if path not in MAIN]
    some = others if all_files else others[date.today().toordinal() % SHARES :: SHARES]
    visit_all(visitor, site, [(path, gone) for path in (MAIN if files == "main" else some)])


@pytest.mark.parametrize("odd", [False, True])
@pytest.mark.usefixtures("first_visit")
def test_a_page_works_without_a_file_or_says_which_is_damaged(
    visitor: BrowserContext, site: str, all_files: bool, odd: bool
) -> None:
    """Half of a file, or another one in its place; today the one or the other."""
    answers = [cut, wrong] if date.today().toordinal() % 2 else [wrong, cut]
    faults = zip(MAIN[odd::2], answers * len(MAIN), strict=False)
    both = [(path, answer) for path in MAIN[odd::2] for answer in answers]
    visit_all(visitor, site, both if all_files else faults)


def test_a_file_that_never_arrives_is_named(visitor: BrowserContext, site: str) -> None:
    paths = ["py/main.py", "py/site.tar.gz", "static/js/store.js"]  # without py/snapshot.gz it starts in full
    for message in visit_all(visitor, site, [(path, never) for path in paths]):
        assert "does not arrive" in message


def test_javascript_hears_of_it_on_a_page_of_somebody_elses(visitor: BrowserContext, site: str) -> None:
    pages = {}
    for path in (
        "models/index.json",
        "py/main.py",
        "static/vendor/pyodide/pyodide.asm.wasm",
        "static/vendor/pyscript/core.js",
    ):
        pages[path] = page = visitor.new_page()
        page.route(address_of(site, path), gone)
        page.goto(site + "blank.html")
        page.evaluate(API)
    for path, page in pages.items():
        error = page.evaluate("rejected")
        page.close()
        assert error["type"] == "ModelError"
        assert error["where"].endswith(path)


LACKING = {
    "WebAssembly": ("delete globalThis.WebAssembly", "no WebAssembly", "Lockdown Mode"),
    "SIMD": ("WebAssembly.validate = () => false", "no SIMD", "Update the browser"),
    "workers": ("delete globalThis.Worker", "no workers", "Update the browser"),
    "unpacking": ("delete globalThis.DecompressionStream", "too old", "Update the browser"),
}


@pytest.mark.parametrize(("removal", "lack", "remedy"), LACKING.values(), ids=LACKING)
def test_what_a_browser_lacks_is_said(
    browser: Browser, site: str, removal: str, lack: str, remedy: str
) -> None:
    with browser.new_context() as context:
        context.add_init_script(NO_SERVICE_WORKER)
        context.add_init_script(removal)
        page = context.new_page()
        page.goto(site, wait_until="commit")
        alert = page.locator("#startup [role=alert]")
        expect(alert).to_contain_text(lack)
        expect(alert).to_contain_text(remedy)


def test_a_page_whose_scripts_do_not_run_says_so(browser: Browser, site: str) -> None:
    """As in a browser that can't read them."""
    with browser.new_context() as context:
        page = context.new_page()
        page.route(re.compile(r"\.js$"), never)
        page.goto(site, wait_until="commit")
        unread = page.get_by_text("this browser is too old for Semblance, or runs no scripts")
        expect(unread).to_be_visible(timeout=START_MS)


@contextmanager
def served(dist: Path, adapt: Callable[[Any], None]) -> Iterator[str]:
    """The site, by a server whose class of handlers is changed first."""
    server = make_server([OVERLAY, dist], base=BASE, headers=ISOLATION)
    adapt(server.RequestHandlerClass)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}{BASE}"
    finally:
        server.shutdown()
        server.server_close()


def answering_late(seconds: dict[str, float]) -> Callable[[Any], None]:
    """Have handlers answer for files, by the ends of their names, so long after each is first asked for."""
    first: dict[str, float] = {}

    def adapt(handler: Any) -> None:
        usual = handler.do_GET

        def do_get(self: Any) -> None:
            for name, delay in seconds.items():
                if self.path.endswith(name):
                    due = first.setdefault(name, time.monotonic()) + delay
                    time.sleep(max(0, due - time.monotonic()))
            usual(self)

        handler.do_GET = do_get

    return adapt


def starts_without_alert(browser: Browser, dist: Path, adapt: Callable[[Any], None]) -> None:
    """The app starts, and says of no file that it is at fault, on a host whose handler of requests is adapted."""
    with served(dist, adapt) as site, browser.new_context() as context:
        context.add_init_script(NO_SERVICE_WORKER)
        context.add_init_script(ALERTS)
        page = context.new_page()
        page.goto(site)
        expect(page.locator("#startup")).to_be_hidden(timeout=START_MS)
        assert page.evaluate("alerts") == []


def test_on_a_slow_line_a_file_has_more_time(browser: Browser, dist: Path) -> None:
    """Where the list of files takes long to come, so may any other."""
    late = answering_late({"precache.json": 2.5, "store.js": 12})
    starts_without_alert(browser, dist, late)


def test_a_slow_network_that_delivers_is_no_failure(browser: Browser, dist: Path) -> None:
    def adapt(handler: Any) -> None:
        handler.copyfile = dribbling("pyodide.asm.wasm", seconds=15)

    starts_without_alert(browser, dist, adapt)
