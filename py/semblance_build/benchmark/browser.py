"""A browser with a profile of its own, and the site with the bench's pages laid over it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from playwright.sync_api import BrowserContext, Page, Request, sync_playwright

from semblance.parts.errors import BuildError
from semblance.parts.paths import DIST, ROOT
from semblance_build.browsers import CHROMIUM_FLAGS, ensure_chromium
from semblance_build.server import serving

PAGES = ROOT / "tests" / "bench" / "pages"

LONG_TASK_MS = 50.0  # a browser does not tell of shorter ones

# Collects every task that held a page's thread for 50 ms or more, which browsers call a long one. What
# Playwright starts, as a debugger, is not counted: `inTask` starts it from a task of the page's own.
_WATCH_LONG_TASKS = """
window.longTasks = [];
new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) longTasks.push({ startTime, duration });
}).observe({ type: "longtask", buffered: true });
window.inTask = (work) => new Promise((resolve, reject) => setTimeout(() => work().then(resolve, reject)));
"""


@dataclass
class Browser:
    """Opens pages; errors of a page stop the bench."""

    context: BrowserContext
    address: str
    _errors: list[str] = field(default_factory=list)

    @property
    def version(self) -> str:
        browser = self.context.browser
        return browser.version if browser else ""

    @contextmanager
    def page(self, path: str, query: Mapping[str, Any] | None = None) -> Iterator[Page]:
        """A new tab at an address of the site, closed at the end."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self._errors.append(f"{path}: {error}"))
        try:
            page.goto(f"{self.address}{path}?{urlencode(query or {})}", wait_until="domcontentloaded")
            yield page
            self._check()
        finally:
            page.close()

    @contextmanager
    def requested(self) -> Iterator[set[str]]:
        """Paths of the site's files that are asked for in the block; complete when it ends."""
        paths: set[str] = set()

        def note(request: Request) -> None:
            if request.url.startswith(self.address):
                paths.add(unquote(urlsplit(request.url[len(self.address) :]).path))

        self.context.on("request", note)
        try:
            yield paths
        finally:
            self.context.remove_listener("request", note)

    def _check(self) -> None:
        if self._errors:
            raise BuildError("The bench's page failed:\n    " + "\n    ".join(self._errors))


@contextmanager
def opened(overlay: Path | None = None, dist: Path = DIST) -> Iterator[Browser]:
    """A browser whose cache is empty at first and kept until the end.

    Parameters
    ----------
    overlay : Path, optional
        A folder with further files to serve beside the site and the bench's own pages.
    dist : Path
        The site.
    """
    folders = [PAGES, *([overlay] if overlay else []), dist]
    executable = ensure_chromium()
    with (
        serving(folders) as address,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
        sync_playwright() as playwright,
    ):
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=executable, args=CHROMIUM_FLAGS
        )
        context.add_init_script(_WATCH_LONG_TASKS)
        try:
            yield Browser(context, address)
        finally:
            context.close()


def longest_task(page: Page, since: float) -> float:
    """Milliseconds of the longest task since then (the page's clock), `LONG_TASK_MS` at least."""
    page.wait_for_timeout(200)  # an observer is told a little after the task is over
    tasks = page.evaluate("longTasks")
    return max((task["duration"] for task in tasks if task["startTime"] >= since), default=LONG_TASK_MS)


def now(page: Page) -> float:
    """The page's clock: milliseconds since navigation."""
    return float(page.evaluate("performance.now()"))
