"""An encoder whose vectors, and a way of splitting whose passages, are there before they are asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from semblance.arrays import Codes, FloatArray
from semblance.blog.parts.splitting_part import Split
from semblance.documents import Document, Passage
from semblance.embedding.passages import Chunking, CountTokens
from semblance.embedding.recipe import title_of
from semblance.ports import TextEncoder
from semblance.ranking.vectors import dequantize


class PreparedEncoder:
    """A `TextEncoder` that has the vectors of some texts already. Those of any others come from the model.

    Parameters
    ----------
    encoder : TextEncoder
    prompt : str
        The name of the prompt that those texts are encoded with.
    """

    def __init__(self, encoder: TextEncoder, prompt: str) -> None:
        self._encoder = encoder
        self._prompt = prompt
        self._codes: dict[bytes, Codes] = {}
        self._tokens: Mapping[str, int] = {}

    def take_titles(self, tokens: Mapping[str, int]) -> None:
        """Take how many tokens some titles have, each of which is asked for alone."""
        self._tokens = tokens

    def take(self, texts: Sequence[str], codes: Codes) -> None:
        """Take the vectors of texts. Rows of zeros are left out: the model is to say what is wrong with those texts."""
        rows = zip(texts, codes, strict=True)
        self._codes |= {_digest(text): row for text, row in rows if row.any()}

    @property
    def name(self) -> str:
        """Name of the model, for people."""
        return self._encoder.name

    @property
    def fingerprint(self) -> str:
        """That of the model."""
        return self._encoder.fingerprint

    @property
    def languages(self) -> Sequence[str]:
        """Languages that the model knows."""
        return self._encoder.languages

    @property
    def dims(self) -> int:
        """Length of the vectors, d."""
        return self._encoder.dims

    def token_budget(self, prompt_name: str | None = None) -> int:
        """How many tokens of the text itself fit."""
        return self._encoder.token_budget(prompt_name)

    async def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text."""
        if len(texts) == 1 and texts[0] in self._tokens:
            return [self._tokens[texts[0]]]
        return await self._encoder.count_tokens(texts)

    async def encode(self, texts: Sequence[str], prompt_name: str | None = None) -> FloatArray:
        """Unit vectors of texts, shape (n, d)."""
        prepared = self._codes if prompt_name == self._prompt else {}
        rows = [prepared.get(_digest(text)) for text in texts]
        unknown = [text for text, row in zip(texts, rows, strict=True) if row is None]
        if len(unknown) == len(texts):
            return await self._encoder.encode(texts, prompt_name)
        others = iter(await self._encoder.encode(unknown, prompt_name) if unknown else ())
        return np.stack([next(others) if row is None else dequantize(row[np.newaxis])[0] for row in rows])


@dataclass(frozen=True, slots=True)
class PreparedChunking(Chunking):
    """The way of splitting, of which some results are there already, by the texts and their budgets."""

    known: Mapping[tuple[bytes, int], Split] = field(default_factory=dict, compare=False)

    async def split(
        self, text: str, count_tokens: CountTokens, budget: int
    ) -> tuple[tuple[Passage, ...], int]:
        """Split a text, unless it is known how."""
        split = self.known.get((_digest(text), budget))
        return (
            (split.passages, split.cut) if split else await Chunking.split(self, text, count_tokens, budget)
        )


def prepared(
    documents: Iterable[Document], splits: Iterable[Split | None], encoder: PreparedEncoder
) -> PreparedChunking:
    """The way of splitting that knows how documents are split; the encoder learns how long their titles are."""
    known = [
        (document, split) for document, split in zip(documents, splits, strict=True) if split is not None
    ]
    encoder.take_titles({title_of(document): split.title_tokens for document, split in known})
    return PreparedChunking(
        known={(_digest(document.content), split.budget): split for document, split in known}
    )


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="replace")).digest()
