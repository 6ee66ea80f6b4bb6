"""Pictures against phrases: how well each one fits, and which fits best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from semblance.arrays import FloatArray
from semblance.browser.images import BlobFile
from semblance.browser.pages.dom import View, by_id, element, on_action, scrolling, show
from semblance.browser.pages.matrix import heading, shaded
from semblance.browser.pages.pause import Pause
from semblance.browser.pages.pictures import file_element, thumbnail_element
from semblance.browser.pages.session import Session
from semblance.browser.pages.words import lines, words
from semblance.errors import InputError
from semblance.ranking.vectors import cosine_matrix, softmax
from semblance.wording import percent

MOST_PICTURES, MOST_PHRASES = 24, 40
PAUSE_S = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """A picture that is compared."""

    name: str
    image: Any  # an <img>
    vector: FloatArray  # (d,)
    model: str


class Phrases:
    """The second half of the room that compares."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._request = 0  # number of the newest comparison
        pause = Pause(PAUSE_S, session.run, self.compare)
        self._slots: list[Slot] = []
        self._known: dict[tuple[str, str], FloatArray] = {}  # by model and phrase
        self._examples = "\n".join(lines("phrases.examples"))
        by_id("phrases").value = self._examples
        listen = session.scope.listen
        listen(by_id("phrases"), "input", lambda _: pause.begin())
        listen(by_id("phrase-pictures"), "change", self._chosen)
        listen(by_id("phrase-measure"), "change", lambda _: session.run(self.compare()))
        on_action(session.scope, by_id("phrase-slots"), {"remove": self._remove})

    def speak(self) -> None:
        """Offer the examples in the page's language unless they were changed; `compare` says the rest again."""
        before, self._examples = self._examples, "\n".join(lines("phrases.examples"))
        if by_id("phrases").value == before:
            by_id("phrases").value = self._examples
        self._show_slots()

    async def add_item(self, id: str) -> None:
        """Compare a picture of the collection."""
        collection = self._session.collection
        (record,) = await collection.get([id])
        if record.picture is None or any(slot.name == id for slot in self._slots):
            return
        image = thumbnail_element(record.picture)
        self._put(Slot(id, image, record.vectors[0], collection.info.model))
        await self.compare()

    async def compare(self) -> None:
        """Compare the pictures with the phrases."""
        self._request += 1
        request, model = self._request, self._session.collection.info.model
        phrases = self._phrases()
        slots = [slot for slot in self._slots if slot.model == model]
        show(by_id("phrase-measure"), len(slots) > 1)
        if not slots or not phrases:
            by_id("phrase-result").replaceChildren(_hint(bool(phrases)))
            return
        vectors = await self._vectors(phrases, model)
        encoder = (await self._session.encoders.get()).image
        if request != self._request or encoder is None:
            return
        cosines = cosine_matrix(np.stack([slot.vector for slot in slots]), vectors)
        shares = softmax(cosines, encoder.logit_scale)
        by_id("phrase-scale").textContent = f"{encoder.logit_scale:g}"
        by_id("phrase-result").replaceChildren(
            _ranking(phrases, cosines[0], shares[0])
            if len(slots) == 1
            else _matrix(slots, phrases, shares, words("phrases.matrix_of_shares"))
            if _wants_shares()
            else _matrix(slots, phrases, cosines, words("phrases.matrix_of_cosines"))
        )

    def _phrases(self) -> list[str]:
        lines = (line.strip() for line in str(by_id("phrases").value).splitlines())
        return list(dict.fromkeys(line for line in lines if line))[:MOST_PHRASES]

    async def _vectors(self, phrases: list[str], model: str) -> FloatArray:
        new = [phrase for phrase in phrases if (model, phrase) not in self._known]
        if new:
            self._session.say_waiting_for_model()
            vectors = await self._session.library.vectors(new, model=model)
            self._known |= {(model, phrase): vector for phrase, vector in zip(new, vectors, strict=True)}
        return np.stack([self._known[model, phrase] for phrase in phrases])

    def _chosen(self, event: Any) -> None:
        files = list(event.target.files)
        event.target.value = ""
        self._session.run(self._add_files(files))

    async def _add_files(self, files: list[Any]) -> None:
        model = self._session.collection.info.model
        self._session.say_waiting_for_model()
        for file in files[: MOST_PICTURES - len(self._slots)]:
            try:
                (vector,) = await self._session.library.vectors([BlobFile(file)], model=model)
            except InputError as error:
                error.where = str(file.name)
                self._session.show_error(error, f"a picture for phrases: {file.name}")
            else:
                self._put(Slot(str(file.name), file_element(file), vector, model))
                await self.compare()
        if len(files) > MOST_PICTURES:
            self._session.dialogs.toast(words("phrases.too_many_pictures", most=MOST_PICTURES))

    def _put(self, slot: Slot) -> None:
        self._slots = [*self._slots, slot][-MOST_PICTURES:]
        self._show_slots()

    def _remove(self, target: Any) -> None:
        del self._slots[int(target.closest("[data-slot]").dataset.slot)]
        self._show_slots()
        self._session.run(self.compare())

    def _show_slots(self) -> None:
        views = [View("t-slot").fill(name=slot.name) for slot in self._slots]
        for number, (view, slot) in enumerate(zip(views, self._slots, strict=True)):
            view.root.dataset.slot = str(number)
            view["picture"].append(slot.image)
            view["remove"].setAttribute("aria-label", words("phrases.remove", name=slot.name))
        by_id("phrase-slots").replaceChildren(*[view.root for view in views])


def _wants_shares() -> bool:
    return by_id("phrase-measure").querySelector("input:checked").value == "share"


def _hint(has_phrases: bool) -> Any:
    return element("p", words("phrases.no_picture" if has_phrases else "phrases.no_phrase"), "quiet")


def _ranking(phrases: list[str], cosines: FloatArray, shares: FloatArray) -> Any:
    table = element("table", class_name="ranking")
    table.setAttribute("aria-label", words("phrases.ranking"))
    table.append(_head([words("phrases.phrase"), words("phrases.cosine"), words("phrases.share")]))
    for place in np.argsort(-cosines, kind="stable"):
        row = element("tr")
        row.append(heading(phrases[place], "row"))
        title = words("compare.cosine", cosine=f"{cosines[place]:.4f}")
        row.append(_bar(float(cosines[place]), title), _bar(float(shares[place])))
        table.append(row)
    return table


def _matrix(slots: list[Slot], phrases: list[str], values: FloatArray, label: str) -> Any:
    table = element("table", class_name="matrix")
    table.setAttribute("aria-label", label)
    table.append(_head(["", *phrases]))
    for slot, row in zip(slots, values, strict=True):
        line = element("tr")
        line.append(
            heading(slot.name, "row"),
            *[shaded(float(value), class_name="best" if row.max() == value else "") for value in row],
        )
        table.append(line)
    return scrolling(table, label)


def _head(names: list[str]) -> Any:
    head = element("tr")
    head.append(*[heading(name, "col") for name in names])
    return head


def _bar(value: float, title: str = "") -> Any:
    cell = element("td")
    bar = element("span", class_name="bar")
    bar.append(element("span"))
    bar.firstElementChild.style.width = f"{max(0.0, value) * 100:.1f}%"
    cell.append(element("span", percent(value), "percent"), bar)
    cell.title = title
    return cell
