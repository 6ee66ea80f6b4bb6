"""What the core asks of the outside world, as Protocols.

Adapters for Pyodide live in `semblance.browser`, those for CPython in `semblance.native`; neither knows the
other. All that may wait (inference, tokenizing in a worker, storage) is ``async`` in both, so that the core
is the same text in both.

Axes: n items, d dimensions, b batch, t tokens, p passages of one item.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from semblance.documents import Document, Passage

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
AnyArray = npt.NDArray[Any]


# --- models -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NodeArg:
    """An input or output of a model, as onnxruntime describes it.

    ``shape`` holds an int for a fixed axis, a str or None for one that may vary; ``type`` is written as
    onnxruntime writes it, for example ``tensor(int64)``.
    """

    name: str
    type: str
    shape: tuple[int | str | None, ...]


@runtime_checkable
class InferenceSession(Protocol):
    """onnxruntime's ``InferenceSession``, awaited."""

    def get_inputs(self) -> list[NodeArg]: ...

    def get_outputs(self) -> list[NodeArg]: ...

    async def run(
        self, output_names: Sequence[str] | None, input_feed: Mapping[str, AnyArray]
    ) -> list[AnyArray]: ...


@runtime_checkable
class Tokenizer(Protocol):
    """A model's tokenizer, without truncation or padding: those are the encoder's business."""

    async def encode_batch(
        self, texts: Sequence[str], *, add_special_tokens: bool = True
    ) -> list[npt.NDArray[np.int32]]:
        """Token ids of each text, each of shape (t,), int32."""
        ...


@runtime_checkable
class TextEncoder(Protocol):
    """Text in, vectors out. See `semblance.models.text.SentenceEncoder` for the real one."""

    @property
    def name(self) -> str:
        """Name of the model, for people."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same text could get another vector: model, dtype, pooling, prompts."""
        ...

    @property
    def dims(self) -> int: ...

    def token_budget(self, prompt_name: str | None = None) -> int:
        """How many tokens of the text itself fit, special tokens and the prompt taken off."""
        ...

    async def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens not counted."""
        ...

    async def encode(self, texts: Sequence[str], prompt_name: str | None = None) -> FloatArray:
        """Unit vectors of shape (n, d), float32; text beyond the token budget is not seen."""
        ...


# --- storage ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CollectionInfo:
    """What is known of a collection without loading it. ``key`` never changes, the name may."""

    key: str
    name: str
    model: str
    encoder_fingerprint: str
    dims: int
    created: float
    count: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """The light part of a stored item: all that ranking and listing need."""

    id: str
    title: str
    source: str
    fingerprint: str
    vectors: FloatArray  # (p, d), unit rows


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A stored item, whole.

    ``passages[i]`` is the stretch of ``document.content`` that ``vectors[i]`` stands for; ``cut`` is the number
    of characters at the end that no passage covers.
    """

    document: Document
    fingerprint: str
    passages: tuple[Passage, ...]
    vectors: FloatArray = field(repr=False)  # (p, d), unit rows
    cut: int = 0
    updated: float = 0.0  # seconds since 1970, UTC

    @property
    def entry(self) -> Entry:
        doc = self.document
        return Entry(doc.id, doc.title, doc.source, self.fingerprint, self.vectors)


@dataclass(frozen=True, slots=True)
class Usage:
    """Storage in bytes; None where the platform does not tell."""

    used: int | None
    quota: int | None
    persisted: bool | None


@runtime_checkable
class VectorStore(Protocol):
    """Where collections are kept. Every writing method is one transaction: all of it or nothing."""

    async def collections(self) -> list[CollectionInfo]:
        """All collections with their counts, in order of creation."""
        ...

    async def put_collection(self, info: CollectionInfo) -> None:
        """Create or replace the description under ``info.key``; its items stay. ``count`` is not stored."""
        ...

    async def drop(self, key: str) -> None:
        """Remove a collection and all its items."""
        ...

    def entries(self, key: str) -> AsyncIterator[list[Entry]]:
        """All items of a collection in batches, in no promised order."""
        ...

    async def records(self, key: str, ids: Sequence[str]) -> list[Record]:
        """The items asked for, in the order asked; ids that are not there are left out."""
        ...

    async def write(self, key: str, records: Sequence[Record]) -> None:
        """Insert or replace items."""
        ...

    async def delete(self, key: str, ids: Sequence[str]) -> None:
        """Remove items; unknown ids are ignored."""
        ...

    async def usage(self) -> Usage: ...

    async def close(self) -> None: ...
