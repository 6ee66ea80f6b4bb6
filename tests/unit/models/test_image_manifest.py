"""An image model's manifest, together with the model's own files."""

from dataclasses import replace
from typing import Any

import pytest

from semblance.errors import ModelError
from semblance.models.image_manifest import Projection, read_image_manifest

RULES = {"size": {"height": 16, "width": 16}, "resample": 3, "do_normalize": False}
MODEL_FILE = "onnx/vision_model_int8.onnx"
RAW: dict[str, Any] = {
    "name": "mine",
    "dtype": "int8",
    "files": {MODEL_FILE: {"sha256": "1" * 64, "bytes": 10}},
}
CONFIGS = {"config.json": {"model_type": "clip", "projection_dim": 5}, "preprocessor_config.json": RULES}
MANIFEST = read_image_manifest(RAW, CONFIGS)


def test_the_manifest_is_read() -> None:
    assert (MANIFEST.model_file, MANIFEST.sha256, MANIFEST.bytes) == (MODEL_FILE, "1" * 64, 10)
    assert MANIFEST.preprocessing.size == (16, 16)


@pytest.mark.parametrize(
    ("dims", "config"),
    [
        (512, {"projection_dim": 512, "hidden_size": 768}),
        (640, {"vision_config": {"projection_dim": 640, "hidden_size": 768}}),
        (768, {"vision_config": {"hidden_size": 768}, "model_type": "siglip"}),
        (1152, {"hidden_size": 1152}),
        (512, {"model_type": "clip", "vision_config": {"hidden_size": 768}}),
        (768, {"model_type": "siglip", "vision_config": {}}),
    ],
)
def test_dims_are_found_in_the_config(dims: int, config: dict[str, Any]) -> None:
    raw = RAW | {"logit_scale": 10}
    assert read_image_manifest(raw, CONFIGS | {"config.json": config}).dims == dims
    assert read_image_manifest(raw | {"dims": 7}, CONFIGS | {"config.json": config}).dims == 7


def test_the_manifests_logit_scale_counts() -> None:
    assert read_image_manifest(RAW | {"logit_scale": 20}, CONFIGS).logit_scale == 20


ELSEWHERE: dict[str, Any] = {
    "logit_scale": 20,
    "projections": {"other": {"file": "onnx/to_other.onnx", "logit_scale": 60}},
    "files": {**RAW["files"], "onnx/to_other.onnx": {"sha256": "2" * 64, "bytes": 3}},
}


def test_another_text_models_space_needs_a_projection_and_has_a_scale_of_its_own() -> None:
    own, other = (read_image_manifest(RAW | ELSEWHERE, CONFIGS, name) for name in ("mine", "other"))
    assert (own.projection, own.logit_scale) == (None, 20)
    assert (other.projection, other.logit_scale) == (Projection("onnx/to_other.onnx", "2" * 64, 3), 60)
    assert own.fingerprint == MANIFEST.fingerprint
    assert other.fingerprint != own.fingerprint


def test_a_projection_that_is_not_pinned_is_named() -> None:
    raw = RAW | {"projections": ELSEWHERE["projections"]}
    with pytest.raises(ModelError, match=r"mine: .*sha256 of onnx/to_other\.onnx"):
        read_image_manifest(raw, CONFIGS, "other")


@pytest.mark.parametrize(
    ("raw", "configs", "message"),
    [
        ({"name": ""}, {}, "needs a name and a dtype"),
        ({"dtype": "int3"}, {}, "mine: its manifest needs a name and a dtype"),
        ({"files": {}}, {}, f"mine: its manifest does not give the sha256 of {MODEL_FILE}"),
        ({"dtype": "fp32"}, {}, "sha256 of onnx/vision_model.onnx"),
        ({}, {"config.json": {"model_type": "siglip", "hidden_size": 8}}, "mine: .* its logit_scale"),
        ({}, {"config.json": {}}, "mine: .* its dims"),
        ({}, {"preprocessor_config.json": RULES | {"do_pad": True}}, "mine: .*do_pad"),
        ({}, {"preprocessor_config.json": {}}, r"mine: its preprocessor_config\.json"),
    ],
)
def test_what_is_missing_is_named(raw: dict[str, Any], configs: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        read_image_manifest(RAW | raw, CONFIGS | configs)


def test_the_fingerprint_covers_what_vectors_depend_on() -> None:
    same = replace(MANIFEST, name="other", logit_scale=3.0, bytes=11, model_file="elsewhere")
    assert same.fingerprint == MANIFEST.fingerprint
    others = [
        replace(MANIFEST, sha256="2" * 64),
        replace(MANIFEST, dims=6),
        replace(MANIFEST, preprocessing=replace(MANIFEST.preprocessing, resample=2)),
    ]
    assert len({MANIFEST.fingerprint, *(other.fingerprint for other in others)}) == 4
