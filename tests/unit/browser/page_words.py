"""The words that stand in ``index.html``, with the keys of their messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

SPOKEN = ("aria-label", "placeholder", "title", "content", "alt")  # attributes that users read or hear
VOID = {"meta", "link", "img", "input", "br"}
NOT_READ = {"script", "style", "title"}
_LETTERS = re.compile(r"[^\W\d_]{2,}")


@dataclass
class _Element:
    tag: str
    key: str | None
    place: str | None
    is_translation: bool = False
    text: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Word:
    """A text of the page, and the key that it is marked with; empty if it is not."""

    line: int
    key: str
    text: str


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[Word] = []
        self._open: list[_Element] = [_Element("", None, None)]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        for name in SPOKEN:
            is_policy = tag == "meta" and values.get("name") != "description"
            if (text := values.get(name)) and not is_policy and _LETTERS.search(text):
                self._note(values.get(f"data-words-{name}"), text)
        if tag not in VOID:
            self._open.append(
                _Element(tag, values.get("data-words"), values.get("data-place"), "lang" in values)
            )

    def handle_endtag(self, tag: str) -> None:
        element = self._open.pop()
        assert element.tag == tag, f"line {self.getpos()[0]}: </{tag}> closes <{element.tag}>"
        text = " ".join("".join(element.text).split())
        around = self._open[-1]
        if element.key is not None:
            self._note(element.key, text)
            around.text.append(f"{{{element.place}}}" if element.place else "")
        elif element.place:
            around.text.append(f"{{{element.place}}}")
        elif tag == "strong":
            around.text.append(f"**{text}**")
        elif tag not in NOT_READ and not element.is_translation and _LETTERS.search(text):
            self._note("", text)

    def handle_data(self, data: str) -> None:
        self._open[-1].text.append(data)

    def _note(self, key: str | None, text: str) -> None:
        self.words.append(Word(self.getpos()[0], key or "", text))


def words_of(html: str) -> Iterator[Word]:
    """All texts of a page that users read or hear."""
    reader = _Reader()
    reader.feed(html)
    yield from reader.words
