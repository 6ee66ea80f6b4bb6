r"""A text as terms: what a search by words compares.

How a text is cut into words is one rule in two languages: ``static/js/blog/engine/words.js`` is the other.

A term is a word's stem, or two neighbouring characters with their marks of a script without spaces. It is a number of
64 bits: the first six bytes of its UTF-8, so that terms which begin alike lie together, then 16 bits of a checksum of the
language and the whole term. A stem is only like another of the same language.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from importlib import import_module
from itertools import pairwise
from zlib import crc32

HEAD_BYTES = 6
"""So much of a term's UTF-8 is in its number as it is written."""

STEMMERS = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ru": "russian",
    "sv": "swedish",
}
"""Languages whose words are stemmed, and what Snowball calls them. Words of all others are compared as they stand."""

_TAIL_BITS = 16
_LONGEST = 64  # characters of a word: what is longer is data rather than a word
# What Unicode calls default ignorable (soft hyphens, zero width, variants of a letter), and the frame of a keycap.
_IGNORED = (
    "\u00ad\u034f\u061c\u115f-\u1160\u17b4-\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u20e3\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_INVISIBLE = re.compile(f"[{_IGNORED}]")
# Marks belong to the letter before them, though `\w` does not say so: those of Unicode 17.
_MARKS = (
    "\u0300-\u034e\u0350-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7-\u06e8\u06ea-\u06ed\u0711"
    "\u0730-\u074a\u07a6-\u07b0\u07eb-\u07f3\u07fd\u0816-\u0819\u081b-\u0823\u0825-\u0827\u0829-\u082d"
    "\u0859-\u085b\u0897-\u089f\u08ca-\u08e1\u08e3-\u0903\u093a-\u093c\u093e-\u094f\u0951-\u0957"
    "\u0962-\u0963\u0981-\u0983\u09bc\u09be-\u09c4\u09c7-\u09c8\u09cb-\u09cd\u09d7\u09e2-\u09e3\u09fe"
    "\u0a01-\u0a03\u0a3c\u0a3e-\u0a42\u0a47-\u0a48\u0a4b-\u0a4d\u0a51\u0a70-\u0a71\u0a75\u0a81-\u0a83"
    "\u0abc\u0abe-\u0ac5\u0ac7-\u0ac9\u0acb-\u0acd\u0ae2-\u0ae3\u0afa-\u0aff\u0b01-\u0b03\u0b3c"
    "\u0b3e-\u0b44\u0b47-\u0b48\u0b4b-\u0b4d\u0b55-\u0b57\u0b62-\u0b63\u0b82\u0bbe-\u0bc2\u0bc6-\u0bc8"
    "\u0bca-\u0bcd\u0bd7\u0c00-\u0c04\u0c3c\u0c3e-\u0c44\u0c46-\u0c48\u0c4a-\u0c4d\u0c55-\u0c56"
    "\u0c62-\u0c63\u0c81-\u0c83\u0cbc\u0cbe-\u0cc4\u0cc6-\u0cc8\u0cca-\u0ccd\u0cd5-\u0cd6\u0ce2-\u0ce3"
    "\u0cf3\u0d00-\u0d03\u0d3b-\u0d3c\u0d3e-\u0d44\u0d46-\u0d48\u0d4a-\u0d4d\u0d57\u0d62-\u0d63"
    "\u0d81-\u0d83\u0dca\u0dcf-\u0dd4\u0dd6\u0dd8-\u0ddf\u0df2-\u0df3\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
    "\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u0f18-\u0f19\u0f35\u0f37\u0f39\u0f3e-\u0f3f\u0f71-\u0f84"
    "\u0f86-\u0f87\u0f8d-\u0f97\u0f99-\u0fbc\u0fc6\u102b-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064"
    "\u1067-\u106d\u1071-\u1074\u1082-\u108d\u108f\u109a-\u109d\u135d-\u135f\u1712-\u1715\u1732-\u1734"
    "\u1752-\u1753\u1772-\u1773\u17b6-\u17d3\u17dd\u1885-\u1886\u18a9\u1920-\u192b\u1930-\u193b"
    "\u1a17-\u1a1b\u1a55-\u1a5e\u1a60-\u1a7c\u1a7f\u1ab0-\u1add\u1ae0-\u1aeb\u1b00-\u1b04\u1b34-\u1b44"
    "\u1b6b-\u1b73\u1b80-\u1b82\u1ba1-\u1bad\u1be6-\u1bf3\u1c24-\u1c37\u1cd0-\u1cd2\u1cd4-\u1ce8\u1ced"
    "\u1cf4\u1cf7-\u1cf9\u1dc0-\u1dff\u20d0-\u20e2\u20e4-\u20f0\u2cef-\u2cf1\u2d7f\u2de0-\u2dff"
    "\u302a-\u302f\u3099-\u309a\ua66f-\ua672\ua674-\ua67d\ua69e-\ua69f\ua6f0-\ua6f1\ua802\ua806\ua80b"
    "\ua823-\ua827\ua82c\ua880-\ua881\ua8b4-\ua8c5\ua8e0-\ua8f1\ua8ff\ua926-\ua92d\ua947-\ua953"
    "\ua980-\ua983\ua9b3-\ua9c0\ua9e5\uaa29-\uaa36\uaa43\uaa4c-\uaa4d\uaa7b-\uaa7d\uaab0\uaab2-\uaab4"
    "\uaab7-\uaab8\uaabe-\uaabf\uaac1\uaaeb-\uaaef\uaaf5-\uaaf6\uabe3-\uabea\uabec-\uabed\ufb1e"
    "\ufe20-\ufe2f\U000101fd\U000102e0\U00010376-\U0001037a\U00010a01-\U00010a03\U00010a05-\U00010a06"
    "\U00010a0c-\U00010a0f\U00010a38-\U00010a3a\U00010a3f\U00010ae5-\U00010ae6\U00010d24-\U00010d27"
    "\U00010d69-\U00010d6d\U00010eab-\U00010eac\U00010efa-\U00010eff\U00010f46-\U00010f50"
    "\U00010f82-\U00010f85\U00011000-\U00011002\U00011038-\U00011046\U00011070\U00011073-\U00011074"
    "\U0001107f-\U00011082\U000110b0-\U000110ba\U000110c2\U00011100-\U00011102\U00011127-\U00011134"
    "\U00011145-\U00011146\U00011173\U00011180-\U00011182\U000111b3-\U000111c0\U000111c9-\U000111cc"
    "\U000111ce-\U000111cf\U0001122c-\U00011237\U0001123e\U00011241\U000112df-\U000112ea"
    "\U00011300-\U00011303\U0001133b-\U0001133c\U0001133e-\U00011344\U00011347-\U00011348"
    "\U0001134b-\U0001134d\U00011357\U00011362-\U00011363\U00011366-\U0001136c\U00011370-\U00011374"
    "\U000113b8-\U000113c0\U000113c2\U000113c5\U000113c7-\U000113ca\U000113cc-\U000113d0\U000113d2"
    "\U000113e1-\U000113e2\U00011435-\U00011446\U0001145e\U000114b0-\U000114c3\U000115af-\U000115b5"
    "\U000115b8-\U000115c0\U000115dc-\U000115dd\U00011630-\U00011640\U000116ab-\U000116b7"
    "\U0001171d-\U0001172b\U0001182c-\U0001183a\U00011930-\U00011935\U00011937-\U00011938"
    "\U0001193b-\U0001193e\U00011940\U00011942-\U00011943\U000119d1-\U000119d7\U000119da-\U000119e0"
    "\U000119e4\U00011a01-\U00011a0a\U00011a33-\U00011a39\U00011a3b-\U00011a3e\U00011a47"
    "\U00011a51-\U00011a5b\U00011a8a-\U00011a99\U00011b60-\U00011b67\U00011c2f-\U00011c36"
    "\U00011c38-\U00011c3f\U00011c92-\U00011ca7\U00011ca9-\U00011cb6\U00011d31-\U00011d36\U00011d3a"
    "\U00011d3c-\U00011d3d\U00011d3f-\U00011d45\U00011d47\U00011d8a-\U00011d8e\U00011d90-\U00011d91"
    "\U00011d93-\U00011d97\U00011ef3-\U00011ef6\U00011f00-\U00011f01\U00011f03\U00011f34-\U00011f3a"
    "\U00011f3e-\U00011f42\U00011f5a\U00013440\U00013447-\U00013455\U0001611e-\U0001612f"
    "\U00016af0-\U00016af4\U00016b30-\U00016b36\U00016f4f\U00016f51-\U00016f87\U00016f8f-\U00016f92"
    "\U00016fe4\U00016ff0-\U00016ff1\U0001bc9d-\U0001bc9e\U0001cf00-\U0001cf2d\U0001cf30-\U0001cf46"
    "\U0001d165-\U0001d169\U0001d16d-\U0001d172\U0001d17b-\U0001d182\U0001d185-\U0001d18b"
    "\U0001d1aa-\U0001d1ad\U0001d242-\U0001d244\U0001da00-\U0001da36\U0001da3b-\U0001da6c\U0001da75"
    "\U0001da84\U0001da9b-\U0001da9f\U0001daa1-\U0001daaf\U0001e000-\U0001e006\U0001e008-\U0001e018"
    "\U0001e01b-\U0001e021\U0001e023-\U0001e024\U0001e026-\U0001e02a\U0001e08f\U0001e130-\U0001e136"
    "\U0001e2ae\U0001e2ec-\U0001e2ef\U0001e4ec-\U0001e4ef\U0001e5ee-\U0001e5ef\U0001e6e3\U0001e6e6"
    "\U0001e6ee-\U0001e6ef\U0001e6f5\U0001e8d0-\U0001e8d6\U0001e944-\U0001e94a"
)
# Thai, Lao, Burmese and Khmer; Kana; Han.
_DENSE = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u109f\u1780-\u17d3"
    "\u3005\u3007\u3041-\u3096\u30a1-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
)
_DENSE_START = re.compile(f"[{_DENSE}]")


@cache  # compiled with the first text: in a page that takes a good part of the start
def _word_pattern(inside: str = "") -> re.Pattern[str]:
    """Finds words, which may hold some other characters, too."""
    return re.compile(
        rf"(?P<dense>[{_DENSE}][{_DENSE}{_MARKS}{inside}]*)"
        rf"|(?<![^\W_])[A-Za-z](?:\+\+|\#)(?![^\W_])"
        r"|(?<![^\W_])[^\W\d_]{1,2}(?=['’][^\W\d_]{3})"  # an elided article: l'eau
        rf"|(?![{_DENSE}])[^\W_](?:(?![_{_DENSE}])[\w{_MARKS}{inside}]|['’](?=[^\W_{_DENSE}]))*"
    )


_CHARACTER = re.compile(f".[{_MARKS}]*", re.DOTALL)
_SINGLE = re.compile(f"[{_DENSE}][{_MARKS}]*")
_WRITTEN_CHARACTER = re.compile(f".[{_MARKS}{_IGNORED}\uff9e\uff9f\u0e33\u0eb3]*", re.DOTALL)
# Accents, and what most texts in Hebrew and Arabic leave out: vowels, other points, the stroke that stretches a word.
_OPTIONAL = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u0652\u0670\u06d6-\u06ed\u0640]")


def words_of(text: str) -> Iterator[str]:
    r"""The words of a text, in order, as they are compared: small letters, nothing invisible.

    Examples
    --------
    >>> list(words_of("Don\u2019t panic: C++ and snake_case, caf\u00e9s"))
    ["don't", 'panic', 'c++', 'and', 'snake', 'case', 'cafés']
    >>> list(words_of("潮汐表 2024"))
    ['潮汐', '汐表', '2024']
    """
    for match in _word_pattern().finditer(plain(text)):
        word = match[0]
        if match.lastgroup != "dense":
            yield word[:_LONGEST].replace("’", "'")
        elif len(characters := _CHARACTER.findall(word)) == 1:
            yield word
        else:
            yield from map("".join, pairwise(characters))


def last_of_runs(text: str) -> Iterator[str]:
    """The last character of each run of a script without spaces. No pair begins with it, but somebody may look for it.

    Examples
    --------
    >>> list(last_of_runs("潮汐表 2024, 月"))
    ['表']
    """
    text = plain(text)
    if _DENSE_START.search(text) is None:
        return  # most texts have none, and to look for words takes longer
    for match in _word_pattern().finditer(text):
        if match.lastgroup == "dense" and len(characters := _CHARACTER.findall(match[0])) > 1:
            yield characters[-1]


def located_words(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text with their places in it. A run of a script without spaces is one, whole."""
    for match in _word_pattern(_IGNORED).finditer(text):
        yield plain(match[0]).replace("’", "'"), match.start(), match.end()


def is_dense(word: str) -> bool:
    """Whether it is of a script that is written without spaces."""
    return _DENSE_START.match(word) is not None


def is_single(word: str) -> bool:
    """Whether it is one character of such a script, with its marks: words that begin with it have it."""
    return _SINGLE.fullmatch(word) is not None


def dense_characters(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """The characters of a run of such a script as they are compared, with their places in the text."""
    for match in _WRITTEN_CHARACTER.finditer(text, start, end):
        yield plain(match[0]), match.start(), match.end()


def plain(text: str) -> str:
    """A text as its words are compared: compatibility forms resolved, in small letters, without what can't be seen."""
    small = unicodedata.normalize("NFKC", text).lower().replace("ß", "ss").replace("ς", "σ")
    return _INVISIBLE.sub("", small)


@lru_cache(maxsize=100_000)
def term(word: str, language: str = "") -> int:
    """The number of the word as it stands; with a language, that of its stem."""
    return code(stem(word, language), language)


def code(text: str, language: str) -> int:
    """The number of a term that is written so."""
    data = text.encode(errors="replace")
    head = int.from_bytes(data[:HEAD_BYTES].ljust(HEAD_BYTES, b"\0"), "big")
    return head << _TAIL_BITS | crc32(language.encode() + b"\0" + data) & 0xFFFF


def code_range(text: str) -> tuple[int, int]:
    """The first number that a term can have which begins so, and the first after the last, as far as numbers tell."""
    data = stem(text, "").encode(errors="replace")[:HEAD_BYTES]
    missing = 8 * (HEAD_BYTES - len(data)) + _TAIL_BITS
    first = int.from_bytes(data, "big") << missing
    return first, first + (1 << missing)


def stem(word: str, language: str) -> str:
    """What the forms of a word have in common, without accents and optional vowels.

    Examples
    --------
    >>> stem("tides", "en"), stem("häuser", "de"), stem("潮汐", "")
    ('tide', 'haus', '潮汐')
    """
    if language in STEMMERS:
        word = _stemmer(language)(word)
    if word.isascii():
        return word
    return unicodedata.normalize("NFC", _OPTIONAL.sub("", unicodedata.normalize("NFD", word)))


@cache
def _stemmer(language: str) -> Callable[[str], str]:
    # Not by the package's `stemmer`: the page's copy lacks the list of all languages, which takes long to import.
    name = STEMMERS[language]
    module = import_module(f"snowballstemmer.{name}_stemmer")
    stem_word: Callable[[str], str] = getattr(module, f"{name.capitalize()}Stemmer")().stemWord
    return stem_word
