"""Additions that were cut off because their tab was closed: marks of what goes on, and the offer to go on later."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, fields
from typing import Any

from semblance.browser import ffi
from semblance.browser.pages.dialogs import Subject
from semblance.browser.pages.dom import by_id
from semblance.browser.pages.session import Session
from semblance.browser.pages.words import counted, sentences, words
from semblance.collection import Collection
from semblance.errors import StoreError
from semblance.wording import first_words

PREFIX = "unfinished addition "  # names of settings begin with it
# By what is counted.
OF_FOLDER = {"file": "unfinished.folder_of_files", "item": "unfinished.folder_of_items"}
OF_ONE = {"file": "unfinished.one_file", "item": "unfinished.one_item"}
OF_SEVERAL = {"file": "unfinished.files", "item": "unfinished.items"}


@dataclass(slots=True)
class Source:
    """What is added from one source, and how far that is.

    Parameters
    ----------
    collection : str
        Key of the collection that it goes to.
    kind : str
        As ``static/js/intake.js`` names it: ``files``, ``text`` or ``sample``.
    name : str
        The folder's name, or the title of a text; empty for single files.
    text : str
        The pasted text.
    files : list of str
        Names of single files.
    done, total : int
        How many there are, and how many of them need nothing more.
    unit : str
        What is counted.
    handle : object, optional
        JavaScript's handle of the folder.
    """

    collection: str
    kind: str
    name: str = ""
    text: str = ""
    files: list[str] | None = None
    done: int = 0
    total: int = 0
    unit: str = "file"
    handle: Any = None

    @classmethod
    def of(cls, stored: Any) -> Source:
        """The source that `stored` gave."""
        return cls(**ffi.plain(stored))

    @property
    def stored(self) -> Any:
        """What the browser keeps of it."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        values["files"] = ffi.js_list(self.files or [])
        return ffi.mapping({name: value for name, value in values.items() if value is not None})

    def is_dealt_with_by(self, later: Source) -> bool:
        """Whether a later addition has all of this one that is left."""
        if (later.collection, later.kind, later.name) != (self.collection, self.kind, self.name):
            return False
        if self.kind == "text":
            return later.text == self.text
        again = set(self.files or []).intersection(later.files or [])
        return bool(self.name) or len(again) >= self.total - self.done

    def __str__(self) -> str:
        """What is said of it at a later visit."""
        if self.kind == "text":
            return words("unfinished.text", title=self.name or first_words(self.text))
        if self.kind == "sample":
            return words("unfinished.sample")
        if self.name:
            return counted(OF_FOLDER[self.unit], self.total, name=self.name, done=f"{self.done:,}")
        if self.total == 1:
            return words(OF_ONE[self.unit])
        return counted(OF_SEVERAL[self.unit], self.total - self.done, total=f"{self.total:,}")


class Mark:
    """A mark in the browser's store that a source is being added. It goes when that ends, and outlives a closed tab."""

    def __init__(self, session: Session, source: Source) -> None:
        self.name = f"{PREFIX}{uuid.uuid4().hex}"
        self._session, self._source = session, source
        self._lock = ffi.bridge.holdLock(self.name)
        self._writing = self._has_ended = False

    async def write(self) -> None:
        """Keep it. An addition goes on without a mark where the store has no room for one."""
        await ffi.js_call(self._lock.granted)  # before other tabs can see the mark
        if not self._has_ended:  # else it would come back after it was removed
            with suppress(StoreError):
                await self._session.settings.put(self.name, self._source.stored)
        self._writing = False

    def note(self, done: int, total: int, files: int) -> None:
        """Note how many documents of a number of files are done. A mark that is being written now is not written again."""
        if total <= files:  # a document a file, and files without one need nothing more
            self._source.done, self._source.total = files - total + done, files
        else:
            self._source.done, self._source.total, self._source.unit = done, total, "item"
        if not self._writing and not self._has_ended:
            self._writing = True
            self._session.run(self.write())

    async def end(self) -> None:
        """Remove it: the addition has ended."""
        self._has_ended = True
        await self._session.settings.remove(self.name)
        self._lock.release()


class Unfinished:
    """Marks what is being added, and offers to go on with what an earlier visit left."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._begun: set[str] = set()  # names of this page's own marks
        self._left: dict[str, Source] = {}  # by the names of their marks

    async def begin(self, intake: Any, collection: Collection) -> dict[str, Mark]:
        """Mark what a user gave to add: a mark for each folder, and one for all else, by the folders' names."""
        marks = {}
        for source in await _sources(intake, collection.info.key):
            mark = marks[source.name if source.kind == "files" else ""] = Mark(self._session, source)
            self._begun.add(mark.name)
            await mark.write()
            for name, earlier in list(self._left.items()):
                if earlier.is_dealt_with_by(source):
                    await self._leave(name)
        return marks

    async def offer(self) -> None:
        """Say what was cut off, and offer to go on. What another tab is adding now goes on there."""
        infos = await self._session.library.collections()
        keys = {info.replaces: info.key for info in infos} | {info.key: info.key for info in infos}
        marks = await self._session.settings.beginning_with(PREFIX)
        # The locks are asked for after the marks: a mark that is there has its lock already.
        under_way = {str(name) for name in await ffi.js_call(ffi.bridge.heldLocks())} | self._begun
        for name, stored in marks:
            if name in under_way:
                continue
            source = self._left[name] = Source.of(stored)
            if source.collection in keys:
                source.collection = keys[source.collection]
                self._ask(name, str(source))
            else:
                await self._leave(name)

    def _ask(self, name: str, text: str) -> None:
        source, run = self._left[name], self._session.run
        actions: dict[str, Callable[[], None]] = {}
        if source.kind == "files" and source.handle is None:
            again = words("unfinished.choose_folder" if source.name else "unfinished.choose_files")
            actions[again] = lambda: self._choose(name, text)
        else:
            actions[words("unfinished.go_on")] = lambda: run(self._go_on(name))
        actions[words("unfinished.leave")] = lambda: run(self._leave(name))
        self._session.dialogs.notice(text, actions, Subject(_matter(name), collection=source.collection))

    def _choose(self, name: str, text: str) -> None:
        """Let the user choose a folder or files again. The offer stays until they are those that were cut off."""
        by_id("add-folder" if self._left[name].name else "add-files").click()
        self._ask(name, text)

    async def _go_on(self, name: str) -> None:
        source = self._left[name]
        if source.handle is None:
            ffi.bridge.give(ffi.js_object({"kind": source.kind, "title": source.name, "text": source.text}))
        elif not await ffi.js_call(ffi.bridge.readFolder(source.handle)):
            refusal = words("unfinished.not_allowed", name=source.name)
            self._ask(name, sentences(refusal, str(source)))

    async def _leave(self, name: str) -> None:
        del self._left[name]
        await self._session.settings.remove(name)
        self._session.dialogs.settle(_matter(name))  # when it is gone for good, even if the tab is closed now


def _matter(name: str) -> str:
    return f"unfinished: {name}"


async def _sources(intake: Any, collection: str) -> list[Source]:
    """What a user gave in one go: a source for each folder, and one for all single files."""
    if intake.kind == "text":
        return [Source(collection, "text", str(intake.title), str(intake.text), total=1)]
    if intake.kind == "sample":
        return [Source(collection, "sample")]
    handles = {str(folder.folder): folder.handle for folder in await ffi.js_call(intake.handles)}
    paths: dict[str, list[str]] = {}
    for item in await ffi.js_call(intake.files):
        paths.setdefault(str(item.folder), []).append(str(item.path))
    return [
        Source(
            collection,
            "files",
            folder,
            files=[] if folder else names,
            total=len(names),
            handle=handles.get(folder),
        )
        for folder, names in paths.items()
    ]
