"""The room where one picks an item and sees its neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from semblance.browser.pages.address import Address
from semblance.browser.pages.dom import View, by_id, item_id, on_action, show
from semblance.browser.pages.reader import open_reader
from semblance.browser.pages.results import Results
from semblance.documents import Passage
from semblance.wording import count

if TYPE_CHECKING:
    from semblance.browser.pages.app import App

ITEMS_AT_ONCE = 100
RESULTS_AT_ONCE = 10
EXCERPT = 400


class Related:
    """Items on the left, what is related to the chosen one on the right."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._id = ""
        self._number = RESULTS_AT_ONCE
        self._shown = ITEMS_AT_ONCE
        self._results: Results | None = None
        self._best: dict[str, Passage] = {}
        app.scope.listen(by_id("item-filter"), "input", lambda _: self._list_items(ITEMS_AT_ONCE))
        app.scope.listen(
            by_id("items-more"), "click", lambda _: self._list_items(self._shown + ITEMS_AT_ONCE)
        )
        handlers = {"read": self._read, "delete": self._delete, "back": self._back, "more": self._more}
        on_action(app.scope, by_id("related-item"), handlers)

    def refresh(self) -> None:
        """Show the collection as it is now."""
        self._list_items(self._shown)

    async def open(self, address: Address) -> None:
        """Show an item and its neighbours."""
        if address.item != self._id:
            self._number = RESULTS_AT_ONCE
        self._id = address.item
        by_id("room-related").classList.toggle("has-selection", bool(self._id))
        self._list_items(self._shown)
        if self._id:
            await self._show_item()

    def _list_items(self, limit: int) -> None:
        self._shown = limit
        wanted = str(by_id("item-filter").value).casefold()
        items = [(id, title) for id, title in self._app.items() if wanted in f"{title}\n{id}".casefold()]
        by_id("items").replaceChildren(*[self._item(id, title) for id, title in items[:limit]])
        by_id("item-count").textContent = count(len(items), "item")
        show(by_id("items-more"), len(items) > limit)

    def _item(self, id: str, title: str) -> Any:
        view = View("t-item").fill(title=title or id, id=id if title else "")
        link = view.root.firstElementChild
        link.href = str(Address("related", id))
        if id == self._id:
            link.setAttribute("aria-current", "true")
        return view.root

    async def _show_item(self) -> None:
        collection, id = self._app.collection, self._id
        (record,) = await collection.get([id])
        matches = await collection.similar_by_id(id, number=self._number)
        distribution = await collection.distribution()
        if id != self._id:
            return  # another was picked meanwhile
        self._fill_detail(record)
        self._best = {match.id: match.passage for match in matches}
        self._results = Results(by_id("related-item").querySelector("[data-field=results]"))
        self._results.fill(matches, distribution, more=len(matches) < collection.count() - 1)

    def _fill_detail(self, record: Any) -> None:
        document = record.document
        facts = [document.id, count(len(record.passages), "passage")]
        if record.cut:
            facts.append(f"the last {count(record.cut, 'character')} are not indexed")
        if document.note:
            facts.append(document.note)
        view = View("t-detail").fill(
            title=document.title or document.id, facts=" · ".join(facts), excerpt=document.content[:EXCERPT]
        )
        by_id("related-item").dataset.id = document.id
        by_id("related-item").replaceChildren(view.fragment)

    def _read(self, target: Any) -> None:
        self._app.run(self._open_reader(item_id(target)))

    async def _open_reader(self, id: str) -> None:
        (record,) = await self._app.collection.get([id])
        open_reader(record, self._best.get(id))

    def _delete(self, target: Any) -> None:
        self._app.run(self._app.delete_items([item_id(target)]))

    def _back(self, _: Any) -> None:
        self._app.go(Address("related"))

    def _more(self, _: Any) -> None:
        self._number += RESULTS_AT_ONCE
        self._app.run(self._show_item())
