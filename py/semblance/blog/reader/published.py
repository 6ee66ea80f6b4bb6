"""A published site's index as collections, one for each language: for programs that search it without a browser.

All of it is read at once. Passages get back the vectors that their few bits stand for. Queries are embedded by the models
that taught the site, so that nothing of the site's own table is needed: docs/reader-index.md says what each file holds.
"""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from semblance.arrays import Codes, FloatArray
from semblance.blog.output import FORMAT as INDEX_FORMAT
from semblance.blog.reader.centring import centred
from semblance.blog.reader.codes import Group, Rows
from semblance.blog.reader.fields import FORMAT, MAGIC, SUFFIX
from semblance.blog.writing import INDEX
from semblance.documents import Document, Passage
from semblance.embedding.fingerprint import document_half, join
from semblance.embedding.recipe import QUERY_PROMPT
from semblance.errors import SiteError
from semblance.library import Library
from semblance.models.names import MULTILINGUAL, TEXT_MODEL
from semblance.pace import Lazy
from semblance.ports import Encoders, TextEncoder
from semblance.ranking.vectors import quantize
from semblance.records import CollectionInfo, Record
from semblance.storage.memory import MemoryStore

T = TypeVar("T")

Read = Callable[[str], Awaitable[bytes]]
"""``await read(path)``: a file of the folder ``semblance/`` of a site."""

REMEDY = "Run `semblance site` on the site again."

_AT_ONCE = 16  # files that are read together
_TITLES = 200  # so many show what queries of a language share
_BETWEEN = "\n\n"  # passages of a post


class Fields:
    """The fields of a file, read one after another; `semblance.blog.reader.fields` writes them.

    Parameters
    ----------
    path : str
    data : bytes
    kind : bytes
        The letter of what the file has to be.

    Raises
    ------
    SiteError
        If it is another file, or of another version.
    """

    def __init__(self, path: str, data: bytes, kind: bytes) -> None:
        self._path, self._at = path, len(MAGIC) + 2
        try:
            self._data = gzip.decompress(data)
        except (OSError, EOFError, ValueError) as error:
            raise self._damaged() from error
        if self._data[: self._at] != MAGIC + bytes([FORMAT]) + kind:
            raise self._damaged()

    def _damaged(self) -> SiteError:
        return SiteError("it is damaged, or of another version of Semblance", where=self._path, remedy=REMEDY)

    def take(self, size: int) -> bytes:
        """Some bytes."""
        self._at += size
        if self._at > len(self._data):
            raise self._damaged()
        return self._data[self._at - size : self._at]

    def rest(self) -> bytes:
        """All bytes that are left."""
        return self.take(len(self._data) - self._at)

    def number(self) -> int:
        """A whole number (LEB128)."""
        number = shift = 0
        while True:
            (byte,) = self.take(1)
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                return number
            shift += 7

    def numbers(self) -> list[int]:
        """Whole numbers."""
        return [self.number() for _ in range(self.number())]

    def ascending(self) -> list[int]:
        """Whole numbers, each written as its distance from the one before."""
        return list(accumulate(self.numbers()))

    def counted(self) -> npt.NDArray[np.uint8]:
        """As many bytes as a number says, shape (n,)."""
        return np.frombuffer(self.take(self.number()), np.uint8)

    def skip_strings(self) -> None:
        """Pass over strings."""
        for _ in range(self.number()):
            self.number()
            self.take(self.number())

    def vectors(self) -> FloatArray:
        """Vectors at 4 bits a number, shape (n, d)."""
        dims, scales = self.number(), self.counted().view("<f4").astype(np.float32)
        packed = np.frombuffer(self.take(len(scales) * dims // 2), np.uint8)
        levels = np.stack([packed & 15, packed >> 4], axis=1).reshape(len(scales), dims)
        return Rows(levels, scales).vectors


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """What is needed of a catalogue."""

    passages: list[int]
    """How many each post has."""
    is_unigram: bool
    """Whether the model is multilingual-e5-small. Then vectors of passages are less what all of them share."""
    areas: list[int]
    """How many groups each area has; none if there are no areas."""
    centres: FloatArray
    """Of the areas; of the groups where there are no areas."""

    @classmethod
    def read(cls, fields: Fields) -> Catalogue:
        """Read it from its fields."""
        fields.counted()  # the lengths of posts
        passages = fields.numbers()
        for _ in ("common tokens", "the site's other tokens"):
            fields.skip_strings()
        is_unigram = len(fields.counted()) > 0  # it has scores
        for _ in ("words that the site never uses", "words", "stop words"):
            fields.skip_strings()
        fields.number()  # the least cosine
        fields.vectors()  # of the common tokens
        return cls(passages, is_unigram, fields.numbers(), fields.vectors())

    @property
    def dims(self) -> int:
        """Length of the vectors; 0 if words alone are searched."""
        return int(self.centres.shape[1])


class CentredEncoder:
    """A text encoder whose queries are less what the titles of a site share, as its passages are."""

    def __init__(self, encoder: TextEncoder, common: FloatArray) -> None:
        self._encoder, self._common = encoder, common

    def __getattr__(self, name: str) -> Any:
        return getattr(self._encoder, name)

    async def encode(self, texts: Sequence[str], prompt_name: str | None = None) -> FloatArray:
        """Unit vectors of shape (n, d)."""
        return centred(await self._encoder.encode(texts, prompt_name), self._common)


async def open_site(read: Read, encoders: Mapping[str, Lazy[Encoders]]) -> Library:
    """The posts of a published site, as a library of a collection for each language, named by its tag.

    Parameters
    ----------
    read : Read
    encoders : mapping of str to Lazy of Encoders
        The site's text models, by their names.

    Raises
    ------
    SiteError
        If it has no index, or one that can't be read.
    """
    index = _index(await read(INDEX))
    posts = {
        language: await _Posts.read(read, about["reader"]) for language, about in index["languages"].items()
    }
    names = {language: own.model_name(language) for language, own in posts.items()}
    models = {names[language]: own.encoders(encoders) for language, own in posts.items()}
    library = Library(MemoryStore(), models or encoders)
    for language, own in posts.items():
        text = (await models[names[language]].get()).text
        info = CollectionInfo("", language, names[language], text.fingerprint, text.dims, 0.0)
        await library.take_over(info, own.records(text.dims))
    return library


def _index(data: bytes) -> dict[str, Any]:
    try:
        index = json.loads(data)
        known = index["format"] == INDEX_FORMAT and all(
            "reader" in about for about in index["languages"].values()
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        known = False
    if not known:
        raise SiteError("it is no index of a site, or of another version", where=INDEX, remedy=REMEDY)
    return dict(index)


@dataclass(frozen=True, slots=True, eq=False)
class _Posts:
    """The posts of one language: what the files hold, and the vectors that the bits of all passages stand for."""

    catalogue: Catalogue
    contents: list[dict[str, Any]]
    vectors: FloatArray

    @classmethod
    async def read(cls, read: Read, folder: str) -> _Posts:
        async def file(path: str, kind: bytes) -> Fields:
            whole = f"{folder.rstrip('/')}/{path}{SUFFIX}"
            return Fields(whole, await read(whole), kind)

        catalogue = Catalogue.read(await file("catalogue", b"c"))
        contents = await _together(
            [f"posts/{number}" for number in range(len(catalogue.passages))], lambda path: file(path, b"p")
        )
        areas = await _together(
            [f"areas/{number}" for number, _ in enumerate(catalogue.areas)], lambda path: file(path, b"a")
        )
        centres = np.concatenate([fields.vectors() for fields in areas] or [catalogue.centres])
        groups = await _together(
            [f"groups/{number}" for number, _ in enumerate(centres)], lambda path: file(path, b"g")
        )
        return cls(
            catalogue,
            [dict(json.loads(fields.rest())) for fields in contents],
            _vectors(sum(catalogue.passages), centres, groups),
        )

    def model_name(self, language: str) -> str:
        """The name of the model that searches them; one with queries of its own for each language, where it is narrow."""
        model = MULTILINGUAL if self.catalogue.is_unigram else TEXT_MODEL
        return f"{model}, {language}" if self.catalogue.is_unigram else model

    def encoders(self, models: Mapping[str, Lazy[Encoders]]) -> Lazy[Encoders]:
        """The encoders for queries to them."""
        model = models[MULTILINGUAL if self.catalogue.is_unigram else TEXT_MODEL]
        if not self.catalogue.is_unigram:
            return model

        async def load() -> Encoders:
            text = (await model.get()).text
            titles = [content["title"] for content in self.contents[:_TITLES]]
            return Encoders(CentredEncoder(text, (await text.encode(titles, QUERY_PROMPT)).mean(axis=0)))

        return Lazy(load)

    async def records(self, dims: int) -> AsyncIterator[list[Record]]:
        """The posts as items. Where words alone are searched, their vectors are zeros."""
        codes = quantize(
            self.vectors if self.catalogue.dims else np.zeros((len(self.vectors), dims), np.float32)
        )
        ends = [0, *accumulate(self.catalogue.passages)]
        for content, (start, end) in zip(self.contents, pairwise(ends), strict=True):
            yield [_record(content, codes[start:end])]


async def _together(paths: Sequence[str], load: Callable[[str], Awaitable[T]]) -> list[T]:
    """What is loaded for each path, a few at a time."""
    loaded: list[T] = []
    for start in range(0, len(paths), _AT_ONCE):
        loaded += await asyncio.gather(*map(load, paths[start : start + _AT_ONCE]))
    return loaded


def _vectors(count: int, centres: FloatArray, groups: Sequence[Fields]) -> FloatArray:
    """The vectors that the bits of all passages stand for, shape (n, d)."""
    vectors = np.zeros((count, centres.shape[1]), np.float32)
    for centre, fields in zip(centres, groups, strict=True):
        passages, steps = np.array(fields.ascending()), fields.counted()
        group = Group(passages, fields.counted().reshape(len(passages), -1), steps)
        vectors[passages] = centre + group.differences
    return vectors


def _record(content: Mapping[str, Any], codes: Codes) -> Record:
    texts = [text for _, _, text, *_ in content["passages"]]
    starts = [0, *accumulate(len(text) + len(_BETWEEN) for text in texts)]
    passages = [
        Passage(start, start + len(text), heading)
        for start, text, (heading, *_) in zip(starts, texts, content["passages"], strict=False)
    ]
    metadata = {key: content[key] for key in ("date", "tags") if key in content}
    document = Document(content["url"], _BETWEEN.join(texts), title=content["title"], metadata=metadata)
    return Record(document, join("published", document_half(document)), tuple(passages), codes)
