"""Private windows of Firefox: the app works in them, stores all until they are closed, and says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright, expect

from browser.app import AppPage
from browser.watch import Watch
from engines.conftest import nowhere
from engines.outside import outside

ALWAYS_PRIVATE: dict[str, str | float | bool] = {"browser.privatebrowsing.autostart": True}
KEPT_MS = 120_000


@contextmanager
def private_window(playwright: Playwright, executable: str, profile: Path, site: str) -> Iterator[AppPage]:
    """The app in a private window; nothing may go wrong in it."""
    watching = Watch(site)
    with (
        outside() as beyond,
        playwright.firefox.launch_persistent_context(
            profile,
            channel="moz-firefox",
            executable_path=executable,
            firefox_user_prefs=ALWAYS_PRIVATE,
            proxy=nowhere(beyond),
        ) as context,
    ):
        app = AppPage(context.new_page(), site)
        watching.watch(app.page)
        app.open()
        yield app
    assert watching.problems == []


def test_a_private_window_stores_all_until_it_is_closed(
    playwright: Playwright, programs: Callable[[str], Any], site: str, tmp_path: Path
) -> None:
    executable, profile = programs("firefox"), tmp_path / "profile"
    note = tmp_path / "tides.md"
    note.write_text("The moon pulls the sea.")
    with private_window(playwright, executable, profile, site) as app:
        assert app.add_files([note]) == "1 added"
        before = app.search("why the water comes and goes")
        expect(app.page.locator("#offline-status")).to_have_text("opens without a network", timeout=KEPT_MS)
        app.reload()
        assert app.search("why the water comes and goes") == before
        app.page.get_by_role("link", name="Collections", exact=True).click()
        expect(app.page.locator("#storage-text")).to_contain_text("a private window forgets it")
    with private_window(playwright, executable, profile, site) as app:
        expect(app.page.get_by_role("heading", name="Find what is alike")).to_be_visible()
