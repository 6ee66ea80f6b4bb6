"""The models of the site, and the places that their files come from."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from semblance.models.listing import ModelEntry
from semblance.parts import fetch, models
from semblance.parts.errors import BuildError, HashMismatch
from semblance.parts.models import Model, gather, listing
from semblance.parts.paths import MODELS
from semblance_build.assemble import assemble
from semblance_build.server import serving

SOURCE = {"hub": "someone/pair", "revision": "abc123"}
WEIGHTS = {"onnx/text_model.onnx": b"words", "onnx/vision_model.onnx": b"pictures"}
CONFIG = {"config.json": b"{}"}
NOWHERE = "http://127.0.0.1:9"  # the port "discard", on which no server listens


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without caches and without a network."""
    for name in ("HF_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SEMBLANCE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_ENDPOINT", NOWHERE)


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def put(tree: Path, name: str, pinned: dict[str, bytes], held: dict[str, bytes], **manifest: Any) -> Path:
    """A model's folder that lists some files and holds others."""
    files = {
        file: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        for file, data in pinned.items()
    }
    written = json.dumps({"name": name, "dtype": "fp32", "files": files, **manifest})
    return write(tree / name, {**held, "manifest.json": written.encode()})


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Two models: one that is complete in the tree, and a pair whose weights are on a hub."""
    tree = tmp_path / "models"
    put(tree, "dropped", {"onnx/model.onnx": b"all"}, {"onnx/model.onnx": b"all", "train.py": b"..."})
    put(tree, "pair", CONFIG | WEIGHTS, CONFIG | {"README.md": b"# Pair"}, source=SOURCE)
    return tree


def contents(model: Model) -> dict[str, bytes]:
    return {file: path.read_bytes() for file, path in model.files.items() if file != "manifest.json"}


# --- which ------------------------------------------------------------------------------------------


def test_what_is_on_a_hub_is_left_out_unless_asked_for(tree: Path) -> None:
    gathered, problems = gather(tree=tree)
    assert [model.name for model in gathered] == ["dropped"]
    assert problems == []


def test_what_was_put_into_the_tree_needs_no_hub(tree: Path) -> None:
    write(tree / "pair", WEIGHTS)
    gathered, problems = gather(tree=tree)
    assert [model.name for model in gathered] == ["dropped", "pair"]
    assert problems == []


def test_only_what_the_manifest_lists_goes_into_the_site(tree: Path) -> None:
    (dropped,), _ = gather(tree=tree)
    assert set(dropped.files) == {"onnx/model.onnx", "manifest.json"}  # and not what trained it


def test_an_unknown_name_is_refused_and_the_known_are_named(tree: Path) -> None:
    with pytest.raises(BuildError, match=r"no model clop in models/; there are dropped, pair\."):
        gather(["clop"], tree=tree)


def test_a_dropped_model_that_is_incomplete_or_another_stops_the_build(tree: Path) -> None:
    (tree / "dropped/onnx/model.onnx").write_bytes(b"other")
    with pytest.raises(HashMismatch, match=r"dropped/onnx/model\.onnx is not the pinned file"):
        gather(tree=tree)
    (tree / "dropped/onnx/model.onnx").unlink()
    with pytest.raises(BuildError, match=r"dropped/onnx/model\.onnx is missing"):
        gather(tree=tree)


def test_a_model_is_named_as_its_folder(tree: Path) -> None:
    (tree / "dropped").rename(tree / "renamed")
    with pytest.raises(BuildError, match=r"models/renamed/manifest\.json gives another name: dropped"):
        gather(tree=tree)


def test_what_only_cpython_reads_is_checked_and_not_for_the_site(tree: Path) -> None:
    manifest = json.loads((tree / "dropped/manifest.json").read_text())
    manifest["files"]["tokenizer.json"] = {"sha256": hashlib.sha256(b"{}").hexdigest(), "site": False}
    write(tree / "dropped", {"manifest.json": json.dumps(manifest).encode(), "tokenizer.json": b"{}"})
    (dropped,), _ = gather(tree=tree)
    assert set(dropped.files) == {"onnx/model.onnx", "manifest.json"}
    (tree / "dropped/tokenizer.json").write_bytes(b"[]")
    with pytest.raises(HashMismatch, match=r"dropped/tokenizer\.json is not the pinned file"):
        gather(tree=tree)


@pytest.mark.parametrize("level", [1, 9])
def test_a_gzip_file_is_known_by_what_it_holds(tree: Path, level: int) -> None:
    manifest = json.loads((tree / "dropped/manifest.json").read_text())
    pinned = {"sha256": hashlib.sha256(b"words" * 99).hexdigest(), "compression": "gzip"}
    manifest["files"] |= {"words.gz": pinned}
    packed = gzip.compress(b"words" * 99, level)
    write(tree / "dropped", {"manifest.json": json.dumps(manifest).encode(), "words.gz": packed})
    (dropped,), _ = gather(tree=tree)
    assert dropped.files["words.gz"].read_bytes() == packed
    (tree / "dropped/words.gz").write_bytes(gzip.compress(b"word" * 99, level))
    with pytest.raises(HashMismatch, match=r"dropped/words\.gz is not the pinned file"):
        gather(tree=tree)


# --- where from -------------------------------------------------------------------------------------


@pytest.mark.parametrize("below", ["pair", ""])
def test_a_folder_that_is_given(tree: Path, tmp_path: Path, below: str) -> None:
    write(tmp_path / "given" / below, WEIGHTS)
    gathered, problems = gather(["pair"], tmp_path / "given", tree)
    assert problems == []
    assert contents(gathered[1]) == CONFIG | WEIGHTS | {"README.md": b"# Pair"}


@pytest.mark.parametrize(
    ("variable", "value", "place"),
    [
        ("HF_HUB_CACHE", "hub", "hub"),
        ("HF_HOME", "hf", "hf/hub"),
        ("XDG_CACHE_HOME", "xdg", "xdg/huggingface/hub"),
        ("HOME", "me", "me/.cache/huggingface/hub"),
    ],
)
def test_the_hubs_own_cache(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, place: str
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / value))
    write(tmp_path / place / "models--someone--pair/snapshots/abc123", WEIGHTS)
    write(tmp_path / place / "models--someone--pair/snapshots/newer", dict.fromkeys(WEIGHTS, b"newer"))
    gathered, problems = gather(["pair"], tree=tree)
    assert problems == []
    assert contents(gathered[1]) == CONFIG | WEIGHTS | {"README.md": b"# Pair"}


def test_a_download_is_of_the_pinned_revision_and_kept(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "web/someone/pair/resolve/abc123", WEIGHTS)
    with serving([tmp_path / "web"]) as address:
        monkeypatch.setenv("HF_ENDPOINT", address.rstrip("/"))
        gathered, problems = gather(["pair"], tree=tree)
    assert problems == []
    assert contents(gathered[1]) == CONFIG | WEIGHTS | {"README.md": b"# Pair"}
    monkeypatch.setenv("HF_ENDPOINT", NOWHERE)
    assert gather(["pair"], tree=tree)[1] == []


def test_without_a_network_the_rest_is_built_and_the_message_says_what_to_do(
    tree: Path, tmp_path: Path
) -> None:
    gathered, (problem,) = gather(["pair"], tmp_path / "given", tree)
    assert [model.name for model in gathered] == ["dropped"]
    message = str(problem)
    assert "pair/onnx/text_model.onnx can't be fetched" in message
    for place in (
        "given/pair/onnx/text_model.onnx: not there",
        "given/onnx/text_model.onnx: not there",
        "home/.cache/huggingface/hub/models--someone--pair/snapshots/abc123/onnx/text_model.onnx: not there",
        f"{NOWHERE}/someone/pair/resolve/abc123/onnx/text_model.onnx: ",
    ):
        assert place in message
    assert "--models-from DIR, or leave out --with pair" in message


def test_a_wrong_file_is_not_used_and_the_message_says_where_it_is(tree: Path, tmp_path: Path) -> None:
    write(tmp_path / "given", WEIGHTS | {"onnx/vision_model.onnx": b"others"})
    gathered, (problem,) = gather(["pair"], tmp_path / "given", tree)
    assert [model.name for model in gathered] == ["dropped"]
    assert f"{tmp_path}/given/onnx/vision_model.onnx is not the pinned file" in str(problem)


def test_a_wrong_download_is_not_used(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "web/someone/pair/resolve/abc123", dict.fromkeys(WEIGHTS, b"not found, in fact"))
    with serving([tmp_path / "web"]) as address:
        monkeypatch.setenv("HF_ENDPOINT", address.rstrip("/"))
        _, (problem,) = gather(["pair"], tree=tree)
    assert "pair/onnx/text_model.onnx from http" in str(problem)
    assert "is not the pinned file" in str(problem)


def test_clip_is_pinned_to_a_revision_of_the_hub() -> None:
    """Its small files in the tree are the pinned ones, too."""
    folder = MODELS / "clip-vit-base-patch32"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert len(manifest["source"]["revision"]) == 40
    here = {file: pinned for file, pinned in manifest["files"].items() if (folder / file).exists()}
    assert set(here) >= {"config.json", "preprocessor_config.json", "tokenizer_config.json"}
    assert models.verified(folder, manifest | {"files": here})


# --- the index --------------------------------------------------------------------------------------


def model(name: str, *files: str, **manifest: Any) -> Model:
    return Model(name, {"files": {}, **manifest}, {f"onnx/{file}_quantized.onnx": Path() for file in files})


MINILM = model(models.TEXT_MODEL, "model")


def test_the_default_comes_first_and_image_models_join_their_text_model() -> None:
    entries = listing(
        [
            model("a-pair", "text_model", "vision_model"),
            MINILM,
            model("eyes", "vision_model", text_model=models.TEXT_MODEL),
            model("other", "model"),
        ]
    )
    assert entries == [
        ModelEntry(models.TEXT_MODEL, models.TEXT_MODEL, "eyes"),
        ModelEntry("a-pair", "a-pair", "a-pair"),
        ModelEntry("other", "other", None),
    ]


def test_the_index_says_what_a_model_knows_and_what_its_first_text_costs() -> None:
    files = {
        "onnx/model_quantized.onnx": {"bytes": 20},
        "onnx/vision_model_quantized.onnx": {"bytes": 300},
        "config.json": {"bytes": 1},
        "tokenizer.json": {"bytes": 4000, "site": False},
    }
    (entry,) = listing([model("english", "model", languages=["en"], files=files)])
    assert (entry.languages, entry.bytes) == (["en"], 21)


@pytest.mark.parametrize("manifest", [{}, {"text_model": "gone"}])
def test_an_image_model_needs_a_text_model(manifest: dict[str, str]) -> None:
    with pytest.raises(
        BuildError, match=r"eyes reads images only, and its text model (gone|\(none\)) is not"
    ):
        listing([MINILM, model("eyes", "vision_model", **manifest)])


def test_two_image_models_for_one_text_model_are_refused() -> None:
    eyes = [model(name, "vision_model", text_model=models.TEXT_MODEL) for name in ("one", "two")]
    with pytest.raises(BuildError, match=f"one and two both read images for {models.TEXT_MODEL}"):
        listing([MINILM, *eyes])


def test_a_text_model_without_its_word_table_is_a_text_model() -> None:
    entries = listing([MINILM, model(models.MULTILINGUAL, "encoder")])
    assert entries[1] == ModelEntry(models.MULTILINGUAL, models.MULTILINGUAL, None)


def test_an_image_model_joins_the_spaces_that_it_has_a_projection_for() -> None:
    projections = {models.MULTILINGUAL: {"file": "onnx/to.onnx"}, "absent": {"file": "onnx/to_absent.onnx"}}
    eyes = model("eyes", "vision_model", text_model=models.TEXT_MODEL, projections=projections)
    other = model(models.MULTILINGUAL, "encoder")
    assert [entry.image for entry in listing([eyes, MINILM, other])] == ["eyes", "eyes"]
    own = model("own", "vision_model", text_model=models.MULTILINGUAL)
    assert [entry.image for entry in listing([eyes, MINILM, other, own])] == ["eyes", "own"]


def test_the_site_holds_the_models_and_their_index(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("semblance.parts.vendor.read_lock", list)  # other tests cover the vendored parts
    monkeypatch.setattr("semblance_build.assemble._write_python", lambda *_: None)  # and Python
    monkeypatch.setattr("semblance_build.offline.handout.write_kit", lambda _: None)  # which packs both
    write(tmp_path / "given", WEIGHTS)
    gathered, _ = gather(["pair"], tmp_path / "given", tree)
    assemble(gathered, tmp_path / "dist")
    site = tmp_path / "dist" / "models"
    rest = {"languages": [], "dims": 0, "metric": ""}
    assert json.loads((site / "index.json").read_text()) == {
        "models": [
            {"name": "dropped", "text": "dropped", "image": None, "bytes": 3, **rest},
            {"name": "pair", "text": "pair", "image": "pair", "bytes": 7, **rest},
        ]
    }
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert files == {
        "index.json",
        "dropped/manifest.json",
        "dropped/onnx/model.onnx",
        *(f"pair/{file}" for file in ("manifest.json", "README.md", *CONFIG, *WEIGHTS)),
    }
    assert fetch.sha256_of(site / "pair/onnx/text_model.onnx") == hashlib.sha256(b"words").hexdigest()
