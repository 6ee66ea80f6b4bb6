"""Collections: create, rename, delete, back up, restore."""

from __future__ import annotations

import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile

from playwright.sync_api import Locator, expect

from browser.app import AppPage, text_file
from browser.watch import Watch

TIDES = text_file("tides.md", "# Tides\n\nThe moon pulls the sea.")
BREAD = text_file("bread.md", "# Bread\n\nLet the dough rise overnight.")


def room(app: AppPage) -> None:
    app.page.get_by_role("link", name="Collections", exact=True).click()


def row(app: AppPage, name: str) -> Locator:
    return app.page.get_by_role("row").filter(has=app.page.get_by_role("link", name=name, exact=True))


def create(app: AppPage, name: str) -> None:
    room(app)
    app.page.get_by_label("Name of the new collection").fill(name)
    app.page.get_by_role("button", name="Create").click()
    expect(row(app, name)).to_be_visible()


def test_collections_are_apart(app: AppPage) -> None:
    app.add_files([TIDES])
    create(app, "baking")
    app.add_files([BREAD])
    assert [id for id, _ in app.search("dough water")] == ["bread.md"]
    app.page.get_by_label("Collection", exact=True).select_option("notes")
    expect(app.page.locator("#search-results")).to_contain_text("Tides")
    assert [id for id, _ in app.search("dough water")] == ["tides.md"]


def switch(app: AppPage, name: str) -> None:
    app.page.get_by_label("Collection", exact=True).select_option(name)


def ids(app: AppPage, name: str) -> list[str]:
    found = app.evaluate("async (name) => (await semblance.collection(name)).ids()", name)
    return [str(id) for id in found]


def test_an_item_of_another_collection_is_not_shown_any_more(app: AppPage) -> None:
    app.add_files([TIDES, BREAD])
    create(app, "other")
    app.add_files([text_file("tides.md", "# Tides elsewhere\n\nAnother text of the same name.")])
    switch(app, "notes")
    app.pick("Tides")
    switch(app, "other")
    pane = app.page.locator("#related-item")
    expect(pane.get_by_role("heading", level=1)).to_have_text("Tides elsewhere")
    app.page.evaluate("location.hash = '#related/tides.md'")  # which both collections have
    expect(pane.get_by_role("heading", level=1)).to_have_text("Tides elsewhere")
    pane.get_by_role("button", name="Delete").click()
    expect(app.page.locator("#toasts")).to_contain_text("Deleted 1 item")
    assert ids(app, "other") == []
    assert ids(app, "notes") == ["bread.md", "tides.md"]


def test_what_is_deleted_leaves_the_pane_and_comes_back_with_undo(app: AppPage) -> None:
    app.add_files([TIDES, BREAD])
    app.pick("Tides")
    pane = app.page.locator("#related-item")
    pane.get_by_role("button", name="Delete").click()
    expect(pane.get_by_role("heading", level=1)).to_have_text("Bread")  # never an empty half
    assert "bread.md" in app.evaluate("location.hash")
    app.page.locator("#toasts").get_by_role("button", name="Undo").click()
    assert app.pick("Tides")[0][0] == "bread.md"


def test_what_another_tab_deletes_leaves_the_pane(app: AppPage, watch: Watch) -> None:
    app.add_files([TIDES, BREAD])
    app.pick("Tides")
    other = AppPage(app.page.context.new_page(), app.site)
    watch.watch(other.page)
    other.open()
    other.evaluate("async () => (await semblance.collection('notes')).delete(['tides.md'])")
    expect(app.page.locator("#related-item h1")).to_have_text("Bread")
    app.page.get_by_label("Filter items by name").fill("")
    expect(app.page.locator("#item-count")).to_have_text("1 item")


def test_a_report_is_shown_where_it_belongs(app: AppPage) -> None:
    assert app.add_files([TIDES, text_file("empty.md", "")]) == "1 added · 1 not added"
    create(app, "other")
    expect(app.report).to_be_hidden()
    switch(app, "notes")
    expect(app.report).to_contain_text("empty.md")


def test_a_name_is_taken_once(app: AppPage) -> None:
    create(app, "twins")
    app.page.get_by_label("Name of the new collection").fill("twins")
    app.page.get_by_role("button", name="Create").click()
    expect(app.page.locator("#notices")).to_contain_text("twins: there is a collection of that name already")


def test_rename_and_delete(app: AppPage) -> None:
    app.add_files([TIDES])
    room(app)
    row(app, "notes").get_by_role("button", name="Rename").click()
    app.page.get_by_role("dialog").get_by_label("Name").fill("sea notes")
    app.page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(row(app, "sea notes")).to_contain_text("1")
    app.reload()
    room(app)
    row(app, "sea notes").get_by_role("button", name="Delete").click()
    app.page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(row(app, "sea notes")).to_be_visible()
    row(app, "sea notes").get_by_role("button", name="Delete").click()
    app.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(row(app, "sea notes")).to_have_count(0)
    app.page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(row(app, "sea notes")).to_contain_text("knows English")
    assert app.search("moon")[0][0] == "tides.md"


def test_a_backup_is_added_to_a_collection_that_exists(app: AppPage, tmp_path: Path) -> None:
    app.add_files([TIDES, BREAD])
    room(app)
    with app.page.expect_download() as downloading:
        row(app, "notes").get_by_role("button", name="Back up").click()
    backup = tmp_path / "notes.semblance"
    downloading.value.save_as(backup)
    create(app, "more")
    app.add_files([TIDES, text_file("trains.md", "# Trains\n\nThe night train leaves at ten.")])
    app.forget_report()
    room(app)
    row(app, "more").get_by_label("Add a backup").set_input_files(backup)
    assert app.wait_for_report() == "1 added · 1 unchanged"
    assert ids(app, "more") == ["bread.md", "tides.md", "trains.md"]
    assert app.search("dough")[0][0] == "bread.md"


def test_a_new_name_that_is_taken_can_be_changed_and_is_not_lost(app: AppPage) -> None:
    app.add_files([TIDES])
    create(app, "recipes")
    row(app, "recipes").get_by_role("button", name="Rename").click()
    dialog = app.page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("notes")
    dialog.get_by_role("button", name="Rename").click()
    expect(app.page.locator("#ask-problem")).to_contain_text("there is a collection of that name already")
    expect(dialog.get_by_label("Name")).to_have_value("notes")
    dialog.get_by_label("Name").fill("notes on food")
    dialog.get_by_role("button", name="Rename").click()
    expect(row(app, "notes on food")).to_be_visible()
    expect(dialog).to_be_hidden()


def test_backup_and_restore_bring_everything_back(app: AppPage, tmp_path: Path) -> None:
    app.add_files([TIDES, BREAD])
    before = app.search("dough")
    room(app)
    with app.page.expect_download() as downloading:
        row(app, "notes").get_by_role("button", name="Back up").click()
    backup = tmp_path / "notes.semblance"
    downloading.value.save_as(backup)
    app.page.get_by_label("Restore a backup").set_input_files(backup)
    expect(app.page.locator("#toasts")).to_contain_text("“notes (2)” is restored")
    assert app.search("dough") == before


# The browser's own dialog can't be used in a test; what it returns is a folder of the browser's own.
PICKER = """globalThis.showDirectoryPicker = async () =>
    (await navigator.storage.getDirectory()).getDirectoryHandle("safe", { create: true });
globalThis.backedUp = async () => {
    const folder = await showDirectoryPicker();
    const file = await (await folder.getFileHandle("notes.semblance")).getFile();
    return Array.from(new Uint8Array(await file.arrayBuffer()));
};"""
REFUSED_UNTIL_ASKED = """
const allowed = new Set();
FileSystemHandle.prototype.queryPermission = async () => (globalThis.allowed ? "granted" : "prompt");
FileSystemHandle.prototype.requestPermission = async () => ((globalThis.allowed = true), "granted");
"""


def test_a_backup_is_kept_up_to_date_in_a_folder(app: AppPage) -> None:
    app.page.add_init_script(PICKER)
    app.reload()
    app.add_files([TIDES])
    room(app)
    row(app, "notes").get_by_role("button", name="Keep a backup in a folder").click()
    toasts = app.page.locator("#toasts")
    expect(toasts).to_contain_text("The backup of “notes” in “safe” is up to date")
    expect(row(app, "notes")).to_contain_text("kept up to date in “safe”")
    assert ids_in(bytes(app.page.evaluate("backedUp()"))) == [TIDES["name"]]
    app.page.add_init_script(REFUSED_UNTIL_ASKED)
    app.reload()
    app.add_files([BREAD])
    app.page.locator("#notices").get_by_role("button", name="Update it").click()
    expect(toasts).to_contain_text("is up to date")
    assert ids_in(bytes(app.page.evaluate("backedUp()"))) == sorted([TIDES["name"], BREAD["name"]])


def ids_in(backup: bytes) -> list[str]:
    with ZipFile(io.BytesIO(backup)) as archive:
        return [json.loads(line)["id"] for line in archive.read("items.jsonl").splitlines()]


def test_a_backup_is_offered_after_much_was_added(app: AppPage) -> None:
    notice = app.page.locator("#notices .notice", has_text="are in no backup")
    for number in (499, 2):
        rows = "".join(f"{number} {n},The same text\n" for n in range(number))
        app.add_files([text_file(f"{number}.csv", f"id,text\n{rows}")])
        expect(notice).to_have_count(int(number == 2))
    with app.page.expect_download():
        notice.get_by_role("button", name="Back up now").click()
    expect(app.page.locator("#toasts")).to_contain_text("501 items, read back and found whole")
    expect(notice).to_have_count(0)


def test_a_damaged_backup_is_refused_and_nothing_is_lost(app: AppPage, tmp_path: Path) -> None:
    app.add_files([TIDES])
    broken = tmp_path / "broken.semblance"
    broken.write_bytes(b"PK\x03\x04 this is not a backup")
    room(app)
    app.page.get_by_label("Restore a backup").set_input_files(broken)
    expect(app.page.locator("#notices")).to_contain_text("broken.semblance")
    expect(row(app, "notes")).to_contain_text("1")


def test_a_database_of_llm_is_saved_and_opened(app: AppPage, tmp_path: Path) -> None:
    long = " ".join(f"Chapter {number} tells how the sea rises with the moon." for number in range(60))
    app.add_files([TIDES, BREAD, text_file("long.txt", long)])
    before = app.search("dough")
    room(app)
    with app.page.expect_download() as downloading:
        row(app, "notes").get_by_role("button", name="Save for llm").click()
    expect(app.page.locator("#toasts")).to_contain_text("the passages of long items (1) and thumbnails (0)")
    file = tmp_path / "notes.db"
    downloading.value.save_as(file)
    with closing(sqlite3.connect(file)) as db:
        saved = db.execute("SELECT id, content, length(embedding) FROM embeddings ORDER BY id").fetchall()
        assert [(id, length) for id, _, length in saved] == [
            ("bread.md", 1536),
            ("long.txt", 1536),
            ("tides.md", 1536),
        ]
        assert saved[1][1] == long
        assert db.execute("SELECT name, model FROM collections").fetchall() == [
            ("notes", "sentence-transformers/all-MiniLM-L6-v2")
        ]
        for name in ("collections", "items", "pictures", "words"):
            db.execute(f"DROP TABLE semblance_{name}")  # as if llm itself had written it
        db.commit()
    app.page.get_by_label("Restore a backup or a database").set_input_files(file)
    expect(app.page.locator("#toasts")).to_contain_text("“notes (2)” is restored")
    assert [id for id, _ in app.search("dough")] == [id for id, _ in before]
    broken = tmp_path / "broken.db"
    broken.write_bytes(file.read_bytes()[:100] + bytes(5000))
    room(app)
    app.page.get_by_label("Restore a backup or a database").set_input_files(broken)
    expect(app.page.locator("#notices")).to_contain_text("broken.db")
    expect(row(app, "notes (2)")).to_contain_text("3")
