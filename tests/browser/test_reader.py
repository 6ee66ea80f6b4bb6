"""The reader: Markdown as it is meant, code as code, and what is alike beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from browser.app import AppPage, shared_app, text_file

TEA = """---
title: Green tea
---
# Green tea

Water at **70 °C**, as `kettle --set 70` does. See [the book](https://tea.example/book) and [its chapter](chapter-2.md).

- sencha
- *matcha*

```sh
brew --green
```

| leaf | minutes |
| ---- | ------: |
| old  | 3       |
"""
HOSTILE = """# Traps

<script>document.title = "taken"</script> <img src="https://spy.example/a.png" onerror="document.title = 'taken'">

![a cup of tea](https://spy.example/cup.png "cup") [press](javascript:document.title='taken') [here](#labs)
[data](data:text/html,hello) <https://tea.example/>

| a<b onclick="x()">c</b> | `<i>` |
| --- | :-: |
| <iframe src="https://spy.example"></iframe> | ok |
"""
LONG = "# Long\n\n" + "\n\n".join(
    f"## Part {number}\n\n" + f"Part {number} tells of {subject}. " * 40
    for number, subject in enumerate(["the tides of the sea", "a loaf of bread", "night trains"], start=1)
)
NOTES = [
    text_file("tea.md", TEA),
    text_file("traps.md", HOSTILE),
    text_file("long.md", LONG),
    text_file("poem.txt", "Two *roads*\n  diverged\n"),
    text_file("code.json", json.dumps([{"id": "a.py:3", "content": "def brew(tea):\n    return tea * 2\n"}])),
    text_file("bread.md", "# Bread\n\nFlour and water become a loaf of bread overnight."),
]


@pytest.fixture(scope="module")
def notes(browser: Browser, site: str) -> Iterator[AppPage]:
    """The app with these notes, for all tests of the module."""
    with shared_app(browser, site) as app:
        app.add_files(NOTES)
        app.forget_report()
        yield app


@pytest.fixture
def page(notes: AppPage) -> Iterator[Page]:
    yield notes.page
    notes.page.keyboard.press("Escape")  # closes the reader


def read(app: AppPage, title: str) -> Locator:
    """Open an item in the reader; its text."""
    app.pick(title)
    app.page.locator(".detail-head").get_by_role("button", name="Read").click()
    expect(app.page.locator("#reader")).to_be_visible()
    return app.page.locator("#reader-text")


def test_markdown_is_rendered(notes: AppPage, page: Page) -> None:
    text = read(notes, "Green tea")
    expect(text.locator("strong")).to_have_text("70 °C")
    expect(text.get_by_role("listitem")).to_have_text(["sencha", "matcha"])
    expect(text.locator("pre")).to_have_text("brew --green\n")
    expect(text.get_by_role("columnheader")).to_have_text(["leaf", "minutes"])
    expect(text.get_by_role("heading")).to_have_count(0)  # the title stands above
    assert "mono" in text.locator("p code").evaluate("it => getComputedStyle(it).fontFamily")
    links = text.locator("a")
    assert links.evaluate_all("all => all.map(it => [it.getAttribute('href'), it.target, it.rel])") == [
        ["https://tea.example/book", "_blank", "noopener noreferrer"],
        [None, "_blank", "noopener noreferrer"],  # it leads nowhere from here
    ]


def test_nothing_in_a_text_runs_or_is_loaded(notes: AppPage, page: Page) -> None:
    text = read(notes, "Traps")
    expect(text).to_contain_text('<script>document.title = "taken"</script>')
    expect(text).to_contain_text("a cup of tea")
    assert text.locator("img, script, iframe, b, i, [onclick], [onerror], [style]").count() == 0
    addresses = text.locator("a[href]").evaluate_all("all => all.map(it => it.getAttribute('href'))")
    assert addresses == ["https://tea.example/"]
    assert page.title() != "taken"


def test_a_plain_text_is_shown_as_it_is_written(notes: AppPage, page: Page) -> None:
    text = read(notes, "poem.txt")
    assert text.locator(".written").inner_text() == "Two *roads*\n  diverged\n"


def test_code_is_shown_as_code(notes: AppPage, page: Page) -> None:
    text = read(notes, "a.py:3")
    expect(text).to_have_text("def brew(tea):\n    return tea * 2\n")
    assert "mono" in text.locator(".program").evaluate("it => getComputedStyle(it).fontFamily")


def test_results_show_code_in_its_face(notes: AppPage, page: Page) -> None:
    notes.search("kettle temperature for green tea")
    first = page.locator("#search-results .result").first
    expect(first.locator(".passage code").first).to_contain_text("kettle")
    expect(first.locator(".passage")).to_contain_text("as kettle --set 70 does")


def test_the_passage_that_fits_is_marked_and_what_is_alike_is_beside_it(notes: AppPage, page: Page) -> None:
    notes.search("baking bread at home")
    row = page.locator("#search-results .result").filter(has_text="Long")
    row.hover()
    row.get_by_role("button", name="Read").click()
    text, margin = page.locator("#reader-text"), page.get_by_role("complementary", name="Alike, elsewhere")
    expect(text.locator(".best").last).to_contain_text("Part 2 tells of a loaf of bread")
    expect(text.locator(".best").last).to_be_in_viewport()
    expect(text.locator(".boundary").first).to_contain_text("passage 1 of")
    expect(margin.get_by_role("listitem").first).to_contain_text("Bread")
    expect(margin.get_by_role("listitem").filter(has_text="Long")).to_have_count(0)
    margin.get_by_role("button", name="Bread").click()
    expect(page.locator("#reader-title")).to_have_text("Bread")
    expect(margin.get_by_role("listitem").first).to_contain_text("Long")


def test_the_margin_follows_what_is_read(notes: AppPage, page: Page) -> None:
    text = read(notes, "Long")
    titles = page.locator("#reader-related strong")
    expect(titles.first).to_be_visible()
    first = titles.all_inner_texts()
    text.locator("h4").nth(1).evaluate("it => it.scrollIntoView()")
    expect(titles.first).to_have_text("Bread")
    text.evaluate("it => it.scrollTo(0, 0)")
    expect(titles).to_have_text(first)
