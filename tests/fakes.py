"""An encoder and a store for tests: small, deterministic, and honest about what they do.

Imports nothing but the core, numpy and the standard library, so that the contract can run inside a browser.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from semblance.arrays import FloatArray
from semblance.documents import ImageFile, Picture
from semblance.errors import NotAnImage, QuotaExceeded
from semblance.library import Library
from semblance.pace import Lazy
from semblance.picture_file import digest as digest_of
from semblance.ports import Encoders, TextEncoder, VectorStore
from semblance.ranking.vectors import normalize
from semblance.records import EncodedImage, Record
from semblance.storage.memory import MemoryStore


class FakeEncoder:
    """Bags of words: each word's vector is drawn from a seed that is the word's hash.

    So equal texts get equal vectors, texts that share words are alike, and others are nearly orthogonal. A
    token is a word between white space. A text that holds ``poison`` can't be encoded.
    """

    def __init__(self, name: str = "fake", dims: int = 256, budget: int = 16, poison: str = "\0") -> None:
        self.name = name
        self.fingerprint = f"{name}/{dims}"
        self.dims = dims
        self.poison = poison
        self.languages: Sequence[str] = ()
        self.encoded: list[str] = []
        self.before_encode: Callable[[], Awaitable[None]] | None = None
        self._budget = budget

    def token_budget(self, prompt_name: str | None = None) -> int:
        return self._budget

    async def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    async def encode(self, texts: Sequence[str], prompt_name: str | None = None) -> FloatArray:
        if self.before_encode:
            await self.before_encode()
        for text in texts:
            if self.poison in text:
                raise RuntimeError(f"can't encode {self.poison!r}")
        self.encoded += texts
        return normalize([self._bag(text) for text in texts])

    def _bag(self, text: str) -> FloatArray:
        words = text.lower().split()[: self._budget]
        vectors = [self._word(word.strip(".,:;!?#")) for word in words]
        return np.asarray(np.sum(vectors, axis=0, dtype=np.float32))

    def _word(self, word: str) -> FloatArray:
        return _drawn(f"{self.fingerprint} {word}", self.dims)


@lru_cache(maxsize=4096)
def _drawn(seed: str, dims: int) -> FloatArray:
    digest = hashlib.blake2b(seed.encode(), digest_size=8).digest()
    random = np.random.default_rng(int.from_bytes(digest, "little"))
    return random.standard_normal(dims, dtype=np.float32)


class FakeImageEncoder:
    """A picture is a file of words, and its vector that of the words: `FakeEncoder` is its text half.

    A file that does not begin with ``picture of`` is none.
    """

    logit_scale = 10.0

    def __init__(self, text: FakeEncoder, name: str = "eye") -> None:
        self.name = name
        self.fingerprint = f"{name}/{text.dims}"
        self.dims = text.dims
        self.encoded: list[str] = []
        self._text = text

    async def encode(self, image: ImageFile, digest: str = "") -> EncodedImage:
        words = (await image.read(0, image.size)).decode()
        if not words.startswith("picture of"):
            raise NotAnImage("it can't be decoded")
        self.encoded.append(words)
        (vector,) = normalize([self._text._bag(words.removeprefix("picture of"))])
        digest = digest or await digest_of(image)
        return EncodedImage(vector, Picture(digest, 640, 480, thumbnail=words.encode()))


def make_library(
    store: VectorStore,
    encoder: TextEncoder | Lazy[Encoders] | Mapping[str, TextEncoder],
    image: FakeImageEncoder | None = None,
    **settings: Any,
) -> Library:
    """A library over a text encoder and perhaps an image encoder, or over several text encoders by name."""
    if isinstance(encoder, Mapping):
        models = {name: Lazy.ready(Encoders(one)) for name, one in encoder.items()}
        return Library(store, models, **settings)
    encoders = encoder if isinstance(encoder, Lazy) else Encoders(encoder, image)
    return Library(store, encoders, **settings)


class FakeStore(MemoryStore):
    """A store in memory that can be full, can be waited in, and remembers what was asked of it.

    Parameters
    ----------
    shared : FakeStore, optional
        Another one to share the data with: the same database, opened again.
    """

    def __init__(self, shared: FakeStore | None = None) -> None:
        super().__init__()
        if shared is not None:
            self._infos, self._items = shared._infos, shared._items
        self.capacity = 10**9
        self.writes: list[list[str]] = []
        self.before_write: Callable[[], Awaitable[None]] | None = None
        self.after_write: Callable[[], Awaitable[None]] | None = None

    async def write(self, key: str, records: Sequence[Record]) -> None:
        if self.before_write:
            await self.before_write()
        ids = [record.document.id for record in records]
        if len({*self._items.get(key, {}), *ids}) > self.capacity:
            raise QuotaExceeded("the store is full")
        await super().write(key, records)
        self.writes.append(ids)
        if self.after_write:
            await self.after_write()
