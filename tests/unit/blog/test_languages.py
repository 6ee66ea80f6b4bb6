"""A blog's elements, and the links in its pages, speak the language of the page."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest

from semblance.messages import ENGLISH
from semblance.parts.paths import ROOT
from semblance.parts.scripts import ELEMENTS, JAVASCRIPT, OF_ELEMENTS, SPEAKING, read_script
from unit.blog.support import TEA, Site, page
from unit.message_files import placeholders, sentences_of, texts

OTHERS = [language for language in OF_ELEMENTS if language != ENGLISH]
OF_BLOG = {name: words for name, words in SPEAKING.items() if name.startswith("blog/")}
# In Chinese, Japanese, Korean and Russian letters; the other languages have the Latin ones.
ASKING = (
    "blog/engine/meaning.js",
    "blog/engine/results.js",
    "blog/reader/files.js",
    "blog/reader/filters.js",
)  # for keys of other scripts
LETTERS = {"zh-Hant": "一-鿿", "zh-Hans": "一-鿿", "ja": "ぁ-ヿ一-鿿", "ko": "가-힣", "ru": "а-я"}


def read(language: str) -> dict[str, str]:
    return dict(texts(ELEMENTS.read(language, "elements")))


def test_the_elements_have_eleven_languages() -> None:
    assert set(OF_ELEMENTS) >= {"en", "zh-Hant", "zh-Hans", "ja", "ko", "de", "fr", "es", "pt", "it", "ru"}


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_says_the_same_things(language: str) -> None:
    english, other = read(ENGLISH), read(language)
    assert other.keys() == english.keys()
    for way, text in english.items():
        assert placeholders(other[way]) == placeholders(text), way
        assert other[way] != text, way
        if language in LETTERS:
            assert re.search(f"[{LETTERS[language]}]", other[way], re.IGNORECASE), way


@pytest.mark.parametrize("script", OF_BLOG)
def test_scripts_say_what_there_is_a_message_for(script: str) -> None:
    text = (ROOT / JAVASCRIPT / script).read_text(encoding="utf-8")
    keys = set(ELEMENTS.read(ENGLISH, "elements")[OF_BLOG[script].section])
    others = "".join((ROOT / JAVASCRIPT / name).read_text(encoding="utf-8") for name in ASKING)
    literals = set(re.findall(r'"([a-z_]+)"', text + others))
    assert {key.removesuffix("_one") for key in keys} - literals - {"remedy"} == set()
    asked = set(re.findall(r'\b(?:say|#say|#counted|text)\("([a-z_]+)"', text))
    assert asked <= keys


@pytest.mark.parametrize("script", OF_BLOG)
def test_scripts_get_their_messages(script: str) -> None:
    published = read_script(JAVASCRIPT / script).decode()
    (line,) = re.findall(r"const MESSAGES = (\{.*\});", published)
    messages = json.loads(line)
    assert set(messages) == set(OF_ELEMENTS)
    assert messages["de"] == ELEMENTS.read("de", "elements")[OF_BLOG[script].section]


def headings(site: Site, *options: str) -> dict[str, str]:
    """The headings over the links that are written into pages of several languages."""
    for language in ("de-AT", "en", "ja", "tlh"):
        for number in range(3):
            site.write(
                f"{language}/{number}.html", page(f"Tea {number}", f"{TEA} Number {number}.", lang=language)
            )
    assert site.run("--inject", *options) == 0
    pages = {path.parent.name: path.read_text(encoding="utf-8") for path in site.root.glob("*/0.html")}
    written = {language: re.search(r"<h2[^>]*>(.*?)</h2>", text) for language, text in pages.items()}
    return {language: unescape(match[1]) for language, match in written.items() if match}


def test_links_in_pages_have_a_heading_in_the_page_s_language(site: Site) -> None:
    assert headings(site) == {
        "de-AT": "Ähnliche Beiträge",
        "en": "Related posts",
        "ja": "関連記事",
        "tlh": "Related posts",
    }


def test_a_heading_can_be_asked_for_by_language(site: Site) -> None:
    options = ("--heading", "See also", "--heading", "de=Mehr davon")
    assert headings(site, *options) == {
        "de-AT": "Mehr davon",
        "en": "See also",
        "ja": "See also",
        "tlh": "See also",
    }


# What only the console shows, for who keeps the site; styles; and names of states and of what is shown.
NOT_READ = re.compile(
    r"semblance site|<related-posts>|<semantic-search>|the folder of this script|can't run the engine|can't be loaded"
    r"|has to be on this host|no data for this page|the data has format|:host|^words so far$|^image date excerpt$"
)


@pytest.mark.parametrize(
    "script",
    sorted((ROOT / JAVASCRIPT / "blog").rglob("*.js"), key=str),
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_no_sentence_is_in_a_script(script: Path) -> None:
    sentences = [
        text for text in sentences_of(script.read_text(encoding="utf-8")) if not NOT_READ.search(text)
    ]
    assert sentences == []
