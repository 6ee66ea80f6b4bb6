"""A map of points: the picture, a search that lights it up, a lasso that lists, and its table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from semblance.browser import ffi
from semblance.browser.pages.dom import View, on_action, show
from semblance.browser.pages.labs.tables import Data, FigureContext, as_table, table
from semblance.browser.pages.pause import Pause

PAUSE_S = 0.2  # pause in typing before the map is searched
STEP = 1.5  # factor of a button that zooms


class Map:
    """Points in the plane, drawn by ``static/js/labs/charts.js``."""

    def __init__(self, data: Data, context: FigureContext) -> None:
        self._context, self._data = context, data
        self._chart: Any = None
        self._closed = False
        self._view = View("t-lab-map").fill(
            **{part: context.words(f"figures.{part}") for part in ("whole", "lasso")},
            search_label=context.words("figures.search"),
            hint=context.words("figures.lasso_hint"),
            names=context.words("figures.names_hint"),
        )
        self._view["legend"].setAttribute("aria-label", context.words("figures.group"))
        self.element = self._view.root
        for part in ("zoom_in", "zoom_out"):
            self._view[part].setAttribute("aria-label", context.words(f"figures.{part}"))
            self._view[part].title = context.words(f"figures.{part}")
        pause = Pause(PAUSE_S, context.run, self._search_typed)
        context.scope.listen(self._view["search"], "input", lambda _: pause.begin())
        handlers = {
            "closer": lambda _: self._chart and self._chart.zoom(STEP),
            "farther": lambda _: self._chart and self._chart.zoom(1 / STEP),
            "whole": lambda _: self._chart and self._chart.whole(),
            "lasso": lambda _: self._toggle_lasso(),
        }
        on_action(context.scope, self.element, handlers)
        self._describe()
        context.run(self._draw())

    def update(self, data: Data) -> None:
        """Show other points, in the same part of the plane."""
        self._data = data
        self._describe()
        self._list_none()
        if self._chart is not None:
            self._chart.update(ffi.js_object(data))
            if self._view["search"].value:
                self._search()

    def close(self) -> None:
        """Free what the picture holds."""
        self._closed = True
        if self._chart is not None:
            self._chart.close()
        self._context.scope.close()

    async def _draw(self) -> None:
        try:
            charts = await ffi.js_call(ffi.bridge.labCharts())
        except Exception as error:  # the table has the same contents
            self._view["status"].textContent = self._context.words("figures.map_failed", reason=error)
            show(self._view["plane"], False)
            return
        if not self._closed:
            function = self._context.scope.function
            callbacks = ffi.mapping({"select": function(self._selected), "point": function(self._reached)})
            plane, legend = self._view["plane"], self._view["legend"]
            self._chart = charts.showMap(plane, ffi.js_object(self._data), legend, callbacks)

    # --- in words ---

    def _describe(self) -> None:
        words = self._context.words
        count = len(self._data["labels"])
        self._view["plane"].setAttribute("aria-label", words.counted("figures.map", count))
        self._view["all"].replaceChildren(
            as_table(self._headings(), _Rows(self._data, range(len(self._data["labels"]))), self._context)
        )

    def _headings(self) -> list[str]:
        keys = ["label", *(["group"] if self._data["groups"] else []), "x", "y"]
        return [self._context.words(f"figures.{key}") for key in keys]

    def _list(self, key: str, indices: list[int]) -> None:
        """List some of the points, under a text that says how many they are."""
        self._view["status"].textContent = self._context.words.counted(f"figures.{key}", len(indices))
        rows = _Rows(self._data, indices)
        self._view["listed"].replaceChildren(
            *(table(self._headings(), rows, self._context) if indices else [])
        )

    def _list_none(self) -> None:
        self._view["status"].textContent = ""
        self._view["listed"].replaceChildren()

    # --- search and lasso ---

    async def _search_typed(self) -> None:
        if not self._closed:
            self._search()

    def _search(self) -> None:
        sought = str(self._view["search"].value).strip().casefold()
        matches = [i for i, label in enumerate(self._data["labels"]) if sought in label.casefold()]
        if self._chart is not None:
            self._chart.light(ffi.js_list(matches) if sought else None)
        if sought:
            self._list("found", matches)
        else:
            self._list_none()

    def _toggle_lasso(self) -> None:
        button = self._view["lasso"]
        pressed = button.getAttribute("aria-pressed") != "true"
        button.setAttribute("aria-pressed", "true" if pressed else "false")
        show(self._view["hint"], pressed)
        if self._chart is not None:
            self._chart.lasso(pressed)
        if not pressed:
            self._list_none()

    def _reached(self, index: int) -> None:
        """Say what the point is that the arrow keys are at; below zero there is none."""
        label, group = self._data["labels"], self._data["groups"]
        if index < 0:
            self._view["status"].textContent = ""
        elif group:
            name = self._data["group_names"][group[index]]
            self._view["status"].textContent = f"{label[index]} ({name})"
        else:
            self._view["status"].textContent = label[index]

    def _selected(self, indices: Any) -> None:
        self._list("selected", [int(index) for index in indices])


class _Rows(Sequence[list[Any]]):
    """Points as rows of a table, each made when it is shown."""

    def __init__(self, data: Data, indices: Sequence[int]) -> None:
        self._data, self._indices = data, indices

    def __len__(self) -> int:
        return len(self._indices)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return [self._row(index) for index in self._indices[at]]
        return self._row(self._indices[at])

    def _row(self, index: int) -> list[Any]:
        data = self._data
        group = [data["group_names"][data["groups"][index]]] if data["groups"] else []
        return [data["labels"][index], *group, float(data["x"][index]), float(data["y"][index])]
