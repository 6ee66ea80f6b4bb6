"""Convert all-MiniLM-L6-v2 from its safetensors to a quantised ONNX graph, without PyTorch.

The graph is written node by node: BERT with pooling and normalising inside. Its inputs are token ids, its outputs unit
vectors. Nothing here depends on the processor or the clock, so every machine builds the same bytes.

How it is quantised, and why (measured in ``models/all-MiniLM-L6-v2/README.md``):

- Weights are 8-bit levels with a scale for each block of `BLOCK` inputs of each output, word embeddings with
  a scale for each word. ONNX Runtime turns the weights back into floats once, while it loads.
- Activations stay floats under ONNX Runtime. Our own kernel in the browser (``static/wasm/bert.c``) computes the same
  graph from the same file and rounds activations to 16 bits, with a scale for each token. Rounding them to 8 bits is
  slower than that kernel, and a vector would then depend on where it was computed: float kernels differ in the last
  bit, rounding sometimes turns that into a whole level, and six layers amplify it until the cosine between the vectors
  of one text from a browser and from CPython falls below 0.999.

The kernel knows the graph by names in the file: those of the producer, the graph and the constants. If you change the
graph, change the kernel with it, or the graph's name.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, checker, helper, numpy_helper
from safetensors.numpy import load_file

MAX_LENGTH = 256  # from the model's sentence_bert_config.json; its tokenizer's files say 512 and 128
BLOCK = 64
SENTENCE, TOKENS = "sentence_embedding", "token_embeddings"
OPSET, IR_VERSION = 20, 9
COPIED = (
    "config.json",
    "config_sentence_transformers.json",
    "modules.json",
    "sentence_bert_config.json",
    "special_tokens_map.json",
    "1_Pooling/config.json",
)

Array = npt.NDArray[Any]


def build(source_dir: Path, out_dir: Path) -> None:
    """Write the quantised model in the folder layout of transformers.js.

    Parameters
    ----------
    source_dir : Path
        The original sentence-transformers folder: ``model.safetensors``, ``tokenizer.json``, ...
    out_dir : Path
        The folder for ``onnx/model_quantized.onnx`` and the configuration files.
    """
    _write(source_dir, out_dir, "model_quantized.onnx", Int8Graph())


def build_fp32(source_dir: Path, out_dir: Path) -> None:
    """Write the same model unquantised, as ``onnx/model.onnx``: the reference of tests and the bench."""
    _write(source_dir, out_dir, "model.onnx", Graph())


def _write(source_dir: Path, out_dir: Path, name: str, graph: Graph) -> None:
    for file in (f"onnx/{name}", *COPIED):
        (out_dir / file).parent.mkdir(parents=True, exist_ok=True)
    config = json.loads((source_dir / "config.json").read_text(encoding="utf-8"))
    model = Bert(graph, config, load_file(source_dir / "model.safetensors")).serialize()
    (out_dir / "onnx" / name).write_bytes(model)
    for file in COPIED:
        (out_dir / file).write_bytes((source_dir / file).read_bytes())
    _rewrite(source_dir, out_dir, "tokenizer.json", truncation=None, padding=None)
    _rewrite(source_dir, out_dir, "tokenizer_config.json", model_max_length=MAX_LENGTH)


def _rewrite(source_dir: Path, out_dir: Path, name: str, **changes: object) -> None:
    content = json.loads((source_dir / name).read_text(encoding="utf-8")) | changes
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    (out_dir / name).write_text(text + "\n", encoding="utf-8", newline="\n")


class Graph:
    """An ONNX graph under construction, with its weights stored as they are. Tensors go by their names."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: dict[str, Any] = {}

    def constant(self, name: str, value: npt.ArrayLike, dtype: npt.DTypeLike = np.float32) -> str:
        """Store a constant, once for each name."""
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.array(value, dtype=dtype, order="C"), name)
        return name

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Add a node; return the name of its output."""
        return self.ops(kind, *inputs, outputs=1, **attributes)[0]

    def ops(self, kind: str, *inputs: str, outputs: int, **attributes: Any) -> list[str]:
        """Add a node; return the names of its outputs."""
        base = f"{kind}_{len(self.nodes)}"
        names = [f"{base}.{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, name=base, **attributes))
        return names

    def renamed(self, output: str, name: str) -> str:
        """Give the only output of the last node another name."""
        assert list(self.nodes[-1].output) == [output]
        self.nodes[-1].output[0] = name
        return name

    def rows(self, name: str, table: Array, numbers: str) -> str:
        """Rows of a (v, d) table by their numbers: (b, t) -> (b, t, d)."""
        return self.op("Gather", self.constant(name, table), numbers)

    def transposed(self, name: str, matrix: Any) -> str:
        """An (e, d) matrix, an array or what a kind of graph has in its place, as the (d, e) matrix that MatMul takes."""
        return self.constant(name, matrix.T)


class Int8Graph(Graph):
    """A graph whose weights are stored as 8-bit levels and scales."""

    def rows(self, name: str, table: Array, numbers: str) -> str:
        """As in `Graph`. Only the rows that are looked up become floats."""
        levels, scales = quantize(table)
        return self._product(
            self.op("Gather", self.constant(name, levels, np.int8), numbers),
            self.op("Gather", self.constant(f"{name}.scale", scales, np.float16), numbers),
        )

    def transposed(self, name: str, matrix: Array) -> str:
        """As in `Graph`. It is made of constants alone, so ONNX Runtime computes it once, while it loads."""
        outputs, inputs = matrix.shape
        levels, scales = quantize(matrix.reshape(outputs, inputs // BLOCK, BLOCK))
        blocks = self._product(
            self.constant(name, levels.transpose(1, 2, 0), np.int8),
            self.constant(f"{name}.scale", scales.transpose(1, 2, 0), np.float16),
        )
        return self.op("Reshape", blocks, self.constant(f"{name}.shape", [inputs, outputs], np.int64))

    def _product(self, levels: str, scales: str) -> str:
        return self.op("Mul", *(self.op("Cast", part, to=TensorProto.FLOAT) for part in (levels, scales)))


def quantize(values: Array) -> tuple[Array, Array]:
    """Symmetric 8-bit levels with a scale for each row.

    Parameters
    ----------
    values : ndarray of float32, shape (..., d)

    Returns
    -------
    levels : ndarray of int8, shape (..., d)
        From -127 to 127; ``levels * scales`` is close to `values`.
    scales : ndarray of float16, shape (..., 1)

    Examples
    --------
    >>> levels, scales = quantize(np.array([[31.75, -127], [0, 0]], np.float32))
    >>> levels.tolist(), scales.tolist()
    ([[32, -127], [0, 0]], [[1.0], [1.0]])
    """
    largest = np.abs(values).max(axis=-1, keepdims=True)
    scales = np.where(largest > 0, largest / np.float32(127), np.float32(1)).astype(np.float16)
    levels = np.rint(values / scales.astype(np.float32)).clip(-127, 127)
    return levels.astype(np.int8), scales


class Bert:
    """A BERT encoder with mean pooling and normalising, as a graph.

    The inputs are ``input_ids`` and ``attention_mask``, int64 (b, t). The outputs are ``sentence_embedding``, float32
    (b, d), and the token vectors that it is pooled from, ``token_embeddings``, float32 (b, t, d). Token types are folded
    into the positions: a single text has type 0 throughout.
    """

    first_input = "input_ids"
    opset, ir_version = OPSET, IR_VERSION

    def __init__(self, graph: Graph, config: dict[str, Any], weights: dict[str, Array]) -> None:
        self.graph = graph
        self.weights = weights
        self.width: int = config["hidden_size"]
        self.heads: int = config["num_attention_heads"]
        self.epsilon: float = config["layer_norm_eps"]
        self.layers: int = config["num_hidden_layers"]

    def serialize(self) -> bytes:
        """The model as the bytes of an ONNX file."""
        mask = self.graph.op("Cast", "attention_mask", to=TensorProto.FLOAT)
        hidden = self._embeddings()
        bias = self._attention_bias(mask)
        for number in range(self.layers):
            hidden = self._layer(f"encoder.layer.{number}", hidden, bias)
        self._pool(mask, self.graph.renamed(hidden, TOKENS))
        return self._bytes()

    def _words(self) -> str:
        """The tokens' word vectors (b, t, d)."""
        table = self.weights["embeddings.word_embeddings.weight"]
        return self.graph.rows("words", table, self.first_input)

    def _embeddings(self) -> str:
        g = self.graph
        words = self._words()
        types = self.weights["embeddings.token_type_embeddings.weight"]
        table = g.constant("positions", self.weights["embeddings.position_embeddings.weight"] + types[0])
        first = g.constant("axis_0", [0], np.int64)
        positions = g.op("Slice", table, first, g.op("Shape", self.first_input, start=1, end=2), first)
        return self._add_and_norm(words, positions, "embeddings.LayerNorm")

    def _attention_bias(self, mask: str) -> str:
        """Shape (b, 1, 1, t): 0 where attended; elsewhere so low that softmax gives exactly 0."""
        g = self.graph
        ignored = g.op("Sub", g.constant("one", 1), mask)
        bias = g.op("Mul", ignored, g.constant("lowest", np.finfo(np.float32).min))
        return g.op("Unsqueeze", bias, g.constant("axes_1_2", [1, 2], np.int64))

    def _layer(self, prefix: str, hidden: str, bias: str) -> str:
        """One transformer layer, which normalises after each half (post-LN)."""
        context = self._attention(f"{prefix}.attention.self", hidden, bias)
        context = self._dense(context, f"{prefix}.attention.output.dense")
        hidden = self._add_and_norm(context, hidden, f"{prefix}.attention.output.LayerNorm")
        inner = self.graph.op("Gelu", self._dense(hidden, f"{prefix}.intermediate.dense"))
        return self._add_and_norm(
            self._dense(inner, f"{prefix}.output.dense"), hidden, f"{prefix}.output.LayerNorm"
        )

    def _attention(self, prefix: str, hidden: str, bias: str) -> str:
        """Attention with query, key and value in one product, and 1/sqrt(d_head) folded into the query."""
        g, size = self.graph, self.width // self.heads
        joined = self._linear(hidden, prefix, *self._query_key_value(prefix, 1 / np.sqrt(np.float32(size))))
        by_head = g.constant("by_head", [0, 0, self.heads, size], np.int64)
        query, key, value = (
            g.op("Reshape", part, by_head)
            for part in g.ops("Split", joined, outputs=3, axis=-1, num_outputs=3)
        )
        scores = g.op(
            "MatMul", g.op("Transpose", query, perm=[0, 2, 1, 3]), g.op("Transpose", key, perm=[0, 2, 3, 1])
        )
        attention = g.op("Softmax", g.op("Add", scores, bias), axis=-1)
        context = g.op("MatMul", attention, g.op("Transpose", value, perm=[0, 2, 1, 3]))
        joined_heads = g.constant("joined_heads", [0, 0, self.width], np.int64)
        return g.op("Reshape", g.op("Transpose", context, perm=[0, 2, 1, 3]), joined_heads)

    def _query_key_value(self, prefix: str, scale: np.float32) -> tuple[Any, Array]:
        parts = {"query": scale, "key": np.float32(1), "value": np.float32(1)}
        weight, bias = (
            np.concatenate([self.weights[f"{prefix}.{part}.{kind}"] * by for part, by in parts.items()])
            for kind in ("weight", "bias")
        )
        return weight, bias

    def _dense(self, x: str, name: str) -> str:
        return self._linear(x, name, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def _linear(self, x: str, name: str, weight: Any, bias: Array) -> str:
        """``x @ weight.T + bias``: (b, t, d) -> (b, t, e)."""
        product = self.graph.op("MatMul", x, self.graph.transposed(f"{name}.weight", weight))
        return self.graph.op("Add", product, self.graph.constant(f"{name}.bias", bias))

    def _add_and_norm(self, x: str, residual: str, name: str) -> str:
        gamma, beta = (
            self.graph.constant(f"{name}.{kind}", self.weights[f"{name}.{kind}"])
            for kind in ("weight", "bias")
        )
        total = self.graph.op("Add", x, residual)
        return self.graph.op("LayerNormalization", total, gamma, beta, axis=-1, epsilon=self.epsilon)

    def _pool(self, mask: str, hidden: str) -> None:
        """Mean over the tokens of the mask, scaled to length 1. The mean's divisor cancels, so the sum is enough."""
        g, axis = self.graph, self.graph.constant("axis_1", [1], np.int64)
        total = g.op("Squeeze", g.op("MatMul", g.op("Unsqueeze", mask, axis), hidden), axis)
        g.nodes.append(helper.make_node("LpNormalization", [total], [SENTENCE], axis=-1, p=2))

    def _first_input(self) -> Any:
        return helper.make_tensor_value_info(self.first_input, TensorProto.INT64, ["batch", "tokens"])

    def _bytes(self) -> bytes:
        mask = helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["batch", "tokens"])
        outputs = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, [*axes, self.width])
            for name, axes in {SENTENCE: ["batch"], TOKENS: ["batch", "tokens"]}.items()
        ]
        constants = list(self.graph.constants.values())
        model = helper.make_model(
            helper.make_graph(self.graph.nodes, "bert", [self._first_input(), mask], outputs, constants),
            opset_imports=[helper.make_opsetid("", self.opset)],
            ir_version=self.ir_version,
            producer_name="semblance",
        )
        checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString(deterministic=True))
