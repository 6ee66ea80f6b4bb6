"""Lab 14: what goes wrong, measured: bias, negation, the token limit, scores, other languages, rounding."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.embedding.sentences import segment
from semblance.labs.figures import Bars, Cell, Figure, Matrix, Note, Table
from semblance.labs.lesson import Demo, Exercise, Lesson, Names, Number, Text
from semblance.labs.lessons.shared.dictionary import Dictionary
from semblance.labs.lessons.shared.lines import lines
from semblance.labs.tools import Tools
from semblance.ranking.vectors import cosine_matrix, normalize, quantize

UNKNOWN = "[UNK]"
"""The tokenizer's piece for characters that are not in its vocabulary."""

# --- bias ------------------------------------------------------------------------------------------------


async def show_leaning(tools: Tools, words: str, first: str, second: str) -> Sequence[Figure]:
    """How much nearer each word is to the first of two than to the second."""
    dictionary = Dictionary(await tools.words())
    asked = _words(words)
    poles = _words(f"{first},{second}")
    unknown = [Note("unknown", {"words": ", ".join(dictionary.missing([*poles, *asked]))})]
    known = [word for word in asked if not dictionary.missing([word])]
    if not known or len(poles) < 2 or dictionary.missing(poles):
        return unknown
    cosines = dictionary.rows(known) @ dictionary.rows(poles[:2]).T
    leaning = cosines[:, 0] - cosines[:, 1]
    order = np.argsort(-leaning)
    rows: list[list[Cell]] = [[known[i], *cosines[i].tolist(), float(leaning[i])] for i in order]
    return [
        Bars("leaning", [known[i] for i in order], {"leaning": leaning[order].tolist()}),
        Table("cosines", ("word", "to_first", "to_second", "leaning"), rows),
        *(unknown if len(known) < len(asked) else []),
    ]


async def show_analogy(tools: Tools, word: str, minus: str, plus: str) -> Sequence[Figure]:
    """The words nearest to ``word - minus + plus``, the three themselves included."""
    dictionary = Dictionary(await tools.words())
    given = [text.strip().lower() for text in (word, minus, plus)]
    if unknown := dictionary.missing(given):
        return [Note("unknown", {"words": ", ".join(unknown)})]
    start, away, towards = dictionary.rows(given)
    ranked = dictionary.nearest(start - away + towards, 8)
    nearest = [name for name, _ in ranked]
    rows: list[list[Cell]] = [[place, *entry] for place, entry in enumerate(ranked, 1)]
    return [
        Table(
            "analogy",
            ("place", "word", "cosine"),
            rows,
            marked=[row for row, name in enumerate(nearest) if name in given],
        ),
        Note("analogy", {"first": nearest[0], "other": next(name for name in nearest if name not in given)}),
    ]


def _words(text: str) -> list[str]:
    """The different words of a list with commas, English or Chinese ones."""
    return list(dict.fromkeys(word.strip().lower() for word in re.split("[,，、]", text) if word.strip()))


# --- meaning that gets lost ------------------------------------------------------------------------------

PAIRS = (
    ("This plant is poisonous", "This plant is not poisonous"),
    ("The medicine is safe for children", "The medicine is not safe for children"),
    ("The shop is open", "The shop is closed"),
    ("A man bites a dog", "A dog bites a man"),
)


async def show_negation(tools: Tools, statement: str, negation: str, paraphrase: str) -> Sequence[Figure]:
    """A statement, its contrary and a paraphrase; and other pairs of contraries."""
    pairs = [(statement, negation), (statement, paraphrase), *PAIRS]
    cosines = await _cosines(tools, pairs)
    rows: list[list[Cell]] = [[*pair, score] for pair, score in zip(pairs, cosines, strict=True)]
    result = "contrary_nearer" if cosines[0] > cosines[1] else "paraphrase_nearer"
    return [
        Table("yours", ("text", "other", "cosine"), rows[:2], marked=[int(np.argmax(cosines[:2]))]),
        Note(result, {"contrary": round(cosines[0], 3), "paraphrase": round(cosines[1], 3)}),
        Table("contraries", ("text", "other", "cosine"), rows[2:]),
    ]


async def _cosines(tools: Tools, pairs: Sequence[tuple[str, str]]) -> list[float]:
    vectors = await tools.encode([text for pair in pairs for text in pair])
    cosines: list[float] = np.sum(vectors[::2] * vectors[1::2], axis=1).tolist()
    return cosines


async def show_truncation(tools: Tools, text: str, times: float, first: str, second: str) -> Sequence[Figure]:
    """Two long texts that differ in their last sentence only."""
    beginning = " ".join([text] * int(times))
    texts = [f"{beginning} {end}" for end in (first, second)]
    budget = tools.text.token_budget()
    before, *tokens = await tools.text.count_tokens([beginning, *texts])
    (score,) = await _cosines(tools, [(texts[0], texts[1])])
    rows: list[list[Cell]] = [
        [end, count, min(count, budget)] for end, count in zip((first, second), tokens, strict=True)
    ]
    result = "unseen" if before >= budget else "seen"
    return [
        Note(result, {"before": before, "budget": budget, "cosine": f"{score:.3f}"}),
        Table("lengths", ("ending", "tokens", "read"), rows),
    ]


# --- scores ----------------------------------------------------------------------------------------------

KINDS = {
    "words": (("car", "automobile"), ("happy", "glad"), ("dog", "bank")),
    "sentences": (
        ("The company's profits fell last year", "The firm earned less in the past twelve months"),
        ("A dog runs across a field", "A puppy is racing over a meadow"),
        ("A dog runs across a field", "The company's profits fell last year"),
    ),
    "answers": (
        ("Where do swifts nest?", "They nest in holes under roofs."),
        ("How often should I water tomatoes?", "One long drink every third day."),
        ("Where do swifts nest?", "One long drink every third day."),
    ),
}


async def show_scores(tools: Tools, text: str, other: str) -> Sequence[Figure]:
    """Pairs that say the same and pairs that do not, in three kinds."""
    pairs = [(text, other), *(pair for kind in KINDS.values() for pair in kind)]
    scores = dict(zip(pairs, await _cosines(tools, pairs), strict=True))
    return [
        Note("own", {"cosine": f"{scores[text, other]:.3f}"}),
        *(
            Table(kind, ("text", "other", "cosine"), [[*pair, scores[pair]] for pair in listed])
            for kind, listed in KINDS.items()
        ),
    ]


async def show_spread(tools: Tools) -> Sequence[Figure]:
    """The cosines of all pairs of sample notes."""
    cosines = _pairs(cosine_matrix((await tools.sample()).vectors))
    low, middle, high = np.percentile(cosines, [0, 50, 100]).tolist()
    counts, _ = np.histogram(cosines, bins=[tenth / 10 for tenth in range(-2, 11)])
    labels = [f"{tenth / 10:.1f} … {(tenth + 1) / 10:.1f}" for tenth in range(-2, 10)]
    return [
        Bars("spread", labels, {"pairs": counts.tolist()}),
        Note(
            "spread",
            {"pairs": len(cosines), "low": f"{low:.2f}", "middle": f"{middle:.2f}", "high": f"{high:.2f}"},
        ),
    ]


def _pairs(cosines: FloatArray) -> FloatArray:
    """The cosines above the diagonal: each pair once."""
    return cosines[np.triu_indices(len(cosines), 1)]


# --- other languages -------------------------------------------------------------------------------------


SENTENCES = (
    "The dog is asleep in the garden.",
    "狗在花園裡睡著了。",  # which says the same
    "我明天要搭火車去台北。",  # about a train, a bank and a soup
    "銀行提高了利率。",
    "今天的湯太鹹了。",
)


async def show_languages(tools: Tools, texts: str) -> Sequence[Figure]:
    """All texts against each other, and how much of each the tokenizer knows."""
    given = lines(texts)
    if len(given) < 2:
        return [Note("two_texts")]
    vectors = await tools.encode(given)
    rows: list[list[Cell]] = []
    for line in given:
        pieces = (await tools.text.token_vectors(line)).pieces[1:-1]  # less the special tokens
        rows.append([line, len(pieces), pieces.count(UNKNOWN), " ".join(pieces)])
    return [
        Matrix("languages", given, given, cosine_matrix(vectors).tolist()),
        Table("pieces", ("text", "tokens", "unknown", "pieces"), rows),
    ]


# --- rounding --------------------------------------------------------------------------------------------


async def show_rounding(tools: Tools) -> Sequence[Figure]:
    """The first sentences of the sample notes, with vectors of 32, 8, 4 and 1 bits a number."""
    vectors = await _first_sentences(tools)
    exact = cosine_matrix(vectors)
    rows: list[list[Cell]] = []
    for bits in (32, 8, 4, 1):
        cosines = cosine_matrix(rounded(vectors, bits))
        moved = np.abs(_pairs(cosines) - _pairs(exact))
        same = int(np.sum(_nearest(cosines) == _nearest(exact)))
        rows.append([bits, vectors.shape[1] * bits // 8, f"{moved.mean():.4f}", f"{moved.max():.4f}", same])
    return [
        Table("rounding", ("bits", "bytes", "mean", "largest", "same"), rows, marked=[1]),
        Note(
            "rounding", {"texts": len(vectors), "mean": rows[1][2], "largest": rows[1][3], "same": rows[1][4]}
        ),
    ]


async def _first_sentences(tools: Tools) -> FloatArray:
    texts = [note.content for note in await tools.notes()]
    starts = [next(segment(text)) for text in texts]
    return await tools.encode(
        [text[start.start : start.end] for text, start in zip(texts, starts, strict=True)]
    )


def rounded(vectors: FloatArray, bits: int) -> FloatArray:
    """Rows with as many bits a number: 32 as they are, 8 as `semblance.ranking.vectors.quantize`, 1 their signs.

    Examples
    --------
    >>> rounded(np.float32([[0.8, -0.6]]), 1)
    array([[ 1., -1.]], dtype=float32)
    """
    if bits == 32:
        return vectors
    if bits == 1:
        return np.where(vectors < 0, np.float32(-1), np.float32(1))
    levels = 2 ** (bits - 1) - 1
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    return np.asarray(np.rint(vectors / largest * np.float32(levels)), np.float32)


def _nearest(cosines: FloatArray) -> npt.NDArray[np.intp]:
    """The most similar other row of each row."""
    return np.asarray(np.argmax(cosines - 2 * np.eye(len(cosines), dtype=np.float32), axis=1))


# --- exercises -------------------------------------------------------------------------------------------


def _counts_mistakes(names: Names) -> bool:
    wrong = np.sum((names["cosines"] > 0.8) != np.array(names["same"]))
    return bool(wrong) and int(names["mistakes"]) == wrong


def _reads_to_the_end(names: Names) -> bool:
    first, second = normalize([names["first"], names["second"]])
    return first.shape == (384,) and bool(0.5 < first @ second < 0.999)


def _rounds_to_bytes(names: Names) -> bool:
    codes = names["codes"]
    return codes.dtype == np.int8 and np.array_equal(codes, quantize(names["vectors"]))


_EXERCISE_PAIRS = """\
pairs = [
    ("The shop is open", "The shop is closed"),
    ("A man bites a dog", "A dog bites a man"),
    ("A dog runs across a field", "A puppy is racing over a meadow"),
    ("How do I reset my password?", "I forgot my password, how can I change it?"),
    ("The river flooded the village", "A cake needs butter and sugar"),
]
same = [False, False, True, True, False]  # do the two say the same?

cosines = np.array([a @ b for a, b in [await encode(pair) for pair in pairs]])
"""

LESSON = Lesson(
    name="limits",
    seeds=(),
    demos=(
        Demo(
            "leaning",
            (
                Text(
                    "words",
                    "nurse, engineer, secretary, carpenter, doctor, teacher, librarian, mechanic, dancer, lawyer",
                    lines=2,
                ),
                Text("first", "he"),
                Text("second", "she"),
            ),
            show_leaning,
        ),
        Demo(
            "analogy",
            (Text("word", "doctor"), Text("minus", "man"), Text("plus", "woman")),
            show_analogy,
        ),
        Demo(
            "negation",
            (
                Text("statement", "I like it"),
                Text("negation", "I do not like it"),
                Text("paraphrase", "It pleases me"),
            ),
            show_negation,
        ),
        Demo(
            "truncation",
            (
                Text(
                    "text",
                    "The train to the coast leaves the city in the morning and passes fields, rivers and small stations.",
                    lines=2,
                ),
                Number("times", 13, 1, 20),
                Text("first", "In the end the children found a hidden box of gold coins."),
                Text("second", "In the end the committee approved the annual budget."),
            ),
            show_truncation,
        ),
        Demo(
            "scores",
            (
                Text("text", "The doctor told him to rest"),
                Text("other", "He was advised by his physician to take it easy"),
            ),
            show_scores,
        ),
        Demo("spread", (), show_spread, on_demand=True),
        Demo(
            "languages",
            (
                Text(
                    "texts",
                    "\n".join(SENTENCES),
                    lines=6,
                ),
            ),
            show_languages,
        ),
        Demo("rounding", (), show_rounding, on_demand=True),
    ),
    cell="""\
statement, negation, paraphrase = await encode([
    "This plant is poisonous",
    "This plant is not poisonous",
    "Eating this plant can kill you",
])

# with its contrary, and with a paraphrase
np.round([statement @ negation, statement @ paraphrase], 3)
""",
    exercises=(
        Exercise(
            "threshold",
            start=f"""\
{_EXERCISE_PAIRS}mistakes = 0  # if all above 0.8 were taken to say the same: how many would be wrong?
""",
            solution=f"""\
{_EXERCISE_PAIRS}mistakes = sum((cosines > 0.8) != same)
""",
            check=_counts_mistakes,
        ),
        Exercise(
            "ending",
            start="""\
long = "The train passes fields, rivers and small stations. " * 40
stories = [long + "They found a box of gold.", long + "They approved the budget."]

first, second = await encode(stories)
first @ second
""",
            solution="""\
long = "The train passes fields, rivers and small stations. " * 40
stories = [long + "They found a box of gold.", long + "They approved the budget."]

async def whole(text):
    parts = [text[i : i + 500] for i in range(0, len(text), 500)]
    mean = (await encode(parts)).mean(axis=0)
    return mean / np.linalg.norm(mean)

first, second = [await whole(story) for story in stories]
first @ second
""",
            check=_reads_to_the_end,
        ),
        Exercise(
            "bytes",
            start="""\
vectors = await encode(["a black coffee", "a bicycle ride"])

codes = vectors.astype(np.int8)
codes[:, :10]
""",
            solution="""\
vectors = await encode(["a black coffee", "a bicycle ride"])

largest = np.abs(vectors).max(axis=1, keepdims=True)
codes = np.rint(vectors / largest * 127).astype(np.int8)
codes[:, :10]
""",
            check=_rounds_to_bytes,
        ),
    ),
)
