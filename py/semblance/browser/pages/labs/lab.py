"""One lab on the page: its texts, demonstrations, code and exercises."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from semblance.browser import ffi
from semblance.browser.pages.dom import Element, View
from semblance.browser.pages.labs.cells import LIMIT_S, Cell, ExerciseView
from semblance.browser.pages.labs.contents import link
from semblance.browser.pages.labs.demos import DemoView
from semblance.browser.pages.labs.words import Words, inline, listed, paragraphs
from semblance.labs import catalogue
from semblance.records import CollectionInfo

if TYPE_CHECKING:
    from semblance.browser.pages.labs.room import Labs


class Lab:
    """The page of a lesson.

    Parameters
    ----------
    room : Labs
    name : str
        The lesson's.
    language : str
    collections : sequence of CollectionInfo
        The learner's.
    given : mapping of str to str
        Inputs from the address, by ``DEMO.INPUT``.
    """

    def __init__(
        self,
        room: Labs,
        name: str,
        language: str,
        collections: Sequence[CollectionInfo],
        given: Mapping[str, str],
    ) -> None:
        self._room, self.name, self.collections = room, name, collections
        self.engine = room.engine
        self.words = Words(language, name)
        self.scope = ffi.Scope()
        self.closed = False
        lesson = catalogue.lesson(name)
        self._view = self._made()
        self._demos = [DemoView(self, demo, _of(demo.name, given)) for demo in lesson.demos]
        self._cell = Cell(self, "cell", lesson.cell)
        self._exercises = [
            ExerciseView(self, number, exercise) for number, exercise in enumerate(lesson.exercises, start=1)
        ]
        self._view["demos"].append(*[demo.element for demo in self._demos])
        self._view["cell"].append(self._cell.element)
        self._view["exercises"].append(*[exercise.element for exercise in self._exercises])
        self.scope.listen(self._view["link"], "click", lambda _: self.run(self._copy_link()))

    def _made(self) -> View:
        words, number = self.words, catalogue.NAMES.index(self.name) + 1
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
                title = Words(self.words.language, names[place]).lesson("title")
                links.append(link(names[place], self.words(key, title=title), f"lab-{key}"))
        return links

    @property
    def element(self) -> Element:
        """What is to be put into the page."""
        return self._view.root

    def focus(self) -> None:
        """Begin to read here."""
        self._view["title"].focus()

    def run(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do something in the background."""
        self._room.run(work)

    async def start(self) -> None:
        """Show what the demonstrations give at first, one after the other."""
        for demo in self._demos:
            if demo.runs_by_itself and not self.closed:
                await demo.update()

    def close(self) -> None:
        """It is no longer shown. The learner's code is kept for the next time."""
        self.closed = True
        for cell in (self._cell, *self._exercises):
            self._room.keep_code(self.name, cell.name, cell.changed_code())
        for demo in self._demos:
            if demo.under_way and not demo.runs_by_itself:
                self.engine.stop()  # nobody waits for it any more, and it may take long
            demo.close()
        self.scope.close()

    # --- what is kept ---

    def inputs(self) -> dict[str, str]:
        """The learner's inputs, as they stand in the address."""
        return {key: text for demo in self._demos for key, text in demo.written().items()}

    def write_address(self) -> None:
        """Make the address tell the inputs."""
        self._room.write_address(self)

    async def _copy_link(self) -> None:
        self.write_address()
        copied = await ffi.copy_text(str(ffi.window.location.href))
        self._view["link_status"].textContent = self.words("link_copied" if copied else "link_by_hand")

    def kept_code(self, cell: str) -> str:
        """What the learner wrote in a cell before; empty if nothing."""
        return self._room.kept_code(self.name, cell)

    def has_passed(self, exercise: str) -> bool:
        """Whether the learner has solved an exercise, now or before."""
        return exercise in self._room.passed.of(self.name)

    async def remember_passed(self, exercise: str) -> None:
        """The learner has solved an exercise."""
        await self._room.passed.add(self.name, exercise)


def _of(demo: str, given: Mapping[str, str]) -> dict[str, str]:
    """The inputs of one demonstration."""
    start = f"{demo}."
    return {key.removeprefix(start): text for key, text in given.items() if key.startswith(start)}
