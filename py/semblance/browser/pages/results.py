"""A ranked list, with what its percentages mean in this collection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from semblance.browser.pages.address import Address
from semblance.browser.pages.dom import View, element, show
from semblance.collection import Match
from semblance.distribution import Distribution
from semblance.wording import percent

EXCERPT = 360  # characters of the best passage that a result shows
STRIP_WIDTH, STRIP_HEIGHT = 200, 36  # the view box of the strip in index.html


class Results:
    """A list of matches inside ``container``."""

    def __init__(self, container: Any) -> None:
        view = View("t-results")
        container.replaceChildren(view.fragment)
        self._container = container
        self._list = container.querySelector(".results")
        self._caption = view["caption"]
        self._more = view["more"]

    def fill(self, matches: Sequence[Match], distribution: Distribution | None, more: bool) -> None:
        """Show the matches; ``more`` says whether there are further ones to ask for."""
        rows = [_row(rank, match, distribution) for rank, match in enumerate(matches, start=1)]
        self._list.replaceChildren(*rows)
        show(self._more, more)
        self._place([match.score for match in matches], distribution)

    def _place(self, scores: Sequence[float], distribution: Distribution | None) -> None:
        """Draw where the scores stand among the cosines of the collection's own pairs, and say it in words."""
        figure = self._container.querySelector(".standing")
        quartiles = distribution.quartiles if distribution is not None and scores else None
        show(figure, quartiles is not None)
        if quartiles is None or distribution is None:
            return
        counts, edges = distribution.histogram()
        low, high = min(edges[0], *scores), max(edges[-1], *scores)
        figure.querySelector(".strip-bars").setAttribute("d", _bars(counts, edges, low, high))
        figure.querySelector(".strip-marks").setAttribute("d", _marks(scores, low, high))
        self._caption.textContent = (
            f"Grey: how alike this collection's own pairs of items are; half of them lie between "
            f"{percent(quartiles[0])} and {percent(quartiles[2])}. Lines: these results, "
            f"from {percent(scores[-1])} to {percent(scores[0])}."
        )


def _row(rank: int, match: Match, distribution: Distribution | None) -> Any:
    view = View("t-result").fill(
        title=match.document.title or match.id,
        percent=percent(match.score),
        standing=_standing(rank, match.score, distribution),
    )
    view.root.dataset.id = match.id
    view.root.dataset.score = f"{match.score:.6f}"
    view["title"].href = str(Address("related", match.id))
    view["bar"].style.width = f"{max(0.0, match.score) * 100:.1f}%"
    _fill_passage(view, match)
    return view.root


def _standing(rank: int, score: float, distribution: Distribution | None) -> str:
    words = f"Cosine {score:.3f} · rank {rank}"
    percentile = distribution.percentile(score) if distribution is not None else None
    if percentile is None:
        return words
    return f"{words} · more alike than {_share(percentile)} of this collection's own pairs"


def _share(share: float) -> str:
    """A share in percent; only all of them is called 100."""
    return f"{share:.0f} %" if share <= 99 or share == 100 else f"{min(share, 99.9):.1f} %"


def _fill_passage(view: View, match: Match) -> None:
    """The best passage; marked where it is a part of a longer text."""
    passage, document = match.passage, match.document
    text = match.excerpt.strip()
    if len(text) > EXCERPT:
        text = text[:EXCERPT].rsplit(" ", 1)[0] + " …"
    view["heading"].textContent = passage.heading if passage.heading != document.title else ""
    is_part = passage.end - passage.start < len(document.content.strip())
    if is_part:
        view["passage"].append(element("mark", text))
    else:
        view["passage"].textContent = text


def _bars(counts: Any, edges: Any, low: float, high: float) -> str:
    """An SVG path of one bar for each bin."""
    x = (edges - low) / (high - low) * STRIP_WIDTH
    heights = counts / max(1, int(counts.max())) * STRIP_HEIGHT
    bars = zip(x, np.diff(x) * 0.9, heights, strict=False)  # one edge more than bins
    return "".join(
        f"M{left:.2f} {STRIP_HEIGHT}v{-up:.2f}h{width:.2f}v{up:.2f}z" for left, width, up in bars if up
    )


def _marks(scores: Sequence[float], low: float, high: float) -> str:
    """An SVG path of one line for each score."""
    places = (np.asarray(scores) - low) / (high - low) * STRIP_WIDTH
    return "".join(f"M{place:.2f} 4V{STRIP_HEIGHT}" for place in places)
