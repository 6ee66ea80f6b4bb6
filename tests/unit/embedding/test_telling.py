"""The sentence of a match that is nearest to what was looked for."""

from __future__ import annotations

from aio import run
from fakes import FakeEncoder, FakeStore, make_library
from semblance.documents import Document

TIDES = "# Tides\n\nThe coast was quiet that day. The moon pulls the sea twice daily. Gulls waited on a wall."
BREAD = "Flour waits in a jar. The oven is hot at six."


def told(query: str = "", id: str = "") -> dict[str, str]:
    """The telling sentences of a collection's items."""

    async def main() -> dict[str, str]:
        collection = await make_library(FakeStore(), FakeEncoder(budget=64)).collection("notes")
        documents = [
            Document("tides", TIDES, "Tides"),
            Document("bread", BREAD),
            Document("moon", "the moon pulls"),
        ]
        await collection.embed_multi(documents)
        matches = await (collection.similar_by_id(id) if id else collection.search(query))
        contents = {document.id: document.content for document in documents}
        sentences = collection.telling_sentences(matches, query=query, id=id)
        return {match: contents[match][s.start : s.end] async for match, s in sentences}

    return run(main())


def test_it_is_the_one_nearest_to_the_query() -> None:
    assert told("moon pulls sea")["tides"] == "The moon pulls the sea twice daily."


def test_it_is_the_one_nearest_to_an_item() -> None:
    sentences = told(id="moon")
    assert sentences["tides"] == "The moon pulls the sea twice daily."
    assert "moon" not in sentences


def test_it_has_a_word_of_the_query_if_the_match_has_one() -> None:
    # The encoder does not know that these are forms of the words there.
    assert told("pulling")["tides"] == "The moon pulls the sea twice daily."
    assert told("gull")["tides"] == "Gulls waited on a wall."


def test_a_heading_is_none() -> None:
    assert not told("Tides")["tides"].startswith("#")


def test_what_a_query_excludes_says_nothing_about_sentences() -> None:
    async def main() -> tuple[list[tuple[str, object]], list[str]]:
        encoder = FakeEncoder(budget=64)
        collection = await make_library(FakeStore(), encoder).collection("notes")
        await collection.embed("tides", TIDES)
        query = '"moon pulls" -harbour'
        matches = await collection.search(query)
        encoder.encoded.clear()
        return [found async for found in collection.telling_sentences(matches, query=query)], encoder.encoded

    (found,), encoded = run(main())
    assert found[0] == "tides"
    assert not any("harbour" in text or text == "moon pulls" for text in encoded)  # the search has its vector
