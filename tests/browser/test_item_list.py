"""The list of items: of thousands, only what is near the viewport is there, and nothing else is different."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from playwright.sync_api import Locator, expect

from browser.app import AppPage, text_file

MANY = 5_000

# Items whose vectors are drawn at random: embedding them would take minutes.
FILL = """
import numpy as np
from semblance.browser.start import running
from semblance.documents import Document, Passage
from semblance.ranking.vectors import quantize
from semblance.records import Record

library = running()
collection = await library.collection("notes")
await collection.embed("seed", "It makes the collection one of the present model.")
codes = quantize(np.random.default_rng(0).normal(size=({number}, collection.info.dims)))
records = []
for n in range({number}):
    text = f"This is note {{n}}."
    date = f"{{2000 + n % 20}}-01-{{1 + n % 28:02}}"
    document = Document(f"folder {{n % 7}}/note {{n:04}}.md", text, f"Note {{n:04}}", {{"date": date}})
    records.append(Record(document, f"drawn {{n}}", (Passage(0, len(text)),), codes[n : n + 1], updated=float(n)))
await collection.restore(records)
await collection.delete(["seed"])
collection.count()
"""

LONG_TASKS = """() => {
    globalThis.longTasks = [];
    new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((task) => task.duration)))
        .observe({ type: "longtask" });
}"""

WALKS = 3
"""A processor that other tests use, too, makes any task long now and then. What the page does wrong, it does each time."""


@pytest.fixture
def many(app: AppPage) -> AppPage:
    """The app with 5,000 notes in seven folders, on a screen of 1,280 by 720 pixels."""
    assert app.python(FILL.format(number=MANY)) == MANY
    app.reload()
    app.page.get_by_role("link", name="Related", exact=True).click()
    expect(app.page.locator("#item-count")).to_have_text("5,000 items")
    return app


def rows(app: AppPage) -> Locator:
    return app.page.get_by_role("list", name="Items").get_by_role("listitem")


def titles(app: AppPage) -> Sequence[str]:
    return rows(app).locator("[data-field=title]").all_inner_texts()


def in_sight(app: AppPage) -> Sequence[str]:
    """The titles that can be seen in the list."""
    seen: Sequence[str] = app.evaluate(
        """() => {
            const frame = document.getElementById("items-frame").getBoundingClientRect();
            const [top, bottom] = [Math.max(0, frame.top), Math.min(innerHeight, frame.bottom)];
            const inside = (row) => row.bottom > top + 1 && row.top < bottom - 1;
            return [...document.querySelectorAll("#items li")]
                .filter((row) => inside(row.getBoundingClientRect()))
                .map((row) => row.querySelector("[data-field=title]").textContent);
        }"""
    )
    return seen


def test_only_what_is_near_the_viewport_is_there(many: AppPage) -> None:
    assert 20 < rows(many).count() < 80
    assert in_sight(many)[0] == "Note 0000"
    frame = many.page.locator("#items-frame")
    for place, first in ((1.0, "Note 4999"), (0.5, "Note 2500"), (0.0, "Note 0000")):
        frame.evaluate(
            "(it, place) => { it.scrollTop = place * (it.scrollHeight - it.clientHeight); }", place
        )
        expect(rows(many).filter(has_text=first)).to_be_visible()
        many.page.wait_for_function(
            "title => [...document.querySelectorAll('#items li')].some(row => row.textContent.includes(title))",
            arg=first,
        )
        assert first in in_sight(many)
        assert rows(many).count() < 80
    shown = titles(many)
    assert shown == sorted(shown)


def test_each_row_says_its_place_among_all(many: AppPage) -> None:
    many.page.locator("#items-frame").evaluate("frame => { frame.scrollTop = frame.scrollHeight; }")
    last = rows(many).last
    expect(last).to_have_attribute("aria-posinset", "5000")
    expect(last).to_have_attribute("aria-setsize", "5000")
    expect(last.get_by_role("link")).to_have_accessible_name("Note 4999 folder 1/note 4999.md")


def test_keys_go_through_all_items(many: AppPage) -> None:
    keys, focused = many.page.keyboard, many.page.locator(":focus")
    many.page.get_by_label("Filter items by name").focus()
    keys.press("Tab")
    expect(focused).to_have_id("item-sort")
    keys.press("Tab")
    expect(focused).to_contain_text("Note 0000")
    for key, title in (
        ("ArrowDown", "Note 0001"),
        ("End", "Note 4999"),
        ("ArrowUp", "Note 4998"),
        ("Home", "Note 0000"),
        ("PageDown", "Note 0008"),
    ):
        keys.press(key)
        expect(focused).to_contain_text(title)
        assert title in in_sight(many)
    for _ in range(50):
        keys.press("ArrowDown")
    expect(focused).to_contain_text("Note 0058")
    keys.press("Enter")
    heading = many.page.locator("#related-item h1")
    expect(heading).to_have_text("Note 0058")
    expect(heading).to_be_focused()
    keys.press("Shift+Tab")
    expect(focused).to_have_attribute("aria-current", "true")
    expect(focused).to_contain_text("Note 0058")
    keys.press("Shift+Tab")
    expect(focused).to_have_id("item-sort")


def test_a_row_that_is_scrolled_away_keeps_the_focus(many: AppPage) -> None:
    rows(many).get_by_role("link").nth(3).focus()
    many.page.locator("#items-frame").evaluate("frame => { frame.scrollTop = 100_000; }")
    expect(rows(many).filter(has_text="Note 1740")).to_be_attached()
    expect(many.page.locator(":focus")).to_contain_text("Note 0003")
    many.page.keyboard.press("ArrowDown")
    expect(many.page.locator(":focus")).to_contain_text("Note 0004")
    assert "Note 0004" in in_sight(many)


def test_the_filter_finds_what_is_far_below(many: AppPage) -> None:
    many.page.locator("#items-frame").evaluate("frame => { frame.scrollTop = frame.scrollHeight; }")
    many.page.get_by_label("Filter items by name").fill("note 432")
    expect(many.page.locator("#item-count")).to_have_text("10 items")
    assert titles(many) == [f"Note {number}" for number in range(4320, 4330)]
    assert in_sight(many)[0] == "Note 4320"
    expect(rows(many).first).to_have_attribute("aria-setsize", "10")
    many.page.get_by_label("Filter items by name").fill("")
    expect(many.page.locator("#item-count")).to_have_text("5,000 items")


def test_an_address_shows_where_its_item_is_in_the_list(many: AppPage) -> None:
    many.evaluate("location.hash = '#related/folder%203%2Fnote%204000.md'")
    expect(many.page.locator("#related-item h1")).to_have_text("Note 4000")
    expect(rows(many).locator("[aria-current]")).to_contain_text("Note 4000")
    assert "Note 4000" in in_sight(many)


def test_the_order_is_kept_in_the_address(many: AppPage) -> None:
    sort = many.page.get_by_label("Sort by")
    sort.select_option(label="date, newest first")
    expect(many.page.locator("#item-count")).to_have_text("5,000 items", timeout=60_000)
    expect(rows(many).first).to_contain_text("Note 0139")  # the first of those of 28 January 2019
    expect(rows(many).nth(1)).to_contain_text("Note 0279")
    assert "sort=date" in many.page.url
    sort.select_option(label="folder")
    expect(rows(many).first).to_contain_text("Note 0000")
    expect(rows(many).nth(1)).to_contain_text("Note 0007")
    rows(many).nth(1).get_by_role("link").click()
    expect(many.page.locator("#related-item h1")).to_have_text("Note 0007")
    many.reload()
    expect(sort).to_have_value("folder")
    expect(rows(many).nth(1)).to_contain_text("Note 0007")
    sort.select_option(label="name")
    expect(rows(many).nth(1)).to_contain_text("Note 0001")
    assert "sort=" not in many.page.url


def test_without_a_date_of_its_own_an_item_has_that_of_its_addition(app: AppPage) -> None:
    app.add_files([text_file("b.md", "# First\n\nAdded first.")])
    app.add_files([text_file("a.md", "---\ndate: 1999-12-31\n---\n# Old\n\nA text of last century.")])
    app.add_files([text_file("c.md", "---\ndate: 2200-01-01\n---\n# Future\n\nA text that is to come.")])
    app.add_files([text_file("d.md", "# Second\n\nAdded later.")])
    app.page.get_by_role("link", name="Related", exact=True).click()
    app.page.get_by_label("Sort by").select_option(label="date, newest first")
    expect(rows(app).locator("[data-field=title]")).to_have_text(["Future", "Second", "First", "Old"])


def walk(many: AppPage) -> None:
    """Filter, sort, scroll, go by keys, and open an item."""
    many.page.get_by_label("Filter items by name").press_sequentially("note 43", delay=60)
    expect(many.page.locator("#item-count")).to_have_text("100 items")
    many.page.get_by_label("Filter items by name").fill("")
    many.page.get_by_label("Sort by").select_option(label="folder")
    expect(rows(many).nth(1)).to_contain_text("Note 0007")
    many.page.locator("#items").hover()
    for _ in range(30):
        many.page.mouse.wheel(0, 700)
    rows(many).get_by_role("link").nth(20).focus()
    for key in ("End", "Home", "ArrowDown", "Enter"):
        many.page.keyboard.press(key)
    expect(many.page.locator("#related-item .result").first).to_be_visible()
    many.page.get_by_label("Sort by").select_option(label="date, newest first")
    expect(many.page.locator("#item-count")).to_have_text("5,000 items", timeout=60_000)


def test_no_task_takes_long(many: AppPage) -> None:
    many.evaluate(LONG_TASKS)
    too_long: list[list[float]] = []
    for _ in range(WALKS):
        walk(many)
        too_long.append([task for task in many.evaluate("longTasks.splice(0)") if task > 100])
        if not too_long[-1]:
            return
    pytest.fail(f"tasks of more than 100 ms in each of {WALKS} walks: {too_long}")


def test_on_a_phone_the_page_scrolls_and_not_the_list(many: AppPage) -> None:
    many.page.set_viewport_size({"width": 390, "height": 700})
    many.page.get_by_role("link", name="Related", exact=True).click()  # from the item to the list
    expect(rows(many).first).to_be_visible()
    assert rows(many).count() < 80
    many.evaluate("scrollTo(0, 120_000)")
    expect(rows(many).nth(25)).to_contain_text("Note 20")
    assert len(in_sight(many)) > 8
    place = float(many.evaluate("scrollY"))
    picked = in_sight(many)[4]
    rows(many).get_by_role("link", name=picked).click()
    expect(many.page.locator("#related-item h1")).to_have_text(picked)
    many.page.go_back()
    expect(rows(many).filter(has_text=picked)).to_be_visible()
    many.page.wait_for_function("place => Math.abs(scrollY - place) < 2", arg=place)
    assert picked in in_sight(many)
