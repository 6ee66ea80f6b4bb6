"""The encoding of names in an archive that does not declare it.

Names are far too short for statistics, which take Chinese for Korean and "Smörgåsbord" for either. So each encoding
is rated by how usual its reading would be: letters of one language's alphabet in words as people write them, or
characters from the part of an East Asian encoding that has the common ones.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from semblance.ingest.encodings import alphabets_of

ZIPS_OWN = "cp437"
"""The codec that the zip format itself names. It is used if no better one is known."""

_USUAL = 0.6  # the least average for an East Asian reading to be believed
_WORD = re.compile(r"[^\W\d_]+")
_TORN = re.compile(r"[^\0-\x7f][@\[\\\]^`{|}~]")  # a letter and what is the second byte of many characters
_LATIN = [(codec, alphabets_of(codec)) for codec in ("cp850", "cp852", "cp1252", "cp1250", "cp857")]
_LATIN += [
    (codec, [frozenset().union(*alphabets_of(codec))]) for codec in ("cp850", "cp1252")
]  # several languages
_CYRILLIC = ("cp866", "cp1251")
_RUSSIAN = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґў")
_OFTEN_IN_RUSSIAN = frozenset("оеаинтсрвлкм")

# Simplified Chinese and Korean use the same bytes. These are among the most frequent characters of each.
_OFTEN_IN_CHINESE = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方"
    "多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情"
    "明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给"
    "世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太"
    "量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象"
    "完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运照片笔图表单档案册版录"
)
_OFTEN_IN_KOREAN = frozenset(
    "이다는에의을가고하지로한서기도사자리일정인대시어나라부스전그아해과수상제보여비장주구공원트무마소조동문신경안음성오생연진행용"
    "개회화내유설들적계국분실모영선방관중발학원물세세명산업글새폴더메료울록출발간편단입니습까요만든되있없것년월한"
)


def encoding_of(names: Sequence[bytes]) -> str:
    r"""The codec that reads all names of an archive, since one program wrote them all.

    Parameters
    ----------
    names : sequence of bytes
        Names whose encoding no flag and no field declares.

    Examples
    --------
    >>> encoding_of([b"notes.txt"]), encoding_of(["Gr\xfc\xdfe.md".encode("cp850")])
    ('utf-8', 'cp850')
    >>> encoding_of([text.encode("cp932") for text in ("旅行/京都メモ.txt", "表.txt")])
    'cp932'
    """
    whole = b"\n".join(names)
    if decoded(whole, "utf-8") is not None:  # macOS writes UTF-8 without saying so
        return "utf-8"
    for codec, alphabets in _LATIN:
        if (text := decoded(whole, codec)) and _is_latin(text, alphabets):
            return codec
    for codec in _CYRILLIC:
        if (text := decoded(whole, codec)) and _is_cyrillic(text):
            return codec
    usual = {codec: _usualness(whole, codec) for codec in EAST_ASIAN}
    best = max(usual, key=usual.__getitem__)
    return best if usual[best] >= _USUAL else ZIPS_OWN


def decoded(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _is_latin(text: str, alphabets: Sequence[frozenset[str]]) -> bool:
    """Whether all characters outside ASCII are letters of one alphabet, in words that look like words."""
    outside = {char for char in text if char > "\x7f"}
    return (
        any(outside <= alphabet for alphabet in alphabets)
        and not _TORN.search(text)
        and all(map(_looks_latin, _WORD.findall(text)))
    )


def _looks_latin(word: str) -> bool:
    outside = sum(char > "\x7f" for char in word)
    return outside <= 0.75 * len(word) + (len(word) == 1) and not turns_upper(word)


def _is_cyrillic(text: str) -> bool:
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    letters = "".join(words).lower()
    outside = [char for char in text if char > "\x7f" and char not in "№\xa0"]
    return (
        bool(letters)
        and len(outside) == len(letters)
        and _RUSSIAN.issuperset(letters)
        and not any(map(turns_upper, words))
        and 2 * sum(char in _OFTEN_IN_RUSSIAN for char in letters) > len(letters)
    )


def turns_upper(word: str) -> bool:
    """Whether a capital outside ASCII follows a small letter. In a wrong encoding this is frequent."""
    return any(before.islower() and after.isupper() and after > "\x7f" for before, after in pairwise(word))


def _usualness(data: bytes, codec: str) -> float:
    """How usual the characters of several bytes are, on average; 0 if the codec can't read the data."""
    weights = [EAST_ASIAN[codec](encoded, char) for encoded, char in characters(data, codec)]
    return sum(weights) / len(weights) if weights else 0


def characters(data: bytes, codec: str) -> Iterator[tuple[bytes, str]]:
    """Each character outside ASCII with its bytes; none if the codec can't read the data."""
    text = decoded(data, codec)
    for char in text or "":
        if char > "\x7f":
            yield codecs.encode(char, codec), char


def _japanese(encoded: bytes, char: str) -> float:
    if len(encoded) == 1:  # half-width katakana, which hardly anybody uses
        return 0.4
    return 1.0 if "\u3040" <= char <= "\u30ff" or b"\x88\x9f" <= encoded <= b"\x98\x72" else 0.2


def _simplified(encoded: bytes, char: str) -> float:
    if len(encoded) != 2 or encoded[1] < 0xA1:
        return 0.1
    if not 0xB0 <= encoded[0] <= 0xD7:
        return 0.5 if encoded[0] < 0xAA else 0.2
    return 1.2 if char in _OFTEN_IN_CHINESE else 1.0


def _traditional(encoded: bytes, char: str) -> float:
    if encoded[0] < 0xA4:
        return 0.5
    return 0.99 if encoded <= b"\xc6\x7e" else 0.2


def _korean(encoded: bytes, char: str) -> float:
    if encoded[1] < 0xA1 or not 0xB0 <= encoded[0] <= 0xC8:
        return 0.1
    return 1.2 if char in _OFTEN_IN_KOREAN else 0.9


EAST_ASIAN: dict[str, Callable[[bytes, str], float]] = {
    "cp932": _japanese,
    "gb18030": _simplified,
    "big5": _traditional,
    "cp949": _korean,
}
"""How usual a character is, by the codec that reads it: about 1 for the common ones."""
