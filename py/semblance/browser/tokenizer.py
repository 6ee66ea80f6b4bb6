"""@huggingface/tokenizers, in a worker, behind the `Tokenizer` port."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from semblance.browser import ffi
from semblance.models.text_manifest import File


class Tokenizer:
    """The tokenizer of a model's folder. Make one with `create`."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    @classmethod
    async def create(cls, folder: str, files: Mapping[str, File] = MappingProxyType({})) -> Tokenizer:
        """Load ``tokenizer.json`` and ``tokenizer_config.json``.

        Parameters
        ----------
        folder : str
            The folder's address, which ends in a slash.
        files : mapping of str to File
            The files that the model's manifest lists. What arrives must match them.

        Raises
        ------
        ModelError
            A file is missing, is not the one that the manifest names, or is no tokenizer.
        """
        expected = {name: asdict(file) for name, file in files.items()}
        await ffi.js_call(ffi.bridge.loadTokenizer(folder, ffi.js_object(expected)))
        return cls(folder)

    async def encode_batch(
        self, texts: Sequence[str], *, add_special_tokens: bool = True
    ) -> list[npt.NDArray[np.int32]]:
        """Token ids of each text, each of shape (t,), int32."""
        if not texts:
            return []
        encoded = await ffi.js_call(
            ffi.bridge.encodeBatch(self._folder, ffi.js_list(texts), add_special_tokens)
        )
        ids = ffi.numpy_array(encoded.ids, np.int32)
        lengths = ffi.numpy_array(encoded.lengths, np.int32)
        return np.split(ids, np.cumsum(lengths)[:-1])

    async def tokens(self, ids: Sequence[int]) -> list[str]:
        """The pieces of text that ids stand for; "" for an id that the vocabulary does not have."""
        tokens = await ffi.js_call(ffi.bridge.tokensOf(self._folder, ffi.js_list(ids)))
        return [str(token) for token in tokens]
