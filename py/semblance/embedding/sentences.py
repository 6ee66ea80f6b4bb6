"""Finds the sentences, lines of code and headings of a text.

This is written for Markdown and for plain text, which looks like Markdown without marks. It is one pass of regular
expressions that cannot backtrack far. One line of a million characters takes no longer than a million characters
in lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from semblance.breaks import CHINESE_OR_JAPANESE, SPACED_BY_PHRASE, columns, last_break


class Segment(NamedTuple):
    """The stretch ``text[start:end]``, with nothing blank at its ends.

    ``level`` is 1 to 6 for a heading, 0 for anything else; ``heading`` is the nearest heading's text.
    """

    start: int
    end: int
    heading: str = ""
    level: int = 0


class _Span(NamedTuple):
    start: int
    end: int
    code: bool
    heading: str
    level: int = 0


# A text without any sentence end is cut at words. A narrower sentence is joined with the one after it.
_LONGEST, _SHORTEST = 20_000, 12
_LETTERS_OF_SHORTEST = 4 * _SHORTEST  # so many characters, marks among them, are never narrower
_LONGEST_HEADING = 200

_MARK = re.compile(
    r"""^[ ]{0,3}+(?:
      (?P<fence>`{3,}+|~{3,}+)(?P<info>[^\n]*)
    | (?P<atx>\#{1,6}+)(?:[ \t]+(?P<title>[^\n]*))?$
    | (?P<setext>=++|-++)[ \t\r]*+$
    )""",
    re.MULTILINE | re.VERBOSE,
)

_WIDE = CHINESE_OR_JAPANESE
_STOPS = "。！？｡；︒"
_CLOSED = r"""(?:["'”’」』）】〉》〕｣]++(?![とっはがをのにもへ、，])|(?!["'”’」』）】〉》〕｣]))"""  # not 「行く。」と言った
_END = re.compile(
    rf"""
      (?<![.!?…])[.!?…]++["'”’»)\]*_]*+(?=\s)           # the end of a sentence
    | [؟۔؛।॥።]++["'”’»)\]*_]*+(?=\s|$)                  # the same in Arabic, Hindi and Amharic
    | (?<![{_STOPS}…．])(?:[{_STOPS}]|．(?!\d)|(?<=[{_WIDE}])…)(?:[{_STOPS}…]|．(?!\d))*+{_CLOSED}  # as CJK writes it:
    | (?<=[{_WIDE}])[.!?;]++(?=["'”’“‘{_WIDE}]){_CLOSED}   # without a space, now and then with narrow marks
    | [」』](?=[「『])                                  # what one says, before what the other answers
    | (?<=[{SPACED_BY_PHRASE}])(?<![ๆฯໆ])[ \u00a0]++(?=[{SPACED_BY_PHRASE}])(?![ๆฯໆ])    # between phrases
    | \n[^\S\n]*+\n                                     # a blank line
    | \n(?=[^\S\n]*+(?:[-*+•|>]|\d{{1,3}}[.)])[^\S\n])  # a list item, a table row, a quotation
    """,
    re.VERBOSE,
)
_LINE_END = re.compile(r"\n")
_VISIBLE = re.compile(r"\S")
_LAST_WORD = re.compile(r"[^\W_](?:[\w.]*\w)?$")
_ABBREVIATIONS = re.compile(
    r"al|approx|ca|cf|dr|e\.g|eds?|eq|esp|fig|gen|i\.e|inc|jr|ltd|mrs?|ms|nos?|pp?|prof|rev|sec|sr|st|vol|vs|viz"
    r"|bzw|d\.h|evtl|ggf|nr|sog|u\.a|usw|vgl|z\.b",
    re.IGNORECASE,
)


def segment(text: str, stop: int | None = None) -> Iterator[Segment]:
    r"""Yield the sentences of prose, the lines of fenced code and the headings, in order.

    Parameters
    ----------
    text : str
    stop : int, optional
        Look no further than this character.

    Examples
    --------
    >>> text = "# Soup\nAdd salt, e.g. sea salt. Stir."
    >>> [text[s.start : s.end] for s in segment(text)]
    ['# Soup', 'Add salt, e.g. sea salt.', 'Stir.']
    >>> [(s.heading, s.level) for s in segment(text)]
    [('Soup', 1), ('Soup', 0), ('Soup', 0)]
    """
    for span in _spans(text, len(text) if stop is None else min(stop, len(text))):
        if span.level:
            yield Segment(span.start, trimmed(text, span.start, span.end), span.heading, span.level)
            continue
        start = span.start
        while first := _VISIBLE.search(text, start, span.end):
            start = _segment_end(text, first.start(), span.end, span.code)
            yield Segment(first.start(), trimmed(text, first.start(), start), span.heading)


def open_fence(text: str) -> str:
    r"""The fence of the code that goes on where a text ends; empty if it ends in prose.

    Examples
    --------
    >>> open_fence("Run it:\n```sh\nmake tea"), open_fence("Run it:\n```sh\nmake tea\n```\nand wait.")
    ('```', '')
    """
    fence = ""
    for mark in _MARK.finditer(text):
        if mark["fence"] and not fence:
            fence = mark["fence"]
        elif mark["fence"] and _closes(mark, fence):
            fence = ""
    return fence


def _closes(mark: re.Match[str], fence: str) -> bool:
    return mark["fence"].startswith(fence) and not mark["info"].strip()


def _spans(text: str, stop: int) -> Iterator[_Span]:
    """Headings, fenced code and the prose between them."""
    heading, fence, start = "", "", 0
    for mark in _MARK.finditer(text, 0, stop):
        if mark["fence"]:
            if not fence:
                yield _Span(start, mark.start(), False, heading)
                fence, start = mark["fence"], mark.start()
            elif _closes(mark, fence):
                yield _Span(start, mark.end(), True, heading)
                fence, start = "", mark.end()
            continue
        title_line = None if fence else _heading(text, mark, start)
        if title_line:
            begin, level, title = title_line
            yield _Span(start, begin, False, heading)
            heading, start = title, mark.end()
            yield _Span(begin, start, False, heading, level)
    yield _Span(start, stop, bool(fence), heading)


def _heading(text: str, mark: re.Match[str], after: int) -> tuple[int, int, str] | None:
    """Start, level and title of the heading at an ATX mark or over a setext line, if there is one."""
    if mark["atx"]:
        title = (mark["title"] or "").strip().rstrip("#").rstrip()
        return mark.start("atx"), len(mark["atx"]), title[:_LONGEST_HEADING]
    end = mark.start() - 1
    if end < after:
        return None
    begin = text.rfind("\n", max(after, end - _LONGEST_HEADING - 1), end) + 1 or after
    # Only a short line of its own is a heading: under a longer paragraph, "---" separates.
    alone = begin == after or not text[max(after, text.rfind("\n", after, begin - 1)) : begin].strip()
    line = text[begin:end]
    if not line.strip() or len(line) > _LONGEST_HEADING or not alone:
        return None
    return begin + len(line) - len(line.lstrip()), 1 if mark["setext"][0] == "=" else 2, line.strip()


def _segment_end(text: str, start: int, stop: int, code: bool) -> int:
    """Where the segment that begins at `start` ends, at most at `stop`."""
    limit = min(stop, start + _LONGEST)
    ends = _LINE_END if code else _END
    position = start
    while mark := ends.search(text, position, limit):
        position = mark.end()
        if _is_long_enough(text, start, position) and (
            mark[0] != "." or not _abbreviates(text, mark.start())
        ):
            return position
    if limit == stop:
        return stop
    return last_break(text, start, limit)


def _is_long_enough(text: str, start: int, end: int) -> bool:
    return columns(text[start : min(end, start + _LETTERS_OF_SHORTEST)]) >= _SHORTEST


def _abbreviates(text: str, stop: int) -> bool:
    """Whether the full stop at `stop` ends an abbreviation or a list number rather than a sentence."""
    following = _VISIBLE.search(text, stop + 1, stop + 80)
    if following and following[0].islower():
        return True
    word = _LAST_WORD.search(text, max(0, stop - 20), stop)
    if not word:
        return False
    initial = len(word[0]) == 1 and word[0].isupper()
    number = word[0].isdigit() and len(word[0]) < 3
    return initial or number or bool(_ABBREVIATIONS.fullmatch(word[0]))


def trimmed(text: str, start: int, end: int) -> int:
    """The end of ``text[start:end]`` without the white space before it."""
    return start + len(text[start:end].rstrip())
