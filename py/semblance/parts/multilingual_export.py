"""multilingual-e5-small as one ONNX file with its word table, in the folder layout that other programs read.

The site has the model in parts (see `semblance.parts.multilingual_model`). Here it takes ``input_ids``, as any export of
sentence-transformers does. Its weights are those of the package, too: 4-bit levels in blocks of 32, under DequantizeLinear,
which is an operator of ONNX itself. Beside ``onnx/model_q4.onnx`` lie the tokenizer and what says how both are used.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper

from semblance.models.vocabulary import BLOCK
from semblance.parts import e5_file, models, multilingual_model
from semblance.parts.e5_file import Array, E5File, Packed
from semblance.parts.multilingual_model import Joined, PackedBert, named_weights
from semblance.parts.text_model import Bert, Graph

FILE = "onnx/model_q4.onnx"

_ZERO_LEVEL = 8
_OF_THE_SITE = ("onnx/", "words/", "manifest.json", "README.md")
_TABLE = "embeddings.word_embeddings.weight"


def export(folder: Path) -> Path:
    """Write the model's files into a folder, which is made if need be; give the path of the graph.

    Raises
    ------
    BuildError
        If the weights can't be fetched.
    """
    model = models.named(models.MULTILINGUAL)
    with tempfile.TemporaryDirectory() as aside:
        source = models.unpack_source(model.name, model.manifest, Path(aside))
        content = serialize(e5_file.read(source / multilingual_model.SOURCE))
    for file, path in model.files.items():
        if not file.startswith(_OF_THE_SITE):
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / file)
    (folder / FILE).parent.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_bytes(content)
    return folder / FILE


def serialize(file: E5File) -> bytes:
    """The model with its word table, as the bytes of an ONNX file."""
    weights = named_weights(file) | {_TABLE: file.matrices["emb.word"]}
    return WholeBert(BlockGraph(), file.config, weights).serialize()


class BlockGraph(Graph):
    """A graph whose matrices are 4-bit levels with a scale for each 32 inputs."""

    def rows(self, name: str, table: Any, numbers: str) -> str:
        """As in `Graph`, of a `Packed` table. Only rows that are looked up become floats, not all."""
        packed = self.op("Gather", self.constant(name, table.levels, np.uint8), numbers)
        scales = self.op("Gather", self.constant(f"{name}.scale", table.scales, np.float16), numbers)
        low = self.op("BitwiseAnd", packed, self.constant("low_half", 15, np.uint8))
        high = self.op("BitShift", packed, self.constant("half", 4, np.uint8), direction="RIGHT")
        levels = self.op("Cast", self.op("Concat", low, high, axis=-1), to=TensorProto.FLOAT)
        levels = self.op("Sub", levels, self.constant("zero_level", _ZERO_LEVEL))
        blocks = self.op("Mul", levels, self.op("Cast", scales, to=TensorProto.FLOAT))
        _, count, _ = table.levels.shape
        return self.op("Reshape", blocks, self.constant(f"{name}.shape", [0, 0, count * BLOCK], np.int64))

    def transposed(self, name: str, matrix: Any) -> str:
        """As in `Graph`, of a `Packed` matrix."""
        scales = matrix.scales.astype(np.float32)
        if isinstance(matrix, Joined):
            scales = scales * matrix.factors
        self.constants[name] = _int4(name, _levels(matrix).T)
        scale = self.constant(f"{name}.scale", scales[:, :, 0].T)
        return self.op("DequantizeLinear", name, scale, axis=0, block_size=BLOCK)


class WholeBert(PackedBert):
    """`PackedBert` that takes token ids and looks their word vectors up itself."""

    opset, ir_version = 21, 10  # the first with 4-bit types, and with blocks in DequantizeLinear
    first_input = Bert.first_input
    _words = Bert._words
    _first_input = Bert._first_input


def _levels(matrix: Packed) -> Array:
    """The levels of a matrix, one a byte, from 0 to 15; shape (rows, blocks * 32)."""
    halves = np.concatenate([matrix.levels & 15, matrix.levels >> 4], axis=-1)
    return halves.reshape(len(halves), -1)


def _int4(name: str, levels: Array) -> Any:
    """Levels from 0 to 15 as a tensor of signed 4-bit numbers around 0, two to a byte, the first in the low half."""
    signed = (levels ^ _ZERO_LEVEL).reshape(-1)
    packed = signed[::2] | signed[1::2] << 4
    return helper.make_tensor(name, TensorProto.INT4, levels.shape, packed.tobytes(), raw=True)
