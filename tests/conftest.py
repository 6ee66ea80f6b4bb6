"""The built site in a real browser; whatever a test does, the console stays empty and nothing leaves the site.

What tests need beside the code is made when a fixture asks for it, once a session: ``dist/``, models, browsers. Where
tests run in several processes, ``dist/`` and Chromium are there before these start.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from xdist.scheduler import LoadScopeScheduling

from browser.app import NO_SERVICE_WORKER, AppPage
from browser.watch import SharedPage, Watch, shared_page
from semblance.parts.errors import BuildError
from semblance.parts.models import MULTILINGUAL, TEXT_MODEL, Model, named
from semblance.parts.paths import DIST
from semblance_build import assemble
from semblance_build.browsers import CHROMIUM_FLAGS, ensure_chromium
from semblance_build.offline import Edition
from semblance_build.server import serving

BASE = "/a/base path/"  # a project page is not at the root of its host
WITH_BROWSERS = ("tests/browser/", "tests/engines/")
IN_PAGE = "indexeddb"  # in the names of tests of the contract that run in a page
OVERLAY = Path(__file__).parent / "browser" / "pages"
SEEN_MS = 15_000  # for a busy machine; an idle one shows nearly all within a second

Aloud = Callable[[], AbstractContextManager[None]]

MISSING = pytest.StashKey[list[BuildError]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--all-posts", action="store_true", help="index all 577 posts of til: some ten minutes more"
    )
    parser.addoption(
        "--all-files",
        action="store_true",
        help="take each file of a start away, not only some: five minutes more",
    )
    parser.addoption(
        "--generators",
        action="store_true",
        help="sites of real generators in their themes: some minutes more",
    )
    parser.addoption(
        "--all-engines", action="store_true", help="an engine that can't be had is an error, not a skip"
    )
    parser.addoption(
        "--with", dest="wanted", action="append", default=[], help="a model that dist/ gets from a model hub"
    )
    parser.addoption("--models-from", type=Path, help="look for its files here before downloading them")


def pytest_configure() -> None:
    expect.set_options(timeout=SEEN_MS)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for problem in terminalreporter.config.stash.get(MISSING, []):
        terminalreporter.section("A model is missing", red=True)
        terminalreporter.line(str(problem))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tests run without a model that can't be had, but a run that asked for it does not pass."""
    if session.config.stash.get(MISSING, []):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_sessionstart(session: pytest.Session) -> None:
    """Where tests run in several processes, build here for all of them."""
    if getattr(session.config.option, "numprocesses", None):
        session.config.stash[MISSING] = _build(session.config)
        _chromium()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests without a browser first: they are quick, and Playwright's event loop would be in the way of theirs."""
    items.sort(key=lambda item: _has_browser(item.nodeid))


class ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """Tests of a file stay in one process, since they share what is slow to make; those without a browser come apart."""

    def _split_scope(self, nodeid: str) -> str:
        return f"{nodeid.partition('::')[0]} {_has_browser(nodeid)}"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


def _has_browser(nodeid: str) -> bool:
    """Whether a test runs in a browser. Its name tells: the first process does not know its fixtures."""
    return nodeid.startswith(WITH_BROWSERS) or "[chromium" in nodeid or IN_PAGE in nodeid


def _build(config: pytest.Config) -> list[BuildError]:
    return assemble.build(config.getoption("wanted"), config.getoption("models_from"))


def _chromium() -> str:
    return os.environ.get("SEMBLANCE_CHROMIUM") or ensure_chromium()


@pytest.fixture(scope="session")
def chromium(aloud: Aloud) -> str:
    """Path of the Chromium that tests run in: the one that SEMBLANCE_CHROMIUM names, else one found or installed."""
    with aloud():
        return _chromium()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], chromium: str) -> dict[str, Any]:
    return browser_type_launch_args | {"executable_path": chromium, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def aloud(pytestconfig: pytest.Config) -> Aloud:
    """What is printed in such a block shows at once: building and installing take a while where the cache is empty."""
    shown: Aloud = pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled
    return shown


@pytest.fixture(scope="session")
def dist(pytestconfig: pytest.Config, aloud: Aloud) -> Path:
    """``dist/``, built from the tree as it is."""
    if not hasattr(pytestconfig, "workerinput"):  # of several processes, the first has built it
        with aloud():
            pytestconfig.stash[MISSING] = _build(pytestconfig)
    return DIST


@pytest.fixture(scope="session")
def text_model_folder(dist: Path) -> Path:
    """Folder of the built text model."""
    return dist / "models" / TEXT_MODEL


@pytest.fixture(scope="session")
def multilingual_model(aloud: Aloud) -> Model:
    """The multilingual text model with all that was built of it, also what only CPython reads."""
    with aloud():
        return named(MULTILINGUAL)


@pytest.fixture(scope="session")
def site(dist: Path) -> Iterator[str]:
    """Address of the built site."""
    with serving([OVERLAY, dist], base=BASE.replace(" ", "%20")) as address:
        yield address


@pytest.fixture
def watch(site: str) -> Iterator[Watch]:
    watching = Watch(site)
    yield watching
    assert not watching.problems, "\n".join(watching.problems)


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
def interpreter(browser: Browser, site: str) -> Iterator[SharedPage]:
    start = "async () => (await import('./static/js/semblance.js')).semblance.collections()"
    with shared_page(browser, site, start) as shared:
        yield shared


@pytest.fixture
def interpreter_page(interpreter: SharedPage) -> Page:
    """A page whose Python runs, for tests that send code into it; it is shared, so leave nothing behind."""
    return interpreter.page


@pytest.fixture(scope="session")
def double_click_edition(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds ``dist-offline/`` and ``semblance.html``, made from the built site."""
    folder = tmp_path_factory.mktemp("a folder")
    edition = Edition.read(dist)
    edition.write_folder(folder / "dist-offline")
    edition.write_single_file(folder / "semblance.html")
    return folder
