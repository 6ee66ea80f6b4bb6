"""The words of the labs: the same in all languages, and none missing."""

from __future__ import annotations

from collections.abc import Iterator
from string import Formatter
from typing import Any

import pytest

from aio import run
from semblance.labs.catalogue import NAMES, lesson
from semblance.labs.figures import Bars, Figure, Note, Table
from semblance.labs.lesson import Choice
from semblance.labs.messages import FRAME, LANGUAGES, messages
from semblance.native.labs import Tools
from unit.labs.page_only import needs_the_page

OTHERS = [language for language in LANGUAGES if language != "en"]

# What OpenCC writes otherwise in simplified Chinese, of the characters that the labs' texts use.
TRADITIONAL = set(
    "並亂來係個們側備傳價億儘優儲內兩別則剛動務勝卻參問啟單國圍圖團執場塊塗壞夠夾學實寫寬將尋對層屬師帶幫幾廚張強彙後從徵態憑應捨換擇擋據擺擾攝數斷於時書會東條極標樣機檔檢欄權歸毀氣決沒"
    "況減測湊湯準滿瀏為無熱狀獨現產畢畫異當疊發眾確碼種稱積筆範籤約純細終組結絕給經維網線編練縮總繪義習聽腦腳與舉萬蓋藍藥處號術補裝裡製複見規親覺覽觀計訊討訓記訝設許訴註評詞試話該認語誤"
    "說誰課談請論講證識議讀變讓貓負責費貼資車軸較載輕輪輯輸轉辦迴這連進運過遠適遲選還邊鄰醫銀錢錯鍵鐘長門開間關陣陳際隨隱雖雜離難雲電響頁項順須預頭題額顏類顯餘馬驗驚體麼點龍"
)


def texts(section: Any, way: str = "") -> Iterator[tuple[str, str]]:
    """All texts below, with the way to each."""
    if isinstance(section, str):
        yield way, section
        return
    for key, below in section.items() if isinstance(section, dict) else enumerate(section):
        yield from texts(below, f"{way}.{key}" if way else str(key))


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("name", [FRAME, *NAMES])
@pytest.mark.parametrize("language", OTHERS)
def test_every_language_says_the_same_things(name: str, language: str) -> None:
    english, other = (dict(texts(messages(code, name))) for code in ("en", language))
    assert sorted(other) == sorted(english)
    for way, text in english.items():
        assert placeholders(other[way]) == placeholders(text), way


@pytest.mark.parametrize("name", [FRAME, *NAMES])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_and_all_marks_are_closed(name: str, language: str) -> None:
    for way, text in texts(messages(language, name)):
        assert text.strip(), way
        assert text.count("`") % 2 == 0, way
        assert text.count("**") % 2 == 0, way


@pytest.mark.parametrize("name", [FRAME, *NAMES])
def test_simplified_chinese_is_simplified(name: str) -> None:
    for way, text in texts(messages("zh-Hans", name)):
        assert not set(text) & TRADITIONAL, way


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_has_all_its_texts(name: str) -> None:
    taught, catalogue = lesson(name), messages("en", name)
    for key in ("title", "summary", "intro"):
        assert isinstance(catalogue[key], str)
    assert len(catalogue["notice"]) >= 2
    assert catalogue["cell"]["text"]
    assert set(catalogue["demos"]) == {demo.name for demo in taught.demos}
    for demo in taught.demos:
        section = catalogue["demos"][demo.name]
        assert {"title", "text"} <= set(section)
        assert set(section.get("inputs", {})) == {given.name for given in demo.inputs}
        choices = {given.name: set(given.options) for given in demo.inputs if isinstance(given, Choice)}
        assert {given: set(options) for given, options in section.get("options", {}).items()} == choices
    assert set(catalogue["exercises"]) == {exercise.name for exercise in taught.exercises}
    for section in catalogue["exercises"].values():
        assert set(section) == {"task", "hint"}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_taught_is_listed(name: str) -> None:
    assert set(lesson(name).seeds) <= set(messages("en")["seeds"])


@pytest.mark.parametrize("name", NAMES)
def test_what_demonstrations_show_has_its_texts(tools: Tools, name: str) -> None:
    catalogue = messages("en", name)
    for demo in lesson(name).demos:
        if needs_the_page(demo):
            continue
        for figure in run(demo.show(tools, **{given.name: given.default for given in demo.inputs})):
            check_figure(figure, catalogue, catalogue["demos"][demo.name])


def check_figure(figure: Figure, catalogue: dict[str, Any], section: dict[str, Any]) -> None:
    if isinstance(figure, Note):
        assert placeholders(section["notes"][figure.name]) <= set(figure.values)
        return
    assert section["figures"][figure.name]
    if isinstance(figure, Table):
        assert set(figure.columns) <= set(catalogue["columns"])
    if isinstance(figure, Bars):
        assert set(figure.series) <= set(catalogue["series"])
