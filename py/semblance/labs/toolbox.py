"""The shared part of both adapters of `Tools`: all but reading files, UMAP, and showing progress."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from typing import cast

import numpy as np

from semblance.arrays import FloatArray
from semblance.collection import Collection
from semblance.documents import Document, ImageBytes
from semblance.errors import EmptyDocument, ModelError, NoImageModel
from semblance.ingest import read
from semblance.labs.tools import Items, Photo, TextModel
from semblance.labs.words import FOLDER, VECTORS, WORDS, WordVectors, unpack
from semblance.library import Library
from semblance.pace import Lazy
from semblance.ports import Encoders, ImageEncoder, VectorStore
from semblance.storage.memory import MemoryStore

ReadFile = Callable[[str], Awaitable[bytes]]

SAMPLE = "static/sample.zip"
PHOTOS = "static/labs/photos/"

MOST_KEPT = 4000
"""Number of vectors of texts that are kept: about 6 MB at 384 dimensions."""
AT_ONCE = 32
"""Number of texts between two reports of progress."""


class Toolbox(ABC):
    """An incomplete `semblance.labs.tools.Tools`: a subclass adds the abstract methods.

    Parameters
    ----------
    encoders : Encoders
        The encoders of the site's default model, loaded.
    store : Lazy of VectorStore
        Holds the learner's collections. It is opened with the first of them.
    read_file : callable
        ``await read_file(path)`` gives the bytes of a file of the site, by its path from the root.
    """

    def __init__(self, encoders: Encoders, store: Lazy[VectorStore], read_file: ReadFile) -> None:
        self._encoders = encoders
        self._store = store
        self._read_file = read_file
        self._kept: dict[str, FloatArray] = {}
        self._words = Lazy(self._load_words)
        self._sample = Lazy(self._embed_sample)
        self._photo_vectors = Lazy(self._embed_photos)

    @property
    def text(self) -> TextModel:
        """The site's text model, loaded."""
        return cast(TextModel, self._encoders.text)  # a `SentenceEncoder`, in both adapters

    async def encode(self, texts: str | Sequence[str]) -> FloatArray:
        """Unit vectors (n, d) of texts; a string is one text. Texts that were embedded lately are not embedded again."""
        texts = [texts] if isinstance(texts, str) else texts
        vectors = {text: self._kept.pop(text) for text in set(texts) if text in self._kept}
        new = [text for text in dict.fromkeys(texts) if text not in vectors]
        for start in range(0, len(new), AT_ONCE):
            batch = new[start : start + AT_ONCE]
            vectors |= zip(batch, await self._encoders.text.encode(batch), strict=True)
            if len(new) > AT_ONCE:
                self.progress(start + len(batch), len(new))
        self._kept |= vectors
        for text in list(self._kept)[:-MOST_KEPT]:
            del self._kept[text]
        return np.array([vectors[text] for text in texts], np.float32).reshape(-1, self.text.dims)

    async def images(self) -> ImageEncoder:
        """The site's image model, in the same space as the text model.

        Raises
        ------
        NoImageModel
        """
        if self._encoders.image is None:
            raise NoImageModel("models.no_image_model", where=self.text.name)
        return self._encoders.image

    async def photos(self) -> list[Photo]:
        """The photos that come with the labs."""
        listed = json.loads(await self._read_file(f"{PHOTOS}photos.json"))
        return [
            Photo(photo["name"], await self._read_file(PHOTOS + photo["file"]), photo["description"])
            for photo in listed
        ]

    async def embed_photos(self) -> FloatArray:
        """Unit vectors (n, d) of these photos, made once."""
        return await self._photo_vectors.get()

    async def words(self) -> WordVectors:
        """20,000 English words, 100 dimensions."""
        return await self._words.get()

    async def notes(self) -> list[Document]:
        """The sample notes, not embedded."""
        entries = read("sample.zip", await self._read_file(SAMPLE))
        return [entry for entry in entries if isinstance(entry, Document)]

    async def sample(self) -> Items:
        """The sample notes, with their vectors."""
        return await self._sample.get()

    async def collection(self, name: str) -> Items:
        """One of the learner's own collections, or the sample if the name is empty.

        Raises
        ------
        UnknownCollection, EmptyDocument
            If there is no collection of this name, or it is empty.
        StaleCollection
            If its vectors can't be compared with those of the text model.
        """
        if not name:
            return await self.sample()
        # A new library each time, because the page may have changed the collections.
        library = Library(await self._store.get(), self._encoders)
        return await _items(await library.collection(name, create=False))

    @abstractmethod
    async def umap(self, vectors: FloatArray, neighbours: int = 15) -> FloatArray:
        """Places in the plane (n, 2), by UMAP."""

    @abstractmethod
    def progress(self, done: int, total: int) -> None:
        """Show how far a long computation is."""

    async def _load_words(self) -> WordVectors:
        files = json.loads(await self._read_file(f"{FOLDER}manifest.json"))["files"]
        words, vectors = [await self._read_file(FOLDER + name) for name in (WORDS, VECTORS)]
        for name, data in ((WORDS, words), (VECTORS, vectors)):
            if hashlib.sha256(data).hexdigest() != files[name]["sha256"]:
                raise ModelError("models.damaged", where=FOLDER + name)
        return unpack(words, vectors)

    async def _embed_sample(self) -> Items:
        collection = await Library(MemoryStore(), self._encoders).collection("sample")
        await collection.embed_multi(
            await self.notes(), on_progress=lambda progress: self.progress(progress.done, progress.total)
        )
        return await _items(collection)

    async def _embed_photos(self) -> FloatArray:
        encoder, photos = await self.images(), await self.photos()
        vectors: list[FloatArray] = []
        for photo in photos:
            vectors.append((await encoder.encode(ImageBytes(photo.data))).vector)
            self.progress(len(vectors), len(photos))
        return np.array(vectors)


async def _items(collection: Collection) -> Items:
    if not collection.count():
        raise EmptyDocument("collections.nothing", where=collection.name)
    vectors = await collection.vectors()
    documents = [
        record.document for record in await collection.get(collection.ids(), pictures="none", vectors=False)
    ]
    return Items(
        ids=[document.id for document in documents],
        titles=[document.title or document.id for document in documents],
        texts=[document.content for document in documents],
        vectors=vectors,
    )
