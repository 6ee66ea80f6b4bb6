"""The first ten minutes of a new user: sample, related, search, reload, folder, second sync."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser.app import AppPage, text_file
from data.posts import POSTS, TIL
from semblance.parts.paths import ROOT

SAMPLE = ROOT / "static" / "sample"
BLOG_MS = 1_800_000  # some 3,800 passages, at six a second on two cores


def sample_size() -> int:
    return len(list(SAMPLE.glob("*/*.md")))


def test_an_empty_page_says_what_to_do(app: AppPage) -> None:
    expect(app.page.get_by_role("heading", name="Find what is alike")).to_be_visible()
    expect(app.page.get_by_role("img", name="the three that are most alike")).to_be_visible()
    expect(app.page.get_by_role("button", name="sample notes")).to_be_visible()
    app.wait_for_model()
    for technical in ("MiniLM", "thread", "cleared"):
        expect(app.page.get_by_text(technical).locator("visible=true")).to_have_count(0)
    app.page.get_by_role("link", name="Everything stays in this browser").click()
    expect(app.page.get_by_text("all-MiniLM-L6-v2").locator("visible=true").first).to_be_visible()


def test_sample_loads_with_one_click_and_is_searched_by_meaning(app: AppPage) -> None:
    assert app.load_sample() == f"{sample_size()} added"
    for expected in json.loads((SAMPLE / "expected.json").read_text(encoding="utf-8")):
        results = app.search(expected["query"])
        assert expected["id"] in [id for id, _ in results[:3]], expected["query"]
        assert all(-1 <= score <= 1 for _, score in results)


def test_related_never_lists_the_item_itself_and_explains_its_percentages(app: AppPage) -> None:
    app.load_sample()
    first = app.page.get_by_role("list", name="Items").get_by_role("link").first
    title = first.locator("[data-field=title]").inner_text()
    results = app.pick(title)
    own_id = app.page.locator("#related-item").get_attribute("data-id")
    assert own_id not in [id for id, _ in results]
    row = app.page.get_by_role("list", name="Results").get_by_role("listitem").first
    expect(row).to_contain_text("%")
    expect(row).to_contain_text("rank 1")
    expect(row).to_contain_text("of this collection's own pairs")
    app.page.get_by_text("What do the percentages mean?").locator("visible=true").click()
    expect(app.page.get_by_text("not a probability").locator("visible=true").first).to_be_visible()


def test_everything_is_still_there_after_a_reload(app: AppPage) -> None:
    app.load_sample()
    before = app.search("plumbing leak at night")
    app.reload()
    assert app.search("plumbing leak at night") == before
    app.forget_report()
    app.page.get_by_label("More ways to add").click()
    app.page.get_by_role("button", name="Load the sample").click()
    assert app.wait_for_report() == f"0 added · {sample_size()} unchanged"


def test_an_address_opens_what_it_names(app: AppPage) -> None:
    app.load_sample()
    app.open("#search?q=space%20rocks%20burning%20up")
    app.wait_until_started()
    expect(app.page.get_by_role("searchbox", name="Search by meaning")).to_have_value(
        "space rocks burning up"
    )
    assert app.results()


def test_folder_sync_reports_what_changed_and_what_vanished(app: AppPage, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.md").write_text("# Tides\n\nThe moon pulls the sea.", encoding="utf-8")
    (folder / "b.md").write_text("# Bread\n\nLet the dough rise overnight.", encoding="utf-8")
    (folder / "sub" / "c.md").write_text("# Trains\n\nThe night train leaves at ten.", encoding="utf-8")
    (folder / ".hidden").write_text("not for reading", encoding="utf-8")
    assert app.add_folder(folder) == "3 added"
    assert app.add_folder(folder) == "0 added · 3 unchanged"

    (folder / "a.md").write_text("# Tides\n\nThe moon and the sun pull the sea.", encoding="utf-8")
    (folder / "b.md").unlink()
    assert app.add_folder(folder) == "0 added · 1 changed · 1 unchanged"
    expect(app.report).to_contain_text("notes/b.md")
    app.report.get_by_role("button", name="Remove them").click()
    app.page.get_by_role("button", name="Undo").wait_for()
    expect(app.page.locator("#item-count")).to_have_text("2 items")
    app.page.get_by_role("button", name="Undo").click()
    expect(app.page.locator("#item-count")).to_have_text("3 items")


def test_pasted_text_becomes_an_item(app: AppPage) -> None:
    app.add_files([text_file("a.md", "# Bread\n\nLet the dough rise overnight.")])
    app.forget_report()
    app.page.get_by_label("More ways to add").click()
    app.page.get_by_role("button", name="Paste text…").locator("visible=true").click()
    app.page.locator("#paste").get_by_label("Title").fill("Crust")
    app.page.get_by_role("textbox", name="Text").fill("Steam in the oven makes the loaf crackle.")
    app.page.get_by_role("button", name="Add", exact=True).click()
    assert app.wait_for_report() == "1 added"
    assert app.search("how to get a crisp loaf")[0][0] == "Crust"


def test_pasted_text_without_a_title_is_named_by_its_first_words_and_opened(app: AppPage) -> None:
    assert app.paste("", "Steam in the oven makes the loaf crackle.\n\nSo does a hot stone.") == "1 added"
    expect(app.page.locator("#related-item h1")).to_have_text("Steam in the oven makes the loaf crackle.")


def test_the_picker_counts_while_items_are_embedded(app: AppPage) -> None:
    app.evaluate(
        """() => {
            globalThis.counts = [];
            const picker = document.getElementById("collection-picker");
            const note = () => counts.push(picker.selectedOptions[0].textContent);
            new MutationObserver(note).observe(picker, { childList: true, subtree: true, characterData: true });
        }"""
    )
    app.add_files([text_file(f"{number}.md", f"Note {number} on the sea.") for number in range(80)])
    counts = app.evaluate("[...new Set(counts)]")
    assert counts[-1] == "notes (80)"
    assert len(counts) > 2, counts  # some came in between


def test_text_runs_in_its_own_direction(app: AppPage) -> None:
    app.add_files([text_file("a.md", "# ים\n\nהירח מושך את הים."), text_file("b.md", "# Sea\n\nThe moon.")])
    for title, direction in (("ים", "rtl"), ("Sea", "ltr")):
        app.pick(title)
        for text in ("#related-item h1", "#related-item .excerpt"):
            assert app.page.locator(text).evaluate("it => getComputedStyle(it).direction") == direction


def test_on_paper_there_is_the_item_and_what_is_related(app: AppPage) -> None:
    app.load_sample()
    app.pick("A nap of twenty minutes")
    app.page.emulate_media(media="print")
    expect(app.page.locator("#related-item h1")).to_be_visible()
    expect(app.page.locator("#related-item .result").first).to_be_visible()
    for control in (
        "header.top",
        "nav.rooms",
        "#items",
        "footer",
        "#report",
        "#related-item .button >> nth=0",
    ):
        expect(app.page.locator(control)).to_be_hidden()


@pytest.fixture
def posts(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A folder of posts: those of some topics, or with --all-posts all 577 of the real blog and their licence."""
    if POSTS is TIL and request.config.getoption("--all-posts"):
        return POSTS.folder
    for topic in POSTS.topics:
        shutil.copytree(POSTS.folder / topic, tmp_path / "blog" / topic)
    return tmp_path / "blog"


def test_a_blog_is_indexed_and_related_by_subject(app: AppPage, posts: Path) -> None:
    count = len([path for path in posts.rglob("*") if path.is_file()])
    assert count > 30
    assert app.add_folder(posts, timeout=BLOG_MS) == f"{count} added"
    assert app.add_folder(posts) == f"0 added · {count} unchanged"
    neighbours = app.pick(POSTS.title)
    close = [id for id, _ in neighbours[:5]]
    assert sum(any(part in id for part in POSTS.subject) for id in close) >= 3, close
    app.reload()
    expect(app.page.locator("#item-count")).to_have_text(f"{count} items")
