"""Numbers and names as the page says them, in its language."""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import chain
from itertools import count as count_from
from typing import Any

from semblance.breaks import end_of_columns, is_unspaced, last_break, may_break
from semblance.messages import Message
from semblance.places import PAGE_BREAK

_LONGEST_WORD = 40  # characters in which a stretch looks for the beginning of a word
_INK = re.compile(r"\S")


# Each pattern looks at a bounded stretch, so a hostile text takes no longer than another. They are compiled on first use.
_MARKUP = (
    (r"(?m)^(… ?)?[ ]{0,3}(?:`{3,}|~{3,})[^\n]{0,100}$", r"\1"),  # the fences of code
    (r"(?m)^(… ?)?[ ]{0,3}(?:#{1,6}|>|[-*+])[ \t]", r"\1"),  # headings, quotations, items of lists
    (r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{0,1000}\)", r"\1"),  # links and pictures
    (r"\[([^\[\]\n]{0,300})(?:\](?:\([^()\s]{0,1000})?)?…$", r"\1…"),  # a link that is cut off
    (r"(\*\*|__)(?=\S)([^\n*_]{1,300})(?<=\S)\1", r"\2"),
    (r"(?<![\w*])\*(?=[^\s*])([^\n*]{1,300})(?<=[^\s*])\*(?![\w*])", r"\1"),
    (r"`([^`\n]{1,300})`", r"\1"),
)


def percent(score: float) -> str:
    r"""A cosine as the percentage that is shown: rounded, never by itself called a probability.

    Examples
    --------
    >>> percent(0.634), percent(-0.02), percent(1.0)
    ('63\xa0%', '-2\xa0%', '100\xa0%')
    """
    return in_percent(f"{round(score * 100)}")


def in_percent(number: str) -> str:
    """A number of percent."""
    return Message("wording.percent", number=number).said()


def duration(seconds: float) -> str:
    """A stretch of time, as precisely as it is known.

    Examples
    --------
    >>> duration(0.4), duration(42), duration(95), duration(4000)
    ('1 s', '42 s', '2 min', '1 h 7 min')
    """
    if seconds < 60:
        return Message("wording.seconds", count=max(1, round(seconds))).said()
    minutes = round(seconds / 60)
    if minutes < 60:
        return Message("wording.minutes", count=minutes).said()
    return Message("wording.hours", hours=minutes // 60, minutes=minutes % 60).said()


def size(count: float) -> str:
    """A number of bytes.

    Examples
    --------
    >>> size(900), size(3_456_000)
    ('900 B', '3.5 MB')
    """
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} B" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def count(number: int, noun: str, plural: str = "") -> str:
    """A number of things.

    Examples
    --------
    >>> count(1, "item"), count(1200, "item"), count(2, "entry", "entries")
    ('1 item', '1,200 items', '2 entries')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def written(value: Any) -> str:
    """A value of metadata as a person would write it.

    Examples
    --------
    >>> written(45.0), written(4.5), written("45.00"), written(True), written(["sea", 7])
    ('45', '4.5', '45.00', 'true', 'sea, 7')
    """
    if isinstance(value, list):
        return ", ".join(map(written, value))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def first_words(text: str, most: int = 60) -> str:
    r"""What a text without a title is called: how it begins, cut at a word.

    Examples
    --------
    >>> first_words("\n# Tides\n\nThe moon pulls the sea.")
    'Tides'
    >>> first_words("The moon pulls the sea, and twice a day the water comes in", most=30)
    'The moon pulls the sea, and …'
    >>> first_words("潮" * 100, most=10), first_words(" # ")
    ('潮潮潮潮潮…', 'untitled')
    """
    lines = (line.strip("# \t\r") for line in text.splitlines())
    line = next(filter(None, lines), Message("wording.untitled").said())
    return excerpt(" ".join(line.split()), most=most)


def excerpt(text: str, start: int = 0, end: int | None = None, most: int = 360) -> str:
    """A stretch of a text that begins and ends at words; an ellipsis stands on each side where the text goes on.

    Parameters
    ----------
    text : str
    start, end : int
        Where the stretch is to lie.
    most : int
        How wide it may be: see `semblance.breaks.columns`.

    Examples
    --------
    >>> text = "The moon pulls the sea, and the sun helps it."
    >>> excerpt(text), excerpt(text, most=20), excerpt(text, 11, 23), excerpt(text, 28)
    ('The moon pulls the sea, and the sun helps it.', 'The moon pulls the …', '… the sea, …', '… the sun helps it.')
    >>> excerpt("月が海を引く。太陽も引く。", 2, most=10)
    '…海を引く。…'
    """
    end = len(text) if end is None else end
    words = (at for at in range(start, min(end, start + _LONGEST_WORD)) if may_break(text, at))
    start = next((at for at in words if not text[at].isspace()), start)
    limit = end_of_columns(text, start, most)
    if limit < end:
        end = last_break(text, start, limit) if limit > start else limit
    shown = text[start:end].strip().replace(PAGE_BREAK, "")
    before = "" if not _INK.search(text, 0, start) else "…" if is_unspaced(shown, 0) else "… "
    is_glued = end < len(text) and (is_unspaced(text, max(0, end - 1)) or not may_break(text, end))
    after = "" if not _INK.search(text, end) else "…" if is_glued else " …"
    return f"{before}{shown}{after}"


def without_markup(text: str) -> str:
    r"""A text of one paragraph, without the marks of Markdown around its words.

    Examples
    --------
    >>> without_markup("## Tea\n\n- *Green* [tea](https://a.example) with `salt`\n```sh\nmake tea\n```")
    'Tea Green tea with salt make tea'
    >>> without_markup("The [moon](https://a.exam…"), without_markup("The [moon]…")
    ('The moon…', 'The moon…')
    >>> without_markup("2 * 3 * 4 and snake_case_name and #1")
    '2 * 3 * 4 and snake_case_name and #1'
    """
    for pattern, kept in _MARKUP:
        text = re.sub(pattern, kept, text)
    return " ".join(text.split())


def free_name(wanted: str, taken: Container[str]) -> str:
    """The name itself, or with the first number that makes it one that is not taken.

    Examples
    --------
    >>> free_name("notes", {"tea"}), free_name("notes", {"notes", "notes (2)"})
    ('notes', 'notes (3)')
    """
    numbered = (f"{wanted} ({number})" for number in count_from(2))
    return next(name for name in chain([wanted], numbered) if name not in taken)
