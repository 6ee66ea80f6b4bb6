"""The app: which collection is open, which room is shown, and what all rooms share."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Coroutine
from typing import Any, Protocol

from semblance.browser import ffi
from semblance.browser.indexeddb import IndexedDBStore
from semblance.browser.pages.adding import Adding
from semblance.browser.pages.address import Address
from semblance.browser.pages.collections import Collections
from semblance.browser.pages.compare import Compare
from semblance.browser.pages.dialogs import Dialogs
from semblance.browser.pages.dom import by_id, closest, element, show
from semblance.browser.pages.labs_door import LabsDoor
from semblance.browser.pages.offline import Offline
from semblance.browser.pages.related import Related
from semblance.browser.pages.search import Search
from semblance.collection import Collection, is_stale
from semblance.errors import DamagedCollection, NameTaken, SemblanceError, StoreError
from semblance.library import Library
from semblance.pace import Lazy
from semblance.ports import Encoders
from semblance.records import CollectionInfo, Entry
from semblance.wording import count, size

FIRST_COLLECTION = "notes"
LAST_OPEN = "last open collection"  # names of settings
KEEP_ORIGINALS = "keep original pictures"


class Room(Protocol):
    """One of the app's rooms."""

    def refresh(self) -> None:
        """Show the collection as it is now."""

    async def open(self, address: Address) -> None:
        """Show what the address names."""


class App:
    """Wires the rooms to one library."""

    def __init__(self, library: Library, settings: IndexedDBStore | None) -> None:
        self.library = library
        self.scope = ffi.Scope()
        self.collection: Collection
        self.dialogs = Dialogs(self.scope)
        self._settings = settings
        self._tasks: set[asyncio.Task[Any]] = set()
        self._asked_to_persist = False
        self._adding = Adding(self)
        self.offline = Offline(self)
        self._search = Search(self)
        self._rooms: dict[str, Room] = {
            "related": Related(self),
            "search": self._search,
            "compare": Compare(self),
            "collections": Collections(self),
            "labs": LabsDoor(self),
        }

    async def start(self) -> None:
        """Show the last collection and listen."""
        self.scope.listen(by_id("collection-picker"), "change", self._picked)
        self.scope.listen(ffi.document, "keydown", self._key)
        remembered = await self._settings.get_setting(LAST_OPEN) if self._settings else None
        for info in await self.library.collections():
            if info.damage:
                self.dialogs.notice(str(DamagedCollection(info.damage, where=info.name)))
        await self._choose_any(remembered, stay=True)
        self.scope.listen(ffi.window, "hashchange", lambda _: self.run(self._route()))
        show(by_id("startup"), False)
        self._adding.listen()
        ffi.window.performance.mark("start: the last collection is listed")
        self.run(self._arrive())

    async def _arrive(self) -> None:
        """Show what the page's address names."""
        await self._route()
        self._search.catch_up()

    def run(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do something in the background; an error is shown, never lost."""

        async def guarded() -> None:
            try:
                await work
            except SemblanceError as error:
                self.dialogs.notice(str(error))
            except Exception as error:
                traceback.print_exc()
                self.dialogs.notice(
                    f"Something went wrong that should not: {error}. Nothing that was stored is lost."
                )

        task = asyncio.ensure_future(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- rooms ---

    def go(self, address: Address) -> None:
        """Go to an address, as if its link had been clicked."""
        ffi.window.location.hash = str(address)

    def mark(self, address: Address) -> None:
        """Write an address for what a room is about to show by itself; a step in the history only for a new room."""
        history = ffi.window.history
        stays = address.room == Address.parse(str(ffi.window.location.hash)).room
        (history.replaceState if stays else history.pushState)(None, "", str(address))
        self._show_room(address.room)

    async def _route(self) -> None:
        address = Address.parse(str(ffi.window.location.hash))
        self._show_room(address.room)
        if address.item_of_collection and address.item not in self.collection.ids():
            self.dialogs.toast(f"“{address.item}” is not in this collection.")
            address = Address(address.room)
        await self._rooms[address.room].open(address)

    def _show_room(self, room: str) -> None:
        filling = room == "search" and self.expected_items  # what is found so far is shown there
        empty = not self.collection.count() and room in ("related", "search") and not filling
        show(by_id("empty"), empty)
        for name in self._rooms:
            show(by_id(f"room-{name}"), name == room and not empty)
        for link in ffi.document.querySelectorAll("[data-room]"):
            if link.dataset.room == room:
                link.setAttribute("aria-current", "page")
            else:
                link.removeAttribute("aria-current")

    def _key(self, event: Any) -> None:
        typing = closest(event.target, "input, textarea, select, dialog") is not None
        if event.key == "/" and not typing and not (event.ctrlKey or event.metaKey or event.altKey):
            event.preventDefault()
            by_id("search").focus()
        elif event.key in ("ArrowDown", "ArrowUp"):
            self._move_in_results(event)

    def _move_in_results(self, event: Any) -> None:
        """Arrow keys go from the search box into the results and through them."""
        here = ffi.document.activeElement
        if here.id != "search" and closest(here, ".results, .detail-head h1") is None:
            return
        links = [
            link
            for link in ffi.document.querySelectorAll(".results .result-title")
            if ffi.or_none(link.offsetParent)
        ]
        if not links:
            return
        current = next((i for i, link in enumerate(links) if link.closest("li").contains(here)), -1)
        target = current + (1 if event.key == "ArrowDown" else -1)
        event.preventDefault()
        (links[min(target, len(links) - 1)] if target >= 0 else by_id("search")).focus()

    # --- the collection ---

    @property
    def encoders(self) -> Lazy[Encoders]:
        """Those of the open collection."""
        return self.library.encoders(self.collection.info.model)

    def items(self) -> list[Entry]:
        """The items of the open collection, in the order of their titles."""
        return sorted(self.collection.entries(), key=lambda entry: (entry.title or entry.id).casefold())

    async def choose(self, name: str, must_be_new: bool = False, stay: bool = False, model: str = "") -> None:
        """Open a collection, making it (with a model) if need be."""
        if must_be_new and name in [info.name for info in await self.library.collections()]:
            raise NameTaken("there is a collection of this name already", where=name)
        self.collection = await self.library.collection(name, model=model)
        self.run(self.put_setting(LAST_OPEN, name))  # where that fails, the collection is open all the same
        if not stay:
            self.run(self.load_model())
        await self.changed()
        if not stay and Address.parse(str(ffi.window.location.hash)).item_of_collection:
            self.go(Address("related"))

    async def _choose_any(self, preferred: Any = None, stay: bool = False) -> None:
        """Open a collection, or else the first that can be read; of one that can't the user is told."""
        infos = await self.library.collections()
        names = [info.name for info in infos if not info.damage]
        for name in sorted(names, key=lambda name: name != preferred):
            try:
                return await self.choose(name, stay=stay)
            except StoreError as error:
                self.dialogs.notice(str(error))
        taken, number, name = {info.name for info in infos}, 1, FIRST_COLLECTION
        while name in taken:
            number += 1
            name = f"{FIRST_COLLECTION} {number}"
        await self.choose(name, stay=stay)

    def _picked(self, event: Any) -> None:
        self.run(self.choose(str(event.target.value)))

    async def changed(self) -> None:
        """The collection or the list of collections is not what it was: show it as it is."""
        infos = await self.library.collections()
        options = []
        for info in infos:
            option = element("option", f"{info.name} ({'damaged' if info.damage else f'{info.count:,}'})")
            option.value = info.name
            option.disabled = bool(info.damage)
            option.selected = info.name == self.collection.name
            options.append(option)
        by_id("collection-picker").replaceChildren(*options)
        room = Address.parse(str(ffi.window.location.hash)).room
        self._show_room(room)
        self._rooms[room].refresh()
        await self._show_storage()

    @property
    def expected_items(self) -> int | None:
        """How many items the open collection has when all that is being added is in; None if nothing is."""
        return self._adding.expected(self.collection)

    def items_arrived(self) -> None:
        """Some items were added while a run goes on, or are about to be."""
        room = Address.parse(str(ffi.window.location.hash)).room
        if not by_id("empty").hidden:
            self._show_room(room)
        if room == "related":
            self._rooms["related"].refresh()
        elif room == "search":
            self._search.items_arrived()

    async def delete_items(self, ids: list[str], collection: Collection | None = None) -> None:
        """Remove items, and offer to undo it."""
        where = collection or self.collection
        records = await where.delete(ids)

        async def undo() -> None:
            await where.restore(records)
            await self.changed()

        await self.changed()
        self.dialogs.toast(f"Deleted {count(len(records), 'item')}.", "Undo", lambda: self.run(undo()))

    async def collection_dropped(self, name: str) -> None:
        """Show another one if it was the open one."""
        if name == self.collection.name:
            await self._choose_any()
        await self.changed()

    def changed_elsewhere(self, key: str) -> None:
        """Another tab changed a collection."""
        self.run(self._reload(key))

    async def _reload(self, key: str) -> None:
        is_open = key == self.collection.info.key
        name = await self.library.forget(key)
        if is_open:
            if name is None:
                self.dialogs.notice(f"“{self.collection.name}” was deleted in another tab.")
            await self._choose_any(name)
        else:
            await self.changed()

    def is_stale(self, info: CollectionInfo) -> bool:
        """Whether a collection was embedded by another model than the one in use."""
        encoders = self.library.encoders(info.model).value
        return encoders is not None and is_stale(info, encoders)

    async def reembed(self, name: str) -> None:
        """Embed all texts of a collection again."""
        await self.choose(name)
        await self._adding.reembed()

    def api_changed(self) -> None:
        """JavaScript changed a collection."""
        self.run(self.changed())

    def store_closed(self) -> None:
        """A newer version of the page, in another tab, took the stored data over."""
        self.dialogs.notice("A newer version of Semblance is open in another tab. Reload this page to go on.")

    # --- what is going on ---

    async def load_model(self) -> None:
        """Load the model ahead of the first need of it."""
        await self.encoders.get()
        self._show_model()
        self._rooms[Address.parse(str(ffi.window.location.hash)).room].refresh()

    def _show_model(self) -> None:
        encoders = self.encoders.value
        if encoders is None:
            return
        names = dict.fromkeys(
            [encoders.text.name, encoders.image.name if encoders.image else encoders.text.name]
        )
        by_id("model-status").textContent = " · ".join([" + ".join(names), count(ffi.threads, "thread")])

    def show_model_progress(self, loaded: int, total: int) -> None:
        """Bytes of the model that have arrived."""
        text = f"Loading the model: {size(loaded)} of {size(total)}"
        by_id("model-status").textContent = text if loaded < total else "Preparing the model…"

    def show_image_model_progress(self, loaded: int, total: int) -> None:
        """Bytes of the image model that have arrived."""
        if loaded < total:
            text = f"Loading the model for pictures: {size(loaded)} of {size(total)}"
            by_id("model-status").textContent = text
        else:
            self._show_model()

    def say_waiting_for_model(self) -> None:
        """Tell that a search waits for the model, where it does."""
        if self.encoders.value is None:
            by_id("model-status").textContent = "Loading the model; the answer comes as soon as it is ready…"

    async def ask_for_persistence(self) -> None:
        """Ask the browser to keep what is stored."""
        granted = await ffi.js_call(ffi.bridge.askForPersistence())
        if not granted:
            self.dialogs.toast("The browser did not agree. It may still keep the data; back up what matters.")
        await self.changed()

    async def get_setting(self, name: str) -> str | None:
        """What was put under a name, if settings can be kept here and it was."""
        return await self._settings.get_setting(name) if self._settings else None

    async def put_setting(self, name: str, value: str) -> None:
        """Remember something, where settings can be kept."""
        if self._settings:
            await self._settings.put_setting(name, value)

    async def keeps_originals(self) -> bool:
        """Whether the user wants the files of pictures kept."""
        return await self.get_setting(KEEP_ORIGINALS) == "yes"

    async def keep_originals(self, keep: bool) -> None:
        """Remember whether the files of pictures are to be kept."""
        await self.put_setting(KEEP_ORIGINALS, "yes" if keep else "no")

    def after_adding(self) -> None:
        """The first time that there is something to keep, ask for its safe keeping.

        Nobody waits for the answer: Firefox asks the user, who may take their time.
        """
        if not self._asked_to_persist:
            self._asked_to_persist = True
            self.run(self._ask_once())

    async def _ask_once(self) -> None:
        if await ffi.js_call(ffi.bridge.askForPersistence()):
            await self.changed()

    async def _show_storage(self) -> None:
        usage = await self.library.usage()
        words = (
            [f"{size(usage.used)} stored in this browser"]
            if usage.used is not None
            else ["stored in this browser"]
        )
        if usage.persisted is not None:
            words.append(
                "kept until you delete it" if usage.persisted else "may be cleared when space runs short"
            )
        by_id("storage-status").textContent = ", ".join(words)
