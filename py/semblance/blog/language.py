"""The language of a post: what its page says, unless the script of its text says something else.

Posts of different languages are never related and are searched apart. So what counts is what readers can't read: two ways
of writing Chinese are two languages here, and so are Portugal's and Brazil's Portuguese; British and American English
are one.
"""

from __future__ import annotations

import re
from collections import Counter

_TAG = re.compile(r"([a-zA-Z]{2,3})(?:[-_]([a-zA-Z]{4}))?(?:[-_]([a-zA-Z]{2}|\d{3}))?(?![a-zA-Z0-9])")
_TRADITIONAL_REGIONS = ("TW", "HK", "MO")
_SIMPLIFIED_REGIONS = ("CN", "SG", "MY")
_REGIONS_THAT_MATTER = {"pt": ("BR", "PT")}
_SCRIPTS_THAT_MATTER = ("az", "bs", "sr", "uz")

# Common characters that only one of the two ways of writing Chinese has.
_SIMPLIFIED = frozenset(
    "这们来时个为国说对会过还没发开学现样问间关点动经种进话实当后长见应机电车东书马门让给"
    "无头业气师语谁爱认识读写听买卖钱请谢难题图边从众体两岁飞鸟鱼风云龙汉简单万与专丝严临举义乐习乡"
)
_TRADITIONAL = frozenset(
    "這們來時個為國說對會過還沒發開學現樣問間關點動經種進話實當後長見應機電車東書馬門讓給"
    "無頭業氣師語誰愛認識讀寫聽買賣錢請謝難題圖邊從眾體兩歲飛鳥魚風雲龍漢簡單萬與專絲嚴臨舉義樂習鄉"
)

_KANA, _HAN, _HANGUL = "kana", "han", "hangul"
_RANGES = (  # letters by script
    (0x0370, 0x03FF, "greek"),
    (0x0400, 0x052F, "cyrillic"),
    (0x0530, 0x058F, "armenian"),
    (0x0590, 0x05FF, "hebrew"),
    (0x0600, 0x06FF, "arabic"),
    (0x0750, 0x077F, "arabic"),
    (0x0900, 0x097F, "devanagari"),
    (0x0980, 0x09FF, "bengali"),
    (0x0B80, 0x0BFF, "tamil"),
    (0x0C00, 0x0C7F, "telugu"),
    (0x0E00, 0x0E7F, "thai"),
    (0x10A0, 0x10FF, "georgian"),
    (0x1100, 0x11FF, _HANGUL),
    (0x3041, 0x30FF, _KANA),
    (0x3400, 0x9FFF, _HAN),
    (0xAC00, 0xD7AF, _HANGUL),
    (0x20000, 0x3134F, _HAN),
)
_OF_SCRIPT = {  # the language that most texts of a script are in
    "greek": "el",
    "cyrillic": "ru",
    "armenian": "hy",
    "hebrew": "he",
    "arabic": "ar",
    "devanagari": "hi",
    "bengali": "bn",
    "tamil": "ta",
    "telugu": "te",
    "thai": "th",
    "georgian": "ka",
    _HANGUL: "ko",
    _KANA: "ja",
    _HAN: "zh",
}
_WRITTEN_IN = {  # scripts of languages, but for those that `_OF_SCRIPT` gives; all others are written in Latin letters
    **dict.fromkeys(
        ("be", "bg", "kk", "ky", "mk", "mn", "sr", "tg", "tt", "uk", "az", "bs", "uz"), ("cyrillic",)
    ),
    **dict.fromkeys(("ckb", "fa", "ps", "ug", "ur", "sd", "ku", "az"), ("arabic",)),
    **dict.fromkeys(("mr", "ne", "sa"), ("devanagari",)),
    "yi": ("hebrew",),
    "as": ("bengali",),
    "ja": (_KANA, _HAN),
    "ko": (_HANGUL, _HAN),
    "yue": (_HAN,),
}
_SAMPLE = 4_000  # characters of a text that are looked at
_CLEARLY = 5  # times as many characters of one way of writing Chinese as of the other
_SHARE = 0.3  # of the letters; the rest of a technical post in Japanese is code
_SHARE_OF_KANA = 0.05  # of the letters in Han and kana; Chinese has none


def language_of(label: str, text: str, usual: str = "en") -> str:
    """The language of a text, as a short tag.

    Parameters
    ----------
    label : str
        What the page says, such as ``en-GB`` or ``zh_TW``; empty if it says nothing.
    text : str
    usual : str
        The language of a text without a label.

    Examples
    --------
    >>> language_of("en-GB", "Tea"), language_of("pt-BR", "Chá"), language_of("zh-TW", "茶")
    ('en', 'pt-BR', 'zh-Hant')
    >>> language_of("en", "天然酵母でパンを焼く"), language_of("zh", "這是茶"), language_of("", "Tea", "fr")
    ('ja', 'zh-Hant', 'fr')
    """
    tag = label_of(label) or label_of(usual) or "en"
    language = _by_script(tag.partition("-")[0], text)
    return _chinese(tag, text) if language == "zh" else language or tag


def label_of(text: str) -> str:
    """A label as a short tag: the language, with a script or region only where that makes another language of it.

    Examples
    --------
    >>> [label_of(label) for label in ("de-AT", "zh-HK", "zh", "pt_PT", "sr-Latn", "x-default")]
    ['de', 'zh-Hant', 'zh', 'pt-PT', 'sr-Latn', '']
    """
    match = _TAG.match(text.strip())
    if match is None:
        return ""
    language, script, region = match[1].lower(), (match[2] or "").title(), (match[3] or "").upper()
    if language in ("zh", "cmn", "yue"):
        if script not in ("Hans", "Hant"):
            script = (
                "Hant" if region in _TRADITIONAL_REGIONS else "Hans" if region in _SIMPLIFIED_REGIONS else ""
            )
        return f"zh-{script}" if script else "zh"
    if script and language in _SCRIPTS_THAT_MATTER:
        return f"{language}-{script}"
    return f"{language}-{region}" if region in _REGIONS_THAT_MATTER.get(language, ()) else language


def _by_script(language: str, text: str) -> str:
    """The language that the script of a text asks for; empty if that of the label fits."""
    sample = text[:_SAMPLE]
    if sample.isascii():
        return "zh" if language == "zh" else ""
    letters = Counter(_script(character) for character in sample if character.isalpha())
    total = sum(letters.values())
    scripts = _WRITTEN_IN.get(language) or tuple(
        name for name, code in _OF_SCRIPT.items() if code == language
    )
    east_asian = letters[_HAN] + letters[_KANA]
    if letters[_KANA] > _SHARE_OF_KANA * east_asian and east_asian > _SHARE * total:
        return "" if language == "ja" else "ja"
    script, number = max(
        ((name, number) for name, number in letters.items() if name != "latin"),
        key=lambda pair: pair[1],
        default=("", 0),
    )
    if script in scripts or number <= _SHARE * total:
        return "zh" if language == "zh" else ""
    return _OF_SCRIPT[script]


def _script(letter: str) -> str:
    code = ord(letter)
    if code < _RANGES[0][0]:
        return "latin"
    return next((name for first, last, name in _RANGES if first <= code <= last), "latin")


def _chinese(tag: str, text: str) -> str:
    sample = text[:_SAMPLE]
    simplified, traditional = (
        sum(map(letters.__contains__, sample)) for letters in (_SIMPLIFIED, _TRADITIONAL)
    )
    if tag.startswith("zh-") and max(simplified, traditional) < _CLEARLY * (min(simplified, traditional) + 1):
        return tag
    return "zh-Hant" if traditional > simplified else "zh-Hans"
