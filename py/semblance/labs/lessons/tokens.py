"""Lab 4: a text becomes tokens, each token a vector, and these become one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from semblance.arrays import FloatArray
from semblance.labs.figures import Bars, Cell, Figure, Note, Strip, Table
from semblance.labs.lesson import Demo, Exercise, Lesson, Names, Number, Text
from semblance.labs.lessons.shared.lines import lines
from semblance.labs.tools import TextModel, Tools
from semblance.ranking.vectors import normalize

MOST_STRIPS = 40
MOST_TEXTS = 20
WALK = "I took my dog for a walk"
LENGTHS = (16, 32, 64, 128, 256)


async def show_pieces(tools: Tools, text: str) -> Sequence[Figure]:
    """The pieces of a text, their ids, and a vector for each."""
    read = await tools.text.token_vectors(text)
    words, tokens = len(text.split()), len(read.ids)
    rows: list[list[Cell]] = [
        [place, piece, int(id)]
        for place, (piece, id) in enumerate(zip(read.pieces, read.ids, strict=True), 1)
    ]
    left_out = (await tools.text.count_tokens([text]))[0] - tools.text.token_budget()
    return [
        Note("pieces", {"words": words, "tokens": tokens, "numbers": read.vectors.shape[1]}),
        *([Note("cut", {"left_out": left_out})] if left_out > 0 else []),
        Table("pieces", ("place", "piece", "id"), rows),
        Strip("strips", read.pieces[:MOST_STRIPS], normalize(read.vectors[:MOST_STRIPS]).tolist()),
    ]


async def show_pooling(tools: Tools, texts: str) -> Sequence[Figure]:
    """Cosines of the first text with the others, by three ways to make one vector out of many."""
    listed = lines(texts, MOST_TEXTS)
    if len(listed) < 2:
        return [Note("two_texts")]
    rows = [(await tools.text.token_vectors(text)).vectors for text in listed]
    pooled = {
        "cls": normalize([vectors[0] for vectors in rows]),
        "mean": normalize([vectors.mean(axis=0) for vectors in rows]),
        "max": normalize([vectors.max(axis=0) for vectors in rows]),
    }
    cosines = {way: (vectors[1:] @ vectors[0]).tolist() for way, vectors in pooled.items()}
    return [Bars("pooling", listed[1:], cosines)]


async def show_padding(tools: Tools, text: str, length: float) -> Sequence[Figure]:
    """What becomes of a text's vector if padding is read as if it were text."""
    (masked,) = await tools.encode([text])
    tokens = len((await tools.text.token_vectors(text)).ids)
    longer = sorted({size for size in (*LENGTHS, int(length)) if size > tokens})
    if int(length) <= tokens:
        return [Note("no_room", {"tokens": tokens})]
    read = {size: (await tools.text.token_vectors(text, pad_to=size)).vectors for size in longer}
    everything = {size: normalize(vectors.mean(axis=0)) for size, vectors in read.items()}
    own = {size: normalize(vectors[:tokens].mean(axis=0)) for size, vectors in read.items()}
    rows: list[list[Cell]] = [
        [size, size - tokens, float(own[size] @ masked), float(everything[size] @ masked)] for size in longer
    ]
    unmasked = everything[int(length)]
    values: dict[str, Cell] = {"tokens": tokens, "padding": int(length) - tokens}
    return [
        Note("dropped", {**values, "cosine": f"{unmasked @ masked:.3f}"}),
        Strip("with_and_without", [text, f"{text} {'[PAD] ' * 3}…"], [masked.tolist(), unmasked.tolist()]),
        Table("lengths", ("length", "padding", "own", "everything"), rows, [longer.index(int(length))]),
    ]


async def show_word(tools: Tools, word: str, texts: str) -> Sequence[Figure]:
    """Cosines between the vectors that one word has in several sentences."""
    listed, vectors, missing = lines(texts, MOST_TEXTS), [], []
    for text in listed:
        vector = await _in_context(tools.text, word, text)
        if vector is None:
            missing.append(text)
        else:
            vectors.append(vector)
    notes = [Note("missing", {"word": word, "text": text}) for text in missing]
    sentences = [text for text in listed if text not in missing]
    if len(sentences) < 2:
        return [*notes, Note("two_sentences", {"word": word})]
    matrix = np.array(vectors) @ np.array(vectors).T
    pairs = [(i, j) for i in range(len(sentences)) for j in range(i + 1, len(sentences))]
    rows: list[list[Cell]] = [[sentences[i], sentences[j], float(matrix[i, j])] for i, j in pairs]
    rows.sort(key=lambda row: -float(row[2] or 0))
    return [
        *notes,
        Table("contexts", ("one", "other", "cosine"), rows),
        Strip("word", sentences, np.array(vectors).tolist()),
    ]


async def _in_context(model: TextModel, word: str, text: str) -> FloatArray | None:
    """The unit vector of a word in a text, the mean of its pieces where it has several; None if it is not there."""
    wanted = (await model.token_vectors(word)).ids[1:-1].tolist()
    read = await model.token_vectors(text)
    ids = read.ids.tolist()
    for start in range(1, len(ids) - len(wanted)):
        if wanted and ids[start : start + len(wanted)] == wanted:
            return normalize(read.vectors[start : start + len(wanted)].mean(axis=0))
    return None


def _is_mean_of_words(names: Names) -> bool:
    expected = normalize(names["found"].vectors[1:-1].mean(axis=0))
    return bool(np.allclose(names["vector"], expected, atol=1e-5))


def _is_unpadded_mean(names: Names) -> bool:
    tokens = names["found"]
    expected = normalize(tokens.vectors[tokens.ids != 0].mean(axis=0))
    return len(tokens.ids) == 32 and bool(np.allclose(names["vector"], expected, atol=1e-5))


LESSON = Lesson(
    name="tokens",
    seeds=("hf-token-vectors", "hf-pooling"),
    demos=(
        Demo("pieces", (Text("text", "Semblance finds unbelievable embeddings.", lines=2),), show_pieces),
        Demo(
            "pooling",
            (
                Text(
                    "texts",
                    f"{WALK}\nI took my cat for a walk\nThe stock market fell sharply today",
                    lines=4,
                ),
            ),
            show_pooling,
        ),
        Demo("padding", (Text("text", WALK), Number("length", 32, 16, 256, 16)), show_padding),
        Demo(
            "word",
            (
                Text("word", "bank"),
                Text(
                    "texts",
                    "We sat on the bank of the river.\nThey fished from the bank of the river.\n"
                    "The bank raised its interest rate.\nShe opened an account at the bank.",
                    lines=5,
                ),
            ),
            show_word,
        ),
    ),
    cell="""\
found = await tools.text.token_vectors("I took my dog for a walk")
print(found.pieces)
print(found.vectors.shape)

mean = found.vectors.mean(axis=0)
mean = mean / np.linalg.norm(mean)
(vector,) = await encode(["I took my dog for a walk"])
mean @ vector  # the same vector, but for rounding
""",
    exercises=(
        Exercise(
            "most",
            start="""\
words = ["dog", "walking", "unbelievable", "antidisestablishmentarianism", "photosynthesis"]
counts = await tools.text.count_tokens(words)
most = words[0]  # the word with the most pieces
""",
            solution="""\
words = ["dog", "walking", "unbelievable", "antidisestablishmentarianism", "photosynthesis"]
counts = await tools.text.count_tokens(words)
most = words[int(np.argmax(counts))]
""",
            check=lambda names: names["most"] == "antidisestablishmentarianism",
        ),
        Exercise(
            "words_only",
            start="""\
found = await tools.text.token_vectors("I took my dog for a walk")
vector = found.vectors.mean(axis=0)  # without [CLS] and [SEP], please, and of length 1
""",
            solution="""\
found = await tools.text.token_vectors("I took my dog for a walk")
vector = found.vectors[1:-1].mean(axis=0)
vector = vector / np.linalg.norm(vector)
""",
            check=_is_mean_of_words,
        ),
        Exercise(
            "mask",
            start="""\
found = await tools.text.token_vectors("I took my dog for a walk", pad_to=32)
vector = found.vectors.mean(axis=0)  # leave the padding, id 0, out of the mean
vector = vector / np.linalg.norm(vector)
""",
            solution="""\
found = await tools.text.token_vectors("I took my dog for a walk", pad_to=32)
vector = found.vectors[found.ids != 0].mean(axis=0)
vector = vector / np.linalg.norm(vector)
""",
            check=_is_unpadded_mean,
        ),
    ),
)
