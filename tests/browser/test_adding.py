"""Adding: before the page has started, in one drop, twice in a row; and searching while it goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, Route, expect

from browser.app import EMBED_MS, START_MS, AppPage, go_on, held, text_file
from browser.watch import Watch

TIDES = text_file("tides.md", "# Tides\n\nThe moon pulls the sea.")
BREAD = text_file("bread.md", "# Bread\n\nLet the dough rise overnight.")
TRAIN = text_file("train.md", "# Train\n\nThe night train leaves at ten.")
EMPTY = text_file("empty.md", "")
CASES = Path(__file__).parents[1] / "data" / "cases"


@contextmanager
def starting(app: AppPage) -> Iterator[None]:
    """The page is there, but its Python is not before the end of the block."""
    with held(app.page, "**/py/main.py"):
        app.page.goto(app.site + "?again")
        expect(app.page.locator("#startup")).to_be_visible()
        yield
        expect(app.page.locator("#startup")).to_be_visible()


def drop(page: Page, paths: Sequence[Path]) -> None:
    """Drop files and folders onto the page, as a file manager does."""
    devtools = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for step in ("dragEnter", "dragOver", "drop"):
        devtools.send("Input.dispatchDragEvent", {"type": step, "x": 300, "y": 300, "data": data})
    devtools.detach()


def choose(app: AppPage, *files: object) -> None:
    app.page.get_by_label("Add documents").set_input_files(list(files))  # type: ignore[arg-type]


def choose_from_menu(app: AppPage, name: str) -> None:
    app.page.get_by_label("More ways to add").click()
    app.page.locator("#add-menu").get_by_role("button", name=name).click()


@pytest.fixture
def queued(app: AppPage) -> Locator:
    """What the page says while it starts about what it was given."""
    return app.page.locator("#startup-given")


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder with two notes and an empty one."""
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "tides.md").write_text("# Tides\n\nThe moon pulls the sea.", encoding="utf-8")
    (folder / "bread.md").write_text("# Bread\n\nLet the dough rise overnight.", encoding="utf-8")
    (folder / "blank.md").write_text("", encoding="utf-8")
    return folder


# --- before the page has started ---


def test_files_chosen_while_it_starts_are_added_once_it_has(app: AppPage, queued: Locator) -> None:
    with starting(app):
        choose(app, TIDES, BREAD)
        expect(queued).to_have_text("Will be added as soon as Semblance is ready: 2 files.")
        choose(app, TRAIN)
        expect(queued).to_have_text("Will be added as soon as Semblance is ready: 3 files.")
    expect(app.page.locator("#item-count")).to_have_text("3 items", timeout=EMBED_MS)
    expect(queued).to_be_hidden()


def test_files_chosen_while_it_starts_can_be_chosen_again(app: AppPage, tmp_path: Path) -> None:
    note = tmp_path / "tides.md"
    note.write_text("The moon pulls the sea.", encoding="utf-8")
    with starting(app):
        choose(app, note)
    assert app.wait_for_report() == "1 added"
    note.write_text("The moon and the sun pull the sea.", encoding="utf-8")
    assert app.add_files([note]) == "0 added · 1 changed"


def test_a_folder_chosen_while_it_starts_is_added_once_it_has(
    app: AppPage, queued: Locator, notes: Path
) -> None:
    with starting(app):
        app.page.get_by_label("Add a folder").set_input_files(str(notes))
        expect(queued).to_contain_text("3 files")
    assert app.wait_for_report() == "2 added · 1 not added"
    expect(app.report).to_contain_text("notes/blank.md")
    expect(app.page.locator("#items")).to_contain_text("notes/tides.md")


def test_a_drop_while_it_starts_is_added_once_it_has(
    app: AppPage, queued: Locator, notes: Path, tmp_path: Path
) -> None:
    single = tmp_path / "train.md"
    single.write_text("The night train leaves at ten.", encoding="utf-8")
    with starting(app):
        address = app.page.url
        drop(app.page, [notes, single])
        expect(queued).to_contain_text("4 files")
        expect(app.page.locator("#drop-cover")).to_be_hidden()
        assert app.page.url == address
    assert app.wait_for_report() == "3 added · 1 not added"


def test_the_sample_asked_for_while_it_starts_is_added_once_it_has(app: AppPage, queued: Locator) -> None:
    with starting(app):
        choose_from_menu(app, "Load the sample")
        expect(app.page.locator("#add-menu")).not_to_have_attribute("open", "")
        expect(queued).to_have_text("Will be added as soon as Semblance is ready: the sample notes.")
    assert app.wait_for_report() == "72 added"


def test_a_text_pasted_while_it_starts_is_added_once_it_has(app: AppPage, queued: Locator) -> None:
    with starting(app):
        choose_from_menu(app, "Paste text")
        app.page.locator("#paste").get_by_label("Title").fill("Crust")
        app.page.get_by_role("textbox", name="Text").fill("Steam in the oven makes the loaf crackle.")
        app.page.get_by_role("button", name="Add", exact=True).click()
        expect(queued).to_have_text("Will be added as soon as Semblance is ready: 1 pasted text.")
        choose(app, TIDES)
        expect(queued).to_have_text("Will be added as soon as Semblance is ready: 1 file, 1 pasted text.")
    expect(app.page.locator("#item-count")).to_have_text("2 items", timeout=EMBED_MS)


def test_a_picture_to_search_with_chosen_while_it_starts_is_searched_with(app: AppPage) -> None:
    app.add_files([TIDES])
    picture = Path(__file__).parents[2] / "static" / "icons" / "apple-touch-icon.png"
    with starting(app):
        app.page.get_by_label("Search with a picture").set_input_files(picture)
    expect(app.page.locator("#search-example-name")).to_have_text(picture.name, timeout=START_MS)


def test_a_start_that_fails_says_that_nothing_was_added(app: AppPage, watch: Watch, queued: Locator) -> None:
    watch.expect("py/layout.js")
    watch.expect("Failed to fetch dynamically imported module")
    watch.expect("Failed to load resource")
    refused: list[Route] = []
    app.page.route("**/py/layout.js", lambda route: refused.append(route))
    with app.page.expect_event("request", lambda request: request.url.endswith("/py/layout.js")):
        app.page.goto(app.site + "?again", wait_until="commit")
    choose(app, TIDES, BREAD)
    expect(queued).to_contain_text("2 files")
    app.page.route("**/py/layout.js", lambda route: route.abort())  # for who asks again
    for route in refused:
        route.abort()
    expect(app.page.locator("#startup-text")).to_contain_text("could not start", timeout=START_MS)
    expect(queued).to_have_text("Nothing was added. Add again once Semblance has started: 2 files.")
    choose(app, TRAIN)
    expect(queued).to_contain_text("Add again once Semblance has started: 3 files.")


# --- one drop is one report ---


UNREADABLE_DROP = """() => {
    const file = new File(["# Bread\\n\\nLet the dough rise overnight."], "bread.md");
    const refuse = (_, reject) => reject(new DOMException("no", "NotAllowedError"));
    const entry = (path, file) => ({ fullPath: path, isFile: true, file });
    const folder = (path, children) => ({
        fullPath: path, name: path.slice(1), isDirectory: true,
        createReader: () => ({ readEntries: children ? (done) => done(children.splice(0)) : refuse }),
    });
    const notes = folder("/notes", [
        entry("/notes/bread.md", (done) => done(file)),
        entry("/notes/locked.md", refuse),
        folder("/notes/private", null),
    ]);
    const items = [{ webkitGetAsEntry: () => notes }];
    const drop = new Event("drop", { cancelable: true });
    document.dispatchEvent(Object.assign(drop, { dataTransfer: { types: ["Files"], items } }));
}"""


def test_what_a_drop_may_not_read_is_named_and_has_not_vanished(app: AppPage, tmp_path: Path) -> None:
    private = tmp_path / "notes" / "private"
    private.mkdir(parents=True)
    (private / "diary.md").write_text("A letter about the garden.", encoding="utf-8")
    assert app.add_folder(tmp_path / "notes") == "1 added"
    app.forget_report()
    app.evaluate(UNREADABLE_DROP)
    assert app.wait_for_report() == "1 added · 2 not added"
    expect(app.report).to_contain_text("notes/locked.md: the browser may not read it")
    expect(app.report).to_contain_text("notes/private: the browser may not read it")
    expect(app.report).not_to_contain_text("no longer in the folder")


def test_a_failure_that_was_mended_is_not_told_any_more(app: AppPage) -> None:
    assert app.add_files([EMPTY]) == "0 added · 1 not added"
    choose(app, text_file("empty.md", "It is no longer empty."))
    expect(app.report.get_by_role("heading")).to_have_text(["1 added"], timeout=EMBED_MS)


def test_a_drop_of_folders_and_files_is_one_report(app: AppPage, notes: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "train.md").write_text("The night train leaves at ten.", encoding="utf-8")
    single = tmp_path / "single.md"
    single.write_text("A letter about the garden.", encoding="utf-8")
    broken = tmp_path / "broken.json"
    broken.write_text("[", encoding="utf-8")
    drop(app.page, [notes, broken, single, other])
    assert app.wait_for_report() == "4 added · 2 not added"
    expect(app.report.get_by_text("2 failed")).to_be_visible()
    expect(app.report).to_contain_text("notes/blank.md")
    expect(app.report).to_contain_text("broken.json")
    expect(app.page.locator("#item-count")).to_have_text("4 items")


def test_what_vanished_from_each_folder_of_a_drop_is_told(app: AppPage, notes: Path, tmp_path: Path) -> None:
    (notes / "blank.md").unlink()
    other = tmp_path / "other"
    other.mkdir()
    (other / "train.md").write_text("The night train leaves at ten.", encoding="utf-8")
    (other / "garden.md").write_text("A letter about the garden.", encoding="utf-8")
    drop(app.page, [notes, other])
    assert app.wait_for_report() == "4 added"
    app.forget_report()
    (notes / "tides.md").unlink()
    (other / "garden.md").unlink()
    drop(app.page, [notes, other])
    assert app.wait_for_report() == "0 added · 2 unchanged"
    expect(app.report.get_by_text("2 no longer in the folder")).to_be_visible()
    app.report.get_by_role("button", name="Remove them").click()
    expect(app.page.locator("#item-count")).to_have_text("2 items")


def test_cancelling_a_drop_cancels_all_of_it_and_tells_what_failed(
    app: AppPage, notes: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "train.md").write_text("The night train leaves at ten.", encoding="utf-8")
    with held(app.page, "**/onnx/model*.onnx"):
        app.page.reload()
        app.wait_until_started()
        drop(app.page, [notes, other])
        expect(app.page.locator("#progress-text")).to_have_text("Waiting for the model")
        app.page.get_by_role("button", name="Cancel").locator("visible=true").click()
        assert app.wait_for_report() == "Cancelled · 0 added · 1 not added"
        expect(app.report).to_contain_text("notes/blank.md")
    # What is added next has its turn after all that was dropped before.
    choose(app, TIDES)
    expect(app.page.locator("#item-count")).to_have_text("1 item", timeout=EMBED_MS)


def test_a_second_report_leaves_the_failures_of_the_first_in_sight(app: AppPage) -> None:
    choose(app, EMPTY, TIDES)
    expect(app.report).to_contain_text("1 added · 1 not added", timeout=EMBED_MS)
    choose(app, BREAD)
    expect(app.report.get_by_role("heading")).to_have_text(
        ["1 added", "1 added · 1 not added"], timeout=EMBED_MS
    )
    expect(app.report).to_contain_text("empty.md: it is empty")
    choose(app, TRAIN)
    expect(app.page.locator("#item-count")).to_have_text("3 items", timeout=EMBED_MS)
    expect(app.report.get_by_role("heading")).to_have_text(["1 added", "1 added · 1 not added"])
    for _ in range(2):
        app.report.get_by_role("button", name="Dismiss").last.click()
    expect(app.report).to_be_hidden()


# --- searching while items arrive ---


def many_notes(number: int) -> list[FilePayload]:
    return [text_file(f"note {n}.md", f"Note {n} is about the tides and the moon.") for n in range(number)]


def test_a_query_is_answered_from_the_items_that_have_arrived(app: AppPage) -> None:
    app.pause_writing()
    choose(app, *many_notes(100))
    box = app.page.get_by_role("searchbox", name="Search by meaning")
    box.fill("moon and sea")
    go_on(app)
    so_far = app.page.locator("#search-so-far")
    expect(so_far).to_contain_text("of 100 items so far", timeout=EMBED_MS)
    assert app.results()
    expect(box).to_be_focused()
    first = int(so_far.inner_text().split()[1])
    link = app.page.locator("#search-results .result-title").nth(1)
    link.focus()
    focused = link.inner_text()
    go_on(app)
    expect(so_far).not_to_contain_text(f"Among {first} of")
    expect(app.page.locator(":focus")).to_have_text(focused)
    app.python(
        "from semblance.browser.indexeddb import IndexedDBStore\nfor _ in range(100): IndexedDBStore.turns.release()"
    )
    app.wait_for_report()
    expect(so_far).to_be_hidden()
    expect(app.page.locator("#search-results")).to_have_attribute("data-query", "moon and sea")
    expect(app.page.locator("#search-results .result")).to_have_count(10)


def test_how_files_were_read_is_told_and_the_report_can_be_saved(app: AppPage) -> None:
    paths = (
        "same-names/trip-a.zip",
        "same-names/trip-b.zip",
        "encodings/one-bad-byte.md",
        "csv-preamble/Connections.csv",
    )
    files = [text_file(Path(path).name, (CASES / path).read_bytes()) for path in paths]
    app.add_files([*files, EMPTY])
    app.report.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    expect(app.report).to_contain_text("one-bad-byte.md: 1 byte that is not UTF-8 replaced by")
    expect(app.report).to_contain_text("Mina: 3 lines before the header of Connections.csv were passed over")
    ids = app.evaluate(
        "async () => (await semblance.collection((await semblance.collections())[0].name)).ids()"
    )
    assert sorted(ids) == ["Mina", "Ole", "index.md", "one-bad-byte.md", "trip-b.zip/index.md"]
    with app.page.expect_download() as download:
        app.report.get_by_role("button", name="Save this report").click()
    saved = download.value.path().read_text(encoding="utf-8")
    assert saved.count("\n- ") == 4
    assert "- Connections.csv: " in saved
    assert "1 failed\n\n- empty.md: it is empty." in saved
    app.forget_report()
    app.add_files([text_file("trip-c.zip", (CASES / paths[1]).read_bytes())])
    expect(app.report).to_contain_text("index.md: it was from trip-a.zip, and is now from trip-c.zip")


def test_what_another_program_shares_is_added_once_the_user_says_so(app: AppPage) -> None:
    app.open("?shared&title=Tides&text=The%20moon%20pulls%20the%20sea.&url=https%3A%2F%2Fsea.example%2F")
    dialog = app.page.get_by_role("dialog")
    expect(dialog.get_by_label("Title")).to_have_value("Tides")
    expect(app.page.locator("#collection-picker option:checked")).to_have_text(
        "notes (0)"
    )  # any link can lead here
    dialog.get_by_role("button", name="Add", exact=True).click()
    assert app.wait_for_report() == "1 added"
    expect(app.page.locator("#related-item h1")).to_have_text("Tides")
    expect(app.page.locator("#related-item .excerpt")).to_contain_text("https://sea.example/")
    assert "shared" not in app.page.url
    app.reload()
    expect(app.page.locator("#item-count")).to_have_text("1 item")
    expect(app.report).to_be_hidden()


def test_files_are_opened_with_the_app(app: AppPage) -> None:
    """The browser hands the installed app the files that its user opens with it."""
    app.page.add_init_script(
        """{
            const file = new File(["The moon pulls the sea."], "tides.txt");
            const launched = { files: [{ getFile: async () => file }] };
            const launchQueue = { setConsumer: (consumer) => consumer(launched) };
            Object.defineProperty(globalThis, "launchQueue", { value: launchQueue });
        }"""
    )
    app.open("?again")
    assert app.wait_for_report() == "1 added"
    app.search("moon")
    assert app.results()[0][0] == "tides.txt"
