"""The built site in a real browser; whatever a test does, the console stays empty and nothing leaves the site."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser.app import AppPage
from playwright.sync_api import BrowserContext, ConsoleMessage, Page
from semblance.build.browsers import CHROMIUM_FLAGS, chromium_executable
from semblance.build.paths import DIST
from semblance.build.server import serving

BASE = "/a/base path/"  # a project page is not at the root of its host
OVERLAY = Path(__file__).parent / "pages"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    executable = os.environ.get("SEMBLANCE_CHROMIUM") or chromium_executable()
    if executable is None:
        pytest.skip("no Chromium is installed; `python build.py test` installs one")
    return browser_type_launch_args | {"executable_path": executable, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Address of the built site."""
    if not (DIST / "index.html").exists():
        pytest.skip("dist/ is not built; `python build.py test` builds it")
    with serving([OVERLAY, DIST], base=BASE.replace(" ", "%20")) as address:
        yield address


class Watch:
    """What must not happen: messages in the console, uncaught errors, requests that leave the site."""

    def __init__(self, site: str) -> None:
        self._site = site
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
        if not request.url.startswith((self._site, "blob:", "data:")):
            self._note(f"a request left the site: {request.url}")

    def _note(self, problem: str) -> None:
        if not any(part in problem for part in self.expected):
            self.problems.append(problem)


@pytest.fixture
def watch(site: str) -> Iterator[Watch]:
    watching = Watch(site)
    yield watching
    assert watching.problems == []


@pytest.fixture
def app(context: BrowserContext, site: str, watch: Watch) -> AppPage:
    """The app, freshly opened in a browser that has never seen it."""
    page = context.new_page()
    watch.watch(page)
    app = AppPage(page, site)
    app.open()
    return app
