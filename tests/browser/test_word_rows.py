"""A model whose words come in rows by need: which are fetched, their vectors, and what is said where they can't be had."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Request
from tokenizers import Tokenizer

from browser.app import held
from browser.interpreter import python
from browser.watch import SharedPage, shared_page
from conftest import OVERLAY
from data.tiny_words import BLOCKS, SCRIPTS, TinyWords, make_tiny_words
from semblance_build.server import serving

START = "async () => (await import('./static/js/semblance.js')).semblance.collections()"
ROWS = "**/words/rows/*"
ROW = 36  # bytes: 64 weights
KOREAN = "".join(SCRIPTS["Korean"])

# Each test loads the model from an address of its own: so it begins with no rows.
ENCODE = """
import base64
from semblance.browser import ffi
from semblance.browser.models import load_encoder
from semblance.errors import SemblanceError
encoder = await load_encoder(ffi.bridge.asset(f"models/{test}/tiny/"))
try:
    vectors = await encoder.encode(list(texts))
    answer = {"vectors": base64.b64encode(vectors.tobytes()).decode(), "shape": list(vectors.shape)}
except SemblanceError as error:
    answer = {"error": str(error), "kind": type(error).__name__}
answer
"""

# Cancels the work when rows are waited for.
CANCEL = """
import asyncio
from semblance.browser import ffi
from semblance.browser.models import load_encoder
encoder = await load_encoder(ffi.bridge.asset(f"models/{test}/tiny/"))
waited_for, scope = asyncio.Event(), ffi.Scope()
scope.listen(ffi.window, "semblance:words", lambda _: waited_for.set())
work = asyncio.ensure_future(encoder.encode(list(texts)))
await waited_for.wait()
scope.close()
work.cancel()
await asyncio.wait([work])
work.cancelled()
"""

RUN = """
import numpy as np
from semblance.browser import ffi
from semblance.browser.models import load_encoder
from semblance.errors import ModelError
encoder = await load_encoder(ffi.bridge.asset(f"models/{test}/tiny/"))
feed = {"input_ids": np.array([[0, number, 2]], np.int64), "attention_mask": np.ones((1, 3), np.int64)}
try:
    await encoder._session.run(None, feed)
    message = ""
except ModelError as error:
    message = error.message
message
"""

TOKENS = """
from semblance.browser import ffi
from semblance.browser.tokenizer import Tokenizer
from semblance.models.text_manifest import File
file = File(sha256, compression="gzip")
tokenizer = await Tokenizer.create(ffi.bridge.asset(f"models/{test}/tiny/"), {"words/vocabulary.bin.gz": file})
[ids.tolist() for ids in await tokenizer.encode_batch(list(texts))]
"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> TinyWords:
    return make_tiny_words(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(scope="module")
def shared(
    browser: Browser, dist: Path, tiny: TinyWords, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SharedPage]:
    folder = tmp_path_factory.mktemp("site")
    (folder / "models").mkdir()
    for test in ("vectors", "runtime", "cancelled", "needed", "offline", "damaged", "progress", "ids"):
        (folder / "models" / test).symlink_to(tiny.folder.parent)
    with serving([folder, OVERLAY, dist]) as site, shared_page(browser, site, START) as shared:
        yield shared


@pytest.fixture
def page(shared: SharedPage) -> Page:
    return shared.page


def encode(page: Page, test: str, *texts: str) -> Any:
    answer = python(page, ENCODE, test=test, texts=texts)
    if "error" in answer:
        return answer
    return np.frombuffer(base64.b64decode(answer["vectors"]), np.float32).reshape(answer["shape"])


@contextmanager
def fetched(page: Page) -> Iterator[list[str]]:
    """Numbers of the blocks that are fetched, in order."""
    numbers: list[str] = []

    def note(request: Request) -> None:
        if "/words/rows/" in request.url:
            numbers.append(request.url.rpartition("/")[2])

    page.on("request", note)
    yield numbers
    page.remove_listener("request", note)


def block(script: str) -> str:
    return f"{BLOCKS[script]:04d}.bin"


def test_vectors_are_those_of_float_arithmetic_on_the_same_weights(page: Page, tiny: TinyWords) -> None:
    """Of several texts at once, shorter ones padded; on one of them every script."""
    texts = ["", "hello world", "\u0e01\u0e02 a", "\u4e00\u4e01\u4e02", f"abc \u0e03 \u4e05 {KOREAN[:3]}"]
    tokenizer = Tokenizer.from_str(tiny.tokenizer_json)
    expected = np.array([tiny.vector(tokenizer.encode(text).ids) for text in texts])
    vectors = encode(page, "vectors", *texts)
    assert (vectors.astype(np.float64) * expected).sum(axis=1).min() > 0.99999


def test_a_block_is_fetched_once_and_only_for_a_text_that_needs_it(page: Page) -> None:
    with fetched(page) as blocks:
        encode(page, "needed", "hello", "bye")
        assert blocks == [block("Latin")]
        encode(page, "needed", "hello \u4e00", "\u4e01", "again")
        assert blocks == [block("Latin"), block("Chinese")]
        encode(page, "needed", "\u4e02 a")
        assert len(blocks) == 2


def test_without_a_network_the_scripts_of_missing_words_are_named(page: Page, shared: SharedPage) -> None:
    encode(page, "offline", "hello")
    shared.watching.expect("net::ERR_")
    page.route(ROWS, lambda route: route.abort())
    answer = encode(page, "offline", "\u0e01\u0e02", f"hello {KOREAN[0]}")
    assert answer["kind"] == "NeedsNetwork"
    assert answer["error"].startswith("tiny: the words for Korean and Thai were never loaded. Go online")
    assert encode(page, "offline", "hello again").shape == (1, 64), "what is there goes on to be used"
    page.unroute(ROWS)
    assert encode(page, "offline", "\u0e01\u0e02").shape == (1, 64), "and what was missing is fetched again"


def test_a_damaged_block_is_refused(page: Page) -> None:
    page.route(ROWS, lambda route: route.fulfill(body=b"0" * 36))
    answer = encode(page, "damaged", "hello")
    page.unroute(ROWS)
    assert answer["kind"] == "ModelError"
    assert "words/rows/0000.bin: the file is damaged" in answer["error"]


@pytest.mark.parametrize("number", [-1, 10_000])
def test_an_id_that_is_not_in_the_vocabulary_is_refused(page: Page, number: int) -> None:
    answer = python(page, RUN, test="needed", number=number)
    assert answer == "a token id is not in the vocabulary"


def test_how_much_of_the_rows_has_arrived_is_told(page: Page) -> None:
    encode(page, "progress", "hello")
    page.evaluate(
        "() => { globalThis.told = []; addEventListener('semblance:words', ({ detail }) => told.push(detail)); }"
    )
    encode(page, "progress", f"hello \u0e01 {KOREAN}")
    thai, korean = (len(SCRIPTS[script]) * ROW for script in ("Thai", "Korean"))
    told = page.evaluate("() => told.splice(0)")
    assert {amounts["total"] for amounts in told} == {thai + korean}
    assert {amounts["loaded"] for amounts in told} in ({0, thai, thai + korean}, {0, korean, thai + korean})
    encode(page, "progress", "hello \u0e01")
    assert page.evaluate("() => told") == [], "nothing is told of what is there"


def test_work_that_waits_for_rows_can_be_cancelled(page: Page) -> None:
    encode(page, "cancelled", "hello")
    with held(page, ROWS):
        assert python(page, CANCEL, test="cancelled", texts=["\u4e00"])
    assert encode(page, "cancelled", "\u4e00").shape == (1, 64)


def test_onnx_runtime_computes_the_same_where_the_kernel_does_not_run(page: Page) -> None:
    texts = ["hello world", "\u0e01\u0e02 a"]
    ours = encode(page, "vectors", *texts)
    page.route("**/bert.wasm", lambda route: route.fulfill(body=b"this is no kernel"))
    theirs = encode(page, "runtime", *texts)
    page.unroute("**/bert.wasm")
    assert not np.array_equal(ours, theirs)
    assert (ours.astype(np.float64) * theirs).sum(axis=1).min() > 0.99999


def test_ids_are_those_of_the_tokenizer_that_is_written_beside_the_vocabulary(
    page: Page, tiny: TinyWords
) -> None:
    texts = [
        "a  b",
        " a",
        "a ",
        "",
        "  ",
        "\u2581a",
        "a\x01b\tc",
        "\uff21\u2460",
        "<s>",
        "?? ?a",
        "\u4e00\u4e01\u4e00",
        "\U00020000\U00020001a",
    ]
    expected = [encoding.ids for encoding in Tokenizer.from_str(tiny.tokenizer_json).encode_batch(texts)]
    assert python(page, TOKENS, test="ids", texts=texts, sha256="") == expected
