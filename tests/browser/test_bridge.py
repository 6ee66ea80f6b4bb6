"""The bridge: tokens and vectors in the browser are those of CPython, and any export in the usual layout loads."""

from __future__ import annotations

import base64
import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from aio import run
from browser.app import START_MS, AppPage
from browser.interpreter import python
from browser.watch import Watch
from data.nasty import NASTY_TEXTS
from data.tiny_model import make_tiny_model
from semblance.native.models import describe, load_text_encoder
from semblance.native.tokenizer import Tokenizer
from semblance_build.server import serving

VARIANTS: dict[str, dict[str, Any]] = {
    "mean": {},
    "cls, old config": {"pooling": "cls", "old_pooling_config": True},
    "last token, prompts": {
        "pooling": "lasttoken",
        "prompts": {"query": "query: ", "passage": "passage: "},
        "token_types": False,
    },
}


TOKENIZE = """
from semblance.browser import ffi
from semblance.browser.tokenizer import Tokenizer
tokenizer = await Tokenizer.create(ffi.bridge.asset(folder))
[ids.tolist() for ids in await tokenizer.encode_batch(list(texts), add_special_tokens=special)]
"""

ENCODE = """
import base64
from semblance.browser import ffi
from semblance.browser.models import load_encoder
encoder = await load_encoder(ffi.bridge.asset(folder))
vectors = await encoder.encode(list(texts), prompt or None)
[base64.b64encode(vectors.tobytes()).decode(), list(vectors.shape)]
"""


async def tokenize_natively(folder: Path, texts: list[str], special: bool) -> list[np.ndarray]:
    return await (await Tokenizer.create(folder)).encode_batch(texts, add_special_tokens=special)


@pytest.mark.parametrize("special", [True, False])
def test_token_ids_are_those_of_pypi_tokenizers(app: AppPage, text_model_folder: Path, special: bool) -> None:
    ours = python(app.page, TOKENIZE, folder="models/all-MiniLM-L6-v2/", texts=NASTY_TEXTS, special=special)
    theirs = run(tokenize_natively(text_model_folder, NASTY_TEXTS, special))
    for text, ids, expected in zip(NASTY_TEXTS, ours, theirs, strict=True):
        assert ids == expected.tolist(), text[:80]


def encode_in(page: Page, folder: str, texts: list[str], prompt: str | None = None) -> np.ndarray:
    data, shape = python(page, ENCODE, folder=folder, texts=texts, prompt=prompt or "")
    return np.frombuffer(base64.b64decode(data), dtype=np.float32).reshape(shape)


async def encode_natively(folder: Path, texts: list[str], prompt: str | None = None) -> np.ndarray:
    return await (await load_text_encoder(folder)).encode(texts, prompt)


def test_vectors_are_those_of_cpython(app: AppPage, text_model_folder: Path) -> None:
    choose = random.Random(1)
    words = [
        "the",
        "moon",
        "pulls",
        "sea",
        "bread",
        "rises",
        "train",
        "ten",
        "SQLite",
        "index",
        "漢字",
        "é",
        "👍",
    ]
    lengths = (1, 3, 8, 20, 60, 150, 400)
    texts = [" ".join(choose.choices(words, k=length)) for length in lengths] + ["", "Ünïcödé"]
    ours = encode_in(app.page, "models/all-MiniLM-L6-v2/", texts)
    theirs = run(encode_natively(text_model_folder, texts))
    assert ours.shape == theirs.shape == (len(texts), 384)
    assert np.linalg.norm(ours, axis=1) == pytest.approx(1, abs=1e-5)
    assert (ours * theirs).sum(axis=1).min() >= 0.9999


def make_export(folder: Path) -> Path:
    """A small sentence-transformers export, with a manifest."""
    make_tiny_model(folder, **VARIANTS[folder.name])
    (folder / "manifest.json").write_text(json.dumps(describe(folder)), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def tiny_site(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("tiny")
    for name in VARIANTS:
        make_export(folder / "models" / name)
    with serving([folder, Path(__file__).parent / "pages", dist]) as address:
        yield address


@pytest.mark.parametrize("name", VARIANTS)
def test_other_exports_load_the_same_way(
    context: BrowserContext, tiny_site: str, name: str, tmp_path: Path
) -> None:
    watch = Watch(tiny_site)
    page = context.new_page()
    watch.watch(page)
    app = AppPage(page, tiny_site)
    app.open()
    folder = make_export(tmp_path / name)
    texts = ["the cat sat", "a dog", "the cat sat on the mat and the dog ran away"]
    for prompt in (None, "query"):
        ours = encode_in(page, f"models/{name}/", texts, prompt)
        theirs = run(encode_natively(folder, texts, prompt))
        assert np.abs(ours - theirs).max() < 1e-4
    assert watch.problems == []


# --- every file is the one that the manifest names ---

LOAD_EACH = """
from semblance.browser.models import load_encoders
from semblance.errors import ModelError
from semblance.models.listing import ModelEntry
outcomes = {}
for name, text, image in entries:
    try:
        await load_encoders(ModelEntry(name, text, image or None))
        outcomes[name] = ""
    except ModelError as error:
        outcomes[name] = str(error)
outcomes
"""


def altered(folder: Path, name: str, to: Path) -> str:
    """A copy of a model's folder in which one file is not the one that the manifest names; the copy's name."""
    shutil.copytree(folder, to)
    path = to / name
    path.write_bytes(path.read_bytes() + b"\n")  # which JSON does not mind
    return to.name


def test_every_file_must_be_the_one_that_the_manifest_names(
    context: BrowserContext, dist: Path, tmp_path: Path
) -> None:
    models = tmp_path / "site" / "models"
    text, image = make_export(tmp_path / "mean"), dist / "models" / "semblance-vision-lite0"
    shutil.copytree(text, models / "sound")
    entries = [["sound", "sound", ""]]
    for number, name in enumerate(json.loads((text / "manifest.json").read_text())["files"]):
        entries.append([name, altered(text, name, models / f"text {number}"), ""])
    for number, name in enumerate(json.loads((image / "manifest.json").read_text())["files"]):
        if not name.endswith(".onnx"):  # which comes with the first picture
            entries.append([f"image {name}", "sound", altered(image, name, models / f"image {number}")])
    with serving([tmp_path / "site", Path(__file__).parent / "pages", dist]) as address:
        watch, page = Watch(address), context.new_page()
        watch.watch(page)
        page.goto(address + "blank.html")
        page.evaluate("import('./static/js/semblance.js').then(({ semblance }) => semblance.collections())")
        outcomes = python(page, LOAD_EACH, entries=entries)
    assert outcomes.pop("sound") == ""
    assert {"tokenizer.json", "tokenizer_config.json", "onnx/model.onnx", "image config.json"} <= set(
        outcomes
    )
    for name, outcome in outcomes.items():
        assert f"{name.removeprefix('image ')}: the file is damaged: its SHA-256" in outcome, name
        assert "Reload the page" in outcome, name
    assert watch.problems == []


def test_a_tokenizer_with_other_ids_is_refused_and_its_own_is_asked_for_again(
    context: BrowserContext, site: str, text_model_folder: Path, watch: Watch
) -> None:
    tokenizer = json.loads((text_model_folder / "tokenizer.json").read_text(encoding="utf-8"))
    ids = tokenizer["model"]["vocab"]
    ids["cat"], ids["dog"] = ids["dog"], ids["cat"]
    swapped = json.dumps(tokenizer)
    page = context.new_page()
    watch.watch(page)
    page.route(
        "**/tokenizer.json", lambda route: route.fulfill(body=swapped, content_type="application/json")
    )
    AppPage(page, site).open()
    notice = page.locator("#notices")
    expect(notice).to_contain_text("all-MiniLM-L6-v2/tokenizer.json: the file is damaged", timeout=START_MS)
    expect(notice).to_contain_text("Reload the page")
    error = page.evaluate(
        "semblance.similarity('a cat', 'a dog').catch(({ type, where }) => ({ type, where }))"
    )
    assert error["type"] == "ModelError"
    assert error["where"].endswith("models/all-MiniLM-L6-v2/tokenizer.json")
    page.unroute("**/tokenizer.json")
    assert page.evaluate("semblance.similarity('a cat', 'a cat')") == pytest.approx(1, abs=1e-3)


def test_the_session_can_be_used_alone(app: AppPage) -> None:
    names, shapes, kinds = python(
        app.page,
        """
import numpy as np
from semblance.browser.onnx import InferenceSession
session = await InferenceSession.create("models/all-MiniLM-L6-v2/onnx/model_quantized.onnx")
ids = np.array([[101, 7592, 2088, 102]])
feed = {"input_ids": ids.astype(np.int64), "attention_mask": np.ones_like(ids, np.int64)}
outputs = await session.run(None, feed)
[
    [[node.name for node in nodes] for nodes in (session.get_inputs(), session.get_outputs())],
    [list(output.shape) for output in outputs],
    [str(output.dtype) for output in outputs],
]
""",
    )
    assert names == [["input_ids", "attention_mask"], ["sentence_embedding", "token_embeddings"]]
    assert shapes == [[1, 384], [1, 4, 384]]
    assert kinds == ["float32", "float32"]


def test_a_missing_model_can_be_tried_again(app: AppPage, watch: Watch) -> None:
    watch.expect("404")
    errors = python(
        app.page,
        """
from semblance.browser.onnx import InferenceSession
from semblance.errors import ModelError
errors = []
for _ in range(2):
    try:
        await InferenceSession.create("models/none.onnx")
    except ModelError as error:
        errors.append(str(error))
errors
""",
    )
    assert len(errors) == 2
    assert all("404" in error and "models/none.onnx" in error for error in errors)


def test_a_damaged_model_is_refused(app: AppPage) -> None:
    error = python(
        app.page,
        """
from semblance.browser.onnx import InferenceSession
from semblance.errors import ModelError
try:
    await InferenceSession.create("models/all-MiniLM-L6-v2/onnx/model_quantized.onnx?again", sha256="0" * 64)
    error = ""
except ModelError as caught:
    error = str(caught)
error
""",
    )
    assert "damaged" in error


def test_no_proxy_is_left_behind(app: AppPage) -> None:
    """Searching, adding and opening items again and again leaves as many proxies as before."""
    app.load_sample()
    app.page.evaluate(
        """async () => {
            const { interpreter } = await import("./static/js/interpreter.js");
            (await interpreter)._module.enable_pyproxy_allocation_tracing();
        }"""
    )

    def live() -> int:
        count: int = app.page.evaluate(
            """async () => {
                const { interpreter } = await import("./static/js/interpreter.js");
                return (await interpreter)._module.pyproxy_alloc_map.size;
            }"""
        )
        return count

    def use() -> None:
        for query in ("moon", "bread", "a quiet night"):
            app.search(query)
        app.page.get_by_role("link", name="Related", exact=True).click()
        app.page.get_by_role("list", name="Items").get_by_role("link").nth(3).click()
        app.results()
        app.page.get_by_role("link", name="Collections", exact=True).click()
        app.page.evaluate("window.semblance.similarity('a', 'b')")
        app.python("import gc; gc.collect(); None")

    use()
    before = live()
    for _ in range(3):
        use()
    assert live() <= before
