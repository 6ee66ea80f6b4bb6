"""How long a notice is on screen: as long as what it is about."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from browser.answers import gone
from browser.app import EMBED_MS, START_MS, AppPage, text_file
from browser.watch import Watch

TIDES = text_file("tides.md", "# Tides\n\nThe moon pulls the sea.")
NOT_A_PICTURE = text_file("example.jpg", "no picture", "image/jpeg")


def go_to(app: AppPage, room: str) -> None:
    app.page.get_by_role("link", name=room, exact=True).click()
    expect(app.page.get_by_role("link", name=room, exact=True)).to_have_attribute("aria-current", "page")


def create(app: AppPage, name: str) -> None:
    app.page.get_by_label("Name of the new collection").fill(name)
    app.page.get_by_role("button", name="Create").click()


def switch(app: AppPage, name: str) -> None:
    app.page.get_by_role("combobox", name="Collection", exact=True).select_option(name)
    expect(app.page.locator("#collection-picker option:checked")).to_contain_text(name)


@pytest.fixture
def notices(app: AppPage) -> Locator:
    """The notices on screen."""
    return app.page.locator("#notices .notice:visible")


def test_an_error_of_a_room_goes_when_one_leaves_the_room(app: AppPage, notices: Locator) -> None:
    go_to(app, "Collections")
    for _ in range(2):
        create(app, "notes")
        expect(notices).to_contain_text("there is a collection of that name already")
        expect(notices).to_have_count(1)
    go_to(app, "Compare")
    expect(notices).to_have_count(0)
    go_to(app, "Collections")
    expect(notices).to_have_count(0)


def test_an_error_goes_when_the_same_is_done_again_and_succeeds(app: AppPage, notices: Locator) -> None:
    go_to(app, "Collections")
    create(app, "notes")
    expect(notices).to_have_count(1)
    create(app, "recipes")
    expect(app.page.locator("#collection-picker option:checked")).to_contain_text("recipes")
    expect(notices).to_have_count(0)


def test_an_error_of_a_search_goes_when_another_search_succeeds(app: AppPage, notices: Locator) -> None:
    app.add_files([TIDES])
    app.page.get_by_label("Search with a picture").first.set_input_files([NOT_A_PICTURE])
    expect(notices).to_contain_text("example.jpg")
    app.search("moon")
    expect(notices).to_have_count(0)


def test_an_error_of_an_addition_is_shown_in_all_rooms_of_its_collection(
    app: AppPage, watch: Watch, notices: Locator
) -> None:
    watch.expect("static/sample.semblance")
    app.page.route("**/static/sample.semblance", gone)
    app.page.get_by_role("button", name="sample notes").click()
    expect(notices).to_contain_text("the sample could not be loaded", timeout=EMBED_MS)
    for room in ("Search", "Compare", "Collections"):
        go_to(app, room)
        expect(notices).to_have_count(1)
    create(app, "recipes")
    expect(app.page.locator("#collection-picker option:checked")).to_contain_text("recipes")
    expect(notices).to_have_count(0)
    switch(app, "notes")
    expect(notices).to_contain_text("the sample could not be loaded")
    notices.get_by_role("button", name="Dismiss").click()
    switch(app, "recipes")
    switch(app, "notes")
    expect(notices).to_have_count(0)


def test_what_is_wrong_with_the_site_is_said_once_and_everywhere(
    app: AppPage, watch: Watch, notices: Locator
) -> None:
    watch.expect("onnx/model")
    app.page.route("**/onnx/model*.onnx", gone)
    app.page.reload()
    app.wait_until_started()
    expect(notices).to_contain_text("the file could not be loaded", timeout=START_MS)
    go_to(app, "Compare")
    go_to(app, "Collections")
    create(app, "recipes")
    expect(app.page.locator("#collection-picker option:checked")).to_contain_text("recipes")
    go_to(app, "Related")
    expect(notices).to_contain_text("the file could not be loaded")
    expect(notices).to_have_count(1)


def test_a_report_is_still_there_after_another_tab_changed_its_collection(app: AppPage) -> None:
    assert app.add_files([TIDES, text_file("empty.md", "")]) == "1 added · 1 not added"
    with app.page.context.expect_page() as opening:
        app.page.evaluate("window.open(location.href)")
    other = AppPage(opening.value, app.site)
    other.wait_until_started()
    other.add_files([text_file("bread.md", "Let the dough rise.")])
    expect(app.page.locator("#item-count")).to_have_text("2 items", timeout=EMBED_MS)
    expect(app.report).to_contain_text("empty.md")
