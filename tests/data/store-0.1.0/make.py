"""Wrote what lies beside it, with the code of version 0.1.0 (commit 0436a9f); it is kept as it was, and never made anew.

In a work tree of that commit, after ``python build.py``:
``PYTHONPATH=py:tests python .../make.py FOLDER CHROMIUM``, with the tests' packages.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright
from semblance.build.paths import DIST
from semblance.build.server import serving

from browser.interpreter import python
from semblance.documents import Document, ImageBytes
from semblance.library import Library
from semblance.native.models import load_encoders
from semblance.native.store import DirectoryStore

NAME = "Kept since 0.1.0"
LONG = "\n\n".join(
    f"## {part}\n\n" + f"The {part.lower()} of the harbour is written down here for whoever comes next. " * 14
    for part in ("Morning", "Noon", "Evening")
)
NOTE = "It was read as windows-1252."

STARTED = "async () => (await (await import('./static/js/semblance.js')).semblance.collections()).length >= 0"
RESTORE = """
import base64
from semblance.browser.start import running
library = running()
for info in await library.collections():
    await library.drop(info.name)
await library.restore(base64.b64decode(data), "backup.zip")
None
"""
DUMP = """async () => {
    const database = await new Promise((resolve, reject) => {
        const opening = indexedDB.open("semblance");
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
    });
    const done = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    const bytes = ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength);
    const plain = (name, value) => ArrayBuffer.isView(value)
        ? { [value.constructor.name]: btoa(String.fromCharCode(...bytes(value))) }
        : value;
    const stores = {};
    for (const name of database.objectStoreNames) {
        const store = database.transaction(name).objectStore(name);
        const [keys, values] = [await done(store.getAllKeys()), await done(store.getAll())];
        const rows = keys.map((key, i) => [key, JSON.parse(JSON.stringify(values[i], plain))]);
        stores[name] = { keyPath: store.keyPath, rows };
    }
    return { version: database.version, stores };
}"""


def picture() -> bytes:
    image = Image.new("RGB", (64, 48), (30, 90, 160))
    image.paste((240, 220, 120), (0, 30, 64, 48))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


SEA = {"tags": ["sea"], "year": 2024}
DOCUMENTS = [
    Document(
        "tides.md",
        "The moon pulls the sea, and twice a day the water comes in.",
        "Tides",
        {"tags": ["sea"], "year": 2024},
    ),
    Document(
        "brot.md", "Der Teig ruht über Nacht an einem kühlen Ort.", "Brot", {"tags": ["Küche"]}, "notes", NOTE
    ),
    Document("harbour.md", LONG, "The harbour's book"),
    Document("beach.png", "", "Beach", image=ImageBytes(picture())),
]


async def natively(folder: Path) -> None:
    """Write the database of SQLite, the backup, and what both answer."""
    models = DIST / "models"
    encoders = await load_encoders(models / "all-MiniLM-L6-v2", models / "semblance-vision-lite0")
    store = DirectoryStore(folder)
    library = Library(store, encoders)
    collection = await library.collection(NAME)
    report = await collection.embed_multi(DOCUMENTS)
    assert not report.failed, report
    (folder / "backup.zip").write_bytes(b"".join([piece async for piece in library.backup(NAME)]))
    nearest = {
        id: [[match.id, match.score] for match in await collection.similar_by_id(id)]
        for id in collection.ids()
    }
    (folder / "nearest.json").write_text(json.dumps(nearest, indent=1) + "\n", encoding="utf-8")
    await store.close()


def in_browser(page: Page, folder: Path) -> None:
    """Write what lies in IndexedDB once the backup is restored."""
    backup = base64.b64encode((folder / "backup.zip").read_bytes()).decode()
    python(page, RESTORE, data=backup)
    (folder / "indexeddb.json").write_text(json.dumps(page.evaluate(DUMP)) + "\n", encoding="utf-8")


def main(folder: Path, chromium: str) -> None:
    asyncio.run(natively(folder))
    with sync_playwright() as playwright, serving([DIST]) as site:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(site)
        page.wait_for_function(STARTED)
        in_browser(page, folder)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
