"""The margin of the reader: passages of other items that are alike to the one that is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from semblance.browser.pages.dom import View, by_id, show, speak
from semblance.browser.pages.excerpts import plain_excerpt
from semblance.browser.pages.facts import language_of
from semblance.browser.pages.pictures import thumbnail_element
from semblance.collection import Collection
from semblance.documents import Passage
from semblance.errors import StaleCollection
from semblance.matches import Match
from semblance.records import Record
from semblance.wording import percent

AT_ONCE = 5
EXCERPT = 140


class Margin:
    """What is beside one item. It needs no model: the item's own vectors are what is looked for.

    Parameters
    ----------
    collection : Collection
    record : Record
        The item that is read.
    """

    def __init__(self, collection: Collection, record: Record) -> None:
        self._collection, self._record = collection, record
        self._number = -1  # of the passage whose neighbours are shown, or are looked for
        self.passages: dict[str, Passage] = {}  # those that are shown, by the ids of their items

    async def follow(self) -> None:
        """Show what is alike to the passage that is read now."""
        await self.show(_passage_in_sight())

    async def show(self, number: int) -> None:
        """Show what is alike to a passage, counted from 0."""
        id, collection = self._record.document.id, self._collection
        if number == self._number or id in collection.awaiting:
            return
        self._number = number
        try:
            matches = await collection.similar_by_vector(self._record.vectors[number], AT_ONCE + 1)
        except StaleCollection:
            matches = []
        if number == self._number:
            self._fill([match for match in matches if match.id != id][:AT_ONCE])

    def _fill(self, matches: Sequence[Match]) -> None:
        self.passages = {match.id: match.passage for match in matches}
        by_id("reader-related").replaceChildren(*[_row(match) for match in matches])
        show(by_id("reader-margin"), bool(matches))


def _passage_in_sight() -> int:
    """The number of the last passage that begins in the upper part of what can be seen, or before it."""
    frame = by_id("reader-text").getBoundingClientRect()
    line, number = frame.top + frame.height / 4, 0
    for boundary in by_id("reader-text").querySelectorAll("[data-passage]"):
        if boundary.getBoundingClientRect().top > line:
            break
        number = int(boundary.dataset.passage)
    return number


def _row(match: Match) -> Any:
    text = plain_excerpt(match.document, match.passage.start, match.passage.end, most=EXCERPT)
    view = View("t-beside").fill(percent=percent(match.score), title=match.title or match.id, text=text)
    view.root.dataset.id = match.id
    for part in ("title", "text"):
        speak(view[part], language_of(match.metadata))
    if match.picture:
        view["picture"].append(thumbnail_element(match.picture))
    show(view["picture"], bool(match.picture))
    show(view["text"], not match.picture)
    return view.root


def hide() -> None:
    """Show nothing: another item is about to be read."""
    show(by_id("reader-margin"), False)
    by_id("reader-related").replaceChildren()


def passage_number(record: Record, best: Passage | None) -> int:
    """The number of a passage of an item; that of the first for None."""
    return record.passages.index(best) if best in record.passages else 0
