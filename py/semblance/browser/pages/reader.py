"""Shows an item in full: its text with its passages, its metadata, and the parts that are not indexed."""

from __future__ import annotations

import json
from typing import Any

from semblance.browser.pages.dom import by_id, element, show, speak
from semblance.browser.pages.facts import is_link, language_of
from semblance.browser.pages.pictures import about, picture_element
from semblance.browser.pages.words import counted, words
from semblance.collection import Collection
from semblance.documents import Passage
from semblance.places import PAGE_BREAK, places_in
from semblance.records import Record
from semblance.wording import written

SHOWN_CHARS = 200_000  # a longer text would make the page slow; the reader says where it is cut


async def open_item(collection: Collection | None, id: str, best: Passage | None = None) -> None:
    """Show an item of a collection, if it is there still."""
    for record in await collection.get([id]) if collection else []:
        open_reader(record, best)


def open_reader(record: Record, best: Passage | None = None) -> None:
    """Show an item; ``best`` is the passage to mark and scroll to."""
    document = record.document
    by_id("reader-title").textContent = document.title or document.id
    by_id("reader-facts").textContent = " · ".join(_facts(record))
    _show_metadata(document.metadata)
    text = by_id("reader-text")
    for shown in (by_id("reader-title"), text):
        speak(shown, language_of(document.metadata))
    if record.picture:
        text.replaceChildren(picture_element(record.picture, document.title or document.id))
    else:
        text.replaceChildren(*_parts(record, best))
    by_id("reader").showModal()
    if best is not None and len(record.passages) > 1:
        text.querySelector("mark").scrollIntoView()


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
        text = json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else written(value)
        rows.append(_linked(text) if is_link(value) else element("dd", text))
    by_id("reader-metadata").replaceChildren(*rows)
    show(by_id("reader-metadata"), bool(rows))


def _linked(address: str) -> Any:
    link = element("a", address)
    link.href, link.target, link.rel = address, "_blank", "noopener noreferrer"
    cell = element("dd")
    cell.append(link)
    return cell


def _parts(record: Record, best: Passage | None) -> list[Any]:
    """The text in stretches. A line stands where a page or a passage begins, and the best passage is marked."""
    content = record.document.content
    passages = record.passages
    marked = best if len(passages) > 1 else None
    boundaries = _boundaries(record)
    end_of_index = len(content) - record.cut
    edges = {0, end_of_index, len(content), *boundaries}
    if marked is not None:
        edges |= {marked.start, marked.end}
    cuts = sorted(edge for edge in edges if edge <= SHOWN_CHARS or (marked and edge <= marked.end))
    parts = []
    for start, end in zip(cuts, [*cuts[1:], min(len(content), max(SHOWN_CHARS, cuts[-1]))], strict=True):
        if start in boundaries:
            parts.append(element("span", " · ".join(boundaries[start]), "boundary"))
        inside = marked is not None and marked.start <= start < marked.end
        kind = "mark" if inside else "span"
        parts.append(
            element(
                kind,
                content[start:end].replace(PAGE_BREAK, ""),
                "cut" if start >= end_of_index and record.cut else "",
            )
        )
    if len(content) > max(SHOWN_CHARS, cuts[-1]):
        text = words("reader.shown", characters=f"{SHOWN_CHARS:,}")
        parts.append(element("span", text, "boundary"))
    return parts


def _boundaries(record: Record) -> dict[int, list[str]]:
    """What stands before the pages and the passages of a text, by where they begin; nothing if it is one."""
    passages, pages = record.passages, places_in(record.document)
    boundaries = {start: [page.said()] for start, page in pages.items()} if len(pages) > 1 else {}
    for number, passage in enumerate(passages if len(passages) > 1 else [], start=1):
        text = words("reader.passage", number=number, total=len(passages))
        boundaries.setdefault(passage.start, []).append(text)
    return boundaries
