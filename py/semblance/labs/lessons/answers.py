"""Lab 6: questions find their answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from semblance.embedding.passages import split
from semblance.labs.figures import Cell, Figure, Matrix, Note, Table
from semblance.labs.lesson import Demo, Exercise, Lesson, Names, Number, Text
from semblance.labs.lessons.shared.lines import lines
from semblance.labs.tools import Tools
from semblance.ranking.vectors import top_k

# After the four pairs of Cohere's course on sentence embeddings.
QUESTIONS = """\
Where is the world cup?
What color is the sky?
Where does the bear live?
What is an apple?"""

ANSWERS = """\
The world cup is in Qatar.
The sky is blue.
The bear lives in the woods.
An apple is a fruit."""

TROUBLE = "How can I fall asleep faster?"
HELP = """\
Why can't I sleep at night?
What helps against insomnia?
Go to bed at the same hour every evening, and leave the phone in the kitchen.
A dark, cool room and a fixed bedtime help.
The train to the coast leaves at nine."""

PASSAGE_TOKENS = 48
"""Short enough that the 72 sample notes, of up to 256 tokens each, become a few hundred passages."""


async def show_pairs(tools: Tools, questions: str, answers: str) -> Sequence[Figure]:
    """The cosine of each question with each answer, and the answer that each question finds."""
    asked, given = lines(questions), lines(answers)
    if not asked or not given:
        return [Note("nothing")]
    scores = await tools.encode(asked) @ (await tools.encode(given)).T
    best = scores.argmax(axis=1)
    rows = [
        [question, given[j], float(scores[i, j])]
        for i, (question, j) in enumerate(zip(asked, best, strict=True))
    ]
    return [
        Matrix("cosines", asked, given, scores.tolist()),
        Table("found", ("question", "answer", "cosine"), rows),
    ]


async def show_shape(tools: Tools, question: str, texts: str) -> Sequence[Figure]:
    """Texts ranked by their cosine with a question; those that are questions themselves stand out."""
    given = lines(texts)
    if not given:
        return [Note("nothing")]
    ranked = await _ranked(tools, question, given)
    marked = [place for place, (text, _) in enumerate(ranked) if _is_question(text)]
    note = Note("question_first" if 0 in marked else "answer_first", {"text": ranked[0][0]})
    rows: list[list[Cell]] = [[place + 1, text, score] for place, (text, score) in enumerate(ranked)]
    return [note, Table("ranking", ("place", "text", "cosine"), rows, marked)]


async def show_passages(tools: Tools, question: str, number: int) -> Sequence[Figure]:
    """The passages of the sample notes that are nearest to a question."""
    names, passages = await sample_passages(tools)
    (query,) = await tools.encode([question])
    scores = await tools.encode(passages) @ query
    best = top_k(scores, int(number))
    rows: list[list[Cell]] = [[float(scores[i]), f"{names[i]}: {passages[i]}"] for i in best]
    return [Note("searched", {"count": len(passages)}), Table("top", ("cosine", "passage"), rows)]


async def sample_passages(tools: Tools) -> tuple[list[str], list[str]]:
    """The sample notes, cut into passages: the note's title for each, and its text."""
    names, passages = [], []
    for note in await tools.notes():
        spans, _ = await split(note.content, tools.text.count_tokens, PASSAGE_TOKENS)
        names += [note.title or note.id] * len(spans)
        passages += [note.content[span.start : span.end] for span in spans]
    return names, passages


async def show_prompts(
    tools: Tools, question: str, texts: str, query_prompt: str, passage_prompt: str
) -> Sequence[Figure]:
    """The same ranking with and without a prompt before the question and the texts."""
    given = lines(texts)
    if not given:
        return [Note("nothing")]
    plain = _placed(await _ranked(tools, question, given))
    prompted = await _ranked(tools, query_prompt + question, [passage_prompt + text for text in given])
    placed = _placed([(text[len(passage_prompt) :], score) for text, score in prompted])
    moved = [place - 1 for text, (place, _) in placed.items() if plain[text][0] != place]
    largest = max(abs(score - plain[text][1]) for text, (_, score) in placed.items())
    rows: list[list[Cell]] = [
        [text, f"{plain[text][0]}→{place}", plain[text][1], score] for text, (place, score) in placed.items()
    ]
    note = Note("moved", {"moved": len(moved), "count": len(rows), "largest": round(largest, 3)})
    return [note, Table("compared", ("text", "places", "without", "with"), rows, moved)]


def _placed(ranked: Sequence[tuple[str, float]]) -> dict[str, tuple[int, float]]:
    """The place and the cosine of each text, best first."""
    return {text: (place + 1, score) for place, (text, score) in enumerate(ranked)}


async def _ranked(tools: Tools, question: str, texts: Sequence[str]) -> list[tuple[str, float]]:
    """Different texts and their cosines with a question, best first."""
    different = list(dict.fromkeys(texts))
    (query,) = await tools.encode([question])
    scores = await tools.encode(different) @ query
    return [(different[i], float(scores[i])) for i in top_k(scores, len(different))]


def _is_question(text: str) -> bool:
    return text.endswith(("?", "？"))


def _finds_answers(names: Names) -> bool:
    return list(names["best"]) == [1, 2, 0]


def _has_margins(names: Names) -> bool:
    ordered = np.sort(names["questions"] @ names["answers"].T, axis=1)
    return bool(np.allclose(names["margins"], ordered[:, -1] - ordered[:, -2], atol=1e-4))


def _advice_first(names: Names) -> bool:
    return bool("?" not in names["texts"][int(names["scores"].argmax())]) and len(names["texts"]) == 4


_EXERCISE_PAIRS = """\
questions = await encode(["Who wrote the letter?", "When does the shop open?", "How tall is the tower?"])
answers = await encode(["It measures ninety metres.", "My aunt did, in blue ink.", "At half past eight in the morning."])
"""

_EXERCISE_GUESS = """\
texts = [
    "Is it normal that my bread comes out so dense?",
    "Does anybody know why loaves turn out heavy?",
    "Give the dough more time in a warm place, until it has doubled.",
    "The bridge was closed for a week.",
]
"""

LESSON = Lesson(
    name="answers",
    seeds=("cohere-sentences", "hf-top-3"),
    demos=(
        Demo("pairs", (Text("questions", QUESTIONS, lines=4), Text("answers", ANSWERS, lines=4)), show_pairs),
        Demo("shape", (Text("question", TROUBLE), Text("texts", HELP, lines=5)), show_shape),
        Demo(
            "passages",
            (Text("question", "How do I stop a tap from dripping?"), Number("number", 3, 1, 10)),
            show_passages,
            on_demand=True,
        ),
        Demo(
            "prompts",
            (
                Text("question", TROUBLE),
                Text("texts", HELP, lines=5),
                Text("query_prompt", "query: "),
                Text("passage_prompt", "passage: "),
            ),
            show_prompts,
        ),
    ),
    cell="""\
questions = ["Where is the world cup?", "What color is the sky?", "Where does the bear live?", "What is an apple?"]
answers = ["An apple is a fruit.", "The sky is blue.", "The world cup is in Qatar.", "The bear lives in the woods."]

scores = await encode(questions) @ (await encode(answers)).T  # unit vectors: their products are cosines

for question, row in zip(questions, scores):
    print(question, "->", answers[row.argmax()])
scores.round(2)
""",
    exercises=(
        Exercise(
            "rank",
            start=f"{_EXERCISE_PAIRS}best = [0, 0, 0]  # for each question, the index of its best answer\n",
            solution=f"{_EXERCISE_PAIRS}best = (questions @ answers.T).argmax(axis=1)\n",
            check=_finds_answers,
        ),
        Exercise(
            "margin",
            start=f"""\
{_EXERCISE_PAIRS}margins = np.zeros(3)  # how far is each question's best answer ahead of the second best?
""",
            solution=f"""\
{_EXERCISE_PAIRS}ordered = np.sort(questions @ answers.T, axis=1)
margins = ordered[:, -1] - ordered[:, -2]
""",
            check=_has_margins,
        ),
        Exercise(
            "guess",
            start=f"""\
{_EXERCISE_GUESS}search = "Why is my bread so dense?"  # write what an answer could sound like

(query,) = await encode([search])
scores = await encode(texts) @ query
print(texts[scores.argmax()])
""",
            solution=f"""\
{_EXERCISE_GUESS}search = "Let the dough rise longer somewhere warm before baking."

(query,) = await encode([search])
scores = await encode(texts) @ query
print(texts[scores.argmax()])
""",
            check=_advice_first,
        ),
    ),
)
