"""The telling sentence of a match: the one of its passage that is nearest to what was looked for.

Each sentence is embedded by itself. It says where a match is near. It is no reason why the model finds it near.
"""

from __future__ import annotations

import numpy as np

from semblance.arrays import FloatArray
from semblance.documents import Passage
from semblance.embedding.recipe import DOCUMENT_PROMPT, Recipe, encode
from semblance.embedding.sentences import segment
from semblance.matches import Hit, Match
from semblance.ranking.words.spans import word_spans

MOST_SENTENCES = 12  # of a passage: as much work as one more passage, or two


async def telling_sentence(recipe: Recipe, match: Match, vector: FloatArray) -> Passage:
    """The sentence of a match's passage that is nearest to a unit vector of shape (d,).

    If the match has words of the query, it is one of the sentences that have them.
    """
    sentences = _sentences(match)
    if len(sentences) < 2:
        return sentences[0] if sentences else match.passage
    content = match.document.content
    vectors = await encode(recipe, [content[s.start : s.end] for s in sentences], DOCUMENT_PROMPT)
    return sentences[int(np.argmax(vectors @ vector))]


def _sentences(match: Match) -> list[Passage]:
    passage, content = match.passage, match.document.content
    text = content[passage.start : passage.end]
    found = [
        Passage(passage.start + s.start, passage.start + s.end, s.heading)
        for s in segment(text)
        if not s.level and any(map(str.isalnum, text[s.start : s.end]))
    ]
    if isinstance(match, Hit) and match.words:
        with_words = [s for s in found if word_spans(content[s.start : s.end], match.words)]
        found = with_words or found
    return found[:MOST_SENTENCES]
