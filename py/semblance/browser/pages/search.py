"""The room that searches by meaning, as one types."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from semblance.browser import ffi
from semblance.browser.images import BlobFile
from semblance.browser.pages.address import Address
from semblance.browser.pages.dom import by_id, item_id, on_action, show
from semblance.browser.pages.pictures import file_element
from semblance.browser.pages.reader import open_reader
from semblance.browser.pages.refine import Refine
from semblance.browser.pages.results import Results
from semblance.collection import Match
from semblance.documents import Passage
from semblance.errors import InputError

if TYPE_CHECKING:
    from semblance.browser.pages.app import App

RESULTS_AT_ONCE = 10
PAUSE_S = 0.15  # of typing, before a search begins


class Search:
    """The search box in the header and its results."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._asked = 0
        self._number = RESULTS_AT_ONCE
        self._best: dict[str, Passage] = {}
        self._picture: BlobFile | None = None
        self._refine = Refine(app.scope, lambda: app.run(self._search()))
        by_id("search-refine").append(self._refine.element)
        self._results = Results(by_id("search-results"))
        show(by_id("search-results"), False)
        app.scope.listen(by_id("search"), "input", lambda _: self._typed())
        app.scope.listen(by_id("search-form"), "submit", self._submitted)
        app.scope.listen(by_id("search-picture"), "change", self._picture_chosen)
        handlers = {"read": self._read, "more": self._more, "forget-picture": self._forget_picture}
        on_action(app.scope, by_id("room-search"), handlers)

    def catch_up(self) -> None:
        """Search for what was typed while Python was starting."""
        if self._query() and Address.parse(str(ffi.window.location.hash)).room != "search":
            self._typed()

    def refresh(self) -> None:
        """Search again: the collection has changed."""
        if self._query() or self._picture:
            self._app.run(self._search())

    async def open(self, address: Address) -> None:
        """Search for what the address says."""
        if address.query and address.query != self._query():
            by_id("search").value = address.query
        self._number = RESULTS_AT_ONCE
        await self._search()

    def _query(self) -> str:
        return str(by_id("search").value).strip()

    def _typed(self) -> None:
        self._set_picture(None)
        self._app.run(self._after_pause(str(ffi.window.location.hash)))

    def _picture_chosen(self, event: Any) -> None:
        for file in event.target.files:
            by_id("search").value = ""
            self._set_picture(file)
            self._number = RESULTS_AT_ONCE
            self._app.mark(Address("search"))
            self._app.run(self._search())
        event.target.value = ""

    def _forget_picture(self, _: Any) -> None:
        self._set_picture(None)
        self._app.run(self._search())
        by_id("search").focus()

    def _set_picture(self, file: Any | None) -> None:
        """Search with a picture instead of a text, or no longer."""
        self._picture = BlobFile(file) if file is not None else None
        show(by_id("search-example"), file is not None)
        if file is not None:
            by_id("search-example-name").textContent = file.name
            by_id("search-example-picture").replaceChildren(file_element(file))

    def _submitted(self, event: Any) -> None:
        event.preventDefault()
        self._typed()

    async def _after_pause(self, here: str) -> None:
        """Search, unless more is typed or another room opened meanwhile; `here` is where it was typed."""
        self._asked += 1
        asked = self._asked
        await asyncio.sleep(PAUSE_S)
        if asked == self._asked and here == str(ffi.window.location.hash):
            self._number = RESULTS_AT_ONCE
            self._app.mark(Address("search", query=self._query()))
            await self._search()

    async def _search(self) -> None:
        """Rank, and show it unless something else was asked meanwhile."""
        self._asked += 1
        asked, collection = self._asked, self._app.collection
        query = self._picture or self._query()
        show(by_id("search-hint"), not query)
        if not query or not collection.count():
            show(by_id("search-results"), False)
            show(self._refine.element, False)
            return
        self._app.say_waiting_for_model()
        await self._refine.show_for(collection)
        matches = await self._similar(query)
        distribution = await collection.distribution()
        if asked != self._asked:
            return
        self._best = {match.id: match.passage for match in matches}
        more = len(matches) == self._number and len(matches) < collection.count()
        ordered, words = self._refine.ordered(matches), self._refine.words
        self._results.fill(
            matches,
            distribution,
            more,
            shown=ordered,
            narrowed=words,
            to_picture=self._picture is not None,
        )
        by_id("search-results").dataset.query = self._query()
        show(by_id("search-results"))

    async def _similar(self, query: str | BlobFile) -> list[Match]:
        try:
            return await self._app.collection.similar(query, self._number, self._refine.filter)
        except InputError as error:
            error.where = error.where or str(by_id("search-example-name").textContent)
            self._set_picture(None)
            raise

    def _read(self, target: Any) -> None:
        self._app.run(self._open_reader(item_id(target)))

    async def _open_reader(self, id: str) -> None:
        (record,) = await self._app.collection.get([id])
        open_reader(record, self._best.get(id))

    def _more(self, _: Any) -> None:
        self._number += RESULTS_AT_ONCE
        self._app.run(self._search())
