"""Markdown: front matter, a title, and the unchanged source, which is readable text."""

from __future__ import annotations

import re

from semblance.ingest import front_matter
from semblance.ingest.items import SLICE, File, Item, Steps

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ATX = re.compile(r" {0,3}#{1,6}[ \t]")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
_NOT_A_PARAGRAPH = re.compile(r"\s*$| {4}|\t| {0,3}(?:[>#|]|[-*+][ \t]|\d+[.)][ \t]|(?:[-*_][ \t]*){3,}$)")


def read(file: File) -> Steps:
    """One item; its title is the front matter's, or else the first heading."""
    yield None  # before the front matter, the slow part
    matter = front_matter.split(file.text, file.limits)
    yield None
    value = matter.metadata.get("title", "")
    title = "" if isinstance(value, list) else str(value).strip()
    yield Item(
        file.name, matter.body, file.where, title or first_heading(matter.body), matter.metadata, matter.note
    )


def first_heading(text: str) -> str:
    r"""The first heading near the top of a Markdown text, code blocks left out; empty where there is none.

    Examples
    --------
    >>> first_heading("```sh\n# a comment\n```\n\n## Tea ##\n")
    'Tea'
    >>> first_heading("Tea\n===\n")
    'Tea'
    """
    fence = paragraph = ""
    for line in text[:SLICE].split("\n"):
        if opened := _FENCE.match(line):
            if not fence:
                fence = opened[1]
            elif line.strip() == line.strip()[0] * len(line.strip()) and opened[1].startswith(fence):
                fence = ""
            paragraph = ""
        elif fence:
            continue
        elif match := _ATX.match(line):
            if title := _without_closing_marks(line[match.end() :].strip(" \t")):
                return title
        elif paragraph and _UNDERLINE.match(line):
            return paragraph
        else:
            paragraph = "" if _NOT_A_PARAGRAPH.match(line) else line.strip()
    return ""


def _without_closing_marks(title: str) -> str:
    """A heading's text without the number signs after a space that may close it: "C# ##" is "C#"."""
    text = title.rstrip("#")
    return text.rstrip(" \t") if not text or text[-1] in " \t" else title
