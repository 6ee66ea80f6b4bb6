"""What all rooms share: the library, the open collection, the address. It knows no room, but announces changes."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Protocol

from semblance.browser import ffi
from semblance.browser.pages.address import Address
from semblance.browser.pages.dialogs import Dialogs, Subject
from semblance.browser.pages.places import Places
from semblance.browser.pages.settings import Settings
from semblance.browser.pages.status import Status
from semblance.browser.pages.words import counted, words
from semblance.collection import Collection, is_stale
from semblance.errors import (
    DamagedCollection,
    DamagedItem,
    ModelError,
    NameTaken,
    NoWorkers,
    SemblanceError,
    StoreError,
    UnknownCollection,
)
from semblance.library import Library
from semblance.models.languages import MOST_FOREIGN, knows
from semblance.pace import Lazy
from semblance.ports import Encoders
from semblance.records import CollectionInfo
from semblance.wording import free_name, size

LAST_OPEN = "last open collection"  # name of a setting
LAST_MODEL = "semblance:model"
RESTORING = "semblance:restoring"  # the lock of a tab that restores a backup
ROOMS_OF_A_COLLECTION = ("related", "search", "map")


def remember_model(name: str) -> None:
    """Tell the next start of the page which model to load while Python is starting: see ``static/js/warm-up.js``."""
    with suppress(Exception):  # a browser may keep nothing
        ffi.window.localStorage.setItem(LAST_MODEL, name)


class Listener(Protocol):
    """The listener to a session: the app, which passes announcements on to its rooms."""

    async def changed(self) -> None:
        """Show the open collection, and the list of all, as they are now."""

    def refresh(self) -> None:
        """Show the open room as it is now."""

    def items_arrived(self) -> None:
        """Some items were added while a run goes on, or are about to be."""

    def items_changed(self, collection: Collection) -> None:
        """Items of a collection were added or deleted here, and no more are on their way."""

    def show_room(self, room: str) -> None:
        """Show a room that has written its own address."""


class Session:
    """The work of one page with one library.

    Parameters
    ----------
    library : Library
    settings : Settings
    model_bytes : mapping of str to int
        How much is loaded before a model embeds its first text, by its name.
    is_handed_out : bool
        Whether the page hands out a collection, to readers who add nothing.
    """

    listener: Listener
    collection: Collection

    def __init__(
        self,
        library: Library,
        settings: Settings,
        model_bytes: Mapping[str, int] = MappingProxyType({}),
        *,
        is_handed_out: bool = False,
    ) -> None:
        self.library, self.settings, self.is_handed_out = library, settings, is_handed_out
        self._model_bytes = model_bytes
        self.scope = ffi.Scope()
        self.dialogs = Dialogs(self.scope)
        self.status = Status()
        self.places = Places()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._expected: tuple[Collection, int] | None = None
        self._renamed: dict[str, str] = {}  # the present names of collections that had others before
        self._damaged: set[str] = set()  # names of collections that could not be read
        self._asked_to_persist = False

    def run(self, work: Coroutine[Any, Any, Any], collection: Collection | None = None) -> None:
        """Do something in the background. The kind of work is its function; the rest is as for `showing_errors`."""
        matter = getattr(work, "__qualname__", "")

        async def guarded() -> None:
            with self.showing_errors(matter, collection):
                await work

        task = asyncio.ensure_future(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @contextmanager
    def showing_errors(self, matter: str, collection: Collection | None = None) -> Iterator[None]:
        """Show an error of the work inside until work of this kind succeeds. An error is never lost.

        Parameters
        ----------
        matter : str
            The kind of work.
        collection : Collection, optional
            What the work is about. By default it is about the room where the user is.
        """
        try:
            yield
        except UnknownCollection as error:
            self._say_deleted(error.where, error.said())
        except DamagedCollection as error:
            self._say_unreadable(error.where, error)
            self.listener.refresh()
        except Exception as error:
            self.show_error(error, matter, collection)
        else:
            self.dialogs.settle(matter)

    def show_error(self, error: Exception, matter: str, collection: Collection | None = None) -> None:
        """Show an error of some work; parameters as for `showing_errors`."""
        if not isinstance(error, SemblanceError):
            traceback.print_exception(error)
        self.dialogs.notice(lambda: _said(error), about=self._subject(error, matter, collection))

    def _subject(self, error: Exception, matter: str, collection: Collection | None) -> Subject:
        """What an error is about: all that is stored and the page itself, a collection, or the open room."""
        about_everything = isinstance(error, StoreError | ModelError | NoWorkers)
        if about_everything and not isinstance(error, DamagedItem):
            return Subject(matter)
        if collection is not None:
            return Subject(matter, collection=collection.info.key)
        room = self.address.room
        return Subject(matter, room, self.collection.info.key if room in ROOMS_OF_A_COLLECTION else "")

    def show_notices(self, room: str) -> None:
        """Show the notices that belong in a room and to the open collection."""
        self.dialogs.show_for(room, self.collection.info.key)

    def is_open(self, collection: Collection) -> bool:
        """Whether a collection is the open one. Another tab's changes load it anew."""
        return collection.info.key == self.collection.info.key

    # --- the address ---

    @property
    def address(self) -> Address:
        """The page's address."""
        return Address.parse(str(ffi.window.location.hash))

    def here(self, room: str, item: str = "") -> Address:
        """The address of a room, or of an item, of the open collection."""
        return Address(room, item, collection=self.collection.name)

    def go(self, address: Address) -> None:
        """Go to an address, as if its link had been clicked."""
        ffi.window.location.hash = str(address)

    def mark(self, address: Address) -> None:
        """Write the address of what a room is about to show. Only a new room or collection is a step in the history."""
        before, history = self.address, ffi.window.history
        collections = {before.collection, address.collection} - {""}
        if address.room == before.room and len(collections) < 2:
            self._correct(address)
        else:
            self.places.leave()
            history.pushState(self.places.begin(), "", str(address))
        self.listener.show_room(address.room)

    def _correct(self, address: Address) -> None:
        """Write another address for what is shown, as no step in the history."""
        history = ffi.window.history
        history.replaceState(history.state, "", str(address))

    @property
    def entry(self) -> Any:
        """The page's entry in the browser's history. It stays the same while only its address is written anew."""
        return ffi.or_none(ffi.window.history.state)

    async def follow(self, address: Address) -> Address | None:
        """Open the collection that an address names.

        Returns
        -------
        Address or None
            The address, or what is left of it if there is no such collection. None if the user has gone on meanwhile.
        """
        if address.collection in ("", self.collection.name):
            return address
        names = [info.name for info in await self.library.collections()]
        name = address.collection
        name = name if name in names else self._renamed.get(name, name)
        try:
            collection = await self.library.collection(name, create=False)
        except (UnknownCollection, StoreError) as error:
            self._say_missing(name, error)
            collection = self.collection
            followed = Address(address.room, query=address.query, collection=collection.name)
        else:
            followed = replace(address, collection=name)
        if self.address != address:
            return None
        self._correct(followed)
        if collection is not self.collection:
            self._take(collection)
            self.run(self.load_model())
        return followed

    def _say_missing(self, name: str, error: SemblanceError) -> None:
        if not isinstance(error, UnknownCollection):
            return self._say_unreadable(name, error)
        text = words("session.missing", name=name, shown=self.collection.name)
        self.dialogs.notice(text, about=Subject(f"missing: {name}"))

    # --- damage ---

    def _say_unreadable(self, name: str, error: SemblanceError) -> None:
        """Say that a collection can't be read, and offer to mend it if it is damaged."""
        actions = {}
        if isinstance(error, DamagedCollection):
            self._damaged.add(name)
            actions[words("session.mend")] = lambda: self.run(self.mend(name))
        self.dialogs.notice(error.said, actions, Subject(f"missing: {name}"))

    def is_damaged(self, info: CollectionInfo) -> bool:
        """Whether a collection is known to be damaged."""
        return bool(info.damage) or info.name in self._damaged

    async def mend(self, name: str) -> None:
        """Make a damaged collection anew, and open it: what lacks vectors is then embedded."""
        mended = await self.library.mend(name)
        if mended.lost:
            text = counted("session.mended_in_part", len(mended.lost), name=mended.info.name, damaged=name)
            self.dialogs.notice(text, about=Subject(f"missing: {name}"))
        else:
            self._damaged.discard(name)
            self.dialogs.settle(f"missing: {name}")
            self.dialogs.toast(counted("session.mended", mended.again, name=mended.info.name))
        await self.choose(mended.info.name)

    # --- the collection ---

    @property
    def encoders(self) -> Lazy[Encoders]:
        """The encoders of the open collection."""
        return self.collection.encoders

    async def start(self) -> None:
        """Open the collection that the page's address names, or else the one that was open last."""
        preferred = [self.address.collection, await self.settings.get(LAST_OPEN) or ""]
        for info in await self.library.collections():
            if info.damage:
                self._say_unreadable(info.name, DamagedCollection(info.damage, where=info.name))
        await self._choose_any(*preferred, stay=True)

    async def choose(self, name: str, must_be_new: bool = False, stay: bool = False, model: str = "") -> None:
        """Open a collection, making it (with a model) if need be."""
        if must_be_new and name in [info.name for info in await self.library.collections()]:
            raise NameTaken("collections.name_taken", where=name)
        self._take(await self.library.collection(name, model=model))
        if not stay:
            self.run(self.load_model())
        address, steps = self.address, self.places.steps
        await self.changed()
        has_gone_on = address != self.address or steps != self.places.steps  # the user, or the room by itself
        if not stay and address.item_of_collection and not has_gone_on:
            self.go(Address("related"))

    def _take(self, collection: Collection) -> None:
        self.collection = collection
        self.run(self.settings.put(LAST_OPEN, collection.name))  # if this fails, it is open all the same

    async def _choose_any(self, *preferred: str, stay: bool = False) -> None:
        """Open a preferred collection, or else the first that can be read. The user is told of those that can't."""
        infos = await self.library.collections()
        names = [info.name for info in infos if not info.damage]
        for name in dict.fromkeys([*(name for name in preferred if name in names), *names]):
            try:
                return await self.choose(name, stay=stay)
            except StoreError as error:
                self._say_unreadable(name, error)
        await self.choose(
            free_name(words("session.first_collection"), {info.name for info in infos}), stay=stay
        )

    async def changed(self) -> None:
        """Announce that the collection or the list of collections has changed."""
        await self.listener.changed()

    async def remove_half_restored(self) -> None:
        """Remove what an earlier visit restored in part, unless a tab is at it now."""
        if RESTORING not in {str(name) for name in await ffi.js_call(ffi.bridge.heldLocks())}:
            await self.library.remove_half_restored()

    def expect(self, collection: Collection, number: int) -> None:
        """Announce how many items a collection will have when all that is being added is in."""
        self._expected = collection, number
        self.items_arrived()

    def expect_no_more(self) -> None:
        """Note that nothing more is on its way."""
        self._expected = None

    @property
    def expected_items(self) -> int | None:
        """How many items the open collection has when all that is being added is in; None if nothing is."""
        if self._expected is None or self._expected[0] is not self.collection:
            return None
        return self._expected[1]

    def items_arrived(self) -> None:
        """Announce that some items were added while a run goes on."""
        self.listener.items_arrived()

    async def delete_items(self, ids: list[str], collection: Collection) -> None:
        """Remove items, and offer to undo it."""
        records = await collection.delete(ids)

        async def undo() -> None:
            await collection.restore(records)
            await self.changed()

        await self.changed()
        self.listener.items_changed(collection)
        text = counted("session.deleted", len(records))
        self.dialogs.toast(text, words("session.undo"), lambda: self.run(undo()))

    async def collection_dropped(self, name: str) -> None:
        """Open another collection if the dropped one was open."""
        if name == self.collection.name:
            await self._choose_any()
        await self.changed()

    def changed_elsewhere(self, key: str) -> None:
        """Another tab changed a collection."""
        self.run(self._reload(key))

    async def _reload(self, key: str) -> None:
        is_open, before = key == self.collection.info.key, self.collection.name
        name = await self.library.forget(key)
        if is_open:
            if name is None:
                self._say_deleted(before, words("session.deleted_elsewhere", name=before))
            elif name != before:
                self._note_name(before, name)
            await self._choose_any(*filter(None, [name]))
        else:
            await self.changed()

    async def renamed(self, old: str, new: str) -> None:
        """A collection has another name."""
        self._note_name(old, new)
        await self.changed()

    def _note_name(self, old: str, new: str) -> None:
        """Let addresses that were written with a collection's old name lead to it still."""
        self._renamed = {name: new if present == old else present for name, present in self._renamed.items()}
        self._renamed[old] = new
        if self.address.collection == old:
            self._correct(replace(self.address, collection=new))

    def _say_deleted(self, name: str, text: str) -> None:
        """Say it once, though two hear of it: the tab, and a run that wanted to write."""
        self.dialogs.notice(text, about=Subject(f"deleted: {name}"))

    def is_stale(self, info: CollectionInfo) -> bool:
        """Whether a collection was embedded by another model than the one in use."""
        encoders = self.library.encoders(info.model).value
        return encoders is not None and is_stale(info, encoders)

    def api_changed(self) -> None:
        """JavaScript changed a collection."""
        self.run(self.changed())

    def store_closed(self, by_newer: bool) -> None:
        """A newer version of the page, in another tab, took the stored data over; or the browser cleared it."""

        def say() -> str:
            return words("session.newer_version") if by_newer else words("session.storage_gone")

        self.dialogs.notice(say, about=Subject("store closed"))

    # --- the model ---

    def size_of(self, model: str) -> str:
        """How much is loaded before a model embeds its first text."""
        return size(self._model_bytes.get(model, 0))

    def knows(self, text: str) -> bool:
        """Whether the model of the open collection knows the language of a text, as far as can be seen."""
        return knows(self.library.languages(self.collection.info.model), text)

    def model_of(self, texts: Sequence[str]) -> str:
        """The model of the open collection, or one that knows some texts better."""
        model = self.collection.info.model
        is_known = self.library.unknown_share(model, texts) <= MOST_FOREIGN
        return model if is_known else self.library.model_for(texts)

    async def load_model(self) -> None:
        """Load the model ahead of the first need of it, unless the first texts are likely to choose another."""
        info = self.collection.info
        if not self.is_handed_out:
            remember_model(info.model)
        if not info.model and not info.count and not str(ffi.window.navigator.language).startswith("en"):
            self.status.say_undecided()
            return
        await self.encoders.get()
        self.status.show_model(self.encoders.value)
        self.listener.refresh()

    def show_image_model_progress(self, loaded: int, total: int) -> None:
        """Bytes of the image model that have arrived."""
        if loaded < total:
            self.status.show_image_progress(loaded, total)
        else:
            self.status.show_model(self.encoders.value)

    def show_words_progress(self, loaded: int, total: int) -> None:
        """Bytes of the rows for the words of texts that have arrived."""
        if loaded < total:
            self.status.show_words_progress(loaded, total)
        else:
            self.status.show_model(self.encoders.value)

    def say_waiting_for_model(self) -> None:
        """Say that an answer waits for the model, if it does."""
        if self.encoders.value is None:
            self.status.say_waiting()

    # --- keeping what is stored ---

    async def ask_for_persistence(self) -> None:
        """Ask the browser for persistent storage."""
        granted = await ffi.js_call(ffi.bridge.askForPersistence())
        if not granted:
            self.dialogs.toast(words("session.not_persistent"))
        await self.changed()

    def after_adding(self) -> None:
        """Remember the model for the next visit. Ask the browser for persistent storage, once, after the first addition.

        Nothing waits for the answer, because Firefox asks the user.
        """
        remember_model(self.collection.info.model)
        self.status.show_model(self.encoders.value)
        self.listener.items_changed(self.collection)
        if not self._asked_to_persist:
            self._asked_to_persist = True
            self.run(self._ask_once())

    async def _ask_once(self) -> None:
        if await ffi.js_call(ffi.bridge.askForPersistence()):
            await self.changed()


def _said(error: Exception) -> str:
    """What users read of an error, in the page's language."""
    return error.said() if isinstance(error, SemblanceError) else words("session.unexpected", error=error)
