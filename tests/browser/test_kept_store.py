"""What version 0.1.0 kept in IndexedDB opens for ever."""

from __future__ import annotations

import json

from playwright.sync_api import BrowserContext

from browser.app import NO_SERVICE_WORKER, AppPage
from browser.watch import Watch
from data.kept_store import FOLDER, ITEMS, NAME, NEAREST, assert_nearest

FILL = """async ({ version, stores }) => {
    const parsed = (_, value) => {
        const [[kind, text] = []] = value && typeof value === "object" ? Object.entries(value) : [];
        if (!["Uint8Array", "Int8Array", "Int32Array"].includes(kind)) return value;
        return new globalThis[kind](Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
    };
    const opening = indexedDB.open("semblance", version);
    opening.onupgradeneeded = () => {
        for (const [name, { keyPath, rows }] of Object.entries(stores)) {
            const store = opening.result.createObjectStore(name, keyPath ? { keyPath } : {});
            for (const [key, value] of rows) {
                store.put(JSON.parse(JSON.stringify(value), parsed), ...(keyPath ? [] : [key]));
            }
        }
    };
    await new Promise((resolve, reject) => {
        opening.onsuccess = resolve;
        opening.onerror = () => reject(opening.error);
    });
    opening.result.close();
}"""
OPENED = """
from semblance.browser.start import running
collection = await running().collection(name, create=False)
items = {}
nearest = {}
for record in await collection.get(sorted(collection.ids())):
    document = record.document
    items[document.id] = [document.title, dict(document.metadata), document.note, len(record.passages)]
    nearest[document.id] = [[match.id, match.score] for match in await collection.similar_by_id(document.id)]
(itself, *_) = await collection.similar_by_vector((await collection.get(["tides.md"]))[0].vectors[0])
import json
json.dumps([items, nearest, itself.id])
"""


def test_the_collection_opens_in_the_page(context: BrowserContext, site: str, watch: Watch) -> None:
    context.add_init_script(NO_SERVICE_WORKER)
    page = context.new_page()
    watch.watch(page)
    page.goto(site + "blank.html")
    page.evaluate(FILL, json.loads((FOLDER / "indexeddb.json").read_text(encoding="utf-8")))
    app = AppPage(page, site)
    app.open()
    items, nearest, itself = json.loads(app.python(f"name = {NAME!r}\n{OPENED}"))
    assert {id: tuple(fields) for id, fields in items.items()} == ITEMS
    assert_nearest(nearest)
    assert itself == "tides.md"
    nearest_ids = [id for id, _ in NEAREST["tides.md"]]
    pictures_first = sorted(nearest_ids, key=lambda id: not id.endswith(".png"))  # each kind in its own order
    assert [id for id, _ in app.pick("Tides")] == pictures_first
