"""Lab 5: cosine similarity by hand in the plane, and in 384 dimensions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from time import perf_counter

import numpy as np

from semblance.labs.figures import Arrows, Cell, Figure, Matrix, Note, Table
from semblance.labs.lesson import Demo, Exercise, Lesson, Names, Number, Text
from semblance.labs.lessons.shared.lines import lines
from semblance.labs.tools import Tools

MOST_TEXTS = 20
QUANTITIES = ("dot", "length_a", "length_b", "cosine", "degrees")

TEXTS = (
    "I took my dog for a walk",
    "I took my cat for a walk",
    "A man is out with his puppy",
    "I took my car for a repair",
    "The stock market fell sharply today",
)

# Browsers round their clocks, to a millisecond at worst. A measurement must last much longer than that.
LONG_ENOUGH = 0.02  # seconds
TIMES = 5
MANY = 1000


async def show_plane(tools: Tools, ax: float, ay: float, bx: float, by: float) -> Sequence[Figure]:
    """Two arrows, and how the cosine of the angle between them comes about."""
    arrows = Arrows("plane", ((ax, ay), (bx, by)), (("ax", "ay"), ("bx", "by")))
    if not (ax or ay) or not (bx or by):
        return [arrows, Note("no_direction")]
    by_hand = quantities([ax, ay], [bx, by])
    dot, length_a, length_b, cosine, degrees = by_hand
    coordinates = {
        name: _in_formula(value) for name, value in {"ax": ax, "ay": ay, "bx": bx, "by": by}.items()
    }
    return [
        arrows,
        Note("dot", {**coordinates, "dot": f"{dot:.2f}"}),
        Note("lengths", {**coordinates, "a": f"{length_a:.3f}", "b": f"{length_b:.3f}"}),
        Note(
            "cosine",
            {
                "dot": f"{dot:.2f}",
                "a": f"{length_a:.3f}",
                "b": f"{length_b:.3f}",
                "cosine": f"{cosine:.3f}",
                "degrees": f"{degrees:.1f}",
            },
        ),
        Table("by_hand", QUANTITIES, [by_hand]),
    ]


async def show_texts(tools: Tools, texts: str) -> Sequence[Figure]:
    """The same in 384 dimensions: all pairs of texts, and the first two by hand."""
    listed = lines(texts, MOST_TEXTS)
    if len(listed) < 2:
        return [Note("two_texts")]
    vectors = await tools.encode(listed)
    by_hand = quantities(vectors[0].tolist(), vectors[1].tolist())
    values: dict[str, Cell] = {"one": listed[0], "other": listed[1], "numbers": vectors.shape[1]}
    return [
        Note("texts", {**values, "cosine": f"{by_hand[3]:.3f}", "degrees": f"{by_hand[4]:.1f}"}),
        Table("first_two", QUANTITIES, [by_hand]),
        Matrix("cosines", listed, listed, (vectors @ vectors.T).tolist()),
    ]


async def show_times(tools: Tools, first: str, second: str) -> Sequence[Figure]:
    """How long the formula takes in plain Python and in numpy: for one pair, and for one with many."""
    a, b = await tools.encode([first, second])
    many = np.tile(b, (MANY, 1))
    a_list, b_list, many_lists = a.tolist(), b.tolist(), many.tolist()
    times = {
        1: (seconds(lambda: in_python(a_list, b_list)), seconds(lambda: in_numpy(a, b))),
        MANY: (
            seconds(lambda: [in_python(a_list, other) for other in many_lists]),
            seconds(lambda: in_numpy(many, a)),
        ),
    }
    rows: list[list[Cell]] = [
        [count, round(plain * 1e6), round(numpy * 1e6), plain / numpy]
        for count, (plain, numpy) in times.items()
    ]
    ratio = max(1, round(times[MANY][0] / times[MANY][1]))
    return [
        Note("same", {"plain": f"{in_python(a_list, b_list):.4f}", "numpy": f"{in_numpy(a, b):.4f}"}),
        Note("ratio", {"count": MANY, "ratio": ratio}),
        Table("times", ("pairs", "plain", "numpy", "ratio"), rows),
    ]


def _in_formula(number: float) -> str:
    return f"{number:g}" if number >= 0 else f"(−{-number:g})"


def in_python(a: Sequence[float], b: Sequence[float]) -> float:
    """The cosine of the angle between two vectors."""
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    return dot / (math.sqrt(sum(x * x for x in a)) * math.sqrt(sum(y * y for y in b)))


def in_numpy(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Cosines of the rows of `a`, shape (..., d), with `b`, shape (d,)."""
    return np.asarray(a @ b / (np.linalg.norm(a, axis=-1) * np.linalg.norm(b)))


def quantities(a: Sequence[float], b: Sequence[float]) -> list[float]:
    """Dot product, both lengths, cosine, and angle in degrees, of two vectors that are not zero."""
    cosine = max(-1.0, min(1.0, in_python(a, b)))  # rounding may go beyond
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    return [dot, math.hypot(*a), math.hypot(*b), cosine, math.degrees(math.acos(cosine))]


def seconds(work: Callable[[], object]) -> float:
    """Time of one call: the median of `TIMES` measurements, each of as many calls as last `LONG_ENOUGH`."""
    calls = 1
    while _elapsed(work, calls) < LONG_ENOUGH:
        calls *= 2
    return float(np.median([_elapsed(work, calls) for _ in range(TIMES)])) / calls


def _elapsed(work: Callable[[], object], calls: int) -> float:
    start = perf_counter()
    for _ in range(calls):
        work()
    return perf_counter() - start


def _is_angle(names: Names) -> bool:
    cosine = float(np.clip(names["a"] @ names["b"], -1, 1))
    return bool(np.isclose(names["degrees"], np.degrees(np.arccos(cosine)), atol=0.1))


def _is_right_angle(names: Names) -> bool:
    a, b = np.array(names["a"], float), np.array(names["b"], float)
    return a.tolist() == [3, 4] and b.shape == (2,) and bool(b.any()) and bool(abs(a @ b) < 1e-9)


_EXERCISE_TEXTS = """\
texts = [
    "The train was late again.",
    "She planted tomatoes in the garden.",
    "Our bus did not come on time.",
    "He fixed the kitchen sink.",
]
vectors = await encode(texts)
cosines = vectors @ vectors.T
"""

LESSON = Lesson(
    name="cosine",
    seeds=("hf-cosine",),
    demos=(
        Demo(
            "plane",
            (
                Number("ax", 4, -5, 5, 0.1),
                Number("ay", 1, -5, 5, 0.1),
                Number("bx", 2, -5, 5, 0.1),
                Number("by", 3, -5, 5, 0.1),
            ),
            show_plane,
        ),
        Demo("texts", (Text("texts", "\n".join(TEXTS), lines=6),), show_texts),
        Demo("times", (Text("first", TEXTS[0]), Text("second", TEXTS[1])), show_times, on_demand=True),
    ),
    cell="""\
import math

a, b = await encode(["I took my dog for a walk", "I took my cat for a walk"])

def cosine(a, b):
    dot = sum(x * y for x, y in zip(a, b))
    length_a = math.sqrt(sum(x * x for x in a))
    length_b = math.sqrt(sum(y * y for y in b))
    return dot / (length_a * length_b)

print("plain Python:", cosine(a.tolist(), b.tolist()))
print("numpy:       ", a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))
print("dot product: ", a @ b)  # enough, since both lengths are 1
""",
    exercises=(
        Exercise(
            "right_angle",
            start="""\
a = [3, 4]
b = [1, 0]  # make it perpendicular to a, but not zero
""",
            solution="""\
a = [3, 4]
b = [-4, 3]
""",
            check=_is_right_angle,
        ),
        Exercise(
            "degrees",
            start="""\
a, b = await encode(["a sunny morning", "a rainy evening"])
cosine = a @ b
degrees = 0  # the angle between a and b
""",
            solution="""\
a, b = await encode(["a sunny morning", "a rainy evening"])
cosine = a @ b
degrees = np.degrees(np.arccos(cosine))
""",
            check=_is_angle,
        ),
        Exercise(
            "closest",
            start=f"""\
{_EXERCISE_TEXTS}pair = (0, 1)  # the numbers of the two texts that are most alike, the smaller first
""",
            solution=f"""\
{_EXERCISE_TEXTS}np.fill_diagonal(cosines, -1)  # each text is most like itself
row, column = np.unravel_index(cosines.argmax(), cosines.shape)
pair = (min(row, column), max(row, column))
""",
            check=lambda names: tuple(int(number) for number in names["pair"]) == (0, 2),
        ),
    ),
)
