"""Which models a site has: what ``models/index.json`` says.

>>> index = {"models": [{"name": "clip", "text": "clip", "image": "clip"}]}
>>> read_index(index)
[ModelEntry(name='clip', text='clip', image='clip')]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from semblance.errors import ModelError


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One vector space: a text model, perhaps with an image model.

    Parameters
    ----------
    name : str
        No other entry has it.
    text, image : str
        The folders in ``models/``, which may be the same; None where the space has no pictures.
    """

    name: str
    text: str
    image: str | None = None


def read_index(index: Mapping[str, Any]) -> list[ModelEntry]:
    """The site's models from the parsed ``models/index.json``; the first is the default.

    Raises
    ------
    ModelError
        If there is none.
    """
    entries = [
        ModelEntry(str(model["name"]), str(model["text"]), model.get("image"))
        for model in index.get("models", [])
    ]
    if not entries:
        raise ModelError("the site has no models", where="models/index.json")
    return entries
