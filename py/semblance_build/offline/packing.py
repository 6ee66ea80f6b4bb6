"""Many files as a few compressed parts that can stand in scripts."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

LARGE = 100_000  # bytes; a file of this size is loaded, and unpacked, by itself
PART = 3 << 20  # bytes of one part: small enough to keep the page's tasks short
ROWS = (
    "/words/rows/"  # in the paths of blocks of rows of a model's word table, which are a group of their own
)
SMALL_FILES = "site"  # the group of all others

# Bytes with a meaning to the parser of a script or a page. As in yEnc, "=" and the byte plus 64 stand for them.
ESCAPED = b'\0\n\r"\\<='
SHIFT = 64

_UNSAFE = re.compile(b"[" + re.escape(ESCAPED) + b"]")


@dataclass(frozen=True, slots=True)
class Packed:
    """Files in groups, each group one gzip stream that is cut into parts; ``files.js`` unpacks them.

    Parameters
    ----------
    parts : mapping
        Bytes of each part ``GROUP.NUMBER``.
    groups : mapping
        ``{"parts": count}`` of each group.
    files : mapping
        ``{"group": name, "bytes": size}`` of each file, and ``"at"``, its offset, in a group of several.
    """

    parts: Mapping[str, bytes]
    groups: Mapping[str, Mapping[str, int]]
    files: Mapping[str, Mapping[str, Any]]


def pack(contents: Mapping[str, bytes]) -> Packed:
    """Compress files; the same input gives the same bytes."""
    grouped: dict[str, bytearray] = {}
    files: dict[str, dict[str, Any]] = {}
    for name, data in sorted(contents.items()):
        alone = len(data) >= LARGE
        group = _group(name) if alone or ROWS in name else SMALL_FILES
        before = grouped.setdefault(group, bytearray())
        files[name] = {"group": group, "bytes": len(data)} | ({} if alone else {"at": len(before)})
        before += data
    parts: dict[str, bytes] = {}
    groups = {}
    for group, unpacked in grouped.items():
        cut = _cut(gzip.compress(unpacked, 9, mtime=0))
        groups[group] = {"parts": len(cut)}
        parts |= {f"{group}.{number}": part for number, part in enumerate(cut)}
    return Packed(parts, groups, files)


def _group(name: str) -> str:
    """The name of a group of one file, or of all blocks of rows of a model."""
    folder, is_block, _ = name.partition(ROWS)
    return re.sub(r"[^A-Za-z0-9.-]+", "-", folder + ROWS.rstrip("/") if is_block else name)


def _cut(stream: bytes) -> list[bytes]:
    return [stream[start : start + PART] for start in range(0, len(stream), PART)]


def blocks(packed: Packed) -> Iterator[bytes]:
    """The parts as the elements of a page that hold them: ``static/js/handout/`` writes the same."""
    for name, data in packed.parts.items():
        yield b'<script type="text/plain" id="packed-%b">%b</script>\n' % (name.encode(), encode(data))


def encode(data: bytes) -> bytes:
    r"""Bytes as they may stand in a script, or in a page, that is read as windows-1252: 3 % more, where base64 takes 33 %.

    Examples
    --------
    >>> encode(b'a"b\n')
    b'a=bb=J'
    """
    return _UNSAFE.sub(lambda match: b"=" + bytes([match[0][0] + SHIFT]), data)
