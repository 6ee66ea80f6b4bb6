"""The site's vector spaces for other programs: encoders by the names that these use, loaded once, with the first vector."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial

from semblance import wiring
from semblance.arrays import FloatArray
from semblance.documents import ImageBytes
from semblance.embedding.passages import Chunking
from semblance.embedding.recipe import DOCUMENT_PROMPT, QUERY_PROMPT, Recipe, encode, item_vector
from semblance.native.blocking import wait
from semblance.native.models import load_encoders
from semblance.pace import Lazy
from semblance.ports import Encoders

__all__ = ["DOCUMENT_PROMPT", "QUERY_PROMPT", "encoders", "vectors"]


@cache
def encoders(model: str) -> Lazy[Encoders]:
    """The encoders of a model: one of the site's, by any of its names, or a folder.

    Raises
    ------
    ModelError
        If there is no such model.
    """
    name = wiring.model_name(model)
    if name in wiring.MODELS_OF_SITE:
        return Lazy(partial(wiring.load_space, name))
    return Lazy(partial(load_encoders, *wiring.halves(model)))


def vectors(model: str, items: Sequence[str | bytes], prompt_name: str) -> list[FloatArray]:
    """Unit vectors of texts of any length and of pictures' files, each of shape (d,)."""
    return wait(vectors_async(encoders(model), items, prompt_name))


async def vectors_async(
    encoders: Lazy[Encoders], items: Sequence[str | bytes], prompt_name: str
) -> list[FloatArray]:
    """As `vectors`, to be awaited in the loop of `semblance.native.blocking`."""
    recipe = Recipe.for_encoders(await encoders.get(), Chunking())
    return [await _vector(recipe, item, prompt_name) for item in items]


async def _vector(recipe: Recipe, item: str | bytes, prompt_name: str) -> FloatArray:
    if isinstance(item, str) and not item.strip():  # it has no passage, but a vector is asked for
        return (await encode(recipe, [item], prompt_name))[0]  # type: ignore[no-any-return]
    return await item_vector(recipe, ImageBytes(item) if isinstance(item, bytes) else item, prompt_name)
