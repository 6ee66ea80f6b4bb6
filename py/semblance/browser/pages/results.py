"""A ranked list, with what its percentages mean in this collection."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from semblance.browser.pages import markdown
from semblance.browser.pages.dom import View, show, speak
from semblance.browser.pages.excerpts import fill_passage, with_words_marked
from semblance.browser.pages.facts import language_of, link_of, short_facts
from semblance.browser.pages.kinds import ranks_of
from semblance.browser.pages.pictures import thumbnail_element
from semblance.browser.pages.standing import draw, standing
from semblance.browser.pages.words import counted, words
from semblance.documents import Document, Passage
from semblance.matches import Match
from semblance.ranking.distribution import Distribution
from semblance.wording import percent

FIELDS = 4  # how many metadata fields a result shows


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
        self._parts = {True: _Part(view, "pictures"), False: _Part(view, "texts")}
        self._figure = container.querySelector(".standing")
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
        pinned: Collection[str] | None = None,
        ranks: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """Show the matches.

        Parameters
        ----------
        matches : sequence of Match
            Best first; texts and pictures are ranked apart.
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
        pinned : collection of str, optional
            Ids of what the user has pinned to an item. Without it, matches can't be pinned or hidden.
        ranks : mapping of str to int
            The ranks of matches at the end that are there though better ones are not.
        """
        if asked != self._asked:
            self._asked, self._sentences = asked, {}
        self._shown, self.matches = {}, shown or matches
        ranks = ranks_of(matches) | dict(ranks)
        # A text and a picture are less alike than two of a kind. So the collection's own pairs are no measure for them.
        own = [match for match in matches if bool(match.picture) == to_picture]
        for pictures, part in self._parts.items():
            rows = [
                self._row(ranks[match.id], match, distribution if match in own else None, fields, unfinished)
                for match in self.matches
                if bool(match.picture) == pictures
            ]
            part.fill(rows, is_only=len(rows) == len(matches))
        for id, (view, _, _) in self._shown.items():
            _fill_relation(view, pinned is not None, id in (pinned or ()))
        self._note.textContent = _note(len(matches), narrowed)
        show(self._note, bool(narrowed))
        show(self._more, more)
        show(self._copying[0], bool(matches))
        show(self._copying[1], any(match.picture is None for match in matches))
        draw(self._figure, [match.score for match in own if match.cosine is not None], distribution)

    def shown(self, id: str) -> tuple[View, Match]:
        """The row of an item, and its match."""
        view, match, _ = self._shown[id]
        return view, match

    @property
    def query(self) -> str:
        """The text that the matches were found for; empty if it was none."""
        return self._asked[-1] if self._asked else ""

    @property
    def most_tokens(self) -> int:
        """How many tokens a prompt may have that is made of these results."""
        field = self._container.querySelector("[name=tokens]")
        return int(field.value or field.defaultValue)

    async def render(self) -> None:
        """Show Markdown as it is meant. The first time, the library comes after the results."""
        if markdown.is_loaded() or not self._shown or not await markdown.load():
            return
        for view, match, unfinished in self._shown.values():
            if match.picture is None:
                fill_passage(view, match, unfinished, self._sentences.get((match.passage, match.excerpt)))

    def untold(self, matches: Sequence[Match]) -> list[Match]:
        """The matches whose telling sentence is not known yet."""
        return [match for match in matches if (match.passage, match.excerpt) not in self._sentences]

    def tell(self, id: str, sentence: Passage) -> None:
        """Mark the sentence of a match that is nearest to what was looked for."""
        if id in self._shown:
            view, match, unfinished = self._shown[id]
            self._sentences[match.passage, match.excerpt] = sentence
            fill_passage(view, match, unfinished, sentence)

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
        view["title"].append(*with_words_marked(document.title or match.id, match, unfinished))
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
            view.root.prepend(view["picture"], view["actions"])  # they lie over it: keys go from the top down
        else:
            fill_passage(view, match, unfinished, self._sentences.get((match.passage, match.excerpt)))
        view["why"].setAttribute("aria-expanded", "false")
        show(view["why"], match.cosine is not None)
        show(view["picture"], match.picture is not None)
        show(view["like"], match.picture is not None)
        is_bare = document.content in (
            "",
            document.title or match.id,
        )  # in what is handed out without its texts
        view.root.classList.toggle("bare", is_bare)
        show(view["text"], match.picture is None and not is_bare)
        return view.root


def _fill_relation(view: View, can_be_said: bool, is_pinned: bool) -> None:
    """Offer to pin a match, or to hide it, and say whether it is pinned."""
    show(view["pin"], can_be_said)
    show(view["hide"], can_be_said)
    show(view["pinned"], is_pinned)
    view["pin"].setAttribute("aria-pressed", "true" if is_pinned else "false")


class _Part:
    """The results of one kind."""

    def __init__(self, view: View, kind: str) -> None:
        self._section, self._heading = view[kind], view[f"{kind}_heading"]
        self._list = self._section.querySelector(".results")

    def fill(self, rows: Sequence[Any], is_only: bool) -> None:
        """Show rows. A heading stands over them where there are results of the other kind, too."""
        self._list.replaceChildren(*rows)
        show(self._section, bool(rows))
        show(self._heading, not is_only)
        self._list.classList.toggle("in-a-row", not is_only)


def _fill_cosine(view: View, rank: int, match: Match, distribution: Distribution | None) -> None:
    """Show how alike a match is in meaning, as far as it is known."""
    show(view["percent"], match.cosine is not None)
    if match.cosine is None:
        view["by-words"].textContent = words("results.by_words", rank=rank)
        return
    view.root.dataset.score = f"{match.score:.6f}"
    view["percent"].textContent = percent(match.score)
    view["score"].title = view["standing"].textContent = standing(rank, match.score, distribution)


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
