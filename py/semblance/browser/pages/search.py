"""The room that searches by meaning, as one types."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from semblance.browser.pages.address import Address
from semblance.browser.pages.dom import by_id, item_id, on_action, show
from semblance.browser.pages.reader import open_reader
from semblance.browser.pages.results import Results
from semblance.documents import Passage

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
        self._results = Results(by_id("search-results"))
        show(by_id("search-results"), False)
        app.scope.listen(by_id("search"), "input", lambda _: self._typed())
        app.scope.listen(by_id("search-form"), "submit", self._submitted)
        on_action(app.scope, by_id("room-search"), {"read": self._read, "more": self._more})

    def refresh(self) -> None:
        """Search again: the collection has changed."""
        if self._query():
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
        self._app.run(self._after_pause())

    def _submitted(self, event: Any) -> None:
        event.preventDefault()
        self._typed()

    async def _after_pause(self) -> None:
        self._asked += 1
        asked = self._asked
        await asyncio.sleep(PAUSE_S)
        if asked == self._asked:
            self._number = RESULTS_AT_ONCE
            self._app.mark(Address("search", query=self._query()))
            await self._search()

    async def _search(self) -> None:
        """Rank, and show it unless something else was asked meanwhile."""
        self._asked += 1
        asked, query, collection = self._asked, self._query(), self._app.collection
        show(by_id("search-hint"), not query)
        if not query or not collection.count():
            show(by_id("search-results"), False)
            return
        self._app.say_waiting_for_model()
        matches = await collection.similar(query, number=self._number)
        distribution = await collection.distribution()
        if asked != self._asked:
            return
        self._best = {match.id: match.passage for match in matches}
        self._results.fill(matches, distribution, more=len(matches) < collection.count())
        by_id("search-results").dataset.query = query
        show(by_id("search-results"))

    def _read(self, target: Any) -> None:
        self._app.run(self._open_reader(item_id(target)))

    async def _open_reader(self, id: str) -> None:
        (record,) = await self._app.collection.get([id])
        open_reader(record, self._best.get(id))

    def _more(self, _: Any) -> None:
        self._number += RESULTS_AT_ONCE
        self._app.run(self._search())
