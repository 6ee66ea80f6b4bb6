r"""A text as terms: what a search by words compares.

A term is a word's stem, or two neighbouring characters of a script that is written without spaces. It is kept as a number
of 64 bits: the first six bytes of its UTF-8, so that terms which begin alike lie together, then 16 bits of a checksum of the
language and the whole term. A stem is only like another of the same language.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from importlib import import_module
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
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
# Marks belong to the letter before them, though `\w` does not say so: those of Unicode below U+1200.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7-\u06e8\u06ea-\u06ed\u0711\u0730-\u074a"
    "\u07a6-\u07b0\u07eb-\u07f3\u07fd\u0816-\u0819\u081b-\u0823\u0825-\u0827\u0829-\u082d\u0859-\u085b"
    "\u0898-\u089f\u08ca-\u08e1\u08e3-\u0903\u093a-\u093c\u093e-\u094f\u0951-\u0957\u0962-\u0963"
    "\u0981-\u0983\u09bc\u09be-\u09c4\u09c7-\u09c8\u09cb-\u09cd\u09d7\u09e2-\u09e3\u09fe\u0a01-\u0a03"
    "\u0a3c\u0a3e-\u0a42\u0a47-\u0a48\u0a4b-\u0a4d\u0a51\u0a70-\u0a71\u0a75\u0a81-\u0a83\u0abc"
    "\u0abe-\u0ac5\u0ac7-\u0ac9\u0acb-\u0acd\u0ae2-\u0ae3\u0afa-\u0aff\u0b01-\u0b03\u0b3c\u0b3e-\u0b44"
    "\u0b47-\u0b48\u0b4b-\u0b4d\u0b55-\u0b57\u0b62-\u0b63\u0b82\u0bbe-\u0bc2\u0bc6-\u0bc8\u0bca-\u0bcd"
    "\u0bd7\u0c00-\u0c04\u0c3c\u0c3e-\u0c44\u0c46-\u0c48\u0c4a-\u0c4d\u0c55-\u0c56\u0c62-\u0c63"
    "\u0c81-\u0c83\u0cbc\u0cbe-\u0cc4\u0cc6-\u0cc8\u0cca-\u0ccd\u0cd5-\u0cd6\u0ce2-\u0ce3\u0d00-\u0d03"
    "\u0d3b-\u0d3c\u0d3e-\u0d44\u0d46-\u0d48\u0d4a-\u0d4d\u0d57\u0d62-\u0d63\u0d81-\u0d83\u0dca"
    "\u0dcf-\u0dd4\u0dd6\u0dd8-\u0ddf\u0df2-\u0df3\u0f18-\u0f19\u0f35\u0f37\u0f39\u0f3e-\u0f3f"
    "\u0f71-\u0f84\u0f86-\u0f87\u0f8d-\u0f97\u0f99-\u0fbc\u0fc6"
)
# Thai, Lao, Burmese and Khmer; Kana; Han.
_DENSE = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u109f\u1780-\u17d3"
    "\u3005\u3007\u3041-\u3096\u30a1-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
)
_DENSE_START = re.compile(f"[{_DENSE}]")
_WORD = re.compile(
    rf"(?P<dense>[{_DENSE}]+)"
    rf"|(?<![^\W_])[A-Za-z](?:\+\+|\#)(?![^\W_])"
    r"|(?<![^\W_])[^\W\d_]{1,2}(?=['’][^\W\d_]{3})"  # an elided article: l'eau
    rf"|(?:(?![{_DENSE}])[^\W_])(?:(?![{_DENSE}])[^\W_]|[{_MARKS}]|['’](?=[^\W_{_DENSE}]))*"
)
_LATIN_MARKS = re.compile("[\u0300-\u036f]")


def words_of(text: str) -> Iterator[str]:
    r"""The words of a text, in order, as they are compared: small letters, nothing invisible.

    Examples
    --------
    >>> list(words_of("Don\u2019t panic: C++ and snake_case, caf\u00e9s"))
    ["don't", 'panic', 'c++', 'and', 'snake', 'case', 'cafés']
    >>> list(words_of("潮汐表 2024"))
    ['潮汐', '汐表', '2024']
    """
    for match in _WORD.finditer(plain(text)):
        word = match[0]
        if match.lastgroup != "dense":
            yield word[:_LONGEST].replace("’", "'")
        elif len(word) == 1:
            yield word
        else:
            yield from (word[i : i + 2] for i in range(len(word) - 1))


def located_words(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text with their places in it. A run of a script without spaces is one, whole."""
    for match in _WORD.finditer(text):
        yield plain(match[0]).replace("’", "'"), match.start(), match.end()


def is_dense(word: str) -> bool:
    """Whether it is of a script that is written without spaces."""
    return _DENSE_START.match(word) is not None


def plain(text: str) -> str:
    """A text as its words are compared: compatibility forms resolved, in small letters, without what can't be seen."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text).casefold())


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
    """What the forms of a word have in common, without accents.

    Examples
    --------
    >>> stem("tides", "en"), stem("häuser", "de"), stem("潮汐", "")
    ('tide', 'haus', '潮汐')
    """
    if language in STEMMERS:
        word = _stemmer(language)(word)
    if word.isascii():
        return word
    return unicodedata.normalize("NFC", _LATIN_MARKS.sub("", unicodedata.normalize("NFD", word)))


@cache
def _stemmer(language: str) -> Callable[[str], str]:
    # Not by the package's `stemmer`: the page's copy lacks the list of all languages, which takes long to import.
    name = STEMMERS[language]
    module = import_module(f"snowballstemmer.{name}_stemmer")
    stem_word: Callable[[str], str] = getattr(module, f"{name.capitalize()}Stemmer")().stemWord
    return stem_word
