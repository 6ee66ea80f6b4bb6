"""Why two items are alike: what each word of both texts adds to their cosine. For a picture, the phrases nearest to it.

It is computed when the user asks for it: a text costs as much as embedding it, phrases are embedded once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from semblance.arrays import FloatArray
from semblance.browser.images import BlobFile
from semblance.browser.pages.dom import element, show
from semblance.browser.pages.results import Results
from semblance.browser.pages.session import Session
from semblance.browser.pages.words import english, lines, words
from semblance.collection import Collection
from semblance.embedding.attribution import Sentence
from semblance.matches import Match
from semblance.ranking.words.query import Query
from semblance.wording import percent

NEAREST = 5  # phrases of a picture
LONGEST = 320  # characters of a sentence
BEFORE = 100  # so many stand before the word that adds most, where a sentence is longer
_MARKS = r"[*_`#]+"  # of Markdown


class Why:
    """The answers in one room.

    Parameters
    ----------
    session : Session
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._phrases: dict[str, FloatArray] = {}  # their vectors, by model

    async def toggle(
        self,
        collection: Collection,
        results: Results,
        id: str,
        *,
        query: str = "",
        item: str = "",
        picture: BlobFile | None = None,
    ) -> None:
        """Show or hide why a result is alike to what it was found for: a query, an item, or a picture that was chosen."""
        view, match = results.shown(id)
        panel = view["because"]
        is_shown = bool(panel.hidden)
        show(panel, is_shown)
        view["why"].setAttribute("aria-expanded", str(is_shown).lower())
        if not is_shown:
            return
        panel.replaceChildren(element("p", words("why.computing"), "quiet"))
        try:
            panel.replaceChildren(*await self._answer(collection, match, query, item, picture))
        except BaseException:
            show(panel, False)
            view["why"].setAttribute("aria-expanded", "false")
            raise

    async def _answer(
        self, collection: Collection, match: Match, query: str, item: str, picture: BlobFile | None
    ) -> list[Any]:
        pictures = await _pictures(collection, match, item, picture)
        if pictures:
            return await self._of_pictures(collection, pictures)
        attribution = await collection.attribute(match, query=query, id=item)
        contents = [Query.parse(query).text, match.content]
        titles = [words("why.query"), match.title or match.id]
        for record in await collection.get([item], pictures="none", vectors=False) if item else []:
            contents[0], titles[0] = record.document.content, record.document.title or item
        method = words("why.method", cosine=percent(attribution.cosine))
        if item and (await collection.contrast()).is_any:
            method = words("why.as_they_are") + " " + method
        parts = attribution.sides, attribution.titles, attribution.rest
        sides = zip(titles, contents, *parts, strict=True)
        return [element("p", method, "quiet"), *[_side(*side) for side in sides]]

    async def _of_pictures(
        self, collection: Collection, pictures: Sequence[tuple[str, FloatArray]]
    ) -> list[Any]:
        phrases, vectors = lines("why.phrases"), await self._vectors(collection.info.model)
        parts = [element("p", words("why.phrases_method"), "quiet")]
        for name, vector in pictures:
            cosines = vectors @ vector
            nearest = np.argsort(-cosines, kind="stable")[:NEAREST]
            parts.append(_list(name, [(percent(float(cosines[n])), [phrases[n]]) for n in nearest]))
        return parts

    async def _vectors(self, model: str) -> FloatArray:
        """Vectors of the phrases in English, which all models know, shape (n, d)."""
        if model not in self._phrases:
            self._phrases[model] = await self._session.library.vectors(english("why.phrases"), model=model)
        return self._phrases[model]


async def _pictures(
    collection: Collection, match: Match, item: str, picture: BlobFile | None
) -> list[tuple[str, FloatArray]]:
    """The names and unit vectors of those that are pictures, of the result and what it was found for."""
    ids = [id for id in (item, match.id) if id]
    named = [
        (record.document.title or record.document.id, record.vectors[0])
        for record in await collection.get(ids, pictures="none")
        if record.picture
    ]
    if picture is None:
        return named
    return [(words("why.picture"), await collection.query_vector(picture)), *named]


def _side(title: str, content: str, sentences: Sequence[Sentence], of_title: float, rest: float) -> Any:
    """One of the texts: the sentences that add most, and what the title and all else add."""
    most = max((word.beyond for sentence in sentences for word in sentence.words), default=0.0)
    rows: list[tuple[str, Sequence[Any]]] = [
        (percent(sentence.adds), _words(content, sentence, most)) for sentence in sentences
    ]
    if of_title:
        rows.insert(0, (percent(of_title), [words("why.title", title=title)]))
    return _list(title, [*rows, (percent(rest), [words("why.rest")])])


def _list(title: str, rows: Sequence[tuple[str, Sequence[Any]]]) -> Any:
    part = element("div", "", "because-side")
    heading = element("h2", title)
    heading.dir = "auto"
    part.append(heading)
    for adds, parts in rows:
        row = element("p")
        text = element("span")
        text.dir = "auto"
        text.append(*parts)
        row.append(element("span", adds, "adds"), text)
        part.append(row)
    return part


def _words(content: str, sentence: Sentence, most: float) -> list[Any]:
    """The words of a sentence, those that add more than their share the darker, the more that is."""
    start, end = sentence.start, sentence.end
    if end - start > LONGEST:
        best = max(sentence.words, key=lambda word: word.beyond)
        start = max(start, best.start - BEFORE)
        end = min(end, start + LONGEST)
    parts = ["… "] if start > sentence.start else list[Any]()
    place = start
    for word in sentence.words:
        text = re.sub(_MARKS, "", content[word.start : word.end])
        if not start <= word.start < word.end <= end or not text:
            continue
        parts.append(re.sub(_MARKS, "", content[place : word.start]))
        place = word.end
        if word.beyond <= 0 or not any(map(str.isalnum, text)):
            parts.append(text)
            continue
        marked = element("span", text, "carries")
        marked.style.setProperty("--weight", f"{word.beyond / most:.2f}")
        parts.append(marked)
    return [*parts, re.sub(_MARKS, "", content[place:end]), " …" if end < sentence.end else ""]
