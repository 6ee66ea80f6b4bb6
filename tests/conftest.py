"""The built site in a real browser; whatever a test does, the console stays empty and nothing leaves the site."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from browser.app import AppPage
from browser.watch import Watch, watched_blank_page
from semblance.parts.paths import DIST
from semblance_build.browsers import CHROMIUM_FLAGS
from semblance_build.offline import Edition
from semblance_build.server import serving

BASE = "/a/base path/"  # a project page is not at the root of its host
OVERLAY = Path(__file__).parent / "browser" / "pages"
# Each test is a first visit: that the worker keeps the whole site, every time, would take longer than most tests. It has
# tests of its own, and the smoke suite of all engines runs with it.
NO_SERVICE_WORKER = "delete Navigator.prototype.serviceWorker"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--all-posts", action="store_true", help="index all 577 posts of til: some ten minutes more"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests without a browser first: they are quick, and Playwright's event loop would be in the way of theirs."""
    items.sort(key=lambda item: "playwright" in getattr(item, "fixturenames", ()) or _asks_for_browser(item))


def _asks_for_browser(item: pytest.Item) -> bool:
    return "indexeddb" in item.name  # the contract suite asks for its page only when it runs


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    executable = os.environ.get("SEMBLANCE_CHROMIUM")
    if executable is None:
        pytest.skip("SEMBLANCE_CHROMIUM names no browser; `python build.py test` finds or installs one")
    return browser_type_launch_args | {"executable_path": executable, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Address of the built site."""
    if not (DIST / "index.html").exists():
        pytest.skip("dist/ is not built; `python build.py test` builds it")
    with serving([OVERLAY, DIST], base=BASE.replace(" ", "%20")) as address:
        yield address


@pytest.fixture
def watch(site: str) -> Iterator[Watch]:
    watching = Watch(site)
    yield watching
    assert watching.problems == []


@pytest.fixture
def app(context: BrowserContext, site: str, watch: Watch) -> AppPage:
    """The app, freshly opened in a browser that has never seen it."""
    context.add_init_script(NO_SERVICE_WORKER)
    page = context.new_page()
    watch.watch(page)
    app = AppPage(page, site)
    app.open()
    return app


@pytest.fixture(scope="session")
def interpreter_page(browser: Browser, site: str) -> Iterator[Page]:
    """A page whose Python runs, for tests that send code into it; it is shared, so leave nothing behind."""
    with watched_blank_page(browser, site) as (page, _):
        page.evaluate("async () => (await import('./static/js/semblance.js')).semblance.collections()")
        yield page


@pytest.fixture(scope="session")
def double_click_edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds ``dist-offline/`` and ``semblance.html``, made from the built site."""
    if not (DIST / "index.html").exists():
        pytest.skip("dist/ is not built; `python build.py test` builds it")
    folder = tmp_path_factory.mktemp("a folder")
    edition = Edition.read(DIST)
    edition.write_folder(folder / "dist-offline")
    edition.write_single_file(folder / "semblance.html")
    return folder
