"""Near-duplicates: pairs side by side, what differs in them, and deleting one, which can be taken back."""

from __future__ import annotations

from playwright.sync_api import expect

from browser.app import START_MS, AppPage, text_file

FIRST = "The moon pulls the sea, and so the water comes in twice a day. It goes out again after six hours."
NOTES = [
    text_file("tides.md", f"# Tides\n\n{FIRST}"),
    text_file("tides copy.md", f"# Tides\n\n{FIRST.replace('six', 'some six')}"),
    text_file("bread.md", "# Bread\n\nLet the dough rise overnight."),
]


def test_pairs_are_compared_and_one_is_deleted(app: AppPage) -> None:
    page = app.page
    app.add_files(NOTES)
    page.get_by_role("link", name="Collections", exact=True).click()
    page.get_by_role("row", name="notes").get_by_role("button", name="Near-duplicates").click()
    pairs = page.get_by_role("list", name="Near-duplicates").get_by_role("listitem")
    number = page.locator("#duplicates-number")
    expect(number).to_have_text("1 pair", timeout=START_MS)
    expect(pairs.locator("ins, del").locator("visible=true")).to_have_text(["some "])
    expect(page.get_by_role("heading", name="Near-duplicates in “notes”")).to_be_focused()

    page.get_by_label("Alike by at least").press("End")
    expect(number).to_have_text("No two items are that much alike.")
    page.get_by_label("Alike by at least").press("Home")
    expect(number).to_have_text("1 pair")

    pairs.get_by_role("button", name="Delete “Tides”").first.click()
    expect(pairs).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(pairs).to_have_count(1)
    page.locator("#duplicates").get_by_role("button", name="Close").click()
    expect(page.locator("#duplicates")).to_be_hidden()
