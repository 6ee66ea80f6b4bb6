"""What a search finds by words and meaning together, beside meaning alone and words alone, on CPython."""

from __future__ import annotations

import asyncio
import json
import re
import zipfile
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from random import Random
from string import ascii_lowercase
from typing import Any

from semblance.collection import Collection as Items
from semblance.documents import Document, ImageBytes
from semblance.library import Library
from semblance.native.models import load_encoders
from semblance.parts.paths import ROOT
from semblance.storage.memory import MemoryStore
from semblance_build.benchmark.bench_setup import BenchSetup
from semblance_build.benchmark.figures import Figure

JUDGED = ROOT.parent / "shared" / "data" / "judged"
RARE_WORDS, PRODUCTS, MADE_UP = 60, 25, 50
TOP = 10

Find = Callable[[str], Awaitable[list[str]]]
"""Ids of what is found for a query, best first."""

# Words of letters only, so that a piece of an address or of a checksum is none.
_WORD = re.compile(r"(?<![^\W_])[^\W\d_]{4,}(?![^\W_])")


@dataclass(frozen=True, slots=True)
class Try:
    """A query, and the ids of what it should find."""

    query: str
    wanted: Collection[str]


def found(setup: BenchSetup) -> list[Figure]:
    """Rare words, product titles, judged queries, and nonsense that should find nothing."""
    return asyncio.run(_found(setup))


async def _found(setup: BenchSetup) -> list[Figure]:
    image = next((setup.dist / "models" / entry.image for entry in setup.models if entry.image), None)
    library = Library(MemoryStore(), await load_encoders(setup.model_folder, image))
    posts = await _posts(library, setup.corpus.posts)
    figures = await _compared(
        posts, await rare_words(posts, RARE_WORDS), first, f"of {RARE_WORDS} words that stand in one post"
    )
    if image and (setup.photos / "magento.zip").is_file():
        products = await _products(library, setup.photos)
        titles = Counter(record.document.title for record in await products.get(products.ids()))
        chosen = Random(0).sample(sorted(titles), PRODUCTS)
        tries = [Try(title, await _titled(products, title)) for title in chosen]
        figures += await _compared(products, tries, first, f"of {PRODUCTS} titles of products, photos")
    if JUDGED.is_dir():
        judged, tries = await _judged(library)
        figures += await _compared(judged, tries, ndcg, f"nDCG@{TOP} of {len(tries)} judged queries, CACM")
        refused = [1 - bool(await judged.search(query.query)) for query in tries]
        figures.append(Figure("finding", "judged queries that are refused", "", [float(sum(refused))]))
    refused = [1 - bool(await posts.search(text)) for text in made_up(MADE_UP)]
    name = f"of {MADE_UP} made-up strings, share that is refused"
    return [*figures, Figure("finding", name, "", [sum(refused) / len(refused)])]


async def _compared(
    items: Items, tries: Sequence[Try], measure: Callable[[Sequence[str], Try], float], name: str
) -> list[Figure]:
    """The mean of a measure for words and meaning together, beside each alone."""
    name = name if measure is ndcg else f"{name}, share that finds its own first"
    together, meaning, words = [
        sum([measure(await find(query.query), query) for query in tries]) / len(tries)
        for find in (_search(items), _similar(items), _search_words(items))
    ]
    return [
        Figure("finding", name, "", [together], [meaning], "meaning alone"),
        Figure("finding", name, "", [together], [words], "words alone"),
    ]


# --- measures ---------------------------------------------------------------------------------------


def first(ids: Sequence[str], query: Try) -> float:
    """Whether the first that is found is wanted."""
    return float(bool(ids) and ids[0] in query.wanted)


def ndcg(ids: Sequence[str], query: Try) -> float:
    """Normalised discounted cumulative gain of the first ten, all wanted items being equally good.

    Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques (2002).

    Examples
    --------
    >>> round(ndcg(["a", "x", "b"], Try("", {"a", "b"})), 3)
    0.92
    """
    gains = [1 / log2(place + 2) for place in range(TOP)]
    best = sum(gains[: len(query.wanted)])
    return sum(gain for gain, id in zip(gains, ids, strict=False) if id in query.wanted) / best


# --- ways to search ---------------------------------------------------------------------------------


def _search(items: Items) -> Find:
    async def find(query: str) -> list[str]:
        return [hit.id for hit in await items.search(query, TOP)]

    return find


def _similar(items: Items) -> Find:
    async def find(query: str) -> list[str]:
        return [match.id for match in await items.similar(query, TOP)]

    return find


def _search_words(items: Items) -> Find:
    async def find(query: str) -> list[str]:
        return [hit.id for hit in await items.search_words(query, TOP)]

    return find


# --- items and tries --------------------------------------------------------------------------------


async def _posts(library: Library, posts: Sequence[str]) -> Items:
    return await _filled(library, "posts", [Document(f"post {n}", text) for n, text in enumerate(posts)])


async def rare_words(items: Items, number: int) -> list[Try]:
    """Words that stand in one item, the same each time."""
    owners: dict[str, set[str]] = {}
    for record in await items.get(items.ids(), vectors=False):
        for word in _WORD.findall(record.document.content.casefold()):
            owners.setdefault(word, set()).add(record.document.id)
    rare = sorted(word for word, ids in owners.items() if len(ids) == 1)
    return [Try(word, owners[word]) for word in Random(0).sample(rare, min(number, len(rare)))]


async def _products(library: Library, photos: Path) -> Items:
    rows = map(json.loads, (photos / "photos.jsonl").read_text(encoding="utf-8").splitlines())
    with zipfile.ZipFile(photos / "magento.zip") as archive:
        documents = [
            Document(row["file"], "", row["title"], image=ImageBytes(archive.read(row["file"])))
            for row in rows
            if row["zip"] == "magento.zip" and row.get("title")
        ]
    return await _filled(library, "products", documents)


async def _titled(items: Items, title: str) -> set[str]:
    return {record.document.id for record in await items.get(items.ids()) if record.document.title == title}


async def _judged(library: Library) -> tuple[Items, list[Try]]:
    documents = [Document(row["id"], row["text"]) for row in _rows(JUDGED / "cacm-documents.jsonl")]
    tries = [Try(row["text"], set(row["relevant"])) for row in _rows(JUDGED / "cacm-queries.jsonl")]
    return await _filled(library, "judged", documents), tries


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


async def _filled(library: Library, name: str, documents: Sequence[Document]) -> Items:
    items = await library.collection(name)
    report = await items.embed_multi(documents)
    assert not report.failed, report.failed[0].error
    return items


def made_up(number: int) -> list[str]:
    """Strings that mean nothing: keys side by side, and letters at random. They are not those of `semblance.ranking.noise`.

    Examples
    --------
    >>> made_up(2) == made_up(2)
    True
    """
    random, rows = Random(1), ("qwertyuiop", "asdfghjkl", "zxcvbnm")

    def keys() -> str:
        return "".join(random.choices(random.choice(rows), k=random.randint(6, 11)))

    def letters() -> str:
        return "".join(random.choices(ascii_lowercase, k=random.randint(6, 11)))

    return ["qwertyuiop", *((keys, letters)[n % 2]() for n in range(number - 1))]
