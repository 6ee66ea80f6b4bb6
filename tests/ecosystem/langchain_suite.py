"""LangChain's own standard tests, and what they don't ask: run with the other programs, by ``test_langchain.py``."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_classic.embeddings import CacheBackedEmbeddings
from langchain_classic.storage import LocalFileStore
from langchain_core.documents import Document
from langchain_core.embeddings import DeterministicFakeEmbedding, Embeddings
from langchain_core.vectorstores import VectorStore
from langchain_tests.integration_tests import EmbeddingsIntegrationTests, VectorStoreIntegrationTests
from langchain_tests.unit_tests import EmbeddingsUnitTests

from semblance.ecosystem.langchain import SemblanceEmbeddings, SemblanceVectorStore
from semblance.errors import EmptyDocument, ModelError

TEXTS = ["Green tea wants warm water", "Black tea wants hot water", "The moon pulls the sea"]
METADATA = [{"kind": "tea", "n": 1}, {"kind": "tea", "n": 2}, {"kind": "sea", "n": 3}]


class OfOurModel:
    """What the standard tests of embeddings test."""

    @property
    def embeddings_class(self) -> type[Embeddings]:
        return SemblanceEmbeddings

    @property
    def embedding_model_params(self) -> dict[str, Any]:
        return {"model": "all-MiniLM-L6-v2"}


class TestEmbeddingsUnit(OfOurModel, EmbeddingsUnitTests):
    pass


class TestEmbeddingsIntegration(OfOurModel, EmbeddingsIntegrationTests):
    pass


class TestStoreInMemory(VectorStoreIntegrationTests):
    @pytest.fixture
    def vectorstore(self) -> VectorStore:
        return SemblanceVectorStore(self.get_embeddings())


class TestStoreInFolder(VectorStoreIntegrationTests):
    @pytest.fixture
    def vectorstore(self, tmp_path: Path) -> VectorStore:
        return SemblanceVectorStore(self.get_embeddings(), folder=tmp_path / "store")


class TestStoreOfOwnModel(VectorStoreIntegrationTests):
    @pytest.fixture
    def vectorstore(self) -> Iterator[VectorStore]:
        return SemblanceVectorStore(SemblanceEmbeddings())

    @staticmethod
    def get_embeddings() -> Embeddings:
        return SemblanceEmbeddings()


@pytest.fixture(scope="module")
def store() -> SemblanceVectorStore:
    return SemblanceVectorStore.from_texts(TEXTS, metadatas=METADATA, ids=["a", "b", "c"])


def texts(documents: list[Document]) -> list[str]:
    return [document.page_content for document in documents]


def test_scores_are_cosines(store: SemblanceVectorStore) -> None:
    (best, score), *others = store.similarity_search_with_score(TEXTS[2])
    assert (best.id, best.metadata) == ("c", METADATA[2])
    assert score == pytest.approx(1, abs=0.001)
    assert all(0 < other < 0.9 for _, other in others)
    relevant = store.similarity_search_with_relevance_scores(TEXTS[2], score_threshold=0.9)
    assert [(document.id, round(relevance, 2)) for document, relevance in relevant] == [("c", 1.0)]


def test_vectors_find_as_texts_do(store: SemblanceVectorStore) -> None:
    vector = SemblanceEmbeddings().embed_query("hot drinks")
    assert store.similarity_search_by_vector(vector) == store.similarity_search("hot drinks")


def test_metadata_narrows_down(store: SemblanceVectorStore) -> None:
    assert texts(store.similarity_search("water", filter={"kind": "sea"})) == [TEXTS[2]]
    assert texts(
        store.similarity_search("water", k=1, filter=lambda document: document.metadata["n"] > 2)
    ) == [TEXTS[2]]
    assert store.similarity_search("water", filter={"kind": "none"}) == []


def test_diverse_results(store: SemblanceVectorStore) -> None:
    assert texts(store.similarity_search("green tea", k=2)) == TEXTS[:2]
    assert texts(store.max_marginal_relevance_search("green tea", k=2, lambda_mult=0.1)) == [
        TEXTS[0],
        TEXTS[2],
    ]
    vector = SemblanceEmbeddings().embed_query("green tea")
    diverse = store.max_marginal_relevance_search_by_vector(vector, k=2, lambda_mult=0.1)
    assert texts(diverse) == [TEXTS[0], TEXTS[2]]
    assert SemblanceVectorStore().max_marginal_relevance_search("tea") == []


def test_a_retriever(store: SemblanceVectorStore) -> None:
    retriever = store.as_retriever(search_type="mmr", search_kwargs={"k": 1, "filter": {"kind": "sea"}})
    assert texts(retriever.invoke("tides")) == [TEXTS[2]]
    assert texts(asyncio.run(store.as_retriever(search_kwargs={"k": 1}).ainvoke("tides"))) == [TEXTS[2]]


def test_it_is_kept_in_a_folder(tmp_path: Path) -> None:
    first = SemblanceVectorStore(DeterministicFakeEmbedding(size=33), folder=tmp_path, collection="notes")
    first.add_texts(["one", "two"], ids=["1", "2"])
    again = SemblanceVectorStore(DeterministicFakeEmbedding(size=33), folder=tmp_path, collection="notes")
    assert again.similarity_search("two", k=1)[0].id == "2"
    assert again.delete() is True
    assert again.get_by_ids(["1", "2"]) == []


def test_a_long_document_is_found_by_its_best_passage() -> None:
    story = " ".join(f"On day {day} nothing happened at all in the village." for day in range(200))
    store = SemblanceVectorStore.from_texts(
        [f"{story} Then a dragon landed.", story], ids=["dragon", "village"]
    )
    assert store.similarity_search("a dragon lands", k=1)[0].id == "dragon"


def test_mistakes_are_named() -> None:
    with pytest.raises(ModelError, match="gpt: there is no such model"):
        SemblanceEmbeddings("gpt")
    with pytest.raises(ValueError, match="1 ids for 2 documents"):
        SemblanceVectorStore().add_documents([Document("a"), Document("b")], ids=["1"])
    with pytest.raises(EmptyDocument, match="blank"):
        SemblanceVectorStore().add_texts([" "], ids=["blank"])


@pytest.mark.filterwarnings("ignore:Using default key encoder")
@pytest.mark.parametrize("key_encoder", ["sha1", "sha256", "sha512", "blake2b"])
def test_a_cache_goes_both_ways(tmp_path: Path, key_encoder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def theirs(folder: str) -> CacheBackedEmbeddings:
        return CacheBackedEmbeddings.from_bytes_store(
            SemblanceEmbeddings(),
            LocalFileStore(tmp_path / folder),
            namespace="minilm",
            key_encoder=key_encoder,
        )

    def ours(folder: str) -> SemblanceEmbeddings:
        return SemblanceEmbeddings(cache=tmp_path / folder, namespace="minilm", key_encoder=key_encoder)

    written = {
        "theirs": theirs("theirs").embed_documents(TEXTS),
        "ours": ours("ours").embed_documents([*TEXTS, TEXTS[0]]),
    }
    files = {
        folder: {path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()} for folder in written
    }
    assert files["ours"] == files["theirs"]
    assert len(files["ours"]) == len(TEXTS)

    def embed(self: SemblanceEmbeddings, texts: list[str]) -> list[list[float]]:
        raise AssertionError(f"embedded again: {texts}")

    monkeypatch.setattr(SemblanceEmbeddings, "_embed", embed)
    assert ours("theirs").embed_documents(TEXTS) == written["theirs"]
    assert theirs("ours").embed_documents(TEXTS) == written["ours"][:3]
    assert asyncio.run(ours("theirs").aembed_documents(TEXTS)) == written["theirs"]
