"""All lessons, in the order in which they are taught."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from semblance.labs.lesson import Lesson

NAMES = (
    "embedding",
    "counting",
    "analogies",
    "tokens",
    "cosine",
    "answers",
    "maps",
    "clusters",
    "poles",
    "functions",
    "retrieval",
    "pictures",
    "caching",
    "limits",
    "sql",
)


@cache
def lesson(name: str) -> Lesson:
    """The lesson of this name, which is also the name of its module. The module is imported now."""
    lesson = import_module(f"semblance.labs.lessons.{name}").LESSON
    assert isinstance(lesson, Lesson)
    return lesson
