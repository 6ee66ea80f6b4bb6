"""The names of the site's text models, and what other programs call them."""

from __future__ import annotations

TEXT_MODEL = "all-MiniLM-L6-v2"
MULTILINGUAL = "multilingual-e5-small"
IMAGE_MODEL = "semblance-vision-lite0"

VISION = "semblance-vision"
"""What the plugin for ``llm`` calls the text model together with the image model that shares its space."""

ALIASES = {
    "semblance": TEXT_MODEL,
    VISION: TEXT_MODEL,
    f"sentence-transformers/{TEXT_MODEL}": TEXT_MODEL,
    "semblance-multilingual": MULTILINGUAL,
    f"intfloat/{MULTILINGUAL}": MULTILINGUAL,
}

STANDS_IN_FOR = {"clip": TEXT_MODEL}
"""Models that commands of other programs name, and what is taken in their place. Their vectors are of another space."""


def own_name(name: str) -> str:
    """The name of a model that has one here under which another program knows it; any other name stays as it is.

    Examples
    --------
    >>> own_name("sentence-transformers/all-MiniLM-L6-v2"), own_name("text-embedding-3-small")
    ('all-MiniLM-L6-v2', 'text-embedding-3-small')
    """
    return ALIASES.get(name, name)


def name_for_llm(name: str, *, has_pictures: bool = False) -> str:
    """The name that ``llm`` and its plugins use for a model.

    Examples
    --------
    >>> name_for_llm("all-MiniLM-L6-v2"), name_for_llm("multilingual-e5-small"), name_for_llm("mine")
    ('sentence-transformers/all-MiniLM-L6-v2', 'semblance-multilingual', 'mine')
    """
    if name == TEXT_MODEL:
        return VISION if has_pictures else f"sentence-transformers/{TEXT_MODEL}"
    return "semblance-multilingual" if name == MULTILINGUAL else name
