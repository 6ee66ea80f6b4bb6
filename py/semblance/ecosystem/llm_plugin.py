"""A plugin for ``llm``: the models of Semblance for ``llm embed``, ``embed-multi`` and ``similar``, without PyTorch.

``llm`` imports its plugins with each command, so what embeds is imported with the first vector.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import llm

from semblance.models.names import ALIASES, MULTILINGUAL, TEXT_MODEL, VISION

IDS = {TEXT_MODEL: "semblance", MULTILINGUAL: "semblance-multilingual"}


class SemblanceModel(llm.EmbeddingModel):
    """A model of Semblance as ``llm`` wants it.

    A single text is embedded as a query, several are embedded as documents. Only some models know the difference.
    """

    batch_size = 32

    def __init__(self, model_id: str, name: str, *, pictures: bool = False) -> None:
        self.model_id = model_id
        self.supports_binary = pictures
        self._name = name

    def embed(self, item: str | bytes, *, key: str | None = None) -> list[float]:
        """The vector of a query: a text or a picture's file."""
        from semblance.ecosystem.spaces import QUERY_PROMPT, vectors

        self._check(item)
        (vector,) = vectors(self._name, [item], QUERY_PROMPT)
        return vector.tolist()  # type: ignore[no-any-return]

    def embed_batch(self, items: Iterable[str | bytes], *, key: str | None = None) -> Iterator[list[float]]:
        """The vectors of documents."""
        from semblance.ecosystem.spaces import DOCUMENT_PROMPT, vectors

        return (vector.tolist() for vector in vectors(self._name, list(items), DOCUMENT_PROMPT))


@llm.hookimpl
def register_embedding_models(register: Callable[..., None]) -> None:
    """Called by ``llm``."""
    for name, model_id in IDS.items():
        register(SemblanceModel(model_id, name), aliases=_aliases(name, model_id))
    register(SemblanceModel(VISION, TEXT_MODEL, pictures=True))


def _aliases(name: str, model_id: str) -> list[str]:
    """The names under which collections of others know a model; those of other plugins' own models are theirs."""
    return [alias for alias, own in ALIASES.items() if own == name and "/" in alias and alias != model_id]
