"""A ranked list, with what its percentages mean in this collection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from semblance.browser.pages.dom import View, element, show, speak
from semblance.browser.pages.facts import language_of, link_of, short_facts
from semblance.browser.pages.pictures import thumbnail_element
from semblance.browser.pages.words import counted, words
from semblance.documents import Document
from semblance.matches import Hit, Match
from semblance.places import place_of
from semblance.ranking.distribution import Distribution
from semblance.ranking.words.spans import word_spans
from semblance.wording import excerpt, in_percent, percent

FIELDS = 4  # how many metadata fields a result shows
EXCERPT = 360  # characters of the best passage that a result shows
BEFORE = 80  # so many stand before the first word that is marked
STRIP_WIDTH, STRIP_HEIGHT = 200, 36  # the view box of the strip in index.html


class Results:
    """A list of matches.

    Parameters
    ----------
    container : element
        What holds it.
    href_of : callable
        The address that the result of an item leads to.
    """

    def __init__(self, container: Any, href_of: Callable[[str], str]) -> None:
        self._href_of = href_of
        view = View("t-results")
        container.replaceChildren(view.fragment)
        self._container = container
        self._list = container.querySelector(".results")
        self._caption = view["caption"]
        self._more = view["more"]
        self._note = view["note"]

    def fill(
        self,
        matches: Sequence[Match],
        distribution: Distribution | None,
        more: bool,
        *,
        shown: Sequence[Match] | None = None,
        narrowed: str = "",
        fields: Sequence[str] = (),
        to_picture: bool = False,
        unfinished: str = "",
    ) -> None:
        """Show the matches.

        Parameters
        ----------
        matches : sequence of Match
            Best first.
        distribution : Distribution or None
        more : bool
            Whether more matches can be shown.
        shown : sequence of Match, optional
            The matches in another order.
        narrowed : str
            How the user has narrowed the matches down.
        fields : sequence of str
            Fields of metadata that are shown first.
        to_picture : bool
            Whether the matches are compared with a picture, not with a text.
        unfinished : str
            A word of the query that may be the beginning of one.
        """
        ranks = {match.id: rank for rank, match in enumerate(matches, start=1)}
        # A text and a picture are less alike than two of a kind. So the collection's own pairs are no measure for them.
        across = {match.id for match in matches if bool(match.picture) != to_picture}
        rows = [
            self._row(
                ranks[match.id], match, None if match.id in across else distribution, fields, unfinished
            )
            for match in (shown or matches)
        ]
        self._list.replaceChildren(*rows)
        self._list.classList.toggle("gallery", bool(matches) and all(match.picture for match in matches))
        self._note.textContent = _note(len(matches), narrowed)
        show(self._note, bool(narrowed))
        show(self._more, more)
        cosines = [match.score for match in matches if match.cosine is not None]
        self._place(cosines, None if across else distribution)

    def _row(
        self,
        rank: int,
        match: Match,
        distribution: Distribution | None,
        fields: Sequence[str],
        unfinished: str,
    ) -> Any:
        document, href = match.document, self._href_of(match.id)
        view = View("t-result")
        view.root.dataset.id = match.id
        view["title"].href = href
        view["title"].append(*_with_words_marked(document.title or match.id, match, unfinished))
        _fill_cosine(view, rank, match, distribution)
        for text in ("title", "text"):
            speak(view[text], language_of(document.metadata))
        fill_facts(view, document, FIELDS, fields)
        if match.picture:
            view["picture"].href = view["like"].href = href
            view["picture"].append(thumbnail_element(match.picture))
            view["read"].textContent = words("pictures.view")
        else:
            _fill_passage(view, match, unfinished)
        show(view["picture"], match.picture is not None)
        show(view["like"], match.picture is not None)
        show(view["text"], match.picture is None)
        return view.root

    def _place(self, scores: Sequence[float], distribution: Distribution | None) -> None:
        """Draw the scores among the cosines of the collection's own pairs, and describe the drawing in words."""
        figure = self._container.querySelector(".standing")
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
        self._caption.textContent = caption


def _fill_cosine(view: View, rank: int, match: Match, distribution: Distribution | None) -> None:
    """Show how alike a match is in meaning, as far as it is known."""
    show(view["percent"], match.cosine is not None)
    show(view["bar"].parentElement, match.cosine is not None)
    if match.cosine is None:
        view["standing"].textContent = words("results.by_words", rank=rank)
        return
    view.root.dataset.score = f"{match.score:.6f}"
    view["percent"].textContent = percent(match.score)
    view["standing"].textContent = _standing(rank, match.score, distribution)
    least = distribution.least if distribution is not None else 0.0
    view["bar"].style.width = f"{max(0.0, match.score - least) / (1 - least) * 100:.1f}%"


def _start_of_excerpt(match: Match, unfinished: str) -> int:
    """Where the excerpt begins: with the passage, or later if the words that were looked for would not be in it."""
    passage = match.passage
    spans = _spans(match.document.content[passage.start : passage.end], match, unfinished)
    if not spans or spans[0][1] < EXCERPT:
        return passage.start
    return passage.start + spans[0][0] - BEFORE


def _meant(match: Match, unfinished: str) -> tuple[int, int]:
    """The stretch of a text that a result is about: the first word that was looked for, or else the passage."""
    start, end = match.passage.start, match.passage.end
    spans = _spans(match.document.content[start:end], match, unfinished)
    return (start + spans[0][0], start + spans[0][1]) if spans else (start, end)


def _spans(text: str, match: Match, unfinished: str) -> list[tuple[int, int]]:
    """Where a text has the words of the query."""
    own = match.words if isinstance(match, Hit) else ()
    return word_spans(text, own, beginning=unfinished if unfinished in own else "") if own else []


def _with_words_marked(text: str, match: Match, unfinished: str) -> list[Any]:
    """The parts of a text, with the words of the query that a match has in marks."""
    parts, end = list[Any](), 0
    for start, stop in _spans(text, match, unfinished):
        parts += [text[end:start], element("mark", text[start:stop])]
        end = stop
    return [*parts, text[end:]]


def _note(count_found: int, narrowed: str) -> str:
    if not count_found:
        return words("results.nothing", narrowed=narrowed)
    return counted("results.narrowed", count_found, narrowed=narrowed)


def fill_facts(view: View, document: Document, most: int, fields: Sequence[str]) -> None:
    """Show some short values of an item's metadata, and a link if there is one. Nothing is loaded from there."""
    facts, link = short_facts(document, most, fields), link_of(document.metadata)
    view["metadata"].textContent = facts
    show(view["metadata"], bool(facts))
    show(view["link"], bool(link))
    if link:
        view["link"].href = link


def _standing(rank: int, score: float, distribution: Distribution | None) -> str:
    percentile = distribution.percentile(score) if distribution is not None else None
    if percentile is None:
        return words("results.standing", cosine=f"{score:.3f}", rank=rank)
    return words("results.standing_among_pairs", cosine=f"{score:.3f}", rank=rank, share=_share(percentile))


def _share(share: float) -> str:
    """A share in percent; only all of them is called 100."""
    return in_percent(f"{share:.0f}" if share <= 99 or share == 100 else f"{min(share, 99.9):.1f}")


def _fill_passage(view: View, match: Match, unfinished: str) -> None:
    """Show the best passage. The words that were looked for are marked; else all of it, if it is a part of a longer text."""
    passage, document = match.passage, match.document
    start = _start_of_excerpt(match, unfinished)
    text = excerpt(document.content, start, passage.end, EXCERPT)
    place = place_of(document, *_meant(match, unfinished))
    heading = passage.heading if passage.heading != document.title else ""
    view["heading"].textContent = " · ".join(filter(None, [place.said() if place else "", heading]))
    is_part = passage.end - passage.start < len(document.content.strip())
    if isinstance(match, Hit) and match.words:
        view["passage"].append(*_with_words_marked(text, match, unfinished))
    elif is_part:
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
