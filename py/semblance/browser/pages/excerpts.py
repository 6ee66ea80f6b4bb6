"""The lines of its text that a result shows: where they begin, and what is marked in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from semblance.browser.pages.dom import View, element
from semblance.browser.pages.markdown import stretches
from semblance.documents import Document, Passage
from semblance.embedding.sentences import open_fence, segment
from semblance.matches import Hit, Match
from semblance.places import place_of
from semblance.ranking.words.spans import word_spans
from semblance.wording import excerpt, without_markup

EXCERPT = 360  # characters of the best passage that a result shows, as far as its lines have room
WITHOUT_SCROLLING = 160  # so many are seen even on a narrow screen
LONGEST_HEADING = 400
FAR = 100_000  # so many characters before an excerpt tell whether it begins in code
BEFORE = 80  # so many stand before the first word that is marked, or before the telling sentence


def fill_passage(view: View, match: Match, unfinished: str, sentence: Passage | None = None) -> None:
    """Show a part of the best passage, with its telling sentence once that is known, and the words that were looked for."""
    passage, document = match.passage, match.document
    start = _start_of_excerpt(match, unfinished, sentence)
    text = _cut_out(document, start, passage.end, EXCERPT)
    place = place_of(document, *_meant(match, unfinished, sentence))
    heading = passage.heading if passage.heading != document.title else ""
    view["heading"].textContent = " · ".join(filter(None, [place.said() if place else "", heading]))
    fence = open_fence(document.content[max(0, start - FAR) : start])
    code = f"{fence}\n" if fence else ""

    def marked(begin: int, end: int) -> list[Any]:
        return _marked(text[begin:end], match, unfinished, open_fence(code + text[:begin].lstrip("… ")))

    telling = document.content[sentence.start : sentence.end] if sentence else ""
    first = text.find(telling[:BEFORE]) if telling else -1
    last = min(first + len(telling), len(text)) if first >= 0 else 0
    parts = marked(0, max(first, 0))
    if first >= 0:
        best = element("span", "", "telling")
        best.append(*marked(first, last))
        parts += [*_space_before(text, first), best, *_space_before(text, last)]
    view["passage"].replaceChildren(*parts, *marked(last, len(text)))


def _marked(text: str, match: Match, unfinished: str, fence: str) -> list[Any]:
    """The parts of a text in their shapes, with the words of the query in marks; `fence` is that of code they lie in."""
    parts = list[Any]()
    for tag, stretch in stretches(match.document, text, fence):
        words = with_words_marked(stretch, match, unfinished)
        parts += [_in_shape(tag, words)] if tag else words
    return parts


def _in_shape(tag: str, parts: Sequence[Any]) -> Any:
    shaped = element(tag)
    shaped.append(*parts)
    return shaped


def _space_before(text: str, end: int) -> list[str]:
    """The space between two sentences, where there is one."""
    return [" "] if end < len(text) and (text[end].isspace() or text[end - 1 : end].isspace()) else []


def _start_of_excerpt(match: Match, unfinished: str, sentence: Passage | None) -> int:
    """Where the excerpt begins: with the passage, or later if what is marked would not be in it."""
    passage = match.passage
    start = _after_title(match.document, passage.start, passage.end)
    if sentence is not None:
        return start if sentence.start - start < BEFORE else sentence.start
    spans = _spans(match.document.content[passage.start : passage.end], match, unfinished)
    if not spans or spans[0][1] < WITHOUT_SCROLLING:
        return start
    return max(start, passage.start + spans[0][0] - BEFORE)


def plain_excerpt(document: Document, start: int = 0, end: int | None = None, *, most: int) -> str:
    """The beginning of a stretch of a text, without the marks of Markdown and without the title, which stands above it."""
    end = len(document.content) if end is None else end
    return without_markup(_cut_out(document, _after_title(document, start, end), end, most))


def _cut_out(document: Document, start: int, end: int, most: int) -> str:
    """A stretch of a text. No ellipsis stands for the title: a text begins after it."""
    before = min(start, _after_title(document, 0, len(document.content)))
    return excerpt(document.content[before:], start - before, end - before, most)


def _after_title(document: Document, start: int, end: int) -> int:
    """Where a stretch of a text begins that does not repeat the title, which stands above it."""
    first = next(segment(document.content[start:end], stop=LONGEST_HEADING), None)
    repeats = first is not None and first.level and first.heading == document.title
    return start + first.end if first is not None and repeats else start


def _meant(match: Match, unfinished: str, sentence: Passage | None) -> tuple[int, int]:
    """What of a text a result is about: its telling sentence, the first word that was looked for, or the passage."""
    if sentence is not None:
        return sentence.start, sentence.end
    start, end = match.passage.start, match.passage.end
    spans = _spans(match.document.content[start:end], match, unfinished)
    return (start + spans[0][0], start + spans[0][1]) if spans else (start, end)


def _spans(text: str, match: Match, unfinished: str) -> list[tuple[int, int]]:
    """Where a text has the words of the query."""
    own = match.words if isinstance(match, Hit) else ()
    return word_spans(text, own, beginning=unfinished if unfinished in own else "") if own else []


def with_words_marked(text: str, match: Match, unfinished: str) -> list[Any]:
    """The parts of a text, with the words of the query that a match has in marks."""
    parts, end = list[Any](), 0
    for start, stop in _spans(text, match, unfinished):
        parts += [text[end:start], element("mark", text[start:stop])]
        end = stop
    return [*parts, text[end:]]
