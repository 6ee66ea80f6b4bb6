"""The comments between which the links to related posts stand in a page."""

from __future__ import annotations

import re

BEGIN, END = "<!-- semblance:related -->", "<!-- /semblance:related -->"

_BEGIN, _END = r"<!--\s*semblance:related\s*-->", r"<!--\s*/semblance:related\s*-->"
PLACE = re.compile(rf"{_BEGIN}(?:((?:(?!{_BEGIN}).)*?){_END})?", re.DOTALL)
"""Where links are written: an opening comment, and what follows up to the closing one if there is one."""


def has_links(text: str) -> bool:
    """Whether links were written into a page before."""
    return any((place[1] or "").strip() for place in PLACE.finditer(text))


def without_links(text: str) -> str:
    """A page as it was before links were written into it.

    Examples
    --------
    >>> without_links("<p>Tea<!-- semblance:related --><nav>...</nav><!-- /semblance:related -->")
    '<p>Tea'
    """
    return PLACE.sub("", text)
