"""Guesses the encoding of a text that is not Unicode.

For texts in Latin letters it uses the alphabets of languages. In the right encoding, (nearly) every letter outside
ASCII belongs to the alphabet of one language. On short messages in 24 languages this was right far more often than
statistics, which take much French for Baltic. For other scripts it uses ``charset_normalizer``, whose statistics are
good at these.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Generator

_WESTERN = [
    "àâæçéèêëîïôœùûüÿ",  # French
    "äöüßé",  # German
    "áéíñóúü¡¿ªº",  # Spanish
    "àáâãçéêíóôõúüªº",  # Portuguese
    "àèéìíîòóùú",  # Italian
    "åäöéüà",  # Swedish, Finnish
    "æøåéèüöä",  # Danish, Norwegian
    "éëïóöüáèíêçà",  # Dutch
    "àçèéíïòóúü·",  # Catalan
    "áðéíóúýþæö",  # Icelandic
]
_CENTRAL = [
    "ąćęłńóśźż",  # Polish
    "áčďéěíňóřšťúůýž",  # Czech
    "áäčďéíĺľňóôŕšťúýž",  # Slovak
    "áéíóöőúüű",  # Hungarian
    "čćđšž",  # Croatian, Slovenian
    "ăâîşţșț",  # Romanian
]
_TURKISH = ["çğıİöşüâîû"]
_BALTIC = ["äõöüšž", "āčēģīķļņšūžōŗ", "ąčęėįšųūž"]  # Estonian, Latvian, Lithuanian

_PUNCTUATION = frozenset("\u00a0‘’‚“”„…–—«»‹›€£§©®°•™")
_NOT_IN_NAMES = frozenset("¡¿ªº·«»‹›…©®™•£€")
_FITS = 0.97  # share of the characters outside ASCII that must belong to the alphabet


def _alphabets(letters: list[str]) -> list[frozenset[str]]:
    return [frozenset(alphabet + alphabet.upper()) | _PUNCTUATION for alphabet in letters]


# In order of preference: an encoding has to fit better to win over one before it.
_LATIN = [
    ("cp1252", _alphabets(_WESTERN)),
    ("iso8859_15", _alphabets(_WESTERN)),
    ("cp1250", _alphabets(_CENTRAL)),
    ("iso8859_2", _alphabets(_CENTRAL)),
    ("cp1254", _alphabets(_TURKISH)),
    ("cp1257", _alphabets(_BALTIC)),
    ("mac_roman", _alphabets(_WESTERN)),
    ("cp1252", _alphabets(["".join(_WESTERN)])),  # several languages in one text
]

_OF_NAMES = {
    "cp850": _WESTERN,
    "cp1252": _WESTERN,
    "cp852": _CENTRAL,
    "cp1250": _CENTRAL,
    "cp857": _TURKISH,
}

_OTHER_SCRIPTS = (
    *("cp1251", "koi8_u", "cp866"),
    *("cp1253", "iso8859_7", "cp1255", "cp1256"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_ENOUGH = 100  # bytes outside ASCII below which statistics are too often wrong

# What a file may declare: encodings for texts, none that expands or interprets escapes.
_DECLARABLE = frozenset(
    {name for name, _ in _LATIN}
    | set(_OTHER_SCRIPTS)
    | {"iso2022_jp", "iso2022_kr", "koi8_r", "cp874", "tis_620", "cp1258", "mac_cyrillic", "big5hkscs", "hz"}
    | {f"iso8859_{part}" for part in range(2, 17)}
)
_AS_BROWSERS_DO = {"iso8859_1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}
_AS_BROWSERS_DO |= {"shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs"}


def declared(label: str) -> str:
    """The codec for an encoding that a file says it is in; empty where the name is not one to follow.

    Labels are read as browsers read them (WHATWG Encoding Standard): latin-1 is windows-1252.

    Examples
    --------
    >>> declared("ISO-8859-1"), declared("Shift_JIS"), declared("utf-7"), declared("rot13")
    ('cp1252', 'cp932', '', '')
    """
    try:
        name = codecs.lookup(label).name.replace("-", "_")
    except (LookupError, ValueError):
        return ""
    name = _AS_BROWSERS_DO.get(name, name)
    return name if name in _DECLARABLE else ""


def label(codec: str) -> str:
    """A codec's name for people.

    Examples
    --------
    >>> label("cp1252"), label("iso8859_2"), label("koi8_u")
    ('windows-1252', 'iso-8859-2', 'koi8-u')
    """
    return codec.replace("cp125", "windows-125").replace("iso8859", "iso-8859").replace("_", "-")


def alphabets_of(codec: str) -> list[frozenset[str]]:
    """The characters outside ASCII that names in a DOS or Windows encoding may hold, by language."""
    return [alphabet - _NOT_IN_NAMES for alphabet in _alphabets(_OF_NAMES[codec])]


def guess(sample: bytes) -> Generator[None, None, str]:
    """Guess a codec from the lines of a text that are not ASCII; yields breathing points.

    Parameters
    ----------
    sample : bytes
        A few kilobytes, beginning and ending between characters.

    Returns
    -------
    str
        A codec's name; empty where nothing fits, or where there is too little to tell.
    """
    latin = _by_alphabet(sample)
    yield None
    if latin or is_short(sample):
        return latin
    return (yield from _by_statistics(sample[:2_000]))


def possible(sample: bytes, guess: str) -> list[tuple[str, str]]:
    """Codecs that can decode the lines of a text that are not ASCII, the guess first, each with the first of these lines.

    Encodings that read all of it alike are one.

    Examples
    --------
    >>> possible("Žižkov je čtvrť".encode("cp1250"), "cp1250")[:2]
    [('cp1250', 'Žižkov je čtvrť'), ('cp1257', 'ˇi˛kov je čtvr¯')]
    """
    readings: dict[str, str] = {}
    for codec in dict.fromkeys((guess, *(codec for codec, _ in _LATIN), *_OTHER_SCRIPTS)):
        whole = sample[: _whole_characters(sample, codec)]
        text = whole.decode(codec) if whole else sample.decode(codec, "replace") if codec == guess else ""
        if codec == guess or (text and not _CONTROL.search(text)):
            readings.setdefault(text, codec)
    return [(codec, text.strip().partition("\n")[0]) for text, codec in readings.items()]


def is_short(sample: bytes) -> bool:
    """Whether there are too few bytes outside ASCII for statistics: see `semblance.ingest.short_texts`."""
    return sum(byte > 0x7F for byte in sample) < _ENOUGH


def _by_alphabet(sample: bytes) -> str:
    best, best_share = "", 0.0
    for codec, alphabets in _LATIN:
        outside = _outside_ascii(sample, codec)
        for alphabet in alphabets if outside else ():
            share = sum(n for char, n in outside.items() if char in alphabet) / outside.total()
            if share >= _FITS and share > best_share:
                best, best_share = codec, share
    return best


def _outside_ascii(sample: bytes, codec: str) -> Counter[str]:
    """Characters outside ASCII under a codec; empty where most letters would be outside."""
    try:
        counts = Counter(sample.decode(codec))
    except UnicodeDecodeError:
        return Counter()
    outside = Counter({char: n for char, n in counts.items() if char > "\x7f"})
    letters = Counter({char: n for char, n in counts.items() if char.isalpha()})
    most_are_ascii = 2 * sum((letters & outside).values()) <= letters.total()
    return outside if most_are_ascii else Counter()


def _by_statistics(sample: bytes) -> Generator[None, None, str]:
    from charset_normalizer import from_bytes  # here, since it takes a while to import and is rarely needed

    candidates: list[tuple[float, float, str]] = []
    for codec in _OTHER_SCRIPTS:  # one at a time, to breathe in between
        whole = sample[: _whole_characters(sample, codec)]
        match = from_bytes(whole, cp_isolation=[codec], enable_fallback=False).best() if whole else None
        if match is not None:
            candidates.append((round(match.chaos, 1), -match.coherence, codec))
        yield None
    return min(candidates)[-1] if candidates else ""


def _whole_characters(sample: bytes, codec: str) -> int:
    """Length of a sample without the character that its end may have cut; 0 where it can't be decoded."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    try:
        decoder.decode(sample, final=False)
    except UnicodeDecodeError:
        return 0
    return len(sample) - len(decoder.getstate()[0])
