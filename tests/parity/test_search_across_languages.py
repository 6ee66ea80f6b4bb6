"""A search in one language among a few notes in another: what fits is found, what means nothing is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aio import run
from semblance.collection import Collection
from semblance.documents import Document
from semblance.library import Library
from semblance.native.models import load_text_encoder
from semblance.parts import models
from semblance.ports import Encoders
from semblance.storage.memory import MemoryStore

NOTES = Path(__file__).parents[1] / "data" / "notes" / "zh-Hant.json"
QUERIES = {
    "en": [
        "bread that does not rise",
        "yeast dough",
        "my knee hurts on stairs",
        "passport expired at the airport",
        "slow database query",
        "learning the guitar",
        "aphids on tomato plants",
        "fever in children",
        "piano tuning",
        "night train",
    ],
    "de": [
        "Brotteig geht nicht auf",
        "Knieschmerzen auf der Treppe",
        "langsame Datenbankabfrage",
        "Gitarre lernen",
        "Fieber beim Kind",
    ],
    "ja": ["パンが膨らまない", "膝が痛い", "ギターの練習", "データベースが遅い"],
}
OFF_TOPIC = ["submarine warfare", "medieval tax law", "the price of copper in Chile", "divorce lawyer"]
NONSENSE = [
    "qwertyuiop",
    "zxnmbv",
    "kraflobin",
    "plodgerfunt",
    "asdfghjkl",
    "xkcdqwz",
    "wuzzlemip",
    "jkjkjkjk",
]


@pytest.fixture(scope="module")
def notes(multilingual_model: models.Model) -> Collection:
    folder = multilingual_model.files["config.json"].parent
    encoder = run(load_text_encoder(folder, manifest=multilingual_model.manifest, threads=2))
    collection = run(Library(MemoryStore(), Encoders(encoder)).collection("notes"))
    by_topic = json.loads(NOTES.read_text(encoding="utf-8"))
    texts = [Document(f"{topic} {n}", text) for topic, own in by_topic.items() for n, text in enumerate(own)]
    run(collection.embed_multi(texts))
    return collection


@pytest.mark.parametrize("language", QUERIES)
def test_a_query_in_another_language_finds_notes(notes: Collection, language: str) -> None:
    refused = [query for query in QUERIES[language] if not run(notes.search(query))]
    assert len(refused) <= len(QUERIES[language]) // 5, refused


@pytest.mark.parametrize("queries", [OFF_TOPIC, NONSENSE], ids=["off topic", "nonsense"])
def test_what_fits_no_note_finds_none(notes: Collection, queries: list[str]) -> None:
    hits = [query for query in queries if run(notes.search(query))]
    assert len(hits) <= 1, hits
