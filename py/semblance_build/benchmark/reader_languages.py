"""The reader's index in other languages: sections of a manual found by their headings, with no model in the browser."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from html import escape
from pathlib import Path

import numpy as np

from semblance import wiring
from semblance.parts.models import MULTILINGUAL
from semblance_build.benchmark.bench_setup import BenchSetup
from semblance_build.benchmark.figures import Figure
from semblance_build.benchmark.languages import ENGLISH, SECTIONS, Sections, read_sections, recall, wanted
from semblance_build.benchmark.reader_sites import opened, rankings, write_index

PLACE = 10


def found(setup: BenchSetup, chosen: Sequence[str] = ()) -> list[Figure]:
    """For each language but English, whose model is another one: the share of headings whose section is among ten."""
    if not SECTIONS.exists():
        print(" (skipped: ../shared/data/languages is not there)", end="")
        return []
    manual = read_sections(SECTIONS.read_text(encoding="utf-8").splitlines())
    return [
        _found(setup, language, sections)
        for language, sections in manual.items()
        if language in chosen or (not chosen and language != ENGLISH)
    ]


def _found(setup: BenchSetup, language: str, sections: Sections) -> Figure:
    site = setup.scratch / f"reader-{language}"
    _write(site, language, sections)
    write_index(site, f"reader-{language}")
    right = wanted(sections, sections)
    with opened(setup, site) as (page, address, _):
        by_meaning = [urls for _, urls, _ in rankings(page, address, site, language, sections.headings)]
    scores = np.zeros(right.shape, np.float32)
    for row, urls in enumerate(by_meaning):
        for place, url in enumerate(urls):
            scores[row, int(url.removesuffix(".html"))] = 1 - place / PLACE
    return Figure(
        "reader",
        f"{language} headings find their section, R@{PLACE}, no model",
        "",
        [recall(scores, right, PLACE)],
        [_by_the_model(sections)],
        MULTILINGUAL,
    )


def _by_the_model(sections: Sections) -> float:
    encoder = asyncio.run(wiring.load_encoders(name=MULTILINGUAL)).text
    headings = asyncio.run(encoder.encode(sections.headings, "query"))
    texts = asyncio.run(encoder.encode(sections.texts, "document"))
    return recall(headings @ texts.T, wanted(sections, sections), PLACE)


def _write(site: Path, language: str, sections: Sections) -> None:
    """A page for each section, whose title does not tell its heading."""
    site.mkdir(parents=True)
    head = f'<!doctype html><html lang="{language}"><meta charset="utf-8"><link rel="icon" href="data:,">'
    (site / "index.html").write_text(f"{head}<title>0</title>", encoding="utf-8")
    for number, text in enumerate(sections.texts):
        page = f"{head}<title>{number}</title><article><h1>{number}</h1><p>{escape(text)}</p></article>"
        (site / f"{number}.html").write_text(page, encoding="utf-8")
