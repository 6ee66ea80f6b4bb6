"""Lists that a learner writes into a box, one entry a line."""

from __future__ import annotations


def lines(text: str, most: int | None = None) -> list[str]:
    r"""The lines that are not blank; at most `most` of them, if it is given.

    Examples
    --------
    >>> lines(" one\n\n two ")
    ['one', 'two']
    """
    return [line.strip() for line in text.splitlines() if line.strip()][:most]


def labelled(text: str) -> list[tuple[str, str]]:
    r"""Lines of the form ``label: text``; one without a label continues those of the label above.

    Examples
    --------
    >>> labelled("fruit: an apple\na pear\ntool: a saw")
    [('fruit', 'an apple'), ('fruit', 'a pear'), ('tool', 'a saw')]
    """
    label, entries = "", []
    for line in lines(text):
        before, colon, after = line.partition(":")
        label, entry = (before.strip(), after.strip()) if colon else (label, line)
        if entry:
            entries.append((label, entry))
    return entries
