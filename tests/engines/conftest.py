"""The engines beside Chromium: one browser each, one app in it that has something in it; every test goes through all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Playwright, ProxySettings
from selenium.webdriver.support.wait import WebDriverWait

from browser.app import AppPage
from browser.watch import Watch
from conftest import Aloud
from data import photos
from engines.outside import Outside, outside
from engines.webkit import WebKitApp, said_in_tab, webkit
from semblance.parts.errors import BuildError
from semblance_build.browsers import WebKit, ensure_firefox, ensure_webkit
from semblance_build.soak.assets import VISITS, Fault, opened, outcome
from semblance_build.soak.faulty import faulty_site

NOTES = {
    "tides.md": "# Tides\n\nThe moon pulls the sea, and twice a day the water comes in.",
    "bread.txt": "Let the dough rise overnight in a cool place.",
    "trains.html": "<title>Trains</title><p>The night train leaves at ten and arrives before breakfast.</p>",
}
ELSEWHERE = "http://elsewhere.invalid/"
NOTICED_S = 30
SAID_S = 120


class App(Protocol):
    """What the page objects of all drivers can do."""

    def open(self, address: str = "") -> None: ...
    def reload(self) -> None: ...
    def add_files(self, files: list[Path]) -> str: ...
    def paste(self, title: str, text: str) -> str: ...
    def search(self, query: str) -> list[tuple[str, float]]: ...
    def pick(self, title: str) -> list[tuple[str, float]]: ...
    def evaluate(self, function: str, argument: Any = None) -> Any: ...


@dataclass(frozen=True)
class Engine:
    """A browser of another family, fresh, whose network ends at the test's own server."""

    app: Callable[[str], App]
    """A tab for the app at an address."""
    problems: Callable[[], list[str]]
    """What reached the console or wanted to leave the site so far."""
    says: Callable[[Fault], str]
    """What a page says is wrong while a file is at fault. Its console may say anything."""


def nowhere(beyond: Outside) -> ProxySettings:
    """As SOCKS it stands for all kinds of addresses; it does not speak that, so nothing gets through."""
    return {"server": f"socks5://{beyond.address}", "bypass": "127.0.0.1"}


@contextmanager
def firefox_engine(executable: str, playwright: Playwright, beyond: Outside) -> Iterator[Engine]:
    browser = playwright.firefox.launch(channel="moz-firefox", executable_path=executable)
    context = browser.new_context(proxy=nowhere(beyond))
    watches: list[Watch] = []

    def app(site: str) -> AppPage:
        page = context.new_page()
        watches.append(Watch(site))
        watches[-1].watch(page)
        return AppPage(page, site)

    def says(fault: Fault) -> str:
        with faulty_site(fault.path, fault.way) as site:
            watches.append(Watch(site))
            watches[-1].expect("console ")
            watches[-1].expect("uncaught: ")
            page = opened(context, site, VISITS[fault.visit], fault.path, watches[-1].watch)
            said, _ = outcome(page, SAID_S * 1000)
            page.close()
        return said

    yield Engine(app, lambda: [problem for watch in watches for problem in watch.problems], says)
    browser.close()


@contextmanager
def webkit_engine(parts: WebKit, playwright: Playwright, beyond: Outside) -> Iterator[Engine]:
    with webkit(parts, beyond.address) as driver:
        apps: list[WebKitApp] = []

        def app(site: str) -> WebKitApp:
            apps[:] = [WebKitApp(driver, site)]  # in the one tab
            return apps[0]

        def says(fault: Fault) -> str:
            return said_in_tab(driver, fault, SAID_S)

        def problems() -> list[str]:
            return beyond.requests + [problem for app in apps for problem in app.problems()]

        yield Engine(app, problems, says)
        driver.get(ELSEWHERE)  # at the very end, since it is remembered
        noticed = WebDriverWait(driver, NOTICED_S)
        noticed.until(lambda _: beyond.requests, "what leaves the site would not have been noticed")


# What finds or installs the programs of each, and what runs them.
ENGINES: dict[str, tuple[Callable[[], Any], Callable[..., AbstractContextManager[Engine]]]] = {
    "firefox": (ensure_firefox, firefox_engine),
    "webkit": (ensure_webkit, webkit_engine),
}


@pytest.fixture(scope="session")
def programs(pytestconfig: pytest.Config, aloud: Aloud) -> Callable[[str], Any]:
    """The programs of an engine; a test of one that can't be had is skipped."""

    def found(name: str) -> Any:
        ensure, _ = ENGINES[name]
        try:
            with aloud():
                return ensure()
        except BuildError as error:
            if pytestconfig.getoption("all_engines"):
                raise
            pytest.skip(str(error))

    return found


@pytest.fixture(scope="session", params=ENGINES)
def engine(
    request: pytest.FixtureRequest, playwright: Playwright, programs: Callable[[str], Any]
) -> Iterator[Engine]:
    _, running = ENGINES[request.param]
    with outside() as beyond, running(programs(request.param), playwright, beyond) as engine:
        yield engine


@dataclass(frozen=True)
class Filled:
    """The app with a few documents and photos."""

    app: App
    reports: list[str]
    photos: dict[str, str]
    """File name by what the photo shows."""


@pytest.fixture(scope="session")
def filled(engine: Engine, site: str, tmp_path_factory: pytest.TempPathFactory) -> Filled:
    folder = tmp_path_factory.mktemp("files")
    for name, text in NOTES.items():
        (folder / name).write_text(text)
    shown = {kind: photos.some(1, photos.clear(kind)) for kind in ("dog", "beach")}
    written = {kind: next(iter(photos.write(folder, rows))) for kind, rows in shown.items()}
    app = engine.app(site)
    app.open()
    reports = [
        app.add_files([folder / name for name in NOTES]),
        app.add_files([folder / name for name in written.values()]),
        app.paste("Bees", "A swarm hangs in the pear tree."),
    ]
    return Filled(app, reports, written)


@pytest.fixture(autouse=True)
def nothing_wrong(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test the console is empty, and nothing has left the site."""
    yield
    if "engine" in request.fixturenames:
        assert request.getfixturevalue("engine").problems() == []
