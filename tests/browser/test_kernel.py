"""The text model's own kernel: it is what runs, it agrees with ONNX Runtime, and it refuses what it can't read."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page

from aio import run
from browser.app import AppPage
from browser.interpreter import python
from semblance.native.models import load_text_encoder

MODEL = "models/all-MiniLM-L6-v2/"
GOLDENS = Path(__file__).parents[1] / "parity" / "text_model.json"
TEXTS = [golden["text"] for golden in json.loads(GOLDENS.read_text(encoding="utf-8"))]

ENCODE = """
import base64
from semblance.browser import ffi
from semblance.browser.models import load_encoder
encoder = await load_encoder(ffi.bridge.asset(folder))
base64.b64encode((await encoder.encode(list(texts))).tobytes()).decode()
"""

TOKEN_VECTORS = """
import base64
from semblance.browser import ffi
from semblance.browser.models import load_encoder
encoder = await load_encoder(ffi.bridge.asset(folder))
found = await encoder.token_vectors(text, pad_to)
[found.pieces, base64.b64encode(found.vectors.tobytes()).decode()]
"""

RUN_BATCH = """
import base64
import numpy as np
from semblance.browser.onnx import InferenceSession
session = await InferenceSession.create(model)
mask = (np.arange(max(lengths)) < np.array(list(lengths))[:, np.newaxis]).astype(np.int64)
feed = {"input_ids": (1000 + np.arange(mask.size)).reshape(mask.shape) * mask, "attention_mask": mask}
outputs = await session.run(["sentence_embedding", "token_embeddings"], feed)
[base64.b64encode(output.tobytes()).decode() for output in outputs]
"""

RUN = """
import numpy as np
from semblance.browser.onnx import InferenceSession
from semblance.errors import ModelError
session = await InferenceSession.create(model)
feed = {"input_ids": np.array([list(ids)], np.int64), "attention_mask": np.array([list(mask)], np.int64)}
try:
    await session.run(None, feed)
    message = ""
except ModelError as error:
    message = error.message
message
"""


def encode(page: Page, texts: list[str]) -> np.ndarray:
    data = python(page, ENCODE, folder=MODEL, texts=texts)
    return np.frombuffer(base64.b64decode(data), np.float32).reshape(len(texts), -1)


def test_vectors_are_those_of_onnx_runtime(interpreter_page: Page, text_model_folder: Path) -> None:
    """Both compute with the file's 8-bit weights; rounding to 16 bits leaves less than one part in a million."""
    theirs = run(run(load_text_encoder(text_model_folder)).encode(TEXTS))
    ours = encode(interpreter_page, TEXTS)
    assert (ours.astype(np.float64) * theirs).sum(axis=1).min() > 0.999999


def test_a_vector_is_the_same_to_the_last_bit_in_any_batch(interpreter_page: Page) -> None:
    together = encode(interpreter_page, TEXTS)
    for at in (0, len(TEXTS) // 2, len(TEXTS) - 1):
        assert np.array_equal(encode(interpreter_page, [TEXTS[at]])[0], together[at])


def test_it_is_the_kernel_that_runs(context: BrowserContext, site: str) -> None:
    page, requests = context.new_page(), []
    page.on("request", lambda request: requests.append(request.url))
    AppPage(page, site).open()
    encode(page, TEXTS[:1])
    assert any(url.endswith("static/wasm/bert.wasm") for url in requests)
    assert not any(url.endswith("ort-wasm-simd-threaded.wasm") for url in requests)


def token_vectors(page: Page, text: str, pad_to: int) -> tuple[list[str], np.ndarray]:
    pieces, data = python(page, TOKEN_VECTORS, folder=MODEL, text=text, pad_to=pad_to)
    return pieces, np.frombuffer(base64.b64decode(data), np.float32).reshape(len(pieces), -1)


def cosines(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(ours, axis=-1) * np.linalg.norm(theirs, axis=-1)
    return np.asarray((ours.astype(np.float64) * theirs).sum(axis=-1) / lengths)


@pytest.mark.parametrize("pad_to", [0, 256])
def test_token_vectors_are_those_of_onnx_runtime(
    interpreter_page: Page, text_model_folder: Path, pad_to: int
) -> None:
    """Rounding to 16 bits shows a little more in a token than in a mean of them: up to five parts in a million."""
    encoder = run(load_text_encoder(text_model_folder))
    for text in TEXTS:
        theirs = run(encoder.token_vectors(text, pad_to))
        pieces, ours = token_vectors(interpreter_page, text, pad_to)
        assert pieces == theirs.pieces
        assert cosines(ours, theirs.vectors).min() > 0.999995
        np.testing.assert_allclose(
            np.linalg.norm(ours, axis=1), np.linalg.norm(theirs.vectors, axis=1), rtol=2e-3
        )


def test_token_vectors_of_a_batch_lie_in_their_rows_and_padding_is_zero(interpreter_page: Page) -> None:
    """Several texts in several portions, on several threads: 300 tokens."""
    lengths = [3, 100, 7, 90, 60, 40]
    data = python(interpreter_page, RUN_BATCH, model=f"{MODEL}onnx/model_quantized.onnx", lengths=lengths)
    sentences, tokens = (np.frombuffer(base64.b64decode(part), np.float32) for part in data)
    sentences, tokens = sentences.reshape(6, -1), tokens.reshape(6, 100, -1)
    for length, sentence, rows in zip(lengths, sentences, tokens, strict=True):
        assert (rows[length:] == 0).all()
        assert (np.abs(rows[:length]).sum(axis=1) > 0).all()
        mean = rows.mean(axis=0)
        np.testing.assert_allclose(mean / np.linalg.norm(mean), sentence, atol=1e-6)


@pytest.mark.parametrize(
    ("ids", "mask", "reason"),
    [
        ([101, 30522], [1, 1], "vocabulary"),
        ([101, -1], [1, 1], "vocabulary"),
        ([101, 102, 102], [1, 0, 1], "padding"),
        ([101, 102], [0, 0], "one token or more"),
        ([101] * 513, [1] * 513, "513 tokens"),
    ],
)
def test_what_it_refuses(interpreter_page: Page, ids: list[int], mask: list[int], reason: str) -> None:
    model = f"{MODEL}onnx/model_quantized.onnx"
    assert reason in python(interpreter_page, RUN, model=model, ids=ids, mask=mask)
