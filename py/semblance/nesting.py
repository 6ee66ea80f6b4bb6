"""The depth of brackets in JSON, found without recursion.

Python's own decoder recurses. Deep JSON makes CPython raise `RecursionError`. In Pyodide it ends the page's Python
for good ("Maximum call stack size exceeded", which no ``except`` catches). So the decoder only gets JSON that is
known to be shallow.
"""

from __future__ import annotations

import re

# Everything up to the next bracket outside of strings. Possessive, so that nothing is tried twice.
_TO_BRACKET = re.compile(r'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+([\[\]{}])', re.DOTALL)


def is_too_deep(text: str, most: int, start: int = 0) -> bool:
    r"""Whether the JSON value that begins at `start` has more than `most` brackets open at once.

    Examples
    --------
    >>> is_too_deep('[{"a": "[[["}]', 2), is_too_deep('[{"a": []}]', 2), is_too_deep("[" * 100_000, 99)
    (False, True, True)
    """
    if not text.startswith(("[", "{"), start):
        return False
    depth = 0
    while match := _TO_BRACKET.match(text, start):
        depth += 1 if match[1] in "[{" else -1
        if not 0 < depth <= most:
            break
        start = match.end()
    return depth > most
