"""Message files: the words that users read, in one file for each language and subject, ``LANGUAGE/SUBJECT.toml``.

This is the one way to read them. The core's are in ``messages``, the app's in ``browser/pages/messages``, those of the labs
in ``labs/messages``, those of a blog's elements in ``blog/messages``. Texts may hold ``{placeholders}``. A text about some
number of things has a second one about one thing, whose key ends in ``_one``.
"""

from __future__ import annotations

import tomllib
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "zh-Hant": "繁體中文", "zh-Hans": "简体中文"}
"""The languages of the app and the labs, and their own names for themselves."""

_current = ENGLISH


def current() -> str:
    """The language that users read. Programs, logs and the command line have English."""
    return _current


def use(language: str) -> None:
    """Let users read another of the `LANGUAGES` from now on."""
    global _current
    _current = language if language in LANGUAGES else ENGLISH


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
        return _read(self._folder, language, subject)

    def text(self, language: str, subject: str, key: str, /, **values: object) -> str:
        """One text. It is English if the language lacks it.

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
        try:
            entry: Any = self.read(language, subject)
            for part in key.split("."):
                entry = entry[part]
        except (KeyError, FileNotFoundError):
            if language == ENGLISH:
                raise KeyError(f"{subject}: there is no text {key}") from None
            return self._entry(ENGLISH, subject, key)
        return entry


CORE = Catalogue(Path(__file__).with_name("messages"))


class Message:
    """A text of the core by its key, with the values of its placeholders: it can be said in any language.

    Parameters
    ----------
    key : str
        The file's name and the path in it, such as ``backup.no_zip``. What is no key is itself the text, such as the words
        of another program's error.
    **values
        Numbers, names and other messages. The text about one thing is taken if ``count`` is 1.

    Examples
    --------
    >>> str(Message("wording.untitled")), Message("wording.untitled").said("zh-Hant")
    ('untitled', '未命名')
    >>> str(Message("the disk is on fire"))
    'the disk is on fire'
    """

    __slots__ = ("key", "values")

    def __init__(self, key: str, /, **values: object) -> None:
        self.key, self.values = key, values

    def __repr__(self) -> str:
        return f"Message({str(self)!r})"

    def __str__(self) -> str:
        """The text in English."""
        return self.said(ENGLISH)

    def said(self, language: str = "") -> str:
        """The text in a language; by default in the one that users read."""
        language = language or current()
        subject, _, key = self.key.partition(".")
        if not key or " " in self.key:
            return self.key
        values = {
            name: value.said(language) if isinstance(value, Message) else value
            for name, value in self.values.items()
        }
        for candidate in [f"{key}_one", key] if values.get("count") == 1 else [key]:
            with suppress(KeyError):
                return CORE.text(language, subject, candidate, **values)
        return self.key


@cache
def _read(folder: Path, language: str, subject: str) -> dict[str, Any]:
    return tomllib.loads((folder / language / f"{subject}.toml").read_text(encoding="utf-8"))
