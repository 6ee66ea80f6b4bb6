"""The rule that cuts texts into words in JavaScript: the same table as in Python, and the same for all of Unicode."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from browser.watch import SharedPage, shared_page
from conftest import OVERLAY
from data.words import CASES
from semblance.parts.paths import ROOT
from semblance.ranking.words.terms import stem, words_of
from semblance_build.server import serving

SCRIPTS = ROOT / "static" / "js" / "blog" / "engine"
IMPORT = "import('./words.js').then((words) => Object.assign(globalThis, words))"
# Characters that the browser's Unicode does not know yet give null.
CUT_EVERYWHERE = r"""(numbers) => numbers.map((number) => {
    const character = String.fromCodePoint(number);
    if (/\p{Cn}/u.test(character)) return null;
    return wordsOf(`${character} x${character}y 漢${character}字 ${character}+1`).join(" ");
})"""
PLACES = "(text) => locatedWords(text).map(({ word, start, end }) => [word, text.slice(start, end)])"


@pytest.fixture(scope="module")
def shared(browser: Browser) -> Iterator[SharedPage]:
    with serving([OVERLAY, SCRIPTS]) as site, shared_page(browser, site, IMPORT) as page:
        yield page


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_words(shared: SharedPage, case: dict[str, Any]) -> None:
    assert shared.page.evaluate("(text) => wordsOf(text)", case["text"]) == case["words"]


def test_every_character_is_cut_as_in_python(shared: SharedPage) -> None:
    known = [n for n in range(0x110000) if unicodedata.category(chr(n)) not in ("Cn", "Co", "Cs")]
    in_javascript = shared.page.evaluate(CUT_EVERYWHERE, known)
    different = {}
    for number, words in zip(known, in_javascript, strict=True):
        c = chr(number)
        in_python = " ".join(words_of(f"{c} x{c}y 漢{c}字 {c}+1"))
        if words not in (None, in_python):
            different[f"U+{number:04X}"] = (in_python, words)
    assert different == {}


def test_accents_are_left_out_as_in_python(shared: SharedPage) -> None:
    words = [
        chr(n) for n in range(0xA0, 0x3200) if chr(n).isalnum() or unicodedata.category(chr(n))[0] == "M"
    ]
    words += [word for case in CASES for word in case["words"]]
    assert shared.page.evaluate("(words) => words.map(unaccented)", words) == [stem(w, "") for w in words]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Zug­ver​bindung.", [["zugverbindung", "Zug­ver​bindung"]]),
        ("ﬁne Straße!", [["fine", "ﬁne"], ["strasse", "Straße"]]),
        ("cafés", [["cafés", "cafés"]]),
        ("ｶﾞﾗｽ", [["ガラ", "ｶﾞﾗ"], ["ラス", "ﾗｽ"]]),
        ("한", [["한", "한"]]),
        ("𠮷野家 ok", [["𠮷野", "𠮷野"], ["野家", "野家"], ["ok", "ok"]]),
    ],
)
def test_places_are_those_in_the_text_as_it_is_written(
    shared: SharedPage, text: str, places: list[list[str]]
) -> None:
    assert shared.page.evaluate(PLACES, text) == places


def test_words_with_places_are_the_same_words(shared: SharedPage) -> None:
    for case in CASES:
        located = shared.page.evaluate("(text) => locatedWords(text).map(({ word }) => word)", case["text"])
        assert located == case["words"], case["case"]
