"""Lab 9: scoring by average position, between two poles that examples give."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from semblance.arrays import FloatArray
from semblance.embedding.sentences import segment
from semblance.labs.figures import Figure, Matrix, Note, Sentences, Table
from semblance.labs.lesson import Demo, Exercise, Lesson, Names, Text
from semblance.labs.lessons.poles_classifier import Scale, centroids, confusion, leave_one_out
from semblance.labs.lessons.shared.lines import labelled, lines
from semblance.labs.lessons.shared.map_points import indices
from semblance.labs.tools import Tools

ABSTRACT = """\
Freedom is worth more than comfort.
The theory rests on a few assumptions.
Justice demands patience and reason.
His hopes were greater than his doubts.
Truth is a matter of degree.
The idea changed how people think about progress."""

CONCRETE = """\
The cup is on the wooden table.
A red bicycle leans against the wall.
She cut the bread with a knife.
The dog sleeps under the chair.
Rain drips from the roof into a bucket.
He put three stones in his pocket."""

TEXT = """\
The old clock hung beside the kitchen door. Every evening my grandfather wound it with a small brass key. \
He believed that time was a gift, and that habits give life its meaning. When he died, we found the key in a tin with \
buttons and string. Memory is a strange kind of loyalty. The clock is on my wall now, and it runs four minutes slow. \
Perhaps precision matters less than continuity."""

EXAMPLES = """\
question: When does the museum open?
question: Can I bring my dog on the tour?
question: How much is a ticket for a student?
question: Is there a café in the building?
complaint: The heating in the hall was broken and we froze.
complaint: Nobody answered the phone for three days.
complaint: The guide was rude to my children.
complaint: I was charged twice and want my money back.
praise: What a wonderful afternoon, thank you all!
praise: The new exhibition is the best I have seen.
praise: Your staff were kind and patient with us.
praise: The tour was lively, funny and full of surprises."""


async def show_poles(tools: Tools, first: str, second: str, text: str) -> Sequence[Figure]:
    """A text, sentence by sentence, on the scale between two poles."""
    examples = lines(first), lines(second)
    sentences = [text[sentence.start : sentence.end] for sentence in segment(text)]
    if not all(examples) or not sentences:
        return [Note("nothing")]
    low, high = await tools.encode(examples[0]), await tools.encode(examples[1])
    scale = Scale.between(low, high)
    scores = scale.scores(await tools.encode(sentences))
    order = np.argsort(scores, kind="stable")
    rows = [[float(scores[i]), sentences[i]] for i in order]
    right = int((_unseen(low, high) < 0).sum() + (_unseen(high, low) < 0).sum())
    return [
        Sentences("coloured", sentences, np.clip(scores, -1, 1).tolist()),
        Table("scores", ("score", "sentence"), rows),
        Note("unseen", {"right": right, "count": len(low) + len(high)}),
    ]


def _unseen(own: FloatArray, other: FloatArray) -> FloatArray:
    """Scores of a pole's examples, each on a scale made without it. A score below 0 is on the pole's own side."""
    if len(own) < 2:
        return np.zeros(len(own), dtype=own.dtype)
    scales = (Scale.between(np.delete(own, i, axis=0), other) for i in range(len(own)))
    return np.asarray([scale.scores(vector) for scale, vector in zip(scales, own, strict=True)])


async def show_classifier(tools: Tools, examples: str, text: str) -> Sequence[Figure]:
    """A nearest-centroid classifier: its answer for a new text, and for each example without having seen it."""
    given = [(label, example) for label, example in labelled(examples) if label]
    labels, names = indices([label for label, _ in given])
    if len(names) < 2 or min(labels.count(c) for c in range(len(names))) < 2:
        return [Note("too_few")]
    vectors = await tools.encode([example for _, example in given])
    predicted = leave_one_out(vectors, labels, len(names))
    right = int((predicted == labels).sum())
    wrong = [
        [given[i][1], names[labels[i]], names[predicted[i]]]
        for i in range(len(given))
        if predicted[i] != labels[i]
    ]
    figures: list[Figure] = [
        *(
            await _classified(tools, text, centroids(vectors, labels, len(names)), names)
            if text.strip()
            else []
        ),
        Note("accuracy", {"right": right, "count": len(given), "chance": round(100 / len(names))}),
        Matrix("confusion", names, names, confusion(labels, predicted, len(names)).tolist()),
    ]
    return [*figures, Table("wrong", ("text", "actual", "said"), wrong)] if wrong else figures


async def _classified(tools: Tools, text: str, centres: FloatArray, names: Sequence[str]) -> list[Figure]:
    cosines = centres @ (await tools.encode([text]))[0]
    order = np.argsort(-cosines, kind="stable")
    rows = [[names[i], float(cosines[i])] for i in order]
    return [Note("said", {"label": names[order[0]]}), Table("centres", ("label", "cosine"), rows, marked=[0])]


def _is_axis(names: Names) -> bool:
    right = names["happy"].mean(axis=0) - names["sad"].mean(axis=0)
    scores = names["new"] @ right
    return bool(
        np.allclose(names["axis"], right, atol=1e-4) and np.allclose(names["scores"], scores, atol=1e-3)
    )


def _sorts_mail(names: Names) -> bool:
    return list(names["said"]) == ["garden", "money", "garden", "money"]


_EXERCISE_AXIS = """\
happy = await encode(["What a lovely day!", "We won and danced all night.", "She laughed with joy."])
sad = await encode(["He cried at the funeral.", "I miss her every day.", "All hope was gone."])
new = await encode(["They are getting married!", "My old dog died this morning."])
"""

_EXERCISE_NEAREST = """\
garden = await encode(["Water the tomatoes.", "The roses have mildew.", "Plant bulbs in autumn."])
money = await encode(["Pay the rent on Monday.", "Our savings earn interest.", "The invoice is overdue."])
new = await encode(["Slugs ate the lettuce.", "The bank closed my account.", "Prune the apple tree.", "Taxes are due."])
"""

LESSON = Lesson(
    name="poles",
    seeds=("willison-average",),
    demos=(
        Demo(
            "poles",
            (
                Text("first", ABSTRACT, lines=6),
                Text("second", CONCRETE, lines=6),
                Text("text", TEXT, lines=6),
            ),
            show_poles,
        ),
        Demo(
            "classifier",
            (
                Text("examples", EXAMPLES, lines=12),
                Text("text", "I waited an hour at the entrance and nobody cared."),
            ),
            show_classifier,
        ),
    ),
    cell="""\
concrete = await encode(["The cup is on the wooden table.", "She cut the bread with a knife.", "A dog sleeps by the door."])
abstract = await encode(["Truth is a matter of degree.", "Justice demands patience.", "Freedom has its price."])
axis = concrete.mean(axis=0) - abstract.mean(axis=0)

new = ["The spoon fell into the soup.", "Hope is stronger than doubt."]
for text, score in zip(new, await encode(new) @ axis):
    print(f"{score:6.2f} {text}")
np.linalg.norm(axis)
""",
    exercises=(
        Exercise(
            "axis",
            start=f"""\
{_EXERCISE_AXIS}axis = happy[0] - sad[0]  # one example each is little: use the average of all
scores = new @ axis
print(scores)
""",
            solution=f"""\
{_EXERCISE_AXIS}axis = happy.mean(axis=0) - sad.mean(axis=0)
scores = new @ axis
print(scores)
""",
            check=_is_axis,
        ),
        Exercise(
            "nearest",
            start=f"""\
{_EXERCISE_NEAREST}said = ["garden"] * len(new)  # the name of the nearer average for each new text
""",
            solution=f"""\
{_EXERCISE_NEAREST}nearer_to_money = new @ money.mean(axis=0) > new @ garden.mean(axis=0)
said = ["money" if yes else "garden" for yes in nearer_to_money]
""",
            check=_sorts_mail,
        ),
    ),
)
