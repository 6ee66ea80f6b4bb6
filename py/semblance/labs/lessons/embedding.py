"""Lab 1: text in, a fixed number of numbers out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from semblance.labs.figures import Cell, Figure, Note, Strip, Table
from semblance.labs.lesson import Demo, Exercise, Lesson, Names, Text
from semblance.labs.tools import Tools

FIRST = 10


async def show_vector(tools: Tools, text: str) -> Sequence[Figure]:
    """The vector of a text, whole as a strip and its first numbers as a table."""
    (vector,) = await tools.encode([text])
    tokens = (await tools.text.count_tokens([text]))[0]
    length = float(np.linalg.norm(vector))
    return [
        Note(
            "size",
            {"characters": len(text), "tokens": tokens, "numbers": len(vector), "length": round(length, 3)},
        ),
        Strip("whole", [text], [vector.tolist()]),
        Table("first_ten", ("place", "number"), [[i + 1, float(vector[i])] for i in range(FIRST)]),
    ]


async def show_three(tools: Tools, short: str, longer: str, other: str) -> Sequence[Figure]:
    """Three texts of different lengths, one under the other."""
    texts = [short, longer, other]
    vectors = await tools.encode(texts)
    rows: list[list[Cell]] = [
        [text, len(text), len(vector)] for text, vector in zip(texts, vectors, strict=True)
    ]
    return [Strip("three", texts, vectors.tolist()), Table("sizes", ("text", "characters", "numbers"), rows)]


def _is_mean_of_two(names: Names) -> bool:
    middle = names["middle"]
    return (
        middle.shape == (384,) and bool(np.isclose(np.linalg.norm(middle), 1, atol=1e-4)) and _between(names)
    )


def _between(names: Names) -> bool:
    first, second = names["vectors"]
    cosines = names["middle"] @ first, names["middle"] @ second
    return bool(np.isclose(*cosines, atol=1e-3)) and bool(cosines[0] > first @ second)


LESSON = Lesson(
    name="embedding",
    seeds=("willison-embeddings",),
    demos=(
        Demo("vector", (Text("text", "I took my dog for a walk", lines=3),), show_vector),
        Demo(
            "three",
            (
                Text("short", "dog"),
                Text("longer", "A dog is running across a field, and its owner is calling it back."),
                Text("other", "The bank raised its interest rate."),
            ),
            show_three,
        ),
    ),
    cell="""\
(vector,) = await encode(["I took my dog for a walk"])

print(vector.shape, vector.dtype)
print("length:", np.linalg.norm(vector))
vector[:10]
""",
    exercises=(
        Exercise(
            "count",
            start="""\
vectors = await encode(["one word", "two words here"])
numbers = 0  # how many numbers are in `vectors`, all together?
""",
            solution="""\
vectors = await encode(["one word", "two words here"])
numbers = vectors.size
""",
            check=lambda names: bool(names["numbers"] == 2 * 384),
        ),
        Exercise(
            "middle",
            start="""\
vectors = await encode(["a black coffee", "a bicycle ride"])
middle = vectors[0]  # make it the unit vector half-way between the two
""",
            solution="""\
vectors = await encode(["a black coffee", "a bicycle ride"])
middle = vectors.sum(axis=0)
middle = middle / np.linalg.norm(middle)
""",
            check=_is_mean_of_two,
        ),
    ),
)
