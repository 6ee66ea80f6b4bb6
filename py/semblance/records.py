"""Plain values that cross the ports: stored parts of a collection, and inputs and outputs of models.

Axes: n items, d dimensions, b batch, t tokens, p passages of one item.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from semblance.arrays import Codes, FloatArray
from semblance.documents import Document, Passage, Picture
from semblance.messages import Message
from semblance.ranking.vectors import dequantize


@dataclass(frozen=True, slots=True)
class NodeArg:
    """An input or output of a model, as onnxruntime describes it.

    ``shape`` holds an int for a fixed axis, a str or None for one that may vary; ``type`` is written as
    onnxruntime writes it, for example ``tensor(int64)``.
    """

    name: str
    type: str
    shape: tuple[int | str | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class TokenVectors:
    """A text model's output before pooling, for one text of t tokens."""

    pieces: list[str]
    ids: npt.NDArray[np.int32]
    """Shape (t,)."""
    vectors: FloatArray
    """Shape (t, d), not normalised."""


@dataclass(frozen=True, slots=True, eq=False)
class EncodedImage:
    """A picture's unit vector of shape (d,), and the parts of the picture that are kept."""

    vector: FloatArray
    picture: Picture


@dataclass(frozen=True, slots=True)
class Window:
    """A box of a picture, in its pixels and their fractions, and the size that it is to be resampled to.

    ``resample`` is Pillow's number of a filter: 1 Lanczos, 2 bilinear, 3 bicubic, 4 box, 5 Hamming. The
    filter also uses pixels around the box, as Pillow's ``Image.resize(size, resample, box)`` does.
    """

    left: float
    top: float
    right: float
    bottom: float
    width: int
    height: int
    resample: int


@dataclass(frozen=True, slots=True)
class CollectionInfo:
    """The description of a collection, known without loading it. ``key`` never changes, the name may.

    ``image_fingerprint`` is the fingerprint of the encoder that made the vectors of pictures; "" while there are none.
    ``replaces`` is the key of the collection whose place it has taken, or is to take once all its items are embedded.
    A collection that is only half restored replaces itself: nobody sees it.
    ``damage`` says what is wrong with the description in the store. A damaged collection can only be dropped.
    """

    key: str
    name: str
    model: str
    encoder_fingerprint: str
    dims: int
    created: float
    image_fingerprint: str = ""
    replaces: str = ""
    count: int = 0
    damage: Message | None = None


class Entry(NamedTuple):
    """The light part of a stored item: all that listing needs."""

    id: str
    title: str
    source: str
    fingerprint: str
    is_image: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """The light parts of several items and their vectors, in columns: all that ranking and listing need."""

    ids: list[str]
    titles: list[str]
    sources: list[str]
    fingerprints: list[str]
    images: list[bool]
    passages: npt.NDArray[np.int32]  # (n,), how many rows of `codes` belong to each item: 1 at least
    codes: Codes  # (all passages, d)


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A stored item, whole.

    ``passages[i]`` is the stretch of ``document.content`` that ``codes[i]`` stands for; ``cut`` is the number
    of characters at the end that no passage covers. A picture has one empty passage, and ``picture``.
    """

    document: Document
    fingerprint: str
    passages: tuple[Passage, ...]
    codes: Codes = field(repr=False)  # (p, d)
    cut: int = 0
    updated: float = 0.0  # seconds since 1970, UTC
    picture: Picture | None = None
    words: bytes = field(default=b"", repr=False)
    """See `semblance.ranking.words.counts`. Stores do not give it back with the record."""

    @property
    def vectors(self) -> FloatArray:
        """The unit rows that `codes` stand for, shape (p, d)."""
        return dequantize(self.codes)


NO_CODES: Codes = np.empty((0, 0), dtype=np.int8)
"""The codes of a record that was read without vectors."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Storage in bytes; None where the platform does not tell."""

    used: int | None
    quota: int | None
    persisted: bool | None


PictureBytes = Literal["none", "thumbnails", "originals"]
"""How much of pictures is read: only their measures, also thumbnails, or also the files that were kept."""
