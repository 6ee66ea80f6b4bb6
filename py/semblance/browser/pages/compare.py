"""The room that compares texts as one writes them, and pictures with phrases."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import numpy as np

from semblance.browser.pages.address import Address
from semblance.browser.pages.dom import View, by_id, element, on_action, show
from semblance.browser.pages.phrases import Phrases
from semblance.wording import percent

if TYPE_CHECKING:
    from semblance.browser.pages.app import App

EXAMPLES = ("I took my dog for a walk", "I took my cat for a walk", "The bank raised its interest rates")
FEWEST, MOST = 2, 12
PAUSE_S = 0.3


class Compare:
    """Two texts or more, and the matrix of their cosines."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._asked = 0
        for text in EXAMPLES:
            self._add(text)
        app.scope.listen(by_id("compare-texts"), "input", lambda _: app.run(self._after_pause()))
        app.scope.listen(by_id("compare-add"), "click", lambda _: self._add_empty())
        on_action(app.scope, by_id("compare-texts"), {"remove": self._remove})
        self._phrases = Phrases(app)

    def refresh(self) -> None:
        """Nothing here depends on the collection's items, but on its model."""

    async def open(self, address: Address) -> None:
        """Compare what is written, and the picture that the address names with the phrases."""
        if address.item:
            await self._phrases.add_item(address.item)
            by_id("phrases-section").scrollIntoView()
        else:
            await self._phrases.compare()
        await self._compare()

    def _fields(self) -> list[Any]:
        return list(by_id("compare-texts").querySelectorAll("textarea"))

    def _add(self, text: str) -> None:
        view = View("t-text")
        view["text"].value = text
        by_id("compare-texts").append(view.fragment)
        self._number()

    def _add_empty(self) -> None:
        self._add("")
        self._fields()[-1].focus()

    def _remove(self, target: Any) -> None:
        target.closest(".compare-text").remove()
        self._number()
        self._app.run(self._compare())

    def _number(self) -> None:
        """Name the texts by their place, and allow what their number allows."""
        labels = by_id("compare-texts").querySelectorAll("[data-field=label]")
        for number, label in enumerate(labels, start=1):
            label.textContent = f"Text {number}"
        for button in by_id("compare-texts").querySelectorAll("[data-do=remove]"):
            show(button, labels.length > FEWEST)
        by_id("compare-add").disabled = labels.length >= MOST

    async def _after_pause(self) -> None:
        self._asked += 1
        asked = self._asked
        await asyncio.sleep(PAUSE_S)
        if asked == self._asked:
            await self._compare()

    async def _compare(self) -> None:
        self._asked += 1
        asked = self._asked
        texts = [str(field.value).strip() for field in self._fields()]
        written = [number for number, text in enumerate(texts, start=1) if text]
        if len(written) < FEWEST:
            by_id("compare-result").replaceChildren(element("p", "Write at least two texts.", "quiet"))
            return
        self._app.say_waiting_for_model()
        matrix = await self._app.library.similarity_matrix(
            [texts[number - 1] for number in written], model=self._app.collection.info.model
        )
        if asked == self._asked:
            by_id("compare-result").replaceChildren(_table(written, [texts[n - 1] for n in written], matrix))


def _table(numbers: list[int], texts: list[str], matrix: np.ndarray[Any, Any]) -> Any:
    frame = element("div", class_name="table-scroll")
    table = element("table", class_name="matrix")
    table.setAttribute("aria-label", "Similarity of each text with each other")
    head = element("tr")
    head.append(element("td"), *[_heading(f"Text {number}", "col") for number in numbers])
    table.append(head)
    for row, (number, text) in enumerate(zip(numbers, texts, strict=True)):
        line = element("tr")
        line.append(_heading(f"{number}  {text}", "row"))
        line.append(*[_cell(float(score)) for score in matrix[row]])
        table.append(line)
    frame.append(table)
    return frame


def _heading(text: str, scope: str) -> Any:
    heading = element("th", text)
    heading.scope = scope
    heading.title = text
    return heading


def _cell(score: float) -> Any:
    cell = element("td", percent(score))
    cell.title = f"cosine {score:.4f}"
    cell.style.background = (
        f"color-mix(in srgb, var(--accent-soft) {max(0.0, score) * 100:.0f}%, transparent)"
    )
    return cell
