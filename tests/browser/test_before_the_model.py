"""Adding, reading and searching by words work before the model has come."""

from __future__ import annotations

from playwright.sync_api import expect

from browser.app import START_MS, AppPage, held, text_file
from semblance_build import sample

MODEL = "**/onnx/model*.onnx"
TIDES = text_file("tides.txt", "The moon pulls the sea.")
BREAD = text_file("bread.txt", "Flour and water rise overnight.")
SAMPLE_NOTES = len(sample.notes())


def test_what_is_added_is_there_before_the_model_has_come(app: AppPage) -> None:
    page = app.page
    with held(page, MODEL):
        app.open("?again")
        page.get_by_label("Add documents").set_input_files([TIDES])
        page.get_by_role("link", name="Related", exact=True).click()
        expect(page.locator("#item-count")).to_have_text("1 item")
        page.get_by_label("Add documents").set_input_files([BREAD])
        expect(page.locator("#item-count")).to_have_text("2 items")
        page.locator("#items").get_by_role("link", name="tides.txt").click()
        expect(page.locator("#related-item")).to_contain_text("The moon pulls the sea.")
        expect(page.locator("#related-item")).to_contain_text("when the model has come")
        page.get_by_role("searchbox", name="Search by meaning").fill("overnight")
        expect(page.locator("#search-results .result-title").first).to_have_text("bread.txt")
        page.go_back()
    expect(page.locator("#model-status")).to_contain_text("thread", timeout=START_MS)
    expect(page.locator("#related-item")).to_contain_text("1 passage")
    expect(page.locator("#related-item .result-title")).to_have_text("bread.txt")


def test_what_is_kept_is_embedded_at_the_next_visit(app: AppPage) -> None:
    page = app.page
    with held(page, MODEL):
        app.open("?again")
        page.get_by_label("Add documents").set_input_files([TIDES, BREAD])
        page.get_by_role("link", name="Related", exact=True).click()
        expect(page.locator("#item-count")).to_have_text("2 items")
        page.goto("about:blank")
    app.open("#related")
    expect(page.locator("#notices")).to_be_empty()
    page.locator("#items").get_by_role("link", name="tides.txt").click()
    expect(page.locator("#related-item .result-title")).to_have_text("bread.txt", timeout=START_MS)


def test_cancelling_takes_away_what_waits(app: AppPage) -> None:
    page = app.page
    with held(page, MODEL):
        app.open("?again")
        page.get_by_label("Add documents").set_input_files([TIDES])
        page.get_by_role("link", name="Related", exact=True).click()
        expect(page.locator("#item-count")).to_have_text("1 item")
        page.get_by_role("button", name="Cancel").click()
        expect(page.locator("#empty")).to_be_visible()


def test_the_sample_has_neighbours_before_the_model_has_come(app: AppPage) -> None:
    page = app.page
    with held(page, MODEL):
        app.open("?again")
        assert app.load_sample() == f"{SAMPLE_NOTES} added"
        expect(page.locator("#related-item .result-title").first).to_be_visible()
        assert len(app.results()) == 10
    app.wait_for_model()
    best = [id for id, _ in app.search("plumbing leak at night")[:3]]
    assert "repair/dripping-tap.md" in best  # so it was the page's own model that made the vectors
    app.forget_report()
    page.get_by_label("More ways to add").click()
    page.get_by_role("button", name="Load the sample").click()
    assert app.wait_for_report() == f"0 added · {SAMPLE_NOTES} unchanged"
