"""Texts that tokenizers tend to disagree about."""

from __future__ import annotations

import random

_ALPHABETS = [
    (0x20, 0x7F),
    (0xA0, 0x2FF),
    (0x300, 0x370),
    (0x400, 0x600),
    (0x4E00, 0x9FFF),
    (0x1F300, 0x1F650),
    (0x20000, 0x2A6D6),
    (0x00, 0x20),
]


def _random_texts(number: int) -> list[str]:
    choose = random.Random(20261121)
    return [
        "".join(chr(choose.randrange(*choose.choice(_ALPHABETS))) for _ in range(40)) for _ in range(number)
    ]


NASTY_TEXTS = [
    "",
    " ",
    "\n\t\r\x0b\x0c",
    "Hello, WORLD!! café naïve ÀÉ",
    "e\u0301 combining a\u0300\u0323 and w\u0301\u0302\u0303",
    "漢字かな交じり文。日本語",
    "𠀀𪛟 ideographs beyond U+FFFF 𫝀𫠝",
    "한국어 문장입니다",
    "שלום עולם",
    "مرحبا بالعالم \u200f\u202e",
    "हिन्दी भाषा और ภาษาไทย",
    "👩‍👩‍👧‍👦 🇫🇷 👍🏽 ☃️ 🎏",
    "\x00\x01\x02 control\x07 chars\x7f\x80\x9f",
    "\ufeffbom \u200b zero width \u00ad soft hyphen",
    "a" * 99,
    "a" * 100,
    "a" * 101,
    "[CLS] [SEP] [MASK] [PAD] [UNK] literal, [cls] lower, [MASK]s and x[SEP]y",
    "##ing ## don't can't we'll",
    "$100,000.00 @user #tag https://example.com/a?b=c&d=%20",
    "x\u2028y\u2029z\x85w",
    "ﬁ ligature ½ ² ℌ Ⅷ Å 𝐀𝕏",
    "İstanbul ISTANBUL ıßẞ ſ ς Σ ΟΔΟΣ",
    "nbsp\u00a0em\u2003ideographic\u3000space",
    "`~!@#$%^&*()_+-={}[]|\\:;\"'<>,.?/",
    "－，。！？：；（）【】「」",
    ("lorem ipsum dolor é 漢 " * 6000)[:100_000],
    "x" * 100_000,
    "." * 20_000,
    *_random_texts(100),
]
