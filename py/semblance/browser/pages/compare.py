"""The room that compares texts while the user writes them, and pictures with phrases."""

from __future__ import annotations

from typing import Any

import numpy as np

from semblance.browser.pages.address import Address
from semblance.browser.pages.dom import View, by_id, element, on_action, scrolling, show
from semblance.browser.pages.matrix import heading, shaded
from semblance.browser.pages.pause import Pause
from semblance.browser.pages.phrases import Phrases
from semblance.browser.pages.session import Session
from semblance.browser.pages.words import lines, words

FEWEST, MOST = 2, 12
PAUSE_S = 0.3


class Compare:
    """Two texts or more, and the matrix of their cosines."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._request = 0  # number of the newest comparison
        pause = Pause(PAUSE_S, session.run, self._compare)
        self._examples = lines("compare.examples")
        for text in self._examples:
            self._add(text)
        session.scope.listen(by_id("compare-texts"), "input", lambda _: pause.begin())
        session.scope.listen(by_id("compare-add"), "click", lambda _: self._add_empty())
        on_action(session.scope, by_id("compare-texts"), {"remove": self._remove})
        self._phrases = Phrases(session)

    def refresh(self) -> None:
        """Do nothing: the room depends only on the collection's model, not on its items."""

    async def open(self, address: Address) -> None:
        """Compare the texts, and compare the address's picture with the phrases."""
        if address.item:
            await self._phrases.add_item(address.item)
            by_id("phrases-section").scrollIntoView()
        else:
            await self._phrases.compare()
        await self._compare()

    def speak(self) -> None:
        """Compare again, the examples in the page's language unless they were changed."""
        before, self._examples = self._examples, lines("compare.examples")
        fields = self._fields()
        if [str(field.value) for field in fields] == before:
            for field, text in zip(fields, self._examples, strict=True):
                field.value = text
        self._number()
        self._phrases.speak()
        if self._session.address.room == "compare":
            self._session.run(self.open(Address("compare")))

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
        self._session.run(self._compare())

    def _number(self) -> None:
        """Number the texts, and enable the buttons that their count allows."""
        labels = by_id("compare-texts").querySelectorAll("[data-field=label]")
        for number, label in enumerate(labels, start=1):
            label.textContent = words("compare.text", number=number)
        for button in by_id("compare-texts").querySelectorAll("[data-do=remove]"):
            show(button, labels.length > FEWEST)
        by_id("compare-add").disabled = labels.length >= MOST

    async def _compare(self) -> None:
        self._request += 1
        request = self._request
        texts = [str(field.value).strip() for field in self._fields()]
        written = [number for number, text in enumerate(texts, start=1) if text]
        if len(written) < FEWEST:
            by_id("compare-result").replaceChildren(element("p", words("compare.too_few"), "quiet"))
            return
        shown = [texts[number - 1] for number in written]
        with self._session.showing_errors("compare"):
            self._session.say_waiting_for_model()
            matrix = await self._session.library.similarity_matrix(shown, model=self._session.model_of(shown))
            if request == self._request:
                by_id("compare-result").replaceChildren(_table(written, shown, matrix))


def _table(numbers: list[int], texts: list[str], matrix: np.ndarray[Any, Any]) -> Any:
    table, label = element("table", class_name="matrix"), words("compare.matrix")
    table.setAttribute("aria-label", label)
    head = element("tr")
    names = [words("compare.text", number=number) for number in numbers]
    head.append(element("td"), *[heading(name, "col") for name in names])
    table.append(head)
    for row, (number, text) in enumerate(zip(numbers, texts, strict=True)):
        line = element("tr")
        line.append(heading(f"{number}  {text}", "row"))
        titles = [words("compare.cosine", cosine=f"{score:.4f}") for score in matrix[row]]
        line.append(*[shaded(float(score), title) for score, title in zip(matrix[row], titles, strict=True)])
        table.append(line)
    return scrolling(table, label)
