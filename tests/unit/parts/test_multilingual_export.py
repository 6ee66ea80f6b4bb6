"""The export for other programs, on a small file of random weights: ONNX Runtime by itself beside BERT in numpy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from data import e5
from data.bert import embed
from semblance.parts import e5_file, multilingual_export
from semblance.parts.multilingual_model import SOURCE

CONFIG = {
    "hidden_size": e5.WIDTH,
    "num_hidden_layers": e5.LAYERS,
    "num_attention_heads": e5.HEADS,
    "layer_norm_eps": e5.EPSILON,
}
SENTENCES = [[0, 4, 9, 2], [0, 12, 5, 7, 20, 21, 2], [0, 2]]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, np.ndarray]]:
    folder = tmp_path_factory.mktemp("source")
    return folder / SOURCE, e5.write_e5(folder / SOURCE)


@pytest.fixture(scope="module")
def exported(weights: tuple[Path, dict[str, np.ndarray]]) -> bytes:
    return multilingual_export.serialize(e5_file.read(weights[0]))


@pytest.mark.parametrize("is_optimised", [True, False])
def test_vectors_are_those_of_float32_arithmetic_on_the_same_weights(
    weights: tuple[Path, dict[str, np.ndarray]], exported: bytes, is_optimised: bool
) -> None:
    """Optimised, ONNX Runtime multiplies 4-bit weights with activations that it rounds to 8 bits."""
    options = onnxruntime.SessionOptions()
    if not is_optimised:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(exported, options, providers=["CPUExecutionProvider"])
    width = max(map(len, SENTENCES))
    ids = np.array([[*row, *[1] * (width - len(row))] for row in SENTENCES])
    mask = np.array([[1] * len(row) + [0] * (width - len(row)) for row in SENTENCES])
    (vectors,) = session.run(["sentence_embedding"], {"input_ids": ids, "attention_mask": mask})
    expected = np.array([embed(CONFIG, weights[1], row) for row in SENTENCES])
    assert (vectors * expected).sum(axis=1).min() > (0.999 if is_optimised else 0.9999999)


def test_the_graph_is_of_standard_operators_with_4_bit_weights(exported: bytes) -> None:
    model = onnx.load_model_from_string(exported)
    assert {entry.domain for entry in model.opset_import} == {""}
    kinds = {constant.name: constant.data_type for constant in model.graph.initializer}
    matrices = [node.input[0] for node in model.graph.node if node.op_type == "DequantizeLinear"]
    assert len(matrices) == 4 * e5.LAYERS
    assert {kinds[name] for name in matrices} == {onnx.TensorProto.INT4}
