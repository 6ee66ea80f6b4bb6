"""A Chromium and the built site, for the parts that a page is needed for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from semblance.parts.paths import DIST
from semblance_build.browsers import CHROMIUM_FLAGS, ensure_chromium
from semblance_build.server import serving

NO_SERVICE_WORKER = "delete Navigator.prototype.serviceWorker"


@contextmanager
def site_and_browser() -> Iterator[tuple[str, Browser]]:
    """The address of ``dist/``, and a browser."""
    with serving([DIST]) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=ensure_chromium(), args=CHROMIUM_FLAGS)
        try:
            yield site, browser
        finally:
            browser.close()
