from pathlib import Path

import numpy as np
import pytest

from aio import run
from data.nasty import NASTY_TEXTS
from data.tiny_model import make_tiny_model
from semblance.errors import ModelError
from semblance.native.models import describe, load_text_encoder
from semblance.native.onnx import InferenceSession
from semblance.native.tokenizer import Tokenizer
from semblance.ports import InferenceSession as SessionPort
from semblance.ports import Tokenizer as TokenizerPort
from semblance.records import NodeArg


def test_a_folder_without_manifest_is_described_by_what_it_holds(tmp_path: Path) -> None:
    model = make_tiny_model(tmp_path / "tiny", prompts={"query": "q: "})
    with_manifest = run(load_text_encoder(model.folder))
    (model.folder / "manifest.json").unlink()
    without = run(load_text_encoder(model.folder))
    assert without.manifest.prompts == {"query": "q: "}
    assert without.fingerprint == with_manifest.fingerprint


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"holds 0 models of known names, not one"):
        describe(tmp_path)


def test_another_model_file_than_the_manifests_is_refused(tmp_path: Path) -> None:
    model = make_tiny_model(tmp_path / "tiny")
    with (model.folder / "onnx" / "model.onnx").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(ModelError, match=r"model\.onnx: it is not the file that the manifest names"):
        run(load_text_encoder(model.folder))
    (model.folder / "onnx" / "model.onnx").unlink()
    with pytest.raises(ModelError, match=r"model\.onnx: the file is missing"):
        run(load_text_encoder(model.folder))


def test_every_file_must_be_the_one_that_the_manifest_names(tmp_path: Path) -> None:
    model = make_tiny_model(tmp_path / "tiny")
    for name in describe(model.folder)["files"]:
        path = model.folder / name
        whole = path.read_bytes()
        path.write_bytes(whole + b"\n")  # which JSON does not mind
        with pytest.raises(ModelError, match=rf"{name}: it is not the file that the manifest names"):
            run(load_text_encoder(model.folder))
        path.unlink()
        with pytest.raises(ModelError, match=rf"{name}: the file is missing"):
            run(load_text_encoder(model.folder))
        path.write_bytes(whole)
    assert run(load_text_encoder(model.folder)).dims


@pytest.mark.parametrize("name", ["manifest.json", "config.json", "tokenizer.json"])
def test_a_damaged_file_is_named(tmp_path: Path, name: str) -> None:
    model = make_tiny_model(tmp_path / "tiny")
    (model.folder / name).write_text("{")
    with pytest.raises(ModelError, match=name):
        run(load_text_encoder(model.folder))


def test_the_session_reads_like_onnxruntimes(tmp_path: Path) -> None:
    model = make_tiny_model(tmp_path / "tiny")
    session = run(InferenceSession.create((model.folder / "onnx" / "model.onnx").read_bytes(), threads=1))
    assert isinstance(session, SessionPort)
    assert session.get_inputs()[0] == NodeArg("input_ids", "tensor(int64)", ("b", "t"))
    assert session.get_outputs() == [NodeArg("last_hidden_state", "tensor(float)", ("b", "t", 16))]
    feed = {node.name: np.ones((1, 2), np.int64) for node in session.get_inputs()}
    (everything,) = run(session.run(None, feed))
    (chosen,) = run(session.run(["last_hidden_state"], feed))
    np.testing.assert_array_equal(everything, chosen)


def test_a_session_refuses_what_the_model_can_not_take(tmp_path: Path) -> None:
    model = make_tiny_model(tmp_path / "tiny")
    session = run(InferenceSession.create(model.folder / "onnx" / "model.onnx"))
    with pytest.raises(ModelError, match="could not be run"):
        run(session.run(None, {"input_ids": np.ones((1, 2), np.int32)}))
    with pytest.raises(ModelError, match="can't be loaded"):
        run(InferenceSession.create(b"no model"))


def test_the_tokenizer_neither_truncates_nor_pads(tmp_path: Path) -> None:
    model = make_tiny_model(tmp_path / "tiny")  # whose tokenizer.json asks for at most 8
    tokenizer = run(Tokenizer.create(model.folder))
    assert isinstance(tokenizer, TokenizerPort)
    short, long = run(tokenizer.encode_batch(["a", "a" * 50]))
    assert (len(short), len(long), short.dtype) == (3, 52, np.dtype(np.int32))
    bare = run(tokenizer.encode_batch(NASTY_TEXTS, add_special_tokens=False))
    framed = run(tokenizer.encode_batch(NASTY_TEXTS))
    assert [ids[1:-1].tolist() for ids in framed] == [ids.tolist() for ids in bare]
    assert run(tokenizer.tokens([*short, 10_000])) == ["[CLS]", "a", "[SEP]", ""]
