"""The text of an item as the reader shows it: where pages and passages begin, which is meant, what is not indexed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from semblance.browser.pages import markdown
from semblance.browser.pages.dom import element
from semblance.browser.pages.forms import is_code, is_markdown
from semblance.browser.pages.words import words
from semblance.documents import Passage
from semblance.places import PAGE_BREAK, places_in
from semblance.records import Record

SHOWN_CHARS = 200_000  # a longer text would make the page slow; the reader says where it is cut


async def elements(record: Record, best: Passage | None) -> list[Any]:
    """The text in its elements: rendered, if it is Markdown and the library can be had, or else as it is written.

    ``best`` is the passage that is meant. A text of one passage is meant as a whole.
    """
    document = record.document
    best = best if len(record.passages) > 1 else None
    if is_markdown(document) and await markdown.load() and (parts := await _rendered(record, best)):
        return [_frame("rendered", parts)]
    return [_frame("program" if is_code(document) else "written", _as_written(record, best))]


def _frame(class_name: str, parts: Sequence[Any]) -> Any:
    frame = element("div", "", class_name)
    frame.append(*parts)
    return frame


async def _rendered(record: Record, best: Passage | None) -> list[Any]:
    """The blocks of a text; none if they are larger than its passages. What begins inside a block is told after it."""
    document, content = record.document, record.document.content
    shown = max(SHOWN_CHARS, best.end if best else 0)
    blocks = await markdown.blocks(content[:shown].replace(PAGE_BREAK, ""), document)
    if len(blocks) < len(record.passages):
        return []
    boundaries = _boundaries(record)
    waiting = sorted(boundaries)
    meant = range(_line(content, best.start), _line(content, best.end - 1) + 1) if best else range(0)
    last_indexed = _line(content, len(content) - record.cut)
    ends = [*(block.line for block in blocks[1:]), content.count("\n") + 1]
    parts = list[Any]()
    for (line, node), end in zip(blocks, ends, strict=True):
        while waiting and _line(content, waiting[0]) <= line:
            parts.append(_boundary(record, boundaries, waiting.pop(0)))
        node.classList.toggle("best", max(line, meant.start) < min(end, meant.stop))
        node.classList.toggle("cut", bool(record.cut) and line > last_indexed)
        parts.append(node)
    if _repeats(blocks[0].node, document.title):
        parts.remove(blocks[0].node)
    return parts + _rest(content, shown)


def _repeats(node: Any, title: str) -> bool:
    """Whether a block is the title, which stands above the text."""
    return bool(node.matches("h3")) and str(node.textContent).strip() == title.strip()


def _line(content: str, place: int) -> int:
    return content.count("\n", 0, place)


def _as_written(record: Record, marked: Passage | None) -> list[Any]:
    """The text in stretches. A line stands where a page or a passage begins, and the best passage is marked."""
    content = record.document.content
    boundaries = _boundaries(record)
    end_of_index = len(content) - record.cut
    edges = {0, end_of_index, len(content), *boundaries}
    if marked is not None:
        edges |= {marked.start, marked.end}
    cuts = sorted(edge for edge in edges if edge <= SHOWN_CHARS or (marked and edge <= marked.end))
    parts = []
    for start, end in zip(cuts, [*cuts[1:], min(len(content), max(SHOWN_CHARS, cuts[-1]))], strict=True):
        if start in boundaries:
            parts.append(_boundary(record, boundaries, start))
        inside = marked is not None and marked.start <= start < marked.end
        text = content[start:end].replace(PAGE_BREAK, "")
        cut = "cut" if start >= end_of_index and record.cut else ""
        parts.append(element("mark", text, "best") if inside else element("span", text, cut))
    return parts + _rest(content, max(SHOWN_CHARS, cuts[-1]))


def _boundary(record: Record, texts: Mapping[int, list[str]], start: int) -> Any:
    """What begins at a place of the text, in words. The margin goes by its number."""
    boundary = element("span", " · ".join(texts[start]), "boundary")
    number = next((n for n, passage in enumerate(record.passages) if passage.start == start), None)
    if number is not None:
        boundary.dataset.passage = str(number)
    return boundary


def _rest(content: str, shown: int) -> list[Any]:
    """What is said where a text goes on that is not shown in full."""
    text = words("reader.shown", characters=f"{SHOWN_CHARS:,}")
    return [element("span", text, "boundary")] if len(content) > shown else []


def _boundaries(record: Record) -> dict[int, list[str]]:
    """What stands before the pages and the passages of a text, by where they begin; nothing if it is one."""
    passages, pages = record.passages, places_in(record.document)
    boundaries = {start: [page.said()] for start, page in pages.items()} if len(pages) > 1 else {}
    for number, passage in enumerate(passages if len(passages) > 1 else [], start=1):
        text = words("reader.passage", number=number, total=len(passages))
        boundaries.setdefault(passage.start, []).append(text)
    return boundaries
