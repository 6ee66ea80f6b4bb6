"""Files of functions: Python source, and what symbex writes (JSON, NDJSON, CSV, TSV).

symbex (https://github.com/simonw/symbex) gives objects with an ``id``, ``path.py:LINE``, and the ``code``; `llm embed-multi`
reads the same files.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

from semblance.errors import (
    DuplicateId,
    EmptyDocument,
    Malformed,
    SemblanceError,
    TooLarge,
    UnsupportedFormat,
)
from semblance.ingest.decoding import decode
from semblance.ingest.items import finished, line_of, row_of
from semblance.labs.lessons.functions_source import Function, decode_source, functions_in
from semblance.messages import Message

FORMATS = ("json", "ndjson", "csv", "tsv")
SUFFIXES = (".py", ".json", ".ndjson", ".jsonl", ".nl", ".csv", ".tsv")
MOST_BYTES = 5_000_000
"""Largest file: the functions of a larger one would take too long to search."""

_COLUMNS = ("id", "code")
_NAME = re.compile(r"^[ \t]*+(?:async[ \t]++)?+(?:def|class)[ \t]++(\w+)", re.MULTILINE)

FunctionOrError = Function | SemblanceError


def read_files(files: Iterable[tuple[str, bytes]]) -> tuple[list[Function], list[SemblanceError]]:
    """The functions of several files, and what could not be read.

    A bad file, line or row does not stop the others. A function that occurs twice, word for word, counts once.

    Parameters
    ----------
    files : iterable of (str, bytes)
        Names and contents.

    Returns
    -------
    functions : list of Function
    errors : list of SemblanceError
        Each names its place: ``shop.py line 3``, ``tools.csv row 7``.
    """
    functions: dict[str, Function] = {}
    errors: list[SemblanceError] = []
    for name, data in files:
        try:
            for entry in _read_file(name, data):
                if isinstance(entry, SemblanceError):
                    errors.append(entry)
                elif functions.setdefault(entry.id, entry).code != entry.code:
                    errors.append(DuplicateId("labs.same_function", where=entry.id))
        except SemblanceError as error:
            errors.append(error)
    return list(functions.values()), errors


def _read_file(name: str, data: bytes) -> Iterable[FunctionOrError]:
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise UnsupportedFormat("labs.no_functions", where=name)
    if len(data) > MOST_BYTES:
        raise TooLarge("labs.large", number=MOST_BYTES // 1_000_000, where=name)
    if suffix == ".py":
        return functions_in(decode_source(data, name), name)
    text = finished(decode(data, where=name)).text
    if not text.strip():
        raise EmptyDocument("ingest.empty", where=name)
    if suffix == ".json":
        return _from_json(text, name)
    if suffix in (".csv", ".tsv"):
        return _from_table(text, "," if suffix == ".csv" else "\t", name)
    return _from_lines(text, name)


def _from_json(text: str, name: str) -> Iterator[FunctionOrError]:
    values = _parse(text, name)
    if not isinstance(values, list):
        raise Malformed("labs.no_list", where=name)
    for i, value in enumerate(values):
        yield _function(value, Message("ingest.nth_item", file=name, number=i + 1).said())


def _from_lines(text: str, name: str) -> Iterator[FunctionOrError]:
    for i, line in enumerate(text.split("\n")):
        if line.strip():
            where = line_of(name, i + 1)
            try:
                yield _function(_parse(line, where), where)
            except Malformed as error:
                yield error


def _parse(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if "\n" in text.strip():
            raise Malformed(
                "labs.no_json_in_line", line=error.lineno, reason=error.msg, where=where
            ) from error
        raise Malformed("labs.no_json", reason=error.msg, where=where) from error
    except (RecursionError, ValueError) as error:  # nested too deep; a number of too many digits
        raise Malformed("labs.json", reason=error, where=where) from error


def _from_table(text: str, delimiter: str, name: str) -> Iterator[FunctionOrError]:
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        if missing := [column for column in _COLUMNS if column not in (rows.fieldnames or ())]:
            raise Malformed("labs.no_column", column=missing[0], where=name)
        for i, row in enumerate(rows):
            yield _function(row, row_of(name, i + 2))
    except csv.Error as error:
        where = line_of(name, rows.reader.line_num)
        raise Malformed("labs.no_table", reason=error, where=where) from error


def _function(value: Any, where: str) -> FunctionOrError:
    """The function in an object of symbex. Its name is that of the first definition in its code."""
    if not isinstance(value, dict):
        return Malformed("labs.no_object", where=where)
    for key in _COLUMNS:
        if not isinstance(value.get(key), str) or not value[key].strip():
            return Malformed("labs.no_text", key=key, where=where)
    name = _NAME.search(value["code"])
    return Function(value["id"], value["code"], name[1] if name else "")


def write(functions: Sequence[Function], format: str) -> str:
    r"""Functions as symbex writes them.

    Parameters
    ----------
    functions : sequence of Function
    format : str
        One of `FORMATS`.

    Examples
    --------
    >>> blah = Function("shop.py:1", "def blah():\n    pass")
    >>> write([blah], "ndjson")
    '{"id": "shop.py:1", "code": "def blah():\\n    pass"}\n'
    >>> write([blah], "csv")
    'id,code\nshop.py:1,"def blah():\n    pass"\n'
    """
    if format in ("csv", "tsv"):
        table = io.StringIO(newline="")
        rows = csv.writer(table, delimiter="," if format == "csv" else "\t", lineterminator="\n")
        rows.writerows([_COLUMNS, *((function.id, function.code) for function in functions)])
        return table.getvalue()
    objects = [
        json.dumps({"id": function.id, "code": function.code}, ensure_ascii=False) for function in functions
    ]
    return (
        f"[{f',{chr(10)} '.join(objects)}]\n"
        if format == "json"
        else "".join(f"{line}\n" for line in objects)
    )
