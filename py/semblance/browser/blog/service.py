"""The calls that a blog's page makes to Python, in a worker."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from semblance.arrays import Codes
from semblance.blog.ranking import best_passages
from semblance.blog.vectors_file import unpack
from semblance.browser import cosines, ffi
from semblance.browser.blog.feed_posts import FeedPosts
from semblance.browser.models import load_encoder, read_index
from semblance.embedding.passages import Chunking
from semblance.embedding.recipe import Recipe, text_vector
from semblance.embedding.report import Progress
from semblance.errors import ModelError
from semblance.ports import Encoders

THRESHOLD = 0.2
"""Least cosine of a passage that is shown. In tests on the sample blog, posts that had to do with a query had 0.22
or more, and most others less than 0.2. On a large site some posts always have more."""
SHARE = 0.6
"""Least part of the best cosine. A passage far below the best has little to do with the query."""


class Service:
    """The object in the worker that the page calls. Each method answers as `ffi.answer` does."""

    def __init__(self) -> None:
        self._recipe: Recipe | None = None
        self._passages: dict[str, tuple[Codes, npt.NDArray[np.int32]]] = {}

    async def start(self) -> Any:
        """Load the site's text model. The result is its fingerprint."""

        async def work() -> str:
            (entry, *_), _ = await asyncio.gather(read_index(), cosines.load())
            encoder = await load_encoder(str(ffi.bridge.asset(f"models/{entry.text}/")))
            self._recipe = Recipe.for_encoders(Encoders(encoder), Chunking())
            return json.dumps(encoder.fingerprint)

        return await ffi.answer(work)

    @property
    def recipe(self) -> Recipe:
        assert self._recipe is not None, "it is to be started first"
        return self._recipe

    async def open(self, name: str, vectors: Any, posts: Any) -> Any:
        """Take in the passages of a language: the file of their vectors, and the number of each one's post (Int32Array)."""

        async def work() -> str:
            codes, of_post = unpack(ffi.array_bytes(vectors)), ffi.numpy_array(posts, np.int32)
            expected = (len(of_post), self.recipe.encoder.dims)
            if codes.shape != expected:
                raise ModelError("models.index_shape", shape=codes.shape, expected=expected, where=name)
            self._passages[name] = codes, of_post
            return json.dumps(len(codes))

        return await ffi.answer(work)

    async def search(self, name: str, query: str, number: int) -> Any:
        """``[[row, cosine], ...]``, best first: the best passage of each post that has to do with the query."""

        async def work() -> str:
            codes, posts = self._passages[name]
            vector = await text_vector(self.recipe, query)
            rows, scores = best_passages(codes, posts, vector, number, THRESHOLD, SHARE)
            return json.dumps(list(zip(rows.tolist(), scores.tolist(), strict=True)))

        return await ffi.answer(work)

    async def related(self, feed: Any, page: Any, number: int, on_progress: Any) -> Any:
        """See `FeedPosts.related`; `feed` is ``{url, name, data}``, `page` ``{path, text}``."""

        async def work() -> str:
            posts = await FeedPosts.open(self.recipe.encoder)
            try:
                data = ffi.array_bytes(feed.data)
                report = await posts.refresh(feed.url, feed.name, data, _progress_to(on_progress))
                related = await posts.related(page.path, page.text, number)
                return json.dumps({"pages": related, "report": report})
            finally:
                await posts.close()

        return await ffi.answer(work)


def _progress_to(on_progress: Any) -> Callable[[Progress], None]:
    return lambda progress: on_progress(progress.done, progress.total)
