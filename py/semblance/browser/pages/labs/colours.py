"""Numbers as colours: orange below zero, blue above. Colour-blind eyes can tell them apart; see ``labs.css``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from semblance.browser.pages.dom import Element, element, svg
from semblance.browser.pages.labs.words import Words

LEVELS = 12  # shades on each side of zero
MANY = 100  # among so many numbers or more, a few that stand out do not set the scale
MOST = 0.98


@dataclass(frozen=True, slots=True)
class Scale:
    """From ``-most``, or from zero if no value is `signed`, to ``most``.

    Examples
    --------
    >>> Scale.covering([0.1, -0.4], whole=True).level(-0.2)
    -6
    >>> Scale(1).level(7.0)
    12
    """

    most: float
    signed: bool = True

    @classmethod
    def covering(cls, values: Sequence[float], whole: bool = False) -> Scale:
        """A scale on which the values differ well. With `whole`, no value is beyond its end."""
        sizes = sorted(abs(value) for value in values)
        if not sizes or not sizes[-1]:
            return cls(1)
        most = sizes[-1] if whole or len(sizes) < MANY else sizes[int(len(sizes) * MOST)] or sizes[-1]
        return cls(most, signed=min(values) < 0)

    def level(self, value: float) -> int:
        """A whole number from ``-LEVELS`` to ``LEVELS``."""
        return round(max(-1.0, min(1.0, value / self.most)) * LEVELS)

    def colour(self, element: Element, value: float) -> None:
        """Give an element the colour of a value."""
        _colour(element, self.level(value))

    def legend(self, words: Words) -> Element:
        """A legend of the colours."""
        legend = element("p", class_name="lab-legend quiet")
        bar = element("span", class_name="lab-legend-bar" if self.signed else "lab-legend-bar lab-unsigned")
        bar.setAttribute("aria-hidden", "true")
        low, high = f"−{self.most:.2g}", f"{self.most:.2g}"
        key = "figures.scale" if self.signed else "figures.scale_unsigned"
        legend.append(bar, words(key, low=low, high=high))
        return legend


def _colour(element: Element, level: int) -> None:
    element.classList.add("lab-colour", "lab-below" if level < 0 else "lab-above")
    element.style.setProperty("--share", f"{abs(level) / LEVELS:.0%}")


def strip(values: Sequence[float], scale: Scale) -> Element:
    """A row of cells with a colour for each number. Cells of the same colour are one path."""
    cells = defaultdict(list)
    for at, value in enumerate(values):
        cells[scale.level(value)].append(at)
    picture = svg("svg", viewBox=f"0 0 {len(values)} 1", preserveAspectRatio="none")
    picture.setAttribute("class", "lab-strip")
    picture.setAttribute("aria-hidden", "true")
    for level, places in cells.items():
        path = svg("path", d="".join(f"M{at} 0h1v1h-1z" for at in places))
        _colour(path, level)
        picture.append(path)
    return picture
