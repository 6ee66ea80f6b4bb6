"""When the browser's own process of a page dies, the test runs again, and a shared page is opened anew."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Error, Page

from browser.watch import SharedPage

runs: list[Page] = []


def crash(page: Page) -> None:
    """Let the page's process crash; raises what Playwright then says."""
    with pytest.raises(Error, match="ABORTED"):
        page.goto("chrome://crash")
    page.wait_for_timeout(10_000)  # the crash ends it


def test_a_test_whose_page_crashed_runs_again(page: Page) -> None:
    runs.append(page)
    if len(runs) == 1:
        crash(page)
    assert len(runs) == 2


def test_a_shared_page_that_crashed_is_opened_anew(browser: Browser, site: str) -> None:
    shared = SharedPage(browser, site, "() => { window.prepared = true; }")
    first = shared.page
    with pytest.raises(Error, match="crashed"):
        crash(first)
    assert shared.page is not first
    assert shared.page.evaluate("() => window.prepared")
    shared.close()
