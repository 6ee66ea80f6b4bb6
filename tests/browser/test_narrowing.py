"""Narrowing down by conditions: which fields there are, how they are compared, and that they stay on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser.app import AppPage, text_file
from browser.shop import Narrowing, shop
from data.pictures import jpeg


@pytest.fixture
def taps(app: AppPage) -> AppPage:
    assert app.add_files([shop()]) == "6 added"
    app.pick("Brass tap")
    return app


def test_the_fields_are_those_that_tell_items_apart(taps: AppPage) -> None:
    """Not ids, titles, codes and addresses, which differ for each item."""
    row = Narrowing(taps).conditions.first
    fields = row.get_by_label("Field to narrow down by").locator("option")
    expect(fields).to_have_text(["any field", "price", "category"])
    suggestions = taps.page.locator("#related-item").get_by_role("button", name="Like this")
    expect(suggestions).to_have_text(["Like this, price below 45"])


def test_numbers_are_compared_and_texts_are_offered(taps: AppPage) -> None:
    row = Narrowing(taps).conditions.first
    row.get_by_label("Field to narrow down by").select_option("price")
    expect(row.get_by_label("Comparison").locator("option")).to_have_text(
        ["is less than", "is at most", "is at least", "is more than", "is"]
    )
    row.get_by_label("Field to narrow down by").select_option("category")
    expect(row.get_by_label("Comparison").locator("option")).to_have_text(["is", "contains"])
    offered = row.get_by_label("Value").evaluate("field => [...field.list.options].map(o => o.value)")
    assert offered == ["bath", "kitchen"]


def test_a_filter_stays_on_for_the_next_item(taps: AppPage) -> None:
    narrowing, heading = Narrowing(taps), taps.page.locator("#related-item h1")
    taps.page.get_by_role("button", name="price below 45").click()
    expect(narrowing.note).to_have_text("price is less than 45 (3 results)")
    taps.page.locator("#related-item .result-title").first.click()
    expect(heading).not_to_have_text("Brass tap")
    expect(narrowing.note).to_contain_text("price is less than 45 (2 results)")
    taps.page.get_by_label("Filter items by name").fill("")
    taps.page.get_by_role("list", name="Items").get_by_role("link", name="Rain shower").click()
    expect(heading).to_have_text("Rain shower")
    expect(narrowing.note).to_contain_text("price is less than 45 (3 results)")
    expect(narrowing.conditions.get_by_label("Value")).to_have_value("45")


def test_conditions_are_added_and_removed_by_keys(taps: AppPage) -> None:
    narrowing, focused = Narrowing(taps), taps.page.locator(":focus")
    keys = taps.page.keyboard
    narrowing.conditions.first.get_by_label("Field to narrow down by").select_option("price")
    narrowing.conditions.first.get_by_label("Field to narrow down by").focus()
    keys.press("Tab")
    expect(focused).to_have_attribute("aria-label", "Comparison")
    keys.press("Tab")
    keys.type("50")
    expect(narrowing.note).to_contain_text("price is less than 50 (3 results)")
    keys.press("Tab")
    expect(focused).to_have_attribute("aria-label", "Remove the condition “price is less than 50”")
    keys.press("Tab")
    expect(focused).to_have_text("Add a condition")
    keys.press("Enter")
    expect(narrowing.conditions).to_have_count(2)
    expect(focused).to_have_attribute("aria-label", "Field to narrow down by")
    keys.type("cat")  # chooses the field
    keys.press("Tab")
    keys.press("Tab")
    keys.type("kitchen")
    expect(narrowing.note).to_have_text("price is less than 50; category is kitchen (2 results)")
    keys.press("Tab")
    keys.press("Enter")
    expect(narrowing.note).to_have_text("price is less than 50 (3 results)")
    expect(narrowing.conditions).to_have_count(1)
    expect(focused).to_have_attribute("aria-label", "Field to narrow down by")
    taps.page.get_by_role("button", name="Remove the condition").press("Enter")
    expect(narrowing.note).to_be_hidden()
    expect(narrowing.conditions).to_have_count(1)


def test_a_filter_of_a_search_stays_on_in_its_results(taps: AppPage) -> None:
    taps.search("a tap")
    Narrowing(taps, "search").condition("price", "is less than", "50")
    expect(Narrowing(taps, "search").note).to_contain_text("4 results")
    taps.page.locator("#search-results .result-title").first.click()
    expect(Narrowing(taps).note).to_contain_text("price is less than 50")


def test_numbers_are_as_written(app: AppPage) -> None:
    items = [
        {"id": f"tap {n}", "content": f"A tap, the {n}th", "price": price, "stock": n % 2}
        for n, price in enumerate([45.0, 12.5, 30, "19.90"])
    ]
    app.add_files([text_file("taps.json", json.dumps(items))])
    shown = {
        "tap 0": "price: 45 ·",
        "tap 1": "price: 12.5 ·",
        "tap 2": "price: 30 ·",
        "tap 3": "price: 19.90 ·",
    }
    for id, words in shown.items():
        app.pick(id)
        expect(app.page.locator(".detail-head .metadata")).to_contain_text(words)
    app.pick("tap 0")
    app.page.get_by_role("button", name="Like this, price below 45", exact=True).click()
    expect(Narrowing(app).note).to_have_text("price is less than 45 (3 results)")


def test_price_category_and_link_stand_beside_a_photo(app: AppPage, tmp_path: Path) -> None:
    """They come before the other columns, of which there may be many."""
    names = ["tap.jpg", "sink.jpg", "mixer.jpg"]
    for name, quality in zip(names, (80, 70, 60), strict=True):
        (tmp_path / name).write_bytes(jpeg(quality=quality))
    table = "file,title,sku,brand,shelf,box,price,category,link\n"
    table += "tap.jpg,Brass tap,p1,Ax,s-1,b-1,45,bath,https://shop.example/tap\n"
    table += "sink.jpg,Steel sink,p2,By,s-2,b-2,80,kitchen,javascript:alert(1)\n"
    table += "mixer.jpg,Mixer,p3,Cz,s-3,b-3,30,kitchen,\n"
    (tmp_path / "products.csv").write_text(table)
    assert app.add_files([tmp_path / name for name in (*names, "products.csv")]) == "3 added"
    app.pick("Brass tap")
    head = app.page.locator(".detail-head")
    expect(head.locator(".metadata")).to_have_text(
        "price: 45 · category: bath · sku: p1 · brand: Ax · shelf: s-1 · box: b-1"
    )
    link = head.get_by_role("link", name="Open its page")
    expect(link).to_have_attribute("href", "https://shop.example/tap")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    result = app.page.locator("#related-item .result").filter(has_text="Steel sink")
    expect(result.locator(".metadata")).to_have_text("price: 80 · category: kitchen · sku: p2 · brand: By")
    expect(result.get_by_role("link", name="Open its page")).to_have_count(0)  # that is no address of a page
    app.pick("Steel sink")
    expect(head.get_by_role("link", name="Open its page")).to_have_count(0)
    result = app.page.locator("#related-item .result").filter(has_text="Brass tap")
    expect(result.get_by_role("link", name="Open its page")).to_be_visible()
