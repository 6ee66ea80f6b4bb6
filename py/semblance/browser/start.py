"""Start-up: store, model, library; then the public API, and the app if the page has one."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from semblance.arrays import FloatArray
from semblance.browser import cosines, ffi
from semblance.browser.api import Api
from semblance.browser.indexeddb import IndexedDBStore
from semblance.browser.models import load_encoders, load_metric, read_index
from semblance.errors import SemblanceError, StoreError
from semblance.library import Library
from semblance.models.listing import ModelEntry
from semblance.pace import Lazy
from semblance.ports import Encoders, VectorStore
from semblance.storage.memory import MemoryStore

if TYPE_CHECKING:
    from semblance.browser.pages.session import Session
    from semblance.browser.pages.settings import Settings


_running: list[Library] = []


def running() -> Library:
    """The library that this page uses, for code cells and tests."""
    return _running[0]


async def start() -> None:
    """Wire everything. An error goes to the callers of the API, and to PyScript, which shows it."""
    try:
        await _start()
    except Exception as error:
        ffi.bridge.connect(None, ffi.js_object(ffi.error_message(error)))
        raise


async def _start() -> None:
    events, is_handed_out = Events(), bool(ffi.bridge.isHandedOut)
    opening = _in_memory() if is_handed_out else _open_store(events)
    (store, trouble), index, _ = await asyncio.gather(opening, read_index(), cosines.load())
    metrics = {entry.name: Lazy(partial(load_metric, entry)) for entry in index if entry.metric}
    library = Library(
        store,
        {entry.name: _model(entry, events, metrics.get(entry.name)) for entry in index},
        languages={entry.name: entry.languages for entry in index},
        dims={entry.name: entry.dims for entry in index},
        metrics=metrics,
    )
    _running.append(library)
    if ffi.or_none(ffi.document.getElementById("app")) is None:
        Api(library).connect()
        return
    from semblance.browser.pages import language
    from semblance.browser.pages.app import App
    from semblance.browser.pages.session import Session
    from semblance.browser.pages.settings import Settings

    language.follow()
    settings = Settings(store if isinstance(store, IndexedDBStore) else None)
    if is_handed_out:
        await _take_handed_out(library, settings)
    sizes = {entry.name: entry.bytes for entry in index}
    session = Session(library, settings, sizes, is_handed_out=is_handed_out)
    app = App(session)
    Api(library, session.api_changed).connect()
    events.listener = session
    await app.start()
    if trouble is not None:
        session.dialogs.notice(trouble.said)
    session.run(app.finish())


async def _take_handed_out(library: Library, settings: Settings) -> None:
    """Take over the collection that the page hands out."""
    from semblance.browser.pages.backups import take_over

    await take_over(library, settings, await ffi.blob_bytes(await ffi.js_call(ffi.bridge.handedOut())))


def _model(entry: ModelEntry, events: Events, metric: Lazy[FloatArray] | None) -> Lazy[Encoders]:
    """A model. Its metric comes with it, so that whoever has embedded can also compare, with or without a network."""

    async def load() -> Encoders:
        encoders = load_encoders(entry, events.model_progress, events.image_model_progress)
        if metric is None:
            return await encoders
        loaded, _ = await asyncio.gather(encoders, metric.get())
        return loaded

    return Lazy(load)


async def _open_store(events: Events) -> tuple[VectorStore, SemblanceError | None]:
    """The browser's database. If it can't be opened: a store in memory, and the reason."""
    try:
        return await IndexedDBStore.open(on_change=events.store_changed, on_closed=events.store_closed), None
    except StoreError as error:
        return MemoryStore(), error


async def _in_memory() -> tuple[VectorStore, None]:
    """A store for a page that hands out a collection: it keeps nothing in the reader's browser."""
    return MemoryStore(), None


class Events:
    """Passes events from outside of Python to the session, once there is one."""

    def __init__(self) -> None:
        self.listener: Session | None = None

    def store_changed(self, key: str) -> None:
        """Another tab changed a collection."""
        if self.listener:
            self.listener.changed_elsewhere(key)

    def store_closed(self, by_newer: bool) -> None:
        """A newer version of the page took the database over, or the browser cleared it."""
        if self.listener:
            self.listener.store_closed(by_newer)

    def model_progress(self, loaded: int, total: int) -> None:
        """Bytes of the text model that have arrived."""
        if self.listener:
            self.listener.status.show_progress(loaded, total)

    def image_model_progress(self, loaded: int, total: int) -> None:
        """Bytes of the image model that have arrived; it is loaded for the first picture."""
        if self.listener:
            self.listener.show_image_model_progress(loaded, total)
