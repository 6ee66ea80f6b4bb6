"""``semblance cluster``, ``map`` and ``duplicates``: a collection as a whole."""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from semblance.arrays import FloatArray
from semblance.commands.places import add_place, opened
from semblance.commands.statuses import DONE, Commands
from semblance.labs.lessons.shared.projection import pca
from semblance.parts.arguments import cosine, whole_number
from semblance.ranking.clusters import k_means, telling_words
from semblance.ranking.duplicates import NEARLY_THE_SAME, most_alike, pairs_above

_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Whole:
    """All items of a collection: ids, titles, texts and vectors, shape (n, d), in one order."""

    ids: list[str]
    titles: list[str]
    texts: list[str]
    vectors: FloatArray


def add(commands: Commands) -> None:
    """Add the commands to the parser."""
    clustering = commands.add_parser("cluster", help=cluster.__doc__, description=cluster.__doc__)
    clustering.set_defaults(function=cluster)
    clustering.add_argument("collection", metavar="COLLECTION", help="its name")
    clustering.add_argument("number", type=whole_number(1, _MOST), metavar="N", help="how many clusters")
    clustering.add_argument(
        "--truncate",
        type=whole_number(0, 1_000_000),
        default=100,
        metavar="N",
        help="characters of a text that are shown; 0 for all (default: %(default)s)",
    )
    add_place(clustering)
    mapping = commands.add_parser("map", help=map_items.__doc__, description=map_items.__doc__)
    mapping.set_defaults(function=map_items)
    mapping.add_argument("collection", metavar="COLLECTION", help="its name")
    mapping.add_argument(
        "--format", choices=["ndjson", "csv"], default="ndjson", help="(default: %(default)s)"
    )
    add_place(mapping)
    pairs = commands.add_parser("duplicates", help=duplicates.__doc__, description=duplicates.__doc__)
    pairs.set_defaults(function=duplicates)
    pairs.add_argument("collection", metavar="COLLECTION", help="its name")
    pairs.add_argument(
        "--threshold",
        type=cosine,
        default=NEARLY_THE_SAME,
        metavar="COSINE",
        help="how alike at least (default: %(default)s)",
    )
    add_place(pairs)


def cluster(options: argparse.Namespace) -> int:
    """Put the items of a collection into clusters, named by the words that tell them apart."""
    whole = asyncio.run(_read(options))
    labels = k_means(whole.vectors, options.number)
    most = options.truncate or None
    names = telling_words(whole.texts, labels)
    clusters = [
        {
            "id": str(label),
            "name": ", ".join(name),
            "items": [
                {"id": whole.ids[row], "content": whole.texts[row][:most] or None}
                for row in np.flatnonzero(labels == label)
            ],
        }
        for label, name in enumerate(names)
    ]
    print(json.dumps(clusters, indent=4, ensure_ascii=False))
    return DONE


def map_items(options: argparse.Namespace) -> int:
    """Place the items of a collection on a plane: those that are alike lie near each other."""
    whole = asyncio.run(_read(options))
    places = pca(whole.vectors)[0] if whole.ids else np.empty((0, 2))
    rows = [
        {"id": id, "x": round(float(x), 6), "y": round(float(y), 6), "title": title}
        for id, title, (x, y) in zip(whole.ids, whole.titles, places, strict=True)
    ]
    if options.format == "csv":
        writer = csv.DictWriter(sys.stdout, ["id", "x", "y", "title"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    else:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False))
    return DONE


def duplicates(options: argparse.Namespace) -> int:
    """List pairs of items that are nearly the same, the most alike first."""
    whole = asyncio.run(_read(options))
    pairs = most_alike(pairs_above(whole.vectors, options.threshold))
    for score, left, right in zip(*pairs, strict=True):
        print(
            json.dumps(
                {"score": float(score), "a": whole.ids[left], "b": whole.ids[right]}, ensure_ascii=False
            )
        )
    return DONE


async def _read(options: argparse.Namespace) -> Whole:
    async with opened(options) as place:
        collection = await place.collection(options.collection)
        ids: Sequence[str] = collection.ids()
        records = await collection.get(ids, pictures="none", vectors=False)
        return Whole(
            list(ids),
            [record.document.title for record in records],
            [record.document.content for record in records],
            await collection.vectors(),
        )
