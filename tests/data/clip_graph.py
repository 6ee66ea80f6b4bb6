"""The encoders of `data.clip_reference` as ONNX graphs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from onnx import TensorProto, checker, helper

from data.clip_reference import DIMS, HEADS, PATCH, PATCHES, SIDE, TOKENS, WIDTH, Array
from semblance.parts.text_model import Graph


class Tower:
    """One encoder as a graph. Tensors are known by their names; shapes are (b, t, WIDTH)."""

    name: str

    def __init__(self, weights: Mapping[str, Array], siglip: bool) -> None:
        self.graph = Graph()
        self.weights = weights
        self.siglip = siglip

    def weight(self, name: str) -> str:
        return self.graph.constant(name, self.weights[name])

    def ints(self, *values: int) -> str:
        return self.graph.constant("ints_" + "_".join(map(str, values)), values, np.int64)

    def dense(self, x: str, name: str) -> str:
        return self.graph.op("MatMul", x, self.graph.transposed(name, self.weights[name]))

    def norm(self, x: str, name: str) -> str:
        inputs = (x, self.weight(name), self.weight(f"{name}.bias"))
        return self.graph.op("LayerNormalization", *inputs, axis=-1, epsilon=1e-5)

    def layer(self, x: str, bias: str | None) -> str:
        g = self.graph
        x = g.op(
            "Add", x, self.dense(self.attention(self.norm(x, f"{self.name}.norm1"), bias), f"{self.name}.out")
        )
        inner = self.dense(self.norm(x, f"{self.name}.norm2"), f"{self.name}.up")
        gate = g.op("Sigmoid", g.op("Mul", inner, g.constant("quick", 1.702)))
        return g.op("Add", x, self.dense(g.op("Mul", inner, gate), f"{self.name}.down"))

    def attention(self, x: str, bias: str | None) -> str:
        g, size = self.graph, WIDTH // HEADS
        joined = g.op("Add", self.dense(x, f"{self.name}.qkv"), self.weight(f"{self.name}.qkv.bias"))
        heads = [
            g.op("Reshape", part, self.ints(0, 0, HEADS, size))
            for part in g.ops("Split", joined, outputs=3, axis=-1, num_outputs=3)
        ]
        query, key, value = (
            g.op("Transpose", part, perm=perm)
            for part, perm in zip(heads, ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]), strict=True)
        )
        scores = g.op("Mul", g.op("MatMul", query, key), g.constant("scale", 1 / np.sqrt(size)))
        scores = g.op("Add", scores, bias) if bias else scores
        context = g.op("MatMul", g.op("Softmax", scores, axis=-1), value)
        return g.op("Reshape", g.op("Transpose", context, perm=[0, 2, 1, 3]), self.ints(0, 0, WIDTH))

    def finish(self, vectors: str, output: str, inputs: Sequence[Any]) -> bytes:
        g = self.graph
        result = self.dense(vectors, f"{self.name}.head")
        g.nodes.append(helper.make_node("Identity", [result], [output]))
        outputs = [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["b", DIMS])]
        graph = helper.make_graph(g.nodes, self.name, inputs, outputs, list(g.constants.values()))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
        checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString(deterministic=True))


class TextTower(Tower):
    name = "text"

    def serialize(self, fixed: bool, mask: bool) -> bytes:
        g = self.graph
        length = g.op("Shape", "input_ids", start=1, end=2)
        positions = g.op("Slice", self.weight("text.positions"), self.ints(0), length, self.ints(0))
        x = g.op("Add", g.rows("text.tokens", self.weights["text.tokens"], "input_ids"), positions)
        x = self.norm(self.layer(x, self.bias(length, mask)), "text.last")
        shape: list[int | str] = [1, TOKENS] if fixed else ["b", "t"]
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, shape)
            for name in ("input_ids", "attention_mask")[: 1 + mask]
        ]
        return self.finish(self.pooled(x), "pooler_output" if self.siglip else "text_embeds", inputs)

    def bias(self, length: str, mask: bool) -> str | None:
        """Added to the scores: no token sees a later one, nor one that the mask leaves out."""
        if self.siglip:
            return None
        g = self.graph
        later = g.constant("later", np.triu(np.full((TOKENS, TOKENS), -1e9), 1))
        corner = g.op("Concat", length, length, axis=0)
        causal = g.op("Slice", later, self.ints(0, 0), corner, self.ints(0, 1))
        if not mask:
            return causal
        unseen = g.op("Sub", g.constant("one", 1), g.op("Cast", "attention_mask", to=TensorProto.FLOAT))
        low = g.op("Mul", g.op("Unsqueeze", unseen, self.ints(1, 2)), g.constant("low", -1e9))
        return g.op("Add", causal, low)

    def pooled(self, x: str) -> str:
        """At the last token, or at the first end token: no token has a higher number."""
        g = self.graph
        if self.siglip:
            return g.op("Gather", x, g.constant("last", -1, np.int64), axis=1)
        return g.op("GatherND", x, g.op("ArgMax", "input_ids", axis=1, keepdims=1), batch_dims=1)


class ImageTower(Tower):
    name = "image"

    def serialize(self) -> bytes:
        g = self.graph
        maps = g.op("Conv", "pixel_values", self.weight("image.patches"), strides=[PATCH, PATCH])
        x = g.op("Transpose", g.op("Reshape", maps, self.ints(0, WIDTH, PATCHES)), perm=[0, 2, 1])
        if not self.siglip:
            first = g.op(
                "Mul", g.op("Slice", x, self.ints(0), self.ints(1), self.ints(1)), g.constant("zero", 0)
            )
            x = g.op("Concat", g.op("Add", first, self.weight("image.class")), x, axis=1)
        positions = self.weights["image.positions"][: PATCHES if self.siglip else PATCHES + 1]
        x = self.norm(g.op("Add", x, g.constant("image.positions", positions)), "image.first")
        x = self.layer(x, None)
        if self.siglip:
            pooled = g.op("ReduceMean", x, self.ints(1), keepdims=0)
        else:
            pooled = g.op("Gather", x, g.constant("first", 0, np.int64), axis=1)
        shape: list[str | int] = ["b", 3, SIDE, SIDE]
        inputs = [helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, shape)]
        output = "pooler_output" if self.siglip else "image_embeds"
        return self.finish(self.norm(pooled, "image.last"), output, inputs)
