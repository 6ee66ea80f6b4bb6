"""Lines of a printed page become paragraphs: without running heads, with divided words whole."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low
from typing import NamedTuple

from semblance.breaks import CHINESE_OR_JAPANESE, columns
from semblance.ingest.papers.writing import BETWEEN_CELLS

_LIGATURES = {
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
    "\uf001": "fi", "\uf002": "fl",  # where fonts of Windows keep them
    "\u00a0": " ", "\t": " ", "\u200b": None, "\ufeff": None, "\x00": None,
}  # fmt: skip
_CLEAN = str.maketrans(_LIGATURES)
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad]$")
_WORD_AT_END = re.compile(r"[^\W\d_]+$")
_WORD_AT_START = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b")
_NUMBER = re.compile(r"\d{1,6}")
_LEADERS = re.compile(r"(?:\s*[.·…]){5,}\s*")  # the dots that lead to a page's number
_BULLET = re.compile(r"^(?:[•‣▪◦●○■–—*-]|\(?\d{1,3}[.)]|\(?[a-z]\))\s")
_BULLET_MARK = re.compile(r"^[•‣▪◦●○■]\s*")
_WIDE = re.compile(f"[{CHINESE_OR_JAPANESE}]")

_EDGE = 2  # lines at the top and at the bottom of a page that may be running heads
_REPEATED_ON = 3  # pages, at least
_SHARE_OF_PAGES = 0.3
_WIDER = 1.35  # a gap of so many leadings parts paragraphs
_FAR = 3  # sizes: lines so far apart are not of one column
_INDENT = 0.8  # of the size: a line that begins so much further in begins a paragraph
_MOST_INDENT = 6
_LARGER = 1.15  # than most of the text: a heading
_LONGEST_HEADING = 200
_HEADING_LEVELS = 3
_WIDTH = 0.6  # of a column, in the size of letters, so that a text is rather taken to be wider than it is
_BETWEEN_CELLS = 1.2  # a gap of so many sizes parts the cells of a table


class Line(NamedTuple):
    """A line of a page: where it begins, in points, and how large its letters are. Cells of a table are parted in it."""

    text: str
    x: float
    y: float
    size: float


class Lines:
    """Collects the pieces of text that a page's program draws."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._text = ""
        self._place: tuple[float, float, float] | None = None
        self._end_of_text = math.inf  # about where the piece before ends

    def add(self, text: str, outer: Sequence[float], inner: Sequence[float], size: float) -> None:
        """Add a piece; it is drawn by two matrices, one in the other, as PDF defines them."""
        for number, part in enumerate(text.split("\n")):
            if number:
                self._end()
            if not part.strip():
                self._text += part
                continue
            x, _y, height = place = _place(outer, inner, size)
            if x > self._end_of_text + _BETWEEN_CELLS * height:
                self._text += BETWEEN_CELLS
            self._place = self._place or place
            self._text += part
            self._end_of_text = x + _WIDTH * height * columns(part.strip())

    def lines(self) -> list[Line]:
        """All lines with text."""
        self._end()
        return self._lines

    def _end(self) -> None:
        text = " ".join(_LEADERS.sub(" … ", self._text.translate(_CLEAN)).split())
        if text:
            self._lines.append(Line(text, *(self._place or (0.0, 0.0, 0.0))))
        self._text, self._place, self._end_of_text = "", None, math.inf


def _place(outer: Sequence[float], inner: Sequence[float], size: float) -> tuple[float, float, float]:
    a, b, c, d, e, f = outer
    x = a * inner[4] + c * inner[5] + e
    y = b * inner[4] + d * inner[5] + f
    height = math.hypot(a * inner[2] + c * inner[3], b * inner[2] + d * inner[3])
    return x, y, abs(size) * height


@dataclass(frozen=True, slots=True)
class LaidOut:
    """The text of each page; the text in the largest letters of the first page that has larger ones."""

    pages: list[str]
    title: str


def laid_out(pages: Sequence[Sequence[Line]]) -> LaidOut:
    """The paragraphs of pages."""
    kept = _without_running_heads(pages)
    sizes = Counter[float]()
    words = Counter[str]()
    for page in kept:
        for line in page:
            sizes[round(line.size, 1)] += len(line.text)
            words.update(word.lower() for word in re.findall(r"\w+(?:-\w+)+|\w+", line.text))
    usual = sizes.most_common(1)[0][0] if sizes else 0.0
    larger = sorted((size for size in sizes if usual and size > _LARGER * usual), reverse=True)
    levels = {size: min(level, _HEADING_LEVELS) for level, size in enumerate(larger, 1)}
    texts: list[str] = []
    title = ""
    leading = _leading(kept)
    for page in kept:
        paragraphs = [
            (_joined(lines, words), round(lines[0].size, 1)) for lines in _paragraphs(page, leading)
        ]
        headings = [
            (text, size) for text, size in paragraphs if size in levels and len(text) <= _LONGEST_HEADING
        ]
        if headings and not title:
            title = max(headings, key=lambda heading: heading[1])[0]
        blocks = [
            f"{'#' * levels[size]} {text}" if (text, size) in headings else text for text, size in paragraphs
        ]
        texts.append("\n\n".join(blocks))
    return LaidOut(_with_whole_words(texts, words), title)


def _without_running_heads(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Pages without the lines at their edges that many of them have, and those with a number that grows with the pages."""
    repeated = Counter[object]()
    for number, page in enumerate(pages):
        repeated.update({key for line in _edges(page) for key in _keys(line, number)})
    least = max(_REPEATED_ON, _SHARE_OF_PAGES * len(pages))
    heads = {
        key for key, count in repeated.items() if count >= (least if isinstance(key, str) else _REPEATED_ON)
    }
    return [
        [line for at, line in enumerate(page) if not (_is_at_edge(at, page) and heads & _keys(line, number))]
        for number, page in enumerate(pages)
    ]


def _edges(page: Sequence[Line]) -> list[Line]:
    return [line for at, line in enumerate(page) if _is_at_edge(at, page)]


def _is_at_edge(at: int, page: Sequence[Line]) -> bool:
    return at < _EDGE or at >= len(page) - _EDGE


def _keys(line: Line, page: int) -> set[object]:
    """What a running head has in common with those of other pages: its text, or the distance of a number to the page's."""
    numbers = (int(number) for number in _NUMBER.findall(line.text))
    text = line.text.lower()
    return {text, *((_pattern(line), number - page) for number in numbers)}


def _pattern(line: Line) -> str:
    return _DIGITS.sub("#", line.text.lower())


def _leading(pages: Sequence[Sequence[Line]]) -> float:
    """The usual distance of lines, in sizes of their letters."""
    gaps = [
        abs(after.y - before.y) / after.size
        for page in pages
        for before, after in pairwise(page)
        if _same_size(before, after) and 0 < abs(after.y - before.y) < _FAR * after.size
    ]
    return median_low(gaps) if gaps else 0.0


def _paragraphs(page: Sequence[Line], leading: float) -> Iterator[list[Line]]:
    """The lines of each paragraph. A wider gap, an indent, a bullet or letters of another size begin one."""
    paragraph: list[Line] = []
    for line in page:
        if paragraph and _begins(line, paragraph[-1], leading):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _begins(line: Line, before: Line, leading: float) -> bool:
    """Whether a line begins a paragraph."""
    if not _same_size(line, before) or _BULLET.match(line.text):
        return True
    gap = abs(line.y - before.y)
    if gap > _FAR * line.size:  # the next column, or the other side of a picture
        return not (line.text[:1].islower() and before.text[-1:].isalpha())
    if leading and gap > _WIDER * leading * line.size:
        return True
    indent = line.x - before.x
    return _INDENT * line.size < indent < _MOST_INDENT * line.size and before.text[-1:] in '.!?:”"’»。！？'


def _same_size(one: Line, other: Line) -> bool:
    return abs(one.size - other.size) <= 0.1 * max(one.size, other.size)


def _joined(lines: Sequence[Line], words: Counter[str]) -> str:
    """The lines of a paragraph as one."""
    text = _BULLET_MARK.sub("- ", lines[0].text)
    for before, line in pairwise(lines):
        is_row = BETWEEN_CELLS in before.text or BETWEEN_CELLS in line.text
        text = f"{text}\n{line.text}" if is_row else _join(text, line.text, words)
    return text


def _join(text: str, line: str, words: Counter[str]) -> str:
    """A text and its next line, as they would stand on one line."""
    if _HYPHEN.search(text) and line[:1].isalpha():
        return text[:-1] + line if _is_divided(text, line, words) else text + line
    if _WIDE.match(text[-1:]) and _WIDE.match(line):
        return text + line
    return f"{text} {line}"


def _is_divided(text: str, line: str, words: Counter[str]) -> bool:
    """Whether a hyphen at a line's end divides a word. Elsewhere in the file the word may stand whole, or with a hyphen."""
    if text[-1] == "\u00ad":
        return True
    start, end = _WORD_AT_END.search(text[:-1]), _WORD_AT_START.match(line)
    if not start or not end or not end[0].islower():
        return False
    with_hyphen, whole = f"{start[0]}-{end[0]}".lower(), f"{start[0]}{end[0]}".lower()
    return words[whole] >= words[with_hyphen]


def _with_whole_words(pages: list[str], words: Counter[str]) -> list[str]:
    """Pages whose last word is not divided: its rest is on the next."""
    whole = list(pages)
    for at, (page, following) in enumerate(pairwise(pages)):
        rest = _WORD_AT_START.match(whole[at + 1])
        if _HYPHEN.search(page) and rest and _is_divided(page, following, words):
            whole[at] = whole[at][:-1] + rest[0]
            whole[at + 1] = whole[at + 1][rest.end() :].lstrip()
    return whole
