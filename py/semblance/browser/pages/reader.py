"""Shows an item in full: its text with its passages, its metadata, and what is alike to the passage that is read."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from semblance.browser import ffi
from semblance.browser.pages import margin, reader_text
from semblance.browser.pages.dom import by_id, element, item_id, on_action, show, speak
from semblance.browser.pages.facts import is_link, language_of
from semblance.browser.pages.margin import Margin
from semblance.browser.pages.pause import Pause
from semblance.browser.pages.pictures import about, picture_element
from semblance.browser.pages.words import counted
from semblance.collection import Collection
from semblance.documents import Passage
from semblance.records import Record
from semblance.wording import written

PAUSE_S = 0.15  # without scrolling, before what is alike is looked for

Step = tuple[str, Passage | None]  # an item that is to be shown next, and the passage that is meant


async def open_item(collection: Collection | None, id: str, best: Passage | None = None) -> None:
    """Show an item of a collection, if it is there still, and what the user goes on to, until the reader is closed.

    ``best`` is the passage to mark and scroll to.
    """
    if collection is None:
        return
    steps = asyncio.Queue[Step | None]()
    step: Step | None = id, best
    with ffi.Scope() as scope:
        scope.listen(by_id("reader"), "close", lambda _: steps.put_nowait(None))
        while step is not None:
            record = next(iter(await collection.get([step[0]], pictures="originals")), None)
            if record is None:
                return
            await _open(record, step[1])
            step = await _read(Margin(collection, record), margin.passage_number(record, step[1]), steps)


async def _read(beside: Margin, number: int, steps: asyncio.Queue[Step | None]) -> Step | None:
    """Keep the margin up to date until the user goes on to another item; None if the reader is closed."""

    def follow(work: Any) -> None:
        following.add(asyncio.ensure_future(work))

    def go_on(target: Any) -> None:
        steps.put_nowait((item_id(target), beside.passages.get(item_id(target))))

    following = set[asyncio.Future[None]]()
    with ffi.Scope() as scope:
        pause = Pause(PAUSE_S, follow, beside.follow)
        scope.listen(by_id("reader-text"), "scroll", lambda _: pause.begin())
        on_action(scope, by_id("reader-margin"), {"open": go_on})
        await beside.show(number)
        try:
            return await steps.get()
        finally:
            pause.cancel()


async def _open(record: Record, best: Passage | None) -> None:
    """Fill the dialog with an item, all at once, and open it."""
    document, picture, dialog, text = record.document, record.picture, by_id("reader"), by_id("reader-text")
    title = document.title or document.id
    elements = [picture_element(picture, title)] if picture else await reader_text.elements(record, best)
    by_id("reader-title").textContent = title
    by_id("reader-facts").textContent = " · ".join(_facts(record))
    _show_metadata({name: value for name, value in document.metadata.items() if value != title})
    margin.hide()
    for shown in (by_id("reader-title"), text):
        speak(shown, language_of(document.metadata))
    text.replaceChildren(*elements)
    if not dialog.open:
        dialog.showModal()
    meant = ffi.or_none(text.querySelector(".best"))
    if meant is not None:
        meant.scrollIntoView()
    else:
        text.scrollTop = 0


def _facts(record: Record) -> list[str]:
    document = record.document
    extent = about(record.picture) if record.picture else counted("reader.characters", len(document.content))
    facts = [document.id, extent]
    if len(record.passages) > 1:
        facts.append(counted("reader.split", len(record.passages)))
    if record.cut:
        facts.append(counted("reader.not_indexed", record.cut))
    if document.note:
        facts.append(document.note)
    return facts


def _show_metadata(metadata: Any) -> None:
    rows = []
    for key, value in metadata.items():
        rows.append(element("dt", str(key)))
        text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else written(value)
        rows.append(_linked(text) if is_link(value) else element("dd", text))
    by_id("reader-metadata").replaceChildren(*rows)
    show(by_id("reader-metadata"), bool(rows))


def _linked(address: str) -> Any:
    link = element("a", address)
    link.href, link.target, link.rel = address, "_blank", "noopener noreferrer"
    cell = element("dd")
    cell.append(link)
    return cell
