"""reStructuredText: its text as it is, with its first heading as the title."""

from __future__ import annotations

import re
from itertools import pairwise

from semblance.ingest.items import SLICE, File, Item, Steps

_RULE = re.compile(r"([!-/:-@\[-`{-~])\1{2,}[ \t]*$")


def read(file: File) -> Steps:
    """One item."""
    yield Item(file.name, file.text, file.where, _title(file.text[:SLICE]))


def _title(text: str) -> str:
    """The first line with a rule of its length under it."""
    lines = text.split("\n")
    for above, below in pairwise(lines):
        words = above.strip()
        if words and not _RULE.match(above) and _RULE.match(below) and len(below.rstrip()) >= len(words):
            return words
    return ""
