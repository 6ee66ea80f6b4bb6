"""The room where users pick an item and see its neighbours."""

from __future__ import annotations

from typing import Any

from semblance.browser import ffi
from semblance.browser.pages.address import Address
from semblance.browser.pages.dom import View, by_id, closest, element, item_id, on_action, show
from semblance.browser.pages.pictures import about, thumbnail_element
from semblance.browser.pages.reader import open_item
from semblance.browser.pages.refine import Refine
from semblance.browser.pages.results import Results
from semblance.browser.pages.session import Session
from semblance.collection import Collection
from semblance.documents import Passage
from semblance.records import Entry
from semblance.wording import count

ITEMS_AT_ONCE = 100
RESULTS_AT_ONCE = 10
EXCERPT = 400
HINT = "Pick an item to see what is related to it."


class Related:
    """Items on the left, and the items related to the chosen one on the right."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._id = ""
        self._collection: Collection | None = None  # of the item that is shown
        self._number = RESULTS_AT_ONCE
        self._shown = ITEMS_AT_ONCE
        self._results: Results | None = None
        self._best: dict[str, Passage] = {}
        session.scope.listen(by_id("item-filter"), "input", lambda _: self._list_items(ITEMS_AT_ONCE))
        session.scope.listen(
            by_id("items-more"), "click", lambda _: self._list_items(self._shown + ITEMS_AT_ONCE)
        )
        self._refine = Refine(session.scope, self._refined)
        self._thumbnails: dict[str, Any] = {}  # by fingerprint; a list that is rebuilt keeps its pictures
        self._thumbnails_of = ""
        handlers = {
            "read": self._read,
            "delete": self._delete,
            "back": self._back,
            "more": self._more,
            "suggest": self._suggested,
        }
        on_action(session.scope, by_id("related-item"), handlers)

    def refresh(self) -> None:
        """Show the collection as it is now."""
        if self._id and not self._holds_shown_item():
            self._show_nothing()
            self._session.mark(Address("related"))
        self._list_items(self._shown)

    async def open(self, address: Address) -> None:
        """Show an item and its neighbours, or nothing but the list."""
        same = address.item == self._id and self._session.collection is self._collection
        if not same or not address.item:
            self._show_nothing()
        self._id, self._collection = address.item, self._session.collection
        self._mark_selection()
        self._list_items(self._shown)
        if self._id:
            await self._show_item()
            if not same:
                _focus_heading()

    def _holds_shown_item(self) -> bool:
        """Whether the item that is shown is one of the open collection."""
        return self._session.collection is self._collection and self._id in self._collection.ids()

    def _show_nothing(self) -> None:
        """Clear the pane, because the user no longer looks at its item."""
        self._id, self._collection, self._results = "", None, None
        self._number = RESULTS_AT_ONCE
        self._best = {}
        self._mark_selection()
        by_id("related-item").removeAttribute("data-id")
        by_id("related-item").replaceChildren(element("p", HINT, "quiet"))

    def _mark_selection(self) -> None:
        """Show the item in place of the list on narrow screens. The item's heading is then the room's."""
        by_id("room-related").classList.toggle("has-selection", bool(self._id))
        show(by_id("items-heading"), not self._id)

    def _list_items(self, limit: int) -> None:
        self._shown = limit
        pattern = str(by_id("item-filter").value).casefold()
        items = [e for e in self._session.items() if pattern in f"{e.title}\n{e.id}".casefold()]
        self._forget_thumbnails()
        by_id("items").replaceChildren(*[self._item(entry) for entry in items[:limit]])
        by_id("item-count").textContent = count(len(items), "item")
        show(by_id("items-more"), len(items) > limit)
        if any(entry.is_image for entry in items[:limit]):
            self._session.run(self._fill_thumbnails(self._session.collection))

    def _item(self, entry: Entry) -> Any:
        view = View("t-item").fill(title=entry.title or entry.id, id=entry.id if entry.title else "")
        link = view.root.firstElementChild
        link.href = str(Address("related", entry.id))
        if entry.id == self._id:
            link.setAttribute("aria-current", "true")
        if entry.is_image:
            frame = view["picture"]
            show(frame)
            if thumbnail := self._thumbnails.get(entry.fingerprint):
                frame.append(thumbnail)
            else:
                frame.dataset.waiting = entry.id
        return view.root

    def _forget_thumbnails(self) -> None:
        """Forget the thumbnails of another collection."""
        if self._thumbnails_of != self._session.collection.info.key:
            self._thumbnails_of = self._session.collection.info.key
            self._thumbnails.clear()

    async def _fill_thumbnails(self, collection: Collection) -> None:
        """Put the pictures into the frames of the list that wait for theirs."""
        frames = {frame.dataset.waiting: frame for frame in by_id("items").querySelectorAll("[data-waiting]")}
        for record in await collection.get(list(frames)):
            frame = frames[record.document.id]
            if record.picture and frame.isConnected and ffi.or_none(frame.firstElementChild) is None:
                thumbnail = thumbnail_element(record.picture)
                self._thumbnails[record.fingerprint] = thumbnail
                frame.removeAttribute("data-waiting")
                frame.append(thumbnail)

    async def _show_item(self) -> None:
        with self._session.showing_errors("related items"):
            await self._show_matches(self._session.collection, self._id)

    async def _show_matches(self, collection: Collection, id: str) -> None:
        record = next(iter(await collection.get([id])), None)
        if record is None:
            return  # it was deleted meanwhile; `refresh` shows that
        await self._refine.show_for(collection)
        filter = self._refine.filter
        matches = await collection.similar_by_id(id, number=self._number, filter=filter)
        distribution = await collection.distribution()
        if id != self._id or collection is not self._collection or filter != self._refine.filter:
            return  # something else was asked meanwhile
        if self._results is None:
            self._fill_detail(record)
            self._results = Results(by_id("related-item").querySelector("[data-field=results]"))
        self._best = {match.id: match.passage for match in matches}
        more = len(matches) == self._number and len(matches) < collection.count() - 1
        ordered, words = self._refine.ordered(matches), self._refine.words
        self._results.fill(
            matches,
            distribution,
            more,
            shown=ordered,
            narrowed=words,
            to_picture=record.picture is not None,
        )

    def _fill_detail(self, record: Any) -> None:
        document, picture = record.document, record.picture
        facts = [document.id, about(picture) if picture else count(len(record.passages), "passage")]
        if record.cut:
            facts.append(f"the last {count(record.cut, 'character')} are not indexed")
        if document.note:
            facts.append(document.note)
        view = View("t-detail").fill(
            title=document.title or document.id, facts=" · ".join(facts), excerpt=document.content[:EXCERPT]
        )
        if picture:
            view["picture"].append(thumbnail_element(picture, document.title or document.id))
            view["phrases"].href = str(Address("compare", document.id))
            view["read"].textContent = "View"
        show(view["picture"], bool(picture))
        show(view["phrases"], bool(picture))
        suggestions = self._refine.suggest(document.metadata)
        view["suggestions"].append(*[_suggestion(*suggestion) for suggestion in suggestions])
        view["refine"].append(self._refine.element)
        by_id("related-item").dataset.id = document.id
        by_id("related-item").replaceChildren(view.fragment)

    def _suggested(self, target: Any) -> None:
        self._refine.set_condition(str(target.dataset.name), "<", str(target.dataset.value))
        self._refined()

    def _refined(self) -> None:
        self._session.run(self._show_refined())

    async def _show_refined(self) -> None:
        await self._show_item()
        note = by_id("related-item").querySelector("[data-field=note]")
        self._session.dialogs.announce("All related items are shown." if note.hidden else note.textContent)

    def _read(self, target: Any) -> None:
        id = item_id(target)
        self._session.run(open_item(self._collection, id, self._best.get(id)))

    def _delete(self, target: Any) -> None:
        if self._collection:
            self._session.run(self._session.delete_items([item_id(target)], self._collection))

    def _back(self, _: Any) -> None:
        self._session.go(Address("related"))

    def _more(self, _: Any) -> None:
        self._number += RESULTS_AT_ONCE
        self._session.run(self._show_item())


def _focus_heading() -> None:
    """Move the focus to where the new item begins, unless the user is typing."""
    heading = ffi.or_none(by_id("related-item").querySelector("h1"))
    if heading is not None and closest(ffi.document.activeElement, "input, textarea, select") is None:
        heading.focus()


def _suggestion(field: str, value: str, words: str) -> Any:
    button = element("button", words, "button small")
    button.type = "button"
    button.dataset.do, button.dataset.name, button.dataset.value = "suggest", field, value
    return button
