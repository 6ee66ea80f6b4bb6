"""The page speaks its reader's language, from the start on, and changes it without losing anything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.app import NO_SERVICE_WORKER, START_MS, AppPage, held, text_file
from browser.watch import Watch

ROOMS = ("related", "search", "map", "compare", "collections", "labs")
NOTES = [
    text_file("潮汐.md", "# 潮汐\n\n月亮牽引著海水。\n"),
    text_file("麵包.md", "# 麵包\n\n讓麵團發酵一整夜。\n"),
    text_file("影片.mp4", b"\0\0\0\x18ftypmp42", "video/mp4"),
    text_file("壞的.json", '[{"id": 1, "text": "有"}, {]'),
    text_file("空的.txt", ""),
    text_file("表格.csv", 'id,text\n1,"沒有結尾\n2,有\n'),
]

# What is read or heard in the page: texts and attributes of what can be seen, but for what users wrote and what are names.
SHOWN = """() => {
    const own = `[dir=auto], #items, .metadata, pre, code, script, style, template, option[lang], #model-status,
        .lab-figures`;
    const isShown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(own);
    const texts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (isShown(node.parentElement)) texts.push(node.textContent);
    }
    for (const name of ["aria-label", "placeholder", "title", "alt"]) {
        for (const element of document.querySelectorAll(`body [${name}]`)) {
            if (element.checkVisibility()) texts.push(element.getAttribute(name));
        }
    }
    return texts.concat(document.title).map((text) => text.trim()).filter(Boolean);
}"""
ENGLISH = r"/[A-Za-z]{2,}[,.;:]? [A-Za-z]{2,}[,.;:]? [A-Za-z]{2,}/"


def english_in(page: Page) -> list[str]:
    """What the page says in English: runs of three words."""
    return page.evaluate(f"({SHOWN})().filter((text) => {ENGLISH}.test(text))")  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def taiwan(browser: Browser, site: str) -> Iterator[AppPage]:
    """The app in a browser whose language is Taiwan's Chinese; its tests go on from one to the next."""
    context = browser.new_context(locale="zh-TW", viewport={"width": 1280, "height": 900})
    context.add_init_script(NO_SERVICE_WORKER)
    page, watch = context.new_page(), Watch(site)
    watch.watch(page)
    app = AppPage(page, site)
    with held(page, "**/py/site.tar.gz"):
        page.goto(site)
        expect(page.locator("#startup-text")).to_contain_text("正在", timeout=START_MS)
        assert english_in(page) == []
        expect(page.locator("html")).to_have_attribute("lang", "zh-Hant")
    app.wait_until_started()
    yield app
    assert watch.problems == []
    context.close()


def test_an_addition_is_reported_in_the_language(taiwan: AppPage) -> None:
    page = taiwan.page
    assert english_in(page) == []
    page.get_by_label("加入文件").set_input_files(NOTES)
    report = page.get_by_role("region", name="加入結果")
    expect(report.get_by_role("heading")).to_contain_text("新增 4 個 · 4 個沒有加入", timeout=START_MS)
    expect(report).to_contain_text("影片.mp4：這是影片，裡面沒有可以讀取的內容。請把字幕")
    expect(report).to_contain_text("空的.txt：這是空白的檔案。請加上文字")
    expect(report).to_contain_text("表格.csv 第 2 列：裡面有一個引號沒有結尾")
    expect(report).to_contain_text("壞的.json")
    (foreign,) = english_in(page)
    assert foreign.startswith(
        "壞的.json 第 1 行：它不是有效的 JSON（"
    )  # in the bracket are the words of Python's own parser


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_says_anything_in_english(taiwan: AppPage, room: str) -> None:
    page = taiwan.page
    report = page.get_by_role("region", name="加入結果")
    if report.is_visible():
        report.get_by_role("button", name="關閉").click()
    page.evaluate("room => { location.hash = room; }", f"{room}?q=海" if room == "search" else room)
    expect(page.locator(f"#room-{room}")).to_be_visible()
    loaded = {
        "related": "#items li",
        "search": ".results li",
        "map": "#map-clusters li",
        "compare": "#compare-result table",
        "collections": "#collections [data-name]",
        "labs": ".labs-list",
    }
    expect(page.locator(f"#room-{room} {loaded[room]}").first).to_be_visible(timeout=START_MS)
    assert english_in(page) == []


def test_an_item_and_a_dialog_say_nothing_in_english(taiwan: AppPage) -> None:
    page = taiwan.page
    page.evaluate("location.hash = 'related/' + encodeURIComponent('潮汐.md')")
    expect(page.locator("#related-item .results li").first).to_be_visible(timeout=START_MS)
    assert english_in(page) == []
    page.get_by_role("link", name="收藏集", exact=True).click()
    page.locator("#collections").get_by_role("button", name="刪除").click()
    expect(page.get_by_role("dialog")).to_contain_text("要刪除「筆記」")
    assert english_in(page) == []
    page.get_by_role("dialog").get_by_role("button", name="取消").click()
    page.get_by_label("新收藏集的名稱").fill("筆記")
    page.get_by_role("button", name="建立").click()
    expect(page.locator("#notices")).to_contain_text("筆記：已經有同名的收藏集。請換一個名稱。")
    page.get_by_label("語言").select_option("en")
    expect(page.locator("#notices")).to_contain_text(
        "筆記: there is a collection of that name already. Choose another"
    )
    page.get_by_label("Language").select_option("zh-Hant")
    expect(page.locator("#notices")).to_contain_text("筆記：已經有同名的收藏集。請換一個名稱。")


def test_another_language_is_said_at_once_and_nothing_is_lost(taiwan: AppPage) -> None:
    page = taiwan.page
    page.evaluate("location.hash = 'compare'")  # the notice is about the room of the collections
    page.evaluate("location.hash = 'related/' + encodeURIComponent('潮汐.md')")
    expect(page.get_by_role("heading", name="相關項目")).to_be_visible()
    chooser = page.get_by_label("語言")
    chooser.focus()
    page.keyboard.press("Home")  # the keyboard reaches all of them
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", name="Related to it")).to_be_visible()
    expect(page.locator("#related-item h1")).to_have_text("潮汐")
    expect(page.get_by_label("Collection", exact=True)).to_have_value("筆記")
    expect(page.get_by_text("4 items", exact=True)).to_be_visible()
    expect(page.locator("#model-status")).to_contain_text("thread")
    expect(page.get_by_label("Language")).to_be_focused()
    page.get_by_role("searchbox", name="Search by meaning").fill(
        ""
    )  # the browser would put back what was searched for
    page.reload()
    expect(page.locator("#startup-text")).to_have_text("Starting…")
    taiwan.wait_until_started()
    expect(page.get_by_role("heading", name="Related to it")).to_be_visible(timeout=START_MS)
    page.get_by_label("Language").select_option("zh-Hans")
    expect(page.get_by_role("heading", name="相关条目")).to_be_visible()
    expect(page.get_by_label("语言")).to_have_value("zh-Hans")
    expect(page.locator("#related-item figcaption")).to_contain_text("灰色")
    assert english_in(page) == []


# All that Python says becomes as long as German is: half as long again, in words that do not break.
LONGER = """
from semblance.browser.pages.words import CATALOGUE
def lengthen(section):
    for key, text in section.items():
        if isinstance(text, dict):
            lengthen(text)
        elif isinstance(text, str):
            section[key] = text + "verfügbarkeitsprüfung"[: max(4, len(text))]
lengthen(CATALOGUE.read("zh-Hant", "app"))
0
"""
LONGER_PAGE = """(languages) => {
    const longer = (text) => text + "Sammlungsverwaltungsoberfläche".slice(0, Math.max(4, text.length));
    for (const root of [document, ...Array.from(document.querySelectorAll("template"), ({ content }) => content)]) {
        for (const element of root.querySelectorAll("[data-words]")) {
            if (!element.children.length) element.textContent = longer(element.textContent);
        }
    }
}"""


def test_longer_words_have_room_on_a_phone(taiwan: AppPage) -> None:
    page = taiwan.page
    taiwan.python(LONGER)
    page.get_by_label("语言").select_option("zh-Hant")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hant")
    page.evaluate(LONGER_PAGE)
    page.set_viewport_size({"width": 390, "height": 800})
    for room in ROOMS:
        page.evaluate("room => { location.hash = room; }", f"{room}?q=海" if room == "search" else room)
        expect(page.locator(f"#room-{room}")).to_be_visible()
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, room
