import json
from typing import Any

import pytest

from semblance.errors import ModelError
from semblance.models.text_manifest import read_text_manifest
from semblance.parts.paths import ROOT

FILES: dict[str, dict[str, Any]] = {
    "onnx/model.onnx": {"sha256": "1" * 64, "bytes": 10},
    "tokenizer.json": {"sha256": "2" * 64},
}
MANIFEST = {"name": "mine", "dtype": "fp32", "files": FILES}
CONFIGS = {
    "config.json": {"hidden_size": 8, "max_position_embeddings": 512, "pad_token_id": 3},
    "sentence_bert_config.json": {"max_seq_length": 256},
    "1_Pooling/config.json": {"word_embedding_dimension": 8, "pooling_mode_mean_tokens": True},
    "modules.json": [{"type": "sentence_transformers.models.Normalize"}],
    "config_sentence_transformers.json": {
        "prompts": {"query": "query: ", "passage": "passage: "},
        "default_prompt_name": "passage",
    },
}


def test_everything_is_gathered_from_the_models_own_files() -> None:
    model = read_text_manifest(MANIFEST, CONFIGS)
    assert (model.dims, model.max_length, model.pad_id) == (8, 256, 3)
    assert (model.pooling, model.normalize, model.include_prompt) == ("mean", True, True)
    assert model.files["onnx/model.onnx"].bytes == 10


def test_the_manifest_overrides_them() -> None:
    overrides = {
        "dims": 4,
        "max_length": 64,
        "pooling": "cls",
        "normalize": False,
        "prompts": {},
        "pad_id": 9,
    }
    model = read_text_manifest(MANIFEST | overrides, CONFIGS)
    assert {key: getattr(model, key) for key in overrides} == overrides


@pytest.mark.parametrize(
    ("config", "pooling"),
    [
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, "cls"),
        ({"pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}, "mean"),
        ({"pooling_mode_lasttoken": True}, "lasttoken"),
        ({"pooling_mode": "cls"}, "cls"),
        ({"pooling_mode": "lasttoken", "include_prompt": True}, "lasttoken"),
        ({"pooling_mode": ["mean"]}, "mean"),
        ({"pooling_mode": ["cls", "max"]}, "cls+max"),
        ({}, "mean"),
    ],
)
def test_pooling_is_read_in_both_forms(config: dict[str, Any], pooling: str) -> None:
    assert read_text_manifest(MANIFEST, CONFIGS | {"1_Pooling/config.json": config}).pooling == pooling


def test_dims_of_the_new_pooling_form() -> None:
    configs = CONFIGS | {"1_Pooling/config.json": {"embedding_dimension": 12, "pooling_mode": "mean"}}
    assert read_text_manifest(MANIFEST, configs).dims == 12


@pytest.mark.parametrize(
    ("own", "tokenizer", "positions", "expected"),
    [(256, 512, 512, 256), (None, 128, 512, 128), (None, 10**30, 512, 512), (None, 512, 514, 512)],
)
def test_max_length_is_the_models_own_before_its_tokenizers(
    own: int | None, tokenizer: int, positions: int, expected: int
) -> None:
    configs = {
        "config.json": {"hidden_size": 8, "max_position_embeddings": positions},
        "tokenizer_config.json": {"model_max_length": tokenizer},
        "sentence_bert_config.json": {"max_seq_length": own},
    }
    assert read_text_manifest(MANIFEST, configs).max_length == expected


def test_roles_find_the_prompt_under_whatever_name_the_model_gives_it() -> None:
    model = read_text_manifest(MANIFEST, CONFIGS)
    assert model.prompt("query") == "query: "
    assert model.prompt("document") == model.prompt("passage") == "passage: "
    assert model.prompt() == "passage: "  # the default


def test_a_model_without_prompts_takes_the_roles_too() -> None:
    model = read_text_manifest(MANIFEST, CONFIGS | {"config_sentence_transformers.json": {}})
    assert model.prompt() == model.prompt("query") == model.prompt("document") == ""


def test_an_unknown_prompt_is_named() -> None:
    with pytest.raises(ModelError, match=r"mine: it has no prompt 'poem', only \['passage', 'query'\]"):
        read_text_manifest(MANIFEST, CONFIGS).prompt("poem")


@pytest.mark.parametrize(
    ("dtype", "file"),
    [
        ("fp32", "model"),
        ("fp16", "model_fp16"),
        ("q8", "model_quantized"),
        ("int8", "model_int8"),
        ("q4", "model_q4"),
    ],
)
def test_the_dtype_names_the_file(dtype: str, file: str) -> None:
    manifest = MANIFEST | {"dtype": dtype, "files": {f"onnx/{file}.onnx": {"sha256": "1" * 64}}}
    assert read_text_manifest(manifest, CONFIGS).model_file == f"onnx/{file}.onnx"


def test_rounded_activations_are_taken_to_depend_on_the_batch_unless_the_manifest_knows_better() -> None:
    quantized = MANIFEST | {"dtype": "q8", "files": {"onnx/model_quantized.onnx": {"sha256": "1" * 64}}}
    assert read_text_manifest(MANIFEST, CONFIGS).independent
    assert not read_text_manifest(quantized, CONFIGS).independent
    assert read_text_manifest(quantized | {"independent": True}, CONFIGS).independent


@pytest.mark.parametrize(
    ("manifest", "configs", "complaint"),
    [
        ({}, CONFIGS, "needs a name and a dtype"),
        (MANIFEST | {"dtype": "float"}, CONFIGS, "a dtype out of fp32, fp16"),
        (MANIFEST, {}, "says its dims"),
        (MANIFEST, {"config.json": {"hidden_size": 8}}, "says its max_length"),
        (MANIFEST | {"files": {}}, CONFIGS, "does not give the sha256 of onnx/model.onnx"),
        (MANIFEST | {"dtype": "q4"}, CONFIGS, "does not give the sha256 of onnx/model_q4.onnx"),
    ],
)
def test_what_is_missing_is_named(manifest: dict[str, Any], configs: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ModelError, match=complaint):
        read_text_manifest(manifest, configs)


@pytest.mark.parametrize(
    "change",
    [
        {"files": FILES | {"onnx/model.onnx": {"sha256": "3" * 64}}},
        {"files": FILES | {"tokenizer.json": {"sha256": "3" * 64}}},
        {"pooling": "cls"},
        {"max_length": 128},
        {"prompts": {"query": "q: "}},
        {"default_prompt": "query"},
        {"include_prompt": False},
        {"normalize": False},
    ],
)
def test_the_fingerprint_changes_with_whatever_changes_vectors(change: dict[str, Any]) -> None:
    before, after = read_text_manifest(MANIFEST, CONFIGS), read_text_manifest(MANIFEST | change, CONFIGS)
    assert before.fingerprint != after.fingerprint


def test_the_fingerprint_does_not_change_with_anything_else() -> None:
    other = {"name": "renamed", "files": FILES | {"README.md": {"sha256": "4" * 64}}, "licence": "MIT"}
    assert (
        read_text_manifest(MANIFEST | other, CONFIGS).fingerprint
        == read_text_manifest(MANIFEST, CONFIGS).fingerprint
    )


def test_a_file_that_gives_the_same_vectors_as_an_earlier_one_has_its_fingerprint() -> None:
    earlier = FILES["onnx/model.onnx"]["sha256"]
    later = FILES | {"onnx/model.onnx": {"sha256": "3" * 64, "same_vectors_as": earlier}}
    manifest = read_text_manifest(MANIFEST | {"files": later}, CONFIGS)
    assert manifest.files["onnx/model.onnx"].sha256 == "3" * 64
    assert manifest.fingerprint == read_text_manifest(MANIFEST, CONFIGS).fingerprint


def test_the_fingerprint_of_the_shipped_model_stays_the_same() -> None:
    """Or else every collection that people have stored would have to be embedded again."""
    manifest = json.loads((ROOT / "models/all-MiniLM-L6-v2/manifest.json").read_text(encoding="utf-8"))
    assert read_text_manifest(manifest).fingerprint == "c326bef5d0683feac4cb3287af33e0d5"
