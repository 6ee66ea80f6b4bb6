"""Bytes to text: right, with a note on what was replaced, or refused by name; never mangled."""

from __future__ import annotations

import codecs
import io
import re
import unicodedata
from collections.abc import Generator
from dataclasses import dataclass, replace

from semblance.errors import NotText, UnknownEncoding
from semblance.ingest import encodings
from semblance.ingest.formats import picture_suffix
from semblance.ingest.items import SLICE, joined
from semblance.ingest.kinds import check_kind
from semblance.messages import Message

_BOMS = [  # UTF-32's come first, because they begin with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]
_CONTROLS = bytes(sorted(set(range(1, 32)) - set(b"\t\n\v\f\r\b\x1b"))) + b"\x7f"
_SAMPLE = 6_000
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_REPLACEMENT = "\ufffd"
_OUTSIDE_ASCII = re.compile(r"[^\0-\x7f]")

_DECLARATION = re.compile(
    rb"""\A\s*+<\?xml[^>]*?\sencoding\s*+=\s*+["']([\w.:-]++)
    | <meta\s[^>]*?charset\s*+=\s*+["']?+\s*+([\w.:-]++)""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, whose lines end in a newline alone.

    Parameters
    ----------
    text : str
    note : str
        How it was decoded, for the user.
    sample : bytes
        Where the encoding is a guess by lines outside ASCII: these lines.
    guess : str
        That codec.
    """

    text: str
    note: str = ""
    sample: bytes = b""
    guess: str = ""


def declared_encoding(data: bytes) -> str:
    """The codec that an HTML or XML file declares; empty if it declares none that is known.

    Examples
    --------
    >>> declared_encoding(b'<?xml version="1.0" encoding="iso-8859-1"?>')
    'cp1252'
    """
    match = _DECLARATION.search(data[:4_096])
    return encodings.declared((match[1] or match[2]).decode("ascii")) if match else ""


def decode(data: bytes, *, where: str, declared: str = "") -> Generator[None, None, Decoded]:
    """Decode a file; yields breathing points and returns its text.

    A byte order mark counts first, then UTF-8 if all of it is valid, then the declared codec, and last a guess,
    which the note mentions. In a text that is clearly in its encoding, bytes that are not are replaced by U+FFFD, and stray
    NUL characters are removed. The note mentions both.

    Parameters
    ----------
    data : bytes
    where : str
        The file's name, for messages.
    declared : str, optional
        The codec that the file itself declares.

    Raises
    ------
    UnsupportedFormat
        It is of a kind that is not read: see `semblance.ingest.kinds`.
    NotText
        It is a picture, an archive or other binary data.
    UnknownEncoding
        It is unclear which encoding decodes it.
    """
    marked = next(((codec, mark) for mark, codec in _BOMS if data.startswith(mark)), None)
    if marked:
        codec, mark = marked
        return (yield from _decoded(data, codec, start=len(mark), errors="replace"))
    check_kind(where, data, where=where)
    _refuse_misnamed(data, where)
    head = data[:SLICE]
    if wide := _utf16_by_zeros(head):
        return (yield from _decoded(data, wide, note=_guessed(wide), errors="replace"))
    _refuse_binary(head, where)
    # In encodings with escapes between alphabets all bytes are ASCII, so UTF-8 would accept them.
    escaped = declared if declared.startswith(("iso2022", "hz")) else "iso2022_jp" * (b"\x1b$B" in head)
    for codec in filter(None, (escaped, "utf-8", declared)):
        try:
            return (yield from _decoded(data, codec))
        except UnicodeDecodeError:
            continue
    sample = yield from _lines_outside_ascii(data)
    for codec in filter(None, ("utf-8", declared)):
        good, bad = _good_and_bad(sample, codec)
        if good >= 2 * bad:
            return (yield from _decoded(data, codec, errors="replace"))
        if good >= bad and codec == "utf-8":
            # Guessing would turn its good characters into gibberish, because windows-1252 takes nearly any byte.
            raise UnknownEncoding("ingest.utf8_in_part", where=where)
    codec = yield from _guess(sample, where)
    decoded = yield from _decoded(data, codec, note=_guessed(encodings.label(codec)), errors="replace")
    return replace(decoded, sample=sample, guess=codec)


def decode_as(data: bytes, codec: str) -> Generator[None, None, Decoded]:
    """As `decode`, in the encoding that the user has chosen."""
    note = Message("ingest.decoded", encoding=encodings.label(codec)).said()
    return (yield from _decoded(data, codec, note=note, errors="replace"))


def _guessed(encoding: str) -> str:
    return Message("ingest.guessed", encoding=encoding).said()


def _decoded(
    data: bytes, codec: str, *, start: int = 0, note: str = "", errors: str = "strict"
) -> Generator[None, None, Decoded]:
    """The text of a file in a known encoding; a UnicodeDecodeError if `errors` is "strict" and there is one."""
    decoder = codecs.getincrementaldecoder(codec)(errors)
    newlines = io.IncrementalNewlineDecoder(None, translate=True)
    pieces: list[str] = []
    nuls = replaced = 0
    for at in range(start, len(data), SLICE):
        last = at + SLICE >= len(data)
        piece = decoder.decode(data[at : at + SLICE], last)
        nuls += piece.count("\0")
        replaced += piece.count(_REPLACEMENT)
        pieces.append(newlines.decode(piece.replace("\0", ""), last))
        yield None
    replaced -= data.count(_REPLACEMENT.encode()) if codec == "utf-8" else 0  # some stand in the file itself
    encoding = encodings.label(codec).upper() if codec.startswith("utf") else encodings.label(codec)
    damage = Message("ingest.replaced", count=replaced, encoding=encoding).said() if replaced > 0 else ""
    removed = Message("ingest.nuls", count=nuls).said() if nuls else ""
    return Decoded("".join(pieces), joined(note, damage, removed))


def _utf16_by_zeros(head: bytes) -> str:
    """UTF-16 without a byte order mark: of each two bytes, often the same one is zero and the other never."""
    if len(head) % 2:
        return ""
    pairs = len(head) // 2
    first, second = head[0::2].count(0), head[1::2].count(0)
    few = 0.05 if pairs >= 100 else 0.5
    if second > few * pairs and first * 20 < second:
        return "utf-16-le" if _reads_as_text(head, "utf-16-le") else ""
    if first > few * pairs and second * 20 < first:
        return "utf-16-be" if _reads_as_text(head, "utf-16-be") else ""
    return ""


def _reads_as_text(head: bytes, codec: str) -> bool:
    text = head[:4_096].decode(codec, "replace")
    odd = sum(unicodedata.category(char).startswith("C") and not char.isspace() for char in text)
    return odd <= len(text) / 50


def _refuse_misnamed(data: bytes, where: str) -> None:
    """A picture or an archive whose name says that it is a text."""
    suffix = picture_suffix(data) or ".zip" * data.startswith(b"PK\x03\x04")
    if suffix:
        remedy = Message("ingest.rename", suffix=suffix)
        raise NotText("ingest.misnamed", suffix=suffix, where=where, remedy=remedy)


def _refuse_binary(head: bytes, where: str) -> None:
    """A few stray control characters are let through; more of them is no text."""
    nuls = head.count(0)
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if nuls > len(head) / 4 or nuls > max(8, len(head) / 100) or controls > max(2, len(head) / 100):
        raise NotText("ingest.binary", where=where)


def _good_and_bad(sample: bytes, codec: str) -> tuple[int, int]:
    """How many characters outside ASCII a codec reads, and how many it can't."""
    text = sample.decode(codec, "replace")
    bad = text.count(_REPLACEMENT)
    return len(_OUTSIDE_ASCII.findall(text)) - bad, bad


def _guess(sample: bytes, where: str) -> Generator[None, None, str]:
    has_controls = sample.translate(None, _CONTROLS + b"\0") != sample
    codec = "" if has_controls else (yield from encodings.guess(sample))
    if not codec and not has_controls and encodings.is_short(sample):
        from semblance.ingest import short_texts  # here, since few texts need it

        codec = short_texts.guess(sample)
    if not codec:
        raise UnknownEncoding("ingest.unknown_encoding", where=where)
    return codec


def _lines_outside_ascii(data: bytes) -> Generator[None, None, bytes]:
    """The first few kilobytes of lines that aren't all ASCII: those tell an encoding."""
    pieces: list[bytes] = []
    room = _SAMPLE
    end = 0
    for at in range(0, len(data), SLICE):
        while room > 0 and (match := _HIGH_BYTE.search(data, max(at, end), at + SLICE)):
            start = max(data.rfind(b"\n", 0, match.start()) + 1, end, match.start() - 100)
            end = data.find(b"\n", match.end()) + 1 or len(data)
            pieces.append(data[start : min(end, start + room)])
            room -= len(pieces[-1])
        yield None
    return b"".join(pieces)
