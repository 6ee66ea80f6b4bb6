"""An addition that was cut off because its tab was closed: the next visit says so and goes on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from browser.app import EMBED_MS, NO_SERVICE_WORKER, AppPage, go_on, text_file
from browser.watch import Watch

NUMBER = 60
# The browser's own dialog can't be used in a test; what it returns is a folder of the browser's own.
PICKER = """globalThis.showDirectoryPicker = async () =>
    (await navigator.storage.getDirectory()).getDirectoryHandle("my-notes");"""
FILL = """async (number) => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle("my-notes", { create: true });
    for (let n = 0; n < number; n++) {
        const file = await (await folder.getFileHandle(`note ${n}.md`, { create: true })).createWritable();
        await file.write(`Note ${n} is about the tides and the moon.`);
        await file.close();
    }
}"""
REFUSE = """FileSystemHandle.prototype.requestPermission = async () => "denied";"""
MARKS_GONE = """
import asyncio
from semblance.browser.indexeddb import IndexedDBStore
from semblance.browser.pages.unfinished import PREFIX
store = await IndexedDBStore.open()
async def gone():
    while await store.settings(PREFIX):
        await asyncio.sleep(0.01)
await asyncio.wait_for(gone(), 20)
await store.close()
"""
STOPPED = re.compile(rf"Adding “my-notes” stopped after (\d+) of {NUMBER} files\.")


class Visitor:
    """Somebody who opens the app, closes it and comes back."""

    def __init__(self, context: BrowserContext, site: str, watch: Watch) -> None:
        self._context, self._site, self._watch = context, site, watch

    def visit(self, script: str = "") -> AppPage:
        """Open the app in a new tab."""
        page = self._context.new_page()
        self._watch.watch(page)
        if script:
            page.add_init_script(script)
        app = AppPage(page, self._site)
        app.open()
        return app

    @contextmanager
    def interrupted(self, script: str = "") -> Iterator[AppPage]:
        """A tab that is closed without ceremony while it adds what the block gives it."""
        app = self.visit(script)
        app.pause_writing()
        yield app
        go_on(app)
        text = app.page.locator("#progress-text")
        expect(text).to_have_text(re.compile(r"Embedding [1-9]\d* of"), timeout=EMBED_MS)
        app.page.close()


@pytest.fixture
def visitor(context: BrowserContext, site: str, watch: Watch) -> Visitor:
    context.add_init_script(NO_SERVICE_WORKER)
    return Visitor(context, site, watch)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "my-notes"
    folder.mkdir()
    for number in range(NUMBER):
        (folder / f"note {number}.md").write_text(f"Note {number} is about the tides and the moon.")
    return folder


def notice_of(app: AppPage) -> Locator:
    """The notice of what stopped; a browser that gives no handle of folders has one on them."""
    return app.page.locator("#notices .notice:visible").filter(has_text="stopped")


def test_a_folder_goes_on_with_one_click(visitor: Visitor) -> None:
    with visitor.interrupted(PICKER) as app:
        app.evaluate(FILL, NUMBER)
        app.page.locator("#empty").get_by_text("Choose a folder").click()
    app = visitor.visit()
    notice = notice_of(app)
    expect(notice).to_contain_text(STOPPED)
    done = int(STOPPED.search(notice.inner_text()).group(1))  # type: ignore[union-attr]
    stored = int(app.page.locator("#item-count").inner_text().split()[0])
    assert 0 <= done <= stored < NUMBER  # the mark is written after the items, and the tab may end between
    assert stored
    notice.get_by_role("button", name="Go on").click()
    assert app.wait_for_report() == f"{NUMBER - stored} added · {stored} unchanged"
    expect(notice).to_have_count(0)
    app.reload()
    expect(app.page.locator("#model-status")).to_contain_text("thread", timeout=EMBED_MS)
    expect(notice).to_have_count(0)


def test_a_folder_that_the_browser_does_not_let_the_page_read_is_still_offered(visitor: Visitor) -> None:
    with visitor.interrupted(PICKER) as app:
        app.evaluate(FILL, NUMBER)
        app.page.locator("#empty").get_by_text("Choose a folder").click()
    app = visitor.visit(REFUSE)
    notice_of(app).get_by_role("button", name="Go on").click()
    expect(notice_of(app)).to_contain_text("The browser did not let the page read “my-notes”.")
    notice_of(app).get_by_role("button", name="Leave it").click()
    expect(notice_of(app)).to_have_count(0)


def test_a_folder_without_a_handle_is_chosen_again(visitor: Visitor, folder: Path) -> None:
    with visitor.interrupted() as app:
        app.page.get_by_label("Add a folder").set_input_files(str(folder))
    app = visitor.visit("delete globalThis.showDirectoryPicker")
    notice = notice_of(app)
    expect(notice).to_contain_text(STOPPED)
    with app.page.expect_file_chooser() as choosing:
        notice.get_by_role("button", name="Choose it again").click()
    expect(notice).to_contain_text(STOPPED)  # until it is chosen
    choosing.value.set_files(str(folder))
    assert "unchanged" in app.wait_for_report()
    expect(notice).to_have_count(0)
    expect(app.page.locator("#item-count")).to_have_text(f"{NUMBER} items")


def test_of_single_files_it_is_said_how_many_were_not_added(visitor: Visitor) -> None:
    files = [text_file(f"{n}.md", f"Note {n} is about the tides.") for n in range(NUMBER)]
    with visitor.interrupted() as app:
        app.page.get_by_label("Add documents").set_input_files(files)
    app = visitor.visit()
    pattern = re.compile(rf"Adding {NUMBER} files stopped: (\d+) of them were not added\.")
    notice = notice_of(app)
    expect(notice).to_contain_text(pattern)
    assert app.add_files([text_file("other.md", "Another text.")]) == "1 added"
    expect(notice).to_contain_text(pattern)
    app.add_files(files)
    expect(notice).to_have_count(0)


def test_a_pasted_text_that_waited_its_turn_is_not_lost(visitor: Visitor, folder: Path) -> None:
    with visitor.interrupted() as app:
        app.page.get_by_label("Add a folder").set_input_files(str(folder))
        expect(app.page.locator("#progress-text")).to_contain_text("Embedding", timeout=EMBED_MS)
        app.page.get_by_label("More ways to add").click()
        app.page.locator("#add-menu").get_by_role("button", name="Paste text").click()
        app.page.locator("#paste").get_by_label("Title").fill("Crust")
        app.page.get_by_label("Text", exact=True).fill("Steam in the oven makes the loaf crackle.")
        app.page.get_by_role("button", name="Add", exact=True).click()
        expect(app.page.locator("#progress-waiting")).to_contain_text("1 addition")
    app = visitor.visit()
    notice = notice_of(app).filter(has_text="Adding the pasted text “Crust” stopped before it was stored.")
    notice.get_by_role("button", name="Go on").click()
    assert app.wait_for_report() == "1 added"
    expect(notice).to_have_count(0)
    expect(notice_of(app)).to_contain_text(STOPPED)


def test_what_is_left_is_left_and_what_another_tab_adds_is_not_offered(
    visitor: Visitor, folder: Path
) -> None:
    with visitor.interrupted() as app:
        app.page.get_by_label("Add a folder").set_input_files(str(folder))
        other = visitor.visit()
        expect(other.page.locator("#model-status")).to_contain_text("thread", timeout=EMBED_MS)
        expect(notice_of(other)).to_have_count(0)
    other.page.reload()
    other.wait_until_started()
    notice_of(other).get_by_role("button", name="Leave it").click()
    expect(notice_of(other)).to_have_count(0)
    other.python(MARKS_GONE)  # nobody reloads a page within the milliseconds that this takes
    other.reload()
    expect(other.page.locator("#model-status")).to_contain_text("thread", timeout=EMBED_MS)
    expect(notice_of(other)).to_have_count(0)


def test_nothing_is_offered_after_an_addition_that_was_cancelled(visitor: Visitor, folder: Path) -> None:
    app = visitor.visit()
    app.pause_writing()
    app.page.get_by_label("Add a folder").set_input_files(str(folder))
    expect(app.page.locator("#progress-text")).to_contain_text("Embedding", timeout=EMBED_MS)
    app.page.get_by_role("button", name="Cancel").locator("visible=true").click()
    go_on(app)  # a batch that is being written is written
    expect(app.page.locator("#toasts")).to_contain_text("Cancelled")
    app.reload()
    expect(app.page.locator("#model-status")).to_contain_text("thread", timeout=EMBED_MS)
    expect(notice_of(app)).to_have_count(0)
