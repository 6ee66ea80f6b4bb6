"""A browser and the built site, for the parts that a page is needed for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, Playwright, sync_playwright

from semblance.parts.paths import DIST
from semblance_build.browsers import CHROMIUM_FLAGS, ensure_chromium, ensure_firefox
from semblance_build.server import serving

NO_SERVICE_WORKER = "delete Navigator.prototype.serviceWorker"


def _chromium(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=ensure_chromium(), args=CHROMIUM_FLAGS)


def _firefox(playwright: Playwright) -> Browser:
    return playwright.firefox.launch(channel="moz-firefox", executable_path=ensure_firefox())


ENGINES: Final[dict[str, Callable[[Playwright], Browser]]] = {"chromium": _chromium, "firefox": _firefox}


@contextmanager
def site_and_browser(engine: str = "chromium") -> Iterator[tuple[str, Browser]]:
    """The address of ``dist/``, and a browser of one of `ENGINES`."""
    with serving([DIST]) as site, sync_playwright() as playwright:
        browser = ENGINES[engine](playwright)
        try:
            yield site, browser
        finally:
            browser.close()
