"""A word table whose rows are read from files when a text needs them: what an encoder without a table is fed with."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from semblance.arrays import AnyArray, FloatArray
from semblance.errors import ModelError
from semblance.models.vocabulary import Vocabulary, block_files, read_vocabulary, word_vectors
from semblance.native.onnx import InferenceSession
from semblance.records import NodeArg

WORDS, IDS = "words", "input_ids"


class WordTable:
    """The rows of a model's folder. A block's file is opened, and checked, when its first row is asked for."""

    def __init__(self, folder: Path, rows: str, vocabulary: Vocabulary) -> None:
        self._files = [folder / file for file in block_files(rows, len(vocabulary.digests))]
        self._digests = vocabulary.digests
        self._blocks, self._places = vocabulary.blocks.tolist(), vocabulary.places()
        self._counts = np.bincount(vocabulary.blocks)
        self._open: dict[int, npt.NDArray[np.uint8]] = {}

    @classmethod
    def read(cls, folder: Path, vocabulary: str, rows: str) -> WordTable:
        """The table of a folder, from the paths in its manifest.

        Raises
        ------
        ModelError
            If the vocabulary is no such file.
        """
        try:
            read = read_vocabulary(gzip.decompress((folder / vocabulary).read_bytes()))
        except (OSError, EOFError, zlib.error, ValueError, KeyError) as error:
            raise ModelError(f"it can't be read ({error})", where=str(folder / vocabulary)) from error
        return cls(folder, rows, read)

    def vectors(self, ids: npt.NDArray[np.int64]) -> FloatArray:
        """The vectors of token ids: (b, t) -> (b, t, d).

        Raises
        ------
        ModelError
            If an id is not in the vocabulary, or a file is missing or another.
        """
        unique, inverse = np.unique(ids, return_inverse=True)
        if unique[0] < 0 or unique[-1] >= len(self._blocks):
            raise ModelError("a token id is not in the vocabulary")
        rows = np.stack([self._block(self._blocks[number])[self._places[number]] for number in unique])
        return word_vectors(rows)[inverse.reshape(ids.shape)]

    def _block(self, number: int) -> npt.NDArray[np.uint8]:
        if number not in self._open:
            path = self._files[number]
            if not path.is_file():
                raise ModelError("the file is missing", where=str(path))
            rows: npt.NDArray[np.uint8] = np.memmap(path, np.uint8, "r")
            if hashlib.sha256(rows.data).hexdigest() != self._digests[number]:
                raise ModelError(
                    "it is not the block that the vocabulary lists: its SHA-256 differs", where=str(path)
                )
            self._open[number] = rows.reshape(self._counts[number], -1)
        return self._open[number]


class WordTableSession:
    """A session that takes token ids and gives the encoder behind it their word vectors."""

    def __init__(self, encoder: InferenceSession, table: WordTable) -> None:
        self._encoder = encoder
        self._table = table

    def get_inputs(self) -> list[NodeArg]:
        """The encoder's inputs, with token ids in the place of word vectors."""
        return [
            NodeArg(IDS, "tensor(int64)", node.shape[:2]) if node.name == WORDS else node
            for node in self._encoder.get_inputs()
        ]

    def get_outputs(self) -> list[NodeArg]:
        """The encoder's outputs."""
        return self._encoder.get_outputs()

    async def run(
        self, output_names: Sequence[str] | None, input_feed: Mapping[str, AnyArray]
    ) -> list[AnyArray]:
        """As `InferenceSession.run`.

        Raises
        ------
        ModelError
            If a row can't be read, or the model refuses the inputs.
        """
        words = await asyncio.to_thread(self._table.vectors, input_feed[IDS])
        rest = {name: value for name, value in input_feed.items() if name != IDS}
        return await self._encoder.run(output_names, {WORDS: words, **rest})
