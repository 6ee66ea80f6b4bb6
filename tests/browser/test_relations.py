"""Related, lived in: it opens on the first item; neighbours are pinned and hidden, and linked ones can be left out."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from browser.app import START_MS, AppPage, text_file

NOTES = [
    text_file("bread.md", "# Bread\n\nLet the dough rise overnight. See [[Trains]]."),
    text_file("cake.md", "# Cake\n\nBake the dough with eggs and sugar."),
    text_file("tides.md", "# Tides\n\nThe moon pulls the sea."),
    text_file("trains.md", "# Trains\n\nThe night train leaves at ten."),
]


def test_what_is_said_of_pairs_is_kept_and_backed_up(app: AppPage, tmp_path: Path) -> None:
    page = app.page
    app.add_files(NOTES)
    pane = page.locator("#related-item")
    titles = pane.locator(".result-title")
    heading = pane.get_by_role("heading", level=1)
    expect(heading).to_have_text("Bread", timeout=START_MS)  # nobody picked it
    expect(titles).to_have_count(3)
    nearest, last = titles.first.inner_text(), titles.last.inner_text()

    def actions(title: str) -> object:
        row = pane.locator(".result").filter(has=page.get_by_role("link", name=title, exact=True))
        row.hover()
        return row

    actions(last).get_by_role("button", name="Pin").click()  # type: ignore[attr-defined]
    expect(titles.first).to_have_text(last)
    expect(pane.locator(".pinned").locator("visible=true")).to_have_count(1)
    actions(nearest).get_by_role("button", name="Hide").click()  # type: ignore[attr-defined]
    expect(titles).to_have_count(2)
    expect(pane).to_contain_text("1 item is hidden here.")

    page.get_by_role("link", name="Collections", exact=True).click()
    row = page.get_by_role("row", name="notes")
    expect(row).to_contain_text("about")  # how much room it takes
    with page.expect_download() as download:
        row.get_by_role("button", name="Back up").click()
    download.value.save_as(tmp_path / "notes.semblance")
    page.get_by_label("Restore a backup").set_input_files(tmp_path / "notes.semblance")
    expect(page.get_by_label("Collection", exact=True)).to_have_value("notes (2)")
    page.get_by_role("link", name="Related", exact=True).click()
    expect(heading).to_have_text("Bread")
    expect(titles).to_have_count(2)
    expect(titles.first).to_have_text(last)

    pane.get_by_role("button", name="Show again").click()
    expect(titles).to_have_count(3)
    pane.get_by_label("Leave out what is linked already").check()
    expect(titles.filter(has_text="Trains")).to_have_count(1 if last == "Trains" else 0)
    pane.get_by_label("Leave out what is linked already").uncheck()
    expect(titles).to_have_count(3)
