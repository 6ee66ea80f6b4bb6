"""Going from item to item: where one arrives, where one comes back to, and what the page is called meanwhile."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from browser.app import AppPage, held


def scrolled(app: AppPage) -> float:
    return float(app.evaluate("scrollY"))


def test_a_result_opens_at_its_top_and_back_leads_to_where_one_was(app: AppPage) -> None:
    app.page.set_viewport_size({"width": 390, "height": 600})
    app.load_sample()
    app.search("bread and dough")
    last = app.page.locator("#search-results .result-title").last
    last.scroll_into_view_if_needed()
    place = scrolled(app)
    assert place > 600
    last.click()
    expect(app.page.locator("#related-item .result").first).to_be_visible()
    assert scrolled(app) == 0
    app.page.locator("#related-item .result-title").last.click()
    expect(app.page.locator("#related-item .result").first).to_be_visible()
    app.page.wait_for_function("() => scrollY === 0")
    app.page.go_back()
    app.page.wait_for_function("() => scrollY > 600")
    app.page.go_back()
    expect(last).to_be_visible()
    app.page.wait_for_function("place => Math.abs(scrollY - place) < 2", arg=place)


def test_the_title_names_what_is_shown(app: AppPage) -> None:
    app.load_sample()
    app.pick("A nap of twenty minutes")
    expect(app.page).to_have_title("A nap of twenty minutes – Related – Semblance")
    app.search("rising water")
    expect(app.page).to_have_title("“rising water” – Search – Semblance")
    app.page.get_by_role("link", name="Collections", exact=True).click()
    expect(app.page).to_have_title("Collections – Semblance")
    app.page.get_by_role("link", name="Labs", exact=True).click()
    app.page.locator(".labs-list a").first.click()
    expect(app.page).to_have_title(re.compile("^.+ – Labs – Semblance$"))
    app.page.go_back()
    app.page.go_back()
    app.page.go_back()
    expect(app.page).to_have_title("“rising water” – Search – Semblance")


# Notes when the door of the map has opened it, or has seen that nobody waits for it any more.
NOTED = """
from semblance.browser.pages.map_door import MapDoor
MapDoor.is_done, open_map = [], MapDoor.open
async def open_and_note(self, address):
    await open_map(self, address)
    MapDoor.is_done.append(True)
MapDoor.open = open_and_note
0
"""
DONE = """
from semblance.browser.pages.map_door import MapDoor
import asyncio
while not MapDoor.is_done:
    await asyncio.sleep(0)
0
"""


def test_a_map_that_loads_late_does_not_call_back_who_has_gone_on(app: AppPage) -> None:
    current = app.page.locator("[aria-current=page]")
    app.python(NOTED)
    with held(app.page, "**/py/maps.tar.gz"):
        app.page.evaluate("location.hash = 'map'")
        expect(current).to_have_text("Map")
        app.page.evaluate("location.hash = 'collections'")
        expect(current).to_have_text("Collections")
    app.python(DONE)
    assert app.page.evaluate("location.hash") == "#collections"
    expect(app.page.locator("#room-collections")).to_be_visible()
