"""Vectors of short texts, kept in one file between runs."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from semblance.arrays import Codes, FloatArray
from semblance.blog.parts.embedding_part import Request
from semblance.blog.parts.folder import Parts
from semblance.blog.writing import hashed, replace
from semblance.ports import TextEncoder
from semblance.ranking.vectors import dequantize

_KEY_BYTES = 16


class KeptVectors:
    """Vectors by their texts. They are always rounded to 8 bits, so that kept ones equal new ones.

    Parameters
    ----------
    folder : Path
        Holds the file. A damaged one counts as empty.
    encoder : TextEncoder
    prompt : str
        The name of the prompt that texts are encoded with.
    parts : Parts
        What vectors that aren't kept yet come from.
    """

    def __init__(self, folder: Path, encoder: TextEncoder, prompt: str, parts: Parts) -> None:
        self._encoder = encoder
        self._prompt = prompt
        self._parts = parts
        self._file = folder / f"{hashed(f'{encoder.fingerprint} {prompt}'.encode())}.npz"
        self._kept = self._read()
        self._used: set[bytes] = set()

    def missing(self, texts: Sequence[str]) -> Request:
        """Those of some texts whose vectors aren't kept yet."""
        missing = list(dict.fromkeys(text for text in texts if _key(text) not in self._kept))
        return Request(self._encoder, self._prompt, missing)

    async def prepare(self, texts: Sequence[str]) -> None:
        """Have the vectors made of all those texts that aren't kept yet."""
        request = self.missing(texts)
        self._kept.update(zip(map(_key, request.texts), await self._parts.codes(request), strict=True))

    async def encode(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors of texts, shape (n, d). A text that the model fails at gets zeros."""
        await self.prepare(texts)
        if not texts:
            return np.empty((0, self._encoder.dims), np.float32)
        keys = [_key(text) for text in texts]
        self._used.update(keys)
        return dequantize(np.stack([self._kept[key] for key in keys]))

    def write(self, *, all: bool = False) -> None:
        """Keep the vectors that were asked for, and the others only if `all` are to be kept."""
        keys = sorted(self._kept if all else self._used)
        if not keys:
            return
        data = io.BytesIO()
        np.savez(
            data,
            keys=np.frombuffer(b"".join(keys), np.uint8).reshape(-1, _KEY_BYTES),
            codes=np.stack([self._kept[key] for key in keys]),
        )
        self._file.parent.mkdir(parents=True, exist_ok=True)
        replace(self._file, data.getvalue())

    def _read(self) -> dict[bytes, Codes]:
        try:
            with np.load(self._file) as arrays:
                keys, codes = arrays["keys"], arrays["codes"]
            if codes.shape != (len(keys), self._encoder.dims) or codes.dtype != np.int8:
                return {}
            return {key.tobytes(): row for key, row in zip(keys, codes, strict=True)}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return {}


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="replace")).digest()[:_KEY_BYTES]
