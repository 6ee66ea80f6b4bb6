"""What the words of the labs keep to, in each language."""

from __future__ import annotations

import re

import pytest

from semblance.labs.catalogue import NAMES
from semblance.labs.messages import FRAME, messages
from semblance.messages import LANGUAGES
from unit.message_files import texts

ALL = [FRAME, *NAMES]
# What is not to be written, and what is written in its place.
NOT_SO = {
    "en": {"not percentages": "the one statement of SHOWN_AS"},
    "zh-Hant": {
        "換句話說": "同義改寫",
        "短語": "片語",
        "單字": "詞",
        "字詞": "詞",
        "篇範例筆記": "則範例筆記",
        "篇筆記": "則筆記",
        "一串 JSON": "JSON 陣列",
        " %": "%",
        "分數不是百分比": "SHOWN_AS",
    },
    "zh-Hans": {"换句话说": "同义改写", "一串 JSON": "JSON 数组", " %": "%", "分数不是百分比": "SHOWN_AS"},
}
SHOWN_AS = {
    "en": "The app writes a cosine of 0.62 as 62 %. That is no probability and no share: it does not mean “62 % the same”.",
    "zh-Hant": "應用程式把 0.62 的餘弦寫成 62%。這不是機率，也不是比例：並不表示「62% 相同」。",
    "zh-Hans": "应用程序把 0.62 的余弦写成 62%。这不是概率，也不是比例：并不表示“62% 相同”。",
}


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("language", LANGUAGES)
def test_one_thing_has_one_word(language: str, name: str) -> None:
    for way, text in texts(messages(language, name)):
        for wrong, right in NOT_SO[language].items():
            assert wrong not in text, f"{way}: {right}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_labs_say_one_thing_about_percentages(language: str) -> None:
    assert SHOWN_AS[language] in messages(language, "cosine")["intro"]
    assert SHOWN_AS[language] in messages(language, "limits")["demos"]["scores"]["text"]


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans"])
def test_a_colon_after_chinese_is_a_full_one(language: str) -> None:
    for name in ALL:
        for way, text in texts(messages(language, name)):
            assert not re.search(r"[\u4e00-\u9fff}]: ", text), way


def test_one_thing_is_not_written_as_many() -> None:
    frame = dict(texts(messages("en")))
    singular = {way.removesuffix("_one"): text for way, text in frame.items() if way.endswith("_one")}
    assert len(singular) >= 5
    for way, text in singular.items():
        assert text != frame[way]
        assert not re.search(r"\{count\} \w+s\b", text), way
