"""Spreadsheets: a second Python makes each sheet a table in text, which is read as any other table."""

from __future__ import annotations

from dataclasses import replace

from semblance.errors import InputError
from semblance.ingest import apart, tables
from semblance.ingest.items import Apart, File, Item, Steps, failure_of, joined

BETWEEN_CELLS = "\x1f"
"""Stands between the cells of a sheet's text: a character that was made for it, and that no cell holds."""


def read(paper: Apart) -> Steps:
    """The rows of all sheets. Where there are several, messages name the sheet after the file."""
    for step in apart.steps(paper):
        if isinstance(step, Item):
            yield from _rows(paper, step, is_only=len(paper.answer or ()) == 1)
        else:
            yield step


def _rows(paper: Apart, sheet: Item, *, is_only: bool) -> Steps:
    where = paper.where if is_only else f"{paper.where}/{sheet.id}"
    file = f"{paper.name}/{sheet.id}"
    note = sheet.note
    try:
        for step in tables.read(File(paper.name, sheet.content, where, paper.limits), BETWEEN_CELLS):
            if isinstance(step, Item):
                step, note = replace(step, note=joined(note, step.note), file=file), ""
            yield step
    except InputError as error:
        yield failure_of(where, error, where)
