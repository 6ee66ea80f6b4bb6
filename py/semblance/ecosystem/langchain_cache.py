"""The files in which LangChain's ``CacheBackedEmbeddings`` keeps vectors in a ``LocalFileStore``, without LangChain.

A file's name is the namespace and a digest of the text; in it stands the vector as a JSON list.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

NAMESPACE = uuid.UUID(int=1985)
"""Of LangChain's default digest."""

_SAFE = re.compile(r"[a-zA-Z0-9_.\-/]*")

Embed = Callable[[Sequence[str]], Sequence[list[float]]]


def digest(text: str, algorithm: str = "sha1") -> str:
    """The digest of a text in the name of its file.

    Parameters
    ----------
    text : str
    algorithm : str
        ``sha1``, as LangChain has it by default, ``sha256``, ``sha512`` or ``blake2b``.

    Examples
    --------
    >>> digest("hello")
    'e885db5b-c0bd-5fbc-88b1-4d1da6020aa5'
    """
    hashed = hashlib.new(algorithm, text.encode(), usedforsecurity=False).hexdigest()
    return str(uuid.uuid5(NAMESPACE, hashed)) if algorithm == "sha1" else hashed


class EmbeddingCache:
    """Vectors of texts in a folder.

    Parameters
    ----------
    folder : Path
    namespace : str
        What the names of the files begin with: one for each model.
    algorithm : str
        See `digest`.

    Raises
    ------
    ValueError
        If the namespace or the algorithm is none that LangChain takes.
    """

    def __init__(self, folder: Path, namespace: str = "", algorithm: str = "sha1") -> None:
        if not _SAFE.fullmatch(namespace) or ".." in namespace.split("/") or namespace.startswith("/"):
            raise ValueError(
                f"{namespace!r} can't begin the names of files: use letters, digits, _ . - and /"
            )
        if algorithm not in ("sha1", "sha256", "sha512", "blake2b"):
            raise ValueError(f"{algorithm!r} is no digest of LangChain: use sha1, sha256, sha512 or blake2b")
        self._folder, self._namespace, self._algorithm = folder, namespace, algorithm

    def vectors(self, texts: Sequence[str], embed: Embed) -> list[list[float]]:
        """The vector of each text; those that are not there are embedded, once each, and kept."""
        known = {text: self._read(text) for text in dict.fromkeys(texts)}
        missing = [text for text, vector in known.items() if vector is None]
        for text, vector in zip(missing, embed(missing) if missing else (), strict=True):
            self._write(text, vector)
            known[text] = vector
        return [known[text] or [] for text in texts]

    def _path(self, text: str) -> Path:
        return self._folder / f"{self._namespace}{digest(text, self._algorithm)}"

    def _read(self, text: str) -> list[float] | None:
        try:
            vector: list[float] = json.loads(self._path(text).read_bytes())
        except FileNotFoundError:
            return None
        return vector

    def _write(self, text: str, vector: list[float]) -> None:
        path = self._path(text)
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f"{path.name}.{os.getpid()}")
        aside.write_bytes(json.dumps(vector).encode())
        aside.replace(path)
