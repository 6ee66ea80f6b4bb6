"""What no test may cause: messages in the console, uncaught errors, requests that leave the site."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

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


class SharedPage(NamedTuple):
    """A page of somebody else's on the site, for several tests, so leave nothing behind."""

    page: Page
    watching: Watch


@contextmanager
def shared_page(browser: Browser, site: str, prepare: str = "") -> Iterator[SharedPage]:
    """A `SharedPage`, which runs some JavaScript first; after its tests, nothing may have gone wrong in it."""
    context = browser.new_context()
    page, watching = context.new_page(), Watch(site)
    watching.watch(page)
    page.goto(site + "blank.html")
    if prepare:
        page.evaluate(prepare)
    yield SharedPage(page, watching)
    context.close()
    assert watching.problems == []
