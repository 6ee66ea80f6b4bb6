"""The room that searches by words and meaning while the user types."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from semblance.browser import ffi
from semblance.browser.images import BlobFile
from semblance.browser.pages.address import Address
from semblance.browser.pages.copying import copy_links, copy_prompt
from semblance.browser.pages.dom import by_id, closest, item_id, kept_in_place, on_action, show
from semblance.browser.pages.kinds import may_have_more, of_each_kind
from semblance.browser.pages.pause import Pause
from semblance.browser.pages.pictures import file_element
from semblance.browser.pages.pressing import Pressing
from semblance.browser.pages.reader import open_item
from semblance.browser.pages.refine import Refine
from semblance.browser.pages.results import Results
from semblance.browser.pages.session import Session
from semblance.browser.pages.why import Why
from semblance.browser.pages.words import counted, words
from semblance.collection import Collection
from semblance.documents import Passage
from semblance.errors import InputError
from semblance.filters import EVERYTHING, Filter
from semblance.matches import Match
from semblance.pace import ahead, discard
from semblance.ranking.distribution import Distribution
from semblance.ranking.words.query import Query

RESULTS_AT_ONCE = 10
PAUSE_S = 0.15  # pause in typing before a search begins
QUICK_S = 0.2  # after this long, what was found by words is shown while meaning is still worked on
REFRESH_S = 2  # between two searches for the same query while items arrive, because the model is busy


@dataclass(frozen=True, slots=True)
class Request:
    """What is looked for, as it was when the search began: the user may type on meanwhile."""

    number: int  # of the search; the newest has the greatest
    collection: Collection
    text: str  # empty if it is a picture
    picture: BlobFile | None
    name: str  # what the user knows it by: the text, or the name of the picture's file

    @property
    def query(self) -> Query:
        return Query.parse(self.text)

    @property
    def unfinished(self) -> str:
        """The last word, which the user may still be typing."""
        typed = self.query.words
        return typed[-1] if typed else ""


class Search:
    """The search box in the header and its results.

    Parameters
    ----------
    session : Session
    address_of_item : callable
        The address that shows an item and its neighbours.
    """

    def __init__(self, session: Session, address_of_item: Callable[[str], Address]) -> None:
        self._session, self._address_of_item = session, address_of_item
        # Rooms that show by themselves what fits the typed text. From all others the search leads to its own.
        self.lights: dict[str, Callable[[str], None]] = {}
        self._newest = 0  # number of the newest search
        self._pause = Pause(PAUSE_S, session.run, self._search_typed)
        self._number = RESULTS_AT_ONCE
        self._nearest = ""  # the query for which the nearest items are wanted, though nothing fits it
        self._items_arrived = False  # since the last search
        self._keeping_up = False
        self._announced = 0  # number of the newest search whose results were announced
        self._last_announcement = ""
        self._best: dict[str, Passage] = {}
        self._collection: Collection | None = None  # of the results that are shown
        self._picture: BlobFile | None = None
        self._pictures: dict[str, Any] = {}  # files that were searched with, by name: an address names one
        self._refine = Refine(session.scope, self._refined)
        by_id("search-refine").append(self._refine.element)
        self._results = Results(by_id("search-results"), self._href_of)
        self._why = Why(session)
        show(by_id("search-results"), False)
        session.scope.listen(by_id("search"), "input", lambda _: self._typed())
        session.scope.listen(by_id("search-form"), "submit", self._submitted)
        session.scope.listen(by_id("search-picture"), "change", lambda _: self._search_with_picture())
        handlers = {
            "read": self._read,
            "why": self._ask_why,
            "more": self._more,
            "copy-links": self._copy_links,
            "copy-prompt": self._copy_prompt,
            "nearest": self._show_nearest,
            "all-pictures": self._all_pictures,
            "forget-picture": self._forget_picture,
        }
        on_action(session.scope, by_id("room-search"), handlers)
        self._pressing = Pressing(session.scope, by_id("search-results"))

    def catch_up(self) -> None:
        """Search for what was typed or chosen while Python was starting."""
        if by_id("search-picture").files.length:
            self._search_with_picture()
        elif self._query() and self._session.address.room != "search":
            self._typed()

    def refresh(self) -> None:
        """Search again: the collection has changed."""
        if self._is_of_another_collection():
            self._refine.set(EVERYTHING, "")
            self._session.mark(self._address())
        if self._query() or self._picture:
            self._session.run(self._search())

    def speak(self) -> None:
        """Search again, to say what the results are."""
        self._refine.speak()
        self.refresh()

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
                    await self._rank(self._newest)
                await asyncio.sleep(REFRESH_S)
        finally:
            self._keeping_up = False

    def _is_covered(self) -> bool:
        """Whether a dialog is open, which gives the focus back to a result when it closes."""
        return ffi.or_none(ffi.document.querySelector("dialog[open]")) is not None

    async def open(self, address: Address) -> None:
        """Search for what the address says."""
        if address.is_whole or address.query:
            by_id("search").value = address.query
            self._set_picture(self._pictures.get(address.picture))
        if address.is_whole:
            self._refine.set(address.filter, address.order)
        elif self._is_of_another_collection():
            self._refine.set(EVERYTHING, "")
        if address.picture and self._picture is None:
            self._session.dialogs.toast(words("search.choose_again", picture=address.picture))
        self._number = RESULTS_AT_ONCE
        self._session.mark(self._address())
        await self._search()

    def _address(self) -> Address:
        """The address of what is searched for now."""
        picture = str(by_id("search-example-name").textContent) if self._picture else ""
        query = "" if picture else self._query()
        return replace(
            self._session.here("search"),
            query=query,
            picture=picture,
            filter=self._refine.filter,
            order=self._refine.order,
        )

    def _href_of(self, id: str) -> str:
        """The address of a result: the filter stays on."""
        return str(replace(self._address_of_item(id), filter=self._refine.filter, order=""))

    def _is_of_another_collection(self) -> bool:
        shown = self._collection
        return shown is not None and shown.info.key != self._session.collection.info.key

    def _refined(self) -> None:
        self._session.mark(self._address())
        self._session.run(self._search())

    def _query(self) -> str:
        return str(by_id("search").value).strip()

    def _typed(self) -> None:
        self._set_picture(None)
        self._pause.begin(self._session.entry)

    def _search_with_picture(self) -> None:
        """Search with the picture that was chosen."""
        for file in by_id("search-picture").files:
            by_id("search").value = ""
            self._pictures[str(file.name)] = file
            self._set_picture(file)
            self._number = RESULTS_AT_ONCE
            self._session.mark(self._address())
            self._announce(words("search.with_picture", name=file.name))
            self._session.run(self._search())
        by_id("search-picture").value = ""  # choosing the same file again is then an event too

    def _forget_picture(self, _: Any) -> None:
        self._set_picture(None)
        self._session.mark(self._address())
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

    async def _search_typed(self, entry: Any) -> None:
        """Search for what was typed, unless the user has left both the address where it was typed and the box.

        The page goes to another address by itself, too: when a collection that was picked just before is there.
        """
        if entry != self._session.entry and closest(ffi.document.activeElement, "#search") is None:
            return
        room = self._session.address.room
        if room in self.lights:
            self.lights[room](self._query())
        else:
            self._number = RESULTS_AT_ONCE
            self._session.mark(self._address())
            await self._search()

    async def _search(self) -> None:
        """Search at once. This replaces any search that is still under way."""
        self._pause.cancel()
        self._newest += 1
        await self._rank(self._newest)

    async def _rank(self, number: int) -> None:
        """Rank, and show the results if no newer search has begun."""
        request = self._request_of(number)
        collection, among = request.collection, request.collection.count()
        if collection is not self._collection:
            show(by_id("search-results"), False)  # they are another collection's
            self._collection = collection
        show(by_id("search-hint"), not request.name)
        if not among or not (request.picture or request.query.text):
            self._show_so_far(among if request.name else None)
            self._say("")
            show(by_id("search-results"), False)
            show(self._refine.element, False)
            return
        with self._session.showing_errors("search"):
            await self._show_matches(request)

    def _request_of(self, number: int) -> Request:
        """What the page asks for now."""
        text = "" if self._picture else self._query()
        name = str(by_id("search-example-name").textContent) if self._picture else text
        return Request(number, self._session.collection, text, self._picture, name)

    async def _show_matches(self, request: Request) -> None:
        among = request.collection.count()
        self._session.say_waiting_for_model()
        await self._refine.show_for(request.collection)
        finding = ahead(self._find(request))
        try:
            if request.text and not (await asyncio.wait([finding], timeout=QUICK_S))[0]:
                hits = await self._find_words(request)
                if self._is_wanted(request) and not finding.done():
                    self._fill(request, hits, None)
                    self._say(words("search.words_only"))
            matches = await finding
        finally:
            await discard(finding)
        distribution = await request.collection.distribution()
        if not self._is_wanted(request):
            return
        self._show_so_far(among)
        nothing_fits = not matches and not self._refine.words
        is_known = not request.text or self._session.knows(request.text)
        is_compared = is_known or self._nearest == request.text
        self._say(self._remark(request, is_known, nothing_fits), offer_nearest=nothing_fits)
        self._fill(request, matches, distribution if is_compared else None)
        by_id("search-results").dataset.query = request.text
        if request.number != self._announced:  # what arrives later is not announced again and again
            self._announced = request.number
            self._announce_results(request, len(matches))
        await self._results.render()
        if request.text and is_known:
            await self._tell(request, matches)

    async def _tell(self, request: Request, matches: Sequence[Match]) -> None:
        """Mark in each result the sentence that fits best, unless something else is asked meanwhile."""
        untold = self._results.untold(matches)
        async for id, sentence in request.collection.telling_sentences(untold, query=request.text):
            if not self._is_wanted(request):
                return
            self._results.tell(id, sentence)

    def _copy_links(self, _: Any) -> None:
        self._session.run(copy_links(self._session, self._results.matches))

    def _copy_prompt(self, _: Any) -> None:
        if self._collection is not None:
            results, asked = self._results, Query.parse(self._query()).text
            work = copy_prompt(self._session, self._collection, results.matches, asked, results.most_tokens)
            self._session.run(work)

    def _is_wanted(self, request: Request) -> bool:
        """Whether the user has asked for nothing else since a search began."""
        return request.number == self._newest and request.collection is self._collection

    def _fill(self, request: Request, matches: Sequence[Match], distribution: Distribution | None) -> None:
        collection = request.collection
        self._best = {match.id: match.passage for match in matches}
        with kept_in_place(by_id("search-results")):
            self._results.fill(
                matches,
                distribution,
                may_have_more(matches, self._number, collection.count()),
                shown=self._refine.ordered(matches),
                narrowed=self._refine.words,
                fields=self._refine.fields,
                to_picture=request.picture is not None,
                unfinished=request.unfinished,
                asked=(collection.info.key, request.text),
            )
        show(by_id("search-results"), bool(matches or self._refine.words))

    def _say(self, text: str, *, offer_nearest: bool = False) -> None:
        """Say something on the results as a whole."""
        by_id("search-note").textContent = text
        show(by_id("search-nearest"), offer_nearest)

    def _remark(self, request: Request, is_known: bool, nothing_fits: bool) -> str:
        """What is to be said on the results: why there are none, and what they do not go by."""
        model = request.collection.info.model
        unknown = "" if is_known else words("search.unknown_language", model=model)
        return " ".join(filter(None, [_nothing(request) if nothing_fits else "", unknown]))

    def _show_nearest(self, _: Any) -> None:
        self._nearest = self._query()
        self._session.run(self._search())

    def _announce_results(self, request: Request, number: int) -> None:
        """Let screen readers say how many results there are."""
        note = by_id("search-results").querySelector("[data-field=note]")
        results = (
            note.textContent if not note.hidden else counted("search.results", number, name=request.name)
        )
        results = by_id("search-note").textContent or results
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
            text = words("search.none_yet")
            self._announce(text)
        elif among is not None and expected is not None and among < expected:
            text = counted("search.so_far", expected, among=f"{among:,}")
        by_id("search-so-far").textContent = text
        show(by_id("search-so-far"), bool(text))

    async def _find_words(self, request: Request) -> Sequence[Match]:
        async def find(number: int, filter: Filter) -> Sequence[Match]:
            return await request.collection.search_words(request.text, number, filter, unfinished=True)

        return await of_each_kind(request.collection, self._number, self._refine.filter, find)

    async def _find(self, request: Request) -> Sequence[Match]:
        if request.picture is not None:
            return await self._similar(request, request.picture)

        async def find(number: int, filter: Filter) -> Sequence[Match]:
            is_nearest = self._nearest == request.text
            return await request.collection.search(
                request.text, number, filter, unfinished=True, nearest=is_nearest
            )

        return await of_each_kind(request.collection, self._number, self._refine.filter, find)

    async def _similar(self, request: Request, picture: BlobFile) -> Sequence[Match]:
        try:
            vector = await request.collection.query_vector(picture)
        except InputError as error:
            error.where = error.where or request.name
            self._pictures.pop(request.name, None)
            self._set_picture(None)
            raise

        async def find(number: int, filter: Filter) -> list[Match]:
            return await request.collection.similar_by_vector(vector, number, filter)

        return await of_each_kind(request.collection, self._number, self._refine.filter, find)

    def _all_pictures(self, _: Any) -> None:
        self._refine.choose_kind("image")
        self._refined()

    def _read(self, target: Any) -> None:
        id = item_id(target)
        self._session.run(open_item(self._collection, id, self._best.get(id)))

    def _ask_why(self, target: Any) -> None:
        if self._collection is not None:
            results, id = self._results, item_id(target)
            work = self._why.toggle(self._collection, results, id, query=results.query, picture=self._picture)
            self._session.run(work)

    def _more(self, _: Any) -> None:
        self._number += RESULTS_AT_ONCE
        self._session.run(self._search())


def _nothing(request: Request) -> str:
    """Why there are no results."""
    if request.query.is_plain:
        return words("search.nothing_fits", query=request.text)
    return words("search.nothing_as_written", query=request.text)
