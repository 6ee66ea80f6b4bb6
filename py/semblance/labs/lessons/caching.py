"""Lab 13: embed a text once, keep its vector; and what goes wrong when two models share a cache."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Protocol

import numpy as np

from semblance.labs.figures import Cell, Figure, Note, Strip, Table
from semblance.labs.lesson import Choice, Demo, Exercise, Lesson, Names, Text
from semblance.labs.lessons.shared.lines import lines
from semblance.labs.tools import Tools
from semblance.ranking.vectors import cosine, normalize

Vector = list[float]

_NAMESPACE = uuid.UUID(int=1985)  # LangChain's


class Embeddings(Protocol):
    """LangChain's interface, awaited. `semblance.models.text.SentenceEncoder` has it, too."""

    async def embed_documents(self, texts: list[str]) -> list[Vector]:
        """Vectors of texts to be found."""
        ...

    async def embed_query(self, text: str) -> Vector:
        """Vector of a text to find others with."""
        ...


# --- fake models, as LangChain has them for tests --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FakeEmbeddings:
    """Random numbers, different ones each time."""

    size: int

    async def embed_documents(self, texts: list[str]) -> list[Vector]:
        return [await self.embed_query(text) for text in texts]

    async def embed_query(self, text: str) -> Vector:
        return _random(self.size)


@dataclass(frozen=True, slots=True)
class DeterministicFakeEmbedding:
    """Random numbers, the same for the same text: its hash is the seed."""

    size: int

    async def embed_documents(self, texts: list[str]) -> list[Vector]:
        return [await self.embed_query(text) for text in texts]

    async def embed_query(self, text: str) -> Vector:
        seed = int(hashlib.sha256(text.encode()).hexdigest(), 16) % 10**8
        return _random(self.size, seed)


def _random(size: int, seed: int | None = None) -> Vector:
    numbers: Vector = np.random.default_rng(seed).normal(size=size).tolist()
    return numbers


# --- the cache -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class CachedEmbeddings:
    """Embeds a text once and keeps its vector, as LangChain's ``CacheBackedEmbeddings`` does, in the same format.

    Parameters
    ----------
    underlying : Embeddings
    store : dict of str to bytes
        Several may share one.
    namespace : str
        Begins each key. Each model needs a namespace of its own.

    Attributes
    ----------
    embedded : int
        How many texts had to be embedded so far.

    Examples
    --------
    >>> import asyncio
    >>> cached = CachedEmbeddings(FakeEmbeddings(2), namespace="fake/")
    >>> once, again = [asyncio.run(cached.embed_documents(["a", "b"])) for _ in range(2)]
    >>> once == again, cached.embedded
    (True, 2)
    """

    underlying: Embeddings
    store: dict[str, bytes] = field(default_factory=dict)
    namespace: str = ""
    embedded: int = 0

    def key(self, text: str) -> str:
        """The key of a text.

        Examples
        --------
        >>> CachedEmbeddings(FakeEmbeddings(2), namespace="mine/").key("a black coffee")
        'mine/90726036-3abd-5ea6-8c13-3d88f8627660'
        """
        digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
        return f"{self.namespace}{uuid.uuid5(_NAMESPACE, digest)}"

    async def embed_documents(self, texts: list[str]) -> list[Vector]:
        """Vectors of texts. Texts in the store are not embedded again."""
        missing = [text for text in dict.fromkeys(texts) if self.key(text) not in self.store]
        if missing:
            vectors = await self.underlying.embed_documents(missing)
            for text, vector in zip(missing, vectors, strict=True):
                self.store[self.key(text)] = json.dumps(vector).encode()
        self.embedded += len(missing)
        return [json.loads(self.store[self.key(text)]) for text in texts]

    async def embed_query(self, text: str) -> Vector:
        """A question is seldom asked twice: as in LangChain, it is not kept."""
        return await self.underlying.embed_query(text)


# --- demonstrations --------------------------------------------------------------------------------------


async def show_runs(tools: Tools, texts: str, added: str, namespace: str) -> Sequence[Figure]:
    """The same texts twice, then with one more: times, and what the cache holds after that."""
    given = lines(texts)
    if not given:
        return [Note("no_texts")]
    cached = CachedEmbeddings(tools.text, namespace=namespace)
    rows: list[list[Cell]] = [
        [i + 1, *await _run(cached, run)] for i, run in enumerate([given, given, [*given, added]])
    ]
    kept: list[list[Cell]] = [
        [text, cached.key(text), len(cached.store[cached.key(text)])]
        for text in dict.fromkeys([*given, added])
    ]
    return [
        Table("runs", ("run", "texts", "embedded", "found", "milliseconds"), rows),
        Note("runs", {"first": rows[0][2], "second": rows[1][2], "third": rows[2][2]}),
        Table("keys", ("text", "key", "bytes"), kept),
    ]


async def _run(cached: CachedEmbeddings, texts: list[str]) -> tuple[int, int, int, str]:
    """Number of texts, how many of them were embedded, how many were in the cache; milliseconds."""
    before, start = cached.embedded, perf_counter()
    await cached.embed_documents(texts)
    milliseconds = f"{(perf_counter() - start) * 1000:.1f}"
    embedded = cached.embedded - before
    return len(texts), embedded, len(texts) - embedded, milliseconds


async def show_shared(tools: Tools, text: str, namespaces: str) -> Sequence[Figure]:
    """Two models, one store: the second gets the first one's vector, unless each has its namespace."""
    fake = DeterministicFakeEmbedding(tools.text.dims)
    models: dict[str, Embeddings] = {tools.text.name: tools.text, type(fake).__name__: fake}
    store: dict[str, bytes] = {}
    rows: list[list[Cell]] = []
    strips: list[Vector] = []
    itself = 0.0
    for name, model in models.items():
        cached = CachedEmbeddings(model, store, "cache/" if namespaces == "shared" else f"{name}/")
        (kept,) = await cached.embed_documents([text])
        asked = await cached.embed_query(text)
        itself = cosine(asked, kept)
        rows.append([name, itself, cached.embedded, cached.key(text)])
        strips += [asked, kept]
    labels = [f"{name}: {method}" for name in models for method in ("embed_query", "embed_documents")]
    return [
        Table(
            "shared",
            ("model", "itself", "embedded", "key"),
            rows,
            marked=[1] if namespaces == "shared" else [],
        ),
        Note(namespaces, {"cosine": round(itself, 3), "entries": len(store)}),
        Strip("vectors", labels, normalize(strips).tolist()),
    ]


async def show_fakes(tools: Tools, text: str, other: str) -> Sequence[Figure]:
    """One interface, four models: how alike a text is to itself, and to another."""
    dims = tools.text.dims
    models: dict[str, Embeddings] = {
        tools.text.name: tools.text,
        "DeterministicFakeEmbedding": DeterministicFakeEmbedding(dims),
        "FakeEmbeddings": FakeEmbeddings(dims),
        "CachedEmbeddings": CachedEmbeddings(FakeEmbeddings(dims)),
    }
    rows: list[list[Cell]] = []
    for name, model in models.items():
        first, second = [(await model.embed_documents([text]))[0] for _ in range(2)]
        (different,) = await model.embed_documents([other])
        rows.append([name, cosine(first, second), cosine(first, different)])
    return [Table("fakes", ("model", "itself", "other"), rows)]


# --- exercises -------------------------------------------------------------------------------------------


def _keys_as_langchain(names: Names) -> bool:
    texts = ["a black coffee", "一杯咖啡", ""]
    return all(names["key"]("mine/", text) == _key("mine/", text) for text in texts)


def _key(namespace: str, text: str) -> str:
    return CachedEmbeddings(FakeEmbeddings(1), namespace=namespace).key(text)


def _each_finds_its_own(names: Names) -> bool:
    return len(names["store"]) == 2 and all(np.isclose(value, 1) for value in names["cosines"])


def _embedded_once(names: Names) -> bool:
    texts, different, vectors = names["texts"], names["different"], names["vectors"]
    alike = vectors @ vectors.T > 0.999
    return len(different) == len(set(texts)) and np.array_equal(
        alike, [[a == b for a in texts] for b in texts]
    )


async def _names(tools: Tools) -> Names:
    return {
        "CachedEmbeddings": CachedEmbeddings,
        "FakeEmbeddings": FakeEmbeddings,
        "DeterministicFakeEmbedding": DeterministicFakeEmbedding,
    }


_TEXTS = """\
The kettle is on.
A ship enters the harbour.
Our train was late again.
Bread needs time.
The owl calls at night.
Please close the window."""

LESSON = Lesson(
    name="caching",
    seeds=("langchain-cache", "langchain-embeddings"),
    demos=(
        Demo(
            "runs",
            (
                Text("texts", _TEXTS, lines=7),
                Text("added", "The kettle is on"),
                Text("namespace", "all-MiniLM-L6-v2/"),
            ),
            show_runs,
        ),
        Demo(
            "shared",
            (Text("text", "I took my dog for a walk"), Choice("namespaces", ("shared", "separate"))),
            show_shared,
        ),
        Demo(
            "fakes",
            (Text("text", "I took my dog for a walk"), Text("other", "I took my cat for a walk")),
            show_fakes,
        ),
    ),
    cell="""\
cached = CachedEmbeddings(tools.text, store={}, namespace="all-MiniLM-L6-v2/")
texts = ["a black coffee", "a bicycle ride"]

await cached.embed_documents(texts)
print("embedded in the first run:", cached.embedded)

await cached.embed_documents([*texts, "a new text"])
print("embedded in both runs:", cached.embedded)

list(cached.store)
""",
    exercises=(
        Exercise(
            "once",
            start="""\
texts = ["tea", "coffee", "tea", "tea", "water", "coffee"]

different = texts  # each text only once, please
vectors = await encode(different)
""",
            solution="""\
texts = ["tea", "coffee", "tea", "tea", "water", "coffee"]

different = list(dict.fromkeys(texts))
known = dict(zip(different, await encode(different)))
vectors = np.array([known[text] for text in texts])
""",
            check=_embedded_once,
        ),
        Exercise(
            "key",
            start="""\
import hashlib
import uuid

def key(namespace, text):
    return namespace + text  # too long for a file name, and it shows the text

key("mine/", "a black coffee")
""",
            solution="""\
import hashlib
import uuid

def key(namespace, text):
    digest = hashlib.sha1(text.encode()).hexdigest()
    return namespace + str(uuid.uuid5(uuid.UUID(int=1985), digest))

key("mine/", "a black coffee")
""",
            check=_keys_as_langchain,
        ),
        Exercise(
            "apart",
            start="""\
store, cosines = {}, []
for model in [tools.text, DeterministicFakeEmbedding(384)]:
    cached = CachedEmbeddings(model, store, namespace="my-app/")
    (kept,) = await cached.embed_documents(["a black coffee"])
    asked = await cached.embed_query("a black coffee")
    cosines.append(np.dot(kept, asked) / np.linalg.norm(kept) / np.linalg.norm(asked))
np.round(cosines, 3)
""",
            solution="""\
store, cosines = {}, []
for model in [tools.text, DeterministicFakeEmbedding(384)]:
    cached = CachedEmbeddings(model, store, namespace=type(model).__name__ + "/")
    (kept,) = await cached.embed_documents(["a black coffee"])
    asked = await cached.embed_query("a black coffee")
    cosines.append(np.dot(kept, asked) / np.linalg.norm(kept) / np.linalg.norm(asked))
np.round(cosines, 3)
""",
            check=_each_finds_its_own,
        ),
    ),
    names=_names,
)
