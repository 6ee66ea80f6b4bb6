"""Tab or browser is killed at random moments of work on the store: then all is whole, and what was confirmed is there."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import statistics
import subprocess
import tempfile
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Error, Page, Playwright, sync_playwright

from semblance.parts.errors import BuildError
from semblance.parts.paths import DIST
from semblance_build import precache
from semblance_build.browsers import CHROMIUM_FLAGS, ensure_chromium
from semblance_build.server import serving
from semblance_build.soak.ledger import KINDS, Ledger, Operation
from semblance_build.soak.outcome import Outcome

USUAL = 1_000
_START_SECONDS = 60
_LOOK_SECONDS = 0.05
_BROWSERS = 10  # so many kills are of a tab; the next is of the whole browser
_MIGRATED = 300  # items
_BEYOND = 1.3  # times the usual length of the work: the latest moment of a kill, so that some come just after the promise
_RECENT = 9  # lengths of work from which the usual one is taken
_LONGEST_SECONDS = 60
_ATTEMPTS = 3
_PLAIN = '<!doctype html><link rel="icon" href="data:,"><title>plain</title>'

# No model is loaded before one is needed: see static/js/warm-up.js.
_START = """async () => {
    localStorage.setItem("semblance:model", "none");
    const { semblance } = await import("./static/js/semblance.js");
    await semblance.collections();
}"""
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
    info = await library.restore(b"".join([piece async for piece in library.backup(name)]))
    assert info.name == rest, info.name
elif kind == "drop":
    await library.drop(name)
"""
_RUN = """async ([code, operations, needsModel]) => {
    const { interpreter } = await import("./static/js/interpreter.js");
    const pyodide = await interpreter;
    if (needsModel) await semblance.ready;
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
    assert not collection.awaiting, f"{info.name} awaits vectors"
assert not await library.orphans(), "items are left of a collection"
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
_MIGRATE = """async (operation) => {
    const { openStore } = await import("./static/js/store.js");
    await begun(operation);
    globalThis.work = openStore("semblance").then(() => confirmed(operation), ({ message }) => failed(message));
}"""
_UPDATE = """async (operation) => {
    const registration = await navigator.serviceWorker.ready;
    await begun(operation);
    globalThis.work = (async () => {
        await registration.update();
        const worker = registration.installing ?? registration.waiting;
        if (worker?.state === "installing") await new Promise((resolve) => (worker.onstatechange = resolve));
        await confirmed(operation);
    })().catch(({ message }) => failed(message));
}"""


class _Browser:
    """A browser with a profile of its own, which is killed and started again."""

    def __init__(
        self, playwright: Playwright, profile: Path, listeners: Mapping[str, Callable[[str], None]]
    ) -> None:
        self._playwright, self._profile, self._listeners = playwright, profile, listeners
        self._executable = ensure_chromium()
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                *(self._executable, "--headless=new", "--remote-debugging-port=0"),
                *(f"--user-data-dir={self._profile}", *CHROMIUM_FLAGS, "about:blank"),
            ],
            stderr=subprocess.DEVNULL,
        )
        browser = self._playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{self._port()}")
        self._protocol = browser.new_browser_cdp_session()
        self._context = browser.contexts[0]
        for name, listener in self._listeners.items():
            self._context.expose_function(name, listener)

    def _port(self) -> int:
        """Where the browser listens, once it says so."""
        file, end = self._profile / "DevToolsActivePort", time.monotonic() + _START_SECONDS
        while time.monotonic() < end:
            if file.is_file() and (lines := file.read_text(encoding="ascii").splitlines()):
                file.unlink()  # the next browser writes its own
                return int(lines[0])
            time.sleep(_LOOK_SECONDS)
        raise BuildError(f"Chromium has not started within {_START_SECONDS} seconds.")

    def open(self, address: str) -> Page:
        for _ in range(_ATTEMPTS):
            with suppress(Error):  # a process that was killed may just have been meant for the new tab
                page = self._context.new_page()
                page.goto(address)
                return page
        raise BuildError(f"Chromium opens no new tab for {address} after {_ATTEMPTS} attempts.")

    def processes(self, whole: bool) -> list[int]:
        """What is to be killed: the browser, or what runs its tabs and service workers."""
        if whole:
            return [self._process.pid]
        processes = self._protocol.send("SystemInfo.getProcessInfo")["processInfo"]
        return [
            process["id"] for process in processes if process["type"] == "renderer" and _is_tab(process["id"])
        ]

    def end(self) -> None:
        """Kill the browser, unless that has happened, and all of its tabs with it."""
        self._process.kill()
        self._process.wait()


class _Visitor:
    """Somebody whose work on the store is killed."""

    def __init__(self, playwright: Playwright, site: str, profile: Path, chance: random.Random) -> None:
        self._site, self._chance = site, chance
        self._begun_at = 0.0
        self._lengths: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=_RECENT))  # seconds by kind
        self._last: Operation | None = None  # the operation at which is to be killed
        self._killer = threading.Timer(0, _kill, [[]])
        self.ledger = Ledger(chance)
        self.failures: list[str] = []
        listeners = {
            "begun": self._begun,
            "confirmed": self._confirmed,
            "failed": lambda text: self.failures.append(text),
        }
        self.browser = _Browser(playwright, profile, listeners)

    def app(self) -> Page:
        """The app in a new tab, as soon as it answers."""
        page = self.browser.open(self._site)
        page.evaluate("async () => { await semblance.collections(); }")
        return page

    def plain(self) -> Page:
        """A page of somebody else's that uses the API: the store opens on it as in the app, and in less time."""
        page = self.browser.open(f"{self._site}plain.html")
        page.evaluate(_START)
        return page

    def old(self) -> Page:
        """A page without the app, beside a store as a version of long ago left it."""
        page = self.browser.open(f"{self._site}plain.html")
        page.evaluate(_OLD, _MIGRATED)
        self.ledger.stored = {"old": {f"item {i}": f"text {i}" for i in range(_MIGRATED)}}
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
        return {name: items for name, items in stored.items() if items or name in self.ledger.stored}

    def work(self, page: Page, kind: str) -> None:
        """Do work of a kind undisturbed."""
        self._run(page, self.ledger.plan(kind))
        page.evaluate("work")

    def work_killed(self, page: Page, kind: str, whole: bool) -> None:
        """Do work of a kind, and kill tab or browser at a random moment from its beginning on."""
        operations = self.ledger.plan(kind)
        moment = self._chance.uniform(0, _BEYOND * statistics.median(self._lengths[kind]))
        self._killer = threading.Timer(moment, _kill, [self.browser.processes(whole)])
        self._last = operations[-1]
        refusal = ""
        try:
            self._run(page, operations)
        except Error as error:  # the tab may go in the middle of the call
            refusal = error.message
        end = time.monotonic() + _LONGEST_SECONDS
        while not self._killer.finished.is_set():
            if time.monotonic() > end:
                late = f"The work has not begun within {_LONGEST_SECONDS} seconds: {self._last}"
                raise BuildError(
                    f"{late}; {self.ledger.pending or 'nothing'} is under way. {refusal}".strip()
                )
            with suppress(Error):
                page.wait_for_timeout(_LOOK_SECONDS * 1000)  # listens to the page, too
        self._killer.join()
        if self.ledger.pending and moment > statistics.median(self._lengths[kind]):
            self._lengths[kind].append(moment)  # it takes longer now, at least so long
        self._last = None
        if whole:
            self.browser.end()
            self.browser.start()

    def _run(self, page: Page, operations: Sequence[Operation]) -> None:
        texts = [json.dumps(operation) for operation in operations]
        kind = operations[-1].kind
        if kind == "migrate":
            page.evaluate(_MIGRATE, texts[0])
        elif kind == "update":
            page.evaluate(_UPDATE, texts[0])
        else:
            needs_model = any(operation.kind == "add" for operation in operations)
            page.evaluate(_RUN, [_WORK, texts, needs_model])

    def _begun(self, text: str) -> None:
        operation = Operation(*json.loads(text))
        self.ledger.begin(operation)
        self._begun_at = time.monotonic()
        if operation == self._last:
            self._killer.start()

    def _confirmed(self, text: str) -> None:
        operation = Operation(*json.loads(text))
        self.ledger.confirm(operation)
        self._lengths[operation.kind].append(time.monotonic() - self._begun_at)


def _is_tab(process: int) -> bool:
    """Whether a process is not the one that draws the browser's own window, as far as the system tells."""
    with suppress(OSError):
        return b"--top-chrome-webui" not in Path(f"/proc/{process}/cmdline").read_bytes()
    return True


def _kill(processes: Sequence[int]) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def soak(number: int, seed: int) -> Outcome:
    """Kill so often, in turns of all kinds of work."""
    chance = random.Random(seed)
    inside: Counter[str] = Counter()
    after: Counter[str] = Counter()
    faults: list[str] = []
    checked = 0
    turns = _turns(number, chance)
    first = [kind for kind in KINDS if kind in turns]  # once without a kill, which tells how long each takes
    with _visitor(chance) as (visitor, overlay):
        page = visitor.app()
        if "update" in first:  # the worker must be there before another build is published
            page.evaluate("async () => { await navigator.serviceWorker.ready; }")
        for kill, (kind, following) in enumerate(pairwise([*first, *turns, ""]), start=1 - len(first)):
            whole = kill % _BROWSERS == 0
            if kind == "update":
                _publish(overlay, kill)
            if kind == "migrate":
                page.close()
                page = visitor.old()
            if kill < 1:
                visitor.work(page, kind)
            else:
                visitor.work_killed(page, kind, whole)
            with suppress(Error):  # it may have gone with its browser
                page.close()
            page = visitor.app() if whole or following == "add" else visitor.plain()
            (inside if visitor.ledger.pending else after)[kind] += kill > 0
            stored = visitor.stored(page)
            checked += sum(map(len, stored.values()))
            around = f"after {visitor.ledger.pending or 'what was confirmed'}; there are {sorted(stored)}"
            wrong = [*visitor.ledger.check(stored), *visitor.failures]
            visitor.failures.clear()
            faults += [f"kill {kill} of seed {seed}, {kind}: {fault}, {around}" for fault in wrong]
    return Outcome(
        "kills",
        number,
        faults,
        {
            "items checked": checked,
            "of the whole browser": number // _BROWSERS,
            **{f"while it did {kind}": inside[kind] for kind in KINDS},
            "just after what was promised": after.total(),
        },
    )


def _turns(number: int, chance: random.Random) -> list[str]:
    """The kinds of work, all in turns, in a random order."""
    turns: list[str] = []
    while len(turns) < number:
        turns += chance.sample(KINDS, min(len(KINDS), number - len(turns)))
    return turns


@contextmanager
def _visitor(chance: random.Random) -> Iterator[tuple[_Visitor, Path]]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch, sync_playwright() as playwright:
        overlay = Path(scratch, "overlay")
        overlay.mkdir()
        (overlay / "plain.html").write_text(_PLAIN, encoding="utf-8")
        with serving([overlay, DIST]) as site:
            visitor = _Visitor(playwright, site, Path(scratch, "profile"), chance)
            try:
                yield visitor, overlay
            finally:
                visitor.browser.end()


def _publish(overlay: Path, number: int) -> None:
    """Put another build there: its list of files differs, and so its service worker."""
    listed = (DIST / precache.LIST).read_text(encoding="utf-8")
    before = hashlib.sha256(listed.encode()).hexdigest()
    listed += " " * (number + len(KINDS))  # a number from 1 - len(KINDS) on
    worker = (DIST / precache.WORKER).read_text(encoding="utf-8")
    (overlay / precache.LIST).write_text(listed, encoding="utf-8")
    after = hashlib.sha256(listed.encode()).hexdigest()
    (overlay / precache.WORKER).write_text(worker.replace(before, after), encoding="utf-8")
