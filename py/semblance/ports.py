"""Protocols for what the core needs from the outside world.

Adapters for Pyodide are in `semblance.browser`, adapters for CPython in `semblance.native`. Neither knows the
other. Everything that may wait (inference, tokenizing in a worker, storage) is ``async`` in both, so that the
same core runs in both.

Axes: n items, d dimensions, b batch, t tokens, p passages of one item.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from semblance.arrays import AnyArray, FloatArray
from semblance.documents import ImageFile
from semblance.records import (
    CollectionInfo,
    EncodedImage,
    Entries,
    NodeArg,
    PictureBytes,
    Record,
    TokenVectors,
    Usage,
    Window,
)

# --- models -----------------------------------------------------------------------------------------


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
    """A model's tokenizer. It does not truncate or pad; the encoder does."""

    async def encode_batch(
        self, texts: Sequence[str], *, add_special_tokens: bool = True
    ) -> list[npt.NDArray[np.int32]]:
        """Token ids of each text, each of shape (t,), int32."""
        ...

    async def tokens(self, ids: Sequence[int]) -> list[str]:
        """The pieces of text that ids stand for, as the vocabulary writes them."""
        ...


@runtime_checkable
class PieceTokenizer(Tokenizer, Protocol):
    """A tokenizer that also says how it cuts words."""

    async def scores(self) -> Sequence[float]:
        """The scores of the pieces of a Unigram model, by their ids; none for other models."""
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
    def languages(self) -> Sequence[str]:
        """Codes of the languages that it knows; none if it knows all, or if nobody says."""
        ...

    @property
    def dims(self) -> int: ...

    def token_budget(self, prompt_name: str | None = None) -> int:
        """How many tokens of the text itself fit, without special tokens and the prompt."""
        ...

    async def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens not counted."""
        ...

    async def encode(self, texts: Sequence[str], prompt_name: str | None = None) -> FloatArray:
        """Unit vectors of shape (n, d), float32; text beyond the token budget is not seen."""
        ...


@runtime_checkable
class TokenEncoder(TextEncoder, Protocol):
    """A text encoder that also shows what it pools."""

    async def token_vectors(self, text: str, *, prompt_name: str | None = None) -> TokenVectors:
        """A vector for each token of a text, special ones and those of the prompt included.

        Raises
        ------
        ModelError
            If the model gives vectors of whole texts only.
        """
        ...


@runtime_checkable
class ImageEncoder(Protocol):
    """Picture in, vector out, in the space of a text encoder. See `semblance.models.image.VisionEncoder`."""

    @property
    def name(self) -> str:
        """Name of the model, for people."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same picture could get another vector: model, dtype, preprocessing."""
        ...

    @property
    def dims(self) -> int: ...

    @property
    def logit_scale(self) -> float:
        """The factor by which the model multiplies cosines before the softmax over several texts."""
        ...

    async def encode(self, image: ImageFile, digest: str = "") -> EncodedImage:
        """Decode a picture, embed it and make its thumbnail.

        Parameters
        ----------
        image : ImageFile
        digest : str
            `semblance.picture_file.digest` of its bytes, if known.

        Raises
        ------
        NotAnImage, ImageTooLarge
            If it is not a picture that can be decoded, or has too many pixels.
        """
        ...


@runtime_checkable
class DecodedImage(Protocol):
    """A picture in memory: its first frame, upright, in sRGB, on white where it is transparent."""

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...

    async def pixels(self, window: Window) -> npt.NDArray[np.uint8]:
        """The window, resampled: shape (height, width, 3)."""
        ...

    async def thumbnail(self, window: Window) -> bytes:
        """The window, resampled, as a JPEG file."""
        ...

    def close(self) -> None:
        """Free its memory; it can't be used after that."""
        ...


@runtime_checkable
class ImageDecoder(Protocol):
    """Reads JPEG, PNG, WebP, GIF and AVIF."""

    async def open(self, image: ImageFile) -> DecodedImage:
        """Decode a picture; the caller closes it.

        Raises
        ------
        NotAnImage
            If it is none of those formats, or damaged.
        ImageTooLarge
            If its header promises more than `semblance.picture_file.MAX_PIXELS`; nothing is decoded then.
        """
        ...


@dataclass(frozen=True, slots=True)
class Encoders:
    """The encoders of one vector space. Their vectors can be compared with each other."""

    text: TextEncoder
    image: ImageEncoder | None = None


# --- storage ----------------------------------------------------------------------------------------


@runtime_checkable
class VectorStore(Protocol):
    """The place where collections are kept. Every writing method is one transaction: all of it or nothing.

    Another tab or program may use the same store. So the transaction that writes also checks that the collection is there
    and that the name is free. If not, it raises `UnknownCollection` or `NameTaken` and writes nothing.

    Vectors are kept as the records' codes: the same rows that memory ranks.
    """

    async def collections(self) -> list[CollectionInfo]:
        """All collections with their counts, in order of creation; one that is damaged is among them."""
        ...

    async def put_collection(self, info: CollectionInfo) -> None:
        """Create or replace the description under ``info.key``; its items stay.

        ``count`` and ``damage`` are not stored.

        Raises
        ------
        NameTaken
            If another collection has the name.
        """
        ...

    async def describe(self, key: str, **fields: Any) -> CollectionInfo:
        """Change fields of a description, whatever the others are by now, and return all of it.

        Raises
        ------
        UnknownCollection
            If there is no such collection.
        NameTaken
            If another collection has the new name.
        """
        ...

    async def drop(self, key: str) -> None:
        """Remove a collection and all its items."""
        ...

    async def replace(self, key: str, by: str, fingerprints: Mapping[str, str]) -> bool:
        """Put a collection into the place of another, which is removed with all its items.

        It gets the other's name and date of creation, and its ``replaces`` is the other's key.

        Parameters
        ----------
        key, by : str
            The collection that is removed, and the one that takes its place.
        fingerprints : mapping of str to str
            Those of all items that the other is taken to hold, by id.

        Returns
        -------
        bool
            Whether it was done. If the other holds anything else by now, nothing is.

        Raises
        ------
        UnknownCollection
            If one of them is not there.
        """
        ...

    def entries(self, key: str) -> AsyncIterator[Entries]:
        """All items of a collection in batches, in no promised order. The items of a batch have equal dimensions.

        Raises
        ------
        DamagedCollection
            If a part is not as it was written.
        """
        ...

    async def ids(self, key: str) -> list[str]:
        """Ids of all items of a collection, also of those whose vectors are damaged, in no promised order."""
        ...

    async def records(
        self,
        key: str,
        ids: Sequence[str],
        *,
        pictures: PictureBytes = "thumbnails",
        vectors: bool = True,
    ) -> list[Record]:
        """The items asked for, in the order asked; ids that are not there are left out.

        `pictures` and `vectors` say how much is read; the rest is left empty.
        """
        ...

    async def write(self, key: str, records: Sequence[Record]) -> None:
        """Insert or replace items.

        Raises
        ------
        UnknownCollection
            If there is no such collection, and something to write.
        """
        ...

    def words(self, key: str) -> AsyncIterator[dict[str, bytes]]:
        """The counts of words of all items that have some, by id, in batches, in no promised order."""
        ...

    async def write_words(self, key: str, words: Mapping[str, tuple[str, bytes]]) -> None:
        """Add the counts of words to items that have none, by id.

        They come with the fingerprint of the item that they were made from. Items that are gone or have another by now are
        left as they are.
        """
        ...

    async def delete(self, key: str, ids: Sequence[str]) -> None:
        """Remove items; unknown ids are ignored.

        Raises
        ------
        UnknownCollection
            If there is no such collection.
        """
        ...

    async def orphans(self) -> dict[str, int]:
        """Number of items by key, for keys that have stored data but no description of a collection.

        Earlier versions left such items when one tab embedded a collection that another tab dropped. A key may have remains
        without an item. `put_collection` makes them a collection again, `drop` removes them.
        """
        ...

    async def usage(self) -> Usage: ...

    async def close(self) -> None: ...
