"""The code that a learner writes: it survives, a link holds it, and what goes wrong with it is explained."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect

from browser.app import AppPage
from browser.labs import LAB_MS, LabPage
from browser.watch import Watch

CODE = "print('my own: 50 % & more?')  # 中文"


@pytest.fixture
def labs(app: AppPage, context: BrowserContext) -> LabPage:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    labs = LabPage(app)
    labs.open("embedding", wait=False)
    editable(labs)
    return labs


def editable(labs: LabPage, cell: str = "cell") -> None:
    expect(labs.cell(cell).get_by_role("textbox", name="Python code")).to_be_editable(timeout=LAB_MS)


def code_of(labs: LabPage, cell: str = "cell") -> str:
    editable(labs, cell)
    return labs.cell(cell).get_by_role("textbox", name="Python code").inner_text()


def reload(labs: LabPage) -> None:
    labs.app.reload()
    expect(labs.room.locator("article")).to_be_visible(timeout=LAB_MS)


def copied_link(labs: LabPage) -> str:
    labs.page.get_by_role("button", name="Copy a link to this state").click()
    expect(labs.page.get_by_text("with your inputs and your code")).to_be_visible()
    return str(labs.page.evaluate("navigator.clipboard.readText()"))


def test_code_survives_a_reload_at_once(labs: LabPage) -> None:
    labs.write(labs.cell(), CODE)
    labs.write(labs.cell("count"), "numbers = 7")
    reload(labs)
    assert code_of(labs) == CODE
    assert code_of(labs, "count") == "numbers = 7"
    labs.cell().get_by_role("button", name="Reset the code").click()
    first = code_of(labs)
    assert first != CODE
    reload(labs)
    assert code_of(labs) == first
    assert code_of(labs, "count") == "numbers = 7"


def test_code_is_there_after_another_lab_and_another_language(labs: LabPage) -> None:
    labs.write(labs.cell(), CODE)
    labs.open("cosine", wait=False)
    reload(labs)
    labs.go("labs/embedding")
    expect(labs.room.locator("article[data-lesson=embedding]")).to_be_visible(timeout=LAB_MS)
    assert code_of(labs) == CODE
    labs.page.locator("#language").select_option("zh-Hans")
    expect(labs.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    cell = labs.cell().get_by_role("textbox")
    expect(cell).to_contain_text("my own", timeout=LAB_MS)


def test_a_copied_link_holds_the_code(
    labs: LabPage, context: BrowserContext, watch: Watch, site: str
) -> None:
    labs.write(labs.cell(), CODE)
    labs.write(labs.cell("count"), "for n in range(3):\nprint(n)")
    link = copied_link(labs)
    page = context.browser.new_page()  # type: ignore[union-attr]
    watch.watch(page)
    other = LabPage(AppPage(page, site))
    other.app.open(link.removeprefix(site))
    assert code_of(other) == CODE
    assert code_of(other, "count") == "for n in range(3):\n    print(n)"
    assert "my own: 50 % & more?" in other.run(other.cell())
    page.close()


def test_a_link_counts_more_than_what_the_tab_knows_and_an_edit_more_than_the_link(labs: LabPage) -> None:
    labs.write(labs.cell(), "'first'")
    link = copied_link(labs)
    labs.write(labs.cell(), "'second'")
    labs.page.wait_for_url("**second**")
    labs.page.evaluate("link => { location.href = link; }", link)
    expect(labs.cell().get_by_role("textbox")).to_have_text("'first'", timeout=LAB_MS)
    editable(labs)
    labs.write(labs.cell(), "'third'")
    reload(labs)
    assert code_of(labs) == "'third'"


# --- what goes wrong ---


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("encode(['a dog'])", "Put await before the call"),
        ("encode(['a dog'])\n'not the last line'", "Put await before the call"),
        ("print(encode(['a dog']))", "Put await before the call"),
        ("encode(['a dog']).shape", "Put await before the call"),
        ("import requests", "requests is not here."),
        ("import nobodys_module", "nobodys_module is not here."),
        ("import ssl.nothing", "ssl is not here."),
        ("name = input('Name? ')", "Nobody can answer input() here."),
    ],
)
def test_code_that_can_not_do_here_what_it_does_elsewhere_is_explained(
    labs: LabPage, code: str, advice: str
) -> None:
    labs.write(labs.cell(), code)
    labs.run(labs.cell())
    expect(labs.cell().locator(".lab-advice")).to_contain_text(advice)
    expect(labs.cell()).not_to_contain_text("micropip")


def test_one_string_is_one_text(labs: LabPage) -> None:
    labs.write(labs.cell(), "(await encode('a dog and a cat')).shape")
    assert "(1, 384)" in labs.run(labs.cell())
