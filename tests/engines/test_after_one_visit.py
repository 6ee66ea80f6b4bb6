"""The site under its service worker in Firefox, once its host is gone; Chromium has tests of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser.app import AppPage
from browser.host import Host
from engines.conftest import Engine

KEPT_MS = 120_000


@pytest.mark.parametrize("engine", ["firefox"], indirect=True)
def test_after_one_visit_it_needs_no_network(engine: Engine, dist: Path, tmp_path: Path) -> None:
    notes = {"tides.md": "The moon pulls the sea.", "bread.md": "Let the dough rise overnight."}
    for name, text in notes.items():
        (tmp_path / name).write_text(text)
    host = Host([dist])
    try:
        app = engine.app(host.site)
        assert isinstance(app, AppPage)
        app.open()
        assert app.add_files([tmp_path / name for name in notes]) == "2 added"
        before = app.search("why the water comes and goes")
        expect(app.page.locator("#offline-status")).to_have_text("opens without a network", timeout=KEPT_MS)
    finally:
        host.stop()
    app.reload()
    assert app.search("why the water comes and goes") == before
