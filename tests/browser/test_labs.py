"""The labs: each opens, shows what its text says, runs its code, and its exercises can be solved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from browser.app import NO_SERVICE_WORKER, AppPage
from browser.labs import LAB_MS, LabPage
from browser.watch import Watch
from semblance.labs import catalogue
from semblance.labs.messages import text
from semblance.parts.paths import ROOT


@pytest.fixture(scope="module")
def labs(browser: Browser, site: str) -> Iterator[LabPage]:
    """The labs in one page for all tests: they leave nothing behind but exercises that were solved."""
    watching = Watch(site)
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    context.add_init_script(NO_SERVICE_WORKER)
    page = context.new_page()
    watching.watch(page)
    app = AppPage(page, site)
    app.open("#labs?lang=en")
    yield LabPage(app)
    context.close()
    assert watching.problems == []


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
@pytest.mark.parametrize("name", catalogue.NAMES)
def test_a_lab_shows_its_demonstrations_and_can_be_solved(labs: LabPage, name: str, language: str) -> None:
    labs.open(name, language)
    expect(labs.room.get_by_role("heading", level=1)).to_have_text(text(language, name, "title"))
    output = labs.run(labs.cell())
    assert output.strip()
    assert labs.words("cell.error") not in output
    expect(labs.room.locator("[aria-label^='Python Script']")).to_have_count(0)  # PyScript's own, in English
    for exercise in catalogue.lesson(name).exercises:
        shown, cell = labs.room.locator(f"#exercise-{exercise.name}"), labs.cell(exercise.name)
        cell.get_by_role("button", name=labs.words("cell.reset")).click()  # the page keeps what was written
        assert labs.words("exercises.failed") in labs.run(cell)
        cell.get_by_role("button", name=labs.words("exercises.solution")).click()
        assert labs.words("exercises.passed") in labs.run(cell)
        expect(shown.locator(".lab-badge")).to_be_visible()
    expect(labs.page.locator("#notices")).to_be_empty()


@pytest.mark.parametrize("name", catalogue.NAMES)
def test_a_lab_speaks_simplified_chinese_too(labs: LabPage, name: str) -> None:
    labs.open(name, "zh-Hans")
    expect(labs.room.get_by_role("heading", level=1)).to_have_text(text("zh-Hans", name, "title"))
    expect(labs.page.locator("#notices")).to_be_empty()


def test_the_contents_name_all_labs_and_all_lessons_of_the_courses(labs: LabPage) -> None:
    labs.go("labs?lang=en")
    entries = labs.room.get_by_role("list").first.get_by_role("link")
    expect(entries).to_have_text([text("en", name, "title") for name in catalogue.NAMES])
    seeds = labs.room.locator(".lab-seeds tbody tr")
    expect(seeds).to_have_count(25)
    for row in seeds.all():
        assert row.get_by_role("cell").inner_text()


def test_of_two_addresses_while_the_labs_are_loaded_the_last_is_shown(browser: Browser, site: str) -> None:
    context = browser.new_context()
    context.add_init_script(NO_SERVICE_WORKER)
    labs = LabPage(AppPage(context.new_page(), site))
    labs.app.open("#labs?lang=zh-Hant")  # a new language, which is written down before the contents are shown
    labs.go("labs/limits?lang=zh-Hant")
    expect(labs.room.locator("article[data-lesson=limits]")).to_be_visible(timeout=LAB_MS)
    context.close()


def test_inputs_stand_in_the_address_and_are_read_from_it(labs: LabPage) -> None:
    labs.open("embedding")
    demo = labs.demo("vector")
    demo.get_by_label("A text").fill("Fish & chips? 好!")
    expect(demo.locator(".lab-strip-label")).to_have_text("Fish & chips? 好!", timeout=LAB_MS)
    labs.room.get_by_role("button", name="Copy a link").click()
    expect(labs.room.get_by_text("Copied: the link opens")).to_be_visible()
    link = labs.page.evaluate("navigator.clipboard.readText()")
    labs.go("labs/embedding?lang=en")
    expect(demo.get_by_label("A text")).to_have_value("I took my dog for a walk")
    labs.go(link.partition("#")[2])
    expect(demo.get_by_label("A text")).to_have_value("Fish & chips? 好!")
    expect(demo.locator(".lab-strip-label")).to_have_text("Fish & chips? 好!", timeout=LAB_MS)
    demo.get_by_role("button", name="Reset").click()
    expect(demo.get_by_label("A text")).to_have_value("I took my dog for a walk")
    expect(demo.locator(".lab-strip-label")).to_have_text("I took my dog for a walk", timeout=LAB_MS)
    assert "vector.text" not in labs.page.url


def test_the_language_is_chosen_in_the_page_and_remembered(labs: LabPage) -> None:
    labs.open("embedding", inputs="&three.short=cat")
    labs.page.locator("#language").select_option("zh-Hant")
    expect(labs.room.get_by_role("heading", level=1)).to_have_text(text("zh-Hant", "embedding", "title"))
    expect(labs.page.locator("#lab-three-short")).to_have_value("cat")
    assert "lang=zh-Hant" in labs.page.url
    labs.go("labs")
    expect(labs.room.get_by_role("heading", level=1)).to_have_text("實驗室")
    labs.go("labs?lang=en")


def test_an_endless_loop_is_stopped_and_the_next_run_works(labs: LabPage) -> None:
    labs.open("embedding")
    cell = labs.cell()
    labs.write(cell, "while True:\npass")
    cell.get_by_role("button", name="Run").click()
    cell.get_by_role("button", name="Stop").click()
    expect(cell.get_by_text(text("en", "frame", "cell.stopped"))).to_be_visible()
    labs.write(cell, "6 * 7")
    assert "42" in labs.run(cell)


def test_keys_run_a_cell_and_making_it_leaves_the_focus_alone(labs: LabPage) -> None:
    labs.go("labs?lang=en")
    labs.room.get_by_role("link", name=text("en", "embedding", "title")).first.click()
    cell = labs.cell()
    expect(cell.get_by_role("textbox", name="Python code")).to_be_visible(timeout=LAB_MS)
    expect(labs.room.get_by_role("heading", level=1)).to_be_focused()
    labs.write(cell, "print('by a key')")
    labs.page.keyboard.press("Control+Enter")
    expect(cell.locator(".lab-outcome")).to_contain_text("by a key", timeout=LAB_MS)


def test_what_fails_is_said_beside_it(labs: LabPage) -> None:
    labs.open("embedding")
    cell = labs.cell()
    labs.write(cell, "1 / 0")
    assert "ZeroDivisionError" in labs.run(cell)


def test_files_are_chosen_and_what_was_found_in_them_is_saved(labs: LabPage, tmp_path: Path) -> None:
    labs.open("functions")
    demo = labs.demo("search")
    files: list[FilePayload] = [
        {"name": "zoo.py", "mimeType": "text/x-python", "buffer": b"class Lion:\n    def roar(self): ...\n"},
        {"name": "bad.py", "mimeType": "text/x-python", "buffer": b"def f(:\n"},
    ]
    demo.get_by_label("Files").set_input_files(files)
    expect(demo.get_by_text("bad.py line 1: it is no valid Python")).to_be_visible(timeout=LAB_MS)
    demo.get_by_label("What should it do?").fill("the loud noise of a big cat")
    demo.get_by_label("Format of the list below").select_option("csv")
    expect(demo.locator("[data-figure=found]")).to_contain_text("Lion.roar", timeout=LAB_MS)
    expect(demo.get_by_role("progressbar")).to_be_hidden(timeout=LAB_MS)
    with labs.page.expect_download() as saved:
        demo.get_by_role("button", name="Save as functions.csv").click()
    saved.value.save_as(tmp_path / "saved.csv")
    assert (tmp_path / "saved.csv").read_text() == "id,code\nzoo.py:2,    def roar(self): ...\n"


def test_a_lesson_on_a_collection_of_the_learners_own(labs: LabPage) -> None:
    labs.page.evaluate(
        """async () => {
            const birds = ["A robin sings.", "The owl hunts at night.", "Swallows fly south."];
            const tools = ["A saw cuts wood.", "The hammer hits a nail.", "Sharpen the chisel."];
            const collection = await semblance.collection("things");
            await collection.embedMulti([...birds, ...tools].map((content, i) => ({ id: `${i}`, content })));
        }"""
    )
    labs.go("labs?lang=en")
    labs.open("clusters", inputs="&clusters.collection=things&clusters.k=2")
    demo = labs.demo("clusters")
    expect(demo.get_by_label("Collection")).to_have_value("things")
    expect(demo.get_by_text("6 items in 2 clusters.")).to_be_visible(timeout=LAB_MS)
    sizes = demo.locator("[data-figure=clusters] tbody tr").locator("td, th").nth(1)
    expect(sizes).to_have_text("3")
    labs.page.evaluate("semblance.collection('things').then((collection) => collection.drop())")


def test_a_picture_of_the_learners_own_is_labelled(labs: LabPage) -> None:
    labs.open("pictures")
    demo = labs.demo("labels")
    demo.locator("input[type=file]").set_input_files(ROOT / "static" / "labs" / "photos" / "flower.jpg")
    expect(demo.locator("[data-figure=picture]").get_by_role("img", name="flower.jpg")).to_be_visible()
    expect(demo.locator("[data-figure=scores]").get_by_role("rowheader").first).to_have_text("flower")


def test_a_map_is_searched_and_its_points_are_lassoed(labs: LabPage) -> None:
    labs.open("maps")
    chart = labs.demo("words").get_by_role("figure").first
    chart.get_by_label("Search the map").fill("france")
    expect(chart.get_by_text("1 point matches")).to_be_visible()
    expect(chart.get_by_role("cell", name="france")).to_be_visible()
    chart.get_by_label("Search the map").fill("")
    expect(chart.get_by_role("cell", name="france")).to_be_hidden()
    chart.get_by_role("button", name="Lasso").click()
    labs.drag_around(chart.get_by_role("img"))
    expect(chart.get_by_text("29 points in the lasso")).to_be_visible()
    expect(chart.get_by_role("cell", name="france")).to_be_visible()
    chart.get_by_role("button", name="Lasso").click()
    expect(chart.get_by_role("cell", name="france")).to_be_hidden()


LABELS = """async (plane) => {
    const { getInstanceByDom } = await import("./static/vendor/echarts/echarts.esm.min.js");
    const { series, toolbox } = getInstanceByDom(plane).getOption();
    const labelled = series.flatMap(({ data }) => data).filter((point) => point.label?.show);
    return { labels: labelled.length, icons: (toolbox ?? []).filter(({ show }) => show).length };
}"""


def test_every_point_of_a_map_can_be_named(labs: LabPage) -> None:
    labs.open("maps")
    words, collection = (labs.demo(name).get_by_role("figure").first for name in ("words", "collection"))
    plane = words.get_by_role("img")
    assert plane.evaluate(LABELS) == {
        "labels": 29,
        "icons": 0,
    }  # the canvas has no icons, which could have no names
    plane = collection.get_by_role("img")
    assert plane.evaluate(LABELS)["labels"] == 0  # 72 names would lie over each other
    for _ in range(3):
        collection.get_by_role("button", name="Zoom in").click()
    labs.page.wait_for_function(
        f"async (plane) => (await ({LABELS})(plane)).labels > 0", arg=plane.element_handle()
    )
    plane.focus()
    named: set[str] = set()
    for _ in range(72):
        labs.page.keyboard.press("ArrowRight")
        named.add(collection.get_by_role("status").inner_text())
    assert len(named) == 72
    assert "Gannets diving off the point (birds)" in named
    labs.page.keyboard.press("Escape")
    expect(collection.get_by_role("status")).to_be_empty()
    collection.get_by_role("button", name="The whole map").click()


def test_the_groups_of_a_map_are_named_hidden_and_fit_a_phone(labs: LabPage) -> None:
    labs.open("maps")
    collection = labs.demo("collection").get_by_role("figure").first
    groups = collection.get_by_role("group", name="Group").get_by_role("button")
    expect(groups).to_have_count(12)
    birds = groups.filter(has_text="birds")
    expect(birds).to_have_attribute("aria-pressed", "true")
    birds.click()
    expect(birds).to_have_attribute("aria-pressed", "false")
    expect(birds).to_be_focused()
    plane = collection.get_by_role("img")
    plane.focus()
    for _ in range(72):
        labs.page.keyboard.press("ArrowUp")
        expect(collection.get_by_role("status")).not_to_contain_text("(birds)")
    birds.click()  # the plane loses the focus, and is drawn anew
    expect(birds).to_have_attribute("aria-pressed", "true")
    labs.page.set_viewport_size({"width": 390, "height": 800})
    sides = groups.evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect()).map(({ left, right }) => [left, right])"
    )
    assert len(sides) == 12
    assert all(0 <= left < right <= 390 for left, right in sides)
    assert labs.page.evaluate("document.documentElement.scrollWidth") == 390
    labs.page.set_viewport_size({"width": 1280, "height": 720})


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_prose_uses_the_width_in_lines_that_can_be_read(labs: LabPage, language: str) -> None:
    labs.page.set_viewport_size({"width": 1280, "height": 720})
    labs.open("maps", language)
    article = labs.room.locator("article").evaluate("one => one.clientWidth")
    for prose in (labs.room.locator(".lab-prose").first, labs.room.locator(".lab-notice ul")):
        widths = prose.evaluate(
            "one => [one.clientWidth, ...Array.from(one.children, ({ clientWidth }) => clientWidth)]"
        )
        assert widths[0] > 0.9 * article
        size = float(prose.evaluate("one => parseFloat(getComputedStyle(one).fontSize)"))
        assert all(20 * size < width < 48 * size for width in widths[1:])
    assert labs.demo("words").locator(".lab-plane").evaluate("one => one.clientWidth") > 0.9 * article


def test_arrows_are_moved_by_keys_and_by_dragging(labs: LabPage) -> None:
    labs.open("cosine")
    demo = labs.demo("plane")
    arrow, number = (
        demo.get_by_role("slider", name="Arrow a"),
        demo.get_by_label("a, to the right: the number"),
    )
    expect(number).to_have_value("4")
    arrow.focus()
    labs.page.keyboard.press("Shift+ArrowLeft")
    expect(number).to_have_value("3")
    expect(demo.get_by_text("Dot product: 3 × 2 + 1 × 3")).to_be_visible(timeout=LAB_MS)
    expect(arrow).to_be_focused()
    labs.page.wait_for_url("**/*plane.*=3*")
    before = arrow.bounding_box()
    assert before is not None
    labs.page.mouse.move(before["x"] + before["width"] / 2, before["y"] + before["height"] / 2)
    labs.page.mouse.down()
    labs.page.mouse.move(before["x"] - 60, before["y"], steps=4)
    expect(demo.get_by_text("Dot product: 3 × 2")).to_be_hidden(timeout=LAB_MS)
    labs.page.mouse.move(
        before["x"] - 61, before["y"], steps=2
    )  # still held, though the figures were drawn anew
    labs.page.mouse.up()
    assert float(number.input_value()) < 2.5
