"""The search box finds words as well as meaning."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from browser.app import AppPage, held, text_file
from browser.interpreter import python

NOTES = [
    text_file("tides.md", "# Tides\n\nThe moon pulls the sea, and twice a day the water comes in."),
    text_file("waves.md", "# Waves\n\nThe wind pushes the sea. Tides are something else."),
    text_file(
        "bread.md", "# Bread\n\nLet the dough rise overnight in a cool place. The serial number is KX7741."
    ),
    text_file("trains.md", "# Night train\n\nIt leaves at ten and arrives before breakfast."),
]


@pytest.fixture
def notes(app: AppPage) -> AppPage:
    app.add_files(NOTES)
    return app


def ids(app: AppPage, query: str) -> list[str]:
    return [id for id, _ in app.search(query)]


def test_an_exact_word_comes_first_and_is_marked(notes: AppPage) -> None:
    assert ids(notes, "KX7741")[0] == "bread.md"
    marks = notes.page.locator("#search-results .result").first.locator("mark")
    expect(marks).to_have_text(["KX7741"])


def test_the_excerpt_shows_the_words_wherever_they_stand(app: AppPage) -> None:
    long = "A sentence about nothing in particular, and another one. " * 12
    app.add_files([text_file("long.md", f"{long}Then the zeppelin lands. {long}"), *NOTES])
    assert ids(app, "zeppelin")[0] == "long.md"
    excerpt = app.page.locator("#search-results .result").first.locator(".passage")
    expect(excerpt.locator("mark")).to_have_text(["zeppelin"])
    expect(excerpt).to_contain_text("…")


def test_a_title_that_is_the_query_comes_first(notes: AppPage) -> None:
    for query, id in (("tides", "tides.md"), ("Waves", "waves.md"), ("night train", "trains.md")):
        assert ids(notes, query)[0] == id


def test_other_forms_of_a_word_are_found_and_marked(notes: AppPage) -> None:
    ids(notes, "pushing")
    first = notes.page.locator("#search-results .result").first
    expect(first.get_by_role("link", name="Waves")).to_be_visible()
    expect(first.locator("mark")).to_have_text(["pushes"])


def test_meaning_is_still_found(notes: AppPage) -> None:
    assert ids(notes, "why the ocean comes and goes")[0] == "tides.md"


def test_quotes_demand_and_a_minus_excludes(notes: AppPage) -> None:
    assert sorted(ids(notes, '"the sea"')) == ["tides.md", "waves.md"]
    assert sorted(ids(notes, "sea -wind")) == ["bread.md", "tides.md", "trains.md"]
    assert "as it is written" in notes.search_in_vain('"sea the"')


def test_nonsense_fits_nothing_and_the_nearest_come_on_request(notes: AppPage) -> None:
    assert "Nothing fits “qwertyuiop”" in notes.search_in_vain("qwertyuiop")
    nearest = notes.page.get_by_role("button", name="Show the nearest all the same")
    nearest.click()
    expect(notes.page.locator("#search-results .result")).to_have_count(len(NOTES))
    expect(nearest).to_be_hidden()
    assert len(ids(notes, "dough")) == len(NOTES)
    expect(notes.page.locator("#search-note")).to_have_text("")


def test_an_unfinished_word_is_found(notes: AppPage) -> None:
    assert ids(notes, "overni")[0] == "bread.md"
    expect(notes.page.locator("#search-results mark").first).to_have_text("overnight")


def test_words_are_found_while_the_model_is_on_its_way(notes: AppPage, context: BrowserContext) -> None:
    notes.page.close()
    page = context.new_page()
    app = AppPage(page, notes.site)
    results = page.locator("#search-results .result")
    with held(page, "**/models/**/*.onnx"):
        app.open()
        page.get_by_role("searchbox", name="Search by meaning").fill("dough")
        expect(results).to_have_count(1)
        expect(results.first).to_contain_text("by words")
        expect(page.locator("#search-note")).to_contain_text("Found by words")
        expect(results.first.locator(".percent")).to_be_hidden()
        results.first.get_by_role("button", name="Read").click()
        expect(page.get_by_role("dialog")).to_contain_text("KX7741")
        page.keyboard.press("Escape")
    expect(results).to_have_count(len(NOTES))
    expect(page.locator("#search-note")).to_have_text("")
    expect(results.first.locator(".percent")).to_be_visible()


def test_words_of_items_of_an_earlier_version_are_counted_once(notes: AppPage) -> None:
    page: Page = notes.page
    opened = (
        "from semblance.browser.indexeddb import IndexedDBStore\n"
        "store = await IndexedDBStore.open()\n"
        "(info,) = await store.collections()\n"
    )
    python(
        page, opened + "await store.write(info.key, await store.records(info.key, ['tides.md', 'bread.md']))"
    )
    notes.reload()
    assert ids(notes, "KX7741")[0] == "bread.md"
    kept = python(page, opened + "sorted([id async for batch in store.words(info.key) for id in batch])")
    assert kept == ["bread.md", "tides.md", "trains.md", "waves.md"]
