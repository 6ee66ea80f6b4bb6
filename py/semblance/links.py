"""Which items link to which others, as far as their texts and the wiki links of their files say."""

from __future__ import annotations

import re
from posixpath import basename, splitext
from urllib.parse import unquote

from semblance.documents import Document

_TARGETS = re.compile(r"\[\[([^\[\]|#\n]+)|\]\(\s*<?([^()\s<>]+)|<?(https?://[^\s<>()\[\]]+)")
_LINKS = ("link", "url", "permalink", "href")  # fields that hold an item's own address


def are_linked(one: Document, other: Document) -> bool:
    """Whether the text of one of two items links to the other.

    Examples
    --------
    >>> tides, moon = Document("sea/tides.md", "See [[Moon|it]]."), Document("moon.md", "Dry.", "The moon")
    >>> are_linked(tides, moon), are_linked(moon, Document("Sun.md", "It shines."))
    (True, False)
    """
    return bool(_targets(one) & _names(other)) or bool(_targets(other) & _names(one))


def _targets(document: Document) -> set[str]:
    in_text = ("".join(target) for target in _TARGETS.findall(document.content))
    return {_normal(target) for target in (*in_text, *document.links)}


def _names(document: Document) -> set[str]:
    """What links call an item: its path, its file's name, both without the suffix, its title, its address."""
    path = _normal(document.id)
    names = {path, basename(path), splitext(path)[0], basename(splitext(path)[0]), _normal(document.title)}
    names.update(_normal(str(value)) for name, value in document.metadata.items() if name.lower() in _LINKS)
    return names - {""}


def _normal(target: str) -> str:
    return unquote(target.partition("#")[0]).strip().removeprefix("./").rstrip("/.").casefold()
