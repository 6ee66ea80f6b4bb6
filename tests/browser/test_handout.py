"""A collection as one page that is handed out: made in the app, opened by double-click, read, and not changed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Download, expect

from browser.app import START_MS, AppPage, text_file
from browser.watch import Watch
from data.pictures import encoded, picture

HOSTILE = "</script><script>document.title = 'taken'</script><img src=x onerror=alert(1)>"
NOTES = [
    text_file("tides.md", f"# Tides {HOSTILE}\n\nThe moon pulls the sea. {HOSTILE}"),
    text_file("bread.md", "# Bread\n\nLet the dough rise overnight."),
    text_file("trains.md", "# Trains\n\nThe night train leaves at ten."),
]
CHINESE = [
    text_file("面包.md", "面团要揉到光滑，盖上湿布，放在温暖的地方发酵一夜。"),
    text_file("潮汐.md", "月亮的引力让海水每天涨落两次。"),
]
PHOTO = {"name": "scene.png", "mimeType": "image/png", "buffer": encoded(picture(), "PNG")}


def saved_page(app: AppPage) -> Download:
    """The page that the open dialog makes."""
    save = app.page.get_by_role("button", name="Save the page")
    expect(save).to_be_enabled(timeout=START_MS)
    with app.page.expect_download() as download:
        save.click()
    return download.value


def opened(browser: Browser, file: Path) -> tuple[AppPage, Watch, BrowserContext]:
    """The page in a browser that has never seen it, without a network."""
    context = browser.new_context(offline=True)
    page, watch = context.new_page(), Watch(file.as_uri())
    watch.watch(page)
    return AppPage(page, file.as_uri()), watch, context


@pytest.fixture
def handed_out(app: AppPage, tmp_path: Path) -> tuple[Path, Path]:
    """Pages of a collection, with all that it has and without texts and thumbnails."""
    app.add_files([*NOTES, PHOTO])  # type: ignore[list-item]
    app.page.get_by_role("link", name="Collections", exact=True).click()
    app.page.get_by_role("row", name="notes").get_by_role("button", name="Hand out").click()
    said = app.page.locator("#handing-out-size")
    expect(said).to_contain_text("MB", timeout=START_MS)
    sizes = re.findall(r"([\d.]+) (MB|kB)", said.inner_text())
    whole = saved_page(app)
    assert float(sizes[0][0]) == pytest.approx(whole.path().stat().st_size / 1e6, abs=0.06)
    app.page.get_by_role("row", name="notes").get_by_role("button", name="Hand out").click()
    app.page.get_by_label("With the texts").uncheck()
    app.page.get_by_label("With small copies").uncheck()
    lean = saved_page(app)
    assert whole.suggested_filename == "notes-semblance.html"
    for download, name in ((whole, "whole.html"), (lean, "lean.html")):
        download.save_as(tmp_path / name)
    return tmp_path / "whole.html", tmp_path / "lean.html"


def test_it_is_read_and_not_changed(handed_out: tuple[Path, Path], browser: Browser) -> None:
    whole, lean = handed_out
    assert b"pulls the sea" not in whole.read_bytes()  # it lies packed, so nothing of it is markup
    app, watch, context = opened(browser, whole)
    app.open()
    page = app.page
    expect(page.locator("#handed-out")).to_contain_text("“notes”, 4 items")
    assert app.search("why the water comes and goes")[0][0] == "tides.md"
    expect(page.locator("#search-results")).to_contain_text("The moon pulls the sea.")
    assert {id for id, _ in app.pick("Bread")} == {"tides.md", "trains.md", "scene.png"}
    page.get_by_role("link", name="Map", exact=True).click()
    expect(page.locator("#map-status")).to_contain_text("4 items", timeout=START_MS)
    rooms = page.get_by_role("navigation", name="Views").get_by_role("link")
    assert rooms.all_inner_texts() == ["Related", "Search", "Map"]
    for name in ("Delete", "Add documents", "More ways to add"):
        expect(page.get_by_text(name, exact=True).locator("visible=true")).to_have_count(0)
    page.goto(f"{app.site}#collections")
    expect(page.get_by_role("heading", name="Collections")).to_be_hidden()
    assert page.title() != "taken"
    databases = page.evaluate("async () => (await indexedDB.databases()).map(({ name }) => name)")
    assert "semblance" not in databases
    assert page.evaluate("Object.keys(localStorage)") == []
    context.close()
    assert watch.problems == []

    app, watch, context = opened(browser, lean)
    app.open()
    assert app.search("why the water comes and goes")[0][0] == "tides.md"
    assert "pulls the sea" not in app.page.locator("body").inner_text()
    expect(app.page.locator("#search-results img")).to_have_count(0)
    context.close()
    assert watch.problems == []


def test_a_collection_in_chinese_has_its_model_and_words(
    app: AppPage, browser: Browser, tmp_path: Path
) -> None:
    app.create_collection("中文", "multilingual-e5-small")
    app.add_files(CHINESE)
    app.page.get_by_role("link", name="Collections", exact=True).click()
    app.page.get_by_role("row", name="中文").get_by_role("button", name="Hand out").click()
    saved_page(app).save_as(tmp_path / "中文.html")
    reader, watch, context = opened(browser, tmp_path / "中文.html")
    reader.open()
    assert reader.search("烤箱里的点心")[0][0] == "面包.md"
    assert watch.problems == []
    context.close()
