"""Near-duplicates of a collection: pairs side by side, with what differs marked. Loaded with its first use."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import numpy as np

from semblance.browser.pages.address import Address
from semblance.browser.pages.dom import View, by_id, element, item_id, on_action, show, speak
from semblance.browser.pages.facts import language_of, short_facts
from semblance.browser.pages.pictures import thumbnail_element
from semblance.browser.pages.session import Session
from semblance.browser.pages.words import counted, words
from semblance.collection import Collection
from semblance.differences import Stretch, differences
from semblance.pace import Pacer
from semblance.ranking.duplicates import NO_PAIRS, Pairs, most_alike, pairs_above
from semblance.records import Record
from semblance.wording import in_percent, percent

AT_ONCE = 20  # pairs
MOST = 2_000  # pairs that are kept; where there are more, the most alike
COMPARED = 20_000  # characters of a text in which differences are looked for
SHOWN = 2_000  # characters of it that are shown
CONTEXT = 60  # of these before and after a difference
FACTS = 3

Ids = tuple[str, str]


class Duplicates:
    """A part of the room of collections. Pairs are looked for once, down to the least cosine that the user can choose."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._collection: Collection | None = None
        self._pairs: list[tuple[float, Ids]] = []  # the most alike first
        self._compared: dict[str, str] = {}  # the items that were compared, and their fingerprints
        self._number = AT_ONCE
        self._work: asyncio.Task[None] | None = None
        actions = {"delete": self._delete, "more": self._more, "close": self._close}
        on_action(session.scope, by_id("duplicates"), actions)
        session.scope.listen(by_id("duplicates-least"), "input", self._choose)

    async def open(self, name: str) -> None:
        """Show the near-duplicates of a collection."""
        self._collection = await self._session.library.collection(name, create=False)
        self._pairs, self._compared, self._number = [], {}, AT_ONCE
        by_id("duplicates-pairs").replaceChildren()
        show(by_id("duplicates"))
        self.refresh()
        by_id("duplicates-heading").focus()

    def refresh(self) -> None:
        """Show them as they are now, in the page's language."""
        if self._collection is None:
            return
        if self._work is not None:
            self._work.cancel()
        by_id("duplicates-heading").textContent = words("duplicates.heading", name=self._collection.name)
        by_id("duplicates-percent").textContent = in_percent(by_id("duplicates-least").value)
        self._work = asyncio.ensure_future(self._show(self._collection))

    async def _show(self, collection: Collection) -> None:
        with self._session.showing_errors("duplicates", collection):
            present = {entry.id: entry.fingerprint for entry in collection.entries()}
            if not present.items() <= self._compared.items():  # what is deleted is no reason to compare again
                await self._compare(collection)
                self._compared = present
            await self._show_pairs(collection)

    async def _compare(self, collection: Collection) -> None:
        by_id("duplicates-number").textContent = counted("duplicates.comparing", collection.count())
        least, pacer, pairs = float(by_id("duplicates-least").min) / 100, Pacer(), NO_PAIRS
        ids, vectors = await collection.embedded()
        is_image = {entry.id: entry.is_image for entry in collection.entries()}
        images = np.array([is_image[id] for id in ids], dtype=bool)
        for part in pairs_above(vectors, least):
            alike = images[part.left] == images[part.right]
            pairs = most_alike([pairs, Pairs(*(column[alike] for column in part))], MOST)
            await pacer.breathe()
        self._pairs = [
            (float(score), (ids[left], ids[right])) for score, left, right in zip(*pairs, strict=True)
        ]

    async def _show_pairs(self, collection: Collection) -> None:
        """Show the pairs that are alike enough and still there."""
        least = float(by_id("duplicates-least").value) / 100
        present = set(collection.ids())
        wanted = [pair for pair in self._pairs if round(pair[0], 6) >= least and present.issuperset(pair[1])]
        is_cut = len(self._pairs) == MOST and len(wanted) == MOST
        some = wanted[: self._number]
        records = await collection.get([id for _, ids in some for id in ids], vectors=False)
        by_name = {record.document.id: record for record in records}
        rows = [
            self._row(score, [by_name[id] for id in ids]) for score, ids in some if set(ids) <= by_name.keys()
        ]
        by_id("duplicates-pairs").replaceChildren(*[view.root for view, _ in rows])
        by_id("duplicates-number").textContent = (
            counted("duplicates.most" if is_cut else "duplicates.number", len(wanted))
            if wanted
            else words("duplicates.none")
        )
        show(by_id("duplicates-more"), len(wanted) > self._number)
        for _, sides in rows:
            await _mark_differences(sides)

    def _row(self, score: float, records: Sequence[Record]) -> tuple[View, list[tuple[View, Record]]]:
        view = View("t-pair").fill(percent=percent(score))
        sides = [(self._side(record), record) for record in records]
        view["sides"].append(*[side.fragment for side, _ in sides])
        return view, sides

    def _side(self, record: Record) -> View:
        document = record.document
        title = document.title or document.id
        facts = [document.id if document.title else "", short_facts(document, FACTS, ())]
        view = View("t-pair-side").fill(title=title, facts=" · ".join(filter(None, facts)))
        view.root.dataset.id = document.id
        name = self._collection.name if self._collection else ""
        view["title"].href = str(Address("related", document.id, collection=name))
        view["delete"].setAttribute("aria-label", words("duplicates.delete", title=title))
        for field in ("title", "text"):
            speak(view[field], language_of(document.metadata))
        if record.picture:
            view["picture"].append(thumbnail_element(record.picture, title))
        show(view["picture"], record.picture is not None)
        show(view["text"], record.picture is None)
        return view

    # --- what the user does ---

    def _choose(self, _: Any) -> None:
        self._number = AT_ONCE
        self.refresh()

    def _more(self, _: Any) -> None:
        self._number += AT_ONCE
        self.refresh()

    def _delete(self, target: Any) -> None:
        if self._collection is not None:
            by_id("duplicates-heading").focus()  # the button is about to go
            self._session.run(self._session.delete_items([item_id(target)], self._collection))

    def _close(self, _: Any) -> None:
        if self._work is not None:
            self._work.cancel()
        self._collection = None
        show(by_id("duplicates"), False)
        by_id("collections").parentElement.focus()


async def _mark_differences(sides: Sequence[tuple[View, Record]]) -> None:
    """Show both texts, with what differs marked."""
    if any(record.picture for _, record in sides):
        return
    texts = [record.document.content[:COMPARED] for _, record in sides]
    parts = await differences(texts[0], texts[1], Pacer())
    for number, (view, _) in enumerate(sides):
        view["text"].replaceChildren(*_marked(parts, number))


def _marked(parts: Sequence[Stretch], side: int) -> list[Any]:
    """One side of a comparison, as elements; what is the same is shortened."""
    shown: list[Any] = []
    room = SHOWN
    for number, part in enumerate(parts):
        text = part[side]
        if part.is_same:
            text = _shortened(text, is_first=not number, is_last=number == len(parts) - 1)
        text, room = text[:room], room - len(text)
        if text:
            shown.append(text if part.is_same else element(("del", "ins")[side], text))
        if room <= 0:
            return [*shown, "…"]
    return shown


def _shortened(text: str, *, is_first: bool, is_last: bool) -> str:
    """What is the same in both texts, near where they differ."""
    if is_first and is_last:
        return text
    start, end = (0 if is_first else CONTEXT), (0 if is_last else CONTEXT)
    if len(text) <= start + end + CONTEXT:
        return text
    return f"{text[:start]} … {text[len(text) - end :]}" if end else f"{text[:start]} …"
