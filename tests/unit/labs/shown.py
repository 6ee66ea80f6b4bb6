"""What a demonstration shows, by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aio import run
from semblance.labs.catalogue import lesson
from semblance.labs.figures import Figure, Note
from semblance.native.labs import Tools


class Shown:
    """The figures of a demonstration, run with its defaults but for `inputs`."""

    def __init__(self, tools: Tools, name: str, demo: str, **inputs: Any) -> None:
        (wanted,) = (shown for shown in lesson(name).demos if shown.name == demo)
        given = {field.name: field.default for field in wanted.inputs} | inputs
        self.all: Sequence[Figure] = run(wanted.show(tools, **given))
        self.notes = [figure for figure in self.all if isinstance(figure, Note)]

    def __getitem__(self, name: str) -> Any:
        """The figure of this name that is no note."""
        (figure,) = (figure for figure in self.all if figure.name == name and not isinstance(figure, Note))
        return figure

    def note(self, name: str) -> dict[str, Any]:
        """The values of the note of this name."""
        (note,) = (note for note in self.notes if note.name == name)
        return note.values
