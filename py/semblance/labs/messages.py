"""The texts of the labs, in the app's languages: ``messages/LANGUAGE/LESSON.toml``, and ``frame.toml`` for the page around.

Beside ``{placeholders}``, texts may hold `code` between backquotes, **strong** words, and empty lines between paragraphs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from semblance.messages import Catalogue

FRAME = "frame"
CATALOGUE = Catalogue(Path(__file__).with_name("messages"))


def messages(language: str, lesson: str = FRAME) -> dict[str, Any]:
    """All texts of a lesson, or of the frame, by section."""
    return CATALOGUE.read(language, lesson)


def text(language: str, lesson: str, key: str, /, **values: object) -> str:
    """One text of a lesson, or of the frame: see `Catalogue.text`.

    Examples
    --------
    >>> text("en", "embedding", "title")
    'What an embedding is'
    """
    return CATALOGUE.text(language, lesson, key, **values)
