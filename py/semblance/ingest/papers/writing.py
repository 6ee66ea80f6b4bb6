"""The text that readers write: paragraphs, headings, lists and tables, as Markdown marks them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from semblance.errors import EmptyDocument, UnsafeDocument
from semblance.ingest.items import Apart, Item
from semblance.ingest.papers import PAGE_BREAK

_NO_TITLE = re.compile(
    r"""^(?:untitled|unbenannt|sans\ titre|document|dokument|slide|presentation|powerpoint\ presentation|word\ document)
        (?:[\s_-]*\d+)?$
    | ^microsoft\ (?:word|powerpoint|excel)\s+-
    | ^(?:about:blank|file:|https?:)
    | \.(?:pdf|docx?|odt|rtf|txt|tex|dvi|ps|indd|qxp|html?|pptx?|odp|xlsx?|pages|md|epub)$""",
    re.IGNORECASE | re.VERBOSE,
)

_END_OF_SENTENCE = '.!?…:;"”’»)]'
BETWEEN_CELLS = " | "
MOST_LEVELS = 6


class Writing:
    r"""Blocks with a blank line between them. Items of a list and rows of a table are lines of one block.

    Examples
    --------
    >>> writing = Writing()
    >>> writing.heading("Tides", 1)
    >>> writing.item("high")
    >>> writing.item("low")
    >>> writing.text
    '# Tides\n\n- high\n- low'
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._kind = ""
        self.first_heading = ""

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def heading(self, text: str, level: int) -> None:
        """A heading; 1 is the highest level."""
        if text := " ".join(text.split()):
            self.first_heading = self.first_heading or text
            self._add(f"{'#' * max(1, min(level, MOST_LEVELS))} {text}", "heading")

    def paragraph(self, text: str) -> None:
        """A paragraph; it may have lines."""
        self._add("\n".join(" ".join(line.split()) for line in text.split("\n")), "paragraph")

    def item(self, text: str, level: int = 0) -> None:
        """An item of a list, so many levels deep."""
        if text.strip():
            self._add(f"{'  ' * min(level, MOST_LEVELS)}- {text.strip()}", "item")

    def row(self, cells: Sequence[str]) -> None:
        """A row of a table."""
        row = BETWEEN_CELLS.join(" ".join(cell.split()) for cell in cells)
        if row.strip(" |"):
            self._add(row, "row")

    def end_block(self) -> None:
        """The next item or row begins another list or table."""
        self._kind = ""

    def _add(self, text: str, kind: str) -> None:
        text = text.strip("\n") if kind == "item" else text.strip()
        if not text:
            return
        is_same_block = kind == self._kind and kind in ("item", "row")
        if self._parts:
            self._parts.append("\n" if is_same_block else "\n\n")
        self._parts.append(text)
        self._kind = kind


def joined_pages(pages: Sequence[str]) -> str:
    """Pages as one text. A page that begins within a sentence goes on with it, so that the sentence stays whole."""
    parts = list(pages[:1])
    for before, page in pairwise(pages):
        goes_on = page[:1].islower() and before[-1:] not in _END_OF_SENTENCE
        parts += ["\n", PAGE_BREAK, "" if goes_on else "\n", page]
    return "".join(parts)


def sensible_title(title: str) -> bool:
    """Whether a title says what a document is about: not one that a program left in it.

    Examples
    --------
    >>> [sensible_title(title) for title in ("Tides", "Microsoft Word - tides.docx", "untitled", "scan0012.pdf", "-")]
    [True, False, False, False, False]
    """
    return any(char.isalpha() for char in title) and not _NO_TITLE.search(title)


def item_of(
    paper: Apart, content: str, titles: Sequence[str], metadata: Mapping[str, Any], note: str = ""
) -> Item:
    """The item that a file becomes.

    Parameters
    ----------
    paper : Apart
    content : str
    titles : sequence of str
        The title that the file declares, then its first heading. The first sensible one is taken.
    metadata : mapping
        Empty values are left out.
    note : str

    Raises
    ------
    EmptyDocument, UnsafeDocument
    """
    if not content.strip():
        raise EmptyDocument("ingest.no_text", where=paper.where)
    if len(content) > paper.limits.paper_chars:
        raise UnsafeDocument("papers.long", limit=f"{paper.limits.paper_chars:,}", where=paper.where)
    title = next((title for title in titles if sensible_title(title)), "")
    kept = {key: value for key, value in metadata.items() if value}
    return Item(paper.name, content, paper.where, title, kept, note)
