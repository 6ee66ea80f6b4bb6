"""What is read from the files of a CLIP or a SigLIP, and how its text half is fed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aio import run
from data import bpe
from data.clip import write_clip_folder
from data.clip_reference import DIMS, TOKENS
from data.nasty import NASTY_TEXTS
from semblance.errors import ModelError
from semblance.models.text_manifest import TextManifest, read_text_manifest
from semblance.native.models import describe, load_text_encoder
from semblance.native.tokenizer import Tokenizer
from semblance.parts.paths import MODELS

MANIFEST = {"name": "pair", "dtype": "q8", "files": {"onnx/text_model_quantized.onnx": {"sha256": "1" * 64}}}
LONG = "photo " * 50


def read(config: dict[str, Any], tokenizer: dict[str, Any] | None = None, **overrides: Any) -> TextManifest:
    return read_text_manifest(
        MANIFEST | overrides, {"config.json": config, "tokenizer_config.json": tokenizer or {}}
    )


def test_clip_as_it_is_published() -> None:
    model = read(
        {
            "model_type": "clip",
            "projection_dim": 512,
            "text_config": {"hidden_size": 768, "max_position_embeddings": 77, "pad_token_id": 1},
        },
        {"model_max_length": 77, "pad_token": "<|endoftext|>"},
    )
    assert (model.dims, model.max_length, model.padding) == (512, 77, "longest")
    assert model.model_file == "onnx/text_model_quantized.onnx"


@pytest.mark.parametrize(
    ("kind", "dims", "max_length", "padding"),
    [
        ("clip", 512, 77, "longest"),
        ("siglip", 768, 64, "max_length"),
        ("siglip2", 768, 64, "max_length"),
    ],
)
def test_what_config_json_leaves_out_is_the_default_of_the_class(
    kind: str, dims: int, max_length: int, padding: str
) -> None:
    model = read({"model_type": kind, "text_config": {}}, {"model_max_length": 10**30})
    assert (model.dims, model.max_length, model.padding) == (dims, max_length, padding)


def test_the_pad_token_is_the_tokenizers() -> None:
    """SigLIP 2 pools over it; config.json may name another."""
    tokenizer = {
        "pad_token": {"content": "<pad>"},
        "added_tokens_decoder": {"1": {"content": "<eos>"}, "0": {"content": "<pad>"}},
    }
    assert read({"model_type": "siglip2", "text_config": {"pad_token_id": 1}}, tokenizer).pad_id == 0


def test_the_manifest_overrides_padding() -> None:
    model = read({"model_type": "clip", "text_config": {}}, padding="max_length", pad_id=5)
    assert (model.padding, model.pad_id) == ("max_length", 5)


def test_padding_is_part_of_the_fingerprint_where_the_model_sees_it() -> None:
    clip: dict[str, Any] = {"model_type": "clip", "text_config": {}}
    siglip: dict[str, Any] = {"model_type": "siglip", "text_config": {}}
    assert read(clip, pad_id=1).fingerprint == read(clip, pad_id=2).fingerprint
    assert read(siglip, pad_id=1).fingerprint != read(siglip, pad_id=2).fingerprint
    assert read(clip).fingerprint != read(clip, padding="max_length").fingerprint


def test_the_manifest_of_clip_agrees_with_its_files() -> None:
    folder = MODELS / "clip-vit-base-patch32"
    written = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    configs = {
        name: json.loads((folder / name).read_text()) for name in ("config.json", "tokenizer_config.json")
    }
    model = read_text_manifest(written, configs)
    del written["dims"], written["max_length"], written["pad_id"]
    assert read_text_manifest(written, configs) == model
    assert (model.dims, model.max_length, model.pad_id) == (512, 77, 49407)


# --- the pair that is made here ---------------------------------------------------------------------


def test_a_folder_without_manifest_is_described(tmp_path: Path) -> None:
    pair = write_clip_folder(tmp_path / "pair")
    written = json.loads((pair.folder / "manifest.json").read_text())
    described = describe(pair.folder, logit_scale=100.0)
    assert described == written
    (pair.folder / "onnx" / "model.onnx").write_bytes(b"both halves in one, which some exports have too")
    assert describe(pair.folder, logit_scale=100.0) == written
    (pair.folder / "onnx" / "text_model_fp16.onnx").touch()
    with pytest.raises(ModelError, match="models of dtype fp32, fp16: say which"):
        describe(pair.folder)
    assert describe(pair.folder, dtype="fp32")["files"] == written["files"]
    with pytest.raises(ModelError, match="'float' is no dtype"):
        describe(pair.folder, dtype="float")


@pytest.mark.parametrize("roberta", [True, False])
def test_special_tokens_frame_a_text(tmp_path: Path, roberta: bool) -> None:
    (tmp_path / "tokenizer.json").write_text(json.dumps(bpe.tokenizer(roberta=roberta)), encoding="utf-8")
    tokenizer = run(Tokenizer.create(tmp_path))
    numbers = {token: number for number, token in enumerate(bpe.vocabulary())}
    (ids,) = run(tokenizer.encode_batch(["A  Photo\nof the RED fox"]))
    tokens = [bpe.START, "a</w>", "photo</w>", "of</w>", "the</w>", "red</w>", "f", "o", "x</w>", bpe.END]
    assert ids.tolist() == [numbers[token] for token in tokens]
    bare = run(tokenizer.encode_batch(NASTY_TEXTS, add_special_tokens=False))
    framed = run(tokenizer.encode_batch(NASTY_TEXTS))
    assert [row[1:-1].tolist() for row in framed] == [row.tolist() for row in bare]


@pytest.mark.parametrize("siglip", [False, True])
def test_a_text_that_is_too_long_keeps_its_end_token(tmp_path: Path, siglip: bool) -> None:
    """Without it nothing would be pooled: the vector is taken there."""
    pair = write_clip_folder(tmp_path / "pair", siglip=siglip)
    encoder = run(load_text_encoder(pair.folder))
    assert encoder.token_budget() == TOKENS - (1 if siglip else 2)
    whole, cut = run(encoder.encode([LONG, "photo " * encoder.token_budget()]))
    np.testing.assert_array_equal(whole, cut)
    assert float(whole @ pair.text_vector(LONG)) >= 0.99999


def test_filled_up_texts_take_their_room_in_a_batch(tmp_path: Path) -> None:
    pair = write_clip_folder(tmp_path / "pair", siglip=True)
    encoder = run(load_text_encoder(pair.folder))
    done: list[int] = []
    vectors = run(encoder.encode(["red", "blue"] * 120, on_batch=done.append))
    assert vectors.shape == (240, DIMS)
    assert done == [
        *range(25, 240, 25),
        240,
    ]  # 25 x 20 tokens, padding included, are as many as a batch takes: 512


def test_other_vectors_than_the_manifest_promises_are_refused(tmp_path: Path) -> None:
    pair = write_clip_folder(tmp_path / "pair")
    written = json.loads((pair.folder / "manifest.json").read_text())
    (pair.folder / "manifest.json").write_text(json.dumps(written | {"dims": 7}))
    encoder = run(load_text_encoder(pair.folder))
    with pytest.raises(ModelError, match=r"vectors of shape \(1, 24\) instead of \(1, 7\)"):
        run(encoder.encode(["red"]))
