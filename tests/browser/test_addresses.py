"""An address names what is shown, so that a bookmark opens it again, and Back leads to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser.app import START_MS, AppPage, text_file
from browser.shop import Narrowing, shop
from data.pictures import jpeg

NOTES = [
    text_file("tides.md", "# Tides\n\nThe moon pulls the sea."),
    text_file("bread.md", "# Bread\n\nLet the dough rise overnight."),
]


def create(app: AppPage, name: str) -> None:
    app.page.get_by_role("link", name="Collections", exact=True).click()
    app.page.get_by_label("Name of the new collection").fill(name)
    app.page.get_by_role("button", name="Create").click()
    expect(app.page.get_by_label("Collection", exact=True)).to_have_value(name)


@pytest.fixture
def two(app: AppPage) -> AppPage:
    """The app with two collections: notes, and a shop, which is open."""
    app.add_files(NOTES)
    create(app, "a shop")
    assert app.add_files([shop()]) == "6 added"
    return app


def switch(app: AppPage, name: str) -> None:
    picker = app.page.get_by_label("Collection", exact=True)
    picker.select_option(name)
    expect(app.page.locator("#item-count")).to_be_attached()
    expect(picker).to_have_value(name)


def test_a_bookmark_opens_the_collection_the_item_the_filters_and_the_order(two: AppPage) -> None:
    two.pick("Brass tap")
    narrowing = Narrowing(two)
    narrowing.condition("price", "is less than", "70")
    narrowing.condition("category", "is", "bath")
    narrowing.order("price, lowest first")
    expect(narrowing.note).to_contain_text("lowest first")
    shown = two.results()
    assert [id for id, _ in shown] == ["n4726", "n4724"]
    bookmark = two.page.url.removeprefix(two.site)
    switch(two, "notes")
    expect(two.page.locator("#item-count")).to_have_text("2 items")
    two.page.goto("about:blank")
    two.open(bookmark)
    expect(two.page.locator("#related-item h1")).to_have_text("Brass tap", timeout=START_MS)
    expect(two.page.get_by_label("Collection", exact=True)).to_have_value("a shop")
    expect(narrowing.note).to_have_text(
        "price is less than 70; category is bath; the most alike, ordered by price, lowest first (2 results)"
    )
    assert two.results() == shown
    expect(narrowing.conditions).to_have_count(2)
    assert two.page.url.removeprefix(two.site) == bookmark


def test_a_bookmark_of_a_search_opens_it_in_its_collection(two: AppPage) -> None:
    two.search("something for the kitchen")
    narrowing = Narrowing(two, "search")
    narrowing.condition("category", "is", "kitchen")
    expect(narrowing.note).to_contain_text("2 results")
    shown, bookmark = two.results(), two.page.url
    switch(two, "notes")
    expect(two.page.locator("#search-results")).to_contain_text("Tides")
    expect(narrowing.room.locator("form.refine")).to_be_hidden()  # the other collection has no such field
    two.page.evaluate("address => { location.href = address; }", bookmark)
    expect(narrowing.note).to_contain_text("category is kitchen (2 results)")
    assert two.results() == shown


def test_a_collection_that_is_gone_is_named_and_there_is_what_there_is(two: AppPage) -> None:
    two.pick("Brass tap")
    bookmark = two.page.url.removeprefix(two.site)
    two.page.get_by_role("link", name="Collections", exact=True).click()
    row = two.page.get_by_role("row").filter(has_text="a shop")
    row.get_by_role("button", name="Delete").click()
    two.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(two.page.get_by_label("Collection", exact=True)).to_have_value("notes")
    ways: list[Callable[[], object]] = [two.page.go_back, lambda: two.open("?again" + bookmark)]
    for open_bookmark in ways:
        open_bookmark()
        notice = two.page.locator("#notices .notice")
        expect(notice).to_have_count(1)
        expect(notice).to_contain_text("There is no collection “a shop” in this browser")
        expect(two.page.locator("#item-count")).to_have_text("2 items")
        expect(two.page.locator("#related-item h1")).to_have_text("Bread")
        assert "in=notes" in two.page.url
        notice.get_by_role("button", name="Dismiss").click()


def test_an_address_without_a_collection_leads_into_the_open_one(two: AppPage) -> None:
    two.open("?old#related/n4724")
    expect(two.page.locator("#related-item h1")).to_have_text("Copper tap", timeout=START_MS)
    two.open("?older#search?q=soap")
    assert two.results()[0][0] == "n4726"
    assert "in=a%20shop" in two.page.url


def test_a_collection_that_got_another_name_is_found_by_the_old_one(two: AppPage) -> None:
    two.pick("Brass tap")
    two.page.get_by_role("link", name="Collections", exact=True).click()
    row = two.page.get_by_role("row").filter(has_text="a shop")
    row.get_by_role("button", name="Rename").click()
    two.page.get_by_role("dialog").get_by_label("Name").fill("taps & more")
    two.page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(two.page.get_by_label("Collection", exact=True)).to_have_value("taps & more")
    two.page.go_back()
    expect(two.page.locator("#related-item h1")).to_have_text("Brass tap")
    expect(two.page.locator("#notices")).to_be_empty()
    expect(two.page).to_have_url(re.compile("in=taps%20%26%20more"))  # once it is corrected


def test_back_and_forward_bring_collection_filters_and_order_back(two: AppPage) -> None:
    narrowing, heading = Narrowing(two), two.page.locator("#related-item h1")
    two.pick("Brass tap")
    narrowing.condition("price", "is at most", "60")
    narrowing.order("price, highest first")
    expect(narrowing.note).to_contain_text("highest first (4 results)")
    two.page.locator("#related-item .result-title").first.click()
    expect(heading).to_have_text("Copper tap")
    narrowing.conditions.get_by_label("Value").fill("10")
    expect(narrowing.note).to_contain_text("price is at most 10")
    switch(two, "notes")
    expect(two.page.locator("#item-count")).to_have_text("2 items")
    two.page.go_back()
    expect(heading).to_have_text("Copper tap")
    expect(narrowing.note).to_contain_text(
        "price is at most 10; the most alike, ordered by price, highest first"
    )
    two.page.go_back()
    expect(heading).to_have_text("Brass tap")
    expect(narrowing.note).to_contain_text(
        "price is at most 60; the most alike, ordered by price, highest first"
    )
    expect(narrowing.conditions.get_by_label("Value")).to_have_value("60")
    two.page.go_forward()
    expect(narrowing.conditions.get_by_label("Value")).to_have_value("10")
    two.page.go_forward()
    expect(two.page.locator("#item-count")).to_have_text("2 items")
    expect(two.page.locator("#related-item h1")).to_have_text("Bread")


def test_an_address_with_a_query_shows_its_results_after_a_search_with_a_picture(
    app: AppPage, tmp_path: Path
) -> None:
    app.add_files([*NOTES, text_file("scene.jpg", jpeg(), "image/jpeg")])
    found = app.search("dough")
    example = tmp_path / "example.jpg"
    example.write_bytes(jpeg())
    app.page.get_by_label("Search with a picture").first.set_input_files(example)
    expect(app.page.locator("#search-results")).to_have_attribute("data-query", "", timeout=START_MS)
    by_picture = app.results()
    assert by_picture[0][0] == "scene.jpg"
    app.evaluate("location.hash = '#search?q=dough'")
    expect(app.page.locator("#search-results")).to_have_attribute("data-query", "dough")
    expect(app.page.locator("#search-example")).to_be_hidden()
    assert app.results() == found
    app.page.go_back()
    expect(app.page.locator("#search-example")).to_contain_text("example.jpg")
    expect(app.page.locator("#search-results")).to_have_attribute("data-query", "")
    assert app.results() == by_picture
    app.reload()  # the file is not kept
    expect(app.page.locator("#toasts")).to_contain_text("Choose “example.jpg” again")


def test_typing_goes_on_while_a_room_writes_its_address(app: AppPage) -> None:
    """A room that completes its address while somebody types is not taken for the user's leaving."""
    app.add_files(NOTES)
    app.page.get_by_role("link", name="Related", exact=True).click()
    app.evaluate("location.hash = '#related/tides.md'")
    app.page.get_by_role("searchbox", name="Search by meaning").fill("dough")
    expect(app.page.locator("#search-results")).to_have_attribute("data-query", "dough")
    assert app.results()[0][0] == "bread.md"


# Types, and goes where the page goes by itself when a collection that was picked is there.
TYPED_JUST_BEFORE = """(query) => {
    const box = document.getElementById("search");
    box.focus();
    box.value = query;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    location.hash = "#related";
}"""


def test_what_is_typed_before_a_picked_collection_is_there_is_searched_for(app: AppPage) -> None:
    app.add_files(NOTES)
    app.pick("Tides")
    app.page.evaluate(TYPED_JUST_BEFORE, "dough")
    expect(app.page.locator("#search-results")).to_have_attribute("data-query", "dough")
    assert app.results()[0][0] == "bread.md"
