"""One lab on the page: its texts, demonstrations, code and exercises."""

from __future__ import annotations

from collections.abc import Mapping

from semblance.browser import ffi
from semblance.browser.pages.dom import Element, View
from semblance.browser.pages.labs.cells import LIMIT_S, Cell, ExerciseView
from semblance.browser.pages.labs.contents import link
from semblance.browser.pages.labs.demos import DemoView
from semblance.browser.pages.labs.desk import Desk
from semblance.browser.pages.labs.words import Words, inline, listed, paragraphs
from semblance.labs import catalogue

CODE = "code"  # begins the names of parameters that hold code; no demonstration has this name


class Lab:
    """The page of a lesson.

    Parameters
    ----------
    desk : Desk
    inputs : mapping of str to str
        Inputs from the address, by ``DEMO.INPUT``.
    """

    def __init__(self, desk: Desk, inputs: Mapping[str, str]) -> None:
        self._desk, self.name = desk, desk.lesson
        lesson = catalogue.lesson(self.name)
        self._view = self._make_view()
        self._demos = [DemoView(desk, demo, part_of(demo.name, inputs)) for demo in lesson.demos]
        self._cell = Cell(desk, "cell", lesson.cell)
        self._exercises = [
            ExerciseView(desk, number, exercise) for number, exercise in enumerate(lesson.exercises, start=1)
        ]
        self._view["demos"].append(*[demo.element for demo in self._demos])
        self._view["cell"].append(self._cell.element)
        self._view["exercises"].append(*[exercise.element for exercise in self._exercises])
        desk.scope.listen(self._view["link"], "click", lambda _: desk.run(self._copy_link()))

    def _make_view(self) -> View:
        words, number = self._desk.words, catalogue.NAMES.index(self.name) + 1
        view = View("t-lab").fill(
            number=words("lab", number=number),
            title=words.lesson("title"),
            link=words("copy_link"),
            notice_title=words("notice"),
            code_title=words("cell.title"),
            exercises_title=words("exercises.title"),
            limit=words("cell.limit", seconds=LIMIT_S),
        )
        view.root.dataset.lesson = self.name
        view["summary"].append(inline("span", words.lesson("summary")))
        view["intro"].append(*paragraphs(words.lesson("intro")))
        view["notice"].append(*listed(words.lines("notice")))
        view["code_text"].append(*paragraphs(words.lesson("cell.text")))
        view["neighbours"].setAttribute("aria-label", words("neighbours"))
        view["neighbours"].append(*self._neighbours())
        return view

    def _neighbours(self) -> list[Element]:
        names = catalogue.NAMES
        at = names.index(self.name)
        links = []
        for key, place in (("previous", at - 1), ("next", at + 1)):
            if 0 <= place < len(names):
                title = Words(self._desk.words.language, names[place]).lesson("title")
                links.append(link(names[place], self._desk.words(key, title=title), f"lab-{key}"))
        return links

    @property
    def element(self) -> Element:
        """The lab's element, to be put into the page."""
        return self._view.root

    def focus(self) -> None:
        """Move the focus to the title."""
        self._view["title"].focus()

    async def start(self) -> None:
        """Run the demonstrations with their first inputs, one after the other."""
        for demo in self._demos:
            if demo.runs_by_itself and not self._desk.closed:
                await demo.update()

    def close(self) -> None:
        """Close the lab. Its code is kept for the next time."""
        self._desk.keep_code()
        for demo in self._demos:
            if demo.under_way and not demo.runs_by_itself:
                self._desk.engine.stop()  # nobody waits for it any more, and it may take long
            demo.close()
        self._desk.close()

    # --- what is kept ---

    def state(self) -> dict[str, str]:
        """The learner's inputs and code, as they stand in the address."""
        inputs = {key: text for demo in self._demos for key, text in demo.written().items()}
        return inputs | {f"{CODE}.{name}": code for name, code in self.codes().items() if code}

    def codes(self) -> dict[str, str]:
        """The learner's code by cells; empty for a cell that is as at first."""
        return {cell.name: cell.changed_code() for cell in (self._cell, *self._exercises)}

    async def _copy_link(self) -> None:
        self._desk.write_address()
        copied = await ffi.copy_text(str(ffi.window.location.href))
        self._view["link_status"].textContent = self._desk.words("link_copied" if copied else "link_by_hand")


def part_of(part: str, parameters: Mapping[str, str]) -> dict[str, str]:
    """The parameters of an address that belong to one demonstration, or those that are code."""
    start = f"{part}."
    return {key.removeprefix(start): text for key, text in parameters.items() if key.startswith(start)}
