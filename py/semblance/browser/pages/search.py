"""The room that searches by meaning while the user types."""

from __future__ import annotations

import asyncio
from typing import Any

from semblance.browser import ffi
from semblance.browser.images import BlobFile
from semblance.browser.pages.address import Address
from semblance.browser.pages.dom import by_id, item_id, kept_in_place, on_action, show
from semblance.browser.pages.pause import Pause
from semblance.browser.pages.pictures import file_element
from semblance.browser.pages.reader import open_item
from semblance.browser.pages.refine import Refine
from semblance.browser.pages.results import Results
from semblance.browser.pages.session import Session
from semblance.collection import Collection, Match
from semblance.documents import Passage
from semblance.errors import InputError
from semblance.wording import count

RESULTS_AT_ONCE = 10
PAUSE_S = 0.15  # pause in typing before a search begins
REFRESH_S = 2  # between two searches for the same query while items arrive, because the model is busy


class Search:
    """The search box in the header and its results."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._request = 0  # number of the newest search
        self._pause = Pause(PAUSE_S, session.run, self._search_typed)
        self._number = RESULTS_AT_ONCE
        self._items_arrived = False  # since the last search
        self._keeping_up = False
        self._announced = 0  # number of the newest search whose results were announced
        self._last_announcement = ""
        self._best: dict[str, Passage] = {}
        self._collection: Collection | None = None  # of the results that are shown
        self._picture: BlobFile | None = None
        self._refine = Refine(session.scope, lambda: session.run(self._search()))
        by_id("search-refine").append(self._refine.element)
        self._results = Results(by_id("search-results"))
        show(by_id("search-results"), False)
        session.scope.listen(by_id("search"), "input", lambda _: self._typed())
        session.scope.listen(by_id("search-form"), "submit", self._submitted)
        session.scope.listen(by_id("search-picture"), "change", lambda _: self._search_with_picture())
        handlers = {"read": self._read, "more": self._more, "forget-picture": self._forget_picture}
        on_action(session.scope, by_id("room-search"), handlers)

    def catch_up(self) -> None:
        """Search for what was typed or chosen while Python was starting."""
        if by_id("search-picture").files.length:
            self._search_with_picture()
        elif self._query() and self._session.address.room != "search":
            self._typed()

    def refresh(self) -> None:
        """Search again: the collection has changed."""
        if self._query() or self._picture:
            self._session.run(self._search())

    def items_arrived(self) -> None:
        """Search again soon, among more items. It does not search at each new item."""
        self._items_arrived = True
        if not self._keeping_up:
            self._keeping_up = True
            self._session.run(self._keep_up())

    async def _keep_up(self) -> None:
        """Search again as long as items arrive. A search by the user goes first."""
        try:
            while self._items_arrived and self._session.expected_items is not None:
                if not self._is_covered():
                    self._items_arrived = False
                    await self._rank(self._request)
                await asyncio.sleep(REFRESH_S)
        finally:
            self._keeping_up = False

    def _is_covered(self) -> bool:
        """Whether a dialog is open, which gives the focus back to a result when it closes."""
        return ffi.or_none(ffi.document.querySelector("dialog[open]")) is not None

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
        self._pause.begin(str(ffi.window.location.hash))

    def _search_with_picture(self) -> None:
        """Search with the picture that was chosen."""
        for file in by_id("search-picture").files:
            by_id("search").value = ""
            self._set_picture(file)
            self._number = RESULTS_AT_ONCE
            self._session.mark(Address("search"))
            self._announce(f"Searching with the picture “{file.name}”.")
            self._session.run(self._search())
        by_id("search-picture").value = ""  # choosing the same file again is then an event too

    def _forget_picture(self, _: Any) -> None:
        self._set_picture(None)
        self._session.run(self._search())
        by_id("search").focus()

    def _set_picture(self, file: Any | None) -> None:
        """Search with a picture instead of a text; None ends that."""
        self._picture = BlobFile(file) if file is not None else None
        show(by_id("search-example"), file is not None)
        if file is not None:
            by_id("search-example-name").textContent = file.name
            by_id("search-example-picture").replaceChildren(file_element(file))

    def _submitted(self, event: Any) -> None:
        event.preventDefault()
        self._typed()

    async def _search_typed(self, address: str) -> None:
        """Search for what was typed, unless the user has left the address where it was typed."""
        if address == str(ffi.window.location.hash):
            self._number = RESULTS_AT_ONCE
            self._session.mark(Address("search", query=self._query()))
            await self._search()

    async def _search(self) -> None:
        """Search at once. This replaces any search that is still under way."""
        self._pause.cancel()
        self._request += 1
        await self._rank(self._request)

    async def _rank(self, request: int) -> None:
        """Rank, and show the results if no newer search has begun."""
        collection = self._session.collection
        query, among = self._picture or self._query(), collection.count()
        if collection is not self._collection:
            show(by_id("search-results"), False)  # they are another collection's
            self._collection = collection
        show(by_id("search-hint"), not query)
        if not query or not among:
            self._show_so_far(among if query else None)
            show(by_id("search-results"), False)
            show(self._refine.element, False)
            return
        with self._session.showing_errors("search"):
            await self._show_matches(request, collection, query)

    async def _show_matches(self, request: int, collection: Collection, query: str | BlobFile) -> None:
        among = collection.count()
        self._session.say_waiting_for_model()
        await self._refine.show_for(collection)
        matches = await self._similar(collection, query)
        distribution = await collection.distribution()
        if request != self._request or collection is not self._collection:
            return
        self._best = {match.id: match.passage for match in matches}
        more = len(matches) == self._number and len(matches) < collection.count()
        ordered, words = self._refine.ordered(matches), self._refine.words
        self._show_so_far(among)
        with kept_in_place(by_id("search-results").querySelector(".results")):
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
        if request != self._announced:  # what arrives later is not announced again and again
            self._announced = request
            self._announce_results(len(matches))

    def _announce_results(self, number: int) -> None:
        """Let screen readers say how many results there are."""
        note = by_id("search-results").querySelector("[data-field=note]")
        name = by_id("search-example-name").textContent if self._picture else self._query()
        results = note.textContent if not note.hidden else f"{count(number, 'result')} for “{name}”."
        self._announce(f"{results} {by_id('search-so-far').textContent}".strip())

    def _announce(self, text: str) -> None:
        """Let screen readers say something about the search, unless they just did."""
        if text != self._last_announcement:
            self._session.dialogs.announce(text)
        self._last_announcement = text

    def _show_so_far(self, among: int | None) -> None:
        """Say among how many items the search was, if more are on their way."""
        expected = self._session.expected_items
        text = ""
        if among == 0 and expected is not None:
            text = "The results come as soon as the first items are in."
            self._announce(text)
        elif among is not None and expected is not None and among < expected:
            text = f"Among {among:,} of {count(expected, 'item')} so far."
        by_id("search-so-far").textContent = text
        show(by_id("search-so-far"), bool(text))

    async def _similar(self, collection: Collection, query: str | BlobFile) -> list[Match]:
        try:
            return await collection.similar(query, self._number, self._refine.filter)
        except InputError as error:
            error.where = error.where or str(by_id("search-example-name").textContent)
            self._set_picture(None)
            raise

    def _read(self, target: Any) -> None:
        id = item_id(target)
        self._session.run(open_item(self._collection, id, self._best.get(id)))

    def _more(self, _: Any) -> None:
        self._number += RESULTS_AT_ONCE
        self._session.run(self._search())
