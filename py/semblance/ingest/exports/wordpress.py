"""A WordPress export (WXR): the published posts and pages among what a feed holds."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

_OWN_TYPES = re.compile(
    r"attachment|revision|nav_menu_item|custom_css|customize_changeset|oembed_cache|user_request|wp_\w+|acf-.*|wpcf7\w*"
)
_SHORTCODE = re.compile(
    r"\[/?(?:caption|wp_caption|gallery|embed|audio|video|playlist|contact-form(?:-7)?|more|vc_\w+|et_pb_\w+)\b[^\[\]]*+\]"
)
_BLOCK = re.compile(r"<(?:p|div|ul|ol|h[1-6]|table|blockquote|!-- wp:)", re.IGNORECASE)


def is_left_out(entry: Element) -> bool:
    """Whether an entry is a draft, a picture, or a part of the site's design. Of other feeds' entries none is."""
    type = (entry.findtext("wp:post_type") or "").strip()
    status = (entry.findtext("wp:status") or "publish").strip()
    return bool(type) and (status != "publish" or _OWN_TYPES.fullmatch(type) is not None)


def without_shortcodes(html: str) -> str:
    """A post's HTML without the marks in brackets, and with the paragraphs that WordPress makes of blank lines.

    Examples
    --------
    >>> without_shortcodes('One [gallery ids="1,2"]two')
    'One two'
    """
    html = _SHORTCODE.sub("", html)
    return html if _BLOCK.search(html) else html.replace("\n\n", "<p>")
