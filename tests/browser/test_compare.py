"""Compare: a matrix of percentages, live."""

from __future__ import annotations

from playwright.sync_api import expect

from browser.app import START_MS, AppPage


def test_texts_are_compared_as_one_writes(app: AppPage) -> None:
    app.page.get_by_role("link", name="Compare", exact=True).click()
    table = app.page.get_by_role("table", name="Similarity of each text with each other")
    expect(table).to_be_visible(timeout=START_MS)
    app.page.get_by_label("Text 1").fill("the dog is barking")
    app.page.get_by_label("Text 2").fill("the dog is barking")
    app.page.get_by_label("Text 3").fill("interest rates went up")
    cells = table.get_by_role("cell")
    expect(cells.filter(has_text="100 %")).to_have_count(5)
    app.page.get_by_role("button", name="Add a text").click()
    app.page.get_by_label("Text 4").fill("a hound that bays")
    expect(table.get_by_role("row")).to_have_count(5)
    scores = table.get_by_role("row").nth(4).get_by_role("cell").all_inner_texts()
    alike, _, unlike, _ = [int(score.split()[0]) for score in scores]
    assert alike > unlike + 20


def test_one_text_alone_can_not_be_compared(app: AppPage) -> None:
    app.page.get_by_role("link", name="Compare", exact=True).click()
    for name in ("Text 1", "Text 2"):
        app.page.get_by_label(name).fill("")
    expect(app.page.get_by_text("Write at least two texts.")).to_be_visible()
