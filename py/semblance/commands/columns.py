"""How ``embed-multi`` reads a table or a JSON file with several lists: as its user says, else as is most likely."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

from semblance.ingest.questions import Column, Layout, ListQuestion, Question, TableQuestion
from semblance.ingest.sheets import BETWEEN_CELLS

_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars", BETWEEN_CELLS: "cells"}
_ROW_NUMBERS = "-"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options to the parser of a command."""
    group = parser.add_argument_group(
        "tables and JSON", "Columns are given by their names or by numbers from 1."
    )
    group.add_argument(
        "--delimiter", metavar="CHARACTER", help="what stands between the columns; tab is a tab"
    )
    group.add_argument(
        "--no-header", action="store_true", help="the first line is a row, not the names of columns"
    )
    group.add_argument("--skip-lines", type=int, metavar="N", help="lines above the table")
    group.add_argument(
        "--id-column", metavar="COLUMN", help=f"of the ids; {_ROW_NUMBERS} for the rows' numbers"
    )
    group.add_argument("--title-column", metavar="COLUMN", help="of the titles")
    group.add_argument("--date-column", metavar="COLUMN", help="of the dates")
    group.add_argument("--link-column", metavar="COLUMN", help="of the links")
    group.add_argument(
        "--text-column",
        metavar="COLUMN",
        action="append",
        help="part of the text (default: all but the ids); may be given several times",
    )
    group.add_argument(
        "--list",
        metavar="KEY",
        action="append",
        help="a list of a JSON file that has several; may be given several times",
    )


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers a reader's questions with the options of a command, and says how it understood what is not certain."""

    options: argparse.Namespace

    def __call__(self, question: Question) -> None:
        if isinstance(question, ListQuestion):
            self._choose(question)
        elif isinstance(question, TableQuestion):
            self._lay_out(question)

    def _lay_out(self, question: TableQuestion) -> None:
        layout = self._layout(question)
        if layout != question.guess:
            question.answer = layout
        elif not question.is_sure or sys.stderr.isatty():
            print(described(question), file=sys.stderr)

    def _choose(self, question: ListQuestion) -> None:
        keys = [choice.key for choice in question.lists]
        if self.options.list:
            for key in self.options.list:
                if key not in keys:
                    self.options.usage(
                        f"there is no list {key} in {question.where}; there are {', '.join(keys)}"
                    )
            question.answer = tuple(self.options.list)

    def _layout(self, question: TableQuestion) -> Layout:
        options, layout = self.options, question.guess
        if options.delimiter or options.no_header or options.skip_lines is not None:
            delimiter = {"tab": "\t", "\\t": "\t"}.get(
                options.delimiter, options.delimiter or layout.delimiter
            )
            layout = question.guess_for(delimiter, options.skip_lines, False if options.no_header else None)
        columns = question.columns_of(layout)
        for role in ("id", "title", "date", "link"):
            if name := getattr(options, f"{role}_column"):
                layout = layout.placed(role, None if name == _ROW_NUMBERS else self._place(name, columns))
        if options.text_column:
            return replace(layout, text=tuple(self._place(name, columns) for name in options.text_column))
        if options.id_column:
            return replace(layout, text=tuple(place for place in range(len(columns)) if place != layout.id))
        return layout

    def _place(self, name: str, columns: Sequence[Column]) -> int:
        names = [column.name for column in columns]
        if name in names:
            return names.index(name)
        if name.isdecimal() and 1 <= int(name) <= len(names):
            return int(name) - 1
        self.options.usage(f"there is no column {name}; there are {', '.join(names)}")
        raise AssertionError("usage ends the command")


def described(question: TableQuestion) -> str:
    r"""How a table is read, for a terminal.

    Examples
    --------
    >>> from semblance.ingest import read
    >>> question, *_ = filter(None, read("tea.csv", b"id,title,text\n1,Tea,Boil\n", asks=True))
    >>> print(described(question))
    tea.csv: commas between columns; the first row names them; id: id; title: title; text: title, text
    """
    layout = question.guess
    names = [column.name for column in question.columns_of(layout)]
    delimiter = _DELIMITERS.get(layout.delimiter, f"“{layout.delimiter}”")
    facts = [f"{delimiter} between columns"]
    if not layout.has_header:
        facts.append("no header")
    elif question.is_sure:
        facts.append("the first row names them")
    else:
        facts.append("the first row is taken for their names (else give --no-header)")
    facts.append(f"id: {'the number of the row' if layout.id is None else names[layout.id]}")
    for role in ("title", "date", "link"):
        place = getattr(layout, role)
        if place is not None:
            facts.append(f"{role}: {names[place]}")
    facts.append(f"text: {', '.join(names[place] for place in layout.text)}")
    return f"{question.where}: {'; '.join(facts)}"
