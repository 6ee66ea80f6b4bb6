"""Functions found in Python source."""

from __future__ import annotations

import pytest

from semblance.errors import Malformed, UnknownEncoding
from semblance.labs.lessons.functions_source import decode_source, functions_in

NESTED = '''\
import os

@app.route("/")
@login
def index():
    """Home."""
    def inner(x):
        return x
    return inner(1)

class Shop:
    async def open(self):
        pass

    class Till:
        @property
        def total(self): return 0

if os.name == "nt":
    def windows(): pass
else:
    try:
        import x
    except ImportError:
        def without_x(): pass
'''


def test_ids_names_and_code() -> None:
    functions = functions_in(NESTED, "shop/app.py")
    assert [(function.id, function.name) for function in functions] == [
        ("shop/app.py:3", "index"),
        ("shop/app.py:7", "index.inner"),
        ("shop/app.py:12", "Shop.open"),
        ("shop/app.py:16", "Shop.Till.total"),
        ("shop/app.py:20", "windows"),
        ("shop/app.py:25", "without_x"),
    ]
    assert functions[0].code.startswith('@app.route("/")\n@login\ndef index():\n    """Home."""')
    assert functions[0].code.endswith("    return inner(1)")
    assert functions[3].code == "        @property\n        def total(self): return 0"


def test_a_match_and_a_with_are_looked_into() -> None:
    source = "match x:\n    case 1:\n        with y:\n            def f(): pass\n"
    assert [function.id for function in functions_in(source, "a.py")] == ["a.py:4"]


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_other_newlines_count_as_python_counts_them(newline: str) -> None:
    source = "\ufeffx = '\x0c\u2028'\n\ndef f():\n    pass\n".replace("\n", newline)
    assert [(f.id, f.code) for f in functions_in(source, "a.py")] == [("a.py:3", "def f():\n    pass")]


def test_a_syntax_error_names_file_and_line() -> None:
    with pytest.raises(Malformed, match=r"a\.py line 3: it is no valid Python") as caught:
        functions_in("def f():\n    pass\ndef g(:\n", "a.py")
    assert caught.value.where == "a.py line 3"


@pytest.mark.parametrize("source", ["x = '\0'", "(" * 5000, "-" * 100_000 + "1", "x\n" * 3 + "  y"])
def test_what_python_cannot_read(source: str) -> None:
    with pytest.raises(Malformed):
        functions_in(source, "a.py")


def test_a_strange_escape_is_no_matter() -> None:
    assert functions_in('def f():\n    return "\\d"\n', "a.py")[0].name == "f"


def test_the_declared_encoding() -> None:
    assert decode_source("# coding: latin-1\nx = 'é'\n".encode("latin-1"), "a.py").endswith("x = 'é'\n")
    assert decode_source(b"\xef\xbb\xbfx = 1", "a.py") == "x = 1"


@pytest.mark.parametrize("data", [b"x = '\xe9'", b"# coding: klingon\n", b"\x00\xff" * 10])
def test_a_wrong_encoding(data: bytes) -> None:
    with pytest.raises(UnknownEncoding, match=r"a\.py"):
        decode_source(data, "a.py")


def test_nothing_to_find() -> None:
    assert functions_in("", "a.py") == []
    assert functions_in("x = lambda: 1\nclass A: pass\n", "a.py") == []
