"""The texts of the labs, in three languages: ``messages/LANGUAGE/LESSON.toml``, and ``frame.toml`` for the page around.

Texts may hold ``{placeholders}``, `code` between backquotes, **strong** words, and empty lines between paragraphs.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = {"en": "English", "zh-Hant": "繁體中文", "zh-Hans": "简体中文"}
FRAME = "frame"
# Not by `importlib.resources`, which takes a tenth of a second to import in a browser.
_FOLDER = Path(__file__).with_name("messages")


@cache
def messages(language: str, lesson: str = FRAME) -> dict[str, Any]:
    """All texts of a lesson, or of the frame, by section."""
    path = _FOLDER / language / f"{lesson}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def text(language: str, lesson: str, key: str, **values: object) -> str:
    """One text.

    Parameters
    ----------
    language : str
        One of `LANGUAGES`.
    lesson : str
        A lesson's name, or `FRAME`.
    key : str
        The path through the sections, joined by dots.
    **values
        For the placeholders.

    Raises
    ------
    KeyError
        If there is no such text.

    Examples
    --------
    >>> text("en", "embedding", "title")
    'What an embedding is'
    """
    entry: Any = messages(language, lesson)
    for part in key.split("."):
        entry = entry[part]
    if not isinstance(entry, str):
        raise KeyError(f"{lesson}: {key} is no text")
    return entry.format(**values) if values else entry
