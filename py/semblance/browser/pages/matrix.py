"""Tables of cosines: headings, and cells whose shade says how much."""

from __future__ import annotations

from semblance.browser.pages.dom import Element, element
from semblance.wording import percent


def heading(text: str, scope: str) -> Element:
    """A heading of a row or a column. Its title has the whole text, in case the heading is cut off."""
    cell = element("th", text)
    cell.scope, cell.title = scope, text
    return cell


def shaded(value: float, title: str = "", class_name: str = "") -> Element:
    """A share or a cosine in percent. The ground is stronger for higher values."""
    cell = element("td", percent(value), class_name)
    cell.title = title
    share = max(0.0, value) * 100
    cell.style.background = f"color-mix(in srgb, var(--accent-soft) {share:.0f}%, transparent)"
    return cell
