"""The model of a collection: chosen by its first texts, changed later beside the old vectors."""

from __future__ import annotations

from playwright.sync_api import expect

from browser.app import AppPage, text_file
from browser.test_collections_room import create, room, row

ENGLISH, MULTILINGUAL = "all-MiniLM-L6-v2", "multilingual-e5-small"
NOTES = {
    "麵包.md": "麵團要揉到光滑，蓋上濕布，放在溫暖的地方發酵一夜。",
    "雨燕.md": "雨燕回來了，黃昏時成群掠過屋頂，叫聲尖利。",
    "潮汐.md": "月亮的引力讓海水每天漲落兩次。",
}
CHINESE = [text_file(name, text) for name, text in NOTES.items()]
TIDES = text_file("tides.md", "# Tides\n\nThe moon pulls the sea, and so the water comes in twice a day.")


def test_first_texts_choose_the_model_and_another_takes_its_place(app: AppPage) -> None:
    create(app, "中文")
    assert app.add_files(CHINESE) == "3 added"
    notice = app.page.locator("#notices .notice").filter(has_text="These texts are not all in English")
    expect(notice).to_contain_text(f"this collection gets {MULTILINGUAL}")
    expect(notice).to_contain_text("It loads 15.4 MB once")
    assert app.search("為什麼海水會上漲")[0][0] == "潮汐.md"
    caption = app.page.locator("#search-results figcaption")
    expect(caption).to_contain_text("So 85 % can mean “not alike”")

    app.forget_report()
    notice.get_by_role("button", name=f"Embed again with {ENGLISH}").click()
    assert app.wait_for_report() == "0 added · 3 changed"
    room(app)
    expect(row(app, "中文")).to_contain_text(ENGLISH)
    assert [id for id, _ in app.search("月亮")] == ["潮汐.md"]
    expect(app.page.locator("#search-note")).to_contain_text(
        f"{ENGLISH} does not know the language of this query"
    )

    room(app)
    app.forget_report()
    row(app, "中文").get_by_label("Embed “中文” again with another model").select_option(MULTILINGUAL)
    expect(app.page.get_by_role("dialog")).to_contain_text("It loads 15.4 MB once")
    app.page.get_by_role("dialog").get_by_role("button", name="Embed again").click()
    assert app.wait_for_report() == "0 added · 3 changed"
    app.reload()
    room(app)
    expect(row(app, "中文")).to_contain_text(MULTILINGUAL)
    assert app.search("為什麼海水會上漲")[0][0] == "潮汐.md"


def test_an_english_collection_says_that_it_does_not_know_what_is_added(app: AppPage) -> None:
    assert app.add_files([TIDES]) == "1 added"
    expect(app.page.locator("#notices .notice")).to_have_count(0)
    assert app.add_files(CHINESE) == "3 added"
    notice = app.page.locator("#notices .notice").filter(has_text=f"{ENGLISH} knows English only")
    app.forget_report()
    notice.get_by_role("button", name=f"Embed again with {MULTILINGUAL}").click()
    assert app.wait_for_report() == "0 added · 4 changed"
    assert app.search("為什麼海水會上漲")[0][0] in ("潮汐.md", "tides.md")
