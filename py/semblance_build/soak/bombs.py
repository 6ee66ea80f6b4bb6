"""Small files that would fill the memory or take for ever if they were read without limits.

Each is refused with the limit named, or read within the limits without what would grow.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import NamedTuple

from semblance_build.soak.specimens import PARTS, PDF, TEXTS, packed

_ZEROS = bytes(40_000_000)


class Bomb(NamedTuple):
    """A bomb, and a part of what users must read of it; empty where it is read."""

    name: str
    make: Callable[[], bytes]
    refusal: str


def _zipped(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def _in_one_another(depth: int) -> bytes:
    data = _zipped("zeros.txt", _ZEROS)
    for _ in range(depth):
        data = _zipped("inner.zip", data)
    return data


def _overlapping() -> bytes:
    """Thousands of entries that are all the same bytes of the file."""
    data = zlib.compress(b"tea " * 220_000, 1, -15)
    local = struct.pack(
        "<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 33, zlib.crc32(b"tea " * 220_000), len(data), 880_000, 5, 0
    )
    entries = b"".join(
        struct.pack(
            "<4s6H3I5H2I",
            *(b"PK\1\2", 20, 20, 0, 8, 0, 33, zlib.crc32(b"tea " * 220_000), len(data), 880_000),
            *(len(name), 0, 0, 0, 0, 0, 0),
        )
        + name
        for name in (b"%04d.txt" % number for number in range(9_000))
    )
    start = len(local) + 5 + len(data)
    return (
        local
        + b"a.txt"
        + data
        + entries
        + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 9_000, 9_000, len(entries), start, 0)
    )


def _many_entries() -> bytes:
    return packed({f"{number}.txt": "" for number in range(10_001)})


def _lying() -> bytes:
    """More is in it than it says."""
    data = _zipped("zeros.txt", _ZEROS)
    return data.replace(struct.pack("<I", len(_ZEROS)), struct.pack("<I", 1_000))


def _doctype(levels: int) -> str:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, levels))
    return f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]>'


def _long_entity() -> str:
    doctype = f'<!DOCTYPE x [<!ENTITY e "{"a" * 100_000}">]>'
    return f"{doctype}<rss><channel><item><title>{'&e;' * 30_000}</title></item></channel></rss>"


def _document(body: str, before: str = "") -> bytes:
    word = PARTS[".docx"]
    document = word["word/document.xml"]
    start, end = document.index("<w:p>"), document.rindex("</w:body>")
    return packed({**word, "word/document.xml": before + document[:start] + body + document[end:]})


def _pdf(filters: str, data: bytes, more: str = "") -> bytes:
    """The specimen with another stream for its page."""
    start, end = PDF.index(b"<< /Length 96"), PDF.index(b"endstream")
    stream = f"<< /Length {len(data)} /Filter {filters} {more} >>\nstream\n".encode() + data + b"\n"
    return PDF[:start] + stream + PDF[end:]


def _deflated(data: bytes, times: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(data) for _ in range(times)) + packer.flush()


def _backup_of(items: bytes, declared: int) -> bytes:
    data = bytearray(packed({**PARTS[".backup"], "items.jsonl": items}))
    entry = data.index(b"items.jsonl", data.index(b"PK\1\2")) - 46
    data[entry + 24 : entry + 28] = struct.pack("<I", declared)
    return bytes(data)


_ANCHORS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(12)
)

BOMBS = (
    Bomb("ratio.zip", lambda: _zipped("zeros.txt", _ZEROS), "as bombs do; the limit is 200 times"),
    Bomb("in-one-another.zip", lambda: _in_one_another(5), "archive"),
    Bomb("overlapping.zip", _overlapping, "and the limit is 200 MB"),
    Bomb("many.zip", _many_entries, "it has more than 10,000 entries"),
    Bomb("lying.zip", _lying, "damaged"),
    Bomb("laughs.xml", lambda: f"{_doctype(12)}<rss>&e11;</rss>".encode(), "entities"),
    Bomb("long-entity.xml", lambda: _long_entity().encode(), "entities"),
    Bomb("laughs.opml", lambda: f"{_doctype(12)}<opml>&e11;</opml>".encode(), "entities"),
    Bomb("laughs.docx", lambda: _document("<w:p>&e11;</w:p>", _doctype(12)), "entities"),
    Bomb(
        "deep.rss",
        lambda: TEXTS[".rss"].replace("<title>Green", "<a>" * 100_000).encode(),
        "more than 100 levels",
    ),
    Bomb("deep.opml", lambda: b"<opml><body>" + b"<outline>" * 100_000, "more than 100 levels"),
    Bomb("deep.docx", lambda: _document("<w:tbl><w:tr><w:tc>" * 30_000), "more than 100 levels"),
    Bomb("deep.json", lambda: b"[" * 1_000_000, "more than 100 levels"),
    Bomb("deep.jsonl", lambda: b'{"a":' * 100_000, "more than 100 levels"),
    Bomb("deep.ipynb", lambda: b'{"cells":[' * 100_000, "more than 100 levels"),
    Bomb("deep.html", lambda: b"<div>" * 100_000 + b"Tea", ""),
    Bomb("anchors.md", lambda: f"---\n{_ANCHORS}---\nTea\n".encode(), ""),
    Bomb("brackets.md", lambda: f"---\na: {'[' * 7_000}\n---\nTea\n".encode(), ""),
    Bomb(
        "number.json",
        lambda: json.dumps([{"id": 1, "text": "Tea", "n": 1}]).replace("1}", "9" * 300_000 + "}").encode(),
        "",
    ),
    Bomb(
        "parts.eml",
        lambda: b"Content-Type: multipart/mixed; boundary=a\n\n--a\n" * 5_000,
        "more than 400 entries",
    ),
    Bomb("zeros.docx", lambda: _document("<w:p/>" + " " * 40_000_000), "as bombs do; the limit is 200 times"),
    Bomb(
        "zeros.epub",
        lambda: packed({**PARTS[".epub"], "O/a.xhtml": " " * 40_000_000}),
        "the limit is 200 times",
    ),
    Bomb(
        "zeros.odt",
        lambda: packed({**PARTS[".odt"], "content.xml": " " * 40_000_000}),
        "the limit is 200 times",
    ),
    Bomb(
        "zeros.pptx",
        lambda: packed({**PARTS[".pptx"], "ppt/slides/slide1.xml": " " * 40_000_000}),
        "limit is 200 times",
    ),
    Bomb(
        "stream.pdf",
        lambda: _pdf("/FlateDecode", _deflated(b" " * 1_000_000, 400)),
        "more than the limit of 75 MB",
    ),
    Bomb(
        "stream-in-stream.pdf",
        lambda: _pdf("[/FlateDecode /FlateDecode]", zlib.compress(_deflated(b" " * 1_000_000, 400), 9)),
        "more than the limit of 75 MB",
    ),
    Bomb("pages.pdf", lambda: PDF.replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]"), ""),
    Bomb("count.pdf", lambda: PDF.replace(b"/Count 1 ", b"/Count 999999999 "), ""),
    Bomb("arrays.pdf", lambda: PDF.replace(b"/Lang (en)", b"/Lang " + b"[" * 200_000), ""),
    Bomb("log.gz", lambda: zlib.compress(_ZEROS, wbits=31), "archive"),
    Bomb("items.backup", lambda: _backup_of(b" " * 2_000_000, 300 << 20), "bombs do; the limit is 200 times"),
    Bomb(
        "manifest.backup",
        lambda: packed({**PARTS[".backup"], "manifest.json": " " * (2 << 20)}),
        "the limit is 1 MB",
    ),
)
