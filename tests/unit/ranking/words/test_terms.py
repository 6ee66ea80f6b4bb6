"""How texts are cut into words, and which forms of a word are one term."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from data.words import CASES
from semblance.ranking.words.languages import STOP_WORDS, language_of, without_stop_words
from semblance.ranking.words.terms import STEMMERS, code_range, is_dense, plain, term, words_of


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_words(case: dict[str, Any]) -> None:
    assert list(words_of(case["text"])) == case["words"]


def test_marks_stay_in_their_words_whatever_the_script() -> None:
    for mark in map(chr, range(0x300, 0x110000)):
        if unicodedata.category(mark).startswith("M") and not is_dense(mark) and plain(mark):
            assert len(list(words_of(f"a{mark}b"))) == 1, f"U+{ord(mark):04X}"
    for word in ("தமிழ்", "తెలుగు", "ಕನ್ನಡ", "മലയാളം", "বাংলা", "ગુજરાતી", "ਪੰਜਾਬੀ", "עִבְרִית", "العَرَبِيَّة"):
        assert list(words_of(word)) == [unicodedata.normalize("NFKC", word)], word


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", ("embedding", "embeddings", "embedded")),
        ("de", ("haus", "hauses")),
        ("fr", ("chevaux", "cheval")),
        ("ru", ("книга", "книги")),
    ],
)
def test_forms_of_a_word_are_one_term_in_their_language(language: str, forms: tuple[str, ...]) -> None:
    assert len({term(form, language) for form in forms}) == 1
    assert len({term(form) for form in forms}) == len(forms)


@pytest.mark.parametrize(
    ("written", "plainly"),
    [("café", "cafe"), ("кафе́", "кафе"), ("العَرَبِيَّة", "العربية"), ("مـــرحبا", "مرحبا"), ("עִבְרִית", "עברית")],
)
def test_accents_and_optional_vowels_do_not_matter(written: str, plainly: str) -> None:
    assert term(written) == term(plainly)


@pytest.mark.parametrize("words", [("हिन्दी", "हनद"), ("தமிழ்", "தமழ"), ("أمل", "امل"), ("がく", "かく")])
def test_other_marks_do(words: tuple[str, str]) -> None:
    assert term(words[0]) != term(words[1])


def test_stems_of_two_languages_are_two_terms() -> None:
    assert len({term("tide", language) for language in STEMMERS}) == len(STEMMERS)


@pytest.mark.parametrize("beginning", ["t", "ti", "tide", "潮", "naïv"])
def test_terms_that_begin_alike_lie_in_one_range(beginning: str) -> None:
    first, end = code_range(beginning)
    for rest in ("", "s", "potatoes", "水"):
        assert first <= term(beginning + rest) < end
    assert not first <= term("zebra") < end


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The moon pulls the sea, and that is why there are tides."),
        ("de", "Der Mond zieht das Meer an, und darum gibt es die Gezeiten."),
        ("fr", "La lune attire la mer, et c'est pour cela qu'il y a des marées."),
        ("es", "La luna atrae el mar, y por eso hay mareas en la costa."),
        ("it", "La luna attira il mare, e per questo ci sono le maree."),
        ("pt", "A lua atrai o mar, e é por isso que há marés na costa."),
        ("nl", "De maan trekt aan de zee, en daarom is er eb en vloed."),
        ("sv", "Månen drar i havet, och det är därför som det finns tidvatten."),
        ("fi", "Kuu vetää merta puoleensa, ja siksi on olemassa vuorovesi, joka nousee."),
        ("ru", "Луна притягивает море, и поэтому на побережье бывают приливы."),
        ("", "月亮吸引海水，所以每天有兩次漲潮。"),
        ("en", "Buy milk"),
        ("", ""),
    ],
)
def test_languages_are_told_by_their_stop_words(language: str, text: str) -> None:
    assert language_of(text) == language


def test_stop_words_are_left_out_unless_there_is_nothing_else() -> None:
    assert without_stop_words(["how", "do", "tides", "work"]) == ["tides", "work"]
    assert without_stop_words(["the", "who"]) == ["the", "who"]
    assert set(STOP_WORDS) == set(STEMMERS)
