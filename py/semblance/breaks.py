"""Where a reader would break a text, and how wide it looks, in any script.

A rule of thumb in place of dictionaries. Most scripts break at spaces. Chinese and Japanese break after punctuation, or
else between any two characters but those that a line must not begin or end with (JIS X 4051 calls the rule kinsoku). Thai,
Lao, Khmer and Burmese put spaces between phrases; inside a phrase a syllable begins at a vowel that is written before its
consonant.
"""

from __future__ import annotations

import re
import unicodedata

CHINESE_OR_JAPANESE = (
    "\u2e80-\u2fff\u3001-\u312f\u3190-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff9f\U00020000-\U0003ffff"
)
"""Han, Kana and their punctuation, for a character class of `re`."""

SPACED_BY_PHRASE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
"""Scripts that put spaces between phrases, not words: Thai, Lao, Burmese, Khmer."""

_LONGEST_WORD = 40  # characters that a break goes back for the end of a word; a longer word is broken itself
_MARKS_PER_LETTER = 3  # marks take no room, but a text that is all marks comes to an end, too

_UNSPACED = re.compile(f"[{CHINESE_OR_JAPANESE}{SPACED_BY_PHRASE}]")
_AFTER_CLAUSE = re.compile(r"[、。，．！？；：…」』）】〉》〕｡､｣]")
_SYLLABLE_START = re.compile("[\u0e40-\u0e44\u0ec0-\u0ec4]")  # vowels before their consonant: Thai, Lao
_SPACED_BY_PHRASE = re.compile(f"[{SPACED_BY_PHRASE}]")
# A line must not begin with small Kana or marks of length and repetition.
_NO_START = re.compile(
    "[々ゝゞ〻ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶーヽヾｧ-ｰ\u0e2f\u0e46\u0ec6]"
)
_JOINER = "\u200d"


def columns(text: str) -> int:
    """How wide a text looks, in Latin letters: a Chinese character is two wide, an accent nothing.

    Examples
    --------
    >>> columns("moon"), columns("月亮"), columns("น้ำ")
    (4, 4, 2)
    """
    if text.isascii():
        return len(text)
    return sum(map(_width, text))


def end_of_columns(text: str, start: int, most: int) -> int:
    """The last place in a text so that what lies between it and `start` is at most `most` columns wide."""
    if text[start : start + most].isascii():
        return min(len(text), start + most)
    place, last = start, min(len(text), start + _MARKS_PER_LETTER * most)
    while place < last and (most := most - _width(text[place])) >= 0:
        place += 1
    return place


def is_unspaced(text: str, place: int) -> bool:
    """Whether the character there is of a script that writes no spaces between words."""
    return _UNSPACED.match(text, place) is not None


def may_break(text: str, place: int) -> bool:
    """Whether no word and no character lies on both sides of a place in a text, as far as can be seen."""
    if place <= 0 or place >= len(text):
        return True
    left, right = text[place - 1], text[place]
    if left.isspace() or right.isspace():
        return True
    if _is_inside_character(text, place) or _NO_START.match(right):
        return False
    if unicodedata.category(right) in ("Po", "Pe", "Pf") or unicodedata.category(left) in ("Ps", "Pi"):
        return False  # no stretch begins with a full stop or closing bracket, or ends with an opening one
    if _SPACED_BY_PHRASE.match(left) and _SPACED_BY_PHRASE.match(right):
        return _SYLLABLE_START.match(right) is not None
    return is_unspaced(text, place - 1) or is_unspaced(text, place)


def last_break(text: str, start: int, limit: int) -> int:
    """The last place up to `limit` where a word ends; in an endless word, one between two characters.

    Parameters
    ----------
    text : str
    start : int
        The place that is found lies after this one.
    limit : int

    Examples
    --------
    >>> text = "The moon pulls the sea."
    >>> text[: last_break(text, 0, 12)]
    'The moon '
    """
    places = range(limit, max(start, limit - _LONGEST_WORD - 1), -1)
    word_end = next((place for place in places if may_break(text, place)), 0)
    return word_end or next((p for p in range(limit, start, -1) if not _is_inside_character(text, p)), limit)


def last_gap(text: str, start: int, limit: int) -> int:
    """The last place after `start`, up to `limit`, that has a space or ends a clause; `start` if there is none."""
    for place in range(limit, start, -1):
        if place >= len(text) or text[place].isspace():
            return place
        if _AFTER_CLAUSE.match(text, place - 1) and may_break(text, place):
            return place
    return start


def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _is_inside_character(text: str, place: int) -> bool:
    """Whether a place lies inside a character that is made of several, such as a letter and its accents."""
    left, right = text[place - 1], text[place]
    return _JOINER in (left, right) or unicodedata.category(right).startswith("M") or right == "\u0e33"
