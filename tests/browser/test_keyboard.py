"""The page without a mouse, and on a narrow screen."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from browser.app import AppPage, text_file

NOTES = [
    text_file("tides.md", "# Tides\n\nThe moon pulls the sea."),
    text_file("bread.md", "# Bread\n\nLet the dough rise overnight."),
]

CLICK_FIRST_ITEM_ONCE_IT_IS_MARKED = """() => {
  const replaceState = history.replaceState;
  history.replaceState = function (...state) {
    replaceState.apply(this, state);
    const link = [...document.querySelectorAll("#items a")].find(({ href }) => href === location.href);
    if (!link) return;
    history.replaceState = replaceState;
    link.focus();
    link.click();
  };
}"""


def test_search_and_results_by_keys_alone(app: AppPage) -> None:
    app.add_files(NOTES)
    keys = app.page.keyboard
    keys.press("/")
    box = app.page.get_by_role("searchbox", name="Search by meaning")
    expect(box).to_be_focused()
    keys.type("moon")
    expect(app.page.locator("#search-results")).to_have_attribute("data-query", "moon", timeout=60_000)
    keys.press("ArrowDown")
    links = app.page.locator("#search-results .result-title")
    expect(links.first).to_be_focused()
    keys.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    keys.press("ArrowUp")
    keys.press("ArrowUp")
    expect(box).to_be_focused()
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(app.page.locator("#related-item h1")).to_have_text("Tides")
    app.page.go_back()
    expect(box).to_have_value("moon")
    expect(app.page.locator("#room-search")).to_be_visible()


def test_the_skip_link_leads_into_the_room_that_is_open(app: AppPage) -> None:
    app.add_files(NOTES)
    app.search("moon")
    address = app.page.url
    app.page.locator("body").evaluate("body => body.ownerDocument.activeElement.blur()")
    skip = app.page.get_by_role("link", name="Skip to the content")
    skip.focus()
    app.page.keyboard.press("Enter")
    expect(app.page.locator("main")).to_be_focused()
    expect(app.page.locator("#room-search")).to_be_visible()
    assert app.page.url == address


def test_what_enter_opens_has_the_focus(app: AppPage) -> None:
    app.add_files(NOTES)
    app.page.get_by_role("link", name="Related", exact=True).click()
    app.page.get_by_role("list", name="Items").get_by_role("link", name="Bread").focus()
    app.page.keyboard.press("Enter")
    heading = app.page.locator("#related-item h1")
    expect(heading).to_have_text("Bread")
    expect(heading).to_be_focused()
    app.page.keyboard.press("ArrowDown")
    expect(app.page.locator("#related-item .result-title").first).to_be_focused()
    app.page.keyboard.press("Enter")
    expect(heading).to_have_text("Tides")
    expect(heading).to_be_focused()


def test_an_item_that_is_about_to_be_shown_gets_the_focus_too(app: AppPage) -> None:
    """The first item opens by itself. Its link then changes no address, and there is no heading yet."""
    app.add_files(NOTES)
    app.page.evaluate(CLICK_FIRST_ITEM_ONCE_IT_IS_MARKED)
    app.page.get_by_role("link", name="Related", exact=True).click()
    heading = app.page.locator("#related-item h1")
    expect(heading).to_have_text(
        app.page.locator("#items .title, #items [data-field=title]").first.inner_text()
    )
    expect(heading).to_be_focused()


def test_the_focus_never_falls_back_to_the_page(app: AppPage) -> None:
    app.add_files(NOTES)
    focused = app.page.locator(":focus")
    app.report.get_by_role("button", name="Dismiss").press("Enter")
    expect(focused).to_have_id("main")
    app.pick("Bread")
    app.page.get_by_role("button", name="Delete").press("Enter")
    expect(focused).to_have_id("related-item")
    app.page.locator("#toasts").get_by_role("button", name="Undo").press("Enter")
    expect(focused).to_have_id(re.compile("main|toasts"))
    app.page.get_by_role("link", name="Compare", exact=True).click()
    app.page.locator("#compare-texts").get_by_role("button", name="Remove").first.press("Enter")
    expect(focused).to_have_id("compare-texts")
    app.page.get_by_role("link", name="Collections", exact=True).click()
    app.page.get_by_role("row", name="notes").get_by_role("button", name="Delete").press("Enter")
    app.page.get_by_role("dialog").get_by_role("button", name="Delete").press("Enter")
    expect(focused).to_have_id(re.compile("collections"))


def test_the_menu_closes_by_escape_and_by_a_click_elsewhere(app: AppPage) -> None:
    item = app.page.get_by_role("button", name="Load the sample")
    ways: list[Callable[[], None]] = [
        lambda: app.page.keyboard.press("Escape"),
        lambda: app.page.locator("footer").click(),
    ]
    for close in ways:
        app.page.get_by_label("More ways to add").click()
        expect(item).to_be_visible()
        close()
        expect(item).to_be_hidden()


def test_nothing_is_wider_than_a_phone(app: AppPage) -> None:
    app.page.set_viewport_size({"width": 360, "height": 740})
    app.add_files([*NOTES, text_file("wide.md", "# Wide\n\n" + "unbreakable" * 60)])
    for room in ("Related", "Search", "Compare", "Collections"):
        app.page.get_by_role("link", name=room, exact=True).click()
        assert app.page.evaluate("document.documentElement.scrollWidth") == 360, room
    app.pick("Wide")
    assert app.page.evaluate("document.documentElement.scrollWidth") == 360
    app.page.get_by_role("button", name="← All items").click()
    expect(app.page.get_by_role("list", name="Items")).to_be_visible()


TYPE_AND_LEAVE = """
import asyncio
from js import document, Event, location
before = asyncio.all_tasks()
box = document.getElementById("search")
box.value = "tides"
box.dispatchEvent(Event.new("input", bubbles=True))
location.hash = "#collections"
started = asyncio.all_tasks() - before
await asyncio.wait(started)
len(started)
"""
"""Ends when what the typing started has ended; how many tasks that was."""


def test_who_types_and_goes_elsewhere_at_once_is_not_fetched_back(app: AppPage) -> None:
    app.load_sample()
    assert app.python(TYPE_AND_LEAVE) > 0
    assert app.page.evaluate("location.hash") == "#collections"
