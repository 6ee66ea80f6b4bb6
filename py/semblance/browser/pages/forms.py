"""The form in which a text is shown, as its name tells: Markdown, code, or line by line as it is. No browser."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from semblance.documents import Document
from semblance.ingest.formats import (
    CALENDARS,
    CONTACTS,
    MARKDOWN,
    ORG,
    RST,
    SUBTITLES,
    TEX,
    suffix_of,
)

PLAIN = (".txt", ".text", ".log", *ORG, *RST, *TEX, *SUBTITLES, *CALENDARS, *CONTACTS)
# fmt: off
CODE = (
    ".c", ".cc", ".cpp", ".cs", ".css", ".go", ".h", ".hpp", ".java", ".js", ".jsx", ".kt", ".lua",
    ".mjs", ".php", ".pl", ".py", ".r", ".rb", ".rs", ".scala", ".sh", ".sql", ".swift", ".ts",
    ".tsx",
)
# fmt: on


class Stretch(NamedTuple):
    """A part of a text, and the tag of its element; "" for none."""

    tag: str
    text: str


def is_markdown(document: Document) -> bool:
    """Whether a text is Markdown, or has been made Markdown when its file was read.

    Examples
    --------
    >>> [is_markdown(Document(id, "")) for id in ("a.md", "book.pdf", "n1", "a.txt", "a.py:12")]
    [True, True, True, False, False]
    >>> is_markdown(Document("a", "", source="notes.org"))
    False
    """
    return not is_code(document) and not {suffix_of(document.id), suffix_of(document.source)} & set(PLAIN)


def is_code(document: Document) -> bool:
    """Whether a text is the source of a program, as symbex gives it.

    Examples
    --------
    >>> is_code(Document("py/a.py:12", "")), is_code(Document("a.md", ""))
    (True, False)
    """
    return suffix_of(re.sub(r":\d+$", "", document.id)) in CODE


def keeps_lines(document: Document) -> bool:
    """Whether the lines of its paragraphs stay apart. In a file of Markdown they flow.

    Examples
    --------
    >>> keeps_lines(Document("a.md", "")), keeps_lines(Document("n1", ""))
    (False, True)
    """
    return suffix_of(document.id) not in MARKDOWN


def joined(parts: Iterable[tuple[str, str]]) -> list[Stretch]:
    r"""Neighbours of one kind as one, on one line.

    Examples
    --------
    >>> [tuple(part) for part in joined([("", "make "), ("", "\n green"), ("code", "tea"), ("", " ")])]
    [('', 'make green'), ('code', 'tea')]
    """
    stretches: list[Stretch] = []
    for tag, group in groupby(parts, key=itemgetter(0)):
        text = re.sub(r"\s+", " ", "".join(part for _, part in group))
        is_apart = not stretches or stretches[-1].text.endswith(" ")
        text = text.lstrip() if is_apart else text
        if text:
            stretches.append(Stretch(tag, text))
    if stretches:
        last = stretches.pop()
        stretches += [last._replace(text=last.text.rstrip())] if last.text.strip() else []
    return stretches
