"""The app: wires the rooms to one session, and shows the one that the address names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol

from semblance.browser import ffi
from semblance.browser.pages import language
from semblance.browser.pages.adding import Adding
from semblance.browser.pages.address import Address
from semblance.browser.pages.collections import Collections
from semblance.browser.pages.compare import Compare
from semblance.browser.pages.dom import by_id, closest, element, show
from semblance.browser.pages.labs_door import LabsDoor
from semblance.browser.pages.map_door import MapDoor
from semblance.browser.pages.offline import Offline
from semblance.browser.pages.orphans import Orphans
from semblance.browser.pages.related import Related
from semblance.browser.pages.search import Search
from semblance.browser.pages.session import ROOMS_OF_A_COLLECTION, Session
from semblance.browser.pages.words import counted, words
from semblance.collection import Collection
from semblance.records import CollectionInfo


class Room(Protocol):
    """One of the app's rooms."""

    def refresh(self) -> None:
        """Show the collection as it is now."""

    async def open(self, address: Address) -> None:
        """Show what the address names."""

    def speak(self) -> None:
        """Say again, in the page's language, what the room says."""


class App:
    """The rooms, the picker of collections and the keys.

    Parameters
    ----------
    session : Session
        The app becomes its listener.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        session.listener = self
        self._adding = Adding(session)
        self._offline = Offline(session)
        self._orphans = Orphans(session, self._adding)
        related = Related(session)
        self._search = Search(session, related.address_of)
        map_door = MapDoor(session)
        self._search.lights["map"] = map_door.light
        self._collections = Collections(session, self._adding)
        self._growing = {
            "related": related.refresh,
            "search": self._search.items_arrived,
            "map": map_door.refresh,
        }
        self._rooms: dict[str, Room] = {
            "related": related,
            "search": self._search,
            "map": map_door,
            "compare": Compare(session),
            "collections": self._collections,
            "labs": LabsDoor(session),
        }
        if session.is_handed_out:  # the other rooms are for those who add something
            self._rooms = {name: self._rooms[name] for name in ROOMS_OF_A_COLLECTION}

    async def start(self) -> None:
        """Show the last collection and listen."""
        session = self._session
        session.scope.listen(by_id("collection-picker"), "change", self._picked)
        session.scope.listen(ffi.document, "keydown", self._key)
        session.scope.listen(ffi.window, language.CHANGED, lambda _: self._speak())
        session.scope.listen(ffi.window, "semblance:words", self._words_arrived)
        await session.start()
        session.scope.listen(ffi.window, "hashchange", lambda _: session.run(self._route()))
        show(by_id("startup"), False)
        self._adding.listen()
        ffi.window.performance.mark("start: the last collection is listed")
        session.run(self._arrive())

    async def finish(self) -> None:
        """Do what can wait until the page is usable: load the model, then what only the next visit needs."""
        self._session.run(self._session.remove_half_restored())
        self._session.run(self._orphans.offer())
        self._session.run(language.remember(self._session.settings))
        try:
            await self._session.load_model()
        finally:
            self._session.run(self._offline.start())
            self._adding.watch()

    async def _arrive(self) -> None:
        """Show what the page's address names."""
        await self._route()
        self._search.catch_up()

    def _speak(self) -> None:
        """Say everything in the language that the page has now."""
        session = self._session
        language.follow()
        session.run(language.keep(session.settings))
        for room in self._rooms.values():
            room.speak()
        self._adding.speak()
        session.status.speak()
        session.dialogs.speak()
        session.run(self._speak_of_what_is_stored())

    async def _speak_of_what_is_stored(self) -> None:
        await self._list_collections()
        await self._offline.speak()
        self._name_page()

    # --- rooms ---

    async def _route(self) -> None:
        session, collection = self._session, self._session.collection
        scrolled, entry = session.places.arrive(), session.entry
        address = await session.follow(session.address)
        if address is None:
            return
        if address.room not in self._rooms:
            address = Address()
        if session.collection is not collection:
            session.run(self._list_collections())
        self.show_room(address.room)
        if scrolled is None:
            ffi.window.scrollTo(0, 0)
        if address.item_of_collection and address.item not in session.collection.ids():
            session.dialogs.toast(words("app.not_in_collection", item=address.item))
            address = replace(address, item="")
        await self._rooms[address.room].open(address)
        self._name_page()
        is_still_here = session.entry == entry
        # A lab takes long to be drawn, and begins at its top.
        if scrolled is not None and is_still_here and address.room != "labs":
            ffi.window.scrollTo(0, scrolled)

    def _name_page(self) -> None:
        """Name what is shown in the title, which bookmarks, the history and screen readers go by."""
        address = self._session.address
        room = by_id(f"room-{address.room}")
        heading = ffi.or_none(room.querySelector("h1:not([hidden])"))
        shown = str(heading.textContent) if heading else ""
        shown = words("app.query", query=address.query) if address.query else shown
        names = [shown, str(room.getAttribute("aria-label")), "Semblance"]
        ffi.document.title = " – ".join(dict.fromkeys(filter(None, names)))

    def show_room(self, room: str) -> None:
        """Show a room. If it would be empty, show how to begin."""
        filling = (
            room == "search" and self._session.expected_items is not None
        )  # the results so far are shown there
        empty = not self._session.collection.count() and room in ROOMS_OF_A_COLLECTION and not filling
        show(by_id("empty"), empty)
        for name in self._rooms:
            show(by_id(f"room-{name}"), name == room and not empty)
        for link in ffi.document.querySelectorAll("[data-room]"):
            if link.dataset.room == room:
                link.setAttribute("aria-current", "page")
            else:
                link.removeAttribute("aria-current")
        self._name_page()
        self._session.show_notices(room)

    def _picked(self, event: Any) -> None:
        self._session.run(self._session.choose(str(event.target.value)))

    def _words_arrived(self, event: Any) -> None:
        self._session.show_words_progress(event.detail.loaded, event.detail.total)

    # --- what the session announces ---

    async def changed(self) -> None:
        """Show the open collection and the list of collections as they are now."""
        await self._list_collections()
        self.show_room(self._session.address.room)
        self.refresh()

    async def _list_collections(self) -> None:
        """Show the list of collections, and what was added to the open one."""
        session = self._session
        options = []
        for info in await session.library.collections():
            option = element("option", _option_text(info))
            option.value = info.name
            option.disabled = bool(info.damage)
            option.selected = info.name == session.collection.name
            options.append(option)
        by_id("collection-picker").replaceChildren(*options)
        if session.is_handed_out:
            info = session.collection.info
            by_id("handed-out").textContent = counted("app.handed_out", info.count, name=info.name)
        self._adding.refresh()

    def refresh(self) -> None:
        """Show the open room as it is now."""
        self._rooms[self._session.address.room].refresh()

    def items_changed(self, collection: Collection) -> None:
        """Let the backups know."""
        self._session.run(self._collections.back_up_changes(collection))

    def items_arrived(self) -> None:
        """Some items were added while a run goes on, or are about to be."""
        room = self._session.address.room
        by_id("collection-picker").selectedOptions[0].textContent = _option_text(
            self._session.collection.info
        )
        if not by_id("empty").hidden:
            self.show_room(room)
        if room in self._growing:
            self._growing[room]()

    # --- keys ---

    def _key(self, event: Any) -> None:
        typing = closest(event.target, "input, textarea, select, dialog") is not None
        if event.key == "/" and not typing and not (event.ctrlKey or event.metaKey or event.altKey):
            event.preventDefault()
            by_id("search").focus()
        elif event.key in ("ArrowDown", "ArrowUp"):
            self._move_in_results(event)

    def _move_in_results(self, event: Any) -> None:
        """Arrow keys go from the search box into the results and through them."""
        focused = ffi.document.activeElement
        if focused.id != "search" and closest(focused, ".results, .detail-head h1") is None:
            return
        links = [
            link
            for link in ffi.document.querySelectorAll(".results .result-title")
            if ffi.or_none(link.offsetParent)
        ]
        if not links:
            return
        current = next((i for i, link in enumerate(links) if link.closest("li").contains(focused)), -1)
        target = current + (1 if event.key == "ArrowDown" else -1)
        event.preventDefault()
        (links[min(target, len(links) - 1)] if target >= 0 else by_id("search")).focus()


def _option_text(info: CollectionInfo) -> str:
    if info.damage:
        return words("app.option_damaged", name=info.name)
    return words("app.option", name=info.name, items=f"{info.count:,}")
