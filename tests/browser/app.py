"""The app as a user meets it: by labels and roles, not by its insides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, FilePayload, Locator, Page, Route, expect

from browser.interpreter import python
from browser.watch import Watch

START_MS = 120_000  # for a busy machine; an idle one needs a few seconds
EMBED_MS = 300_000
# Each test is a first visit: that the worker keeps the whole site, every time, would take longer than most tests. It has
# tests of its own, and the smoke suite of all engines runs with it.
NO_SERVICE_WORKER = "delete Navigator.prototype.serviceWorker"


def text_file(name: str, content: str | bytes, mime: str = "text/plain") -> FilePayload:
    """A file to be chosen, made of a text or bytes."""
    data = content.encode() if isinstance(content, str) else content
    return {"name": name, "mimeType": mime, "buffer": data}


@contextmanager
def held(page: Page, pattern: str) -> Iterator[None]:
    """Requests of a kind wait until the end of the block. Who asks for a first byte, whether there is an answer, gets it."""
    waiting: list[Route] = []

    def wait(route: Route) -> None:
        if "range" in route.request.headers:
            route.continue_()
        else:
            waiting.append(route)

    page.route(pattern, wait)
    yield
    for route in waiting:
        route.continue_()
    page.unroute(pattern, wait)


class AppPage:
    """One tab that shows the app."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site

    def open(self, address: str = "") -> None:
        """Load the page and wait until it can be used."""
        self.page.goto(self.site + address)
        self.wait_until_started()

    def reload(self) -> None:
        self.page.reload()
        self.wait_until_started()

    def wait_until_started(self) -> None:
        expect(self.page.locator("#startup")).to_be_hidden(timeout=START_MS)

    # --- adding ---

    def add_files(self, files: Sequence[FilePayload | str | Path]) -> str:
        """Choose files and wait for the report; its first line."""
        self.forget_report()
        self.page.get_by_label("Add documents").set_input_files(list(files))  # type: ignore[arg-type]
        return self.wait_for_report()

    def add_folder(self, folder: Path, timeout: float = EMBED_MS) -> str:
        self.forget_report()
        self.page.get_by_label("Add a folder").set_input_files(str(folder))
        return self.wait_for_report(timeout)

    def paste(self, title: str, text: str) -> str:
        """Paste a text; the report's first line."""
        self.forget_report()
        self.page.get_by_label("More ways to add").click()
        self.page.locator("#add-menu").get_by_role("button", name="Paste text").click()
        self.page.locator("#paste").get_by_label("Title").fill(title)
        self.page.get_by_label("Text", exact=True).fill(text)
        self.page.get_by_role("button", name="Add", exact=True).click()
        return self.wait_for_report()

    def load_sample(self) -> str:
        self.forget_report()
        self.page.get_by_role("button", name="sample notes").click()
        return self.wait_for_report()

    def forget_report(self) -> None:
        if self.report.is_visible():
            self.report.get_by_role("button", name="Dismiss").click()

    def wait_for_report(self, timeout: float = EMBED_MS) -> str:
        heading = self.report.get_by_role("heading")
        expect(heading).to_be_visible(timeout=timeout)
        expect(self.progress).to_be_hidden()
        return heading.inner_text()

    @property
    def report(self) -> Locator:
        return self.page.get_by_role("region", name="What was added")

    @property
    def progress(self) -> Locator:
        return self.page.get_by_role("progressbar", name="Embedding")

    def create_collection(self, name: str, model: str) -> None:
        """Make a collection that uses a model of the site, and open it."""
        self.page.get_by_role("link", name="Collections", exact=True).click()
        self.page.get_by_label("Name of the new collection").fill(name)
        self.page.get_by_label("Model of the new collection").select_option(model)
        self.page.get_by_role("button", name="Create", exact=True).click()
        expect(self.page.get_by_role("row").filter(has_text=name)).to_contain_text(model)

    # --- finding ---

    def search(self, query: str) -> list[tuple[str, float]]:
        """Type a query; ids and scores of the results, best first."""
        self._type(query)
        return self.results()

    def search_in_vain(self, query: str) -> str:
        """Type a query that finds nothing; what the page says of it."""
        self._type(query)
        expect(self.page.locator("#search-results")).to_be_hidden()
        return self.page.locator("#search-note").inner_text()

    def _type(self, query: str) -> None:
        before = self.page.url
        self.page.get_by_role("searchbox", name="Search by meaning").fill(query)
        self.page.wait_for_url(lambda url: url != before or "q=" in url)
        expect(self.page.locator("#search-results")).to_have_attribute("data-query", query, timeout=START_MS)

    def pick(self, title: str) -> list[tuple[str, float]]:
        """Pick an item; ids and scores of its neighbours."""
        self.page.get_by_role("link", name="Related", exact=True).click()
        self.page.get_by_label("Filter items by name").fill(title)  # a long list is shown in parts
        self.page.get_by_role("list", name="Items").get_by_role("link", name=title).first.click()
        expect(self.page.locator("#related-item h1")).to_have_text(title, timeout=START_MS)
        expect(self.page.get_by_role("list", name="Results").first).to_be_visible(timeout=START_MS)
        return self.results()

    def results(self) -> list[tuple[str, float]]:
        rows = self.page.get_by_role("list", name="Results").get_by_role("listitem")
        expect(rows.first).to_be_visible(timeout=START_MS)
        found = rows.evaluate_all("rows => rows.map(row => [row.dataset.id, Number(row.dataset.score)])")
        return [(str(id), float(score)) for id, score in found]

    # --- a slow addition ---

    def wait_for_model(self) -> None:
        """Wait until texts that are added are embedded at once."""
        expect(self.page.locator("#model-status")).to_contain_text("thread", timeout=START_MS)

    def pause_writing(self) -> None:
        """Let no batch of vectors be written before `go_on` says so."""
        self.wait_for_model()  # texts that come before it are written too
        self.python(PAUSED)

    # --- inside ---

    def evaluate(self, function: str, argument: Any = None) -> Any:
        """Call a JavaScript function in the page."""
        return self.page.evaluate(function, argument)

    def python(self, code: str) -> Any:
        """Run Python in the page's own interpreter; its last value must be plain data."""
        return python(self.page, code)


@contextmanager
def shared_app(browser: Browser, site: str, **options: Any) -> Iterator[AppPage]:
    """The app for several tests, in a context with Playwright's options; after them, nothing may have gone wrong in it."""
    watching = Watch(site)
    with browser.new_context(**options) as context:
        context.add_init_script(NO_SERVICE_WORKER)
        app = AppPage(context.new_page(), site)
        watching.watch(app.page)
        app.open()
        yield app
    assert watching.problems == []


# The page writes no batch before the test says so.
PAUSED = """
import asyncio
from semblance.browser.indexeddb import IndexedDBStore
IndexedDBStore.turns, write = asyncio.Semaphore(0), IndexedDBStore.write
async def write_in_turn(self, *args, **kwargs):
    await IndexedDBStore.turns.acquire()
    return await write(self, *args, **kwargs)
IndexedDBStore.write = write_in_turn
0
"""


def go_on(app: AppPage) -> None:
    """Let the page write one more batch."""
    app.python("from semblance.browser.indexeddb import IndexedDBStore\nIndexedDBStore.turns.release()")
