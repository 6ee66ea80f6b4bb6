"""multilingual-e5-small in the browser: ids and vectors are those of CPython, and a Chinese collection loads few words."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tokenizers import Tokenizer

from aio import run
from browser.app import START_MS, AppPage, text_file
from browser.host import Host
from browser.interpreter import python
from browser.test_service_worker import KEPT_MS
from browser.watch import Watch
from data.nasty import NASTY_TEXTS
from semblance.native.models import load_text_encoder
from semblance.parts import models
from semblance.parts.paths import MODELS, ROOT

MODEL = "multilingual-e5-small"
LANGUAGES = ROOT.parent / "shared" / "data" / "languages" / "sections.jsonl"
NOTES = {
    "面包.md": "面团要揉到光滑，盖上湿布，放在温暖的地方发酵一夜。",
    "雨燕.md": "雨燕回来了，黄昏时成群掠过屋顶，叫声尖利。",
    "潮汐.md": "月亮的引力让海水每天涨落两次。",
    "数据库.md": "查询很慢，给这一列加上索引以后快了一百倍。",
}

NEAREST = """
from semblance.browser.start import running
library = running()
(info,) = [info for info in await library.collections() if info.count]
collection = await library.collection(info.name)
found = {id: (await collection.similar_by_id(id, 1))[0].id for id in collection.ids()}
sum(id.split("-")[0] == other.split("-")[0] for id, other in found.items())
"""

TEXTS = [
    *NOTES.values(),
    "",
    "hello world",
    "Der Teig muss über Nacht gehen.",
    "潮の満ち引き",
    "ขนมปัง",
    "<s> \u0323a 👩‍👩‍👧",
]

IDS = """
import json
from semblance.browser import ffi
from semblance.browser.models import load_encoder
encoder = await load_encoder(ffi.bridge.asset(folder))
ids = await encoder._tokenizer.encode_batch(list(texts))
json.dumps([row.tolist() for row in ids])
"""

VECTORS = """
import base64
from semblance.browser import ffi
from semblance.browser.models import load_encoder
encoder = await load_encoder(ffi.bridge.asset(folder))
base64.b64encode((await encoder.encode(list(texts), "document")).tobytes()).decode()
"""


def read_manifest() -> Any:
    return json.loads((MODELS / MODEL / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def folder(dist: Path) -> Path:
    """The model's folder for CPython, which has the tokenizer.json that the site does not need."""
    return models.build(MODEL, read_manifest())["tokenizer.json"].parent


def test_token_ids_are_those_of_pypi_tokenizers(interpreter_page: Page, folder: Path) -> None:
    lines = LANGUAGES.read_text(encoding="utf-8").splitlines() if LANGUAGES.exists() else []
    texts = [
        *NASTY_TEXTS,
        *TEXTS,
        *(text for line in lines for text in (json.loads(line)["heading"], json.loads(line)["text"])),
    ]
    theirs = Tokenizer.from_file(str(folder / "tokenizer.json")).encode_batch(texts)
    ours = json.loads(python(interpreter_page, IDS, folder=f"models/{MODEL}/", texts=texts))
    assert [text for text, mine, other in zip(texts, ours, theirs, strict=True) if mine != other.ids] == []


def test_vectors_are_those_of_cpython(interpreter_page: Page, folder: Path) -> None:
    theirs = run(run(load_text_encoder(folder, manifest=read_manifest())).encode(TEXTS, "document"))
    data = python(interpreter_page, VECTORS, folder=f"models/{MODEL}/", texts=TEXTS)
    ours = np.frombuffer(base64.b64decode(data), np.float32).reshape(theirs.shape)
    assert (ours.astype(np.float64) * theirs).sum(axis=1).min() > 0.99999


@pytest.fixture
def host(dist: Path) -> Iterator[Host]:
    host = Host([dist])
    yield host
    host.stop()


def test_a_chinese_collection_is_found_and_goes_on_without_a_network(
    context: BrowserContext, host: Host
) -> None:
    watch, page, requests = Watch(host.site), context.new_page(), list[str]()
    watch.watch(page)
    page.on("request", lambda request: requests.append(request.url.removeprefix(f"{host.site}models/")))
    app = AppPage(page, host.site)
    app.open()
    expect(page.locator("#offline-status")).to_have_text("opens without a network", timeout=KEPT_MS)
    assert not [path for path in requests if path.startswith(MODEL)], (
        "nobody pays for a model that no collection uses"
    )

    app.create_collection("中文", MODEL)
    assert app.add_files([text_file(name, text) for name, text in NOTES.items()]) == "4 added"
    found = app.search("为什么海水会上涨")
    assert found[0][0] == "潮汐.md"
    assert app.search("why does the sea rise")[0][0] == "潮汐.md"
    blocks = {path for path in requests if "/words/rows/" in path}
    assert 0 < len(blocks) < 120

    page.get_by_role("link", name="Collections").click()
    choice = page.get_by_label("Or only the words of")
    expect(choice.locator("option:checked")).to_have_text(re.compile(r"English \(\d+(\.\d)? MB\)"))
    choice.select_option("ko")
    page.get_by_role("button", name="Make them available").click()
    expect(page.get_by_role("progressbar", name="Making the site available")).to_be_visible()
    expect(page.get_by_role("progressbar", name="Making the site available")).to_be_hidden(timeout=KEPT_MS)
    expect(choice).to_have_value("ko")
    expect(page.get_by_role("button", name="Make all of it available")).to_be_visible()

    host.stop()
    context.set_offline(True)
    app.reload()
    assert app.search("为什么海水会上涨") == found
    assert app.search("바닷물은 왜 오르내릴까")[0][0] == "潮汐.md"
    watch.expect("net::ERR_")
    page.get_by_role("searchbox", name="Search by meaning").fill("ขนมปัง")
    notice = f"{MODEL}: the words for Thai were never loaded"
    expect(page.locator("#notices")).to_contain_text(notice, timeout=START_MS)
    assert watch.problems == []


def add_notes(app: AppPage, language: str) -> None:
    """Add the notes of tests/data/notes, whose names begin with their topics."""
    topics = json.loads((ROOT / "tests" / "data" / "notes" / f"{language}.json").read_text(encoding="utf-8"))
    notes = {f"{topic}-{n}.txt": text for topic, texts in topics.items() for n, text in enumerate(texts)}
    app.add_files([text_file(name, text) for name, text in notes.items()])


@pytest.mark.parametrize(("language", "least"), [("zh-Hant", 27), ("de", 18), ("ja", 9)])
def test_the_nearest_note_is_of_the_same_topic(app: AppPage, language: str, least: int) -> None:
    add_notes(app, language)
    assert app.python(NEAREST) >= least


def test_items_are_compared_without_the_metric_where_it_can_not_be_had(app: AppPage, watch: Watch) -> None:
    add_notes(app, "de")
    app.page.route("**/metric.npy", lambda route: route.abort())
    watch.expect("net::ERR_FAILED")
    app.reload()
    assert len(app.pick("kitchen-0.txt")) > 2


def test_notes_are_compared_less_what_all_of_them_have_in_common(app: AppPage) -> None:
    add_notes(app, "zh-Hant")
    scores = [score for _, score in app.pick("baking-0.txt")]
    assert 0.1 < scores[0] < 0.6
    assert scores[-1] < 0.1
    item = app.page.locator("#related-item")
    item.get_by_text("What do the percentages mean?").click()
    caption = item.locator("figcaption")
    expect(caption).to_contain_text("is taken off before they are compared")
    expect(caption).to_contain_text("What tells topics apart then counts for more.")
    item.get_by_role("button", name="Why alike?").first.click()
    expect(item.locator("[data-field=because]").first).to_contain_text(
        "Here both texts are compared as they are."
    )
