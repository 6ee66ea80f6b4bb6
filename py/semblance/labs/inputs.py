"""Reading what learners type."""

from __future__ import annotations

MOST_LINES = 20


def lines(text: str) -> list[str]:
    r"""The lines of a text that are not empty, the first `MOST_LINES` at most.

    Examples
    --------
    >>> lines("one \n\n two")
    ['one', 'two']
    """
    return [line.strip() for line in text.splitlines() if line.strip()][:MOST_LINES]
