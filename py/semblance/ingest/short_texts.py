"""The encoding of a short text in another script than Latin.

A few words are far too short for statistics over pairs of letters. So each reading is rated by how usual its characters are:
letters by the order of their frequency in a language, East Asian characters as in `semblance.ingest.entry_names`.
"""

from __future__ import annotations

import re

from semblance.ingest.entry_names import EAST_ASIAN, characters, decoded, turns_upper

_WORD = re.compile(r"[^\W\d_]+")
_SIGNS = frozenset("\xa0№«»„“”‘’–—…·§°©€ªº")
_FEWEST = 2  # East Asian characters: a single one may be two Latin letters
_USUAL = 0.6  # the least average for an East Asian reading to be believed
_FREQUENT = 0.55  # the same for letters, where 1 is the most frequent letter and 0 the rarest

# The letters of languages, the most frequent ones first.
_RUSSIAN = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєґў"
_GREEK = "αοιετσνηυρπκμλωςγδάίόέήθφβύχξζώψϊϋΐΰ"
_HEBREW = "יוהלאמרתשבנםדחקעפטכגצסןזךףץ"
_ARABIC = "المنيرتوبةعدسكفهحجقشصأخطزثضذغإىءئظآؤ"
_ALPHABETS = (
    *(("cp1251", _RUSSIAN), ("koi8_u", _RUSSIAN), ("cp866", _RUSSIAN)),
    *(("cp1253", _GREEK), ("iso8859_7", _GREEK), ("cp1255", _HEBREW), ("cp1256", _ARABIC)),
)


def guess(sample: bytes) -> str:
    """The codec of a few words; empty if no reading of them is usual.

    Examples
    --------
    >>> [guess(text.encode(codec)) for text, codec in (("Купить хлеб", "cp1251"), ("買い物、卵", "cp932"))]
    ['cp1251', 'cp932']
    >>> guess("买东西".encode("gbk")), guess("買東西".encode("big5")), guess(bytes([0xFF, 0x80, 0xFE]))
    ('gb18030', 'big5', '')
    """
    readings = [(_by_letters(sample, codec, letters), codec) for codec, letters in _ALPHABETS]
    readings += [(_by_characters(sample, codec), codec) for codec in _WEIGHTS]
    rating, codec = max(readings, key=lambda reading: reading[0])
    return codec if rating > 0 else ""


def _by_letters(sample: bytes, codec: str, letters: str) -> float:
    """How frequent the letters of a reading are, from 0 to 1; 0 if it is none of that language."""
    text = decoded(sample, codec) or ""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    lowered = "".join(words).lower()
    outside = sum(char > "\x7f" and char not in _SIGNS for char in text)
    if len(lowered) < 3 or outside != len(lowered) or any(map(turns_upper, words)):
        return 0
    if letters is _GREEK and not all(map(_looks_greek, text.lower().split())):
        return 0
    ranks = {letter: rank for rank, letter in enumerate(letters)}
    if not ranks.keys() >= set(lowered):
        return 0
    share = sum(1 - ranks[letter] / len(letters) for letter in lowered) / len(lowered)
    share *= 0.8 if text.isupper() else 1  # rare in a right reading
    return share if share >= _FREQUENT else 0


def _looks_greek(word: str) -> bool:
    """Whether the accent and the final sigma of a word stand where Greek has them."""
    bare = "".join(_WORD.findall(word))
    accents = sum(char in "άέήίόύώΐΰ" for char in bare)
    return (
        "ς" not in bare[:-1] and not bare.endswith("σ") and (accents == 1 or len(bare) < 5 or bare.isascii())
    )


def _by_characters(sample: bytes, codec: str) -> float:
    """How usual the characters of an East Asian reading are; 0 if they are not, or too few. Signs don't count."""
    weigh = _WEIGHTS[codec]
    weights = [weigh(encoded, char) for encoded, char in characters(sample, codec) if not _is_sign(char)]
    usual = sum(weights) / len(weights) if len(weights) >= _FEWEST else 0
    return usual if usual >= _USUAL else 0


def _is_sign(char: str) -> bool:
    return "\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uff60" or char in _SIGNS


def _simplified(encoded: bytes, char: str) -> float:
    weight = EAST_ASIAN["gb18030"](encoded, char)
    return weight if weight > 1 else 0.85 * weight  # since Korean and traditional Chinese use the same bytes


def _euc_japanese(encoded: bytes, char: str) -> float:
    if "\u3040" <= char <= "\u30ff":
        return 1.2
    return 0.95 if len(encoded) == 2 and 0xB0 <= encoded[0] <= 0xCF else 0.1


_WEIGHTS = EAST_ASIAN | {"gb18030": _simplified, "euc_jp": _euc_japanese}
