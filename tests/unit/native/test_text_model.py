"""`TextModel`: called as sentence-transformers is, on folders that sentence-transformers saved."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data.tiny_model import TinyModel, make_tiny_model
from semblance.errors import ModelError
from semblance.native.text_model import TextModel
from semblance.ranking.vectors import normalize


@pytest.fixture
def saved(tmp_path: Path) -> TinyModel:
    """A folder as ``SentenceTransformer(..., backend="onnx").save_pretrained`` writes it: with no manifest."""
    model = make_tiny_model(tmp_path / "tiny", prompts={"query": "q: ", "document": ""})
    (model.folder / "manifest.json").unlink()
    return model


def test_a_saved_folder_loads(saved: TinyModel) -> None:
    model = TextModel(saved.folder)
    vectors = model.encode(["abc", "a"], normalize_embeddings=True)
    assert vectors.shape == (2, model.get_embedding_dimension())
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1])
    assert model.encode("abc").shape == (model.get_sentence_embedding_dimension(),)
    assert np.array_equal(model.encode("abc"), vectors[0])
    assert model.encode([]).shape == (0, vectors.shape[1])


def test_prompts_have_names(saved: TinyModel) -> None:
    model = TextModel(saved.folder)
    assert model.prompts == {"query": "q: ", "document": ""}
    assert np.array_equal(model.encode("abc", prompt_name="query"), model.encode_query("abc"))
    assert np.array_equal(model.encode_query("abc"), model.encode("q: abc", prompt_name="document"))
    assert np.array_equal(model.encode_document(["abc"]), model.encode(["abc"]))
    with pytest.raises(ModelError, match="'poem'"):
        model.encode("abc", prompt_name="poem")


def test_similarities_are_cosines(saved: TinyModel) -> None:
    model = TextModel(saved.folder)
    a, b = normalize(np.random.default_rng(0).standard_normal((2, 3, 8)))
    assert model.similarity(3 * a, b) == pytest.approx(a @ b.T, abs=1e-6)
    assert model.similarity_pairwise(3 * a, b) == pytest.approx((a * b).sum(axis=1), abs=1e-6)
    assert model.similarity(a[0], b[0]).shape == (1, 1)


@pytest.mark.parametrize("name", ["model_qint8_avx512.onnx", "model_O3.onnx", "model_quantized.onnx"])
def test_an_export_of_another_name(saved: TinyModel, name: str) -> None:
    whole = TextModel(saved.folder).encode("abc")
    onnx = saved.folder / "onnx"
    (onnx / name).write_bytes((onnx / "model.onnx").read_bytes())
    assert np.array_equal(TextModel(saved.folder).encode("abc"), whole)
    dtype = {"model_quantized.onnx": "q8"}.get(name, name.removeprefix("model_").removesuffix(".onnx"))
    assert TextModel(saved.folder, dtype=dtype).encode("abc") == pytest.approx(whole)
    (onnx / "model.onnx").unlink()
    assert TextModel(saved.folder).encode("abc") == pytest.approx(whole)
    with pytest.raises(ModelError, match=f"no export fp32. It has {dtype}"):
        TextModel(saved.folder, dtype="fp32")


def test_a_folder_without_an_export_says_how_to_make_one(saved: TinyModel) -> None:
    (saved.folder / "onnx" / "model.onnx").unlink()
    with pytest.raises(ModelError, match='Save it with backend="onnx"'):
        TextModel(saved.folder)
    with pytest.raises(ModelError, match="gpt: there is no such model"):
        TextModel("gpt")
