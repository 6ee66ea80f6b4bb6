"""A seeded generator of malformed files: well-formed ones of every format, damaged in the ways that files are."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

from semblance_build.soak.specimens import PARTS, SUFFIXES, packed, specimen

_MOST_BYTES = 400_000
_ODD: list[str | bytes] = [
    *(
        b"\0",
        b"\xff",
        b"\xfe\xff",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\xef\xbf\xbf",
        b"\x1a",
        b"\r",
        b"\x0b",
        b"\x85",
    ),
    *("\u202e", "\u2066", "\u200b", "\u2028", "\ufeff", "\U0010ffff", "e\u0301" * 50, "\u0f73"),
    *(
        "__proto__",
        "constructor",
        "toString",
        "null",
        "NaN",
        "-Infinity",
        "1e999",
        "9" * 5_000,
        "-0",
        "0x" + "f" * 99,
    ),
    *(
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "<",
        ">",
        "</",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?",
        "&",
        "&#x110000;",
        "&#0;",
    ),
    *(
        '"',
        "'",
        '"""',
        "\\",
        "\\u0000",
        "\\ud800",
        ",",
        ";",
        "\t",
        "\n",
        "\n\n",
        "\n---\n",
        "+++",
        "```",
        ":",
        ": ",
        "=",
        "|",
    ),
    *(
        "<!DOCTYPE x [<!ENTITY a 'b'>]>",
        "<script>alert(1)</script>",
        "javascript:alert(1)",
        "&a *a",
        "!!python/none",
        "? ",
    ),
    *(
        "BEGIN:VEVENT\n",
        "END:VCARD\n",
        "From ",
        "\n\nFrom a\n",
        "Content-Type: multipart/mixed; boundary=b1\n\n",
        "--b1",
    ),
    *("\\begin{a}", "\\end{a}", "#+BEGIN_SRC\n", "* " * 50, ":END:", ".. a::\n\n   ", "00:00:01,000 --> x\n"),
    *(
        "endobj",
        "stream\n",
        "/Kids [2 0 R]",
        "/Length 999999999",
        "/Filter /FlateDecode",
        "1 0 R",
        "startxref\n",
        "/Prev 9",
    ),
    *(
        "=?x?b?####?=",
        "=?idna?q?a?=",
        "charset=undefined",
        "charset=idna",
        "charset=\0x",
        "base64",
        "uuencode",
        "/Encrypt 6 0 R",
    ),
    *("9999-99-99", "0000-00-00T00:00:00Z", "Fri, 31 Feb 2026 25:61:61 +9999"),
]
ODD = [part.encode() if isinstance(part, str) else part for part in _ODD]
_WRAPPERS = [
    *(
        (b"[", b"]"),
        (b'{"a":', b"}"),
        (b"<div>", b"</div>"),
        (b"<a><b>", b"</b></a>"),
        (b"(", b")"),
        (b"> ", b""),
    ),
    *(
        (b"<outline>", b"</outline>"),
        (b"<w:tbl><w:tr><w:tc>", b"</w:tc></w:tr></w:tbl>"),
        (b"{\\a ", b"}"),
        (b"- ", b""),
    ),
]
_CODECS = [
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "utf-7",
    "latin-1",
    "cp932",
    "gb18030",
    "koi8-r",
    "cp037",
]


class Sample(NamedTuple):
    """A malformed file, and the ways in which it was damaged."""

    name: str
    data: bytes
    ways: tuple[str, ...]


def sample(seed: int, number: int) -> Sample:
    """The malformed file of a number: each can be made again alone.

    Examples
    --------
    >>> sample(1, 7) == sample(1, 7), sample(1, 7) == sample(2, 7)
    (True, False)
    """
    chance = random.Random(f"{seed}/{number}")
    suffix = SUFFIXES[number % len(SUFFIXES)]
    data, ways = specimen(suffix), list[str]()
    if suffix in PARTS and chance.random() < 0.7:
        data = _with_damaged_part(suffix, chance, ways)
    for _ in range(chance.choice((1, 1, 2, 3))):
        data = _damaged(data, chance, ways)
    other = chance.random() < 0.1  # a name that says something else
    return Sample(f"soak-{number}{chance.choice(SUFFIXES) if other else suffix}", data, tuple(ways))


def _with_damaged_part(suffix: str, chance: random.Random, ways: list[str]) -> bytes:
    """What is packed, with one of its parts damaged, left out, or under another path."""
    parts: dict[str, str | bytes] = dict(PARTS[suffix])
    path = chance.choice(sorted(parts))
    part = parts.pop(path)
    encoded = part.encode() if isinstance(part, str) else part
    match chance.randrange(8):
        case 0:
            ways.append(f"without {path}")
        case 1:
            moved = chance.choice(
                ["../../etc/x", "/x", "a\\b.md", "C:/x.md", "x" * 9_000, "\u202ex.md", ".x", "x/"]
            )
            parts[moved] = encoded
            ways.append(f"{path} elsewhere")
        case _:
            parts[path] = _damaged(encoded, chance, ways)
            ways[-1] += f" in {path}"
    return packed(parts)


def _damaged(data: bytes, chance: random.Random, ways: list[str]) -> bytes:
    way = chance.choice(_WAYS)
    ways.append(way.__name__.strip("_"))
    return way(data, chance)[:_MOST_BYTES]


def _slice(data: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + chance.choice((1, 2, 8, 40, 200)))


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _beheaded(data: bytes, chance: random.Random) -> bytes:
    return data[chance.randrange(len(data) + 1) :]


def _flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 3, 20)) if data else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _without_slice(data: bytes, chance: random.Random) -> bytes:
    start, end = _slice(data, chance)
    return data[:start] + data[end:]


def _repeated(data: bytes, chance: random.Random) -> bytes:
    start, end = _slice(data, chance)
    times = chance.choice((2, 10, 1_000, _MOST_BYTES // max(1, end - start)))
    return data[:start] + data[start:end] * times + data[end:]


def _odd(data: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 2, 5))):
        start, end = _slice(data, chance)
        data = (
            data[:start]
            + chance.choice(ODD) * chance.choice((1, 1, 3, 300))
            + data[chance.choice((start, end)) :]
        )
    return data


def _nested(data: bytes, chance: random.Random) -> bytes:
    start, end = _slice(data, chance)
    before, after = chance.choice(_WRAPPERS)
    depth = chance.choice((5, 90, 110, 3_000, 20_000))
    return data[:start] + before * depth + data[start:end] + after * depth + data[end:]


def _spliced(data: bytes, chance: random.Random) -> bytes:
    """Its beginning, and the end of another format's."""
    other = specimen(chance.choice(SUFFIXES))
    return _cut(data, chance) + _beheaded(other, chance)


def _re_encoded(data: bytes, chance: random.Random) -> bytes:
    return data.decode("utf-8", "replace").encode(chance.choice(_CODECS), "replace")


def _numbers_changed(data: bytes, chance: random.Random) -> bytes:
    """Digits anywhere become others: sizes, offsets, counts, dates."""
    return bytes(
        chance.choice(b"0123456789") if 48 <= byte <= 57 and chance.random() < 0.4 else byte for byte in data
    )


def _random_bytes(data: bytes, chance: random.Random) -> bytes:
    start, end = _slice(data, chance)
    return data[:start] + chance.randbytes(chance.choice((1, 30, 3_000))) + data[end:]


def _swapped(data: bytes, chance: random.Random) -> bytes:
    """Delimiters take one another's place."""
    one, other = chance.sample(b",;\t\"'<>{}[]():=\n\r|#*-/\\ ", 2)
    return data.translate(bytes.maketrans(bytes([one, other]), bytes([other, one])))


_WAYS: list[Callable[[bytes, random.Random], bytes]] = [
    _cut,
    _beheaded,
    _flipped,
    _without_slice,
    _repeated,
    _odd,
    _odd,
    _nested,
    _spliced,
    _re_encoded,
    _numbers_changed,
    _random_bytes,
    _swapped,
]
