"""A CLIP and a SigLIP in the browser, by the way that the app loads its models: as on CPython, which is as in numpy."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from aio import run
from browser.interpreter import python
from browser.watch import Watch
from data.clip import COLOURS, TEMPLATES, Pair, plain_picture, write_clip_folder, write_clip_site
from data.nasty import NASTY_TEXTS
from data.pictures import encoded, scene
from semblance.documents import ImageBytes
from semblance.native.models import load_encoders
from semblance.native.tokenizer import Tokenizer
from semblance.ports import Encoders
from semblance_build.server import serving

PAGES = Path(__file__).parent / "pages"
TEXTS = [*(template.format(colour) for template in TEMPLATES for colour in COLOURS), *NASTY_TEXTS[:30]]
OWN_TEXTS = [
    "<|startoftext|> literal <|EndOfText|>x",
    "we'll CAN'T I'M they've 'tis the dog'S",
    "a photo of\n\n the\tRED   picture",
    "123 45a no_under-score",
]

OTHERS: dict[str, dict[str, bool]] = {
    "tiny-siglip": {"siglip": True},
    "tiny-fixed": {"fixed": True, "mask": True},
}

LOAD = """
import base64, json
import numpy as np
from semblance.browser.models import load_encoders, read_index
from semblance.documents import ImageBytes
from semblance.models.listing import ModelEntry

encoders = await load_encoders(ModelEntry(folder, folder, folder))
def plain(vectors):
    return base64.b64encode(np.ascontiguousarray(vectors).tobytes()).decode()
"""


@pytest.fixture(scope="module")
def pairs(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pair]:
    """The pairs, laid over the built site by `clip_page`."""
    overlay = tmp_path_factory.mktemp("overlay")
    pairs = {"tiny-clip": write_clip_site(overlay, dist)}
    for name, variant in OTHERS.items():
        pairs[name] = write_clip_folder(overlay / "models" / name, **variant)
    return pairs


@pytest.fixture(scope="module")
def clip_page(browser: Browser, dist: Path, pairs: dict[str, Pair]) -> Iterator[Page]:
    overlay = pairs["tiny-clip"].folder.parent.parent
    with serving([overlay, PAGES, dist]) as address:
        watching = Watch(address)
        context = browser.new_context()
        page = context.new_page()
        watching.watch(page)
        page.goto(address + "blank.html")
        page.evaluate("async () => (await import('./static/js/semblance.js')).semblance.collections()")
        yield page
        context.close()
    assert watching.problems == []


def vectors(page: Page, code: str, **data: Any) -> np.ndarray:
    """The rows that some Python gives, in the page, for one of the pairs."""
    flat = np.frombuffer(base64.b64decode(python(page, LOAD + code, **data)), np.float32)
    return flat.reshape(-1, 24)


def natively(pair: Pair) -> Encoders:
    return run(load_encoders(pair.folder, pair.folder))


def png(pixels: np.ndarray) -> bytes:
    return encoded(Image.fromarray(pixels), "PNG")


def test_the_index_names_the_pair_after_the_default(clip_page: Page) -> None:
    names = python(
        clip_page,
        "from semblance.browser.models import read_index\n"
        "[[entry.name, entry.text, entry.image] for entry in await read_index()]",
    )
    assert names[0][:2] == ["all-MiniLM-L6-v2"] * 2
    assert names[-1] == ["tiny-clip"] * 3


@pytest.mark.parametrize("special", [True, False])
@pytest.mark.parametrize("name", ["tiny-clip", "tiny-siglip"])
def test_token_ids_are_those_of_pypi_tokenizers(
    clip_page: Page, pairs: dict[str, Pair], name: str, special: bool
) -> None:
    texts = NASTY_TEXTS + OWN_TEXTS
    ours = python(
        clip_page,
        "from semblance.browser import ffi\n"
        "from semblance.browser.tokenizer import Tokenizer\n"
        "tokenizer = await Tokenizer.create(ffi.bridge.asset(f'models/{folder}/'))\n"
        "[ids.tolist() for ids in await tokenizer.encode_batch(list(texts), add_special_tokens=special)]",
        folder=name,
        texts=texts,
        special=special,
    )

    async def tokenize() -> list[np.ndarray]:
        tokenizer = await Tokenizer.create(pairs[name].folder)
        return await tokenizer.encode_batch(texts, add_special_tokens=special)

    for text, ids, expected in zip(texts, ours, run(tokenize()), strict=True):
        assert ids == expected.tolist(), text[:80]


@pytest.mark.parametrize("name", ["tiny-clip", *OTHERS])
def test_texts_get_the_vectors_of_cpython(clip_page: Page, pairs: dict[str, Pair], name: str) -> None:
    ours = vectors(clip_page, "plain(await encoders.text.encode(list(texts)))", folder=name, texts=TEXTS)
    theirs = run(natively(pairs[name]).text.encode(TEXTS))
    assert (ours * theirs).sum(axis=1).min() >= 0.9999
    expected = np.array([pairs[name].text_vector(text) for text in TEXTS])
    assert (ours * expected).sum(axis=1).min() >= 0.9999


PICTURES = """
files = [ImageBytes(base64.b64decode(file)) for file in files]
plain(np.array([(await encoders.image.encode(file)).vector for file in files]))
"""


@pytest.mark.parametrize("name", ["tiny-clip", "tiny-siglip"])
def test_pictures_get_the_vectors_of_cpython(clip_page: Page, pairs: dict[str, Pair], name: str) -> None:
    files = [png(scene(*size)) for size in [(32, 32), (97, 61), (61, 97), (200, 33), (9, 9)]]
    files += [png(plain_picture(colour)) for colour in COLOURS]
    encoder = natively(pairs[name]).image
    assert encoder is not None
    theirs = np.array([run(encoder.encode(ImageBytes(file))).vector for file in files])
    sent = [base64.b64encode(file).decode() for file in files]
    ours = vectors(clip_page, PICTURES, folder=name, files=sent)
    assert (ours * theirs).sum(axis=1).min() >= 0.999


def test_words_and_pictures_of_a_colour_meet(clip_page: Page, pairs: dict[str, Pair]) -> None:
    """Cosines times the model's own scale, as they go into the softmax over several phrases."""
    data = python(
        clip_page,
        LOAD
        + """
texts = await encoders.text.encode(list(phrases))
pictures = [await encoders.image.encode(ImageBytes(base64.b64decode(file))) for file in files]
logits = encoders.image.logit_scale * np.array([picture.vector for picture in pictures]) @ texts.T
logits.tolist()
""",
        folder="tiny-clip",
        phrases=list(COLOURS),
        files=[base64.b64encode(png(plain_picture(colour))).decode() for colour in COLOURS],
    )
    pair = pairs["tiny-clip"]
    pictures = np.array([pair.image_vector(plain_picture(colour)) for colour in COLOURS])
    expected = 100 * pictures @ np.array([pair.text_vector(colour) for colour in COLOURS]).T
    np.testing.assert_allclose(data, expected, atol=0.1)
    assert np.argmax(data, axis=1).tolist() == list(range(len(COLOURS)))


def test_the_weights_for_pictures_come_with_the_first_picture(browser: Browser, clip_page: Page) -> None:
    asked: list[str] = []
    with browser.new_context() as context:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
        page.goto(clip_page.url)
        page.evaluate("async () => (await import('./static/js/semblance.js')).semblance.collections()")
        vectors(page, "plain(await encoders.text.encode(['red']))", folder="tiny-clip")
        assert "text_model.onnx" in asked
        assert "vision_model.onnx" not in asked
        picture = base64.b64encode(png(plain_picture("red"))).decode()
        vectors(page, PICTURES, folder="tiny-clip", files=[picture, picture])
        assert asked.count("vision_model.onnx") == 1
