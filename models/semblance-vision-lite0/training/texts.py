"""Vectors of captions and labels, from the text model that the product loads."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from semblance.native.models import load_text_encoder
from training.data import PROMPTS

FloatArray = npt.NDArray[np.float32]


class TextVectors:
    """Unit vectors of texts, kept in a file.

    Parameters
    ----------
    model : Path
        Folder of the built text model.
    texts : iterable of str
    cache : Path, optional
        Folder to keep them in.
    """

    def __init__(self, model: Path, texts: Iterable[str], cache: Path | None = None) -> None:
        self.texts = sorted(set(texts))
        self.index = {text: number for number, text in enumerate(self.texts)}
        digest = hashlib.sha256("\n".join(self.texts).encode()).hexdigest()[:12]
        path = cache / f"texts-{digest}.npy" if cache else None
        if path and path.exists():
            self.vectors: FloatArray = np.load(path)
            return
        self.vectors = asyncio.run(_encode(model, self.texts))
        if path:
            np.save(path, self.vectors)

    def of(self, texts: Sequence[str]) -> FloatArray:
        """Vectors (n, 384) of some of them."""
        return self.vectors[[self.index[text] for text in texts]]

    def label(self, name: str) -> FloatArray:
        """Vector (384,) of a label: the mean of those of sentences about it, made a unit vector."""
        mean = self.of(label_texts(name)).mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean))


def label_texts(name: str) -> list[str]:
    """Sentences about a label."""
    return [prompt.format(name) for prompt in PROMPTS]


async def _encode(model: Path, texts: Sequence[str]) -> FloatArray:
    encoder = await load_text_encoder(model)
    return await encoder.encode(texts)
