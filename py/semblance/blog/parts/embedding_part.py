"""Texts that are embedded together. Their vectors are rounded, as `semblance.blog.vectors_file` writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from semblance.arrays import Codes
from semblance.blog import vectors_file
from semblance.blog.parts.part import Tools, divided, key_of
from semblance.errors import Malformed
from semblance.ports import TextEncoder
from semblance.ranking.vectors import quantize

ALGORITHM = 1
"""A new number for each change by which the same texts could get other vectors."""


@dataclass(frozen=True)
class EmbeddingPart:
    """Texts that are embedded together, by one model and with one prompt.

    Parameters
    ----------
    model : str
        The model's name.
    fingerprint : str
        That of the encoder.
    prompt : str
        The name of the prompt.
    texts : tuple of str
    """

    model: str
    fingerprint: str
    prompt: str
    texts: tuple[str, ...]

    is_kept = False
    """The store of vectors keeps them."""

    @cached_property
    def key(self) -> str:
        """The SHA-256 of all that the vectors depend on."""
        return key_of(ALGORITHM, self.fingerprint, self.prompt, self.texts)

    @property
    def count(self) -> int:
        """The number of texts."""
        return len(self.texts)

    @property
    def size(self) -> int:
        """Characters."""
        return sum(map(len, self.texts))

    async def computed(self, tools: Tools) -> bytes:
        """The vectors of the texts, in their order. A row of zeros stands for a text that the model failed at."""
        assert tools.encoder
        return vectors_file.pack(await _codes(self.texts, self.prompt, tools.encoder))

    def result(self, content: bytes) -> Codes:
        """The vectors, int8 of shape (n, d). Raises Malformed if there are more or fewer of them."""
        codes = vectors_file.unpack(content)
        if len(codes) != len(self.texts):
            raise Malformed(f"it holds {len(codes)} vectors, not {len(self.texts)}")
        return codes


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """Texts that a run needs the vectors of, each once."""

    encoder: TextEncoder
    prompt: str
    texts: Sequence[str]

    def parts(self) -> list[EmbeddingPart]:
        """The parts that hold all texts, in their order."""
        encoder = self.encoder
        return [
            EmbeddingPart(encoder.name, encoder.fingerprint, self.prompt, texts)
            for texts in divided(self.texts, str)
        ]

    @property
    def tools(self) -> Tools:
        """What these parts are computed with."""
        return Tools(self.encoder)


async def _codes(texts: Sequence[str], prompt: str, encoder: TextEncoder) -> Codes:
    """Vectors of texts, rounded. A text that the model fails at gets zeros, so that it keeps no other from its vector."""
    try:
        codes = quantize(await encoder.encode(texts, prompt))
        if codes.shape == (len(texts), encoder.dims):
            return codes
    except Exception:  # a runtime may raise any error
        pass
    if len(texts) == 1:
        return np.zeros((1, encoder.dims), np.int8)
    middle = len(texts) // 2
    halves = texts[:middle], texts[middle:]
    return np.concatenate([await _codes(half, prompt, encoder) for half in halves])
