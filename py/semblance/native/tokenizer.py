"""PyPI's tokenizers behind the `Tokenizer` port."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import tokenizers

from semblance.errors import ModelError


class Tokenizer:
    """The tokenizer of a model's folder. Make one with `create`."""

    def __init__(self, tokenizer: tokenizers.Tokenizer) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer

    @classmethod
    async def create(cls, folder: Path) -> Tokenizer:
        """Load ``tokenizer.json`` from a folder.

        Raises
        ------
        ModelError
            If the file is missing or no tokenizer.
        """
        path = folder / "tokenizer.json"
        try:
            return cls(await asyncio.to_thread(tokenizers.Tokenizer.from_file, str(path)))
        except Exception as error:  # tokenizers raises Exception itself
            raise ModelError(f"it can't be loaded ({error})", where=str(path)) from error

    async def encode_batch(
        self, texts: Sequence[str], *, add_special_tokens: bool = True
    ) -> list[npt.NDArray[np.int32]]:
        """Token ids of each text, each of shape (t,), int32."""
        encodings = await asyncio.to_thread(
            self._tokenizer.encode_batch_fast, list(texts), add_special_tokens=add_special_tokens
        )
        return [np.array(encoding.ids, np.int32) for encoding in encodings]

    async def tokens(self, ids: Sequence[int]) -> list[str]:
        """The pieces of text that the ids stand for; "" where the vocabulary has none."""
        return [self._tokenizer.id_to_token(int(id)) or "" for id in ids]

    async def scores(self) -> list[float]:
        """The scores of the pieces of a Unigram model, by their ids; none for other models."""
        model = json.loads(await asyncio.to_thread(self._tokenizer.to_str))["model"]
        return [score for _, score in model["vocab"]] if model["type"] == "Unigram" else []
