"""Tiny sentence-transformers exports in a folder, made on the spot, for tests of all that loads models.

Imports nothing but numpy, onnx and the standard library, so that browser tests can use it too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, checker, helper, numpy_helper

DIMS, POSITIONS = 16, 48
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,:;!?'-"
VOCABULARY = [*SPECIAL, *LETTERS, *(f"##{letter}" for letter in LETTERS)]

POOLING_FLAGS = {
    "cls": "pooling_mode_cls_token",
    "mean": "pooling_mode_mean_tokens",
    "max": "pooling_mode_max_tokens",
    "lasttoken": "pooling_mode_lasttoken",
}

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class TinyModel:
    """What `make_tiny_model` made, and what its vectors must be."""

    folder: Path
    weights: Mapping[str, Array]
    token_types: bool

    def token_vectors(self, ids: Sequence[int]) -> Array:
        """What the graph computes for one text without padding, (t, d): tanh(x W + mean of x)."""
        x = self.weights["words"][list(ids)] + self.weights["positions"][: len(ids)]
        if self.token_types:
            x = x + self.weights["types"][0]
        return np.asarray(np.tanh(x @ self.weights["mix"] + x.mean(axis=0)))


def make_tiny_model(
    folder: Path,
    *,
    pooling: str = "mean",
    old_pooling_config: bool = False,
    prompts: Mapping[str, str] | None = None,
    default_prompt: str | None = None,
    include_prompt: bool = True,
    token_types: bool = True,
    max_length: int = 32,
    modules: Sequence[str] = ("Transformer", "Pooling", "Normalize"),
) -> TinyModel:
    """Write a model of one layer, its tokenizer (letters are its pieces), configuration and manifest.

    Parameters
    ----------
    folder : Path
        Created; its name is the model's name.
    pooling : str
        As in the new form of ``1_Pooling/config.json``.
    old_pooling_config : bool
        Write that file in the old form, one flag for each way of pooling.
    prompts, default_prompt
        For ``config_sentence_transformers.json``.
    include_prompt : bool
        Whether the prompt's tokens are pooled too.
    token_types : bool
        Whether the graph asks for ``token_type_ids``.
    max_length : int
        For ``sentence_bert_config.json``.
    modules : sequence of str
        Last parts of the names in ``modules.json``.
    """
    random = np.random.default_rng(20261121)
    shapes = {
        "words": (len(VOCABULARY), DIMS),
        "positions": (POSITIONS, DIMS),
        "types": (2, DIMS),
        "mix": (DIMS, DIMS),
    }
    weights: dict[str, Array] = {
        name: random.standard_normal(shape).astype(np.float32) / np.float32(2)
        for name, shape in shapes.items()
    }
    (folder / "onnx").mkdir(parents=True)
    (folder / "onnx" / "model.onnx").write_bytes(_graph(weights, token_types))
    configs: dict[str, Any] = {
        "config.json": {"hidden_size": DIMS, "max_position_embeddings": POSITIONS, "pad_token_id": 0},
        "tokenizer.json": _tokenizer(),
        "tokenizer_config.json": {"tokenizer_class": "BertTokenizer", "model_max_length": 10**30},
        "sentence_bert_config.json": {"max_seq_length": max_length, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": dict(prompts or {}),
            "default_prompt_name": default_prompt,
        },
        "modules.json": [
            {"idx": i, "type": f"sentence_transformers.models.{kind}"} for i, kind in enumerate(modules)
        ],
        "1_Pooling/config.json": _pooling_config(pooling, old_pooling_config, include_prompt),
    }
    for name, content in configs.items():
        _write_json(folder / name, content)
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    described = {path.relative_to(folder).as_posix(): _file(path) for path in files}
    _write_json(folder / "manifest.json", {"name": folder.name, "dtype": "fp32", "files": described})
    return TinyModel(folder, weights, token_types)


def _pooling_config(pooling: str, old: bool, include_prompt: bool) -> dict[str, Any]:
    if not old:
        return {"embedding_dimension": DIMS, "pooling_mode": pooling, "include_prompt": include_prompt}
    flags = {flag: mode == pooling for mode, flag in POOLING_FLAGS.items()}
    return {"word_embedding_dimension": DIMS, **flags, "include_prompt": include_prompt}


def _tokenizer() -> dict[str, Any]:
    """WordPiece over letters, as BERT's: [CLS] text [SEP]."""
    special = [
        {"id": VOCABULARY.index(token), "content": token, "special": True, "normalized": False}
        | dict.fromkeys(("single_word", "lstrip", "rstrip"), False)
        for token in SPECIAL
    ]
    frame = [
        {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
        {"Sequence": {"id": "A", "type_id": 0}},
        {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
    ]
    return {
        "version": "1.0",
        "truncation": {"max_length": 8, "strategy": "LongestFirst", "stride": 0, "direction": "Right"},
        "padding": None,
        "added_tokens": special,
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": True,
            "strip_accents": None,
            "lowercase": True,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": frame,
            "pair": [*frame, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {
                token: {"id": token, "ids": [VOCABULARY.index(token)], "tokens": [token]}
                for token in ("[CLS]", "[SEP]")
            },
        },
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": {token: number for number, token in enumerate(VOCABULARY)},
        },
    }


def _graph(weights: Mapping[str, Array], token_types: bool) -> bytes:
    constants: dict[str, npt.NDArray[Any]] = {
        **weights,
        "zero": np.array([0], np.int64),
        "axis_1": np.array([1], np.int64),
        "axis_2": np.array([2], np.int64),
    }
    nodes = [
        helper.make_node("Gather", ["words", "input_ids"], ["word"]),
        helper.make_node("Shape", ["input_ids"], ["tokens"], start=1, end=2),
        helper.make_node("Slice", ["positions", "zero", "tokens", "zero"], ["position"]),
        helper.make_node("Add", ["word", "position"], ["placed"]),
    ]
    x = "placed"
    if token_types:
        nodes.append(helper.make_node("Gather", ["types", "token_type_ids"], ["type"]))
        nodes.append(helper.make_node("Add", ["placed", "type"], ["typed"]))
        x = "typed"
    nodes += [
        helper.make_node("Cast", ["attention_mask"], ["flat"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["flat", "axis_2"], ["mask"]),
        helper.make_node("Mul", [x, "mask"], ["seen"]),
        helper.make_node("ReduceSum", ["seen", "axis_1"], ["total"], keepdims=1),
        helper.make_node("ReduceSum", ["mask", "axis_1"], ["count"], keepdims=1),
        helper.make_node("Div", ["total", "count"], ["context"]),
        helper.make_node("MatMul", [x, "mix"], ["mixed"]),
        helper.make_node("Add", ["mixed", "context"], ["sum"]),
        helper.make_node("Tanh", ["sum"], ["last_hidden_state"]),
    ]
    names = ["input_ids", "attention_mask"] + ["token_type_ids"] * token_types
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["b", "t"]) for name in names],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["b", "t", DIMS])],
        [
            numpy_helper.from_array(value, name)
            for name, value in constants.items()
            if token_types or name != "types"
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString(deterministic=True))


def _write_json(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")


def _file(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
