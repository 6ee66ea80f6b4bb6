"""Writing files so that the same input gives the same bytes, and nothing is ever half-written."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from semblance.errors import NotOurs

INDEX = "index.json"


def dumps(value: Any) -> bytes:
    """Compact JSON in UTF-8, keys in the order given, with a newline at its end."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def hashed(data: bytes) -> str:
    """What is put into a name that changes with the content: 16 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()[:16]


def gzipped(data: bytes) -> int:
    """About how many bytes travel where the host compresses."""
    return len(gzip.compress(data, 6, mtime=0))


def write(path: Path, data: bytes) -> None:
    """Write a file into a folder that is still aside; its folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def replace(path: Path, data: bytes) -> None:
    """Put a file in the place of another, whole or not at all; its permissions stay."""
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
    """A folder to write into, which takes the place of another once all is written.

    If anything fails, what was there stays as it was.

    Raises
    ------
    NotOurs
        If a folder is there that this program has not written.
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
    """Whether a folder is empty, or one that `swapped` has made."""
    try:
        if not any(folder.iterdir()):
            return True
        return "format" in json.loads((folder / INDEX).read_bytes())
    except (OSError, ValueError, TypeError):
        return False
