"""The functions and methods of Python source, found by `ast`. The source is never run."""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from semblance.errors import Malformed, UnknownEncoding
from semblance.ingest.items import line_of

_Definition = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Function:
    """A function, or a method.

    Parameters
    ----------
    id : str
        ``path.py:LINE``, as symbex has it: the line is that of the first decorator, if there is one.
    code : str
        Its lines as they stand in the file: decorators, signature, docstring and body.
    name : str
        With the names of the classes and functions that it stands in: ``Desk.lend``.
    """

    id: str
    code: str
    name: str = ""


def decode_source(data: bytes, path: str) -> str:
    """The text of a Python file, in the encoding that it declares; UTF-8 if it declares none.

    Raises
    ------
    UnknownEncoding
        If it is in another encoding than it declares.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError) as error:
        raise UnknownEncoding("labs.encoding", where=path) from error


def functions_in(source: str, path: str) -> list[Function]:
    r"""All functions of a source, in the order of their lines. A nested function follows the function around it.

    Parameters
    ----------
    source : str
    path : str
        Begins the ids.

    Raises
    ------
    Malformed
        If it is no Python; `where` names the line.

    Examples
    --------
    >>> functions_in("class Desk:\n    def lend(self):\n        pass\n", "shop.py")
    [Function(id='shop.py:2', code='    def lend(self):\n        pass', name='Desk.lend')]
    """
    text = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")  # not splitlines, which also splits where Python does not
    return [
        Function(f"{path}:{first}", "\n".join(lines[first - 1 : node.end_lineno]), name)
        for node, name in _definitions(_parse(text, path), "")
        for first in [min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])]
    ]


def _parse(text: str, path: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about strange escapes in strings, which do not matter here
            return ast.parse(text)
    except SyntaxError as error:
        where = line_of(path, error.lineno) if error.lineno else path
        raise Malformed("labs.no_python", reason=error.msg, where=where) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise Malformed("labs.python", reason=str(error) or type(error).__name__, where=path) from error


def _definitions(node: ast.AST, scope: str) -> Iterator[tuple[_Definition, str]]:
    """Each definition inside a node, also under an `if` or a `with`, with its full name."""
    for child in ast.iter_child_nodes(node):
        inner = scope
        if isinstance(child, _Definition | ast.ClassDef):
            inner = f"{scope}.{child.name}" if scope else child.name
        if isinstance(child, _Definition):
            yield child, inner
        if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from _definitions(child, inner)
