"""Tab or browser is killed at random moments of work on the store: then all is whole, and what was confirmed is there."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import BrowserContext, Error, Page, Playwright, sync_playwright

from semblance.parts.errors import BuildError
from semblance.parts.paths import DIST
from semblance_build import precache
from semblance_build.browsers import CHROMIUM_FLAGS, ensure_chromium
from semblance_build.server import serving
from semblance_build.soak.ledger import Ledger, Operation
from semblance_build.soak.outcome import Outcome

USUAL = 1_000
_START_SECONDS = 60
_LOOK_SECONDS = 0.05
_LONGEST_MS = 4_000  # from the start of the work to the kill
_BROWSERS = 10  # so many kills are of a tab; the next is of the whole browser
_MIGRATED = 300  # items
_PLANNED = 40  # operations: more than can be done before the kill
_KINDS = (*["work"] * 8, "migration", "update")
_BLANK = '<!doctype html><link rel="icon" href="data:,"><title>blank</title>'

# One operation, in the page's own Python.
_WORK = """
import json
from semblance.browser.start import running
from semblance.documents import Document
library = running()
kind, name, rest = json.loads(operation)
if kind == "add":
    collection = await library.collection(name)
    report = await collection.embed_multi([Document(id, content) for id, content in rest.items()])
    assert not report.failed, report.failed
elif kind == "delete":
    await (await library.collection(name, create=False)).delete(rest)
elif kind == "rename":
    await library.rename(name, rest)
elif kind == "restore":
    data = b"".join([piece async for piece in library.backup(name)])
    await library.drop(name)
    await library.restore(data)
elif kind == "drop":
    await library.drop(name)
"""
_RUN = """async ([code, operations]) => {
    const { interpreter } = await import("./static/js/interpreter.js");
    const pyodide = await interpreter;
    globalThis.work = (async () => {
        for (const operation of operations) {
            const globals = pyodide.toPy({ operation });
            await begun(operation);
            try {
                await pyodide.runPythonAsync(code, { globals });
            } catch ({ message }) {
                await failed(message.trim().split("\\n").at(-1));
                return;
            }
            await confirmed(operation);
        }
    })();
}"""
# All items: whether each is whole, and its text.
_STORED = """
import json
from semblance.browser.start import running
library = running()
stored = {}
for info in await library.collections():
    collection = await library.collection(info.name, create=False)
    stored[info.name] = {
        record.document.id: record.document.content if len(record.passages) == len(record.vectors) > 0 else None
        for record in await collection.get(collection.ids())
    }
    assert info.count == len(stored[info.name]), f"{info.name} has {len(stored[info.name])} items, not {info.count}"
json.dumps(stored)
"""
# Fill the database of a schema that was released long ago.
_OLD = """async (number) => {
    const { migrations } = await import("./static/js/store.js");
    const removed = indexedDB.deleteDatabase("semblance");
    await new Promise((resolve, reject) => { removed.onsuccess = resolve; removed.onerror = removed.onblocked = reject; });
    const opening = indexedDB.open("semblance", 3);
    opening.onupgradeneeded = () => {
        migrations.slice(0, 3).forEach((migrate) => migrate(opening.result));
        const put = (store, value, key) => opening.transaction.objectStore(store).put(value, key);
        put("collections", { key: "k", name: "old", model: "m", encoder_fingerprint: "f", dims: 384, created: 1 });
        for (let i = 0; i < number; i++) {
            const vectors = new Float32Array(384);
            vectors[i % 384] = 1;
            const rest = JSON.stringify({ metadata: {}, note: "", passages: [[0, 4, ""]], cut: 0, updated: 1 });
            put("vectors", { title: `T ${i}`, source: "", fingerprint: `f${i}`, passages: 1, vectors }, ["k", `item ${i}`]);
            put("items", { content: `text ${i}`, rest }, ["k", `item ${i}`]);
        }
    };
    await new Promise((resolve, reject) => { opening.onsuccess = resolve; opening.onerror = reject; });
    opening.result.close();
}"""
_MIGRATE = """async () => {
    const { openStore } = await import("./static/js/store.js");
    globalThis.work = openStore();
}"""
_UPDATE = """async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    globalThis.work = registration ? registration.update() : null;
}"""


class _Visitor:
    """A browser with a profile of its own, which is killed and started again."""

    def __init__(self, playwright: Playwright, site: str, profile: Path, chance: random.Random) -> None:
        self._playwright, self._site, self._profile = playwright, site, profile
        self._executable = ensure_chromium()
        self.ledger = Ledger(chance)
        self.failures: list[str] = []
        self.context = self._started()

    def _started(self) -> BrowserContext:
        self._process = subprocess.Popen(
            [
                *(self._executable, "--headless=new", "--remote-debugging-port=0"),
                *(f"--user-data-dir={self._profile}", *CHROMIUM_FLAGS, "about:blank"),
            ],
            stderr=subprocess.DEVNULL,
        )
        browser = self._playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{self._port()}")
        context = browser.contexts[0]
        context.expose_function("begun", lambda text: self.ledger.begin(Operation(*json.loads(text))))
        context.expose_function("confirmed", lambda text: self.ledger.confirm(Operation(*json.loads(text))))
        context.expose_function("failed", lambda text: self.failures.append(text))
        return context

    def _port(self) -> int:
        """Where the browser listens, once it says so."""
        file, end = self._profile / "DevToolsActivePort", time.monotonic() + _START_SECONDS
        while time.monotonic() < end:
            if file.is_file() and (lines := file.read_text(encoding="ascii").splitlines()):
                file.unlink()  # the next browser writes its own
                return int(lines[0])
            time.sleep(_LOOK_SECONDS)
        raise BuildError(f"Chromium has not started within {_START_SECONDS} seconds.")

    def app(self) -> Page:
        """The app in a new tab, ready."""
        page = self.context.new_page()
        page.goto(self._site)
        page.evaluate("async () => { await semblance.ready; }")
        return page

    def blank(self) -> Page:
        """A page of the site without the app."""
        page = self.context.new_page()
        page.goto(f"{self._site}blank.html")
        return page

    def stored(self, page: Page) -> dict[str, dict[str, str | None]]:
        """All items, read through the app's own Python; without the collection that the app itself makes."""
        text = page.evaluate(
            """async (code) => {
                const { interpreter } = await import("./static/js/interpreter.js");
                return (await interpreter).runPythonAsync(code);
            }""",
            _STORED,
        )
        stored: dict[str, dict[str, str | None]] = json.loads(text)
        return {name: items for name, items in stored.items() if items or name != "notes"}

    def kill(self, page: Page, whole: bool) -> None:
        """Kill the tab, or the whole browser."""
        if whole:
            self._end()
            self.context = self._started()
            return
        with suppress(Error):  # the tab goes in the middle of the call
            page.goto("chrome://crash")
        page.close()

    def _end(self) -> None:
        """Kill the browser's process, and all of its tabs with it."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        self._end()


def soak(number: int, seed: int) -> Outcome:
    """Kill so often, in turns of work: the store's operations mostly, a migration, an update of the service worker."""
    chance = random.Random(seed)
    kinds: Counter[str] = Counter()
    faults: list[str] = []
    checked = 0
    with _visitor(chance) as (visitor, overlay):
        page = visitor.app()
        for kill in range(1, number + 1):
            kind = chance.choice(_KINDS)
            page, longest = _begin(kind, visitor, page, overlay, kill)
            page.wait_for_timeout(chance.uniform(0, longest))
            kinds[visitor.ledger.pending.kind if visitor.ledger.pending else kind] += 1
            visitor.kill(page, whole=kill % _BROWSERS == 0)
            page = visitor.app()
            found = visitor.stored(page)
            checked += sum(map(len, found.values()))
            wrong = [*visitor.ledger.check(found), *visitor.failures]
            visitor.failures.clear()
            faults += [f"kill {kill} of seed {seed}, {kind}: {fault}" for fault in wrong]
    figures = {f"while {kind}": count for kind, count in sorted(kinds.items())}
    return Outcome("kills", number, faults, {"items checked": checked, **figures})


def _begin(kind: str, visitor: _Visitor, page: Page, overlay: Path, number: int) -> tuple[Page, float]:
    """Begin work of a kind; gives the page that does it, and the milliseconds within which it is to be killed."""
    if kind == "migration":
        page.close()
        page = visitor.blank()
        page.evaluate(_OLD, _MIGRATED)
        page.evaluate(_MIGRATE)
        visitor.ledger.stored = {"old": {f"item {i}": f"text {i}" for i in range(_MIGRATED)}}
        return page, _LONGEST_MS / 5
    if kind == "update":
        _publish(overlay, number)
        page.evaluate(_UPDATE)
    else:
        page.evaluate(_RUN, [_WORK, [json.dumps(operation) for operation in visitor.ledger.plan(_PLANNED)]])
    return page, _LONGEST_MS


@contextmanager
def _visitor(chance: random.Random) -> Iterator[tuple[_Visitor, Path]]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch, sync_playwright() as playwright:
        overlay = Path(scratch, "overlay")
        overlay.mkdir()
        (overlay / "blank.html").write_text(_BLANK, encoding="utf-8")
        with serving([overlay, DIST]) as site:
            visitor = _Visitor(playwright, site, Path(scratch, "profile"), chance)
            yield visitor, overlay
            visitor.close()


def _publish(overlay: Path, number: int) -> None:
    """Put another build there: its list of files differs, and so its service worker."""
    listed = (DIST / precache.LIST).read_text(encoding="utf-8")
    before = hashlib.sha256(listed.encode()).hexdigest()
    listed += " " * number
    worker = (DIST / precache.WORKER).read_text(encoding="utf-8")
    (overlay / precache.LIST).write_text(listed, encoding="utf-8")
    after = hashlib.sha256(listed.encode()).hexdigest()
    (overlay / precache.WORKER).write_text(worker.replace(before, after), encoding="utf-8")
