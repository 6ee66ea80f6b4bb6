"""Lab 12: pictures and words in one space, as CLIP has them."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import numpy as np

from semblance.arrays import FloatArray
from semblance.documents import ImageBytes
from semblance.labs.figures import Bars, Figure, Gallery, Matrix, Note, Table
from semblance.labs.lesson import Choice, Demo, Exercise, Files, Lesson, Names, Text
from semblance.labs.lessons.shared.lines import lines
from semblance.labs.tools import Tools
from semblance.ranking.vectors import softmax

LABELS = {
    "cat": "cat",
    "coffee": "cup of coffee",
    "astronaut": "astronaut",
    "rocket": "rocket",
    "clock": "clock",
    "photographer": "man with a camera",
    "galaxies": "galaxy",
    "horse": "horse",
    "temple": "temple",
    "flower": "flower",
}
"""What each photo shows, as a label."""

TEMPLATE = "a photo of a {}"


def fill_template(template: str, labels: Sequence[str]) -> list[str]:
    """A phrase for each label.

    Examples
    --------
    >>> fill_template("a photo of a {}", ["cat", "dog"])
    ['a photo of a cat', 'a photo of a dog']
    """
    return [template.replace("{}", label) for label in labels]


def _different(text: str) -> list[str]:
    """The different lines that are not empty."""
    return list(dict.fromkeys(lines(text)))


def _problem(labels: Sequence[str], template: str) -> str:
    """The name of the note that says what is missing; empty if nothing is."""
    if not labels:
        return "no_labels"
    return "" if "{}" in template else "no_place"


# --- demonstrations --------------------------------------------------------------------------------------


async def show_labels(
    tools: Tools, photo: str, own: Sequence[tuple[str, bytes]], labels: str, template: str
) -> Sequence[Figure]:
    """One picture and the labels that fit it best: cosines, and their softmax."""
    names = _different(labels)
    if problem := _problem(names, template):
        return [Note(problem)]
    encoder = await tools.images()
    phrases = await tools.encode(fill_template(template, names))
    gallery, vector = await _picture(tools, photo, own)
    cosines = phrases @ vector
    shares = softmax([cosines], encoder.logit_scale)[0]
    order = np.argsort(-cosines)
    sorted_names = [names[i] for i in order]
    return [
        gallery,
        Bars("scores", sorted_names, {"cosine": cosines[order].tolist(), "share": shares[order].tolist()}),
        Note(
            "best",
            {
                "label": names[order[0]],
                "cosine": f"{cosines[order[0]]:.2f}",
                "percent": f"{100 * shares[order[0]]:.0f}",
                "scale": round(encoder.logit_scale, 1),
            },
        ),
    ]


async def _picture(tools: Tools, photo: str, own: Sequence[tuple[str, bytes]]) -> tuple[Gallery, FloatArray]:
    """The learner's own picture if there is one, else the photo of this name; and its vector."""
    if own:
        name, data = own[0]
        encoded = await (await tools.images()).encode(ImageBytes(data))
        return Gallery("picture", [_address(encoded.picture.thumbnail)], [name], [name]), encoded.vector
    photos = await tools.photos()
    place = [known.name for known in photos].index(photo)
    chosen = photos[place]
    shown = Gallery("picture", [_address(chosen.data)], [LABELS[photo]], [chosen.description])
    return shown, (await tools.embed_photos())[place]


def _address(jpeg: bytes) -> str:
    """A picture as a ``data:`` address, which is the only kind that also works in the double-click edition."""
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"


async def show_search(tools: Tools, query: str) -> Sequence[Figure]:
    """All photos, those that fit the words best first."""
    photos, vectors = await tools.photos(), await tools.embed_photos()
    (asked,) = await tools.encode([query])
    cosines = vectors @ asked
    order = np.argsort(-cosines)
    return [
        Gallery(
            "found",
            [_address(photos[i].data) for i in order],
            [f"{LABELS[photos[i].name]}: {cosines[i]:.3f}" for i in order],
            [photos[i].description for i in order],
        )
    ]


async def show_all(tools: Tools, labels: str, template: str) -> Sequence[Figure]:
    """Each photo with each label."""
    names = _different(labels)
    if problem := _problem(names, template):
        return [Note(problem)]
    photos, vectors = await tools.photos(), await tools.embed_photos()
    cosines = vectors @ (await tools.encode(fill_template(template, names))).T
    best = [names[i] for i in np.argmax(cosines, axis=1)]
    asked = [row for row, photo in enumerate(photos) if LABELS[photo.name] in names]
    wrong = [row for row in asked if best[row] != LABELS[photos[row].name]]
    shown = [LABELS[photo.name] for photo in photos]
    return [
        Note("right", {"right": len(asked) - len(wrong), "asked": len(asked)}),
        Table(
            "best",
            ("photo", "label", "cosine"),
            [[shown[row], best[row], float(cosines[row].max())] for row in range(len(photos))],
            marked=wrong,
        ),
        Matrix("matrix", shown, names, cosines.tolist()),
    ]


# --- exercises -------------------------------------------------------------------------------------------


def _shares(names: Names) -> bool:
    expected = softmax([names["cosines"]], names["scale"])[0]
    return np.allclose(names["shares"], expected, atol=1e-3)


def _finds_the_horse(names: Names) -> bool:
    return names["found"] == "horse" and "horse" not in names["query"].lower()


def _mean_of_phrases(names: Names) -> bool:
    mean = names["phrases"].mean(axis=0)
    return np.allclose(names["label"], mean / np.linalg.norm(mean), atol=1e-4)


async def _names(tools: Tools) -> Names:
    return {
        "pictures": await tools.embed_photos(),
        "titles": [photo.name for photo in await tools.photos()],
        "scale": (await tools.images()).logit_scale,
    }


_ALL = "\n".join(LABELS.values())

LESSON = Lesson(
    name="pictures",
    seeds=("willison-clip",),
    demos=(
        Demo(
            "labels",
            (
                Choice("photo", tuple(LABELS)),
                Files("own", "image/*"),
                Text("labels", _ALL, lines=6),
                Text("template", TEMPLATE),
            ),
            show_labels,
        ),
        Demo("search", (Text("query", "something to drink"),), show_search),
        Demo("all", (Text("labels", _ALL, lines=6), Text("template", TEMPLATE)), show_all),
    ),
    cell="""\
labels = ["cat", "cup of coffee", "flower"]
phrases = await encode([f"a photo of a {label}" for label in labels])

cosines = pictures @ phrases.T
print("photos and labels:", cosines.shape)
for title, row in zip(titles, cosines):
    print(f"{title:13}", row.round(2), labels[row.argmax()])

titles[cosines[:, 0].argmax()]  # the photo that looks most like a cat
""",
    exercises=(
        Exercise(
            "query",
            start="""\
query = "something to drink"

found = titles[(pictures @ (await encode([query]))[0]).argmax()]
found
""",
            solution="""\
query = "an animal with four legs"

found = titles[(pictures @ (await encode([query]))[0]).argmax()]
found
""",
            check=_finds_the_horse,
        ),
        Exercise(
            "softmax",
            start="""\
phrases = await encode(["a photo of a cat", "a photo of a dog", "a photo of a horse"])
cosines = phrases @ pictures[0]

shares = cosines / cosines.sum()
shares
""",
            solution="""\
phrases = await encode(["a photo of a cat", "a photo of a dog", "a photo of a horse"])
cosines = phrases @ pictures[0]

shares = np.exp(scale * cosines)
shares = shares / shares.sum()
shares
""",
            check=_shares,
        ),
        Exercise(
            "templates",
            start="""\
phrases = await encode(["a photo of a cup of coffee", "coffee in a cup", "an espresso on a table"])

label = phrases[0]
titles[(pictures @ label).argmax()]
""",
            solution="""\
phrases = await encode(["a photo of a cup of coffee", "coffee in a cup", "an espresso on a table"])

label = phrases.mean(axis=0)
label = label / np.linalg.norm(label)
titles[(pictures @ label).argmax()]
""",
            check=_mean_of_phrases,
        ),
    ),
    names=_names,
)
