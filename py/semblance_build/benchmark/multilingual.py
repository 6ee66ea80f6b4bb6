"""The multilingual model in the browser: what a first visit of its user loads, and how fast it is beside the English one."""

from __future__ import annotations

import json
from collections.abc import Sequence

from playwright.sync_api import Page, Request

from semblance.parts import models
from semblance.parts.paths import MODELS, ROOT
from semblance_build.benchmark.bench_setup import BenchSetup
from semblance_build.benchmark.figures import Figure
from semblance_build.benchmark.texts import TOKENS, first_tokens

MODEL = "multilingual-e5-small"
SECTIONS = ROOT.parent / "shared" / "data" / "languages" / "sections.jsonl"
PROMPT = "passage: "
MOST_TOKENS = 512
COMPARED_TOKENS = TOKENS + 2  # that both models read, special tokens included
FIRST_VISITS = {"zh-Hans": ["zh-Hans"], "en": ["en"], "en and zh-Hans": ["en", "zh-Hans"]}

_PAGE = "bench-multilingual.html"
_READ = "([name, texts, most]) => bench.read(name, texts, most)"
_EMBED = "([name, texts, most]) => bench.embed(name, texts, most)"


def in_browser(setup: BenchSetup) -> list[Figure]:
    """Megabytes and requests of first visits, where the sections are there, and documents a second."""
    visits = (
        [figure for name in FIRST_VISITS for figure in _first_visit(setup, name)] if SECTIONS.exists() else []
    )
    return [*visits, _speed(setup)]


def _first_visit(setup: BenchSetup, name: str) -> list[Figure]:
    texts = [PROMPT + text for language in FIRST_VISITS[name] for text in _sections(language)]
    with setup.browser() as browser, browser.page(_PAGE) as page:
        transferred = _transferred(page, texts)
    what = f"{MODEL}: a first visit that embeds {len(texts)} sections in {name}"
    note = (
        f"Encoder, vocabulary and the rows of the word table that are needed, as transferred; {MODEL} alone."
    )
    return [
        Figure("multilingual", f"{what} loads", "MB", [sum(transferred) / 1e6], note=note),
        Figure("multilingual", f"{what} takes, in requests", "", [len(transferred)]),
    ]


def _sections(language: str) -> list[str]:
    rows = map(json.loads, SECTIONS.read_text(encoding="utf-8").splitlines())
    return [f"{row['heading']}\n{row['text']}" for row in rows if row["lang"] == language]


def _transferred(page: Page, texts: Sequence[str]) -> list[int]:
    """Bytes of each file of the model that a page loads for texts."""
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))
    page.evaluate(_READ, [MODEL, list(texts), MOST_TOKENS])
    return [request.sizes()["responseBodySize"] for request in requests if f"/models/{MODEL}/" in request.url]


def _speed(setup: BenchSetup) -> Figure:
    """Documents a second beside the default model, in turns, each with as many tokens of a document as the other."""
    posts = setup.corpus.evenly(setup.scale.posts).posts
    manifest = json.loads((MODELS / MODEL / "manifest.json").read_text(encoding="utf-8"))
    tokenizers = {
        MODEL: models.build(MODEL, manifest)["tokenizer.json"],
        setup.model: setup.model_folder / "tokenizer.json",
    }
    texts = {name: first_tokens(posts, tokenizer) for name, tokenizer in tokenizers.items()}
    rates: dict[str, list[float]] = {name: [] for name in texts}
    with setup.browser() as browser, browser.page(_PAGE) as page:
        for name, documents in texts.items():
            _embed(page, name, documents)  # its rows are then there
        for run in range(setup.scale.runs):
            for name in sorted(texts, reverse=run % 2 == 1):
                rates[name].append(len(posts) / _embed(page, name, texts[name]) * 1000)
    what = (
        f"{MODEL}: embedding {len(posts)} documents of {setup.corpus.name}, at most {COMPARED_TOKENS} tokens"
    )
    note = "Half is what twice the layers allow. Its rows of words are there already."
    return Figure("multilingual", what, "docs/s", rates[MODEL], rates[setup.model], setup.model, note)


def _embed(page: Page, name: str, texts: Sequence[str]) -> float:
    """Milliseconds."""
    return float(page.evaluate(_EMBED, [name, list(texts), COMPARED_TOKENS]))
