"""The graph in 8 bits, in two ways: weights and activations, or weights alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

SMALL, TINY = 32768, 2048
"""Weights of fewer numbers are kept as float16 and as float32: depthwise and early layers are few and sensitive."""


class Calibration(CalibrationDataReader):
    """Photos, a batch at a time."""

    def __init__(self, batches: list[np.ndarray]) -> None:
        self._batches = iter(batches)

    def get_next(self) -> dict[str, np.ndarray] | None:
        batch = next(self._batches, None)
        return None if batch is None else {"pixel_values": batch}


def weights_and_activations(
    source: Path,
    target: Path,
    batches: list[np.ndarray],
) -> None:
    """Static QDQ int8: per-channel symmetric weights, activations calibrated on photos.

    Parameters
    ----------
    source, target : Path
        The float32 model, and where the other goes.
    batches : list of ndarray
        float32 (b, 3, 224, 224).
    """
    prepared = target.with_suffix(".prepared.onnx")
    quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
    quantize_static(
        str(prepared),
        str(target),
        Calibration(batches),
        quant_format=QuantFormat.QDQ,
        op_types_to_quantize=["Conv", "Clip", "Add", "GlobalAveragePool", "Gemm"],
        per_channel=True,
        reduce_range=True,  # 7 bits: kernels for AVX2 add pairs of products in 16 bits, which 8 would overflow
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        calibrate_method=CalibrationMethod.MinMax,
        extra_options={"WeightSymmetric": True, "ActivationSymmetric": False},
    )
    prepared.unlink()


def weights_only(source: Path, target: Path) -> None:
    """Weights as int8 levels with one float32 scale for each output (small layers: float16); arithmetic in float32.

    The runtime turns them into floats once, while loading: Cast and Mul of constants are folded.
    """
    model = onnx.load(source)
    graph = model.graph
    weights = [weight for weight in graph.initializer if np.prod(weight.dims) >= TINY]
    unpack = [node for weight in weights for node in _pack(graph, weight)]
    nodes = [*unpack, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, target)


def _pack(graph: onnx.GraphProto, weight: onnx.TensorProto) -> Iterator[onnx.NodeProto]:
    values = numpy_helper.to_array(weight)
    name = weight.name
    graph.initializer.remove(weight)
    if values.size < SMALL:
        graph.initializer.append(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        yield helper.make_node("Cast", [f"{name}.half"], [name], f"{name}.cast", to=TensorProto.FLOAT)
        return
    scale = _scale(values)
    levels = np.clip(np.rint(values / scale), -127, 127).astype(np.int8)
    graph.initializer.extend(
        [numpy_helper.from_array(levels, f"{name}.levels"), numpy_helper.from_array(scale, f"{name}.scale")]
    )
    yield helper.make_node(
        "Cast", [f"{name}.levels"], [f"{name}.float"], f"{name}.cast", to=TensorProto.FLOAT
    )
    yield helper.make_node("Mul", [f"{name}.float", f"{name}.scale"], [name], f"{name}.mul")


def _scale(values: np.ndarray) -> np.ndarray:
    """Of each output, that which rounds with the least squared error out of a few; (out, 1, ...) float32."""
    rows = values.reshape(len(values), -1)
    largest = np.maximum(np.abs(rows).max(axis=1), 1e-8)
    best, least = largest / 127, np.full(len(rows), np.inf)
    for part in np.linspace(0.7, 1, 13):
        scale = (largest * part / 127)[:, None]
        error = np.square(np.clip(np.rint(rows / scale), -127, 127) * scale - rows).sum(axis=1)
        best, least = np.where(error < least, scale[:, 0], best), np.minimum(error, least)
    return np.asarray(best.astype(np.float32).reshape(-1, *[1] * (values.ndim - 1)))
