"""A folder whose handle the browser gave is looked at again when the page comes to the front."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from browser.app import START_MS, AppPage

FOLDER = """async (files) => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('diary', { create: true });
    for (const [name, text] of Object.entries(files)) {
        if (text === null) {
            await folder.removeEntry(name);
            continue;
        }
        const writer = await (await folder.getFileHandle(name, { create: true })).createWritable();
        await writer.write(text);
        await writer.close();
    }
    globalThis.showDirectoryPicker = async () => folder;
}"""

STATE_OF_A_FOLDER_THAT_IS_GONE = """async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('diary');
    await root.removeEntry('diary', { recursive: true });
    return (await import('./static/js/intake.js')).folderState(folder);
}"""


def test_what_changed_is_added_and_what_vanished_is_asked_about(app: AppPage) -> None:
    page = app.page
    app.wait_for_model()
    page.evaluate(
        FOLDER, {"tides.md": "The moon pulls the sea.", "bread.md": "Dough rises.", "old.md": "It goes."}
    )
    page.get_by_text("Choose a folder…").click()
    assert app.wait_for_report() == "3 added"
    page.evaluate("dispatchEvent(new Event('focus'))")
    app.forget_report()

    page.evaluate(
        FOLDER, {"tides.md": "The moon pulls the sea twice.", "new.md": "It comes.", "old.md": None}
    )
    page.evaluate("dispatchEvent(new Event('focus'))")
    assert app.wait_for_report().startswith("1 added · 1 changed")
    expect(app.report).to_contain_text("diary/old.md")
    expect(page.locator("#item-count")).to_have_text("4 items", timeout=START_MS)  # until the user says so

    app.reload()  # the handle is kept
    app.wait_for_model()
    page.evaluate(FOLDER, {"later.md": "It comes later."})
    page.evaluate("dispatchEvent(new Event('focus'))")
    assert app.wait_for_report().startswith("1 added")

    assert page.evaluate(STATE_OF_A_FOLDER_THAT_IS_GONE) is None
    page.evaluate("dispatchEvent(new Event('focus'))")


def test_a_browser_that_gives_no_handle_says_so(app: AppPage, tmp_path: Path) -> None:
    folder = tmp_path / "diary"
    folder.mkdir()
    (folder / "tides.md").write_text("The moon pulls the sea.")
    app.page.add_init_script("delete globalThis.showDirectoryPicker")
    app.reload()
    app.wait_for_model()
    app.add_folder(folder)
    expect(app.page.locator("#notices")).to_contain_text("can't look at “diary” again by itself")
