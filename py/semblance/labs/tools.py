"""The port of the labs: what lessons need of the outside world.

Its adapters are `semblance.browser.labs.tools` for the page and `semblance.native.labs` for CPython.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from semblance.arrays import FloatArray
from semblance.documents import Document
from semblance.labs.words import WordVectors
from semblance.ports import ImageEncoder
from semblance.records import TokenVectors


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """The texts of a collection, n of them, and their vectors."""

    ids: list[str]
    titles: list[str]
    texts: list[str]
    vectors: FloatArray
    """Unit rows, shape (n, d)."""


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """A picture that comes with the labs."""

    name: str
    data: bytes
    description: str


class TextModel(Protocol):
    """`semblance.models.text.SentenceEncoder`, as far as lessons use it."""

    @property
    def name(self) -> str: ...

    @property
    def dims(self) -> int: ...

    def token_budget(self, prompt_name: str | None = None) -> int: ...

    async def count_tokens(self, texts: Sequence[str]) -> list[int]: ...

    async def encode(self, texts: Sequence[str], prompt_name: str | None = None) -> FloatArray: ...

    async def embed_documents(self, texts: list[str]) -> list[list[float]]: ...

    async def embed_query(self, text: str) -> list[float]: ...

    async def token_vectors(self, text: str, pad_to: int = 0) -> TokenVectors:
        """Token vectors, special tokens included. With `pad_to`, the model reads padding as text, as without a mask."""
        ...


class Tools(Protocol):
    """The tools of an open lab. Heavy parts are loaded at their first use."""

    @property
    def text(self) -> TextModel:
        """The site's text model, loaded."""
        ...

    async def encode(self, texts: str | Sequence[str]) -> FloatArray:
        """Unit vectors (n, d) of texts; a string is one text, n = 1.

        Texts that were embedded lately are not embedded again. Progress is shown.
        """
        ...

    async def images(self) -> ImageEncoder:
        """The site's image model, in the same space as the text model."""
        ...

    async def photos(self) -> list[Photo]:
        """The photos that come with the labs."""
        ...

    async def embed_photos(self) -> FloatArray:
        """Unit vectors (n, d) of these photos, made once. Progress is shown."""
        ...

    async def words(self) -> WordVectors:
        """20,000 English words, 100 dimensions."""
        ...

    async def notes(self) -> list[Document]:
        """The sample notes, not embedded."""
        ...

    async def sample(self) -> Items:
        """The sample notes, with their vectors."""
        ...

    async def collection(self, name: str) -> Items:
        """One of the learner's own collections, or the sample if the name is empty.

        Raises
        ------
        SemblanceError
            If there is no collection of this name, or it is empty.
        """
        ...

    async def umap(self, vectors: FloatArray, neighbours: int = 15) -> FloatArray:
        """Places in the plane (n, 2), by UMAP."""
        ...

    def progress(self, done: int, total: int) -> None:
        """Show how far a long computation is."""
        ...
