"""The comments that mark the place of the links to related posts in a page."""

from __future__ import annotations

import re

BEGIN, END = "<!-- semblance:related -->", "<!-- /semblance:related -->"

_BEGIN, _END = r"<!--\s*semblance:related\s*-->", r"<!--\s*/semblance:related\s*-->"
PLACE = re.compile(rf"{_BEGIN}(?:((?:(?!{_BEGIN}).)*?){_END})?", re.DOTALL)
"""The place of links: an opening comment, and the text up to the closing comment if there is one."""


def has_links(text: str) -> bool:
    """Whether a page holds links of an earlier run."""
    return any((place[1] or "").strip() for place in PLACE.finditer(text))


def without_links(text: str) -> str:
    """A page as it was before links were written into it.

    Examples
    --------
    >>> without_links("<p>Tea<!-- semblance:related --><nav>...</nav><!-- /semblance:related -->")
    '<p>Tea'
    """
    return PLACE.sub("", text)
