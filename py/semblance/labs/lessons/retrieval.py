"""Lab 11: find the passages that answer a question and put them into a prompt (retrieval-augmented generation)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten

import numpy as np

from semblance.embedding.passages import split
from semblance.labs.figures import Cell, Figure, Note, Plain, Table
from semblance.labs.lesson import CollectionChoice, Demo, Exercise, Lesson, Names, Number, Text
from semblance.labs.tools import Items, Tools

NEAREST = 12
"""Items that are split into passages: those nearest to the question."""
LISTED = 8
MOST_SHOWN = 220
"""Characters of a passage in a table."""

TASK = "Answer the question from these passages only, and cite them, as in [1]. If they do not hold the answer, say so."


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A passage, and its cosine with the question."""

    text: str
    title: str
    source: str
    cosine: float
    tokens: int

    def quoted(self, number: int) -> str:
        """The passage as it stands in the prompt."""
        return f"[{number}] {self.title} ({self.source})\n{self.text}\n"


async def search(tools: Tools, items: Items, question: str, size: int) -> list[RankedPassage]:
    """Passages of at most `size` tokens from the items nearest to a question, best first."""
    (asked,) = await tools.encode([question])
    places = []
    for item in np.argsort(-(items.vectors @ asked))[:NEAREST]:
        text = items.texts[item]
        passages, _ = await split(text, tools.text.count_tokens, size)
        places += [(item, text[passage.start : passage.end]) for passage in passages]
    if not places:
        return []  # pictures only
    texts = [text for _, text in places]
    cosines = await tools.encode(texts) @ asked
    tokens = await tools.text.count_tokens(texts)
    return [
        RankedPassage(
            texts[i], items.titles[places[i][0]], items.ids[places[i][0]], float(cosines[i]), tokens[i]
        )
        for i in np.argsort(-cosines, kind="stable")
    ]


def write_prompt(question: str, passages: Sequence[RankedPassage]) -> str:
    """The prompt for a language model.

    Examples
    --------
    >>> print(write_prompt("Who?", [RankedPassage("The owl.", "Night", "birds.md", 0.5, 3)]))  # doctest: +ELLIPSIS
    Answer the question ...
    <BLANKLINE>
    [1] Night (birds.md)
    The owl.
    <BLANKLINE>
    Question: Who?
    """
    quoted = [passage.quoted(number) for number, passage in enumerate(passages, 1)]
    return "\n".join([f"{TASK}\n", *quoted, f"Question: {question}"])


async def fill(
    tools: Tools, question: str, ranked: Sequence[RankedPassage], budget: int
) -> list[RankedPassage]:
    """The best passages that keep the prompt within `budget` tokens. A passage that does not fit is left out."""
    (room,) = await tools.text.count_tokens([write_prompt(question, [])])
    costs = await tools.text.count_tokens(
        [passage.quoted(number) for number, passage in enumerate(ranked, 1)]
    )
    chosen = []
    for passage, cost in zip(ranked, costs, strict=True):
        if room + cost <= budget:
            room += cost
            chosen.append(passage)
    return chosen


# --- demonstrations --------------------------------------------------------------------------------------


async def show_prompt(
    tools: Tools, collection: str, question: str, size: float, budget: float
) -> Sequence[Figure]:
    """From a question to a prompt that holds the best passages."""
    if not question.strip():
        return [Note("no_question")]
    ranked = await search(tools, await tools.collection(collection), question, int(size))
    if not ranked:
        return [Note("no_text")]
    chosen = await fill(tools, question, ranked, int(budget))
    prompt = write_prompt(question, chosen)
    (tokens,) = await tools.text.count_tokens([prompt])
    listed = ranked[:LISTED]
    rows: list[list[Cell]] = [
        [row, passage.cosine, passage.tokens, _shown(passage)] for row, passage in enumerate(listed, 1)
    ]
    values: dict[str, Cell] = {
        "passages": len(chosen),
        "tokens": tokens,
        "budget": int(budget),
        "found": len(ranked),
    }
    return [
        Note("filled" if chosen else "empty", values),
        Plain("prompt", prompt, "prompt.txt"),
        Table(
            "passages",
            ("place", "cosine", "tokens", "passage"),
            rows,
            marked=[row for row, passage in enumerate(listed) if passage in chosen],
        ),
    ]


async def show_sizes(
    tools: Tools, collection: str, question: str, answer: str, small: float, middle: float, large: float
) -> Sequence[Figure]:
    """The same question with passages of three sizes: where the answer stands, and what it costs to send it."""
    wanted = _plain(answer)
    if not wanted or not question.strip():
        return [Note("no_answer")]
    items = await tools.collection(collection)
    ranks: list[list[Cell]] = []
    best: list[list[Cell]] = []
    for size in (int(small), int(middle), int(large)):
        ranked = await search(tools, items, question, size)
        if not ranked:
            return [Note("no_text")]
        rank = next((rank for rank, passage in enumerate(ranked) if wanted in _plain(passage.text)), None)
        cosine = None if rank is None else ranked[rank].cosine
        tokens = None if rank is None else sum(passage.tokens for passage in ranked[: rank + 1])
        ranks.append([size, len(ranked), None if rank is None else rank + 1, cosine, tokens])
        best.append([size, ranked[0].cosine, _shown(ranked[0])])
    return [
        Table("ranks", ("size", "count", "rank", "cosine", "sent"), ranks),
        Table("best", ("size", "cosine", "passage"), best),
    ]


def _shown(passage: RankedPassage) -> str:
    """The beginning of a passage."""
    return shorten(passage.text, MOST_SHOWN, placeholder=" …")


def _plain(text: str) -> str:
    """A text as it is compared: in lower case, with single spaces."""
    return " ".join(text.lower().split())


# --- exercises -------------------------------------------------------------------------------------------


def _keeps_to_the_budget(names: Names) -> bool:
    return bool(
        names["chosen"]
        == [
            "The barrel holds sixty litres.",
            "It fills in one storm.",
            "Mulch keeps beds damp.",
        ]
    )


def _tells_them_apart(names: Names) -> bool:
    return names["best"].shape == (2,) and bool(names["best"][0] > names["limit"] > names["best"][1])


def _windows(names: Names) -> bool:
    sentences = names["sentences"]
    return bool(names["windows"] == [" ".join(sentences[i : i + 2]) for i in range(len(sentences) - 1)])


async def _names(tools: Tools) -> Names:
    return {"notes": await tools.sample()}


_BUDGET = """\
ranked = [  # passages, best first, with their tokens
    ("The barrel holds sixty litres.", 7),
    ("It fills in one storm.", 6),
    ("The long story of how the barrel came to us, and who carried it up the hill.", 20),
    ("Mulch keeps beds damp.", 6),
]
budget = 20

"""

_LIMIT = """\
questions = ["How do I keep slugs off my lettuce?", "Who won the chess tournament?"]
asked = await encode(questions)
best = (asked @ notes.vectors.T).max(axis=1)
print(best)

"""

_WINDOWS = """\
sentences = ["It fell at night.", "Nobody saw it.", "The roof held.", "The barn did not."]

"""

LESSON = Lesson(
    name="retrieval",
    seeds=("willison-rag",),
    demos=(
        Demo(
            "prompt",
            (
                CollectionChoice("collection"),
                Text("question", "How much rain water comes off the roof of the shed?"),
                Number("size", 48, 8, 254),
                Number("budget", 250, 50, 1000, 10),
            ),
            show_prompt,
        ),
        Demo(
            "sizes",
            (
                CollectionChoice("collection"),
                Text("question", "How much rain water comes off the roof of the shed?"),
                Text("answer", "sixty litres"),
                Number("small", 10, 4, 254),
                Number("middle", 48, 4, 254),
                Number("large", 254, 4, 254),
            ),
            show_sizes,
            on_demand=True,
        ),
    ),
    cell="""\
question = "How can I keep slugs off my lettuce?"

(asked,) = await encode([question])
best = np.argsort(-notes.vectors @ asked)[:2]

prompt = "Answer from these notes only, and cite them, as in [1].\\n"
for number, i in enumerate(best, 1):
    prompt += f"\\n[{number}] {notes.titles[i]}\\n{notes.texts[i]}\\n"
prompt += f"\\nQuestion: {question}"

print(prompt)
await tools.text.count_tokens([prompt])
""",
    exercises=(
        Exercise(
            "budget",
            start=_BUDGET
            + """\
chosen = []  # the best passages that fit, in order; one that does not fit is left out
for text, tokens in ranked:
    chosen.append(text)
chosen
""",
            solution=_BUDGET
            + """\
chosen = []
for text, tokens in ranked:
    if tokens <= budget:
        chosen.append(text)
        budget -= tokens
chosen
""",
            check=_keeps_to_the_budget,
        ),
        Exercise(
            "unanswered",
            start=_LIMIT + "limit = 0  # below it, better say: my notes do not tell\n",
            solution=_LIMIT + "limit = 0.4\n",
            check=_tells_them_apart,
        ),
        Exercise(
            "windows",
            start=_WINDOWS
            + "windows = sentences  # pairs of neighbours: the first and the second, the second and the third, ...\n",
            solution=_WINDOWS
            + 'windows = [f"{first} {second}" for first, second in zip(sentences, sentences[1:])]\n',
            check=_windows,
        ),
    ),
    names=_names,
)
