"""How alike results are among all pairs of a collection: in words for each, and as a drawing for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from semblance.browser.pages.dom import show
from semblance.browser.pages.words import words
from semblance.ranking.distribution import Distribution
from semblance.wording import in_percent, percent

STRIP_WIDTH, STRIP_HEIGHT = 200, 36  # the view box of the strip in index.html


def standing(rank: int, score: float, distribution: Distribution | None) -> str:
    """What a cosine is worth: its rank and, where they can be compared, the share of pairs that are less alike."""
    percentile = distribution.percentile(score) if distribution is not None else None
    if percentile is None or distribution is None:
        return words("results.standing", cosine=f"{score:.3f}", rank=rank)
    cosine, share = f"{score:.3f}", _share(percentile)
    if distribution.is_contrasted:
        return words("results.standing_contrasted", cosine=cosine, rank=rank, share=share)
    return words("results.standing_among_pairs", cosine=cosine, rank=rank, share=share)


def draw(figure: Any, scores: Sequence[float], distribution: Distribution | None) -> None:
    """Draw scores among the cosines of the collection's own pairs, and describe the drawing in words."""
    quartiles = distribution.quartiles if distribution is not None and scores else None
    show(figure, quartiles is not None)
    if quartiles is None or distribution is None:
        return
    counts, edges = distribution.histogram()
    low, high = min(edges[0], *scores), max(edges[-1], *scores)
    figure.querySelector(".strip-bars").setAttribute("d", _bars(counts, edges, low, high))
    figure.querySelector(".strip-marks").setAttribute("d", _marks(scores, low, high))
    caption = words(
        "results.drawing",
        quarter=percent(quartiles[0]),
        three_quarters=percent(quartiles[2]),
        lowest=percent(min(scores)),
        highest=percent(max(scores)),
    )
    if distribution.least > 0:
        caption += " " + words(
            "results.all_high", half=percent(quartiles[1]), least=percent(distribution.least)
        )
    if distribution.is_contrasted:
        caption += " " + words("results.contrasted")
    if distribution.is_mapped:
        caption += " " + words("results.mapped")
    figure.querySelector("figcaption").textContent = caption


def _share(share: float) -> str:
    """A share in percent; only all of them is called 100."""
    return in_percent(f"{share:.0f}" if share <= 99 or share == 100 else f"{min(share, 99.9):.1f}")


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
