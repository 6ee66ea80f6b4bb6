"""A server of the built site that gives one file in a faulty way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from semblance.parts.paths import DIST
from semblance_build.server import make_server, running

_SLOW_SECONDS = 4
_PAGE = b"<h1>Not found</h1>"

Give = Callable[[BaseHTTPRequestHandler, Path, threading.Event], None]
"""Answers a request for a file. The event is set when the site closes."""


def _answer(handler: BaseHTTPRequestHandler, status: int, data: bytes, kind: str = "text/html") -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


def _as_file(handler: Any, file: Path, data: bytes) -> None:
    _answer(handler, 200, data, handler.guess_type(str(file)))


def _missing(handler: BaseHTTPRequestHandler, file: Path, closing: threading.Event) -> None:
    _answer(handler, 404, _PAGE)


def _another(handler: BaseHTTPRequestHandler, file: Path, closing: threading.Event) -> None:
    """What some hosts say instead."""
    _answer(handler, 200, _PAGE)


def _refused(handler: BaseHTTPRequestHandler, file: Path, closing: threading.Event) -> None:
    _answer(handler, 500, b"")


def _cut(handler: BaseHTTPRequestHandler, file: Path, closing: threading.Event) -> None:
    data = file.read_bytes()
    _as_file(handler, file, data[: len(data) // 2])


def _altered(handler: BaseHTTPRequestHandler, file: Path, closing: threading.Event) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    _as_file(handler, file, bytes(data))


def _slow(handler: BaseHTTPRequestHandler, file: Path, closing: threading.Event) -> None:
    closing.wait(_SLOW_SECONDS)
    _as_file(handler, file, file.read_bytes())


def _silent(handler: BaseHTTPRequestHandler, file: Path, closing: threading.Event) -> None:
    """The connection stays open, and nothing comes."""
    closing.wait()


WAYS: Final[dict[str, Give]] = {
    "missing": _missing,
    "another in its place": _another,
    "refused": _refused,
    "cut": _cut,
    "altered": _altered,
    "slow": _slow,
    "silent": _silent,
}
"""What may become of a file."""


@contextmanager
def faulty_site(path: str, way: str, hear: Callable[[str], None] = lambda path: None) -> Iterator[str]:
    """Serve ``dist/`` while the block runs, with one file in one of `WAYS`; gives the site's address.

    The site has no service worker, which would keep what is faulty from the page. `hear` gets the paths that are asked for.
    """
    server, closing = make_server([DIST]), threading.Event()
    usual: Any = server.RequestHandlerClass

    class Faulty(usual):  # type: ignore[misc]
        def do_GET(self) -> None:  # noqa: N802 - a name that http.server looks for
            asked = unquote(urlsplit(self.path).path).removeprefix("/")
            hear(asked)
            if asked == path:
                WAYS[way](self, DIST / path, closing)
            elif asked == "sw.js":
                _missing(self, DIST / asked, closing)
            else:
                super().do_GET()

    server.RequestHandlerClass = Faulty
    with running(server) as address:
        try:
            yield f"{address}/"
        finally:
            closing.set()
