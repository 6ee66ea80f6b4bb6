"""How a table is read is guessed, shown and changed; where nothing speaks for the guess, the page asks first."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator, expect

from browser.app import EMBED_MS, AppPage, text_file

PAIRS = "Hund,a dog that barks\nKatze,a cat that purrs\n"
SALES = "Nr;Titel;Notiz;Webadresse\n1;Ofen;Er brennt;https://o.example/1\n2;Rohr;Es ist lang;https://o.example/2\n"
TALK = json.dumps(
    {
        "posts": [{"id": 1, "text": "Boats at sea"}],
        "comments": [{"id": 1, "text": "Bread"}, {"id": 2, "text": "Tea"}],
    }
)


def dialog(app: AppPage) -> Locator:
    opened = app.page.locator("#layout")
    expect(opened).to_be_visible()
    return opened


def give(app: AppPage, name: str, text: str) -> None:
    app.forget_report()
    app.page.locator("#add-files").set_input_files([text_file(name, text)])


def items(app: AppPage) -> list[str]:
    return app.page.get_by_role("list", name="Items").locator("[data-field=title]").all_inner_texts()


def test_an_unsure_table_is_asked_about_once_for_its_shape(app: AppPage) -> None:
    give(app, "pairs.csv", PAIRS)
    asked = dialog(app)
    expect(asked).to_contain_text("How should “pairs.csv” be read?")
    expect(asked).to_contain_text("The first item then is “Katze”: a cat that purrs")
    asked.get_by_label("The first row names the columns").uncheck()
    expect(asked).to_contain_text("The first item then is “Hund”: a dog that barks")
    asked.get_by_role("button", name="Read it like this").press("Enter")
    assert app.wait_for_report() == "2 added"
    assert items(app) == ["Hund", "Katze"]
    app.reload()
    assert app.add_files([text_file("more.csv", "Ei,an egg\nBrot,some bread\n")]) == "2 added"
    assert items(app) == ["Brot", "Ei", "Hund", "Katze"]
    give(app, "other.csv", "Ast,a,b\nEi,c,d\n")
    dialog(app)
    app.page.keyboard.press("Escape")
    assert app.wait_for_report() == "0 added · 1 not added"
    expect(app.report).to_contain_text("other.csv: you left it out")
    give(app, "lines.csv", "The sea was calm\nWe baked a loaf\n")  # one column, which may be a list of texts
    asked = dialog(app)
    expect(asked).to_contain_text("The sea was calm")
    asked.get_by_role("button", name="Read it like this").click()
    assert app.wait_for_report() == "2 added"


def test_a_sure_table_asks_nothing_and_can_be_read_otherwise(app: AppPage) -> None:
    assert app.add_files([text_file("sales.csv", SALES)]) == "2 added"
    expect(app.report).to_contain_text("sales.csv: semicolon · id: Nr · title: Titel · link: Webadresse")
    assert items(app) == ["Ofen", "Rohr"]
    app.report.get_by_role("button", name="Change how “sales.csv” is read").click()
    asked = dialog(app)
    asked.get_by_role("combobox", name="Id", exact=True).select_option(label="Titel")
    asked.get_by_role("combobox", name="Title", exact=True).select_option(label="Notiz")
    asked.get_by_role("checkbox", name="Webadresse").uncheck()
    expect(asked).to_contain_text("The first item then is “Er brennt”: Ofen Er brennt")
    for name in ("Titel", "Notiz"):
        asked.get_by_role("checkbox", name=name).uncheck()
    expect(asked).to_contain_text("Choose at least one part of the text.")
    expect(asked.get_by_role("button", name="Read it like this")).to_be_disabled()
    asked.get_by_role("checkbox", name="Notiz").check()
    asked.get_by_role("button", name="Read it like this").click()
    expect(app.page.get_by_text("2 items that it was read as before were removed.")).to_be_visible()
    assert app.wait_for_report() == "2 added"
    assert items(app) == ["Er brennt", "Es ist lang"]
    expect(app.report).to_contain_text("id: Titel · title: Notiz")


def test_lists_of_a_json_file_are_chosen(app: AppPage) -> None:
    give(app, "talk.json", TALK)
    asked = dialog(app)
    expect(asked).to_contain_text("Which lists of “talk.json” should be read?")
    expect(asked.get_by_label("posts: 1 item")).to_be_checked()
    asked.get_by_label("comments: 2 items").check()
    asked.get_by_role("button", name="Read it like this").click()
    assert app.wait_for_report() == "3 added"
    expect(app.report).to_contain_text("talk.json: posts, comments")
    assert items(app) == ["comments/1", "comments/2", "posts/1"]


@pytest.mark.parametrize("language", ["繁體中文"])
def test_the_dialog_fits_a_phone_in_any_language(app: AppPage, language: str) -> None:
    app.page.set_viewport_size({"width": 390, "height": 844})
    app.page.locator("#language").select_option(label=language)
    give(app, "pairs.csv", "Hund,dog,Hündchen\nKatze,cat,Kätzchen\n")
    asked = dialog(app)
    expect(asked).to_contain_text("要怎麼讀取「pairs.csv」？")
    assert asked.evaluate(
        "one => one.scrollWidth <= one.clientWidth && one.getBoundingClientRect().right <= 390"
    )


def test_the_encoding_of_an_old_text_is_changed(app: AppPage) -> None:
    app.page.locator("#add-files").set_input_files(
        [text_file("praha.txt", "Žižkov je čtvrť.".encode("cp1250"))]
    )
    assert app.wait_for_report() == "1 added"
    expect(app.report).to_contain_text("praha.txt: encoding: windows-1250")
    app.report.get_by_role("button", name="Change how “praha.txt” is read").click()
    asked = dialog(app)
    expect(asked.get_by_role("radio", name="windows-1250")).to_be_checked()
    asked.get_by_role("radio", name="windows-1257").check()
    asked.get_by_role("button", name="Read it like this").click()
    expect(app.report).to_contain_text("praha.txt: encoding: windows-1257", timeout=EMBED_MS)
