"""What an item is, before it has vectors and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from semblance.errors import SemblanceError


@dataclass(frozen=True, slots=True)
class Document:
    """One item to be embedded.

    Parameters
    ----------
    id : str
        Unique in its collection. Any text: slashes, quotes and emoji are fine.
    content : str
        The text that is embedded and shown.
    title : str
        Shown instead of the id where there is one.
    metadata : mapping of str to JSON values
        Whatever came with the item: front matter, other columns, a link.
    source : str
        What it was added with (a folder, a file); `Collection.sync` compares items of one source.
    note : str
        What a user should know about how it was read, such as a guessed encoding.
    """

    id: str
    content: str
    title: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """An item that could not be used, and why."""

    id: str
    error: SemblanceError


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch ``content[start:end]`` of a document that has a vector of its own.

    Offsets count Unicode code points, as Python strings do.
    """

    start: int
    end: int
    heading: str = ""
