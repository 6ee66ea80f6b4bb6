"""Message files: the words that users read, in one file for each language and subject, ``LANGUAGE/SUBJECT.toml``.

This is the one way to read them. The app's are in ``browser/pages/messages``, those of the labs in ``labs/messages``.
Texts may hold ``{placeholders}``. A text about some number of things has a second one about one thing, whose key ends in
``_one``.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


class Catalogue:
    """The message files in a folder. A file is read when the first of its texts is asked for.

    Parameters
    ----------
    folder : Path
        Not by `importlib.resources`, which takes a tenth of a second to import in a browser.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, language: str, subject: str) -> dict[str, Any]:
        """All texts of a file, by section."""
        return _read(self._folder / language / f"{subject}.toml")

    def text(self, language: str, subject: str, key: str, /, **values: object) -> str:
        """One text.

        Parameters
        ----------
        language : str
            Name of a folder, such as ``en``.
        subject : str
            Name of a file.
        key : str
            The path through the sections, joined by dots.
        **values
            For the placeholders.

        Raises
        ------
        KeyError
            If there is no such text.
        """
        entry = self._entry(language, subject, key)
        if not isinstance(entry, str):
            raise KeyError(f"{subject}: {key} is no text")
        return entry.format(**values) if values else entry

    def counted(self, language: str, subject: str, key: str, count: int, /, **values: object) -> str:
        """A text about so many things, ``{count}``; about one thing it is the text whose key ends in ``_one``."""
        key = key if count != 1 else f"{key}_one"
        return self.text(language, subject, key, count=f"{count:,}", **values)

    def lines(self, language: str, subject: str, key: str, /) -> list[str]:
        """A list of texts."""
        return list(self._entry(language, subject, key))

    def _entry(self, language: str, subject: str, key: str) -> Any:
        entry: Any = self.read(language, subject)
        for part in key.split("."):
            entry = entry[part]
        return entry


@cache
def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
