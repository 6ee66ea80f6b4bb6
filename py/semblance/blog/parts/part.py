"""Parts: texts that are embedded together. A part is named by all that its vectors depend on.

The bounds of parts lie at texts whose own digest says so (content-defined chunking). So where a text comes or goes, only
the parts around it change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from semblance.arrays import Codes
from semblance.blog.parts.part_file import pack
from semblance.ports import TextEncoder
from semblance.ranking.vectors import quantize

ALGORITHM = 1
"""A new number for each change by which the same texts could get other vectors."""

MOST_TEXTS = 256
_LAST_OF_PART = 4
"""A text whose digest begins with a lower byte ends its part: one text of 64."""


@dataclass(frozen=True, slots=True)
class Part:
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

    @property
    def key(self) -> str:
        """The SHA-256 of all that the vectors depend on, in hexadecimal digits."""
        inputs = json.dumps([ALGORITHM, self.fingerprint, self.prompt, self.texts])
        return hashlib.sha256(inputs.encode()).hexdigest()

    @property
    def chars(self) -> int:
        """The amount of work."""
        return sum(map(len, self.texts))


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """Texts that a run needs the vectors of, each once."""

    encoder: TextEncoder
    prompt: str
    texts: Sequence[str]

    def parts(self) -> list[Part]:
        """The parts that hold all texts, in their order."""
        encoder = self.encoder
        return [Part(encoder.name, encoder.fingerprint, self.prompt, texts) for texts in _divided(self.texts)]


async def compute(part: Part, encoder: TextEncoder) -> bytes:
    """The file of a part. It depends on the part alone, on one kind of processor."""
    return pack(part.key, await _codes(part.texts, part.prompt, encoder))


def _divided(texts: Sequence[str]) -> list[tuple[str, ...]]:
    groups, group = list[tuple[str, ...]](), list[str]()
    for text in texts:
        group.append(text)
        first_byte = hashlib.sha256(text.encode(errors="replace")).digest()[0]
        if first_byte < _LAST_OF_PART or len(group) == MOST_TEXTS:
            groups.append(tuple(group))
            group = []
    return [*groups, tuple(group)] if group else groups


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
