"""The room where the whole collection is seen as a map, and as a list of its clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from semblance.browser import ffi
from semblance.browser.pages.address import Address
from semblance.browser.pages.dom import View, by_id, element, on_action, show
from semblance.browser.pages.listing import name_of
from semblance.browser.pages.maps.cluster_list import Actions, ClusterList, paint_swatch, summary
from semblance.browser.pages.maps.colours import Colouring, middles_of
from semblance.browser.pages.maps.keeping import forget_maps, keep_map, read_map
from semblance.browser.pages.maps.values import Values, choices
from semblance.browser.pages.reader import open_item
from semblance.browser.pages.session import Session
from semblance.browser.pages.words import counted, english, lines, sentences, words
from semblance.collection import Collection
from semblance.errors import SemblanceError
from semblance.maps.item_map import FEWEST, ItemMap, Items, mark
from semblance.maps.naming import name_clusters, nameless_pictures, nearest_phrases
from semblance.maps.table import as_csv
from semblance.pace import Pacer
from semblance.records import Entry

NEIGHBOURS = 15  # of UMAP
FEWEST_FOR_UMAP = 15  # items; fewer lie as PCA has them
MOST_LIT = 50  # items that fit best are lit up
PICTURES_AT_ONCE = 12
NAME_WORDS = 2  # of a cluster's name that stand on the map


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What the room shows: a map, of which collection, and the light part of each of its items."""

    collection: Collection
    item_map: ItemMap
    entries: Sequence[Entry]


class MapRoom:
    """The map, its legend, and the list beside it.

    Parameters
    ----------
    session : Session
    drawing : JavaScript module
        ``static/js/maps/maps.js``.
    """

    def __init__(self, session: Session, drawing: Any) -> None:
        self._session, self._drawing = session, drawing
        self._shown: Shown | None = None
        self._following = False
        self._colour, self._query = "", ""
        self._values = Values()
        self._offered: dict[str, str] = {}
        self._request = 0  # number of the newest search
        self._lit: list[str] = []  # ids of what fits the query, best first
        self._note = ""  # what is said beside the summary
        function = session.scope.function
        callbacks = {
            "read": function(self._read),
            "select": function(self._selected),
            "pictures": function(self._pictures_wanted),
        }
        self._view = drawing.drawMap(by_id("map-canvas"), ffi.mapping(callbacks))
        self._list = ClusterList(
            session.scope, Actions(self._title, self._href, self._read, self._view.hover)
        )
        session.scope.listen(by_id("map-colour"), "change", lambda _: self._colour_chosen())
        handlers = {
            "closer": lambda _: self._view.zoom(1.5),
            "farther": lambda _: self._view.zoom(1 / 1.5),
            "whole": lambda _: self._view.whole(),
            "lasso": self._toggle_lasso,
            "density": self._toggle_density,
            "unselect": lambda _: self._end_lasso(),
            "as-results": lambda _: self._show_results(),
            "png": lambda _: session.run(self._save_png()),
            "svg": lambda _: self._save_svg(),
            "csv": lambda _: self._save_csv(),
        }
        on_action(session.scope, by_id("room-map"), handlers)
        session.run(forget_maps(session.settings, session.library))

    async def open(self, address: Address) -> None:
        """Show the map of the open collection, coloured and lit up as the address says."""
        if address.is_whole or address.query:
            self._query = address.query
            by_id("search").value = address.query
        if address.is_whole:
            self._colour = address.colour
        self._session.mark(self._address())
        self._session.run(self._light())
        await self._follow()

    def refresh(self) -> None:
        """Show the collection as it is now."""
        if self._shown is not None and not self._session.is_open(self._shown.collection):
            self._shown, self._colour = None, ""
            self._session.mark(self._address())
            self._session.run(self._light())
        self._session.run(self._follow())

    def speak(self) -> None:
        """Say again what the room says."""
        if self._shown is not None:
            self._values = Values()
            self._session.run(self._show(self._shown))

    def _address(self) -> Address:
        return replace(self._session.here("map"), query=self._query, colour=self._colour)

    # --- following the collection ---

    async def _follow(self) -> None:
        """Bring the map up to date, as long as the collection changes meanwhile."""
        if self._following:
            return
        self._following = True
        try:
            before: tuple[Collection, int, bool] | None = None
            while before != (now := self._state()) and self._session.address.room == "map":
                before = now
                with self._session.showing_errors("map"):
                    await self._update(self._session.collection)
        finally:
            self._following = False

    def _state(self) -> tuple[Collection, int, bool]:
        collection = self._session.collection
        return collection, collection.version, self._is_filling

    @property
    def _is_filling(self) -> bool:
        """Whether more items are on their way. The map is not laid out as a whole before they are there."""
        return self._session.expected_items is not None

    async def _update(self, collection: Collection) -> None:
        pacer = Pacer()
        items, entries = await _items(collection, pacer)
        is_enough = len(items.ids) >= FEWEST
        self._arrange(is_enough)
        if not is_enough:
            self._shown = None
            return
        before = await self._map_before(collection)
        if before is None or set(before.ids).isdisjoint(items.ids):
            item_map = await ItemMap.first(items, pacer)
        else:
            item_map = before if before.is_of(items) else await before.following(items, pacer)
        is_rough = not self._is_filling and item_map.is_outgrown_by(items)
        if is_rough:
            await self._show(Shown(collection, item_map, entries), words("map.laying_out"))
            item_map = await self._laid_out(item_map, items, pacer)
        if is_rough or not any(item_map.names):
            item_map = await _named(item_map, collection, pacer)
        item_map = await self._with_names_of_pictures(item_map, collection, entries)
        if not self._session.is_open(collection):
            return
        await self._show(Shown(collection, item_map, entries))
        if item_map is not before and not self._is_filling:
            await keep_map(self._session.settings, collection.info.key, item_map)

    async def _map_before(self, collection: Collection) -> ItemMap | None:
        """The map that is shown of a collection, or else the one that is kept."""
        if self._shown is not None and self._shown.collection.info.key == collection.info.key:
            return self._shown.item_map
        return await read_map(self._session.settings, collection.info.key)

    async def _laid_out(self, item_map: ItemMap, items: Items, pacer: Pacer) -> ItemMap:
        """The map laid out as a whole, with new clusters; as it is if UMAP can't be loaded."""
        fresh = item_map
        if item_map.settled or not item_map.is_of(items):
            fresh = (await ItemMap.first(items, pacer)).turned_like(item_map)
        if len(items.ids) < FEWEST_FOR_UMAP:
            return fresh.laid_out(fresh.places)
        n, d = items.vectors.shape
        vectors = ffi.typed_array(items.vectors)
        try:
            places = await ffi.js_call(self._drawing.umap(vectors, n, d, min(NEIGHBOURS, n - 1)))
        except SemblanceError as error:
            self._note = error.said()
            return fresh
        self._note = ""
        return fresh.laid_out(ffi.numpy_array(places, np.float32, (n, 2)))

    async def _with_names_of_pictures(
        self, item_map: ItemMap, collection: Collection, entries: Sequence[Entry]
    ) -> ItemMap:
        """The map with phrases for names of its clusters of pictures, once the model that reads phrases is there."""
        is_image = np.array([entry.is_image for entry in entries])
        nameless = nameless_pictures(item_map.clusters, item_map.names, is_image)
        if not nameless or collection.encoders.value is None:
            return item_map
        vectors = await self._session.library.vectors(english("why.phrases"), model=collection.info.model)
        names = nearest_phrases(item_map.clusters.centres[nameless], lines("why.phrases"), vectors)
        by_label = dict(zip(nameless, names, strict=True))
        return replace(item_map, names=[by_label.get(n, name) for n, name in enumerate(item_map.names)])

    # --- showing ---

    def _arrange(self, is_enough: bool) -> None:
        """Show the map, or say why there is none."""
        show(by_id("map-parts"), is_enough)
        show(by_id("map-too-few"), not is_enough)

    async def _show(self, shown: Shown, note: str = "") -> None:
        pacer, before = Pacer(), self._shown
        self._shown = shown
        item_map, entries = shown.item_map, shown.entries
        if before is None or before.item_map is not item_map:
            self._show_points(before, shown)
            await pacer.breathe()
        if self._shown is not shown:
            return  # something else is shown meanwhile
        self._list.show(item_map)
        middles = middles_of(item_map)
        names = [
            {"text": words("map.comma").join(name[:NAME_WORDS]), "x": float(x), "y": float(y)}
            for name, (x, y) in zip(item_map.names, middles, strict=True)
            if name
        ]
        self._view.name(ffi.js_list(names))
        self._say(note)
        self._light_up()
        self._offered = await choices(shown.collection, entries)
        if self._shown is shown:
            await self._show_colours()

    def _show_points(self, before: Shown | None, shown: Shown) -> None:
        item_map, entries = shown.item_map, shown.entries
        is_same = before is not None and before.collection.info.key == shown.collection.info.key
        rows = {id: row for row, id in enumerate(before.item_map.ids)} if before and is_same else {}
        points = {
            "x": ffi.typed_array(item_map.places[:, 0]),
            "y": ffi.typed_array(item_map.places[:, 1]),
            "titles": ffi.js_list([name_of(entry) for entry in entries]),
            "isPicture": ffi.typed_array(np.array([entry.is_image for entry in entries], dtype=np.uint8)),
            "order": ffi.typed_array(
                np.argsort(-item_map.clusters.closeness, kind="stable").astype(np.int32)
            ),
        }
        was = np.array([rows.get(id, -1) for id in item_map.ids], dtype=np.int32)
        self._view.show(ffi.mapping(points), ffi.typed_array(was))
        by_id("map-canvas").setAttribute("aria-label", words("map.drawing", summary=summary(item_map)))
        self._list.show_chosen("", [])

    def _say(self, note: str = "") -> None:
        if self._shown is not None:
            text = sentences(summary(self._shown.item_map), note or self._note)
            by_id("map-status").textContent = text

    async def _show_colours(self) -> None:
        shown = self._shown
        if shown is None:
            return
        select = by_id("map-colour")
        options = [_option(value, text, value == self._colour) for value, text in self._offered.items()]
        select.replaceChildren(*options)
        chosen = self._colour if self._colour in self._offered else ""
        colouring = await self._values.colouring(chosen, shown.collection, shown.item_map, shown.entries)
        if self._shown is shown:
            self._paint(colouring)

    def _paint(self, colouring: Colouring) -> None:
        self._view.colour(ffi.typed_array(colouring.groups), ffi.js_list(colouring.colours))
        legend = by_id("map-legend")
        show(legend, bool(colouring.legend))
        entries = []
        for entry in colouring.legend:
            view = View("t-map-legend").fill(text=entry.text, count=f"{entry.count:,}")
            paint_swatch(view["swatch"], entry.colour)
            entries.append(view.fragment)
        legend.replaceChildren(*entries)

    def _colour_chosen(self) -> None:
        self._colour = str(by_id("map-colour").value)
        self._session.mark(self._address())
        self._session.run(self._show_colours())

    def _title(self, row: int) -> str:
        return name_of(self._shown.entries[row]) if self._shown else ""

    def _href(self, row: int) -> str:
        return str(self._session.here("related", self._shown.entries[row].id)) if self._shown else ""

    def _read(self, row: int) -> None:
        if self._shown is not None:
            self._session.run(open_item(self._shown.collection, self._shown.entries[row].id))

    def _pictures_wanted(self, rows: Any) -> None:
        if self._shown is not None:
            self._session.run(self._load_pictures(self._shown, [int(row) for row in rows]))

    async def _load_pictures(self, shown: Shown, rows: Sequence[int]) -> None:
        by_item = {shown.entries[row].id: row for row in rows}
        ids = list(by_item)
        for start in range(0, len(ids), PICTURES_AT_ONCE):
            for record in await shown.collection.get(ids[start : start + PICTURES_AT_ONCE], vectors=False):
                if self._shown is None or self._shown.item_map is not shown.item_map:
                    return
                if record.picture:
                    row = by_item[record.document.id]
                    await ffi.js_call(self._view.addPicture(row, ffi.byte_array(record.picture.thumbnail)))

    # --- lighting up what fits a text ---

    def light(self, query: str) -> None:
        """Light up what fits a text; all is shown as before if it is empty."""
        self._query = query
        self._session.mark(self._address())
        self._session.run(self._light())

    async def _light(self) -> None:
        self._request += 1
        request, query, collection = self._request, self._query, self._session.collection
        self._lit = []
        if query:
            with self._session.showing_errors("map search"):
                if collection.encoders.value is None:  # words do until the model is there
                    self._session.say_waiting_for_model()
                    hits = await collection.search_words(query, MOST_LIT, unfinished=True)
                    if request == self._request:
                        self._lit = [hit.id for hit in hits]
                        self._light_up()
                hits = await collection.search(query, MOST_LIT, unfinished=True)
                if request == self._request:
                    self._lit = [hit.id for hit in hits]
        if request == self._request:
            self._light_up()

    def _light_up(self) -> None:
        """Light up what was found, and list it."""
        if self._shown is None:
            return
        rows_of = {id: row for row, id in enumerate(self._shown.item_map.ids)}
        rows = [rows_of[id] for id in self._lit if id in rows_of]
        self._view.light(ffi.js_list(rows) if self._query else ffi.null)
        show(by_id("map-as-results"), bool(self._query))
        heading = counted("map.lit", len(rows), query=self._query) if self._query else ""
        self._list.show_chosen(heading, rows)
        if heading:
            self._session.dialogs.announce(heading)

    def _show_results(self) -> None:
        self._session.go(replace(self._session.here("search"), query=self._query))

    # --- the lasso ---

    def _toggle_lasso(self, button: Any) -> None:
        is_on = button.getAttribute("aria-pressed") != "true"
        button.setAttribute("aria-pressed", "true" if is_on else "false")
        self._view.lasso(is_on)
        self._say(words("map.draw") if is_on else "")

    def _toggle_density(self, button: Any) -> None:
        is_on = button.getAttribute("aria-pressed") != "true"
        button.setAttribute("aria-pressed", "true" if is_on else "false")
        self._view.showDensity(is_on)

    def _selected(self, rows: Any) -> None:
        """List what the lasso holds; nothing once it is taken away."""
        if ffi.or_none(rows) is None:
            self._light_up()
            show(by_id("map-unselect"), False)
            return
        chosen = [int(row) for row in rows]
        heading = counted("map.chosen", len(chosen))
        self._list.show_chosen(heading, chosen)
        show(by_id("map-unselect"), True)
        self._session.dialogs.announce(heading)

    def _end_lasso(self) -> None:
        button = by_id("room-map").querySelector("[data-do=lasso]")
        if button.getAttribute("aria-pressed") == "true":
            self._toggle_lasso(button)

    # --- taking it along ---

    def _file_name(self, ending: str) -> str:
        return f"{self._session.collection.name}.{ending}"

    async def _save_png(self) -> None:
        picture = await ffi.js_call(self._view.png())
        ffi.download([ffi.array_bytes(picture)], self._file_name("png"))

    def _save_svg(self) -> None:
        ffi.download([str(self._view.svg()).encode()], self._file_name("svg"))

    def _save_csv(self) -> None:
        if self._shown is not None:
            titles = [name_of(entry) for entry in self._shown.entries]
            ffi.download([as_csv(self._shown.item_map, titles).encode("utf-8-sig")], self._file_name("csv"))


async def _items(collection: Collection, pacer: Pacer) -> tuple[Items, list[Entry]]:
    """The items of a collection that have vectors, and their light parts, in the same order."""
    while True:
        version = collection.version
        ids, vectors = await collection.embedded()
        await pacer.breathe()
        entries = {entry.id: entry for entry in collection.entries()}
        await pacer.breathe()
        if collection.version == version:
            kept = [entries[id] for id in ids]
            marks = np.array([mark(entry.fingerprint) for entry in kept], dtype=np.uint32)
            await pacer.breathe()
            return Items(ids, marks, vectors), kept


async def _named(item_map: ItemMap, collection: Collection, pacer: Pacer) -> ItemMap:
    """The map with names for its clusters."""

    async def read(ids: list[str]) -> Any:
        return await collection.get(ids, pictures="none", vectors=False)

    index = await collection.words()
    return replace(item_map, names=await name_clusters(item_map.clusters, item_map.ids, index, read, pacer))


def _option(value: str, text: str, is_chosen: bool) -> Any:
    option = element("option", text)
    option.value, option.selected = value, is_chosen
    return option
