"""What no test may cause: messages in the console, uncaught errors, requests that leave the site."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page


class Watch:
    """Collects problems of the pages it watches; the test's fixture asserts that there are none."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.problems: list[str] = []
        self.expected: list[str] = []

    def expect(self, part: str) -> None:
        """Messages with this text are what the test is about."""
        self.expected.append(part)

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._note(f"uncaught: {error.stack or error}"))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning", "assert"):
            self._note(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.site, "blob:", "data:")):
            self._note(f"a request left the site: {request.url}")

    def _note(self, problem: str) -> None:
        if not any(part in problem for part in self.expected):
            self.problems.append(problem)


class SharedPage:
    """A page of somebody else's on the site, for several tests. If the browser's page crashes, the next test gets a new one.

    Parameters
    ----------
    browser : Browser
    site : str
    prepare : str, optional
        JavaScript that a new page runs first.
    """

    def __init__(self, browser: Browser, site: str, prepare: str = "") -> None:
        self._browser = browser
        self._prepare = prepare
        self._site = site
        self._page: Page | None = None
        self.watching = Watch(site)

    @property
    def page(self) -> Page:
        """The page; it is shared, so leave nothing behind."""
        if self._page is None:
            self._page = self._open()
        return self._page

    def _open(self) -> Page:
        page = self._browser.new_context().new_page()
        self.watching.watch(page)
        page.on("crash", self._forget)
        page.goto(self._site + "blank.html")
        if self._prepare:
            page.evaluate(self._prepare)
        return page

    def _forget(self, _: Page) -> None:
        self._page = None

    def close(self) -> None:
        if self._page is not None:
            self._page.context.close()
        assert self.watching.problems == []


@contextmanager
def shared_page(browser: Browser, site: str, prepare: str = "") -> Iterator[SharedPage]:
    """A `SharedPage`; after its tests, nothing may have gone wrong in it."""
    shared = SharedPage(browser, site, prepare)
    yield shared
    shared.close()
