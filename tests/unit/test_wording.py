"""Excerpts: cut at words in every script, with an ellipsis where the text goes on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semblance.breaks import columns
from semblance.wording import excerpt

ENGLISH = "The moon pulls the sea, and the sun helps it. " * 20


def test_a_short_text_is_shown_whole() -> None:
    assert excerpt("  The moon.\n") == "The moon."


@pytest.mark.parametrize("most", range(10, 60))
def test_english_is_cut_between_words(most: int) -> None:
    shown = excerpt(ENGLISH, most=most)
    assert shown.endswith(" …")
    assert len(shown) <= most + 2
    assert ENGLISH.startswith(shown.removesuffix(" …"))
    assert ENGLISH[len(shown) - 2] == " "


def test_an_excerpt_from_the_middle_says_so_on_both_sides() -> None:
    assert excerpt(ENGLISH, 6, 27) == "… pulls the sea, and …"
    assert excerpt(ENGLISH, len(ENGLISH) - 10) == "… helps it."


def test_chinese_and_japanese_are_cut_between_characters_but_not_before_a_full_stop() -> None:
    chinese = "月亮牽引著海水。太陽也幫了忙。" * 20
    assert excerpt(chinese, most=15) == "月亮牽引著海…"
    assert excerpt(chinese, most=16) == "月亮牽引著海水。…"
    assert excerpt(chinese, 2, 8) == "…牽引著海水。…"
    mixed = "PyScriptはブラウザでPythonを動かします。" * 20
    assert excerpt(mixed, most=24) == "PyScriptはブラウザで…"  # not in the middle of Python


def test_a_thai_text_is_not_lost_although_it_has_no_spaces() -> None:
    thai = "ดวงจันทร์ดึงดูดน้ำทะเลและดวงอาทิตย์ก็ช่วยด้วย" * 10
    shown = excerpt(thai, most=50)
    assert 40 <= columns(shown) <= 51
    # A syllable begins with its vowel, and a letter keeps its marks.
    assert thai[len(shown) - 1] in "เแโใไ"


def test_as_much_room_holds_half_as_many_chinese_characters() -> None:
    assert len(excerpt("潮" * 500, most=100)) == 50 + 1
    assert len(excerpt("é" * 500, most=100)) == 100 + 1


def test_japanese_lines_neither_begin_with_small_kana_nor_end_with_an_opening_bracket() -> None:
    text = "「ちょっと待って」と言った人は「ずっと」待っていた。" * 3
    for most in range(16, 80):
        shown = excerpt(text, most=most).removesuffix("…")
        assert shown[-1] != "「"
        assert text[len(shown)] not in "ょっ」。"


def test_a_word_without_end_is_cut_itself() -> None:
    assert excerpt("https://example.org/" + "a" * 500, most=30) == "https://example.org/aaaaaaaaaa…"


def test_a_family_is_not_parted() -> None:
    family = "👨\u200d👩\u200d👧"
    assert excerpt(family * 50, most=12) == family * 2 + "…"


@given(st.text(), st.integers(0, 50), st.integers(0, 50), st.integers(1, 40))
def test_nothing_is_shown_that_is_not_there(text: str, start: int, length: int, most: int) -> None:
    start = min(start, len(text))
    end = min(start + length, len(text))
    shown = excerpt(text, start, end, most).removeprefix("…").removesuffix("…").strip()
    assert shown in text[start:end]
    assert columns(shown) <= most
