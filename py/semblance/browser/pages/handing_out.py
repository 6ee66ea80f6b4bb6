"""The dialog that makes one page of a collection, for readers who add nothing. Loaded with its first use."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import Any

from semblance.backup import write_backup
from semblance.browser import ffi
from semblance.browser.pages.dom import by_id, show
from semblance.browser.pages.session import Session
from semblance.browser.pages.words import words
from semblance.collection import Collection
from semblance.errors import SemblanceError
from semblance.handout import Handout
from semblance.models.languages import likely_languages
from semblance.models.vocabulary import block_files, needed_blocks
from semblance.wording import size

INDEX = "models/index.json"
FILE = "{name}-semblance.html"
_TEXTS = 500  # so many texts tell the languages of a collection


class HandingOut:
    """The dialog. It packs the page while the user chooses what goes along, so that its size is known before it is saved."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._collection: Collection | None = None
        self._app: asyncio.Future[Any] | None = None
        self._last_app: tuple[list[str], Any] = [], None  # what was packed last, by its files
        self._handout = Handout()
        self._page: Any = None  # a Blob, once all is packed
        session.scope.listen(by_id("handing-out-form"), "change", lambda _: self._pack())
        session.scope.listen(by_id("handing-out"), "close", self._closed)

    async def open(self, name: str) -> None:
        """Open the dialog for a collection."""
        collection = await self._session.library.collection(name, create=False)
        if not collection.count():
            return self._session.dialogs.toast(words("handing_out.empty", name=name))
        self._collection = collection
        by_id("handing-out-heading").textContent = words("handing_out.heading", name=name)
        show(by_id("handing-out-pictures"), any(entry.is_image for entry in collection.entries()))
        by_id("handing-out").returnValue = ""
        by_id("handing-out").showModal()
        self._app = asyncio.ensure_future(self._packed_app(collection))
        self._pack()

    def _pack(self) -> None:
        """Pack the page as the user has chosen."""
        self._handout = Handout(
            texts=bool(by_id("handing-out-texts").checked),
            thumbnails=bool(by_id("handing-out-thumbnails").checked),
        )
        self._page = None
        by_id("handing-out-save").disabled = True
        by_id("handing-out-problem").textContent = ""
        by_id("handing-out-size").textContent = words("handing_out.packing")
        self._session.run(self._pack_page(self._handout))

    async def _pack_page(self, handout: Handout) -> None:
        collection, app = self._collection, self._app
        if collection is None or app is None:
            return
        try:
            packer = await ffi.js_call(ffi.bridge.handout())
            relations = await self._session.settings.relations(collection.info)
            backup = [part async for part in write_backup(collection, handout.lean, relations)]
            packed = await ffi.js_call(packer.packCollection(ffi.blob(backup)))
            page = packer.page(await asyncio.shield(app), packed)
        except SemblanceError as error:
            if app is self._app:
                self._show(problem=error.said())
            return
        if (
            app is self._app and handout is self._handout
        ):  # the user may have closed the dialog, or chosen otherwise
            self._page = page
            by_id("handing-out-save").disabled = False
            whole, collected = size(page.size), size(packed.blob.size)
            self._show(words("handing_out.size", size=whole, collection=collected))

    def _show(self, text: str = "", problem: str = "") -> None:
        """Say how packing has ended. A dialog hides the page's notices, so it says itself what is wrong."""
        show(by_id("handing-out-progress"), False)
        by_id("handing-out-size").textContent = text
        by_id("handing-out-problem").textContent = problem

    async def _packed_app(self, collection: Collection) -> Any:
        """What is the same for all collections of a model, packed."""
        progress = by_id("handing-out-progress")
        show(progress)

        def report(done: int, number: int) -> None:
            progress.value, progress.max = done, number

        packer = await ffi.js_call(ffi.bridge.handout())
        index, paths = await _model_of(collection)
        if paths != self._last_app[0]:
            listed = ffi.mapping({"path": INDEX, "content": ffi.blob([index])})
            files = ffi.js_list([listed, *(ffi.mapping({"path": path}) for path in paths)])
            with ffi.Scope() as scope:
                self._last_app = paths, await ffi.js_call(packer.packApp(files, scope.function(report)))
        return self._last_app[1]

    def _closed(self, event: Any) -> None:
        collection, page = self._collection, self._page
        self._collection = self._app = self._page = None
        if event.target.returnValue == "save" and collection is not None and page is not None:
            ffi.save(page, FILE.format(name=collection.name.replace("/", "-")))
            self._session.dialogs.toast(words("handing_out.saved"))


async def _model_of(collection: Collection) -> tuple[bytes, list[str]]:
    """The index of models that the page has, which names only the text model of the collection, and that model's files."""
    index = json.loads(await _text(INDEX))
    name = collection.info.model
    entry = next((entry for entry in index["models"] if entry["name"] == name), index["models"][0])
    folder = f"models/{entry['text']}/"
    manifest = json.loads(await _text(f"{folder}manifest.json"))
    files = [file for file, pinned in manifest["files"].items() if pinned.get("site", True)]
    paths = [f"{folder}{file}" for file in ("manifest.json", *files)]
    if table := manifest.get("word_table"):
        vocabulary = await _bytes(folder + table["vocabulary"])
        needed = needed_blocks(gzip.decompress(vocabulary), await _languages(collection))
        rows = block_files(folder + table["rows"], table["blocks"])
        paths += [rows[block] for block in needed]
    listed = json.dumps({"models": [{**entry, "image": None}]}).encode()
    return listed, list(dict.fromkeys(paths))


async def _languages(collection: Collection) -> set[str]:
    records = await collection.get(collection.ids()[:_TEXTS], pictures="none", vectors=False)
    return {language for record in records for language in likely_languages(record.document.content)}


async def _text(path: str) -> str:
    return str(await ffi.js_call(ffi.bridge.fetchText(ffi.bridge.asset(path))))


async def _bytes(path: str) -> bytes:
    return ffi.array_bytes(await ffi.js_call(ffi.bridge.fetchBytes(ffi.bridge.asset(path))))
