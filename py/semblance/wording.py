"""Numbers and names as the page says them."""

from __future__ import annotations

from collections.abc import Container
from itertools import chain
from itertools import count as count_from


def percent(score: float) -> str:
    r"""A cosine as the percentage that is shown: rounded, never by itself called a probability.

    Examples
    --------
    >>> percent(0.634), percent(-0.02), percent(1.0)
    ('63\xa0%', '-2\xa0%', '100\xa0%')
    """
    return f"{round(score * 100)}\xa0%"


def duration(seconds: float) -> str:
    """A stretch of time, as precisely as it is known.

    Examples
    --------
    >>> duration(0.4), duration(42), duration(95), duration(4000)
    ('1 s', '42 s', '2 min', '1 h 7 min')
    """
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


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


def first_words(text: str, most: int = 60) -> str:
    r"""What a text without a title is called: how it begins, cut at a word.

    Examples
    --------
    >>> first_words("\n# Tides\n\nThe moon pulls the sea.")
    'Tides'
    >>> first_words("The moon pulls the sea, and twice a day the water comes in", most=30)
    'The moon pulls the sea, and …'
    >>> first_words("潮" * 100, most=5), first_words(" # ")
    ('潮潮潮潮潮…', 'untitled')
    """
    line = next((line for line in (line.strip("# \t\r") for line in text.splitlines()) if line), "untitled")
    line = " ".join(line.split())
    if len(line) <= most:
        return line
    whole = line[: most + 1].rsplit(" ", 1)[0]
    return f"{line[:most]}…" if len(whole) > most else f"{whole} …"


def free_name(wanted: str, taken: Container[str]) -> str:
    """The name itself, or with the first number that makes it one that is not taken.

    Examples
    --------
    >>> free_name("notes", {"tea"}), free_name("notes", {"notes", "notes (2)"})
    ('notes', 'notes (3)')
    """
    numbered = (f"{wanted} ({number})" for number in count_from(2))
    return next(name for name in chain([wanted], numbered) if name not in taken)
