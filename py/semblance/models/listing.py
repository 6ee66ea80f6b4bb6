"""The models of a site, as ``models/index.json`` lists them, and the check that two encoders are a pair.

>>> index = {"models": [{"name": "clip", "text": "clip", "image": "clip"}]}
>>> read_listing(index)
[ModelEntry(name='clip', text='clip', image='clip', languages=(), bytes=0, dims=0, metric='')]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from semblance.errors import ModelError
from semblance.ports import Encoders, ImageEncoder, TextEncoder


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One vector space: a text model, perhaps with an image model.

    Parameters
    ----------
    name : str
        Unique among the entries.
    text, image : str
        The folders in ``models/``, which may be the same. ``image`` is None where the space has no pictures.
    languages : sequence of str
        Codes of the languages that the text model knows; none if it knows all, or if nobody says.
    bytes : int
        Size of what must be loaded before the first text is embedded; 0 if it is not known.
    dims : int
        Dimensions of its vectors; 0 if they are not known before it is loaded.
    metric : str
        The file of its metric in the text model's folder; "" if it has none.
    """

    name: str
    text: str
    image: str | None = None
    languages: Sequence[str] = ()
    bytes: int = 0
    dims: int = 0
    metric: str = ""


def read_listing(index: Mapping[str, Any]) -> list[ModelEntry]:
    """The site's models from the parsed ``models/index.json``; the first is the default.

    Raises
    ------
    ModelError
        If there is none.
    """
    entries = [
        ModelEntry(
            str(model["name"]),
            str(model["text"]),
            model.get("image"),
            tuple(model.get("languages", ())),
            model.get("bytes", 0),
            model.get("dims", 0),
            model.get("metric", ""),
        )
        for model in index.get("models", [])
    ]
    if not entries:
        raise ModelError("models.no_models", where="models/index.json")
    return entries


def pair(text: TextEncoder, image: ImageEncoder | None) -> Encoders:
    """The encoders of one space.

    Raises
    ------
    ModelError
        If their vectors differ in length, so that they can't share a space.
    """
    if image is not None and image.dims != text.dims:
        raise ModelError(
            "models.dims", dims=image.dims, other=text.name, other_dims=text.dims, where=image.name
        )
    return Encoders(text, image)
