"""The converter, on a small BERT with random weights; against BERT in numpy."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from safetensors.numpy import save_file

from aio import run
from data.bert import embed, token_vectors
from semblance.native.onnx import InferenceSession
from semblance.parts import text_model

CONFIG: dict[str, Any] = {
    "hidden_size": 128,
    "intermediate_size": 256,
    "layer_norm_eps": 1e-12,
    "num_attention_heads": 4,
    "num_hidden_layers": 2,
}
VOCABULARY, POSITIONS = 50, 40
ROWS = [[2, 9, 8, 7, 3], [2, 3], [2, *range(4, 38), 3]]


def random_weights() -> dict[str, np.ndarray]:
    random = np.random.default_rng(20261121)
    d, inner = CONFIG["hidden_size"], CONFIG["intermediate_size"]
    weights: dict[str, np.ndarray] = {}

    def matrix(name: str, *shape: int) -> None:
        weights[name] = (random.standard_normal(shape) / np.sqrt(shape[-1])).astype(np.float32)

    def dense(name: str, outputs: int, inputs: int) -> None:
        matrix(f"{name}.weight", outputs, inputs)
        matrix(f"{name}.bias", outputs)

    def norm(name: str) -> None:
        weights[f"{name}.weight"] = random.uniform(0.5, 2, d).astype(np.float32)
        matrix(f"{name}.bias", d)

    for name, rows in {"word": VOCABULARY, "position": POSITIONS, "token_type": 2}.items():
        matrix(f"embeddings.{name}_embeddings.weight", rows, d)
    norm("embeddings.LayerNorm")
    for number in range(CONFIG["num_hidden_layers"]):
        layer = f"encoder.layer.{number}"
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            dense(f"{layer}.attention.{part}", d, d)
        dense(f"{layer}.intermediate.dense", inner, d)
        dense(f"{layer}.output.dense", d, inner)
        norm(f"{layer}.attention.output.LayerNorm")
        norm(f"{layer}.output.LayerNorm")
    return weights


WEIGHTS = random_weights()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source")
    save_file(WEIGHTS, folder / "model.safetensors")
    for name in text_model.COPIED:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("{}")
    (folder / "config.json").write_text(json.dumps(CONFIG))
    tokenizer = {
        "truncation": {"max_length": 128},
        "padding": {"strategy": {"Fixed": 128}},
        "model": {"vocab": {"é": 1}},
    }
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    (folder / "tokenizer_config.json").write_text('{"model_max_length": 512}')
    return folder


def run_model(
    path: Path, rows: list[list[int]], junk: int = 0, output: str = "sentence_embedding"
) -> np.ndarray:
    """Vectors of token ids as one batch; `junk` fills up the shorter rows."""
    ids = np.full((len(rows), max(map(len, rows))), junk)
    mask = np.zeros_like(ids)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = row
        mask[number, : len(row)] = 1

    async def work() -> list[np.ndarray]:
        session = await InferenceSession.create(path, threads=1)
        return await session.run([output], {"input_ids": ids, "attention_mask": mask})

    return run(work())[0]


@pytest.fixture(scope="module")
def fp32(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fp32")
    text_model.build_fp32(source, folder)
    return folder / "onnx" / "model.onnx"


@pytest.fixture(scope="module")
def quantized(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quantized")
    text_model.build(source, folder)
    return folder / "onnx" / "model_quantized.onnx"


def test_the_graph_is_bert(fp32: Path) -> None:
    reference = [embed(CONFIG, WEIGHTS, row) for row in ROWS]
    np.testing.assert_allclose(run_model(fp32, ROWS), reference, atol=1e-6)


def test_what_is_pooled_can_be_had(fp32: Path) -> None:
    for row, vectors in zip(ROWS, run_model(fp32, ROWS, output="token_embeddings"), strict=True):
        np.testing.assert_allclose(
            vectors[: len(row)], token_vectors(CONFIG, WEIGHTS, row), rtol=1e-4, atol=1e-5
        )


def test_quantising_loses_little(fp32: Path, quantized: Path) -> None:
    exact, rounded = run_model(fp32, ROWS), run_model(quantized, ROWS)
    assert (exact * rounded).sum(axis=1).min() > 0.9995
    assert not np.allclose(exact, rounded, atol=1e-5)


@pytest.mark.parametrize("variant", ["fp32", "quantized"])
def test_padding_does_not_matter(variant: str, request: pytest.FixtureRequest) -> None:
    path = request.getfixturevalue(variant)
    alone = np.concatenate([run_model(path, [row]) for row in ROWS])
    for junk in (0, 31):
        np.testing.assert_allclose(run_model(path, ROWS, junk), alone, atol=1e-6)


def test_matrices_are_stored_in_8_bits(quantized: Path) -> None:
    matrices = [
        tensor
        for tensor in onnx.load(quantized).graph.initializer
        if tensor.name.endswith("weight") and len(tensor.dims) > 1
    ]
    assert len(matrices) == 4 * CONFIG["num_hidden_layers"]
    assert {tensor.data_type for tensor in matrices} == {onnx.TensorProto.INT8}
    assert quantized.stat().st_size < sum(value.nbytes for value in WEIGHTS.values()) / 2.5


def test_two_builds_give_the_same_bytes(source: Path, quantized: Path, tmp_path: Path) -> None:
    text_model.build(source, tmp_path)
    first = {
        path.relative_to(quantized.parents[1]): path.read_bytes()
        for path in quantized.parents[1].rglob("*.*")
    }
    second = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.*")}
    assert first == second


def test_the_tokenizers_files_say_what_the_model_takes(quantized: Path) -> None:
    folder = quantized.parents[1]
    tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    assert tokenizer == {"truncation": None, "padding": None, "model": {"vocab": {"é": 1}}}
    assert json.loads((folder / "tokenizer_config.json").read_text()) == {"model_max_length": 256}


def test_levels_and_scales_are_close_to_what_they_stand_for() -> None:
    values = np.random.default_rng(3).standard_normal((20, 64)).astype(np.float32) * 1e-3
    values[3] = 0
    levels, scales = text_model.quantize(values)
    error = np.abs(levels * scales.astype(np.float32) - values)
    largest = np.abs(values).max(axis=1, keepdims=True)
    assert (error <= largest / 127 * 0.57).all()  # half a level, and what float16 takes from the scale
    assert levels[3].tolist() == [0] * 64
