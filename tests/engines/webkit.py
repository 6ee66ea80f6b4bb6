"""The app in WebKitGTK, by Selenium: the same words as `browser.app.AppPage`, for a browser that Playwright can't drive."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

from selenium.common.exceptions import (
    NoSuchElementException,
    StaleElementReferenceException,
)
from selenium.webdriver import WebKitGTK, WebKitGTKOptions
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait
from selenium.webdriver.webkitgtk.service import Service

from semblance_build.browsers import WebKit
from semblance_build.soak.assets import VISITS, Fault
from semblance_build.soak.faulty import faulty_site

START_S = 240
CALL_S = 180
IMPORTED = "static/js/errors.js"

# This driver has no log: the page itself remembers what reaches its console. A worker's own console is not seen.
# It gives whether it watches: not the page that is being left.
WATCH = """
if (window.isLeft || !document.documentElement) return false;
const problems = (window.watched = []);
const note = (kind) => (...words) => problems.push(`${kind}: ${words.map((word) => word?.stack ?? word).join(" ")}`);
for (const level of ["error", "warn", "assert"]) {
  const write = console[level];
  console[level] = (...words) => {
    if (level !== "assert" || !words[0]) note(`console ${level}`)(...words);
    write.apply(console, words);
  };
}
addEventListener("error", (event) => note("uncaught")(event.error ?? event.message));
addEventListener("unhandledrejection", (event) => note("uncaught")(event.reason));
addEventListener("securitypolicyviolation", (event) => note("blocked")(event.blockedURI));
return true;
"""

CALL = """
const done = arguments[arguments.length - 1];
(async () => (%s)(arguments[0]))().then((value) => done([value ?? null]), (error) => done(String(error)));
"""


@contextmanager
def display(executable: str) -> Iterator[str]:
    """An X server without a screen, on the first display that is free; gives its name."""
    receiving, sending = os.pipe()
    command = [executable, "-displayfd", str(sending), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[sending], stderr=subprocess.DEVNULL)
    os.close(sending)
    with os.fdopen(receiving) as answer:
        number = answer.readline().strip()
    try:
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


@contextmanager
def webkit(parts: WebKit, proxy: str) -> Iterator[WebKitGTK]:
    """A fresh browser whose requests go through the proxy, but for those to the test's own server.

    The proxy is named in the environment: as a capability with `noProxy` it crashes MiniBrowser now and then as it starts
    (WebKitGTK 2.50 reads that list past its end).
    """
    options = WebKitGTKOptions()
    options.binary_location = parts.browser
    options.add_argument("--automation")
    options.page_load_strategy = (
        "none"  # its own wait for a page never ends where the page was loaded before it began
    )
    proxies = dict.fromkeys(["http_proxy", "https_proxy"], f"http://{proxy}") | {"no_proxy": "127.0.0.1"}
    with display(parts.display) as name:
        environment = os.environ | proxies | {"DISPLAY": name, "GDK_BACKEND": "x11"}
        driver = WebKitGTK(options=options, service=Service(parts.driver, env=environment))
        driver.set_script_timeout(CALL_S)
        try:
            yield driver
        finally:
            driver.quit()


def said_in_tab(driver: WebKitGTK, fault: Fault, seconds: float) -> str:
    """What a page in a tab of its own says at last while a file is at fault.

    The driver is left alone until the page asks for what its scripts import: a script that comes while the browser changes
    processes is lost, and the driver waits for it for ever.
    """
    address, watch = VISITS[fault.visit]
    is_there = Event()
    (first,) = driver.window_handles
    driver.switch_to.new_window("tab")
    begin = f"return location.href === arguments[0] && (({watch})(arguments[1]), true)"
    with faulty_site(
        fault.path, fault.way, lambda path: is_there.set() if path == IMPORTED else None
    ) as site:
        try:
            driver.get(site + address)
            assert is_there.wait(seconds)
            wait = WebDriverWait(driver, seconds, 0.1)
            wait.until(lambda _: driver.execute_script(begin, site + address, fault.path))
            says: str = wait.until(lambda _: driver.execute_script("return globalThis.final"))["says"]
            return says
        finally:
            driver.close()
            driver.switch_to.window(first)


class WebKitApp:
    """One tab that shows the app."""

    def __init__(self, driver: WebKitGTK, site: str) -> None:
        self.driver = driver
        self.site = site

    def open(self, address: str = "") -> None:
        """Load the page and wait until it can be used."""
        self._load(lambda: self.driver.get(self.site + address))

    def reload(self) -> None:
        self._load(self.driver.refresh)

    def _load(self, navigate: Callable[[], None]) -> None:
        self.driver.execute_script("window.isLeft = true")
        navigate()
        self._until(lambda: self.driver.execute_script(WATCH))
        self._until(lambda: not self._one("#startup").is_displayed(), START_S)

    # --- adding ---

    def add_files(self, files: Sequence[Path]) -> str:
        """Choose files and wait for the report; its first line."""
        return self._added_by(
            lambda: self._one("[aria-label='Add documents']").send_keys("\n".join(map(str, files)))
        )

    def paste(self, title: str, text: str) -> str:
        """Paste a text; the report's first line."""

        def paste() -> None:
            self._one("[aria-label='More ways to add']").click()
            self._one("#add-menu [data-do=paste]").click()
            self._one("#paste-title").send_keys(title)
            self._one("#paste-text").send_keys(text)
            self._one("#paste [value=add]").click()

        return self._added_by(paste)

    def _added_by(self, act: Callable[[], None]) -> str:
        if self._one("#report").is_displayed():
            self._one("#report [data-do=dismiss]").click()
        act()
        self._until(lambda: self._all("#report h2") and self._one("#report h2").is_displayed(), CALL_S)
        self._until(lambda: not self._one("#progress").is_displayed())
        return self._one("#report h2").text

    # --- finding ---

    def search(self, query: str) -> list[tuple[str, float]]:
        """Type a query; ids and scores of the results, best first."""
        box = self._one("[aria-label='Search by meaning']")
        box.clear()
        box.send_keys(query)
        self._until(lambda: self._one("#search-results").get_attribute("data-query") == query)
        return self.results()

    def pick(self, title: str) -> list[tuple[str, float]]:
        """Pick an item; ids and scores of its neighbours."""
        self._one("[data-room=related]").click()
        self._one("[aria-label='Filter items by name']").clear()
        self._until(lambda: self._item(title)).click()
        self._until(lambda: [heading.text for heading in self._all("#related-item h1")] == [title])
        self._until(lambda: self._all("#related-item .results li"))
        return self.results()

    def _item(self, title: str) -> WebElement | None:
        # By what is in it: this driver's own idea of a link's text is empty here.
        script = "return [...document.querySelectorAll('#items a')].find((a) => a.textContent.includes(arguments[0]))"
        element: WebElement | None = self.driver.execute_script(script, title)
        return element

    def results(self) -> list[tuple[str, float]]:
        rows = """() => [...document.querySelectorAll(".results li")].filter((row) => row.offsetParent)
            .map((row) => [row.dataset.id, Number(row.dataset.score)])"""
        return [(str(id), float(score)) for id, score in self.evaluate(rows)]

    # --- inside ---

    def evaluate(self, function: str, argument: Any = None) -> Any:
        """Call a JavaScript function in the page."""
        answer = self.driver.execute_async_script(CALL % function, argument)
        if isinstance(answer, str):
            raise AssertionError(answer)
        return answer[0]

    def problems(self) -> list[str]:
        """What reached the page's console since it was loaded."""
        return list(self.driver.execute_script("return window.watched"))

    def _until(self, condition: Callable[[], Any], seconds: float = CALL_S) -> Any:
        wait = WebDriverWait(
            self.driver, seconds, 0.1, [NoSuchElementException, StaleElementReferenceException]
        )
        return wait.until(lambda _: condition())

    def _one(self, selector: str) -> WebElement:
        return self.driver.find_element("css selector", selector)

    def _all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements("css selector", selector)
