"""The groups of a million passages: what a query reads, and what it finds of what an exact search finds.

The vectors are those of all texts that the bench's own sites have. Around each of them, others are drawn from the normal
distribution whose covariance is that of its nearest neighbours among them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from semblance import wiring
from semblance.arrays import Codes, FloatArray
from semblance.blog.embedding import COLLECTION
from semblance.blog.reader.codes import Grouped, Numbers, grouped, rounded
from semblance.blog.reader.fields import SUFFIX
from semblance.blog.reader.index import NO_ROWS, catalogue, files_of_groups
from semblance.blog.reader.keywords import WordShards
from semblance.blog.reader.scripts import write_scripts
from semblance.blog.reader.tokens import NO_TOKENS
from semblance.blog.writing import write
from semblance.parts.paths import cache_dir
from semblance.ranking.vectors import dequantize, normalize
from semblance.records import Record
from semblance_build.benchmark.bench_setup import BenchSetup
from semblance_build.benchmark.figures import Figure
from semblance_build.benchmark.reader_sites import opened

SITES = ("reader", "manual", "judged")  # the caches of other parts of the bench
NEIGHBOURS = 32
TOP = 10
_BLOCK = 4096
_FEW = 100  # queries that are answered with four bits a number
_GROUPS = (10, 12, 15)  # read of these
_NO_WORDS = WordShards([], [], [])
_NEAREST = """async ([folder, script, vectors]) => {
  const { Files, Ranking } = await import(script);
  const found = [];
  for (const vector of vectors) {
    const ranking = await Ranking.open(new Files(new URL(folder)));
    performance.clearResourceTimings(); // a browser keeps 250
    const posts = await ranking.byVector(Float32Array.from(vector));
    const loaded = performance.getEntriesByType("resource");
    const bytes = loaded.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
    found.push({ posts: posts.map(({ post }) => post), requests: loaded.length, bytes });
  }
  return found;
}"""


@dataclass(frozen=True, slots=True)
class Texts:
    """Vectors of real texts: those that are indexed, and those that are looked for, which are not among them."""

    indexed: FloatArray
    queries: FloatArray


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query found and read."""

    posts: list[int]
    requests: int
    bytes: int


def found(setup: BenchSetup) -> list[Figure]:
    """What a query reads and finds, and the size on disk."""
    texts = _texts(setup.scale.queries_of_many)
    if texts is None:
        print(" (skipped: run the parts reader and manual first, whose vectors it takes)", end="")
        return []
    vectors = _drawn(texts.indexed, setup.scale.passages)
    folder = setup.scratch / "million" / "index"
    groups = grouped(vectors)
    size = _write_index(folder, groups, len(vectors))
    answers = _answers(setup, folder.parent, texts.queries)
    exact = _nearest(texts.queries, vectors, TOP)
    first = [_share(exact, [answer.posts[:number] for answer in answers]) for number in (TOP, 20, 50, 100)]
    finer = _at_four_bits(groups, vectors, texts.queries[:_FEW], exact[:_FEW])
    where = f"{len(vectors):,} passages"
    note = (
        f"{len(texts.indexed):,} are of real texts, the others are drawn around these, with the covariance of the"
        f" {NEIGHBOURS} nearest. {len(answers)} other sentences are looked for."
    )
    figures = [
        ("bytes a passage on disk, without its words and text", "B", size / len(vectors), note),
        ("a query by meaning loads", "kB", float(np.mean([answer.bytes for answer in answers])) / 1e3, ""),
        ("the most that a query by meaning loads", "kB", max(answer.bytes for answer in answers) / 1e3, ""),
        ("the most requests of a query by meaning", "", max(answer.requests for answer in answers), ""),
        *[
            (f"share of the exact {TOP} in the first {number}", "", share, "")
            for number, share in zip((TOP, 20, 50, 100), first, strict=True)
        ],
        *[
            (f"the same in the first {TOP} at four bits a number, {kilobytes:,.0f} kB", "", share, "")
            for share, kilobytes in finer
        ],
    ]
    return [
        Figure("million", f"{name}, {where}", unit, [value], note=note) for name, unit, value, note in figures
    ]


# --- vectors ----------------------------------------------------------------------------------------


def _texts(queries: int) -> Texts | None:
    """The vectors of passages and of sentences that are in the caches of other parts, each once."""
    folders = [cache_dir() / "bench" / site for site in SITES]
    passages = [own for folder in folders for own in _passages(folder)]
    sentences = [own for folder in folders for own in _sentences(folder)]
    if not passages or not sentences:
        return None
    short = np.unique(np.concatenate(sentences), axis=0)
    random = np.random.default_rng(1)
    short = random.permutation(short)
    indexed = np.unique(np.concatenate([*passages, short[queries:]]), axis=0)
    return Texts(dequantize(indexed), dequantize(short[:queries]))


def _passages(folder: Path) -> Iterator[Codes]:
    if not folder.is_dir():
        return
    for record in asyncio.run(_records(folder)):
        yield record.codes


async def _records(folder: Path) -> list[Record]:
    library = wiring.open_library(folder)
    collection = await library.collection(COLLECTION, create=False)
    return await collection.get(collection.ids())


def _sentences(folder: Path) -> Iterator[Codes]:
    for file in folder.glob("reader/*.npz"):
        with np.load(file) as arrays:
            yield arrays["codes"]


def _drawn(texts: FloatArray, number: int) -> FloatArray:
    """The texts, and so many vectors around them that they are `number` together; fewer texts if they are more."""
    around = max(0, number - len(texts))
    random = np.random.default_rng(2)
    counts = np.bincount(np.arange(around) % len(texts), minlength=len(texts))
    vectors = np.empty((number, texts.shape[1]), np.float32)
    filled = min(number, len(texts))
    vectors[:filled] = texts[:filled]
    for at in range(0, len(texts), _BLOCK):
        near = _nearest(texts[at : at + _BLOCK], texts, NEIGHBOURS)
        for own, neighbours, count in zip(texts[at:], near, counts[at:], strict=False):
            differences = texts[neighbours] - texts[neighbours].mean(axis=0)
            normal = random.standard_normal((count, NEIGHBOURS), np.float32) / np.float32(NEIGHBOURS**0.5)
            vectors[filled : filled + count] = normalize(own + normal @ differences)
            filled += count
    return vectors


def _nearest(queries: FloatArray, vectors: FloatArray, number: int) -> Numbers:
    """The rows of the vectors that are nearest to each query, in no order, shape (n, number)."""
    number = min(number, len(vectors))
    best = [np.empty((0, number), np.intp)]
    for at in range(0, len(queries), 32):
        products = queries[at : at + 32] @ vectors.T
        best.append(np.argpartition(-products, number - 1, axis=1)[:, :number])
    return np.concatenate(best)


# --- the index --------------------------------------------------------------------------------------


def _write_index(folder: Path, groups: Grouped, passages: int) -> int:
    """Write the files of an index whose posts have a passage each and no words. Gives their bytes."""
    one = [1] * passages
    files = [
        ("catalogue", catalogue(NO_TOKENS, NO_ROWS, groups, 0.0, _NO_WORDS, one, one)),
        *files_of_groups(groups),
    ]
    for path, data in files:
        write(folder / f"{path}{SUFFIX}", data)
    return sum(len(data) for _, data in files)


def _answers(setup: BenchSetup, site: Path, queries: FloatArray) -> list[Answer]:
    """What the reader's own script finds in Chromium, each query with nothing loaded before but the catalogue."""
    (script,) = write_scripts(site)
    write(site / "index.html", b'<!doctype html><link rel="icon" href="data:,"><title>Many</title>')
    with opened(setup, site) as (page, address, _):
        answers = page.evaluate(_NEAREST, [f"{address}index/", f"{address}{script}", queries.tolist()])
    return [Answer(**answer) for answer in answers]


def _at_four_bits(
    groups: Grouped, vectors: FloatArray, queries: FloatArray, exact: Numbers
) -> Iterator[tuple[float, float]]:
    """What more bits and more groups would find, and the kilobytes of their codes: for each number of groups."""
    centres = np.concatenate([area.vectors for area in groups.areas or [groups.centres]])
    near = np.argsort(-(queries @ centres.T), axis=1)
    for number in _GROUPS:
        answers, sizes = list[list[int]](), list[int]()
        for query, own in zip(queries, near[:, :number], strict=True):
            passages = np.concatenate([groups.groups[group].passages for group in own])
            bases = np.concatenate(
                [np.tile(centres[group], (len(groups.groups[group].passages), 1)) for group in own]
            )
            products = (bases + rounded(vectors[passages] - bases).vectors) @ query
            best_first = dict.fromkeys(
                passages[np.argsort(-products)].tolist()
            )  # a passage may stand in two groups
            answers.append(list(best_first)[:TOP])
            sizes.append(len(passages) * (vectors.shape[1] // 2 + 4))
        yield _share(exact, answers), float(np.mean(sizes)) / 1e3


def _share(exact: Numbers, answers: Sequence[Sequence[int]]) -> float:
    """The share of the exact nearest that are in the answers."""
    return float(np.mean([np.isin(own, answer).mean() for own, answer in zip(exact, answers, strict=True)]))
