"""Convert all-MiniLM-L6-v2 from its safetensors to a quantised ONNX graph, without PyTorch.

The graph is written node by node: BERT with pooling and normalising inside, token ids in, unit vectors out.
Nothing here depends on the processor or the clock, so every machine builds the same bytes.

How it is quantised, and why (measured in ``models/all-MiniLM-L6-v2/README.md``):

- *Weights* are 8 bits with one scale for each output channel; word embeddings with one for each word.
- *Activations* are 8 bits with one scale for **each token**, computed as the model runs. The usual scale for
  a whole tensor makes a text's vector depend on the other texts of its batch, and loses more.
- Weights are stored unsigned with zero point 128. Processors with AVX2 but no VNNI multiply unsigned by
  signed bytes with saturation, so that the same signed weights would give other vectors there than in a browser.
- One channel of the hidden state is far larger than all others; halving it before it is quantised, and
  doubling its weights, halves the error.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, checker, helper, numpy_helper
from safetensors.numpy import load_file

MAX_LENGTH = 256  # the model's own, in sentence_bert_config.json; its tokenizer's files say 512 and 128
OPSET, IR_VERSION = 20, 9
OUTLIER_CHANNEL, DAMPING = 99, np.float32(0.5)
COPIED = (
    "config.json",
    "config_sentence_transformers.json",
    "modules.json",
    "sentence_bert_config.json",
    "special_tokens_map.json",
    "1_Pooling/config.json",
)

Array = npt.NDArray[Any]
Weights = dict[str, Array]


def build(source_dir: Path, out_dir: Path) -> None:
    """Write the quantised model in the folder layout of transformers.js.

    Parameters
    ----------
    source_dir : Path
        The original sentence-transformers folder: ``model.safetensors``, ``tokenizer.json``, ...
    out_dir : Path
        Where ``onnx/model_quantized.onnx`` and the configuration files go.
    """
    _write(source_dir, out_dir, "model_quantized.onnx", Int8Layers)


def build_fp32(source_dir: Path, out_dir: Path) -> None:
    """Write the same graph without quantising, as ``onnx/model.onnx``: the reference for tests and the bench."""
    _write(source_dir, out_dir, "model.onnx", Float32Layers)


def _write(source_dir: Path, out_dir: Path, name: str, layers: type[Layers]) -> None:
    config = json.loads((source_dir / "config.json").read_text(encoding="utf-8"))
    model = bert(config, load_file(source_dir / "model.safetensors"), layers)
    for file in (f"onnx/{name}", *COPIED):
        (out_dir / file).parent.mkdir(parents=True, exist_ok=True)
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
    """An ONNX graph under construction; tensors are known by their names."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: dict[str, Any] = {}

    def constant(self, name: str, value: npt.ArrayLike, dtype: npt.DTypeLike = np.float32) -> str:
        """Store a constant (once for each name)."""
        if name not in self.constants:
            array = np.ascontiguousarray(value, dtype=dtype).reshape(np.shape(value))
            self.constants[name] = numpy_helper.from_array(array, name)
        return name

    def op(self, kind: str, *inputs: str, outputs: int = 1, **attributes: Any) -> Any:
        """Add a node; return the name of its output, or a list of names where it has more than one."""
        base = f"{kind}_{len(self.nodes)}"
        names = [base] if outputs == 1 else [f"{base}.{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, name=base, **attributes))
        return names[0] if outputs == 1 else names


class Float32Layers:
    """Weights as they were trained."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def embedding(self, ids: str, table: Array) -> str:
        """Look up rows of a (v, d) table: (b, t) -> (b, t, d)."""
        return self.graph.op("Gather", self.graph.constant("words", table), ids)

    def linear(self, x: str, name: str, weight: Array, bias: Array, *, hidden: bool = False) -> str:
        """``x @ weight.T + bias``: (b, t, d) -> (b, t, e). `hidden`: x is the hidden state, with its outlier."""
        g = self.graph
        product = g.op("MatMul", x, g.constant(f"{name}.weight", weight.T))
        return g.op("Add", product, g.constant(f"{name}.bias", bias))


class Int8Layers:
    """Weights with a scale for each row, activations with a scale for each token."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def embedding(self, ids: str, table: Array) -> str:
        """As in `Float32Layers`."""
        g = self.graph
        levels, scales = quantize_rows(table)
        words = g.op("Cast", g.op("Gather", g.constant("words", levels, np.int8), ids), to=TensorProto.FLOAT)
        return g.op("Mul", words, g.op("Gather", g.constant("words.scale", scales), ids))

    def linear(self, x: str, name: str, weight: Array, bias: Array, *, hidden: bool = False) -> str:
        """As in `Float32Layers`, up to rounding."""
        g = self.graph
        if hidden:
            damping = np.ones(weight.shape[1], np.float32)
            damping[OUTLIER_CHANNEL] = DAMPING
            x = g.op("Mul", x, g.constant("damping", damping))
            weight = weight / damping
        tokens, token_scale = self._quantize_tokens(x)
        levels, scales = quantize_rows(weight)
        zero = g.constant("zero_point", 128, np.uint8)
        stored = g.constant(f"{name}.weight", levels.T + 128, np.uint8)
        product = g.op("Cast", g.op("MatMulInteger", tokens, stored, zero, zero), to=TensorProto.FLOAT)
        product = g.op("Mul", product, g.constant(f"{name}.scale", scales[:, 0]))
        return g.op("Add", g.op("Mul", product, token_scale), g.constant(f"{name}.bias", bias))

    def _quantize_tokens(self, x: str) -> tuple[str, str]:
        """Levels of uint8 around 128, and the scale of each token, (b, t, 1)."""
        g = self.graph
        largest = g.op("ReduceMax", g.op("Abs", x), g.constant("last_axis", [-1], np.int64), keepdims=1)
        largest = g.op("Max", largest, g.constant("tiny", 1e-12))
        top = g.constant("top_level", 127)
        scaled = g.op("Mul", x, g.op("Div", top, largest))
        one, zero = g.constant("one", 1), g.constant("zero_point", 128, np.uint8)
        return g.op("QuantizeLinear", scaled, one, zero), g.op("Div", largest, top)


Layers = Float32Layers | Int8Layers


def quantize_rows(weight: Array) -> tuple[Array, Array]:
    """Symmetric 8-bit levels with a scale for each row.

    Parameters
    ----------
    weight : ndarray of float32, shape (n, d)

    Returns
    -------
    levels : ndarray of int16, shape (n, d)
        From -127 to 127; ``levels * scales`` is close to `weight`.
    scales : ndarray of float32, shape (n, 1)

    Examples
    --------
    >>> levels, scales = quantize_rows(np.array([[0.5, -1.27], [0, 0]], np.float32))
    >>> levels.tolist(), scales.round(4).tolist()
    ([[50, -127], [0, 0]], [[0.009999999776482582], [1.0]])
    """
    largest = np.abs(weight).max(axis=1, keepdims=True)
    scales = np.where(largest > 0, largest / np.float32(127), np.float32(1))
    return np.rint(weight / scales).astype(np.int16), scales


def bert(config: dict[str, Any], weights: Weights, layers: type[Layers]) -> bytes:
    """The serialised graph of a BERT encoder with mean pooling and normalising.

    Inputs ``input_ids`` and ``attention_mask`` (int64, (b, t)); output ``sentence_embedding`` (float32, (b, d)).
    Token types are folded away: a single text has type 0 throughout.
    """
    graph = Graph()
    kind = layers(graph)
    mask = graph.op("Cast", "attention_mask", to=TensorProto.FLOAT)
    hidden = _embeddings(graph, kind, config, weights)
    bias = _attention_bias(graph, mask)
    for number in range(config["num_hidden_layers"]):
        hidden = _layer(graph, kind, config, weights, f"encoder.layer.{number}", hidden, bias)
    _pool(graph, mask, hidden)
    return _serialize(graph, config["hidden_size"])


def _embeddings(graph: Graph, kind: Layers, config: dict[str, Any], weights: Weights) -> str:
    words = kind.embedding("input_ids", weights["embeddings.word_embeddings.weight"])
    types = weights["embeddings.token_type_embeddings.weight"]
    table = graph.constant("positions", weights["embeddings.position_embeddings.weight"] + types[0])
    first = graph.constant("axis_0", [0], np.int64)
    positions = graph.op("Slice", table, first, graph.op("Shape", "input_ids", start=1, end=2), first)
    return _layer_norm(graph, config, weights, "embeddings.LayerNorm", graph.op("Add", words, positions))


def _attention_bias(graph: Graph, mask: str) -> str:
    """(b, 1, 1, t): 0 where attended, the lowest float where not, so that softmax gives exactly 0 there."""
    ignored = graph.op("Sub", graph.constant("one", 1), mask)
    bias = graph.op("Mul", ignored, graph.constant("lowest", np.finfo(np.float32).min))
    return graph.op("Unsqueeze", bias, graph.constant("axes_1_2", [1, 2], np.int64))


def _layer(
    graph: Graph, kind: Layers, config: dict[str, Any], weights: Weights, prefix: str, hidden: str, bias: str
) -> str:
    """One transformer layer with the normalising after each half (post-LN), as in BERT."""

    def dense(x: str, name: str, *, hidden: bool = False) -> str:
        name = f"{prefix}.{name}"
        return kind.linear(x, name, weights[f"{name}.weight"], weights[f"{name}.bias"], hidden=hidden)

    def add_and_norm(x: str, residual: str, name: str) -> str:
        return _layer_norm(graph, config, weights, f"{prefix}.{name}", graph.op("Add", x, residual))

    context = _attention(graph, kind, config, weights, f"{prefix}.attention.self", hidden, bias)
    hidden = add_and_norm(dense(context, "attention.output.dense"), hidden, "attention.output.LayerNorm")
    inner = graph.op("Gelu", dense(hidden, "intermediate.dense", hidden=True))
    return add_and_norm(dense(inner, "output.dense"), hidden, "output.LayerNorm")


def _attention(
    graph: Graph, kind: Layers, config: dict[str, Any], weights: Weights, prefix: str, hidden: str, bias: str
) -> str:
    """Multi-head attention: query, key and value in one product, 1/sqrt(d_head) folded into the query."""
    width, heads = config["hidden_size"], config["num_attention_heads"]
    scale = 1 / np.sqrt(np.float32(width // heads))
    parts = {"query": scale, "key": np.float32(1), "value": np.float32(1)}
    weight = np.concatenate([weights[f"{prefix}.{part}.weight"] * by for part, by in parts.items()])
    offset = np.concatenate([weights[f"{prefix}.{part}.bias"] * by for part, by in parts.items()])
    joined = kind.linear(hidden, f"{prefix}.query_key_value", weight, offset, hidden=True)

    split_heads = graph.constant("split_heads", [0, 0, heads, width // heads], np.int64)
    query, key, value = (
        graph.op("Transpose", graph.op("Reshape", part, split_heads), perm=perm)
        for part, perm in zip(
            graph.op("Split", joined, outputs=3, axis=-1, num_outputs=3),
            ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]),
            strict=True,
        )
    )
    attention = graph.op("Softmax", graph.op("Add", graph.op("MatMul", query, key), bias), axis=-1)
    context = graph.op("Transpose", graph.op("MatMul", attention, value), perm=[0, 2, 1, 3])
    return graph.op("Reshape", context, graph.constant("join_heads", [0, 0, width], np.int64))


def _layer_norm(graph: Graph, config: dict[str, Any], weights: Weights, name: str, x: str) -> str:
    gamma = graph.constant(f"{name}.weight", weights[f"{name}.weight"])
    beta = graph.constant(f"{name}.bias", weights[f"{name}.bias"])
    return graph.op("LayerNormalization", x, gamma, beta, axis=-1, epsilon=config["layer_norm_eps"])


def _pool(graph: Graph, mask: str, hidden: str) -> None:
    """Mean over the tokens of the mask, at length 1: the mean's divisor cancels, so the sum is enough."""
    axis = graph.constant("axis_1", [1], np.int64)
    total = graph.op("Squeeze", graph.op("MatMul", graph.op("Unsqueeze", mask, axis), hidden), axis)
    unit = graph.op("LpNormalization", total, axis=-1, p=2)
    graph.nodes.append(helper.make_node("Identity", [unit], ["sentence_embedding"], name="output"))


def _serialize(graph: Graph, width: int) -> bytes:
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
        for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["batch", width])
    made = helper.make_graph(graph.nodes, "bert", inputs, [output], list(graph.constants.values()))
    model = helper.make_model(
        made,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="semblance",
    )
    checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString(deterministic=True))
