"""A small web server for ``dist/``, for local use and for the tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

# Threads in WebAssembly need cross-origin isolation.
ISOLATION = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}
MIME = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".json": "application/json",
    ".onnx": "application/octet-stream",
    ".whl": "application/zip",
    ".webmanifest": "application/manifest+json",
}


def make_server(
    folders: list[Path],
    port: int = 0,
    base: str = "/",
    headers: dict[str, str] | None = None,
    quiet: bool = True,
) -> ThreadingHTTPServer:
    """A server on the loopback address.

    Parameters
    ----------
    folders : list of Path
        Searched in order: a test lays its own pages over ``dist/``.
    port : int
        0 picks a free one.
    base : str
        Path prefix under which the site is served, such as ``/name/``.
    headers : dict, optional
        Sent with each answer. The default is cross-origin isolation; ``{}`` stands for a host without headers.
    """
    sent = ISOLATION if headers is None else headers
    prefix = unquote(base)

    class Handler(SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        extensions_map = SimpleHTTPRequestHandler.extensions_map | MIME

        def translate_path(self, path: str) -> str:
            relative = unquote(urlsplit(path).path)
            if not relative.startswith(prefix):
                return str(folders[0] / "no-such-file")
            parts = [part for part in relative[len(prefix) :].split("/") if part not in ("", ".", "..")]
            if relative.endswith("/"):
                parts.append("index.html")
            candidates = [folder.joinpath(*parts) for folder in folders]
            return str(next((path for path in candidates if path.is_file()), candidates[-1]))

        def end_headers(self) -> None:
            self.send_header("Cache-Control", "no-cache")  # revalidate, so that a new build shows at once
            for name, value in sent.items():
                self.send_header(name, value)
            super().end_headers()

        def log_message(self, format: str, *args: object) -> None:
            if not quiet:
                super().log_message(format, *args)

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A browser that closes a connection early is no news."""

    return Server(("127.0.0.1", port), Handler)


@contextmanager
def serving(folders: list[Path], base: str = "/", headers: dict[str, str] | None = None) -> Iterator[str]:
    """Serve in a thread while the block runs; gives the site's address."""
    with running(make_server(folders, base=base, headers=headers)) as address:
        yield address + base


@contextmanager
def running(server: ThreadingHTTPServer) -> Iterator[str]:
    """Run a server in a thread while the block runs; gives its address, without a path."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
