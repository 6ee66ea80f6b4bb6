"""The network as an ONNX graph, written node by node, so that it holds nothing but what it computes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from training.backbone import Block, Conv
from training.head import Head

OPSET = 17
IR_VERSION = 9

Shape = Sequence[str | int]


class Graph:
    """Nodes and weights as they come."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def weight(self, name: str, value: np.ndarray) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, op: str, inputs: Iterable[str], name: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(op, list(inputs), [name], name, **attributes))
        return name

    def layers(self, x: str, layers: nn.Module, prefix: str) -> str:
        """Convolutions and blocks, one after the other."""
        for index, layer in enumerate(layers.children()):
            name = f"{prefix}.{index}"
            if isinstance(layer, Conv):
                x = self._conv(x, layer, name)
            elif isinstance(layer, Block):
                narrow = self.layers(x, layer.convs, name)
                x = self.node("Add", [x, narrow], f"{name}.sum") if layer.residual else narrow
        return x

    def model(self, inputs: dict[str, Shape], outputs: dict[str, Shape]) -> onnx.ModelProto:
        """Close the graph; shapes as in ``{"pixel_values": ["batch", 3, 224, 224]}``."""
        taken, given = (
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in side.items()]
            for side in (inputs, outputs)
        )
        graph = helper.make_graph(self.nodes, "semblance-vision-lite0", taken, given, self.weights)
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
        )
        onnx.checker.check_model(model, full_check=True)
        return model

    def _conv(self, x: str, conv: Conv, name: str) -> str:
        before, after = conv.pads
        x = self.node(
            "Conv",
            [
                x,
                self.weight(f"{name}.weight", conv.weight.detach().numpy()),
                self.weight(f"{name}.bias", conv.bias.detach().numpy()),
            ],
            f"{name}.conv",
            kernel_shape=list(conv.weight.shape[2:]),
            strides=[conv.stride] * 2,
            group=conv.groups,
            pads=[before, before, after, after],
        )
        if not conv.relu6:
            return x
        names = {weight.name for weight in self.weights}
        limits = [
            limit if limit in names else self.weight(limit, np.array(value, np.float32))
            for limit, value in (("zero", 0), ("six", 6))
        ]
        return self.node("Clip", [x, *limits], f"{name}.relu6")


def trunk_model(trunk: nn.Sequential) -> bytes:
    """The trunk alone; onnxruntime runs it several times faster than torch does on a CPU."""
    graph = Graph()
    last = graph.layers("pixel_values", trunk, "trunk")
    model = graph.model({"pixel_values": ["b", 3, 224, 224]}, {last: ["b", 112, 14, 14]})
    return bytes(model.SerializeToString())


def tower_model(trunk: nn.Sequential, tail: nn.Sequential, head: Head) -> onnx.ModelProto:
    """The whole: ``pixel_values`` (batch, 3, 224, 224) -> ``image_embeds`` (batch, 384), unit vectors."""
    graph = Graph()
    x = graph.layers(graph.layers("pixel_values", trunk, "trunk"), tail, "tail")
    x = graph.node("GlobalAveragePool", [x], "pool")
    x = graph.node("Flatten", [x], "features")
    x = _gelu(graph, _linear(graph, x, head.hidden, "hidden"))
    x = _linear(graph, x, head.project, "project")
    length = graph.node("ReduceL2", [x], "length", axes=[1], keepdims=1)
    graph.node("Div", [x, length], "image_embeds")
    return graph.model(
        {"pixel_values": ["batch", 3, 224, 224]}, {"image_embeds": ["batch", head.project.out_features]}
    )


def _linear(graph: Graph, x: str, layer: nn.Linear, name: str) -> str:
    weight = graph.weight(f"{name}.weight", layer.weight.detach().numpy())
    bias = graph.weight(f"{name}.bias", layer.bias.detach().numpy())
    return graph.node("Gemm", [x, weight, bias], f"{name}.gemm", transB=1)


def _gelu(graph: Graph, x: str) -> str:
    """x/2 (1 + erf(x / sqrt 2)); an operator of its own only from opset 20 on."""
    scaled = graph.node(
        "Mul", [x, graph.weight("gelu.scale", np.array([0.5**0.5], np.float32))], "gelu.scaled"
    )
    erf = graph.node("Erf", [scaled], "gelu.erf")
    gate = graph.node("Add", [erf, graph.weight("gelu.one", np.array([1], np.float32))], "gelu.gate")
    half = graph.node("Mul", [x, graph.weight("gelu.half", np.array([0.5], np.float32))], "gelu.half_x")
    return graph.node("Mul", [half, gate], "gelu")
