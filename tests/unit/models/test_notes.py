"""Notes in other languages find their own topic, with the multilingual model itself.

The notes were written before anything was measured, with few words shared within a topic. The model gives 27, 19 and 9.
"""

from __future__ import annotations

import json

import pytest

from aio import run
from semblance import wiring
from semblance.documents import Document
from semblance.library import Library
from semblance.pace import Lazy
from semblance.parts import models
from semblance.parts.paths import ROOT
from semblance.ports import Encoders
from semblance.storage.memory import MemoryStore

NOTES = ROOT / "tests" / "data" / "notes"


@pytest.fixture(scope="module")
def encoders() -> Encoders:
    return run(wiring.load_multilingual())


async def nearest(encoders: Encoders, topics: dict[str, list[str]]) -> int:
    """How many notes have a nearest one of their own topic."""
    metrics = {encoders.text.name: Lazy(wiring.load_metric)}
    collection = await Library(MemoryStore(), encoders, metrics=metrics).collection("notes")
    documents = [
        Document(f"{topic}/{n}", text) for topic, texts in topics.items() for n, text in enumerate(texts)
    ]
    await collection.embed_multi(documents)
    found = {id: (await collection.similar_by_id(id, 1))[0].id for id in collection.ids()}
    return sum(id.split("/")[0] == other.split("/")[0] for id, other in found.items())


@pytest.mark.parametrize(("language", "least"), [("zh-Hant", 27), ("de", 18), ("ja", 9)])
def test_the_nearest_note_is_of_the_same_topic(encoders: Encoders, language: str, least: int) -> None:
    topics = json.loads((NOTES / f"{language}.json").read_text(encoding="utf-8"))
    assert run(nearest(encoders, topics)) >= least


def test_items_are_compared_without_the_model_being_built(monkeypatch: pytest.MonkeyPatch) -> None:
    def built(*_: object) -> None:
        raise AssertionError("the model was built")

    monkeypatch.setattr(models, "build", built)
    assert run(wiring.load_metric()).shape == (384, 384)
