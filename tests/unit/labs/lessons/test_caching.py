"""Lab 13 says what is so, and its cache is LangChain's."""

from __future__ import annotations

import json

import numpy as np
import pytest

from aio import run
from semblance.labs.lessons.caching import CachedEmbeddings, DeterministicFakeEmbedding, FakeEmbeddings
from semblance.native.labs import Tools
from unit.labs.shown import Shown


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        ("a black coffee", "90726036-3abd-5ea6-8c13-3d88f8627660"),
        ("一杯咖啡", "16287092-dce6-585d-94bb-29ba5550c8d2"),
        ("", "954df814-8333-5939-8060-cfa363855605"),
    ],
)
def test_keys_are_those_of_langchain(text: str, digest: str) -> None:
    """What `langchain_classic.embeddings.cache` makes of them, version 1.0."""
    assert CachedEmbeddings(FakeEmbeddings(2), namespace="mine/").key(text) == f"mine/{digest}"


def test_values_are_json_lists() -> None:
    cached = CachedEmbeddings(DeterministicFakeEmbedding(3), namespace="mine/")
    (vector,) = run(cached.embed_documents(["a"]))
    assert json.loads(cached.store[cached.key("a")].decode()) == vector


def test_the_deterministic_fake_gives_langchains_numbers() -> None:
    vector = run(DeterministicFakeEmbedding(4).embed_query("a black coffee"))
    assert vector == pytest.approx(
        [0.1467420615546544, 0.2138580094487081, 1.6055692803692272, 0.23341663856098976]
    )
    assert run(DeterministicFakeEmbedding(4).embed_documents(["a black coffee"])) == [vector]


def test_a_repeated_text_is_embedded_once() -> None:
    cached = CachedEmbeddings(FakeEmbeddings(2))
    first, other, again = run(cached.embed_documents(["a", "b", "a"]))
    assert cached.embedded == 2
    assert first == again != other


def test_questions_are_not_kept() -> None:
    cached = CachedEmbeddings(FakeEmbeddings(2))
    assert run(cached.embed_query("a")) != run(cached.embed_query("a"))
    assert not cached.store


def test_the_second_run_embeds_nothing(tools: Tools) -> None:
    shown = Shown(tools, "caching", "runs")
    assert [row[:4] for row in shown["runs"].rows] == [[1, 6, 6, 0], [2, 6, 0, 6], [3, 7, 1, 6]]
    assert shown.note("runs") == {"first": 6, "second": 0, "third": 1}
    keys = [row[1] for row in shown["keys"].rows]
    assert len(set(keys)) == 7
    assert all(key.startswith("all-MiniLM-L6-v2/") for key in keys)


def test_texts_that_are_there_twice_are_embedded_once(tools: Tools) -> None:
    shown = Shown(tools, "caching", "runs", texts="one\n\ntwo\none\n", added="two")
    assert shown.note("runs") == {"first": 2, "second": 0, "third": 0}


def test_without_texts_there_is_a_hint(tools: Tools) -> None:
    assert [note.name for note in Shown(tools, "caching", "runs", texts=" \n").all] == ["no_texts"]


def test_a_shared_namespace_serves_the_other_models_vector(tools: Tools) -> None:
    shown = Shown(tools, "caching", "shared")
    real, fake = shown["shared"].rows
    assert real[3] == fake[3]
    assert (real[2], fake[2]) == (1, 0)
    assert real[1] == pytest.approx(1)
    assert abs(fake[1]) < 0.2
    assert shown["shared"].marked == [1]
    assert shown.note("shared")["entries"] == 1
    strips = np.array(shown["vectors"].rows)
    assert strips.shape == (4, 384)
    assert np.allclose(strips[1], strips[3])


def test_namespaces_of_their_own_keep_models_apart(tools: Tools) -> None:
    shown = Shown(tools, "caching", "shared", namespaces="separate")
    assert [row[2] for row in shown["shared"].rows] == [1, 1]
    assert [row[1] for row in shown["shared"].rows] == pytest.approx([1, 1])
    assert shown["shared"].marked == []
    assert shown.note("separate") == {"cosine": 1.0, "entries": 2}


def test_fakes_know_nothing_of_meaning(tools: Tools) -> None:
    real, steady, random, kept = (row[1:] for row in Shown(tools, "caching", "fakes")["fakes"].rows)
    assert real == pytest.approx([1, 0.829], abs=0.01)
    assert (steady[0], kept[0]) == pytest.approx((1, 1))
    assert max(abs(cosine) for cosine in (steady[1], kept[1], *random)) < 0.3
