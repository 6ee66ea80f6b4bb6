"""Why alike?: what each word adds to a cosine, and for a picture the phrases nearest to it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from browser.app import START_MS, AppPage, shared_app, text_file
from semblance.parts.paths import ROOT

PHOTOS = ROOT / "static" / "labs" / "photos"
NOTES = [
    text_file("tides.md", "# Tides\n\nGulls waited on the pier. The **moon** pulls the sea twice a day."),
    text_file("moon.md", "# Moonrise\n\nThe moon rose over the water. I made tea."),
    text_file("bread.md", "# Bread\n\nFlour and water rest overnight."),
    text_file("cat.jpg", (PHOTOS / "cat.jpg").read_bytes(), "image/jpeg"),
]


@pytest.fixture(scope="module")
def notes(browser: Browser, site: str) -> Iterator[AppPage]:
    """The app with these notes, for all tests of the module."""
    with shared_app(browser, site) as app:
        assert app.add_files(NOTES) == "4 added"
        yield app


def ask_why(app: AppPage, id: str) -> Locator:
    """Ask why a result is alike; the answer."""
    row = app.page.locator(f".result[data-id='{id}']").locator("visible=true")
    row.hover()
    button = row.get_by_role("button", name="Why alike?")
    button.click()
    answer = row.locator(".because")
    expect(answer.locator(".because-side").first).to_be_visible(timeout=START_MS)
    expect(button).to_have_attribute("aria-expanded", "true")
    return answer


def percentages(side: Locator) -> list[int]:
    texts = side.locator(".adds").all_inner_texts()
    return [int(re.sub(r"[^\d-]", "", text.replace("−", "-"))) for text in texts]


def test_words_and_sentences_of_both_texts_add_up_to_the_percentage(notes: AppPage) -> None:
    results = dict(notes.search('"moon" and the sea'))
    answer = ask_why(notes, "tides.md")
    expect(answer).to_contain_text("is not a reason")
    sides = answer.locator(".because-side")
    expect(sides).to_have_count(2)
    for side in sides.all():
        assert sum(percentages(side)) == pytest.approx(100 * results["tides.md"], abs=3)  # each is rounded
    expect(sides.nth(1)).to_contain_text("The moon pulls the sea twice a day.")
    weights = (
        sides.nth(1)
        .locator(".carries")
        .evaluate_all("all => all.map(it => [Number(it.style.getPropertyValue('--weight')), it.textContent])")
    )
    assert {word for weight, word in weights if weight > 0.6} & {"moon", "sea"}
    row = notes.page.locator("#search-results .result[data-id='tides.md']")
    row.get_by_role("button", name="Why alike?").click()
    expect(answer).to_be_hidden()


def test_two_items_are_compared_as_wholes(notes: AppPage) -> None:
    neighbours = dict(notes.pick("Tides"))
    sides = ask_why(notes, "moon.md").locator(".because-side")
    expect(sides.nth(0).get_by_role("heading")).to_have_text("Tides")
    expect(sides.nth(1).get_by_role("heading")).to_have_text("Moonrise")
    expect(sides.nth(1)).to_contain_text("The moon rose over the water.")
    assert sum(percentages(sides.nth(1))) == pytest.approx(100 * neighbours["moon.md"], abs=4)


def test_a_picture_is_told_by_the_phrases_nearest_to_it(notes: AppPage) -> None:
    notes.search("a small furry animal")
    side = ask_why(notes, "cat.jpg").locator(".because-side")
    expect(side.get_by_role("heading")).to_have_text("cat.jpg")
    assert len(percentages(side)) == 5
    expect(side).to_contain_text("a cat")
