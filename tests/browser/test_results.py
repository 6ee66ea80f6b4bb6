"""Results are a list to read, and can be taken along."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from browser.app import START_MS, AppPage, text_file

TIDES = (
    "# Tides\n\nThe coast was quiet that day. "
    "The **moon** pulls the [sea](https://sea.example) twice daily. Gulls waited."
)
NOTES = [
    text_file("tides.md", TIDES),
    text_file("bread.md", "# Bread\n\nFlour and water rest overnight. The oven must be hot."),
    text_file(
        "table.csv", "id,title,text,link\nn1,Ebb [low],Water runs off the beach.,https://ebb.example/\n"
    ),
]


@pytest.fixture
def notes(app: AppPage) -> AppPage:
    app.add_files(NOTES)
    app.forget_report()
    return app


def test_a_result_shows_the_sentence_that_comes_nearest(notes: AppPage) -> None:
    page = notes.page
    assert notes.search("the moon and the sea")[0][0] == "tides.md"
    first = page.locator("#search-results .result").first
    expect(first.locator(".telling")).to_have_text("The moon pulls the sea twice daily.")
    expect(first.locator(".passage")).to_have_text(
        re.compile("^The coast was quiet")
    )  # no title, no marks of Markdown
    cosine = first.get_by_text("Cosine")
    expect(cosine).to_be_hidden()
    first.locator("summary").click()
    expect(cosine).to_contain_text("rank 1")
    first.get_by_role("link", name="Tides").click()
    expect(page.locator("#related-item .telling").first).to_be_visible()


def test_results_are_copied_as_links_and_as_a_prompt(notes: AppPage, context: BrowserContext) -> None:
    page = notes.page
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    notes.search("ebb and flow of the sea")
    page.get_by_role("button", name="Copy as links").click()
    expect(page.locator("#toasts")).to_contain_text("3 links are copied")
    links = str(page.evaluate("navigator.clipboard.readText()")).splitlines()
    assert sorted(links) == ["- Bread", "- Tides", r"- [Ebb \[low\]](<https://ebb.example/>)"]
    page.get_by_role("button", name="Copy as a prompt").click()
    expect(page.locator("#toasts")).to_contain_text("3 passages with their sources are copied")
    prompt = str(page.evaluate("navigator.clipboard.readText()"))
    assert "Water runs off the beach." in prompt
    assert "(https://ebb.example/)" in prompt
    assert prompt.endswith("Question: ebb and flow of the sea\n")
    page.get_by_role("spinbutton", name="tokens").fill("10")
    page.get_by_role("button", name="Copy as a prompt").click()
    expect(page.locator("#toasts")).to_contain_text("Not even the first passage")


# The search for a query does not end before the test says so.
HELD = """
import asyncio
from semblance.collection import Collection
Collection.gate, search = asyncio.Event(), Collection.search
async def search_later(self, *args, **kwargs):
    matches = await search(self, *args, **kwargs)
    await Collection.gate.wait()
    return matches
Collection.search = search_later
0
"""


def test_results_keep_the_name_of_their_query_when_the_user_types_on(app: AppPage) -> None:
    app.add_files(
        [text_file("tides.md", "The moon pulls the sea."), text_file("bread.md", "Let the dough rise.")]
    )
    app.python(HELD)
    box = app.page.get_by_role("searchbox", name="Search by meaning")
    box.fill("the moon")
    results = app.page.locator("#search-results")
    expect(results.get_by_role("listitem").first).to_be_visible(timeout=START_MS)  # found by words so far
    box.evaluate("box => { box.value = 'rising dough'; }")  # a key was pressed; its search waits for a pause
    app.python("from semblance.collection import Collection\nCollection.gate.set()")
    expect(results).to_have_attribute("data-query", "the moon", timeout=START_MS)
    assert app.results()[0][0] == "tides.md"
    expect(app.page.locator("#announcer")).to_contain_text("for “the moon”")
