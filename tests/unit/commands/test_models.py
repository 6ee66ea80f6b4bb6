"""Models of one's own: the layouts that well-known encoders are published in, added under a name and used."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from aio import run as awaited
from data.clip import plain_picture, write_clip_folder
from data.tiny_model import make_tiny_model
from docs.pages import table_after
from semblance import wiring
from semblance.documents import ImageBytes
from semblance.embedding.recipe import DOCUMENT_PROMPT, QUERY_PROMPT
from semblance.parts.paths import ROOT
from semblance.ports import Encoders
from unit.commands.conftest import Run, ids
from unit.models.test_sentence_encoder import expected

TEXT = "a cat sat"
BGE_QUERY = "represent this: "  # the real one is longer than the small models
E5 = {"query": "query: ", "document": "passage: "}

# What a published folder holds, what the user says beside it, and what then stands before a query and a document.
LAYOUTS: dict[str, tuple[dict[str, Any], dict[str, str], str]] = {
    "BGE": ({"pooling": "cls", "old_pooling_config": True}, {"query": BGE_QUERY}, "cls"),
    "UAE": ({"pooling": "cls", "old_pooling_config": True}, {"query": BGE_QUERY}, "cls"),
    "E5": ({"pooling": "mean", "old_pooling_config": True}, E5, "mean"),
    "GTE": ({"pooling": "mean", "modules": ("Transformer", "Pooling", "Normalize")}, {}, "mean"),
    "m3e": ({"pooling": "mean", "modules": ("Transformer", "Pooling")}, {}, "mean"),
}


def png(colour: str) -> bytes:
    file = io.BytesIO()
    Image.fromarray(plain_picture(colour)).save(file, "PNG")
    return file.getvalue()


def encoders(name: str) -> Encoders:
    return awaited(wiring.open_library(model=name).encoders(name).get())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_drops_in(run: Run, tmp_path: Path, layout: str) -> None:
    made, prompts, pooling = LAYOUTS[layout]
    model = make_tiny_model(tmp_path / "published", max_length=48, **made)
    (model.folder / "manifest.json").unlink()
    options = [word for name, prompt in prompts.items() for word in ("--prompt", f"{name}={prompt}")]
    assert run("models", "add", "published", "--name", layout, *options).startswith(f"{layout}: added")
    assert layout in run("models").splitlines()
    text = encoders(layout).text
    for side in (QUERY_PROMPT, DOCUMENT_PROMPT):
        prompt = prompts.get("query" if side == QUERY_PROMPT else "document", "")
        vectors = awaited(text.encode([TEXT], side))
        np.testing.assert_allclose(vectors, [expected(model, prompt + TEXT, pooling, room=46)], atol=1e-6)


def test_the_table_in_the_docs_names_each_layout() -> None:
    rows = table_after(ROOT / "docs" / "models.md", "encoders")
    assert [row[0] for row in rows] == ["BGE, UAE", "E5", "GTE", "m3e", "CLIP, SigLIP"]


def test_both_halves_of_clip_drop_in(run: Run, tmp_path: Path) -> None:
    made = write_clip_folder(tmp_path / "published")
    (made.folder / "manifest.json").unlink()
    run("models", "add", "published", "--name", "clip-of-mine")
    loaded = encoders("clip-of-mine")
    assert loaded.image is not None
    image = awaited(loaded.image.encode(ImageBytes(png("red"))))
    red, blue = awaited(loaded.text.encode(["red", "blue"])) @ image.vector
    assert red > blue


def test_a_collection_finds_its_model_by_name(run: Run, tmp_path: Path) -> None:
    make_tiny_model(tmp_path / "mine")
    run("models", "add", "mine")
    run("embed", "notes", "a", "-c", TEXT, "-m", "mine")
    run("embed", "notes", "b", "-c", "dog")
    assert ids(run("similar", "notes", "-c", TEXT, "-n", "1")) == ["a"]
    assert json.loads(run("collections", "list", "--json"))[0]["model"] == "mine"
    run("models", "remove", "mine")
    assert "mine" not in run("models").splitlines()
    assert "its vectors are of another model (mine)" in run("similar", "notes", "-c", TEXT, status=1)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["add", "nowhere"], "nowhere: there is no such folder"),
        (["add", "empty"], "the folder holds 0 models of known names"),
        (["add", "mine", "--name", "all-MiniLM-L6-v2"], "a model of Semblance has this name"),
        (["add", "mine", "--name", "semblance"], "a model of Semblance has this name"),
        (["add", "mine", "--name", "../mine"], "a model can't have this name"),
        (
            ["add", "mine", "--name", "twice"],
            "there is a model of this name. Run: semblance models remove twice",
        ),
        (["remove", "other"], "no model of this name was added"),
    ],
)
def test_a_mistake_is_said(run: Run, tmp_path: Path, words: list[str], reason: str) -> None:
    make_tiny_model(tmp_path / "mine")
    (tmp_path / "empty").mkdir()
    run("models", "add", "mine", "--name", "twice")
    assert reason in run("models", *words, status=1)
    assert wiring.own_models() == ["twice"]
