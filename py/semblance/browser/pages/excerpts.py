"""The lines of its text that a result shows: where they begin, and what is marked in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from semblance.browser.pages.dom import View, element
from semblance.browser.pages.markdown import stretches
from semblance.documents import Passage
from semblance.embedding.sentences import segment
from semblance.matches import Hit, Match
from semblance.places import place_of
from semblance.ranking.words.spans import word_spans
from semblance.wording import excerpt

EXCERPT = 360  # characters of the best passage that a result shows, as far as its lines have room
WITHOUT_SCROLLING = 160  # so many are seen even on a narrow screen
LONGEST_HEADING = 400
BEFORE = 80  # so many stand before the first word that is marked, or before the telling sentence


def fill_passage(view: View, match: Match, unfinished: str, sentence: Passage | None = None) -> None:
    """Show a part of the best passage, with its telling sentence once that is known, and the words that were looked for."""
    passage, document = match.passage, match.document
    start = _start_of_excerpt(match, unfinished, sentence)
    # A text begins after its title: no ellipsis stands for that.
    before = 0 if passage.start else _after_title(match)
    text = excerpt(document.content[before:], start - before, passage.end - before, EXCERPT)
    place = place_of(document, *_meant(match, unfinished, sentence))
    heading = passage.heading if passage.heading != document.title else ""
    view["heading"].textContent = " · ".join(filter(None, [place.said() if place else "", heading]))
    telling = document.content[sentence.start : sentence.end] if sentence else ""
    start = text.find(telling[:BEFORE]) if telling else -1
    end = min(start + len(telling), len(text)) if start >= 0 else 0
    parts = list[Any](_marked(text[: max(start, 0)], match, unfinished))
    if start >= 0:
        best = element("span", "", "telling")
        best.append(*_marked(text[start:end], match, unfinished))
        parts += [*_space_before(text, start), best, *_space_before(text, end)]
    view["passage"].replaceChildren(*parts, *_marked(text[end:], match, unfinished))


def _marked(text: str, match: Match, unfinished: str) -> list[Any]:
    """The parts of a text in their shapes, with the words of the query in marks."""
    parts = list[Any]()
    for tag, stretch in stretches(match.document, text):
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
    start = _after_title(match)
    if sentence is not None:
        return start if sentence.start - start < BEFORE else sentence.start
    spans = _spans(match.document.content[passage.start : passage.end], match, unfinished)
    if not spans or spans[0][1] < WITHOUT_SCROLLING:
        return start
    return max(start, passage.start + spans[0][0] - BEFORE)


def _after_title(match: Match) -> int:
    """Where a passage begins that does not repeat the title, which stands above it."""
    passage = match.passage
    first = next(segment(match.document.content[passage.start : passage.end], stop=LONGEST_HEADING), None)
    repeats = first is not None and first.level and first.heading == match.document.title
    return passage.start + first.end if first is not None and repeats else passage.start


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
