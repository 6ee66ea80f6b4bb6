"""A demonstration on the page: its inputs, its figures, and how far they are computed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from semblance.browser import ffi
from semblance.browser.pages.dom import Element, View, show
from semblance.browser.pages.labs import figures, inputs
from semblance.browser.pages.labs.desk import Desk
from semblance.browser.pages.labs.tables import Data, FigureContext
from semblance.browser.pages.labs.words import paragraphs
from semblance.browser.pages.pause import Pause
from semblance.errors import NeedsNetwork, SemblanceError, Stopped
from semblance.labs.lesson import Demo
from semblance.messages import current

PAUSE_S = 0.35  # pause in typing or dragging before a demonstration runs
SOON_S = 0.4  # a shorter run shows no progress


class DemoView:
    """One demonstration."""

    def __init__(self, desk: Desk, demo: Demo, texts: Mapping[str, str]) -> None:
        self._desk, self._demo = desk, demo
        self._pause = Pause(PAUSE_S, desk.run, self._settled)
        self._wanted = self._shown = 0  # versions of what is to be shown
        self._running = False
        self._drawn = ffi.Scope()
        self._lasting: dict[str, figures.Lasting] = {}
        self._view = self._make_view()
        context = inputs.ControlContext(
            desk.words, desk.scope, desk.run, demo.name, self._changed, desk.collections
        )
        self._controls = {input.name: inputs.control(input, context) for input in demo.inputs}
        for name, control in self._controls.items():
            if (text := texts.get(name)) is not None:
                control.write(text)
            self._view["inputs"].append(control.element)

    def _make_view(self) -> View:
        desk, demo = self._desk, self._demo
        view = View("t-lab-demo")
        view.root.id = f"demo-{demo.name}"
        view.fill(
            title=desk.words.lesson(f"demos.{demo.name}.title"),
            run=desk.words("demo.run"),
            stop=desk.words("demo.stop"),
            reset=desk.words("demo.reset"),
        )
        view["text"].append(*paragraphs(desk.words.lesson(f"demos.{demo.name}.text")))
        view["progress"].setAttribute("aria-label", desk.words("demo.progress"))
        show(view["run"], demo.on_demand)
        show(view["reset"], bool(demo.inputs))
        if demo.on_demand:
            view["status"].textContent = desk.words("demo.on_demand")
        desk.scope.listen(view["run"], "click", lambda _: desk.run(self.update()))
        desk.scope.listen(view["stop"], "click", lambda _: desk.engine.stop())
        desk.scope.listen(view["reset"], "click", lambda _: self._reset())
        return view

    @property
    def element(self) -> Element:
        """The demonstration's element, to be put into the page."""
        return self._view.root

    @property
    def runs_by_itself(self) -> bool:
        """Whether it runs when the lab opens."""
        return not self._demo.on_demand

    @property
    def under_way(self) -> bool:
        """Whether the worker computes for it."""
        return self._running

    def written(self) -> dict[str, str]:
        """The inputs as the address writes them."""
        texts = {name: control.written for name, control in self._controls.items()}
        return {f"{self._demo.name}.{name}": text for name, text in texts.items() if text is not None}

    def close(self) -> None:
        """Free what its figures hold: it is no longer shown."""
        self._drawn.close()
        for figure in self._lasting.values():
            figure.close()

    # --- changes ---

    def _reset(self) -> None:
        for control in self._controls.values():
            control.reset()
        self._changed()

    def _move(self, values: dict[str, float]) -> None:
        """A figure changes number inputs."""
        for name, value in values.items():
            self._controls[name].write(str(value))
        self._changed()

    def _changed(self) -> None:
        self._pause.begin()

    async def _settled(self) -> None:
        """Follow what the learner has changed."""
        if self._desk.closed:
            return
        self._desk.write_address()
        if self._demo.on_demand:
            self._view["status"].textContent = self._desk.words("demo.on_demand")
        else:
            await self.update()

    # --- running ---

    async def update(self) -> None:
        """Show the figures for the inputs. If the inputs change meanwhile, show the figures for the new ones."""
        self._wanted += 1
        if self._running:
            return
        self._running = True
        try:
            while self._shown != self._wanted and not self._desk.closed:
                await self._show(self._wanted)
        finally:
            self._running = False

    async def _show(self, version: int) -> None:
        waiting = asyncio.ensure_future(self._say_that_it_takes_long())
        drawn: list[Data] | None = None
        trouble = ""
        try:
            drawn = await self._compute()
        except Stopped:
            trouble = self._desk.words("demo.stopped")
        except NeedsNetwork:
            trouble = self._desk.words("needs_network")
        except SemblanceError as error:
            trouble = self._desk.words("demo.failed", reason=error.said())
        finally:
            waiting.cancel()
        self._shown = version
        if self._desk.closed or version != self._wanted:
            return
        if drawn is not None:
            self._draw(drawn)
        self._view["error"].textContent = trouble
        show(self._view["error"], bool(trouble))
        self._view["figures"].classList.toggle("outdated", drawn is None)
        self._settle()

    async def _compute(self) -> list[Data]:
        arguments = {
            "lesson": self._desk.lesson,
            "demo": self._demo.name,
            "inputs": {name: control.value for name, control in self._controls.items()},
            "language": current(),
        }
        data: list[Data] = await self._desk.engine.call("demonstrate", arguments, self._progress)
        return data

    def _draw(self, results: list[Data]) -> None:
        """Replace the figures. Unfolded parts stay unfolded, and figures that can be dragged stay in place."""
        place = self._view["figures"]
        unfolded = {_key(details) for details in place.querySelectorAll("details[open]")}
        self._drawn.close()
        context = FigureContext(self._desk.words, self._drawn, self._demo.name, self._desk.run, self._move)
        before, self._lasting = self._lasting, {}
        shown = set(before)
        drawn = [figures.draw(data, context, before, self._lasting) for data in results]
        for figure in before.values():
            figure.close()
        _replace(place, drawn, shown.intersection(self._lasting))
        for details in place.querySelectorAll("details"):
            details.open = details.open or _key(details) in unfolded

    # --- what is going on ---

    async def _say_that_it_takes_long(self) -> None:
        await asyncio.sleep(SOON_S)
        self._view["status"].textContent = self._desk.words(
            "demo.working" if self._desk.engine.ready else "demo.starting"
        )
        self._view["progress"].removeAttribute("value")
        show(self._view["progress"])
        show(self._view["stop"], self._desk.engine.ready)

    def _progress(self, done: float, total: float, *_: Any) -> None:
        if total:
            self._view["progress"].value = done / total

    def _settle(self) -> None:
        self._view["status"].textContent = ""
        show(self._view["progress"], False)
        show(self._view["stop"], False)


def _key(details: Element) -> str:
    return str(details.closest("[data-figure]").dataset.figure)


def _replace(place: Element, elements: list[Element], staying: set[str]) -> None:
    """Put elements into a place. Elements that stay are not taken out, because that would end a drag."""
    for child in list(place.children):
        if child.dataset.figure not in staying or not ffi.has(child.dataset, "lasting"):
            child.remove()
    following = place.firstElementChild
    for element in elements:
        if element.isSameNode(following):
            following = following.nextElementSibling
        else:
            place.insertBefore(element, following)
