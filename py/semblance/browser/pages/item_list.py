"""The list of a collection's items. Only the rows near what can be seen are elements, however many items there are."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import Any

from semblance.browser import ffi
from semblance.browser.pages.dom import View, by_id, closest, element, show
from semblance.browser.pages.facts import date_of
from semblance.browser.pages.listing import DATE, SORTS, in_order, name_of, rows_near
from semblance.browser.pages.pictures import thumbnail_element
from semblance.browser.pages.session import Session
from semblance.browser.pages.words import counted, words
from semblance.collection import Collection
from semblance.pace import Pacer
from semblance.records import Entry

ROW_REM = 3.6  # height of a row: two lines and a thumbnail
PAGE = 8  # rows that PageUp and PageDown go
DATES_AT_ONCE = 50
MOST_THUMBNAILS = 500  # that are kept for rows that come back into sight


class ItemList:
    """The items, the field that filters them by name, and their order.

    One row has the tab stop, and the arrow keys go from row to row: so Tab does not lead through thousands of them.

    Parameters
    ----------
    session : Session
    href_of : callable
        The address that the row of an item leads to.
    on_sort : callable
        Called when the user has chosen another order.
    """

    def __init__(self, session: Session, href_of: Callable[[str], str], on_sort: Callable[[], None]) -> None:
        self._session, self._href_of = session, href_of
        self._list, self._frame, self._sort = by_id("items"), by_id("items-frame"), by_id("item-sort")
        self._list.style.setProperty("--row", f"{ROW_REM}rem")
        self._offer_sorts("")
        self._listed: tuple[Collection, int, str] | None = None  # what `_ordered` was made of
        self._ordered: list[
            tuple[Entry, str]
        ] = []  # all items in their order, and the names that a filter looks into
        self._entries: list[Entry] = []  # those that the filter admits
        self._rows: dict[int, Any] = {}  # the rows that are elements, by their place among `_entries`
        self._current = ""  # id of the item that is shown
        self._stop = 0  # the row with the tab stop
        self._dates: dict[tuple[str, str], float] = {}  # by id and fingerprint
        self._reading_dates = False
        self._thumbnails: dict[str, Any] = {}  # by fingerprint; a row that comes back keeps its picture
        self._key_of_collection = ""
        self._near = range(0)  # the rows that are to be there
        self._rendering = False
        listen = session.scope.listen
        listen(by_id("item-filter"), "input", lambda _: self._from_top(self._filter))
        listen(self._sort, "change", lambda _: self._from_top(on_sort))
        listen(self._list, "keydown", self._key)
        listen(self._list, "focusin", self._focused)
        listen(self._frame, "scroll", lambda _: self._render())
        for event in ("scroll", "resize"):
            listen(ffi.window, event, lambda _: self._render())

    def speak(self) -> None:
        """Say again how many items there are, and how they can be ordered."""
        self._offer_sorts(self.sort)
        self._say_number()

    def _offer_sorts(self, chosen: str) -> None:
        self._sort.replaceChildren(*[_option(sort, words(SORTS[sort])) for sort in SORTS])
        self.sort = chosen

    @property
    def first(self) -> str:
        """The id of the first item, whatever the filter leaves out; empty if there is none."""
        return self._ordered[0][0].id if self._ordered else ""

    @property
    def sort(self) -> str:
        """The order of the list: one of `SORTS`."""
        return str(self._sort.value)

    @sort.setter
    def sort(self, sort: str) -> None:
        self._sort.value = sort if sort in SORTS else ""

    async def show(self, current: str) -> None:
        """Show the open collection as it is now, with one item as the current one."""
        is_new, self._current = current != self._current, current
        collection, sort, pacer = self._session.collection, self.sort, Pacer()
        wanted = (collection, collection.version, sort)
        if wanted != self._listed:
            self._forget_another_collection()
            entries = collection.entries()
            await pacer.breathe()
            dates = self._known_dates(entries) if sort == DATE else {}
            ordered = in_order(entries, sort, dates)
            await pacer.breathe()
            named = [(entry, f"{entry.title}\n{entry.id}".casefold()) for entry in ordered]
            await pacer.breathe()
            if collection is not self._session.collection or sort != self.sort:
                return  # something else is asked for meanwhile
            self._listed, self._ordered = wanted, named
            if len(dates) < len(entries) and sort == DATE and not self._reading_dates:
                self._session.run(self._read_dates(collection))
        self._filter()
        if is_new:
            self._reveal_current()

    def _forget_another_collection(self) -> None:
        """Forget the pictures of another collection, and the names that were looked for in it."""
        before, self._key_of_collection = self._key_of_collection, self._session.collection.info.key
        if before not in ("", self._key_of_collection):
            self._thumbnails.clear()
            by_id("item-filter").value = ""

    def show_links(self) -> None:
        """Let the rows lead to where they lead now."""
        for place, row in self._rows.items():
            self._link(row, self._entries[place])

    # --- rows ---

    def _filter(self) -> None:
        """Show the items whose names hold what is typed."""
        pattern = str(by_id("item-filter").value).casefold()
        entries = [entry for entry, names in self._ordered if pattern in names]
        if entries != self._entries:
            self._replace(entries)
        self._say_number()
        self._render()
        self.show_links()

    def _say_number(self) -> None:
        by_id("item-count").textContent = counted(
            "items.reading_dates" if self._reading_dates else "items.number", len(self._entries)
        )

    def _from_top(self, change: Callable[[], None]) -> None:
        """Show other items, or another order, from the beginning."""
        self._frame.scrollTop = 0
        change()

    def _replace(self, entries: list[Entry]) -> None:
        """Show other items. An item that has the keyboard's focus keeps it."""
        focused = self._focused_id()
        self._entries = entries
        self._rows.clear()
        self._near = range(0)
        self._list.replaceChildren()
        self._list.style.height = f"{len(entries) * ROW_REM}rem"
        self._stop = self._place_of(focused or self._current) or 0
        if focused:
            self._render()
            if self._place_of(focused) is not None:
                self._rows[self._stop].firstElementChild.focus(ffi.js_object({"preventScroll": True}))

    def _render(self) -> None:
        """Make the rows near what can be seen, and remove the others."""
        if by_id("room-related").hidden:
            return
        around, inside = self._frame.getBoundingClientRect(), self._list.getBoundingClientRect()
        top, bottom = max(around.top, 0), min(around.bottom, ffi.window.innerHeight)
        seen = (top - inside.top, max(0, bottom - top), _row_height(), len(self._entries))
        self._near = rows_near(*seen)
        stop = {self._stop} if self._entries else set()
        for place in self._rows.keys() - stop - set(self._near):
            self._rows.pop(place).remove()
        for place in sorted(stop.union(rows_near(*seen, beyond=0)) - self._rows.keys()):
            self._insert(place)
        if not self._rendering:
            self._session.run(self._render_beyond())

    async def _render_beyond(self) -> None:
        """Make the rows beyond what can be seen, and the pictures of all rows, without holding the page up."""
        self._rendering = True
        try:
            await asyncio.sleep(0)
            pacer = Pacer()
            while True:
                missing = next((place for place in self._near if place not in self._rows), None)
                if missing is not None:
                    self._insert(missing)
                    await pacer.breathe()
                elif not await self._fill_thumbnails():
                    break
        finally:
            self._rendering = False

    def _insert(self, place: int) -> None:
        row = self._row(place, self._entries[place])
        places = sorted(self._rows)
        following = bisect_right(places, place)
        if following < len(places):
            self._rows[places[following]].before(row)
        else:
            self._list.append(row)
        self._rows[place] = row

    def _row(self, place: int, entry: Entry) -> Any:
        view = View("t-item").fill(title=name_of(entry), id=entry.id if entry.title else "")
        row = view.root
        row.style.top = f"{place * ROW_REM}rem"
        row.dataset.place = str(place)
        row.setAttribute("aria-setsize", str(len(self._entries)))
        row.setAttribute("aria-posinset", str(place + 1))
        row.firstElementChild.tabIndex = 0 if place == self._stop else -1
        self._link(row, entry)
        if entry.is_image:
            show(view["picture"])
            if thumbnail := self._thumbnails.get(entry.fingerprint):
                view["picture"].append(thumbnail)
            else:
                view["picture"].dataset.waiting = entry.id
        return row

    def _link(self, row: Any, entry: Entry) -> None:
        link = row.firstElementChild
        link.href = self._href_of(entry.id)
        if entry.id == self._current:
            link.setAttribute("aria-current", "true")
        else:
            link.removeAttribute("aria-current")

    def _place_of(self, id: str) -> int | None:
        return next((place for place, entry in enumerate(self._entries) if entry.id == id), None)

    def _reveal_current(self) -> None:
        """Scroll the list to the current item, if it is out of sight."""
        place = self._place_of(self._current)
        if place is None:
            return
        self._set_stop(place)
        row, seen = _row_height(), self._frame.clientHeight
        if not self._frame.scrollTop <= place * row <= self._frame.scrollTop + seen - row:
            self._frame.scrollTop = place * row - seen / 2
        self._render()

    # --- keys ---

    def _key(self, event: Any) -> None:
        last = len(self._entries) - 1
        steps = {"ArrowDown": 1, "ArrowUp": -1, "PageDown": PAGE, "PageUp": -PAGE, "Home": -last, "End": last}
        if event.key in steps and not (event.ctrlKey or event.metaKey or event.altKey):
            event.preventDefault()
            self._set_stop(min(max(self._stop + steps[event.key], 0), last))
            self._render()
            self._rows[self._stop].firstElementChild.focus()  # this scrolls it into sight

    def _focused(self, event: Any) -> None:
        row = closest(event.target, "[data-place]")
        if row is not None:
            self._set_stop(int(row.dataset.place))

    def _set_stop(self, place: int) -> None:
        for stop, index in ((self._stop, -1), (place, 0)):
            if stop in self._rows:
                self._rows[stop].firstElementChild.tabIndex = index
        self._stop = place

    def _focused_id(self) -> str:
        """The id of the item whose row has the focus; empty if none has."""
        row = closest(ffi.document.activeElement, "#items [data-place]")
        return self._entries[int(row.dataset.place)].id if row is not None else ""

    # --- dates ---

    def _known_dates(self, entries: list[Entry]) -> Mapping[str, float]:
        keys = ((entry.id, entry.fingerprint) for entry in entries)
        return {key[0]: self._dates[key] for key in keys if key in self._dates}

    async def _read_dates(self, collection: Collection) -> None:
        """Read the dates of all items, which only their records hold, and show the list in their order."""
        self._reading_dates = True
        try:
            entries, pacer = collection.entries(), Pacer()
            keys = [(entry.id, entry.fingerprint) for entry in entries]
            unknown = [id for id, fingerprint in keys if (id, fingerprint) not in self._dates]
            dates = {key: self._dates.get(key, 0.0) for key in keys}
            for start in range(0, len(unknown), DATES_AT_ONCE):
                some = unknown[start : start + DATES_AT_ONCE]
                for record in await collection.get(some, pictures="none", vectors=False):
                    date = date_of(record.document.metadata)
                    dates[record.document.id, record.fingerprint] = record.updated if date is None else date
                await pacer.breathe()
            self._dates = dates
        finally:
            self._reading_dates = False
            self._listed = None
        await self.show(self._current)

    # --- pictures ---

    async def _fill_thumbnails(self) -> bool:
        """Put the pictures into the rows that wait for theirs. Returns whether any did."""
        frames = {frame.dataset.waiting: frame for frame in self._list.querySelectorAll("[data-waiting]")}
        for frame in frames.values():
            frame.removeAttribute("data-waiting")
        for record in await self._session.collection.get(list(frames), vectors=False) if frames else []:
            if record.picture:
                thumbnail = thumbnail_element(record.picture)
                self._keep_thumbnail(record.fingerprint, thumbnail)
                frames[record.document.id].replaceChildren(thumbnail)
        return bool(frames)

    def _keep_thumbnail(self, fingerprint: str, thumbnail: Any) -> None:
        self._thumbnails[fingerprint] = thumbnail
        if len(self._thumbnails) > MOST_THUMBNAILS:
            del self._thumbnails[next(iter(self._thumbnails))]


def _row_height() -> float:
    """Height of a row in pixels."""
    root = ffi.window.getComputedStyle(ffi.document.documentElement)
    return ROW_REM * float(str(root.fontSize).removesuffix("px"))


def _option(value: str, text: str) -> Any:
    option = element("option", text)
    option.value = value
    return option
