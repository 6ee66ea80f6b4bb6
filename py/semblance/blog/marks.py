"""What marks a list of related posts in a page: the comments around it, if an author put them there, and its class."""

from __future__ import annotations

import re

BEGIN, END = "<!-- semblance:related -->", "<!-- /semblance:related -->"

_BEGIN, _END = r"<!--\s*semblance:related\s*-->", r"<!--\s*/semblance:related\s*-->"
MARKED = re.compile(rf"{_BEGIN}(?:((?:(?!{_BEGIN}).)*?){_END})?", re.DOTALL)
"""The place of links that an author marked: an opening comment, and the text up to the closing comment if there is one."""

WRITTEN = re.compile(
    r"""\n?<(aside|nav)\b(?=[^>]*?\sclass\s*=\s*["']?(?:[^"'>]*\s)?semblance-related[\s"'>])[^>]*>"""
    r"(?:(?!<(?:aside|nav)\b).)*?</\1\s*>",
    re.DOTALL | re.IGNORECASE,
)
"""A list, as this program writes it; it is known without its comments, which minifiers take away."""


def has_links(text: str) -> bool:
    """Whether a page holds links of an earlier run."""
    return WRITTEN.search(text) is not None or any(
        (place[1] or "").strip() for place in MARKED.finditer(text)
    )


def without_links(text: str) -> str:
    """A page as it was before links were written into it.

    Examples
    --------
    >>> without_links('<p>Tea<!-- semblance:related --><nav class="semblance-related">...</nav><!-- /semblance:related -->')
    '<p>Tea'
    """
    return WRITTEN.sub("", MARKED.sub("", text))
