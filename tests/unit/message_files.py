"""All message files of the project, and what may be asked of any of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

from semblance.messages import ENGLISH, LANGUAGES, Catalogue
from semblance.parts.paths import PACKAGE

FOLDERS = ("messages", "browser/pages/messages", "labs/messages")
OTHERS = [language for language in LANGUAGES if language != ENGLISH]

# What OpenCC writes otherwise in simplified Chinese, of the characters that our texts use.
TRADITIONAL = set(
    "並亂來係個們側備傳價億儘優儲內兩別則剛動務勝卻參問啟單國圍圖團執場塊塗壞夠夾學實寫寬將尋對層屬師帶幫幾廚張強彙後從徵態憑應捨換擇擋據擺擾攝數斷於時書會東條極標樣機檔檢欄權歸毀氣決沒"
    "況減測湊湯準滿瀏為無熱狀獨現產畢畫異當疊發眾確碼種稱積筆範籤約純細終組結絕給經維網線編練縮總繪義習聽腦腳與舉萬蓋藍藥處號術補裝裡製複見規親覺覽觀計訊討訓記訝設許訴註評詞試話該認語誤"
    "說誰課談請論講證識議讀變讓貓負責費貼資車軸較載輕輪輯輸轉辦迴這連進運過遠適遲選還邊鄰醫銀錢錯鍵鐘長門開間關陣陳際隨隱雖雜離難雲電響頁項順須預頭題額顏類顯餘馬驗驚體麼點龍"
    "壓憶錄簡報郵軟鏡鏈損閉滾遺銷閱"
)
SIMPLIFIED = set(
    "这个们来时间发现说话语认设证请读写变让过还进远连选边运软载较转输辑边页项预频题类显验马点龙门问开关闭阅网络终组结绝给经维线编练缩总绘义习听脑与举万盖处号术补装里制复见规亲觉览观计讯训记许诉"
    "评词试该误谁课谈论讲议变负责费贴资车轻轮辞办迟适邻医银钱错键钟长阵陈际随隐虽杂离难云电响顺须头额颜余惊体么图团执场块涂坏够学实宽将寻对层属师带帮几张强汇后从征态凭应舍换择挡据摆扰摄数断"
    "条极标样机档检栏权归毁气决没况减测凑准满浏为无热状独产毕画异当叠众确码种称积笔约纯细"
) - set("后里制汇征舍准据")

_CJK = re.compile(r"[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]")


def texts(section: Any, way: str = "") -> Iterator[tuple[str, str]]:
    """All texts below, with the way to each."""
    if isinstance(section, str):
        yield way, section
        return
    for key, below in section.items() if isinstance(section, dict) else enumerate(section):
        yield from texts(below, f"{way}.{key}" if way else str(key))


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def files(folder: str) -> list[str]:
    """The subjects that a folder has messages about."""
    return sorted(path.stem for path in (PACKAGE / folder / ENGLISH).glob("*.toml"))


def read(folder: str, language: str, subject: str) -> dict[str, str]:
    """The texts of a file by the ways to them."""
    return dict(texts(Catalogue(PACKAGE / folder).read(language, subject)))


def has_letters_of(language: str, text: str) -> bool:
    """Whether a text has letters of the script that a language is written in, where that is not the Latin one."""
    return bool(_CJK.search(text)) if language.startswith("zh") else True


def subjects() -> list[tuple[str, str]]:
    """All files that there are in English: folder and subject."""
    return [(folder, subject) for folder in FOLDERS for subject in files(folder)]


def path_of(folder: str, language: str, subject: str) -> Path:
    return PACKAGE / folder / language / f"{subject}.toml"


# --- sentences in scripts ---

_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.DOTALL)
_LITERAL = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|`(?:[^`\\]|\\.)*`', re.DOTALL)
_SENTENCE = re.compile(r"[A-Za-z']{2,} [A-Za-z']{2,} [A-Za-z']{2,}")


def sentences_of(source: str) -> Iterator[str]:
    """The literals of a script that have three words in a row."""
    for literal in _LITERAL.findall(_COMMENT.sub("", source)):
        if _SENTENCE.search(literal):
            yield literal[1:-1]
