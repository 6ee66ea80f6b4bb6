"""Which words carry a cosine: the parts of the number add up to it, with the real models and with a small one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np
import pytest

from fakes import FakeEncoder, make_library
from semblance.collection import Collection
from semblance.documents import Document
from semblance.embedding.attribution import Attribution, words_of
from semblance.errors import ModelError
from semblance.library import Library
from semblance.pace import Lazy
from semblance.ports import Encoders
from semblance.records import TokenVectors
from semblance.storage.memory import MemoryStore
from semblance.wiring import load_encoders

TIDES = Document(
    "tides", "# Tides\n\nThe moon pulls the sea. Gulls waited on the pier. The harbour was quiet."
)
BOOK = Document(
    "book", "\n\n".join(f"## Part {n}\n\n" + f"Sea and moon in part {n}. " * 60 for n in range(4))
)
BREAD = Document("bread", "# Bread\n\nFlour and water rest overnight.")
MOON = Document("moon", "# Moonrise\n\nThe moon rose over the water. I made tea.")


class FakeTokenEncoder(FakeEncoder):
    """A token is a word. The vector of a text is the direction of the mean of its tokens' vectors."""

    async def token_vectors(self, text: str, *, prompt_name: str | None = None) -> TokenVectors:
        words = text.lower().split()[: self._budget]
        vectors = np.stack([self._word(word.strip(".,:;!?#")) for word in words])
        return TokenVectors(words, np.arange(len(words), dtype=np.int32), vectors)


class OtherPooling(FakeTokenEncoder):
    """A model that gives a text the vector of its first token."""

    def _bag(self, text: str) -> np.ndarray:
        return super()._bag(" ".join(text.split()[:1]))


def library_of(encoder: FakeEncoder) -> Library:
    return make_library(MemoryStore(), encoder)


async def attribution_of(collection: Collection, id: str, *, query: str = "", of: str = "") -> Attribution:
    matches = await (collection.similar_by_id(of) if of else collection.similar(query))
    match = next(match for match in matches if match.id == id)
    attribution = await collection.attribute(match, query=query, id=of)
    assert attribution.cosine == pytest.approx(match.score, abs=0.01)  # stored vectors are rounded
    for sentences, *others in zip(attribution.sides, attribution.titles, attribution.rest, strict=True):
        assert sum(sentence.adds for sentence in sentences) + sum(others) == pytest.approx(
            attribution.cosine, abs=1e-5
        )
    return attribution


def test_the_parts_add_up_and_shared_words_add_most() -> None:
    async def main() -> None:
        notes = await library_of(FakeTokenEncoder(budget=64)).collection("notes")
        await notes.embed_multi([TIDES, BREAD, MOON])
        attribution = await attribution_of(notes, "tides", query="moon over the sea")
        content = TIDES.content
        words = [word for sentence in attribution.sides[1] for word in sentence.words]
        best = sorted(words, key=lambda word: -word.adds)[:2]
        assert {content[word.start : word.end].strip(".").lower() for word in best} <= {"the", "moon", "sea"}
        best_sentence = max(attribution.sides[1], key=lambda sentence: sentence.beyond)
        assert content[best_sentence.start : best_sentence.end] == "The moon pulls the sea."
        assert attribution.rest[0] == pytest.approx(0, abs=1e-5)
        assert attribution.titles[0] == 0  # a query has none

    asyncio.run(main())


def test_a_title_adds_its_own_part() -> None:
    async def main() -> None:
        notes = await library_of(FakeTokenEncoder(budget=64)).collection("notes")
        await notes.embed_multi([Document("a", "Gulls waited.", "Moon"), BREAD])
        attribution = await attribution_of(notes, "a", query="moon")
        assert attribution.titles[1] > 0.9 * attribution.cosine
        assert [word for sentence in attribution.sides[1] for word in sentence.words if word.start < 0] == []

    asyncio.run(main())


def test_long_items_are_compared_by_all_of_their_passages() -> None:
    async def main() -> None:
        notes = await library_of(FakeTokenEncoder(budget=64)).collection("notes")
        await notes.embed_multi([TIDES, BOOK])
        attribution = await attribution_of(notes, "book", of="tides")
        assert len(attribution.sides[1]) == 3
        starts = [sentence.start for sentence in attribution.sides[1]]
        assert starts == sorted(starts)

    asyncio.run(main())


@pytest.mark.parametrize(
    ("make", "problem"), [(FakeEncoder, "whole texts only"), (OtherPooling, "not the mean")]
)
def test_a_model_that_pools_otherwise_says_so(make: Callable[[], FakeEncoder], problem: str) -> None:
    async def main() -> None:
        notes = await library_of(make()).collection("notes")
        await notes.embed_multi([TIDES, BREAD])
        (match, *_) = await notes.similar("moon")
        with pytest.raises(ModelError, match=problem):
            await notes.attribute(match, query="moon")

    asyncio.run(main())


@pytest.mark.parametrize("model", ["all-MiniLM-L6-v2", "multilingual-e5-small"])
def test_the_parts_add_up_with_the_real_models(model: str) -> None:
    async def main() -> None:
        encoders = await load_encoders(name=model)
        notes = await Library(MemoryStore(), Lazy[Encoders].ready(encoders)).collection("notes")
        await notes.embed_multi([TIDES, BREAD, MOON, BOOK])
        attribution = await attribution_of(notes, "tides", query="the moon draws the ocean")
        sentence = max(attribution.sides[1], key=lambda sentence: sentence.beyond)
        assert TIDES.content[sentence.start : sentence.end] == "The moon pulls the sea."
        await attribution_of(notes, "moon", of="tides")
        await attribution_of(notes, "book", of="tides")

    asyncio.run(main())


@pytest.mark.parametrize(
    ("text", "pieces", "words"),
    [
        ("ÅNGSTRÖM unit", ["angstrom", "unit"], ["ÅNGSTRÖM", "unit"]),
        ("a [UNK] b", ["a", "[", "unk", "]", "b"], ["a", "[", "UNK", "]", "b"]),
        ("é 日本語 x", ["e", "日", "本", "語", "x"], ["é", "日", "本", "語", "x"]),
        ("one\n\ntwo", ["▁one", "▁two"], ["one", "two"]),
        ("plain", ["[CLS]", "[UNK]", "[SEP]"], []),
    ],
)
def test_pieces_find_their_words(text: str, pieces: list[str], words: list[str]) -> None:
    assert [text[start:end] for start, end, _ in words_of(text, pieces)] == words
