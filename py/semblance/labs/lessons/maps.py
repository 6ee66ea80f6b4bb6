"""Lab 7: from hundreds of dimensions to a map, and what is lost on the way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from semblance.arrays import FloatArray
from semblance.labs.figures import Bars, Cell, Figure, Note
from semblance.labs.lesson import CollectionChoice, Demo, Exercise, Lesson, Names, Number, Text
from semblance.labs.lessons.shared.lines import labelled
from semblance.labs.lessons.shared.map_points import first, folders, indices, names_of, on_map
from semblance.labs.lessons.shared.projection import pca, share_kept
from semblance.labs.tools import Items, Tools

WORDS = """\
animals: dog cat horse cow lion tiger rabbit mouse
countries: france germany italy spain japan china india
numbers: two three five seven ten twenty hundred
feelings: happy sad angry afraid proud lonely jealous"""

SENTENCES = """\
weather: It has been raining since the morning.
A thunderstorm is coming from the west.
The sun is out and the snow melts.
food: She put too much salt into the soup.
We baked bread and ate it with butter.
This restaurant serves excellent noodles.
music: The choir sang without a conductor.
He has practised the violin for years.
Her new song is played on every radio."""

NEIGHBOURS = 10
FEWEST_ITEMS = 4
DIMENSIONS = (1, 2, 3, 5, 10, 20, 50)


async def show_words(tools: Tools, groups: str) -> Sequence[Figure]:
    """Words in the plane, by PCA; each line gives a group."""
    known = await tools.words()
    places = {word: i for i, word in enumerate(known.words)}
    asked = [(label, word.lower()) for label, text in labelled(groups) for word in text.split()]
    missing = [word for _, word in asked if word not in places]
    grouped = [(label, word) for label, word in asked if word in places]
    notes = [Note("unknown", {"words": ", ".join(missing)})] if missing else []
    if len(grouped) < 3:
        return [*notes, Note("too_few")]
    vectors = known.vectors()[[places[word] for _, word in grouped]]
    return [
        *notes,
        *_by_pca("words", vectors, [word for _, word in grouped], [label for label, _ in grouped]),
    ]


async def show_sentences(tools: Tools, groups: str) -> Sequence[Figure]:
    """Sentences in the plane, by PCA."""
    given = labelled(groups)
    if len(given) < 3:
        return [Note("too_few")]
    texts = [text for _, text in given]
    return _by_pca("sentences", await tools.encode(texts), texts, [label for label, _ in given])


def _by_pca(name: str, vectors: FloatArray, labels: list[str], group_of: list[str]) -> list[Figure]:
    places, explained = pca(vectors)
    groups, group_names = indices(group_of)
    note = Note("explained", {"dims": vectors.shape[1], "percent": _percent(float(explained.sum()))})
    return [note, on_map(name, places, labels, groups, group_names, label_all=True)]


async def show_collection(tools: Tools, collection: str) -> Sequence[Figure]:
    """A collection on a map by PCA, and how many of its neighbourhoods are still there."""
    items = first(await tools.collection(collection))
    if len(items.ids) < FEWEST_ITEMS:
        return [Note("too_few")]
    return _map_of("collection", items, pca(items.vectors)[0])


async def show_umap(tools: Tools, collection: str, neighbours: int) -> Sequence[Figure]:
    """The same by UMAP."""
    items = first(await tools.collection(collection))
    if len(items.ids) < FEWEST_ITEMS:
        return [Note("too_few")]
    places = await tools.umap(items.vectors, min(int(neighbours), len(items.ids) - 1))
    return _map_of("umap", items, places)


def _map_of(name: str, items: Items, places: FloatArray) -> list[Figure]:
    k = _neighbours(len(items.ids))
    values: dict[str, Cell] = {
        "count": len(items.ids),
        "k": k,
        "kept": _percent(share_kept(items.vectors, places, k)),
        "chance": _percent(k / (len(items.ids) - 1)),
    }
    return [Note("kept", values), on_map(name, places, names_of(items), *folders(items.ids))]


async def show_lost(tools: Tools, collection: str) -> Sequence[Figure]:
    """What PCA keeps, by the number of dimensions: of the variance, and of the neighbourhoods."""
    items = first(await tools.collection(collection))
    if len(items.ids) < FEWEST_ITEMS:
        return [Note("too_few")]
    k = _neighbours(len(items.ids))
    dims = [d for d in DIMENSIONS if d < min(items.vectors.shape)]
    places, explained = pca(items.vectors, dims[-1])
    variance = np.cumsum(explained)
    kept = []
    for done, d in enumerate(dims):
        tools.progress(done, len(dims))
        kept.append(share_kept(items.vectors, places[:, :d], k))
    bars = Bars(
        "lost",
        [str(d) for d in dims],
        {"variance": [float(variance[d - 1]) for d in dims], "neighbours": kept},
    )
    return [Note("lost", {"k": k, "dims": items.vectors.shape[1]}), bars]


def _neighbours(count: int) -> int:
    """How many neighbours are compared: on a small map, ten would be nearly all there are."""
    return max(1, min(NEIGHBOURS, (count - 1) // 4))


def _percent(share: float) -> int:
    return round(100 * share)


def _is_pca(names: Names) -> bool:
    right, _ = pca(names["vectors"])
    places = names["places"]
    # Mirrored maps are right, too: only the distances count.
    return places.shape == right.shape and bool(np.allclose(_distances(places), _distances(right), atol=1e-3))


def _distances(places: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.norm(places[:, None] - places[None], axis=2))


def _is_explained(names: Names) -> bool:
    _, explained = pca(names["vectors"])
    return bool(np.isclose(names["share"], explained.sum(), atol=1e-3))


_EXERCISE = """\
vectors = await encode(["tea", "coffee", "milk", "trains", "ships", "bicycles", "violins", "drums"])
"""

LESSON = Lesson(
    name="maps",
    seeds=("willison-pca", "cohere-words", "cohere-articles", "cohere-umap"),
    demos=(
        Demo("words", (Text("groups", WORDS, lines=4),), show_words),
        Demo("sentences", (Text("groups", SENTENCES, lines=9),), show_sentences),
        Demo("collection", (CollectionChoice("collection"),), show_collection),
        Demo(
            "umap",
            (CollectionChoice("collection"), Number("neighbours", 15, 3, 50)),
            show_umap,
            on_demand=True,
        ),
        Demo("lost", (CollectionChoice("collection"),), show_lost, on_demand=True),
    ),
    cell="""\
texts = ["a dog", "a cat", "a horse", "France", "Germany", "Italy", "two", "three", "seven"]
vectors = await encode(texts)

centred = vectors - vectors.mean(axis=0)
left, lengths, axes = np.linalg.svd(centred, full_matrices=False)
places = centred @ axes[:2].T  # along the two directions in which the texts differ most

for text, (x, y) in zip(texts, places):
    print(f"{text:8} {x:6.2f} {y:6.2f}")
(lengths[:2] ** 2).sum() / (lengths**2).sum()
""",
    exercises=(
        Exercise(
            "plane",
            start=f"""\
{_EXERCISE}
left, lengths, axes = np.linalg.svd(vectors, full_matrices=False)  # something is missing before this
places = vectors @ axes[:2].T
""",
            solution=f"""\
{_EXERCISE}
centred = vectors - vectors.mean(axis=0)
left, lengths, axes = np.linalg.svd(centred, full_matrices=False)
places = centred @ axes[:2].T
""",
            check=_is_pca,
        ),
        Exercise(
            "explained",
            start=f"""\
{_EXERCISE}
lengths = np.linalg.svd(vectors - vectors.mean(axis=0), compute_uv=False)
share = lengths[:2].sum() / lengths.sum()  # the variance goes with the squares of the lengths
""",
            solution=f"""\
{_EXERCISE}
lengths = np.linalg.svd(vectors - vectors.mean(axis=0), compute_uv=False)
share = (lengths[:2] ** 2).sum() / (lengths**2).sum()
""",
            check=_is_explained,
        ),
    ),
)
