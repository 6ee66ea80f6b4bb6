"""A ranked list, with what its percentages mean in this collection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from semblance.browser.pages.dom import View, element, show, speak
from semblance.browser.pages.facts import language_of, link_of, short_facts
from semblance.browser.pages.pictures import thumbnail_element
from semblance.browser.pages.words import counted, words
from semblance.documents import Document, Passage
from semblance.embedding.sentences import segment
from semblance.matches import Hit, Match
from semblance.places import place_of
from semblance.ranking.distribution import Distribution
from semblance.ranking.words.spans import word_spans
from semblance.wording import excerpt, in_percent, percent, without_markup

FIELDS = 4  # how many metadata fields a result shows
EXCERPT = 360  # characters of the best passage that a result shows, as far as its lines have room
WITHOUT_SCROLLING = 160  # so many are seen even on a narrow screen
LONGEST_HEADING = 400
BEFORE = 80  # so many stand before the first word that is marked, or before the telling sentence
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
        self.matches: Sequence[Match] = ()  # as they are shown
        self._shown: dict[str, tuple[View, Match, str]] = {}  # by id: its row, and what that was filled with
        self._asked: tuple[str, ...] = ()
        self._sentences: dict[
            tuple[Passage, str], Passage
        ] = {}  # that are known, by best passage and its text
        view = View("t-results")
        container.replaceChildren(view.fragment)
        self._container = container
        self._list = container.querySelector(".results")
        self._caption = view["caption"]
        self._more = view["more"]
        self._copying = [view["copy-links"], view["copy-prompt"]]
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
        asked: tuple[str, ...] = (),
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
        asked : tuple of str
            What the matches were found for. As long as it stays the same, telling sentences that are known stay too.
        """
        if asked != self._asked:
            self._asked, self._sentences = asked, {}
        self._shown, self.matches = {}, shown or matches
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
        show(self._copying[0], bool(matches))
        show(self._copying[1], any(match.picture is None for match in matches))
        cosines = [match.score for match in matches if match.cosine is not None]
        self._place(cosines, None if across else distribution)

    @property
    def most_tokens(self) -> int:
        """How many tokens a prompt may have that is made of these results."""
        field = self._container.querySelector("[name=tokens]")
        return int(field.value or field.defaultValue)

    def untold(self, matches: Sequence[Match]) -> list[Match]:
        """The matches whose telling sentence is not known yet."""
        return [match for match in matches if (match.passage, match.excerpt) not in self._sentences]

    def tell(self, id: str, sentence: Passage) -> None:
        """Mark the sentence of a match that is nearest to what was looked for."""
        if id in self._shown:
            view, match, unfinished = self._shown[id]
            self._sentences[match.passage, match.excerpt] = sentence
            _fill_passage(view, match, unfinished, sentence)

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
        view["source"].textContent = match.id if document.title not in ("", match.id) else ""
        self._shown[match.id] = view, match, unfinished
        for text in ("title", "text"):
            speak(view[text], language_of(document.metadata))
        fill_facts(view, document, FIELDS, fields)
        if match.picture:
            view["picture"].href = view["like"].href = href
            view["picture"].append(thumbnail_element(match.picture))
            view["read"].textContent = words("pictures.view")
        else:
            _fill_passage(view, match, unfinished, self._sentences.get((match.passage, match.excerpt)))
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
    if match.cosine is None:
        view["by-words"].textContent = words("results.by_words", rank=rank)
        return
    view.root.dataset.score = f"{match.score:.6f}"
    view["percent"].textContent = percent(match.score)
    view["score"].title = view["standing"].textContent = _standing(rank, match.score, distribution)


def _start_of_excerpt(match: Match, unfinished: str, sentence: Passage | None) -> int:
    """Where the excerpt begins: with the passage, or later if what is marked would not be in it."""
    passage = match.passage
    start = _after_title(match)
    if sentence is not None:
        return start if sentence.start - start < BEFORE else sentence.start
    spans = _spans(match.document.content[passage.start : passage.end], match, unfinished)
    if not spans or spans[0][1] < WITHOUT_SCROLLING:
        return start
    return max(start, passage.start + spans[0][0] - BEFORE)


def _after_title(match: Match) -> int:
    """Where a passage begins that does not repeat the title, which stands above it."""
    passage = match.passage
    first = next(segment(match.document.content[passage.start : passage.end], stop=LONGEST_HEADING), None)
    repeats = first is not None and first.level and first.heading == match.document.title
    return passage.start + first.end if first is not None and repeats else passage.start


def _meant(match: Match, unfinished: str, sentence: Passage | None) -> tuple[int, int]:
    """What of a text a result is about: its telling sentence, the first word that was looked for, or the passage."""
    if sentence is not None:
        return sentence.start, sentence.end
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


def _fill_passage(view: View, match: Match, unfinished: str, sentence: Passage | None = None) -> None:
    """Show a part of the best passage, with its telling sentence once that is known, and the words that were looked for."""
    passage, document = match.passage, match.document
    start = _start_of_excerpt(match, unfinished, sentence)
    # A text begins after its title: no ellipsis stands for that.
    before = 0 if passage.start else _after_title(match)
    text = excerpt(document.content[before:], start - before, passage.end - before, EXCERPT)
    place = place_of(document, *_meant(match, unfinished, sentence))
    heading = passage.heading if passage.heading != document.title else ""
    view["heading"].textContent = " · ".join(filter(None, [place.said() if place else "", heading]))
    telling = document.content[sentence.start : sentence.end] if sentence else ""
    start = text.find(telling[:BEFORE]) if telling else -1
    end = min(start + len(telling), len(text)) if start >= 0 else 0
    parts = list[Any](_marked(text[: max(start, 0)], match, unfinished))
    if start >= 0:
        best = element("span", "", "telling")
        best.append(*_marked(text[start:end], match, unfinished))
        parts += [*_space_before(text, start), best, *_space_before(text, end)]
    view["passage"].replaceChildren(*parts, *_marked(text[end:], match, unfinished))


def _marked(text: str, match: Match, unfinished: str) -> list[Any]:
    return _with_words_marked(without_markup(text), match, unfinished)


def _space_before(text: str, end: int) -> list[str]:
    """The space between two sentences, where there is one."""
    return [" "] if end < len(text) and (text[end].isspace() or text[end - 1 : end].isspace()) else []


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
