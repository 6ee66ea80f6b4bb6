"""Lab 2: one-hot vectors, bags of words and TF-IDF, beside embeddings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from semblance.labs.figures import Bars, Figure, Matrix, Note
from semblance.labs.lesson import Demo, Exercise, Lesson, Names, Text
from semblance.labs.lessons.shared.lines import lines
from semblance.labs.tools import Tools

Vectors = npt.NDArray[Any]

MOST_WORDS = 30
MOST_TEXTS = 20
QUESTION = "The doctor gave the patient some medicine."
SENTENCES = (
    "A physician treated a sick person with drugs.",
    "The doctor gave the speaker some applause.",
    "The patient fisherman gave the doctor some advice about boats.",
    "She took two pills for her headache.",
    "Stock prices fell again on Monday.",
)


async def show_one_hot(tools: Tools, text: str) -> Sequence[Figure]:
    """A 1 for each word, in a place of its own."""
    words = re.findall(r"\w+", text.lower())[:MOST_WORDS]
    if not words:
        return [Note("no_words")]
    vocabulary = sorted(set(words))
    one_hot = [[int(word == other) for other in vocabulary] for word in words]
    return [
        Note("one_hot", {"words": len(words), "different": len(vocabulary)}),
        Matrix("one_hot", words, vocabulary, one_hot),
    ]


async def show_bags(tools: Tools, texts: str) -> Sequence[Figure]:
    """How often each word is in each text, and the same with rare words weighing more."""
    listed = lines(texts, MOST_TEXTS)
    vocabulary, counts, weights = count_words(listed)
    if not vocabulary:
        return [Note("no_words")]
    return [
        Note("bags", {"texts": len(listed), "different": len(vocabulary)}),
        Matrix("counts", listed, vocabulary, counts.tolist()),
        Matrix("weights", listed, vocabulary, weights.tolist()),
    ]


async def show_rankings(tools: Tools, question: str, texts: str) -> Sequence[Figure]:
    """Which text is most like the question: by words, by weighted words, and by embeddings."""
    listed = lines(texts, MOST_TEXTS)
    vocabulary, counts, weights = count_words([question, *listed])
    if not listed or not vocabulary:
        return [Note("no_words")]
    cosines = {
        "counts": to_first(counts),
        "tf_idf": to_first(weights),
        "embedding": to_first(await tools.encode([question, *listed])),
    }
    return [
        *(
            Note(f"best_{way}", {"text": best(listed, scores)})
            for way, scores in cosines.items()
            if scores.any()
        ),
        *(Note(f"none_{way}") for way, scores in cosines.items() if not scores.any()),
        Bars("rankings", listed, {way: scores.tolist() for way, scores in cosines.items()}),
    ]


def count_words(texts: Sequence[str]) -> tuple[list[str], Vectors, Vectors]:
    """The vocabulary (v words), counts (n, v) and TF-IDF weights (n, v), as scikit-learn's defaults make them.

    A word has two letters at least. TF-IDF's rows are of length 1.
    """
    from sklearn.feature_extraction.text import (  # there once the lab is open
        CountVectorizer,
        TfidfTransformer,
    )

    if not any(re.search(r"\w\w", text) for text in texts):
        return [], np.zeros((len(texts), 0)), np.zeros((len(texts), 0))
    counter = CountVectorizer()
    counts = counter.fit_transform(texts)
    weights = TfidfTransformer().fit_transform(counts)
    return counter.get_feature_names_out().tolist(), counts.toarray(), weights.toarray()


def to_first(vectors: Vectors) -> Vectors:
    """Cosines of the first row with the others; 0 for a row of zeros."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.where(lengths > 0, lengths, 1)
    return np.asarray(unit[1:] @ unit[0])


def best(texts: Sequence[str], scores: Vectors) -> str:
    """The text with the highest score."""
    return texts[int(np.argmax(scores))]


def _is_blind_pair(names: Names) -> bool:
    first, second = (set(re.findall(r"\w+", text.lower())) for text in names["pair"])
    a, b = names["vectors"]
    return bool(first and second) and not first & second and bool(a @ b > 0.6)


LESSON = Lesson(
    name="counting",
    seeds=("one-hot", "bag-of-words", "tf-idf"),
    needs=("scikit-learn",),
    demos=(
        Demo("one_hot", (Text("text", "the cat sat on the mat beside a kitten"),), show_one_hot),
        Demo(
            "bags",
            (
                Text(
                    "texts",
                    "The dog bit a man.\nThe man bit a dog.\nThe cat sat beside another cat.",
                    lines=4,
                ),
            ),
            show_bags,
        ),
        Demo(
            "rankings",
            (Text("question", QUESTION), Text("texts", "\n".join(SENTENCES), lines=6)),
            show_rankings,
        ),
    ),
    cell="""\
from sklearn.feature_extraction.text import CountVectorizer

texts = [
    "The doctor gave the patient some medicine.",
    "A physician treated a sick person with drugs.",
    "The doctor gave the speaker some applause.",
]
counts = CountVectorizer().fit_transform(texts).toarray()
counts = counts / np.linalg.norm(counts, axis=1, keepdims=True)
vectors = await encode(texts)

print("words:     ", (counts[0] @ counts.T).round(3))
print("embeddings:", (vectors[0] @ vectors.T).round(3))
""",
    exercises=(
        Exercise(
            "vocabulary",
            start="""\
from sklearn.feature_extraction.text import CountVectorizer

texts = ["To be or not to be", "that is the question"]
different = 0  # how many different words are in all texts together?
""",
            solution="""\
from sklearn.feature_extraction.text import CountVectorizer

texts = ["To be or not to be", "that is the question"]
different = len(CountVectorizer().fit(texts).vocabulary_)
""",
            check=lambda names: bool(names["different"] == 8),
        ),
        Exercise(
            "blind",
            start="""\
pair = [
    "The doctor gave the patient some medicine.",
    "The doctor gave the speaker some applause.",
]
vectors = await encode(pair)
print("cosine:", vectors[0] @ vectors[1])
""",
            solution="""\
pair = [
    "The doctor gave the patient some medicine.",
    "A physician treated a sick person with drugs.",
]
vectors = await encode(pair)
print("cosine:", vectors[0] @ vectors[1])
""",
            check=_is_blind_pair,
        ),
        Exercise(
            "tf_idf",
            start="""\
from sklearn.feature_extraction.text import TfidfVectorizer

question = "Where is the cat?"
texts = ["Where is the bus?", "Where is the key?", "Where is the exit?", "The cat is asleep."]
best = 0  # the number of the text that is most like the question by TF-IDF
""",
            solution="""\
from sklearn.feature_extraction.text import TfidfVectorizer

question = "Where is the cat?"
texts = ["Where is the bus?", "Where is the key?", "Where is the exit?", "The cat is asleep."]
tf_idf = TfidfVectorizer().fit(texts)
cosines = tf_idf.transform([question]) @ tf_idf.transform(texts).T
best = int(cosines.toarray().argmax())
""",
            check=lambda names: bool(names["best"] == 3),
        ),
    ),
)
