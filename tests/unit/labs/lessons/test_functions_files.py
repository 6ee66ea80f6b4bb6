"""Files of functions are read and written as symbex has them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semblance.errors import DuplicateId, EmptyDocument, Malformed, TooLarge, UnsupportedFormat
from semblance.labs.lessons import functions_files
from semblance.labs.lessons.functions_files import FORMATS, read_files, write
from semblance.labs.lessons.functions_source import Function

BLAH = Function("symbex.py:1", "def blah():", "blah")

# Text files hold no other control characters.
TEXT = st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t")

# What symbex 2.0's own tests expect of its options --json, --csv, --tsv and --nl.
SYMBEX = {
    "json": '[{"id": "symbex.py:1", "code": "def blah():"}]\n',
    "csv": "id,code\nsymbex.py:1,def blah():\n",
    "tsv": "id\tcode\nsymbex.py:1\tdef blah():\n",
    "ndjson": '{"id": "symbex.py:1", "code": "def blah():"}\n',
}


@pytest.mark.parametrize("format", FORMATS)
def test_written_as_symbex_writes(format: str) -> None:
    assert write([BLAH], format) == SYMBEX[format]


@pytest.mark.parametrize("format", [*FORMATS, "jsonl", "nl", "JSON"])
def test_read_as_symbex_writes(format: str) -> None:
    text = SYMBEX.get(format.lower(), SYMBEX["ndjson"])
    assert read_files([(f"a.{format}", text.encode())]) == ([BLAH], [])


@given(st.lists(st.text(TEXT), max_size=4))
@pytest.mark.parametrize("format", FORMATS)
def test_what_is_written_is_read_again(format: str, texts: list[str]) -> None:
    functions = [Function(f"a.py:{i}", f"x{text}y") for i, text in enumerate([*texts, ""])]
    read, errors = read_files([(f"a.{format}", write(functions, format).encode())])
    assert [(function.id, function.code) for function in read] == [
        (function.id, function.code) for function in functions
    ]
    assert errors == []


def test_several_functions_are_a_json_list() -> None:
    two = [BLAH, Function("b.py:2", "def b():\n    'é \"'")]
    assert json.loads(write(two, "json")) == [{"id": function.id, "code": function.code} for function in two]


def errors_of(name: str, text: str | bytes) -> list[str]:
    """What is wrong; one good file beside it is always read."""
    data = text.encode() if isinstance(text, str) else text
    read, errors = read_files([(name, data), ("good.py", b"def good(): pass")])
    assert read[-1].id == "good.py:1"
    return [str(error) for error in errors]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.py", "def f(:", "a.py line 1: it is no valid Python"),
        ("a.json", "{", "a.json: it is no valid JSON"),
        ("a.json", "[\n{]", "a.json: it is no valid JSON in line 2"),
        ("a.json", '{"id": "a", "code": "b"}', "a.json: it is no list"),
        ("a.json", "[1]", "a.json item 1: it is no object"),
        ("a.json", '[{"id": "a"}]', "a.json item 1: it has no text under `code`"),
        ("a.json", '[{"id": 7, "code": "x"}]', "a.json item 1: it has no text under `id`"),
        ("a.json", "[" * 100_000, "a.json: "),
        ("a.ndjson", '\n{"id": }\n', "a.ndjson line 2: it is no valid JSON"),
        ("a.csv", "name,code\na,b\n", "a.csv: its first row names no column `id`"),
        ("a.csv", "id,code\na.py:1\n", "a.csv row 2: it has no text under `code`"),
        ("a.csv", 'id,code\na.py:1,"x\n', "a.csv line 2: it is no valid table"),
        ("a.tsv", "id,code\na,b\n", "a.tsv: its first row names no column `id`"),
        ("a.csv", b"\x89PNG\r\n\x1a\n", "a.csv: "),
    ],
)
def test_bad_input_is_named(name: str, text: str | bytes, expected: str) -> None:
    (error,) = errors_of(name, text)
    assert error.startswith(expected)


def test_one_bad_line_or_row_loses_nothing_else() -> None:
    lines = '{"id": "a.py:1", "code": "def a(): pass"}\nno\n{"id": "b.py:1", "code": "def b(): pass"}\n'
    read, errors = read_files([("a.nl", lines.encode())])
    assert [function.name for function in read] == ["a", "b"]
    assert [error.where for error in errors] == ["a.nl line 2"]
    read, errors = read_files([("a.csv", b"id,code\na.py:1,def a(): pass\nb.py:1,\nc.py:1,def c(): pass\n")])
    assert [function.name for function in read] == ["a", "c"]
    assert [error.where for error in errors] == ["a.csv row 3"]


def test_the_kinds_of_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(functions_files, "MOST_BYTES", 10)
    files = [("a.js", b"x"), ("b.py", b"x" * 11), ("c.json", b" "), ("d.json", b"{}")]
    _, errors = read_files(files)
    assert [type(error) for error in errors] == [UnsupportedFormat, TooLarge, EmptyDocument, Malformed]
    assert [error.where for error in errors] == ["a.js", "b.py", "c.json", "d.json"]


def test_what_comes_twice_counts_once() -> None:
    source = b"def good(): pass"
    assert len(read_files([("a.py", source), ("a.py", source)])[0]) == 1
    read, (error,) = read_files([("a.py", source), ("a.py", b"def other(): pass")])
    assert [function.name for function in read] == ["good"]
    assert isinstance(error, DuplicateId)
    assert error.where == "a.py:1"
