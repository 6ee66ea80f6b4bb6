"""The map as a list: its clusters with their items, and what is lit up or was chosen with the lasso."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from semblance.browser import ffi
from semblance.browser.pages.dom import View, by_id, closest, element, on_action, show
from semblance.browser.pages.maps.colours import SERIES, cluster_colours
from semblance.browser.pages.words import counted, words
from semblance.maps.item_map import ItemMap

AT_ONCE = 40  # items of a cluster that are listed before the user asks for more


@dataclass(frozen=True, slots=True)
class Actions:
    """What the list asks of the room, by the row of an item. `point` shows where it lies; for -1 it shows none."""

    title: Callable[[int], str]
    href: Callable[[int], str]
    read: Callable[[int], None]
    point: Callable[[int], None]


class ClusterList:
    """The list beside the map. Items are listed when their cluster is unfolded."""

    def __init__(self, scope: ffi.Scope, actions: Actions) -> None:
        self._actions = actions
        self._root, self._chosen = by_id("map-clusters"), by_id("map-chosen")
        self._map: ItemMap | None = None
        self._rows: Sequence[int] = ()  # that are chosen
        for root in (self._root, self._chosen):
            on_action(scope, root, {"read": self._read, "more": self._more, "unfold": self._unfold})
            for event in ("mouseover", "focusin"):
                scope.listen(root, event, self._pointed)
            for event in ("mouseleave", "focusout"):
                scope.listen(root, event, lambda _: actions.point(-1))

    def show(self, item_map: ItemMap) -> None:
        """List the clusters of a map. Those that are unfolded stay so."""
        open_before = {str(part.dataset.name) for part in self._root.querySelectorAll("details[open]")}
        self._map = item_map
        colours = cluster_colours(item_map)
        parts = []
        for label in range(len(item_map.names)):
            rows = self._members(label)
            view = View("t-map-cluster")
            name = cluster_name(item_map, label)
            view.fill(name=name, count=f"{len(rows):,}")
            paint_swatch(view["swatch"], SERIES[colours[label]])
            view["cluster"].dataset.label, view["cluster"].dataset.name = str(label), name
            if name in open_before:
                view["cluster"].open = True
                self._fill(view["items"], rows, AT_ONCE)
            parts.append(view.fragment)
        self._root.replaceChildren(*parts)

    def show_chosen(self, heading: str, rows: Sequence[int]) -> None:
        """List some items above the clusters; without a heading, none."""
        self._rows = rows
        show(self._chosen, bool(heading))
        by_id("map-chosen-heading").textContent = heading
        self._fill(by_id("map-chosen-items"), rows, AT_ONCE)

    def _members(self, label: int) -> Sequence[int]:
        assert self._map is not None
        rows: list[int] = self._map.clusters.members(label).tolist()
        return rows

    def _fill(self, target: Any, rows: Sequence[int], number: int) -> None:
        items = [self._item(row) for row in rows[:number]]
        if len(rows) > number:
            more = element("button", words("map.more", count=f"{len(rows) - number:,}"), "button small")
            more.type = "button"
            more.dataset.do = "more"
            last = element("li", class_name="map-more")
            last.append(more)
            items.append(last)
        target.replaceChildren(*items)

    def _item(self, row: int) -> Any:
        view = View("t-map-item")
        view["title"].textContent = self._actions.title(row)
        view["title"].href = self._actions.href(row)
        view["read"].setAttribute("aria-label", words("map.read", title=self._actions.title(row)))
        view.root.dataset.row = str(row)
        return view.root

    def _unfold(self, target: Any) -> None:
        items = target.parentElement.querySelector("ol")
        if not items.firstElementChild:
            self._fill(items, self._members(int(target.parentElement.dataset.label)), AT_ONCE)

    def _more(self, target: Any) -> None:
        items = target.closest("ol")
        cluster = closest(target, "details")
        rows = self._rows if cluster is None else self._members(int(cluster.dataset.label))
        shown = items.children.length - 1
        self._fill(items, rows, shown + AT_ONCE)
        items.children[shown].querySelector("a").focus()

    def _read(self, target: Any) -> None:
        self._actions.read(_row_of(target))

    def _pointed(self, event: Any) -> None:
        self._actions.point(_row_of(event.target))


def cluster_name(item_map: ItemMap, label: int) -> str:
    """What a cluster is called."""
    name = item_map.names[label]
    return words("map.comma").join(name) if name else words("map.nameless", number=label + 1)


def summary(item_map: ItemMap) -> str:
    """How much is on the map."""
    clusters = counted("map.clusters", len(item_map.names))
    return counted("map.summary", len(item_map.ids), clusters=clusters)


def paint_swatch(swatch: Any, colour: str) -> None:
    """Give a swatch a colour of ``tokens.css``."""
    swatch.style.setProperty("--swatch", f"var({colour})")


def _row_of(target: Any) -> int:
    item = closest(target, "[data-row]")
    return -1 if item is None else int(item.dataset.row)
