"""LangChain's ``Embeddings`` and ``VectorStore``, by Semblance's models and collections."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import VectorStore
from langchain_core.vectorstores.utils import maximal_marginal_relevance

from semblance import documents as own
from semblance.arrays import FloatArray
from semblance.collection import Collection
from semblance.ecosystem.langchain_cache import EmbeddingCache
from semblance.ecosystem.spaces import DOCUMENT_PROMPT, QUERY_PROMPT, encoders, vectors, vectors_async
from semblance.embedding.passages import Chunking
from semblance.library import Library
from semblance.matches import Match
from semblance.models.names import TEXT_MODEL
from semblance.native.blocking import awaited, wait
from semblance.native.store import DirectoryStore
from semblance.pace import Lazy
from semblance.ports import Encoders
from semblance.ports import VectorStore as Store
from semblance.ranking.vectors import mean_vector, normalize
from semblance.records import Record
from semblance.storage.memory import MemoryStore
from semblance.wiring import open_library

Filter = Mapping[str, Any] | Callable[[Document], bool] | None

_WHOLE = Chunking(budget=1 << 30, overlap=0)  # whoever uses LangChain has split the texts already


class SemblanceEmbeddings(Embeddings):
    """A text model of Semblance. It runs on this machine, without PyTorch.

    Parameters
    ----------
    model : str
        ``all-MiniLM-L6-v2`` for English, ``multilingual-e5-small`` for about a hundred languages, or the folder of a model.
    cache : Path or str, optional
        A folder that keeps the vectors of documents, in the files of LangChain's ``CacheBackedEmbeddings``: either reads
        what the other wrote.
    namespace : str, optional
        What the names of those files begin with; by default the model's name.
    key_encoder : str
        The digest in those names: ``sha1``, ``sha256``, ``sha512`` or ``blake2b``.
    """

    def __init__(
        self,
        model: str = TEXT_MODEL,
        *,
        cache: Path | str | None = None,
        namespace: str | None = None,
        key_encoder: str = "sha1",
    ) -> None:
        self.model = model
        self._encoders = encoders(model)  # raises for a model that there is not
        self._cache = (
            EmbeddingCache(Path(cache), model if namespace is None else namespace, key_encoder)
            if cache
            else None
        )

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors of texts of any length."""
        if self._cache:
            return self._cache.vectors(texts, self._embed)
        return self._embed(texts)

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        (vector,) = vectors(self.model, [text], QUERY_PROMPT)
        return vector.tolist()  # type: ignore[no-any-return]

    async def aembed_documents(self, texts: list[str]) -> list[list[float]]:
        """As `embed_documents`, while other tasks go on."""
        if self._cache:
            return await asyncio.to_thread(self.embed_documents, texts)
        found = await awaited(vectors_async(self._encoders, texts, DOCUMENT_PROMPT))
        return [vector.tolist() for vector in found]

    async def aembed_query(self, text: str) -> list[float]:
        """As `embed_query`, while other tasks go on."""
        (vector,) = await awaited(vectors_async(self._encoders, [text], QUERY_PROMPT))
        return vector.tolist()  # type: ignore[no-any-return]

    def _embed(self, texts: Sequence[str]) -> list[list[float]]:
        return [vector.tolist() for vector in vectors(self.model, texts, DOCUMENT_PROMPT)]


class _Encoder:
    """Any ``Embeddings`` as a `TextEncoder`. Make one with `create`, which asks for the length of its vectors."""

    languages: Sequence[str] = ()

    def __init__(self, embeddings: Embeddings, dims: int) -> None:
        self._embeddings = embeddings
        self.name = str(getattr(embeddings, "model", None) or type(embeddings).__qualname__)
        self.dims = dims
        self.fingerprint = f"langchain/{type(embeddings).__module__}.{self.name}/{dims}"

    @classmethod
    async def create(cls, embeddings: Embeddings) -> Self:
        return cls(embeddings, len(await asyncio.to_thread(embeddings.embed_query, "length")))

    def token_budget(self, prompt_name: str | None = None) -> int:
        return _WHOLE.budget

    async def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]  # more than there are: enough to know that they fit

    async def encode(self, texts: Sequence[str], prompt_name: str | None = None) -> FloatArray:
        if prompt_name == QUERY_PROMPT:
            rows = [await asyncio.to_thread(self._embeddings.embed_query, text) for text in texts]
        else:
            rows = await asyncio.to_thread(self._embeddings.embed_documents, list(texts))
        return normalize(rows)


class SemblanceVectorStore(VectorStore):
    """A collection of Semblance as a ``VectorStore``.

    With Semblance's own models, documents of any length are split into passages and ranked by their best one. With any other
    ``Embeddings`` each document has one vector. All methods have an asynchronous twin.

    Parameters
    ----------
    embedding : Embeddings, optional
        Of any dimension; by default a model of Semblance, chosen by the language of the first texts.
    collection : str
        Its name.
    folder : Path or str, optional
        Where it is kept, as by the command line; without it, in memory.
    """

    def __init__(
        self,
        embedding: Embeddings | None = None,
        *,
        collection: str = "langchain",
        folder: Path | str | None = None,
    ) -> None:
        self._embedding = embedding
        self._name = collection
        self._folder = Path(folder) if folder else None
        self._collection: Lazy[Collection] = Lazy(self._open)

    @property
    def embeddings(self) -> Embeddings | None:
        """What it was made with."""
        return self._embedding

    async def _open(self) -> Collection:
        store: Store = DirectoryStore(self._folder) if self._folder else MemoryStore()
        if self._embedding is None:
            library = open_library(store)
        elif isinstance(self._embedding, SemblanceEmbeddings):
            library = Library(store, encoders(self._embedding.model))
        else:
            made = Encoders(await _Encoder.create(self._embedding))
            library = Library(store, made, chunking=_WHOLE)
        return await library.collection(self._name)

    # --- adding and removing ------------------------------------------------------------------------

    def add_documents(
        self, documents: list[Document], ids: list[str] | None = None, **kwargs: Any
    ) -> list[str]:
        """Add documents, or replace those of the same ids; gives the ids.

        Raises
        ------
        ValueError
            If there are not as many ids as documents.
        SemblanceError
            If one can't be embedded; the others are added.
        """
        if ids is not None and len(ids) != len(documents):
            raise ValueError(f"there are {len(ids)} ids for {len(documents)} documents")
        given = ids or [document.id for document in documents]
        keys = [key or str(uuid.uuid4()) for key in given]
        items = {
            key: own.Document(key, document.page_content, metadata=document.metadata)
            for key, document in zip(keys, documents, strict=True)
        }
        wait(self._add(list(items.values())))
        return keys

    async def _add(self, items: list[own.Document]) -> None:
        report = await (await self._collection.get()).embed_multi(items)
        if report.failed:
            raise report.failed[0].error

    def delete(self, ids: list[str] | None = None, **kwargs: Any) -> bool:
        """Delete documents, all if no ids are given; unknown ids are ignored."""

        async def delete() -> None:
            collection = await self._collection.get()
            await collection.delete(collection.ids() if ids is None else ids)

        wait(delete())
        return True

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """The documents of these ids, in their order; unknown ids are left out."""

        async def get() -> list[Record]:
            return await (await self._collection.get()).get(ids, vectors=False)

        return [_document(record.document) for record in wait(get())]

    # --- finding ------------------------------------------------------------------------------------

    def similarity_search(
        self, query: str, k: int = 4, filter: Filter = None, **kwargs: Any
    ) -> list[Document]:
        """The documents most like a text, best first.

        Parameters
        ----------
        query : str
        k : int
            How many at most.
        filter : mapping or callable, optional
            Values that the metadata must have, or what tells of a document whether it is wanted.
        """
        return [document for document, _ in self.similarity_search_with_score(query, k, filter)]

    def similarity_search_with_score(
        self, query: str, k: int = 4, filter: Filter = None, **kwargs: Any
    ) -> list[tuple[Document, float]]:
        """As `similarity_search`, with the cosines."""
        return wait(self._search(query, k, filter))

    def similarity_search_by_vector(
        self, embedding: list[float], k: int = 4, filter: Filter = None, **kwargs: Any
    ) -> list[Document]:
        """As `similarity_search`, for a vector."""
        return [document for document, _ in wait(self._search(embedding, k, filter))]

    def max_marginal_relevance_search(
        self,
        query: str,
        k: int = 4,
        fetch_k: int = 20,
        lambda_mult: float = 0.5,
        filter: Filter = None,
        **kwargs: Any,
    ) -> list[Document]:
        """Documents that are like a text and unlike each other (Carbonell and Goldstein 1998).

        Parameters
        ----------
        query : str
        k : int
            How many at most.
        fetch_k : int
            Among how many of the most similar.
        lambda_mult : float
            From 0, as different as possible, to 1, as similar to the text.
        filter : mapping or callable, optional
            As for `similarity_search`.
        """

        async def search() -> list[Document]:
            vector = await (await self._collection.get()).query_vector(query)
            return await self._diverse(vector, k, fetch_k, lambda_mult, filter)

        return wait(search())

    def max_marginal_relevance_search_by_vector(
        self,
        embedding: list[float],
        k: int = 4,
        fetch_k: int = 20,
        lambda_mult: float = 0.5,
        filter: Filter = None,
        **kwargs: Any,
    ) -> list[Document]:
        """As `max_marginal_relevance_search`, for a vector."""
        return wait(self._diverse(normalize(embedding), k, fetch_k, lambda_mult, filter))

    async def _search(self, query: str | list[float], k: int, filter: Filter) -> list[tuple[Document, float]]:
        collection = await self._collection.get()
        if not collection.count():
            return []
        matches: Iterable[Match] = await collection.similar(query, collection.count() if filter else k)
        found = [(_document(match.document), match.score) for match in matches]
        return [(document, score) for document, score in found if _admits(filter, document)][:k]

    async def _diverse(
        self, vector: FloatArray, k: int, fetch_k: int, lambda_mult: float, filter: Filter
    ) -> list[Document]:
        found = [document for document, _ in await self._search(vector.tolist(), fetch_k, filter)]
        records = await (await self._collection.get()).get([document.id or "" for document in found])
        rows = [mean_vector(record.vectors) for record in records]
        return (
            [found[row] for row in maximal_marginal_relevance(np.asarray(vector), rows, lambda_mult, k)]
            if rows
            else []
        )

    def _select_relevance_score_fn(self) -> Callable[[float], float]:
        """A cosine as a relevance from 0 to 1: what points away is as irrelevant as what has nothing to do with it."""
        return lambda score: min(max(score, 0.0), 1.0)

    # --- made of texts ------------------------------------------------------------------------------

    @classmethod
    def from_texts(
        cls,
        texts: list[str],
        embedding: Embeddings | None = None,
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        **kwargs: Any,
    ) -> Self:
        """A store of these texts; the other arguments are those of the class."""
        store = cls(embedding, **kwargs)
        store.add_texts(texts, metadatas, ids=ids)
        return store


def _document(document: own.Document) -> Document:
    return Document(id=document.id, page_content=document.content, metadata=dict(document.metadata))


def _admits(filter: Filter, document: Document) -> bool:
    if filter is None:
        return True
    if isinstance(filter, Mapping):
        return all(document.metadata.get(key) == value for key, value in filter.items())
    return filter(document)
