"""What is stored may be damaged, or of another version: it is named, the rest opens, and nothing is deleted."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from browser.app import START_MS, AppPage, text_file

CHANGE = """(store) => new Promise((resolve, reject) => {
    const opening = indexedDB.open("semblance");
    opening.onerror = reject;
    opening.onsuccess = () => {
        const tx = opening.result.transaction(store, "readwrite");
        const cursors = tx.objectStore(store).openCursor();
        cursors.onsuccess = () => {
            const cursor = cursors.result;
            if (!cursor) return;
            const { value } = cursor;
            CHANGE;
            cursor.update(value);
            cursor.continue();
        };
        tx.oncomplete = () => { opening.result.close(); resolve(); };
        tx.onerror = reject;
    };
})"""
COUNT = """() => new Promise((resolve) => {
    const opening = indexedDB.open("semblance");
    opening.onsuccess = () => {
        const { result: db } = opening;
        const names = ["collections", "blocks", "items"];
        const counting = names.map((name) => db.transaction(name).objectStore(name).count());
        counting[2].onsuccess = () => { db.close(); resolve(counting.map(({ result }) => result)); };
    };
})"""

DESCRIPTIONS = {
    "an unknown field": "if (value.name === 'tides') value.colour = 'blue'",
    "a number for a name": "if (value.name === 'tides') value.name = 7",
    "no name": "if (value.name === 'tides') delete value.name",
    "nothing for a name": "if (value.name === 'tides') value.name = null",
    "a text for dimensions": "if (value.name === 'tides') value.dims = '384'",
    "no date": "if (value.name === 'tides') delete value.created",
    "an object for a model": "if (value.name === 'tides') value.model = { name: 'm' }",
}
BLOCKS = {
    "vectors cut short": "value.codes = value.codes.slice(0, -5)",
    "vectors of other dimensions": "value.dims = 7",
    "no vectors": "delete value.codes",
    "a text for vectors": "value.codes = 'damaged'",
    "a light part that is not JSON": "value.light = value.light.slice(0, -3)",
    "a light part of another version": "value.light = value.light.replace('titles', 'headings')",
    "too few titles": "value.light = JSON.stringify({ ...JSON.parse(value.light), titles: [] })",
    "numbers for ids": "value.light = JSON.stringify({ ...JSON.parse(value.light), ids: [1] })",
    "too many passages": "value.passages[0] = 1000",
    "no passages": "value.passages[0] = 0",
}


@pytest.fixture
def two(app: AppPage) -> AppPage:
    """Two collections: “notes”, which is empty, and “tides”, which was open last and has an item."""
    app.page.get_by_role("link", name="Collections", exact=True).click()
    app.page.get_by_label("Name of the new collection").fill("tides")
    app.page.get_by_role("button", name="Create").click()
    expect(app.page.get_by_label("Collection", exact=True)).to_have_value("tides")
    app.add_files([text_file("tides.txt", "The moon pulls the sea.")])
    return app


def change_records(app: AppPage, store: str, change: str) -> None:
    """Change each record of a store by JavaScript, with no app in the way."""
    app.page.goto(app.site + "blank.html")
    app.page.evaluate(CHANGE.replace("CHANGE", change), store)


def damage(app: AppPage, store: str, change: str) -> Any:
    """Change each record of a store, and open the app; how much was stored before and after."""
    change_records(app, store, change)
    before = app.page.evaluate(COUNT)
    app.open()
    return before, app.page.evaluate(COUNT)


@pytest.mark.parametrize("change", DESCRIPTIONS.values(), ids=DESCRIPTIONS)
def test_a_collection_with_a_damaged_description_is_named_and_the_others_open(
    two: AppPage, change: str
) -> None:
    before, after = damage(two, "collections", change)
    assert after == before
    picker = two.page.get_by_label("Collection", exact=True)
    expect(picker).to_have_value("notes")
    expect(two.page.locator("#notices .notice")).to_have_count(1)
    expect(two.page.locator("#notices")).to_contain_text("delete it under Collections")
    expect(picker.locator("option:disabled")).to_contain_text("(damaged)")
    assert two.add_files([text_file("bread.txt", "Let the dough rise.")]) == "1 added"


@pytest.mark.parametrize("change", BLOCKS.values(), ids=BLOCKS)
def test_a_collection_with_a_damaged_block_is_named_and_another_opens(two: AppPage, change: str) -> None:
    before, after = damage(two, "blocks", change)
    assert after == before
    expect(two.page.get_by_label("Collection", exact=True)).to_have_value("notes")
    expect(two.page.locator("#notices")).to_contain_text("tides: a part of what is stored of it is damaged")
    assert two.add_files([text_file("bread.txt", "Let the dough rise.")]) == "1 added"


@pytest.mark.parametrize("created", ["1e300", "-1", "-1e300", "NaN", "Infinity"])
def test_a_collection_of_no_possible_date_is_listed_with_the_others(two: AppPage, created: str) -> None:
    change_records(two, "collections", f"value.created = {created}")
    two.open()
    two.page.get_by_role("link", name="Collections", exact=True).click()
    for name in ("notes", "tides"):
        expect(two.page.locator(f"#collections [data-name={name}]")).to_be_visible()


def test_where_all_are_damaged_a_fresh_one_opens(app: AppPage) -> None:
    app.add_files([text_file("tides.txt", "The moon pulls the sea.")])
    before, after = damage(app, "blocks", BLOCKS["no vectors"])
    assert after == [before[0] + 1, *before[1:]]
    expect(app.page.get_by_label("Collection", exact=True)).to_have_value("notes (2)")
    assert app.add_files([text_file("bread.txt", "Let the dough rise.")]) == "1 added"


def test_javascript_can_drop_what_is_damaged(two: AppPage) -> None:
    damage(two, "blocks", BLOCKS["vectors cut short"])
    outcome = two.evaluate(
        """async () => {
            const refused = await semblance.collection("tides").catch(({ type }) => type);
            await semblance.drop("tides");
            return [refused, (await semblance.collections()).map(({ name }) => name)];
        }"""
    )
    assert outcome == ["DamagedCollection", ["notes"]]
    assert two.page.evaluate(COUNT) == [1, 0, 0]


@pytest.mark.parametrize(
    ("store", "change"),
    [("collections", DESCRIPTIONS["an unknown field"]), ("blocks", BLOCKS["no vectors"])],
    ids=["description", "block"],
)
def test_a_damaged_collection_can_be_deleted(two: AppPage, store: str, change: str) -> None:
    damage(two, store, change)
    two.page.get_by_role("link", name="Collections", exact=True).click()
    row = two.page.get_by_role("row", name="tides")
    row.get_by_role("button", name="Delete").click()
    two.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(row).to_have_count(0)
    assert two.page.evaluate(COUNT) == [1, 0, 0]


@pytest.mark.parametrize(
    ("store", "change"),
    [
        ("blocks", BLOCKS["vectors of other dimensions"]),
        ("blocks", BLOCKS["a light part that is not JSON"]),
        ("collections", DESCRIPTIONS["a text for dimensions"]),
    ],
    ids=["dimensions", "light part", "description"],
)
def test_a_damaged_collection_can_be_mended(two: AppPage, store: str, change: str) -> None:
    damage(two, store, change)
    two.page.locator("#notices").get_by_role("button", name="Mend it").click()
    expect(two.page.get_by_label("Collection", exact=True)).to_have_value("tides")
    expect(two.page.locator("#notices .notice")).to_have_count(0)
    expect(two.page.locator("#report")).to_contain_text("1 ")
    similar = two.evaluate("async () => (await semblance.collection('tides')).similar('the sea')")
    assert [match["id"] for match in similar] == ["tides.txt"]
    assert two.page.evaluate(COUNT) == [2, 1, 1]


def test_javascript_hears_what_is_damaged_and_may_use_the_rest(two: AppPage) -> None:
    damage(two, "collections", DESCRIPTIONS["an unknown field"])
    outcome = two.evaluate(
        """async () => {
            const names = (await semblance.collections()).map(({ name }) => name);
            const refused = await semblance.collection("tides").catch(({ type, where }) => [type, where]);
            return [names, refused, await (await semblance.collection("notes")).count()];
        }"""
    )
    assert outcome == [["notes", "tides"], ["DamagedCollection", "tides"], 0]


def test_an_item_that_is_damaged_is_named_and_the_page_goes_on(two: AppPage) -> None:
    change_records(two, "items", "value.rest = '{'")
    two.open("#related/tides.txt")
    expect(two.page.locator("#notices")).to_contain_text(
        "tides.txt: what is stored of it is damaged", timeout=START_MS
    )
    assert two.add_files([text_file("bread.txt", "Let the dough rise.")]) == "1 added"
