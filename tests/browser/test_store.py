"""The store survives what happens to tabs: crashes, other tabs, older and newer schemas, a full disk, no storage."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, BrowserType, Error, FilePayload, Page, expect

from browser.app import AppPage, text_file
from browser.watch import Watch

TIDES = text_file("tides.md", "# Tides\n\nThe moon pulls the sea.")
WHOLE = """
from semblance.browser.start import running
library = running()
out = []
for info in await library.collections():
    c = await library.collection(info.name)
    for record in await c.get(c.ids()):
        out.append([record.document.id, len(record.passages) == len(record.vectors) > 0, bool(record.document.content)])
out
"""

# PyScript keeps a database of its own, which is not what this is about.
REFUSE_STORAGE = """
const real = indexedDB;
const open = (name, ...rest) => {
  if (name.startsWith("semblance")) throw new DOMException("denied", "SecurityError");
  return real.open(name, ...rest);
};
Object.defineProperty(globalThis, "indexedDB", { value: { open } });
"""


def many_notes(number: int, length: int = 60) -> list[FilePayload]:
    words = ["tide", "bread", "train", "violin", "garden", "comet", "bicycle", "winter"]
    return [
        text_file(
            f"{i}.md", f"# Note {i}\n\n" + " ".join(f"the {words[(i + k) % 8]}" for k in range(length // 2))
        )
        for i in range(number)
    ]


def test_a_tab_killed_in_mid_run_leaves_whole_items_only(
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    site: str,
    watch: Watch,
    tmp_path: Path,
) -> None:
    watch.expect("crash")

    def start() -> BrowserContext:
        return browser_type.launch_persistent_context(tmp_path / "profile", **browser_type_launch_args)

    context = start()
    app = AppPage(context.new_page(), site)
    app.open()
    app.page.get_by_label("Add documents").set_input_files(many_notes(200))
    expect(app.page.locator("#item-count")).not_to_have_text("0 items", timeout=120_000)
    expect(app.page.locator("#items li").nth(20)).to_be_visible(timeout=120_000)
    with app.page.expect_event("crash"), pytest.raises(Error):  # the page goes in the middle of the call
        app.page.goto("chrome://crash")
    context.close()

    context = start()
    page = context.new_page()
    watch.watch(page)
    app = AppPage(page, site)
    app.open()
    items = app.python(WHOLE)
    assert 20 <= len(items) < 200
    assert all(vectors and content for _, vectors, content in items)
    summary = app.add_files(many_notes(200))
    assert summary == f"{200 - len(items)} added · {len(items)} unchanged"
    context.close()


def test_an_older_schema_is_migrated(app: AppPage) -> None:
    found = app.page.evaluate(
        """async () => {
            const { migrations, openStore } = await import("./static/js/store.js");
            const opening = indexedDB.open("old", 3);
            opening.onupgradeneeded = () => {
                const db = opening.result;
                migrations.slice(0, 3).forEach((migrate) => migrate(db));
                const put = (store, value, key) => opening.transaction.objectStore(store).put(value, key);
                put("collections", { key: "k", name: "kept", model: "m", encoder_fingerprint: "f", dims: 2, created: 1 });
                put("collections", { key: "e", name: "empty", model: "m", encoder_fingerprint: "f", dims: 2, created: 2 });
                for (let i = 0; i < 600; i++) {
                    const id = `item ${String(i).padStart(3, "0")}`;
                    const vectors = Float32Array.of(0.6, 0.8, i / 600, Math.sqrt(1 - (i / 600) ** 2));
                    const light = { title: `T ${i}`, source: "s", fingerprint: `f ${i}`, passages: 2, vectors };
                    put("vectors", i === 7 ? { ...light, image: true } : light, ["k", id]);
                    put("items", { content: `text ${i}`, rest: "{}" }, ["k", id]);
                }
            };
            await new Promise((done) => { opening.onsuccess = done; });
            opening.result.close();
            const now = await openStore("old");
            await now.putSetting("colour", "green");
            const counts = (await now.collections()).map(({ name, count }) => [name, count]);
            const { items, codes, dims, passages } = await now.records("k", ["item 599", "item 000"], true, []);
            const { blocks } = await now.entries("k", null, 10);
            const { ids, images } = JSON.parse(blocks[0].light);
            const colour = await now.getSetting("colour");
            await now.delete("k", [...ids.slice(1), "not there"]);
            const after = (await now.collections()).map(({ count }) => count);
            const left = await now.entries("k", null, 10);
            now.close();
            return {
                counts, after, items, colour, codes: [...codes], dims: [...dims], passages: [...passages],
                blocks: blocks.length, ids: ids.length, images: images.indexOf(true),
                left: JSON.parse(left.blocks[0].light).ids,
            };
        }"""
    )
    assert found["counts"] == [["kept", 600], ["empty", 0]]
    assert [item["content"] for item in found["items"]] == ["text 599", "text 0"]
    assert (found["items"][0]["title"], found["items"][0]["fingerprint"]) == ("T 599", "f 599")
    assert found["codes"] == [95, 127, 127, 7, 95, 127, 0, 127]
    assert (found["dims"], found["passages"]) == ([2, 2], [2, 2])
    assert (found["blocks"], found["ids"], found["images"], found["colour"]) == (1, 600, 7, "green")
    assert (found["left"], found["after"]) == (["item 000"], [1, 0])


def test_a_newer_schema_is_not_touched(context: BrowserContext, site: str, watch: Watch) -> None:
    page = context.new_page()
    watch.watch(page)
    page.goto(site + "blank.html")
    page.evaluate(
        """() => new Promise((resolve, reject) => {
            const opening = indexedDB.open("semblance", 1000);
            opening.onsuccess = () => { opening.result.close(); resolve(); };
            opening.onerror = reject;
        })"""
    )
    app = AppPage(page, site)
    app.open()
    expect(page.locator("#notices")).to_contain_text("newer version")
    assert app.add_files([TIDES]) == "1 added"  # in memory: the page says so and goes on
    version = page.evaluate(
        "indexedDB.databases().then(all => all.find(one => one.name === 'semblance').version)"
    )
    assert version == 1000


def test_an_old_tab_in_the_way_is_named(context: BrowserContext, site: str, watch: Watch) -> None:
    page = context.new_page()
    watch.watch(page)
    page.goto(site + "blank.html")
    page.evaluate(
        """() => new Promise((resolve) => {
            const opening = indexedDB.open("semblance", 1);
            opening.onsuccess = () => { window.held = opening.result; resolve(); };
        })"""
    )
    other = context.new_page()
    watch.watch(other)
    AppPage(other, site).open()
    expect(other.locator("#notices")).to_contain_text("Close the other tabs")


def test_no_storage_at_all_still_works_and_says_so(context: BrowserContext, site: str, watch: Watch) -> None:
    context.add_init_script(REFUSE_STORAGE)
    page = context.new_page()
    watch.watch(page)
    app = AppPage(page, site)
    app.open()
    expect(page.locator("#notices")).to_contain_text("private browsing")
    assert app.add_files([TIDES]) == "1 added"
    assert app.search("moon")[0][0] == "tides.md"


def copies(number: int) -> list[FilePayload]:
    """Files of one and the same long text: embedded once, kept many times."""
    text = "# Copies\n\n" + "The tide comes in and goes out again while the bread rises. " * 250
    return [text_file(f"copy {i}.md", text) for i in range(number)]


def test_a_full_disk_is_reported_and_loses_nothing(context: BrowserContext, site: str, watch: Watch) -> None:
    page = context.new_page()
    watch.watch(page)
    app = AppPage(page, site)
    session = context.new_cdp_session(page)
    origin = "/".join(site.split("/")[:3])
    # From the start, as Chromium asks for the room that is left only once it has used up what it was told before.
    session.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 2_000_000})
    app.open()
    assert app.add_files([TIDES]) == "1 added"
    page.get_by_label("Add documents").set_input_files(copies(150))
    expect(page.locator("#notices")).to_contain_text("storage for this site is full", timeout=120_000)
    session.send("Storage.overrideQuotaForOrigin", {"origin": origin})
    app.reload()
    assert "tides.md" in [id for id, *_ in app.python(WHOLE)]
    assert all(whole and content for _, whole, content in app.python(WHOLE))
    assert app.add_files(many_notes(3)).startswith("3 added")


@pytest.mark.parametrize("what", ["site data", "database", "upgrade"])
def test_a_store_that_goes_under_the_open_page_is_named(
    context: BrowserContext, site: str, watch: Watch, what: str
) -> None:
    """By clearing the site's data, as Safari does after seven days; or in another tab."""
    page, other = context.new_page(), context.new_page()
    watch.watch(page)
    app = AppPage(page, site)
    app.open()
    app.add_files([TIDES])
    origin = "/".join(site.split("/")[:3])
    if what == "site data":
        session = context.new_cdp_session(page)
        session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    else:
        other.goto(site + "blank.html")
        change = "deleteDatabase('semblance')" if what == "database" else "open('semblance', 1000)"
        other.evaluate(f"() => new Promise((resolve) => (indexedDB.{change}.onsuccess = () => resolve()))")
    notices = page.locator("#notices")
    expect(notices).to_contain_text(
        "newer version" if what == "upgrade" else "has cleared what Semblance stored"
    )
    page.get_by_label("Add documents").set_input_files([text_file("bread.md", "Let the dough rise.")])
    expect(notices).to_contain_text("the browser has closed what this page stores")
    if what != "upgrade":
        app.reload()  # as on a first visit
        assert app.add_files([TIDES]) == "1 added"


def test_two_tabs_show_the_same(app: AppPage, context: BrowserContext, watch: Watch) -> None:
    other_page = context.new_page()
    watch.watch(other_page)
    other = AppPage(other_page, app.site)
    other.open()
    app.add_files([TIDES])
    expect(other_page.locator("#items")).to_contain_text("Tides")
    assert other.search("moon")[0][0] == "tides.md"


STORED = """async () => {
    const opening = indexedDB.open("semblance");
    const db = await new Promise((resolve) => { opening.onsuccess = () => resolve(opening.result); });
    const counts = {};
    for (const name of ["collections", "items", "blocks", "thumbnails", "originals"]) {
        const counting = db.transaction(name).objectStore(name).count();
        counts[name] = await new Promise((resolve) => { counting.onsuccess = () => resolve(counting.result); });
    }
    db.close();
    return counts;
}"""
NOTHING = {"collections": 0, "items": 0, "blocks": 0, "thumbnails": 0, "originals": 0}
NOTES = """
    const { semblance } = await import("./static/js/semblance.js");
    const notes = await semblance.collection("notes");
"""
EMBED_MANY = f"""async () => {{
    {NOTES}
    const item = (_, i) => ({{ id: String(i), content: `Note ${{i}} about the sea. `.repeat(30) }});
    return new Promise((begun) => {{
        const onProgress = ({{ done }}) => done > 0 && begun();
        const run = notes.embedMulti(Array.from({{ length: 300 }}, item), {{ onProgress }});
        window.outcome = run.catch(({{ type, where }}) => ({{ type, where }}));
    }});
}}"""


@pytest.fixture
def tabs(context: BrowserContext, site: str, watch: Watch) -> list[Page]:
    """Two tabs of one visitor, without the app."""
    pages = [context.new_page() for _ in range(2)]
    for page in pages:
        watch.watch(page)
        page.goto(site + "blank.html")
    return pages


def test_a_run_ends_when_another_tab_drops_the_collection(tabs: list[Page]) -> None:
    here, there = tabs
    there.evaluate(f"async () => {{ {NOTES} }}")
    here.evaluate(EMBED_MANY)
    there.evaluate(f"async () => {{ {NOTES} await notes.drop(); }}")
    assert here.evaluate("window.outcome") == {"type": "UnknownCollection", "where": "notes"}
    assert here.evaluate(STORED) == NOTHING


def test_a_run_leaves_what_another_tab_made_anew_alone(tabs: list[Page]) -> None:
    here, there = tabs
    there.evaluate(f"async () => {{ {NOTES} }}")
    here.evaluate(EMBED_MANY)
    there.evaluate(f"async () => {{ {NOTES} await notes.drop(); }}")
    there.evaluate(f"async () => {{ {NOTES} await notes.embedMulti([{{ id: 'new', content: 'bread' }}]); }}")
    assert here.evaluate("window.outcome") == {"type": "UnknownCollection", "where": "notes"}
    assert here.evaluate(f"async () => {{ {NOTES} return notes.ids(); }}") == ["new"]
    assert here.evaluate(STORED) == NOTHING | {"collections": 1, "items": 1, "blocks": 1}


def delete_collection(app: AppPage, name: str) -> None:
    app.page.get_by_role("link", name="Collections", exact=True).click()
    row = app.page.locator("#collections tbody tr").filter(has_text=name)
    row.get_by_role("button", name="Delete").click()
    app.page.get_by_role("dialog").get_by_role("button", name="Delete").click()


def test_the_app_says_that_another_tab_deleted_what_it_adds_to(
    app: AppPage, context: BrowserContext, watch: Watch
) -> None:
    other_page = context.new_page()
    watch.watch(other_page)
    other = AppPage(other_page, app.site)
    other.open()
    app.page.get_by_label("Add documents").set_input_files(many_notes(200))
    expect(app.page.locator("#item-count")).not_to_have_text("0 items", timeout=120_000)
    delete_collection(other, "notes")
    expect(app.progress).to_be_hidden(timeout=30_000)
    expect(app.page.get_by_role("heading", name="Find what is alike")).to_be_visible()
    notice = app.page.locator("#notices .notice")  # one, though the run and the tab both hear of it
    expect(notice).to_contain_text(
        re.compile("“notes” was deleted in another tab|notes: it has been deleted")
    )
    for tab in (app, other):  # each made a collection to show instead: it is one and the same
        expect(tab.page.locator("#collection-picker option")).to_have_text(["notes (0)"])
    assert app.evaluate(STORED) == NOTHING | {"collections": 1}
    assert app.add_files([TIDES]) == "1 added"
    expect(other.page.locator("#collection-picker option")).to_have_text(["notes (1)"])


# --- orphans ---

# What earlier versions left when one tab embedded what another dropped: items whose collection is not there.
LOSE_COLLECTIONS = """async (stores) => {
    const opening = indexedDB.open("semblance");
    const db = await new Promise((resolve) => { opening.onsuccess = () => resolve(opening.result); });
    const writing = db.transaction(stores, "readwrite");
    for (const store of stores) writing.objectStore(store).clear();
    await new Promise((resolve) => { writing.oncomplete = resolve; });
    db.close();
}"""


def lose(app: AppPage, *stores: str) -> None:
    """Clear stores of the database, and open the app on what is left."""
    app.evaluate(LOSE_COLLECTIONS, list(stores))
    app.reload()


def test_items_without_a_collection_are_offered_and_recovered(app: AppPage) -> None:
    app.add_files(many_notes(40))
    before = app.search("a bicycle in winter")
    lose(app, "collections")
    notice = app.page.locator("#notices .notice")
    expect(notice).to_contain_text("40 items of a collection that no longer exists were found")
    notice.get_by_role("button", name="Recover").click()
    assert app.wait_for_report() == "0 added · 40 unchanged"  # their vectors are good as they are
    expect(app.page.locator("#collection-picker option:checked")).to_have_text("recovered (40)")
    assert app.search("a bicycle in winter") == before
    app.reload()
    expect(app.page.locator("#model-status")).to_contain_text("thread")
    expect(notice).to_have_count(0)
    assert len(app.python(WHOLE)) == 40


def test_items_without_a_collection_are_removed_if_so_wanted(app: AppPage) -> None:
    app.add_files(many_notes(1))
    lose(app, "collections")
    notice = app.page.locator("#notices .notice")
    expect(notice).to_contain_text("1 item of a collection that no longer exists was found")
    notice.get_by_role("button", name="Remove").click()
    app.page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    notice.get_by_role("button", name="Remove").click()
    app.page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(app.page.locator("#toasts")).to_contain_text("Removed 1 item")
    assert app.evaluate(STORED) == NOTHING | {"collections": 1}


def test_what_one_tab_recovered_is_not_removed_by_another(
    app: AppPage, context: BrowserContext, watch: Watch
) -> None:
    app.add_files(many_notes(3))
    lose(app, "collections")
    other_page = context.new_page()
    watch.watch(other_page)
    other = AppPage(other_page, app.site)
    other.open()
    other_page.locator("#notices").get_by_role("button", name="Recover").click()
    assert other.wait_for_report() == "0 added · 3 unchanged"
    app.page.locator("#notices").get_by_role("button", name="Remove").click()
    app.page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(app.page.locator("#toasts")).to_contain_text("already, in another tab")
    assert len(other.python(WHOLE)) == 3


def test_rests_without_an_item_are_removed_and_that_is_said(app: AppPage) -> None:
    app.add_files(many_notes(3))
    lose(app, "collections", "items")
    expect(app.page.locator("#notices")).to_contain_text("It held no item")
    assert app.evaluate(STORED) == NOTHING | {"collections": 1}


def test_an_older_schema_keeps_items_without_a_collection(app: AppPage) -> None:
    """Whether this version migrates them or one did that left their vectors behind."""
    kept, bare = app.page.evaluate(
        """async () => {
            const { migrations, openStore } = await import("./static/js/store.js");
            const recovered = async (name, version, fill) => {
                const opening = indexedDB.open(name, version);
                opening.onupgradeneeded = async () => {
                    const tx = opening.transaction;
                    for (const migrate of migrations.slice(0, 3)) migrate(opening.result);
                    if (version > 3) opening.result.createObjectStore("blocks");
                    fill((store, value, key) => tx.objectStore(store).put(value, key));
                };
                await new Promise((done) => { opening.onsuccess = done; });
                opening.result.close();
                const store = await openStore(name);
                const orphans = await store.orphans();
                await store.putCollection({ key: "k", name, model: "", encoder_fingerprint: "", dims: 0, created: 1 });
                const [{ count }] = await store.collections();
                const { blocks } = await store.entries("k", null, 10);
                const light = JSON.parse(blocks[0].light);
                const { items, passages } = await store.records("k", ["b"], true, []);
                const left = await store.orphans();
                store.close();
                const { ids, titles } = light;
                return { orphans, count, ids, titles, item: items[0], passages: [...passages], left };
            };
            const rest = JSON.stringify({ metadata: {}, note: "", passages: [[0, 4, ""], [4, 8, ""]], cut: 0, updated: 1 });
            const put3 = (put) => {
                for (const id of ["a", "b"]) {
                    const vectors = Float32Array.of(0.6, 0.8, 1, 0);
                    put("vectors", { title: `T ${id}`, source: "s", fingerprint: "f", passages: 2, vectors }, ["k", id]);
                    put("items", { content: `text ${id}`, rest }, ["k", id]);
                }
            };
            const put5 = (put) => {
                for (const id of ["a", "b"]) put("items", { content: `text ${id}`, rest }, ["k", id]);
            };
            return [await recovered("schema 3", 3, put3), await recovered("schema 5", 5, put5)];
        }"""
    )
    for found in (kept, bare):
        assert (found["orphans"], found["count"], found["left"]) == ([["k", 2]], 2, [])
        assert (found["ids"], found["item"]["content"], found["passages"]) == (["a", "b"], "text b", [2])
    assert (kept["titles"], kept["item"]["fingerprint"]) == (["T a", "T b"], "f")
    assert (bare["titles"], bare["item"]["fingerprint"]) == (["", ""], "")  # so that it is embedded again


def test_storage_is_shown(app: AppPage) -> None:
    app.add_files([TIDES])
    app.page.get_by_role("link", name="Collections", exact=True).click()
    expect(app.page.locator("#storage-text")).to_contain_text("used")


def test_a_clock_that_jumps_changes_nothing(app: AppPage) -> None:
    app.page.clock.set_fixed_time("2031-05-04")
    app.reload()
    assert app.add_files(many_notes(3)) == "3 added"
    app.page.clock.set_fixed_time("1970-01-02")
    app.reload()
    changed = text_file("1.md", "# Note 1\n\nThe sea is calm.")
    assert app.add_files([*many_notes(1), changed, TIDES]) == "1 added · 1 changed · 1 unchanged"
    app.create_collection("earlier", "all-MiniLM-L6-v2")
    app.page.clock.set_fixed_time("2026-11-29")
    app.reload()
    rows = app.page.get_by_role("row")
    expect(rows.filter(has_text="1970-01-02")).to_contain_text("earlier")
    expect(rows.filter(has_text="notes")).to_contain_text("4")
    app.page.get_by_role("combobox", name="Collection", exact=True).select_option("notes")
    assert app.search("what the moon does")[0][0] == "tides.md"
    assert sorted(id for id, vectors, content in app.python(WHOLE) if vectors and content) == [
        *("0.md", "1.md", "2.md"),
        "tides.md",
    ]
