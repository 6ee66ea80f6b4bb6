"""Write files so that the same input gives the same bytes, and no file is ever half-written."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from semblance.errors import NotOurs

INDEX = "index.json"
_DIGITS = 16


def dumps(value: Any) -> bytes:
    """Compact JSON in UTF-8, keys in the order given, with a newline at its end."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def hashed(data: bytes) -> str:
    """The 16 hexadecimal digits in a file name that changes with the content."""
    return hashlib.sha256(data).hexdigest()[:_DIGITS]


def gzipped(data: bytes) -> int:
    """About how many bytes are transferred if the host compresses."""
    return len(gzip.compress(data, 6, mtime=0))


def write(path: Path, data: bytes) -> None:
    """Write a file into a folder that no reader sees yet. Its parent folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def write_hashed(folder: Path, name: str, pieces: Iterable[bytes]) -> tuple[str, int]:
    """Write a file into a folder that no reader sees yet.

    Parameters
    ----------
    folder : Path
    name : str
        With ``{}`` where 16 hexadecimal digits go that change with the content.
    pieces : iterable of bytes

    Returns
    -------
    (str, int)
        The file's name, and about how many bytes are transferred if the host compresses.
    """
    digest, compressor, compressed = hashlib.sha256(), zlib.compressobj(6, wbits=31), 0
    aside = folder / f"{name.format('')}.new"
    with aside.open("wb") as file:
        for piece in pieces:
            file.write(piece)
            digest.update(piece)
            compressed += len(compressor.compress(piece))
    compressed += len(compressor.flush())
    whole = name.format(digest.hexdigest()[:_DIGITS])
    aside.rename(folder / whole)
    return whole, compressed


def replace(path: Path, data: bytes) -> None:
    """Replace a file, whole or not at all. Its permissions stay."""
    descriptor, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        if path.exists():
            shutil.copymode(path, aside)
        else:
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(aside, 0o666 & ~umask)
        os.replace(aside, path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


@contextmanager
def swapped(folder: Path) -> Iterator[Path]:
    """A new folder to write into, which replaces `folder` once all is written.

    If anything fails, the old folder stays as it was.

    Raises
    ------
    NotOurs
        If `folder` exists and this program has not written it.
    """
    if folder.is_symlink() or (folder.exists() and not is_ours(folder)):
        raise NotOurs("there is something of that name that Semblance has not written", where=str(folder))
    aside, old = folder.with_name(folder.name + ".new"), folder.with_name(folder.name + ".old")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        yield aside
        shutil.rmtree(old, ignore_errors=True)
        if folder.exists():
            folder.rename(old)
        try:
            aside.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def is_ours(folder: Path) -> bool:
    """Whether a folder is empty, or was made by `swapped`."""
    try:
        if not any(folder.iterdir()):
            return True
        return "format" in json.loads((folder / INDEX).read_bytes())
    except (OSError, ValueError, TypeError):
        return False
