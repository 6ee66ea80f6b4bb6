"""Lab 8: k-means puts what is alike together, and words name the groups."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.labs.figures import Bars, Cell, Figure, Note, Plain, Table
from semblance.labs.lesson import CollectionChoice, Demo, Exercise, Lesson, Names, Number
from semblance.labs.lessons.shared.map_points import first, names_of, on_map
from semblance.labs.lessons.shared.projection import pca
from semblance.labs.tools import Items, Tools

COUNTS = range(2, 13)
SHOWN = 3
CONTENT = 100  # characters of an item that `llm cluster` prints


async def show_clusters(tools: Tools, collection: str, k: int) -> Sequence[Figure]:
    """The clusters of a collection: their terms, a map, and JSON."""
    # scikit-learn is available once the lab is open.
    from semblance.labs.lessons.clusters_k_means import characteristic_terms, fit, silhouette

    items = first(await tools.collection(collection))
    count = min(int(k), len(items.ids) - 1)
    if count < 2:
        return [Note("too_few")]
    labels, centres = fit(items.vectors, count)
    names = names_of(items)
    texts = [f"{title}\n{text}" for title, text in zip(items.titles, items.texts, strict=True)]
    terms = characteristic_terms(texts, labels, count)
    score = silhouette(items.vectors, labels)
    return [
        Note("silhouette", {"count": len(items.ids), "k": count, "silhouette": round(score, 3)}),
        Table(
            "clusters", ("cluster", "items", "terms", "central"), _rows(items, names, labels, centres, terms)
        ),
        on_map("map", pca(items.vectors)[0], names, labels.tolist(), _short_names(terms)),
        Plain("json", as_json(items, labels, terms), "clusters.json"),
    ]


def _rows(
    items: Items,
    names: Sequence[str],
    labels: npt.NDArray[np.intp],
    centres: FloatArray,
    terms: Sequence[list[str]],
) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for c, best_terms in enumerate(terms):
        central = _most_central(items.vectors, labels, centres, c)
        rows.append(
            [c, int((labels == c).sum()), ", ".join(best_terms), " · ".join(names[i] for i in central)]
        )
    return rows


def _short_names(terms: Sequence[list[str]]) -> list[str]:
    """Names of the clusters for the map's legend."""
    return [f"{c}: {', '.join(best_terms[:2])}" for c, best_terms in enumerate(terms)]


async def show_counts(tools: Tools, collection: str) -> Sequence[Figure]:
    """The silhouette for each number of clusters."""
    from semblance.labs.lessons.clusters_k_means import fit, silhouette

    items = first(await tools.collection(collection))
    counts = [k for k in COUNTS if k < len(items.ids)]
    if not counts:
        return [Note("too_few")]
    scores = []
    for done, k in enumerate(counts):
        tools.progress(done, len(counts))
        scores.append(silhouette(items.vectors, fit(items.vectors, k)[0]))
    best = counts[int(np.argmax(scores))]
    return [
        Note("best", {"k": best, "silhouette": round(max(scores), 3)}),
        Bars("silhouettes", [str(k) for k in counts], {"silhouette": scores}),
    ]


def as_json(items: Items, labels: npt.NDArray[np.intp], terms: Sequence[list[str]]) -> str:
    """The clusters in the shape that the command ``llm cluster --summary`` prints. The terms stand in for its summary."""
    clusters: dict[int, dict[str, Any]] = {}
    for id, text, label in zip(items.ids, items.texts, labels.tolist(), strict=True):
        cluster = clusters.setdefault(
            label, {"id": str(label), "items": [], "summary": ", ".join(terms[label])}
        )
        cluster["items"].append({"id": id, "content": text.strip()[:CONTENT] or None})
    return json.dumps(list(clusters.values()), indent=2, ensure_ascii=False)


def _most_central(
    vectors: FloatArray, labels: npt.NDArray[np.intp], centres: FloatArray, c: int
) -> list[int]:
    members = np.flatnonzero(labels == c)
    order = np.argsort(np.linalg.norm(vectors[members] - centres[c], axis=1), kind="stable")
    return [int(i) for i in members[order[:SHOWN]]]


def _parts_topics(names: Names) -> bool:
    labels = list(names["labels"])
    return len(labels) == 9 and all(len({*labels[i : i + 3]}) == 1 for i in (0, 3, 6)) and len({*labels}) == 3


def _are_central(names: Names) -> bool:
    model, vectors = names["model"], names["vectors"]
    right = [_most_central(vectors, model.labels_, model.cluster_centers_, c)[0] for c in range(3)]
    return [int(i) for i in names["central"]] == right


_EXERCISE = """\
from sklearn.cluster import KMeans

texts = [
    "Bread needs time to rise.", "The soup wants more salt.", "Roast the onions slowly.",
    "Saturn has bright rings.", "The moon hides the stars.", "A comet crosses the sky.",
    "Save a little every month.", "The bank charges a fee.", "My budget is too small.",
]
vectors = await encode(texts)
"""

LESSON = Lesson(
    name="clusters",
    seeds=("willison-clusters", "cohere-articles"),
    demos=(
        Demo("clusters", (CollectionChoice("collection"), Number("k", 12, 2, 20)), show_clusters),
        Demo("counts", (CollectionChoice("collection"),), show_counts, on_demand=True),
    ),
    cell="""\
from sklearn.cluster import KMeans

notes = await tools.sample()  # 72 short notes, and their vectors
model = KMeans(n_clusters=12, n_init=10, random_state=0).fit(notes.vectors)

for cluster in range(3):
    print(cluster, [title for title, label in zip(notes.titles, model.labels_) if label == cluster])
np.bincount(model.labels_)  # how many notes each cluster has
""",
    exercises=(
        Exercise(
            "topics",
            start=f"""\
{_EXERCISE}labels = KMeans(n_clusters=2, n_init=10, random_state=0).fit_predict(vectors)
print(labels)
""",
            solution=f"""\
{_EXERCISE}labels = KMeans(n_clusters=3, n_init=10, random_state=0).fit_predict(vectors)
print(labels)
""",
            check=_parts_topics,
        ),
        Exercise(
            "central",
            start=f"""\
{_EXERCISE}model = KMeans(n_clusters=3, n_init=10, random_state=0).fit(vectors)
central = [0, 0, 0]  # for each cluster, the index of the text that is nearest to its centre
""",
            solution=f"""\
{_EXERCISE}model = KMeans(n_clusters=3, n_init=10, random_state=0).fit(vectors)
distances = model.transform(vectors)  # of each text to each centre
central = distances.argmin(axis=0)
""",
            check=_are_central,
        ),
    ),
    needs=("scikit-learn",),
)
