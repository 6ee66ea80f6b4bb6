"""Notes that are alike, sections found by headings in seven languages and across them, and what a first visit loads."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.blog.related import contrasted
from semblance.models.metric import metric_file
from semblance.models.text import SentenceEncoder
from semblance.models.text_manifest import read_text_manifest
from semblance.models.vocabulary import read_vocabulary
from semblance.native.models import load_text_encoder
from semblance.native.tokenizer import Tokenizer
from semblance.parts import models
from semblance.parts.models import MULTILINGUAL, Model
from semblance.parts.paths import ROOT
from semblance.wiring import load_metric
from semblance_build.benchmark.bench_setup import BenchSetup
from semblance_build.benchmark.figures import Figure

NOTES = ROOT / "tests" / "data" / "notes"
SECTIONS = ROOT.parent / "shared" / "data" / "languages" / "sections.jsonl"
PART = "languages"
ENGLISH, CHINESE = "en", "zh-Hans"
PLACES = (1, 10)
MEGABYTE = 1e6


@dataclass(frozen=True, slots=True)
class Sections:
    """The sections of a manual in one language, in an order of their own."""

    ids: Sequence[str]
    headings: Sequence[str]
    texts: Sequence[str]


def found(setup: BenchSetup) -> list[Figure]:
    """Notes and their neighbours, the shares of headings whose section is found, and the bytes of first visits."""
    model = models.named(MULTILINGUAL)
    encoders = asyncio.run(_encoder(model)), asyncio.run(load_text_encoder(setup.model_folder))
    metric = asyncio.run(load_metric())
    figures = [_alike(path, encoders, metric, setup.model) for path in sorted(NOTES.glob("*.json"))]
    if not SECTIONS.exists():
        print(" (skipped: ../shared/data/languages is not there)", end="")
        return figures
    languages = read_sections(SECTIONS.read_text(encoding="utf-8").splitlines())
    ours, theirs = (asyncio.run(_embedded(encoder, languages)) for encoder in encoders)
    figures += [
        figure
        for pair in _pairs(languages)
        for figure in _compared(setup.model, languages, pair, ours, theirs)
    ]
    return figures + visits(model, languages)


async def _encoder(model: Model) -> SentenceEncoder:
    return await load_text_encoder(model.files["config.json"].parent, manifest=model.manifest)


def read_sections(lines: Sequence[str]) -> dict[str, Sections]:
    """The sections by their languages, from lines of JSON."""
    rows = [json.loads(line) for line in lines]
    return {
        language: Sections(
            *([row[key] for row in rows if row["lang"] == language] for key in ("id", "heading", "text"))
        )
        for language in dict.fromkeys(row["lang"] for row in rows)
    }


# --- what is alike ----------------------------------------------------------------------------------


def _alike(path: Path, encoders: Sequence[SentenceEncoder], metric: FloatArray, beside: str) -> Figure:
    """How many short notes have a nearest note of their own topic."""
    topics = json.loads(path.read_text(encoding="utf-8"))
    of_notes = [topic for topic, notes in topics.items() for _ in notes]
    texts = [note for notes in topics.values() for note in notes]
    ours, theirs = (
        of_one_topic(asyncio.run(encoder.encode(texts, "document")), of_notes, metric) for encoder in encoders
    )
    name = f"of {len(texts)} short notes in {path.stem}, those whose nearest is of their topic"
    return Figure(PART, name, "", [ours], [theirs], beside)


def of_one_topic(vectors: FloatArray, topics: Sequence[str], metric: FloatArray) -> float:
    """How many unit vectors (n, d) have a nearest one, but for themselves, of their own topic, related as posts are.

    Examples
    --------
    >>> of_one_topic(np.array([[1, 0], [0.8, 0.6], [0, 1]], np.float32), ["a", "a", "b"], np.eye(2))
    2.0
    """
    rows, _ = contrasted(vectors, np.zeros(len(vectors), np.intp), {0: metric})
    cosines = rows @ rows.T
    np.fill_diagonal(cosines, -np.inf)
    nearest = cosines.argmax(axis=1)
    return float(sum(topics[row] == topics[other] for row, other in enumerate(nearest)))


# --- finding ----------------------------------------------------------------------------------------

Vectors = Mapping[str, tuple[FloatArray, FloatArray]]
"""Of the headings and of the texts, by language."""


async def _embedded(encoder: SentenceEncoder, languages: Mapping[str, Sections]) -> Vectors:
    return {
        language: (
            await encoder.encode(sections.headings, "query"),
            await encoder.encode(sections.texts, "document"),
        )
        for language, sections in languages.items()
    }


def _pairs(languages: Mapping[str, Sections]) -> list[tuple[str, str]]:
    """The language of headings and of sections: each by itself, then each with English, both ways."""
    others = [language for language in languages if language != ENGLISH]
    across = [pair for other in others for pair in ((ENGLISH, other), (other, ENGLISH))]
    return [(language, language) for language in languages] + across


def _compared(
    model: str, languages: Mapping[str, Sections], pair: tuple[str, str], ours: Vectors, theirs: Vectors
) -> list[Figure]:
    asked, answered = pair
    right = wanted(languages[asked], languages[answered])
    name = f"{asked} headings find their section" + ("" if asked == answered else f" in {answered}")

    def share(vectors: Vectors, places: int) -> list[float]:
        return [recall(vectors[asked][0] @ vectors[answered][1].T, right, places)]

    is_detail = asked != answered and CHINESE not in pair
    return [
        Figure(
            PART,
            f"{name}, R@{places}",
            "",
            share(ours, places),
            share(theirs, places),
            model,
            detail=is_detail,
        )
        for places in PLACES
    ]


def wanted(asked: Sections, answered: Sections) -> npt.NDArray[np.bool_]:
    """Which sections are right for which headings: their own, and those with the same heading."""
    ids = np.array(asked.ids)[:, np.newaxis] == np.array(answered.ids)
    headings = dict(zip(answered.ids, answered.headings, strict=True))
    own = np.array([headings.get(id, "") for id in asked.ids])[:, np.newaxis]
    return np.asarray(ids | (own == np.array(answered.headings)))


def recall(scores: FloatArray, right: npt.NDArray[np.bool_], places: int) -> float:
    """The share of rows that have a right column among their best; rows without a right one are left out.

    Examples
    --------
    >>> scores = np.array([[0.9, 0.1, 0.5], [0.2, 0.8, 0.4]], np.float32)
    >>> right = np.array([[False, False, True], [False, True, False]])
    >>> recall(scores, right, 1), recall(scores, right, 2)
    (0.5, 1.0)
    """
    best = np.argsort(-scores, axis=1, kind="stable")[:, :places]
    hits = np.take_along_axis(right, best, axis=1).sum(axis=1) > 0
    return float(hits[right.sum(axis=1) > 0].mean())


# --- first visits -----------------------------------------------------------------------------------


def visits(model: Model, languages: Mapping[str, Sections]) -> list[Figure]:
    """What a page loads of the model to embed the sections of a language, as the files lie on a host."""
    texts = {language: sections.texts for language, sections in languages.items()}
    both = (
        {f"{ENGLISH} and {CHINESE}": [*texts[ENGLISH], *texts[CHINESE]]}
        if {ENGLISH, CHINESE} <= set(texts)
        else {}
    )
    figures = []
    for name, part in (texts | both).items():
        files = asyncio.run(needed(model, part))
        size = sum(model.files[file].stat().st_size for file in files) / MEGABYTE
        visit = f"first visit that embeds the sections in {name}"
        note = "By simulation: the encoder, the vocabulary, the metric, and the blocks with a row that a token needs."
        figures += [
            Figure(PART, f"{visit}, of the model", "MB", [size], note=note),
            Figure(PART, f"{visit}, requests", "", [float(len(files))], note=note),
        ]
    return figures


async def needed(model: Model, texts: Sequence[str]) -> list[str]:
    """The files of a model with a word table in blocks that a page loads to embed texts."""
    described = read_text_manifest(model.manifest, _configs(model))
    table = described.word_table
    assert table is not None
    tokenizer = await Tokenizer.create(model.files["config.json"].parent)
    prompt = described.prompt("document")
    rows = await tokenizer.encode_batch([prompt + text for text in texts])
    ids = np.unique(np.concatenate([row[: described.max_length] for row in rows]))
    vocabulary = read_vocabulary(gzip.decompress(model.files[table.vocabulary].read_bytes()))
    blocks = [f"{table.rows}/{block:04d}.bin" for block in np.unique(vocabulary.blocks[ids])]
    return [described.model_file, table.vocabulary, metric_file(model.manifest), *blocks]


def _configs(model: Model) -> dict[str, Any]:
    return {
        file: json.loads(path.read_bytes())
        for file, path in model.files.items()
        if file.endswith("onfig.json")
    }
