"""Which words of two texts carry their cosine.

A mean-pooled model gives each token a vector, and the vector of a text is the direction of their mean. So the cosine of two
texts is exactly a sum over all pairs of a token of one and a token of the other:

``cosine = sum over i, j of (a_i . b_j) / (n |mean a| m |mean b|)``

What a token adds is the sum over its own pairs. What a word or a sentence adds is the sum over its tokens. Where items are
compared by the mean of their passages, that is one more sum. This is an attribution: it tells how the number is made up, and
not why the model finds texts alike. A token's vector holds something of the whole text around it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from semblance.arrays import FloatArray
from semblance.breaks import is_unspaced
from semblance.documents import Passage
from semblance.embedding.passages import split
from semblance.embedding.recipe import QUERY_PROMPT, Recipe, encode, with_title
from semblance.embedding.sentences import segment
from semblance.errors import ModelError
from semblance.ports import TokenEncoder
from semblance.ranking.vectors import normalize

MOST_PASSAGES = 3  # of each text, those that add most: each costs as much as embedding it
LEAST_AGREEMENT = 0.995  # of the mean of the token vectors with the model's own vector of a text
_LOOKAHEAD = 40  # characters in which a piece of the text is looked for


class Word(NamedTuple):
    """The stretch ``content[start:end]`` of a text, what it adds to the cosine, and how much is beyond an even share.

    Some models put all texts close together. There each token adds much, and what is beyond its share tells more.
    """

    start: int
    end: int
    adds: float
    beyond: float


class Sentence(NamedTuple):
    """A sentence as a `Word`, with its words."""

    start: int
    end: int
    adds: float
    beyond: float
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """One of two texts that are compared.

    Parameters
    ----------
    content : str
    passages : sequence of Passage
        All that it is compared by.
    vectors : ndarray of float, shape (p, d)
        Their unit vectors.
    title : str
        The title that is embedded with each of them.
    prompt : str
        Name of the prompt that they are embedded with.
    """

    content: str
    passages: Sequence[Passage]
    vectors: FloatArray
    title: str
    prompt: str

    @property
    def sum(self) -> FloatArray:
        """The sum of its passages' vectors, shape (d,). Its direction is what is compared."""
        return np.asarray(self.vectors.sum(axis=0), np.float32)


@dataclass(frozen=True, slots=True)
class Attribution:
    """How the cosine of two texts is made up.

    Parameters
    ----------
    cosine : float
    sides : tuple of sequences of Sentence
        The sentences of each text that add most beyond an even share, in the order of the text.
    titles : tuple of float
        What the title of each adds, which is embedded with each passage; 0 for none.
    rest : tuple of float
        What all else adds: other sentences, and the marks that a model puts around a text.
    """

    cosine: float
    sides: tuple[Sequence[Sentence], Sequence[Sentence]]
    titles: tuple[float, float]
    rest: tuple[float, float]


async def text_of_query(recipe: Recipe, query: str) -> Text:
    """A query as it is compared: by the mean direction of its passages, as `semblance.embedding.recipe.text_vector` does."""
    encoder, chunking = recipe.encoder, recipe.chunking
    budget = min(chunking.budget, encoder.token_budget(QUERY_PROMPT))
    passages, _ = await split(query, encoder.count_tokens, budget, chunking.overlap)
    vectors = await encode(recipe, [query[p.start : p.end] for p in passages], QUERY_PROMPT)
    return Text(query, passages, vectors, "", QUERY_PROMPT)


async def attribute(encoder: TokenEncoder, left: Text, right: Text, most: int = 3) -> Attribution:
    """How the cosine of two texts is made up.

    Parameters
    ----------
    encoder : TokenEncoder
        The one that made the vectors of both.
    left, right : Text
    most : int
        So many sentences of each.

    Raises
    ------
    ModelError
        If the model gives no vectors of tokens, or its vector of a text is not their mean.
    """
    directions = normalize(left.sum), normalize(right.sum)
    cosine = float(directions[0] @ directions[1])
    sides = [
        await _sentences(encoder, text, direction)
        for text, direction in zip((left, right), reversed(directions), strict=True)
    ]
    best = [_best(sentences, most) for sentences, _ in sides]
    titles = [title for _, title in sides]
    rest = [
        cosine - title - sum(sentence.adds for sentence in shown)
        for shown, title in zip(best, titles, strict=True)
    ]
    return Attribution(cosine, (best[0], best[1]), (titles[0], titles[1]), (rest[0], rest[1]))


def _best(sentences: Sequence[Sentence], most: int) -> list[Sentence]:
    by_weight = sorted(sentences, key=lambda sentence: -sentence.beyond)
    return sorted(by_weight[:most], key=lambda sentence: sentence.start)


async def _sentences(
    encoder: TokenEncoder, text: Text, direction: FloatArray
) -> tuple[list[Sentence], float]:
    """The sentences of the passages that add most, and what the title adds in these."""
    passages = np.argsort(-(text.vectors @ direction), kind="stable")[:MOST_PASSAGES]
    length = float(np.linalg.norm(text.sum))
    sentences, title = list[Sentence](), 0.0
    for number in sorted(passages):
        passage = text.passages[number]
        words = await _words(encoder, text, passage, direction / length)
        title += sum(word.adds for word in words if word.start < passage.start)
        sentences += _in_sentences(text.content, passage, words)
    return _without_overlap(sentences), title


async def _words(encoder: TokenEncoder, text: Text, passage: Passage, direction: FloatArray) -> list[Word]:
    """The words of a passage, after those of the title, whose places are before the passage."""
    own = text.content[passage.start : passage.end]
    embedded = with_title(text.title, own) if text.title else own
    offset = passage.start - (len(embedded) - len(own))
    read = await encoder.token_vectors(embedded, prompt_name=text.prompt)
    mean = read.vectors.mean(axis=0)
    (whole,) = await encoder.encode([embedded], text.prompt)
    if float(normalize(mean) @ whole) < LEAST_AGREEMENT:
        raise ModelError("models.not_mean", where=encoder.name)
    adds = read.vectors @ direction / (len(read.vectors) * float(np.linalg.norm(mean)))
    beyond = adds - adds.mean()
    return [
        Word(start + offset, end + offset, float(adds[pieces].sum()), float(beyond[pieces].sum()))
        for start, end, pieces in words_of(embedded, read.pieces)
    ]


def _in_sentences(content: str, passage: Passage, words: Sequence[Word]) -> Iterator[Sentence]:
    for part in segment(content[passage.start : passage.end]):
        start, end = passage.start + part.start, passage.start + part.end
        own = tuple(word for word in words if start <= word.start < end)
        if own:
            yield Sentence(start, end, sum(word.adds for word in own), sum(word.beyond for word in own), own)


def _without_overlap(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Passages overlap: a sentence of two adds what it adds in both."""
    joined: dict[tuple[int, int], Sentence] = {}
    for sentence in sentences:
        key = sentence.start, sentence.end
        before = joined.get(key)
        if before:
            sentence = sentence._replace(
                adds=sentence.adds + before.adds, beyond=sentence.beyond + before.beyond
            )
        joined[key] = sentence
    return list(joined.values())


def words_of(text: str, pieces: Sequence[str]) -> list[tuple[int, int, list[int]]]:
    """The words of a text with the numbers of the pieces that a tokenizer made of each. Others have no place in the text.

    Examples
    --------
    >>> words_of("Café tides.", ["[CLS]", "cafe", "tide", "##s", ".", "[SEP]"])
    [(0, 4, [1]), (5, 10, [2, 3]), (10, 11, [4])]
    >>> words_of("月亮 up", ["<s> ", "▁", "月亮", "▁up", "</s> "])
    [(0, 2, [2]), (3, 5, [3])]
    """
    letters = _letters(text)
    folded = "".join(letter for letter, _ in letters)
    words = list[tuple[int, int, list[int]]]()
    place = 0
    for number, piece in enumerate(pieces):
        wanted = _folded(piece.removeprefix("##").strip("▁ ").replace("▁", " "))
        found = folded.find(wanted, place, place + len(wanted) + _LOOKAHEAD) if wanted else -1
        if found < 0:
            continue
        place = found + len(wanted)
        start, end = letters[found][1], letters[place - 1][1] + 1
        if words and _goes_on(text, words[-1][1], start):
            words[-1] = words[-1][0], end, [*words[-1][2], number]
        else:
            words.append((start, end, [number]))
    return words


def _goes_on(text: str, end: int, start: int) -> bool:
    """Whether a piece goes on with the word before it. In Chinese and Japanese each piece is a word."""
    touching = end == start and text[end - 1].isalnum() and text[start].isalnum()
    return touching and not is_unspaced(text, start)


def _letters(text: str) -> list[tuple[str, int]]:
    """The characters of a text without accents, in lower case, and where each comes from."""
    return [(letter, place) for place, character in enumerate(text) for letter in _folded(character)]


def _folded(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part)).lower()
