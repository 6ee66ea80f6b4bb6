"""Lab 3: one vector a word, as word2vec has it: neighbours, arithmetic, and words in the plane."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from semblance.labs.figures import Figure, Note, Points, Table
from semblance.labs.lesson import Demo, Exercise, Lesson, Names, Text
from semblance.labs.lessons.shared.dictionary import Dictionary
from semblance.labs.lessons.shared.projection import pca
from semblance.labs.tools import Tools


async def show_near(tools: Tools, word: str) -> Sequence[Figure]:
    """The nearest words to one."""
    dictionary, (word,) = Dictionary(await tools.words()), _cleaned(word)
    if unknown := dictionary.unknown([word]):
        return unknown
    return [Table("near", ("word", "cosine"), dictionary.nearest(dictionary.vector(word), without=[word]))]


async def show_sum(tools: Tools, first: str, plus: str, minus: str) -> Sequence[Figure]:
    """The nearest words to ``first + plus - minus``, with these three left out, and with all words."""
    dictionary, used = Dictionary(await tools.words()), _cleaned(first, plus, minus)
    if unknown := dictionary.unknown(used):
        return unknown
    a, b, c = (dictionary.vector(word) for word in used)
    others, everything = (dictionary.nearest(a + b - c, without=left_out) for left_out in (used, []))
    sum_of = f"{used[0]} + {used[1]} − {used[2]}"
    return [
        Note("answer", {"sum": sum_of, "word": others[0][0], "first": everything[0][0]}),
        Table("others", ("word", "cosine"), others),
        Table("everything", ("word", "cosine"), everything[:5]),
    ]


async def show_plane(tools: Tools, words: str) -> Sequence[Figure]:
    """Words in the plane by principal components."""
    dictionary, wanted = Dictionary(await tools.words()), list(dict.fromkeys(words.lower().split()))
    unknown = dictionary.unknown(wanted)
    known = [word for word in wanted if word in dictionary.words]
    if len(known) < 3:
        return [*unknown, Note("too_few")]
    places, explained = pca(np.array([dictionary.vector(word) for word in known]))
    points = Points(
        "plane", places[:, 0].tolist(), places[:, 1].tolist(), known, large=list(range(len(known)))
    )
    return [*unknown, Note("share", {"percent": round(100 * float(explained.sum()))}), points]


def _cleaned(*words: str) -> list[str]:
    return [word.strip().lower() for word in words]


async def _names(tools: Tools) -> Names:
    dictionary = Dictionary(await tools.words())
    return {
        "words": dictionary.words,
        "vectors": dictionary.vectors,
        "vector": dictionary.vector,
        "nearest": dictionary.nearest,
    }


LESSON = Lesson(
    name="analogies",
    seeds=("word2vec", "cohere-words"),
    names=_names,
    demos=(
        Demo("near", (Text("word", "france"),), show_near),
        Demo(
            "capital",
            (Text("first", "germany"), Text("plus", "paris"), Text("minus", "france")),
            show_sum,
        ),
        Demo("royal", (Text("first", "king"), Text("plus", "woman"), Text("minus", "man")), show_sum),
        Demo("plane", (Text("words", "king queen man woman apple banana"),), show_plane),
    ),
    cell="""\
target = vector("king") - vector("man") + vector("woman")
target = target / np.linalg.norm(target)

cosines = vectors @ target  # one for each of the 20,000 words
for row in np.argsort(-cosines)[:5]:
    print(words[row], cosines[row].round(3))
nearest(target, 5, without=["king", "man", "woman"])
""",
    exercises=(
        Exercise(
            "japan",
            start="""\
target = vector("paris")
(answer, cosine), *others = nearest(target, 5, without=["japan", "paris", "france"])
""",
            solution="""\
target = vector("japan") + vector("paris") - vector("france")
(answer, cosine), *others = nearest(target, 5, without=["japan", "paris", "france"])
""",
            check=lambda names: names["answer"] == "tokyo" and names["cosine"] > 0.8,
        ),
        Exercise(
            "odd",
            start="""\
five = ["breakfast", "lunch", "dinner", "bicycle", "meal"]
matrix = np.array([vector(word) for word in five])
odd = five[0]  # let the vectors say which of the five is least like the others
""",
            solution="""\
five = ["breakfast", "lunch", "dinner", "bicycle", "meal"]
matrix = np.array([vector(word) for word in five])
likeness = (matrix @ matrix.T).sum(axis=1)
odd = five[int(likeness.argmin())]
""",
            check=lambda names: names["odd"] == "bicycle",
        ),
    ),
)
