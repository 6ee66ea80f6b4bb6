"""Where the words of a query are marked in a text."""

from __future__ import annotations

import pytest

from semblance.ranking.words.query import Query
from semblance.ranking.words.spans import word_spans


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("wave", "Waves of the SEA, and a wave.", ["Waves", "wave"]),
        ("c++", "C++ is not C.", ["C++"]),
        ("don't panic", "Don’t panic!", ["Don’t", "panic"]),
        ("cafe", "Cafés and a café", ["Cafés", "café"]),
        ("機器學習", "深入機器學習的世界，學習", ["機器學習", "學習"]),
        ("麵包", "麵、包", []),
        ("潮", "潮汐表，漲潮", ["潮", "潮"]),
        ("น้ำ", "ดื่มน้ำทุกวัน", ["น้ำ"]),
        ("ดื่มน้ำ", "ควรดื่มน้ำทุกวัน", ["ดื่มน้ำ"]),
        ("ガラス", "ｶﾞﾗｽとガラス", ["ｶﾞﾗｽ", "ガラス"]),
        ("zugverbindung", "Zug\u00adverbindung, Zug", ["Zug\u00adverbindung"]),
        ("tide", "", []),
    ],
)
def test_forms_of_the_words_are_marked(query: str, text: str, marked: list[str]) -> None:
    spans = word_spans(text, Query.parse(query).words)
    assert [text[start:end] for start, end in spans] == marked


def test_spans_are_in_order_and_apart() -> None:
    spans = word_spans("潮汐潮汐 tide 潮汐", ["潮汐", "汐潮", "tide"])
    assert spans == [(0, 4), (5, 9), (10, 12)]
