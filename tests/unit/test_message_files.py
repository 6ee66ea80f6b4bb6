"""Message files of the core, the app and the labs: the same messages in all languages, each of them translated."""

from __future__ import annotations

import re

import pytest

from semblance.messages import ENGLISH, LANGUAGES, Message, current, use
from unit.message_files import (
    FOLDERS,
    OTHERS,
    SIMPLIFIED,
    TRADITIONAL,
    files,
    has_letters_of,
    path_of,
    placeholders,
    read,
    subjects,
)

# Texts that have nothing to translate: names, the words of the lessons' model, letters, and what only puts values together.
ALIKE = {
    "Python：{loaded}/{total} MB",
    "Germany + Paris − France",
    "King + woman − man",
    "numpy",
    "TF-IDF",
    "x",
    "y",
    "x {x}，y {y}",
    "JSON",
    "CSV",
    "TSV",
    "SQL",
    "[CLS]",
}
ONLY_VALUES = re.compile(r"^[\W\d]*(\{\w+\}[\W\d]*)*$")

# Words that the other Chinese uses; a text that is only converted would have them.
OF_THE_OTHER = {
    "zh-Hans": re.compile(
        "遭到|目前状态|软体|档案|资讯|网路|预设|程式|影片|萤幕|滑鼠|游标|搜寻|储存|资料夹|连结|列印|物件|阵列|字元|函式|变数|回圈|伺服器"
        "|使用者|透过|品质|介面"
    ),
    "zh-Hant": re.compile(
        "文件夾|網絡|默認|鏈接|視頻|信息|軟件|代碼|保存|加載|鼠標|搜索|添加|用戶|數據|質量|屏幕|打印|對象|數組|字符|變量|循環|服務器"
        "|界面|通過網"
    ),
}

_CHINESE = r"[\u3400-\u9fff]"
_SPACED_PERCENT = re.compile(r"[ \u00a0]%")
_HALF_WIDTH = re.compile(rf"{_CHINESE}[,;:!?]|[,;:!?] ?{_CHINESE}|{_CHINESE}\.(?:\s|$)")


@pytest.mark.parametrize(("folder", "subject"), subjects())
@pytest.mark.parametrize("language", OTHERS)
def test_every_language_says_the_same_things(folder: str, subject: str, language: str) -> None:
    english, other = (read(folder, code, subject) for code in (ENGLISH, language))
    assert english.keys() - other.keys() == set(), "missing"
    assert other.keys() - english.keys() == set(), "in no other language"
    for way, text in english.items():
        assert placeholders(other[way]) == placeholders(text), way


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("language", OTHERS)
def test_no_language_has_a_file_of_its_own(folder: str, language: str) -> None:
    own = {path.stem for path in path_of(folder, language, "any").parent.glob("*.toml")}
    assert own == set(files(folder))


@pytest.mark.parametrize(("folder", "subject"), subjects())
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty(folder: str, subject: str, language: str) -> None:
    for way, text in read(folder, language, subject).items():
        assert text.strip(), way


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("language", OTHERS)
def test_no_text_is_left_in_english(folder: str, language: str) -> None:
    left = [
        f"{subject}: {way}: {text}"
        for subject in files(folder)
        for way, text in read(folder, language, subject).items()
        if not has_letters_of(language, text) and not ONLY_VALUES.match(text) and text not in ALIKE
    ]
    assert left == []


@pytest.mark.parametrize(("folder", "subject"), subjects())
def test_simplified_chinese_is_simplified(folder: str, subject: str) -> None:
    for way, text in read(folder, "zh-Hans", subject).items():
        assert not set(text) & TRADITIONAL, way


@pytest.mark.parametrize(("folder", "subject"), subjects())
def test_traditional_chinese_is_traditional(folder: str, subject: str) -> None:
    for way, text in read(folder, "zh-Hant", subject).items():
        assert not set(text) & SIMPLIFIED, way


@pytest.mark.parametrize(("folder", "subject"), subjects())
@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans"])
def test_chinese_has_chinese_punctuation(folder: str, subject: str, language: str) -> None:
    quotes = "“”‘" if language == "zh-Hant" else "「」『』"
    for way, text in read(folder, language, subject).items():
        assert not set(text) & set(quotes), way
        assert not _SPACED_PERCENT.search(text), way
        assert not _HALF_WIDTH.search(text), f"{way}: {text}"


@pytest.mark.parametrize(("folder", "subject"), subjects())
@pytest.mark.parametrize("language", OF_THE_OTHER)
def test_each_chinese_has_its_own_words(folder: str, subject: str, language: str) -> None:
    for way, text in read(folder, language, subject).items():
        assert not OF_THE_OTHER[language].search(text), f"{way}: {text}"


def test_a_message_is_said_in_the_language_that_users_read() -> None:
    message = Message("ingest.kind", kind=Message("kinds.pdf.name"))
    assert (str(message), message.said("zh-Hant")) == ("it is a PDF", "這是 PDF")
    assert current() == ENGLISH
    use("zh-Hans")
    try:
        assert message.said() == "这是 PDF"
        assert str(message) == "it is a PDF"
    finally:
        use(ENGLISH)


def test_an_unknown_language_is_english() -> None:
    use("tlh")
    assert current() == ENGLISH
    assert Message("wording.untitled").said("tlh") == "untitled"


def test_one_thing_has_a_text_of_its_own() -> None:
    assert str(Message("ingest.nuls", count=1)) == "1 NUL character removed"
    assert str(Message("ingest.nuls", count=2)) == "2 NUL characters removed"
    assert str(Message("ingest.column", number=1)) == "column 1"
