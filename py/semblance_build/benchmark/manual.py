"""A site of many pages of real text: what Python's library and the packages beside it say of themselves."""

from __future__ import annotations

import ast
import sysconfig
import warnings
from collections.abc import Iterator
from html import escape
from itertools import islice
from pathlib import Path

QUERIES = (
    "how to parse dates",
    "read a large file line by line",
    "run a function in another thread",
    "compare two lists",
    "send an email with an attachment",
    "why does my test fail",
    "draw random numbers",
    "make a zip archive",
    "connect to a server over TLS",
    "cache the results of a function",
)
"""What somebody may look for there. None is a title."""

_SHORTEST = 200  # characters of a page
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<link rel="icon" href="data:,"><article><h1>{title}</h1>{text}</article></html>"""
_SEARCH = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Manual</title><link rel="icon" href="data:,">
<semantic-search></semantic-search><script src="semblance/semantic-search.js" async></script></html>"""


def write_site(site: Path, number: int) -> int:
    """Write a page for each docstring, at most so many, and a page to search on. Gives the number of pages."""
    site.mkdir(parents=True)
    (site / "index.html").write_text(_SEARCH, encoding="utf-8")
    pages = list(islice(_docstrings(), number))
    for place, (title, text) in enumerate(pages):
        paragraphs = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))
        page = site / f"{place // 1000}" / f"{place}.html"
        page.parent.mkdir(exist_ok=True)
        page.write_text(_PAGE.format(title=escape(title), text=paragraphs), encoding="utf-8")
    return len(pages)


def _docstrings() -> Iterator[tuple[str, str]]:
    """Names of modules, classes and functions with what they say of themselves, each text once."""
    seen = set[str]()
    for file in sorted(Path(sysconfig.get_paths()["stdlib"]).rglob("*.py")) + sorted(
        Path(sysconfig.get_paths()["purelib"]).rglob("*.py")
    ):
        for title, text in _of_file(file):
            if len(text) >= _SHORTEST and text not in seen:
                seen.add(text)
                yield title, text


def _of_file(file: Path) -> Iterator[tuple[str, str]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            name = file.stem if isinstance(node, ast.Module) else f"{file.stem}.{node.name}"
            yield name, ast.get_docstring(node) or ""
