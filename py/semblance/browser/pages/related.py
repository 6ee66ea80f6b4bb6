"""The room where users pick an item and see its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from semblance.browser import ffi
from semblance.browser.pages.address import Address
from semblance.browser.pages.copying import copy_links, copy_prompt
from semblance.browser.pages.dom import View, by_id, closest, element, item_id, on_action, show, speak
from semblance.browser.pages.excerpts import plain_excerpt
from semblance.browser.pages.facts import language_of
from semblance.browser.pages.item_list import ItemList
from semblance.browser.pages.kinds import may_have_more, of_each_kind
from semblance.browser.pages.pictures import about, thumbnail_element
from semblance.browser.pages.pressing import Pressing
from semblance.browser.pages.reader import open_item
from semblance.browser.pages.refine import Refine
from semblance.browser.pages.results import Results, fill_facts
from semblance.browser.pages.session import Session
from semblance.browser.pages.why import Why
from semblance.browser.pages.words import counted, words
from semblance.collection import Collection
from semblance.documents import Passage
from semblance.filters import EVERYTHING, Condition, Filter
from semblance.matches import Match
from semblance.records import Record

if TYPE_CHECKING:
    from semblance.relations import Relations

RESULTS_AT_ONCE = 10
LOOKED_THROUGH = 60  # of the nearest items, for those that are linked
EXCERPT = 400
FACTS = 8  # short values of the item's metadata that stand beside it


class Related:
    """Items on the left, and the items related to the chosen one on the right."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._id = ""
        self._collection: Collection | None = None  # that is shown
        self._number = RESULTS_AT_ONCE
        self._results: Results | None = None
        self._version = 0  # of the collection when the shown item's neighbours were looked for
        self._is_awaited = False  # whether the shown item has no vectors yet
        self._best: dict[str, Passage] = {}
        self._leaves_out_linked = False
        self._refine = Refine(session.scope, self._refined)
        self._why = Why(session)
        self._items = ItemList(session, self._href_of, self._sorted)
        handlers = {
            "read": self._read,
            "why": self._ask_why,
            "delete": self._delete,
            "back": self._back,
            "more": self._more,
            "copy-links": self._copy_links,
            "copy-prompt": self._copy_prompt,
            "suggest": self._suggested,
            "all-pictures": self._all_pictures,
            "pin": self._pin,
            "hide": self._hide,
            "show-hidden": self._show_hidden,
        }
        on_action(session.scope, by_id("related-item"), handlers)
        session.scope.listen(by_id("related-item"), "change", self._changed)
        session.scope.listen(by_id("items"), "click", self._clicked)
        self._pressing = Pressing(session.scope, by_id("related-item"))

    def refresh(self) -> None:
        """Show the collection as it is now."""
        shown, collection = self._collection, self._session.collection
        if shown is not None and shown.info.key != collection.info.key:
            self._show_nothing()
            self._refine.set(EVERYTHING, "")
            self._collection = collection
            self._session.mark(self.address_of())
        elif self._id and self._id not in collection.ids():
            self._show_nothing()
            self._session.mark(Address("related"))
        elif self._id and shown is not collection:  # another tab has changed it
            self._collection = collection
            self._session.run(self._show_item())
        elif self._id and self._is_outdated(collection):
            self._results = None if self._is_awaited else self._results
            self._session.run(self._show_item())
        self._session.run(self._show_list())

    async def _show_list(self) -> None:
        """Show the items. Where there is room beside them and none is chosen, the first one is."""
        await self._items.show(self._id)
        is_opened = self._collection is not None  # before, nobody has looked at what the address names
        is_free = is_opened and not self._session.address.item  # else that item is about to be shown
        is_beside = by_id("related-item").getClientRects().length > 0
        if not self._id and is_free and is_beside and self._items.first:
            self._id, self._collection = self._items.first, self._session.collection
            self._session.mark(self.address_of(self._id))
            self._mark_selection()
            await self._items.show(self._id)
            await self._show_item()

    def _is_outdated(self, collection: Collection) -> bool:
        """Whether there may be nearer neighbours now. While an addition goes on, they are not looked for at each batch."""
        return self._version != collection.version and self._session.expected_items is None

    async def open(self, address: Address) -> None:
        """Show an item and its neighbours, or nothing but the list."""
        collection = self._session.collection
        is_same = address.item == self._id and collection is self._collection
        if not is_same or not address.item:
            self._show_nothing()
        if address.is_whole:
            self._refine.set(address.filter, address.order)
            self._items.sort = address.sort
        elif self._collection is not None and self._collection.info.key != collection.info.key:
            self._refine.set(EVERYTHING, "")
        self._id, self._collection = address.item, collection
        self._session.mark(self.address_of(self._id))
        self._mark_selection()
        if not self._id:
            return await self._show_list()
        await self._items.show(self._id)
        await self._show_item()
        if not is_same:
            _focus_heading()

    def _clicked(self, event: Any) -> None:
        """Go to the item that is shown already, too: its link changes no address, so that nothing opens."""
        link = closest(event.target, "a")
        if link is not None and Address.parse(str(link.getAttribute("href"))) == self._session.address:
            self._session.run(self._focus_item())

    async def _focus_item(self) -> None:
        """Move the focus to the item, once it is shown: the first one opens by itself."""
        if self._results is None:
            await self._show_item()
        _focus_heading()

    def speak(self) -> None:
        """Say again what stands beside the items and the shown one."""
        self._items.speak()
        self._refine.speak()
        if self._id:
            self._results = None  # they are made anew, with all that is said of the item
            self._session.run(self._show_item())
        else:
            self._show_nothing()

    def address_of(self, id: str = "") -> Address:
        """The address of an item as it would be shown now; of the list, without one."""
        return replace(
            self._session.here("related", id),
            filter=self._refine.filter,
            order=self._refine.order,
            sort=self._items.sort,
        )

    def _href_of(self, id: str) -> str:
        return str(self.address_of(id))

    def _show_nothing(self) -> None:
        """Clear the pane, because the user no longer looks at its item."""
        self._id, self._results = "", None
        self._number = RESULTS_AT_ONCE
        self._best = {}
        self._mark_selection()
        by_id("related-item").removeAttribute("data-id")
        by_id("related-item").replaceChildren(element("p", words("related.hint"), "quiet"))

    def _mark_selection(self) -> None:
        """Show the item in place of the list on narrow screens. The item's heading is then the room's."""
        by_id("room-related").classList.toggle("has-selection", bool(self._id))
        show(by_id("items-heading"), not self._id)

    def _sorted(self) -> None:
        self._session.mark(self.address_of(self._id))
        self._session.run(self._items.show(self._id))

    async def _show_item(self) -> None:
        with self._session.showing_errors("related items"):
            await self._show_matches(self._session.collection, self._id)

    async def _show_matches(self, collection: Collection, id: str) -> None:
        record = next(iter(await collection.get([id], pictures="originals")), None)
        if record is None:
            return  # it was deleted meanwhile; `refresh` shows that
        await self._refine.show_for(collection)
        filter, version = self._refine.filter, collection.version

        from semblance.links import are_linked  # neither is needed before the first item is shown

        relations = await self._relations(collection)
        without = relations.of("hidden", id)
        if self._leaves_out_linked:
            without = [*without, *await self._linked(collection, record, without)]

        async def find(number: int, filter: Filter) -> list[Match]:
            return await collection.similar_by_id(id, number=number, filter=filter, without=without)

        matches = await of_each_kind(collection, self._number, filter, find)
        more = may_have_more(matches, self._number, collection.count() - 1)
        pinned = relations.of("pinned", id)
        below = {other for other in pinned if other in collection.ids()} - {match.id for match in matches}
        matches = [*matches, *await collection.similar_by_id(id, len(below), filter, among=below)]
        ranks = await collection.ranks_by_id(id, below) if below else {}
        linked = sum(are_linked(record.document, match.document) for match in matches)
        distribution = await collection.distribution_of_items()
        if id != self._id or collection is not self._collection or filter != self._refine.filter:
            return  # something else was asked meanwhile
        self._version = version
        if self._results is None:
            self._is_awaited = id in collection.awaiting
            self._fill_detail(record)
            results = by_id("related-item").querySelector("[data-field=results]")
            self._results = Results(results, self._href_of)
        self._best = {match.id: match.passage for match in matches}
        ordered, narrowed = self._refine.ordered(matches), self._refine.words
        ordered.sort(key=lambda match: match.id not in pinned)
        self._results.fill(
            matches,
            distribution,
            more,
            shown=ordered,
            narrowed=narrowed,
            fields=self._refine.fields,
            to_picture=record.picture is not None,
            pinned=pinned,
            ranks=ranks,
        )
        self._show_relations(len(relations.of("hidden", id)), linked)
        results = self._results
        await results.render()
        await self._tell(results, collection, id, matches)

    # --- what the user says of pairs ---

    async def _relations(self, collection: Collection) -> Relations:
        from semblance.relations import Relations

        return Relations.parse(await self._session.settings.relations(collection.info))

    async def _linked(self, collection: Collection, record: Record, without: Sequence[str]) -> list[str]:
        """Of the nearest items, those that link to an item or that it links to."""
        from semblance.links import are_linked

        nearest = await collection.similar_by_id(record.document.id, LOOKED_THROUGH, without=without)
        return [match.id for match in nearest if are_linked(record.document, match.document)]

    def _show_relations(self, hidden: int, linked: int) -> None:
        """Say how many items are hidden, and offer to leave out what is linked."""
        pane = by_id("related-item")
        show(pane.querySelector("[data-field=hidden]"), hidden > 0)
        pane.querySelector("[data-field=hidden-number]").textContent = counted("related.hidden", hidden)
        show(pane.querySelector("[data-field=linked]"), linked > 0 or self._leaves_out_linked)
        pane.querySelector("[name=unlinked]").checked = self._leaves_out_linked

    def _changed(self, event: Any) -> None:
        if event.target.name == "unlinked":
            self._leaves_out_linked = bool(event.target.checked)
            self._session.run(self._show_item())

    def _pin(self, target: Any) -> None:
        is_pinned = target.getAttribute("aria-pressed") == "true"
        self._session.run(self._say("" if is_pinned else "pinned", self._id, [item_id(target)]))

    def _hide(self, target: Any) -> None:
        id, other, run = self._id, item_id(target), self._session.run
        run(self._say("hidden", id, [other]))
        text, undo = words("related.is_hidden"), words("session.undo")
        self._session.dialogs.toast(text, undo, lambda: run(self._say("", id, [other])))

    def _show_hidden(self, _: Any) -> None:
        self._session.run(self._say("", self._id))

    async def _say(self, kind: str, id: str, others: Sequence[str] = ()) -> None:
        """Say of an item and others that they belong together, or don't; without others, that none is hidden."""
        collection = self._collection
        if collection is None:
            return
        relations = await self._relations(collection)
        for other in others or relations.of("hidden", id):
            relations = relations.say(kind, id, other)
        await self._session.settings.relate(collection.info.key, relations.plain())
        await self._show_item()
        _focus_result(others[0] if kind != "hidden" and others else "")

    async def _tell(
        self, results: Results, collection: Collection, id: str, matches: Sequence[Match]
    ) -> None:
        """Mark in each result the sentence that is nearest to the item, unless another one is shown meanwhile."""
        untold = results.untold(matches)
        async for match_id, sentence in collection.telling_sentences(untold, id=id):
            if id != self._id or results is not self._results:
                return
            results.tell(match_id, sentence)

    def _fill_detail(self, record: Any) -> None:
        document, picture = record.document, record.picture
        passages = (
            words("related.awaited")
            if self._is_awaited
            else counted("related.passages", len(record.passages))
        )
        facts = [document.id, about(picture) if picture else passages]
        if record.cut:
            facts.append(counted("reader.not_indexed", record.cut))
        if document.note:
            facts.append(document.note)
        text = plain_excerpt(document, most=EXCERPT)
        view = View("t-detail").fill(
            title=document.title or document.id, facts=" · ".join(facts), excerpt=text
        )
        for shown in ("title", "excerpt"):
            speak(view[shown], language_of(document.metadata))
        fill_facts(view, document, FACTS, self._refine.fields)
        if picture:
            view["picture"].append(thumbnail_element(picture, document.title or document.id))
            view["phrases"].href = str(self._session.here("compare", document.id))
            view["read"].textContent = words("pictures.view")
        show(view["picture"], bool(picture))
        show(view["phrases"], bool(picture))
        suggestions = self._refine.suggest(document.metadata)
        view["suggestions"].append(*[_suggestion(*suggestion) for suggestion in suggestions])
        view["refine"].append(self._refine.element)
        by_id("related-item").dataset.id = document.id
        by_id("related-item").replaceChildren(view.fragment)

    def _suggested(self, target: Any) -> None:
        self._refine.add_condition(Condition(str(target.dataset.name), "<", str(target.dataset.value)))
        self._refined()

    def _all_pictures(self, _: Any) -> None:
        self._refine.choose_kind("image")
        self._refined()

    def _refined(self) -> None:
        self._session.mark(self.address_of(self._id))
        self._items.show_links()
        self._session.run(self._show_refined())

    async def _show_refined(self) -> None:
        await self._show_item()
        note = by_id("related-item").querySelector("[data-field=note]")
        self._session.dialogs.announce(words("related.all_shown") if note.hidden else note.textContent)

    def _read(self, target: Any) -> None:
        id = item_id(target)
        self._session.run(open_item(self._collection, id, self._best.get(id)))

    def _ask_why(self, target: Any) -> None:
        if self._results is not None and self._collection is not None:
            work = self._why.toggle(self._collection, self._results, item_id(target), item=self._id)
            self._session.run(work)

    def _delete(self, target: Any) -> None:
        if self._collection:
            self._session.run(self._session.delete_items([item_id(target)], self._collection))

    def _back(self, _: Any) -> None:
        self._session.go(self.address_of())

    def _copy_links(self, _: Any) -> None:
        if self._results is not None:
            self._session.run(copy_links(self._session, self._results.matches))

    def _copy_prompt(self, _: Any) -> None:
        if self._results is not None and self._collection is not None:
            results, title = self._results, str(by_id("related-item").querySelector("h1").textContent)
            work = copy_prompt(self._session, self._collection, results.matches, title, results.most_tokens)
            self._session.run(work)

    def _more(self, _: Any) -> None:
        self._number += RESULTS_AT_ONCE
        self._session.run(self._show_item())


def _focus_heading() -> None:
    """Move the focus to where the new item begins, unless the user is typing."""
    heading = ffi.or_none(by_id("related-item").querySelector("h1"))
    if heading is not None and closest(ffi.document.activeElement, "input, textarea, select") is None:
        heading.focus()


def _focus_result(id: str) -> None:
    """Move the focus back to what can be said of a result, whose row is new; to the first result if there is no such."""
    pane = by_id("related-item")
    rows = {row.dataset.id: row for row in pane.querySelectorAll("[data-id]")}
    target = rows[id].querySelector("[data-do=pin]") if id in rows else pane.querySelector(".result-title")
    if ffi.or_none(target) is not None:
        target.focus()


def _suggestion(field: str, value: str, text: str) -> Any:
    button = element("button", text, "button small")
    button.type = "button"
    button.dataset.do, button.dataset.name, button.dataset.value = "suggest", field, value
    return button
