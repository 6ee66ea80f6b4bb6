"""The room where collections are made, named, kept safe and removed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from semblance.browser import ffi
from semblance.browser.pages.adding import Adding
from semblance.browser.pages.address import Address
from semblance.browser.pages.dom import View, by_id, element, language_names, on_action, show
from semblance.browser.pages.session import RESTORING, Session
from semblance.browser.pages.settings import RELATIONS
from semblance.browser.pages.words import sentences, words
from semblance.collection import Collection
from semblance.errors import NameTaken, StoreError, UnknownCollection
from semblance.records import CollectionInfo, Usage
from semblance.restore import read_backup
from semblance.wording import size

if TYPE_CHECKING:
    from semblance.browser.pages.backups import Backups
    from semblance.browser.pages.duplicates import Duplicates
    from semblance.browser.pages.handing_out import HandingOut

MOST_UNDONE = 2_000  # items of a collection that is kept for a while after it is deleted
SQLITE = b"SQLite format 3\0"  # what a database begins with


class Collections:
    """A table of all collections and what can be done with each."""

    def __init__(self, session: Session, adding: Adding) -> None:
        self._session, self._adding = session, adding
        self._near: Duplicates | None = None
        self._sizes: dict[tuple[str, int], int] = {}  # bytes, by key and number of items
        actions = (
            "backup",
            "keep_backup",
            "keep_no_backup",
            "hand_out",
            "duplicates",
            "save_for_llm",
            "rename",
            "delete",
            "reembed",
            "mend",
            "go_on",
            "give_up",
        )
        on_action(session.scope, by_id("collections"), {name: self._on(name) for name in actions})
        session.scope.listen(by_id("collections"), "change", self._chosen)
        session.scope.listen(by_id("collection-create"), "submit", self._create)
        session.scope.listen(by_id("restore-file"), "change", self._restore_chosen)
        session.scope.listen(by_id("keep-originals"), "change", self._keep_originals)
        by_id("collection-model").replaceChildren(
            *_options(words("collections.model_by_texts"), session.library.models)
        )
        show(by_id("collection-model"), len(session.library.models) > 1)
        session.scope.listen(
            by_id("storage-persist"), "click", lambda _: session.run(session.ask_for_persistence())
        )

    def refresh(self) -> None:
        """Show the collections as they are now."""
        self._session.run(self._show())
        if self._near is not None:
            self._near.refresh()

    def speak(self) -> None:
        """Say again what is stored."""
        self.refresh()

    async def open(self, address: Address) -> None:
        """Show the collections."""
        await self._show()

    async def _show(self) -> None:
        infos = await self._session.library.collections()
        begun = await self._session.library.begun_again()
        rows = [await self._row(info, begun.get(info.name)) for info in infos]
        if not rows:
            rows = [element("tr")]
            rows[0].append(element("td", words("collections.none")))
        by_id("collections").querySelector("tbody").replaceChildren(*rows)
        self._session.run(self._show_sizes([info for info in infos if not info.damage]))
        by_id("keep-originals").checked = await self._session.settings.keeps_originals()
        await self._show_storage()

    async def _show_sizes(self, infos: Sequence[CollectionInfo]) -> None:
        """Say how much room each collection takes. What is known is not looked up again."""
        for info in infos:
            if (info.key, info.count) not in self._sizes:
                try:
                    self._sizes[info.key, info.count] = await self._session.library.stored_size(info.name)
                except (
                    StoreError,
                    UnknownCollection,
                ):  # it is damaged, which is said elsewhere, or deleted meanwhile
                    continue
            text = words("collections.about", size=size(self._sizes[info.key, info.count]))
            for row in by_id("collections").querySelectorAll("[data-name]"):
                if row.dataset.name == info.name:
                    row.querySelector("[data-field=size]").textContent = text

    def _keep_originals(self, event: Any) -> None:
        self._session.run(self._session.settings.keep_originals(bool(event.target.checked)))

    async def _row(self, info: CollectionInfo, begun: CollectionInfo | None) -> Any:
        view = View("t-collection").fill(
            name=info.name, count=f"{info.count:,}", model=info.model, created=_date(info.created)
        )
        view["name"].href = str(Address("related", collection=info.name))
        view.root.dataset.name = info.name
        view.root.dataset.model = info.model
        show(view["reembed"], self._session.is_stale(info) and not info.damage)
        self._fill_models(view, info)
        show(view["begun"], begun is not None)
        if begun:
            view["begun_text"].textContent = words(
                "collections.begun_again",
                model=begun.model,
                done=f"{begun.count:,}",
                total=f"{info.count:,}",
            )
            view["begun"].dataset.model = begun.model
        languages = self._session.library.languages(info.model) if info.model else ()
        view["languages"].textContent = words("collections.knows", languages=_named(languages))
        show(view["languages"], bool(languages))
        show(view["merging"], not info.damage)
        is_damaged = self._session.is_damaged(info)
        show(view["damage"], is_damaged)
        show(view["mend"], is_damaged)
        for action in ("backup", "hand_out", "duplicates", "save_for_llm", "rename"):
            show(view[action], not info.damage)
        await self._show_folder(view, info)
        return view.root

    async def _show_folder(self, view: View, info: CollectionInfo) -> None:
        """Say in which folder a backup is kept up to date, or offer it where the browser can do it."""
        folder = await self._session.settings.backup_folder(info.key)
        can_keep = ffi.has(ffi.window, "showDirectoryPicker") and not info.damage
        show(view["keep_backup"], can_keep and folder is None)
        show(view["kept"], folder is not None)
        if folder is not None:
            view["kept_text"].textContent = words("backups.kept", folder=str(folder.name))

    def _fill_models(self, view: View, info: CollectionInfo) -> None:
        """Offer the other models."""
        library = self._session.library
        others = [name for name in library.models if name != (info.model or library.models[0])]
        view["again"].replaceChildren(*_options(words("collections.embed_again_with"), others))
        view["again"].setAttribute("aria-label", words("collections.embed_again_label", name=info.name))
        show(view["again"], bool(others) and not info.damage)

    async def _show_storage(self) -> None:
        usage = await self._session.library.usage()
        by_id("storage-text").textContent = sentences(_amounts(usage), _keeping(usage))
        show(by_id("storage-persist"), usage.persisted is False)

    def _chosen(self, event: Any) -> None:
        """Something was chosen for a collection: another model, or a backup whose items are added to it."""
        field = event.target
        name, model = str(field.closest("[data-name]").dataset.name), str(field.value)
        if field.type == "file":
            for file in list(field.files):
                self._session.run(self._merge(name, file))
        else:
            self._session.run(self._embed_again(name, model))
        field.value = ""

    async def _embed_again(self, name: str, model: str) -> None:
        """Embed a collection again with another model, if the user agrees."""
        size = self._session.size_of(model)
        text = words("collections.confirm_embed_again", name=name, model=model, size=size)
        if await self._session.dialogs.confirm(text, words("collections.embed_again")):
            await self._adding.embed_again(name, model)

    def _on(self, action: str) -> Any:
        def handle(target: Any) -> None:
            name = str(target.closest("[data-name]").dataset.name)
            self._session.run(getattr(self, f"_{action}")(name))

        return handle

    def _create(self, event: Any) -> None:
        event.preventDefault()
        name = str(by_id("collection-name").value).strip()
        if name:
            self._session.run(self._create_named(name))

    async def _create_named(self, name: str) -> None:
        model = str(by_id("collection-model").value)
        await self._session.choose(name, must_be_new=True, model=model)
        by_id("collection-name").value = ""
        await self._show()

    async def _rename(self, name: str) -> None:
        wanted, problem = name, ""
        while True:
            text = words("collections.new_name", name=name)
            new = await self._session.dialogs.ask_text(text, wanted, words("collections.rename"), problem)
            if not new:
                return
            try:
                await self._session.library.rename(name, new)
            except NameTaken as error:  # what was typed stays, to be changed
                wanted, problem = new, error.said()
            else:
                return await self._session.renamed(name, new)

    async def _delete(self, name: str) -> None:
        kept = await self._kept_for_undo(name)
        text = (
            words("collections.confirm_delete_for_good", name=name)
            if kept is None
            else words("collections.confirm_delete", name=name)
        )
        if not await self._session.dialogs.confirm(text, words("collections.delete"), danger=True):
            return
        key = (await self._described(name)).key
        await self._session.library.drop(name)
        await self._session.settings.remove(RELATIONS + key)
        await self._session.collection_dropped(name)
        if kept is not None:
            self._offer_undo(name, kept)

    async def _kept_for_undo(self, name: str) -> Any | None:
        """A backup from which a collection can come back; None if it is too large, or can't be read or restored."""
        info = await self._described(name)
        if info.damage or info.count > MOST_UNDONE or self._session.is_stale(info):
            return None
        try:
            return ffi.blob(await self._backups.pieces(info))
        except StoreError:  # a part of it is damaged: it can be deleted all the same
            return None

    def _offer_undo(self, name: str, backup: Any) -> None:
        session = self._session

        async def undo() -> None:
            info = await self._take_over(await ffi.blob_bytes(backup), name)
            await session.choose(info.name)

        text = words("collections.deleted", name=name)
        session.dialogs.toast(text, words("session.undo"), lambda: session.run(undo()))

    async def _described(self, name: str) -> CollectionInfo:
        infos = await self._session.library.collections()
        return next(info for info in infos if info.name == name)

    async def _take_over(self, data: bytes, name: str) -> CollectionInfo:
        from semblance.browser.pages.backups import take_over  # not part of the start

        return await take_over(self._session.library, self._session.settings, data, name)

    @cached_property
    def _backups(self) -> Backups:
        from semblance.browser.pages.backups import Backups  # not part of the start

        return Backups(self._session)

    @cached_property
    def _handing_out(self) -> HandingOut:
        from semblance.browser.pages.handing_out import HandingOut  # not part of the start

        return HandingOut(self._session)

    async def back_up_changes(self, collection: Collection) -> None:
        """Bring a backup in a folder up to date, or offer one if much was added."""
        await self._backups.after_change(collection)

    async def _backup(self, name: str) -> None:
        await self._backups.save(name)

    async def _keep_backup(self, name: str) -> None:
        await self._backups.keep(name)

    async def _keep_no_backup(self, name: str) -> None:
        await self._backups.keep_no_more(name)

    async def _hand_out(self, name: str) -> None:
        """Make a page of a collection, for readers who add nothing."""
        await self._handing_out.open(name)

    async def _duplicates(self, name: str) -> None:
        """Show pairs of items that are nearly the same."""
        if self._near is None:
            from semblance.browser.pages.duplicates import Duplicates  # not part of the start

            self._near = Duplicates(self._session)
        await self._near.open(name)

    async def _merge(self, name: str, file: Any) -> None:
        """Add the items of a backup to a collection."""
        backup = await read_backup(await ffi.blob_bytes(file), str(file.name))
        await self._adding.merge(name, backup)

    def _restore_chosen(self, event: Any) -> None:
        files = list(event.target.files)
        event.target.value = ""
        for file in files:
            self._session.run(self._restore(file))

    async def _restore(self, file: Any) -> None:
        data = await ffi.blob_bytes(file)
        if data.startswith(SQLITE):
            return await self._open_database(data, str(file.name))
        lock = ffi.bridge.holdLock(RESTORING)
        await ffi.js_call(lock.granted)
        try:
            info = await self._take_over(data, str(file.name))
        finally:
            lock.release()
        await self._restored(info)

    async def _restored(self, info: CollectionInfo) -> None:
        await self._session.choose(info.name)
        self._session.dialogs.toast(words("collections.restored", name=info.name))

    async def _open_database(self, data: bytes, name: str) -> None:
        """Take over all collections of a database of ``llm``."""
        from semblance.storage.llm_file import open_database  # with sqlite3: few need it

        try:
            infos = await open_database(self._session.library, data)
        except StoreError as error:
            raise error.at(name) from error
        for info in infos:
            await self._restored(info)

    async def _save_for_llm(self, name: str) -> None:
        from semblance.storage.llm_file import saved_database

        collection = await self._session.library.collection(name, create=False)
        data, beside = await saved_database(collection)
        ffi.download([data], f"{name.replace('/', '-')}.db")
        if beside.passages or beside.thumbnails:
            self._session.dialogs.toast(
                words(
                    "collections.beside_llm",
                    passages=f"{beside.passages:,}",
                    thumbnails=f"{beside.thumbnails:,}",
                )
            )

    async def _reembed(self, name: str) -> None:
        await self._adding.reembed(name)

    async def _mend(self, name: str) -> None:
        await self._session.mend(name)

    async def _go_on(self, name: str) -> None:
        """Go on embedding a collection again with another model."""
        begun = (await self._session.library.begun_again())[name]
        await self._adding.embed_again(name, begun.model)

    async def _give_up(self, name: str) -> None:
        await self._session.library.give_up(name)
        await self._show()


def _named(languages: Iterable[str]) -> str:
    """The names of languages, one after the other."""
    return words("offline.between").join(sorted(language_names(languages).values()))


def _date(seconds: float) -> str:
    """The day of a time since 1970, as in 2026-01-31; nothing if no calendar has it, which what is stored may say."""
    try:
        return datetime.fromtimestamp(seconds).date().isoformat()
    except (OverflowError, OSError, ValueError):
        return ""


def _options(first: str, models: Sequence[str]) -> list[Any]:
    """The options of a choice of models, of which the first is none."""
    none = element("option", first)
    none.value = ""
    return [none, *(element("option", name) for name in models)]


def _amounts(usage: Usage) -> str:
    """How much is stored, and how much may be; empty if the browser tells neither."""
    if usage.used is None:
        return words("collections.storage_allowed", quota=size(usage.quota)) if usage.quota else ""
    if not usage.quota:
        return words("collections.storage_used", used=size(usage.used))
    return words("collections.storage_used_of", used=size(usage.used), quota=size(usage.quota))


def _keeping(usage: Usage) -> str:
    """Whether what is stored stays; empty if the browser does not tell."""
    if usage.persisted is None:
        return ""
    return words("collections.storage_kept" if usage.persisted else "collections.storage_may_go")
