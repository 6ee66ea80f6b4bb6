"""What a command says while it embeds: a bar on a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TextIO

from semblance.documents import Document, Failure
from semblance.embedding.report import Progress, Report
from semblance.wording import count

_WIDTH = 30


class Bar:
    """A bar that grows on a terminal.

    Examples
    --------
    >>> line_of(Progress(5, 10, 0, 5, chars_done=50, chars_total=100, elapsed=2.0))
    'Embedding [###############---------------] 5/10, 2 s left'
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown = ""

    def show(self, now: Progress) -> None:
        """Show where the run stands."""
        if self._stream.isatty():
            self._write(line_of(now))

    def clear(self) -> None:
        """Take the bar away."""
        if self._shown:
            self._write("")
            self._stream.write("\r")

    def _write(self, line: str) -> None:
        self._stream.write("\r" + line.ljust(len(self._shown)))
        self._stream.flush()
        self._shown = line


def line_of(now: Progress) -> str:
    """The bar, the items that are done, and the seconds left."""
    share = now.chars_done / now.chars_total if now.chars_total else now.done / max(now.total, 1)
    filled = round(_WIDTH * share)
    bar = "#" * filled + "-" * (_WIDTH - filled)
    left = f", {now.remaining:.0f} s left" if now.remaining else ""
    return f"Embedding [{bar}] {now.done}/{now.total}{left}"


def tell(report: Report, failures: list[Failure], documents: Iterable[Document] = ()) -> None:
    """Name what was skipped or read in a way that is not obvious, and count on a terminal what was done."""
    if sys.stderr.isatty():
        done = f"added {report.added}, changed {report.changed}, unchanged {report.unchanged}"
        print(done, file=sys.stderr)
    ids_by_note: dict[str, list[str]] = {}
    for document in documents:
        if document.note:
            ids_by_note.setdefault(document.note, []).append(document.id)
    for note, ids in ids_by_note.items():
        more = f" and {count(len(ids) - 1, 'more item')}" if len(ids) > 1 else ""
        print(f"  {ids[0]}{more}: {note}", file=sys.stderr)
    for failure in failures:
        print(f"  skipped: {failure.error}", file=sys.stderr)
    for id, characters in report.cut:
        print(f"  {id}: its last {count(characters, 'character')} were not embedded", file=sys.stderr)
