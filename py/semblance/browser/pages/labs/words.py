"""The texts of the labs in one language, and their marks as elements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from semblance.browser.pages.dom import Element, element
from semblance.labs.messages import CATALOGUE, FRAME, messages, text

_MARKED = re.compile(r"`(?P<code>[^`]+)`|\*\*(?P<strong>[^*]+)\*\*")


class Words:
    """Texts of the frame, and of one lesson.

    Parameters
    ----------
    language : str
        One of `semblance.labs.messages.LANGUAGES`.
    lesson : str
    """

    def __init__(self, language: str, lesson: str = FRAME) -> None:
        self.language = language
        self._lesson = lesson

    def __call__(self, key: str, **values: object) -> str:
        """A text of the frame."""
        return text(self.language, FRAME, key, **values)

    def counted(self, key: str, count: int, **values: object) -> str:
        """A text of the frame about so many things; about one thing it is another text."""
        return CATALOGUE.counted(self.language, FRAME, key, count, **values)

    def lesson(self, key: str, **values: object) -> str:
        """A text of the lesson."""
        return text(self.language, self._lesson, key, **values)

    def lines(self, key: str) -> list[str]:
        """A list of texts of the lesson."""
        return CATALOGUE.lines(self.language, self._lesson, key)

    def has(self, key: str) -> bool:
        """Whether the lesson has such a text."""
        node: Any = messages(self.language, self._lesson)
        for part in key.split("."):
            if not isinstance(node, dict) or part not in node:
                return False
            node = node[part]
        return True


def paragraphs(marked: str) -> list[Element]:
    """A text with empty lines between its paragraphs."""
    return [inline("p", " ".join(part.split("\n"))) for part in re.split(r"\n\s*\n", marked.strip())]


def inline(
    tag: str, marked: str, values: Mapping[str, object] | None = None, class_name: str = ""
) -> Element:
    """An element with a text that has `code` and **strong** words. `values` fill its placeholders.

    Placeholders are filled after the marks are found, so a learner's text is never read as marks.
    """
    node = element(tag, class_name=class_name)
    node.append(*[element(kind, part) if kind else part for kind, part in pieces(marked, values)])
    return node


def pieces(marked: str, values: Mapping[str, object] | None = None) -> Iterator[tuple[str, str]]:
    """The parts of a marked text: tag (empty for plain text) and contents.

    Examples
    --------
    >>> list(pieces("`{x}` is **so**", {"x": "**1**"}))
    [('code', '**1**'), ('', ' is '), ('strong', 'so')]
    """
    at = 0
    for match in _MARKED.finditer(marked):
        if match.start() > at:
            yield "", _filled(marked[at : match.start()], values)
        kind = str(match.lastgroup)
        yield kind, _filled(match[kind], values)
        at = match.end()
    if at < len(marked):
        yield "", _filled(marked[at:], values)


def _filled(template: str, values: Mapping[str, object] | None) -> str:
    return template.format(**values) if values else template


def listed(lines: Sequence[str]) -> list[Element]:
    """An item of a list for each marked text."""
    return [inline("li", line) for line in lines]
