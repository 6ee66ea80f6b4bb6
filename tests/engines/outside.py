"""Everything that is not the site: a proxy that answers nothing and remembers who asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Outside:
    """Where all requests go that are not for the test's own server."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"127.0.0.1:{self.server.server_address[1]}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        requests = self.requests

        class Handler(BaseHTTPRequestHandler):
            def refuse(self) -> None:
                requests.append(f"a request left the site: {self.command} {self.path}")
                self.send_error(403)

            do_GET = do_HEAD = do_POST = do_CONNECT = refuse  # noqa: N815 - names that http.server looks for

            def log_message(self, format: str, *args: object) -> None:
                """They are remembered."""

        return Handler


@contextmanager
def outside() -> Iterator[Outside]:
    """The proxy, while the block runs."""
    proxy = Outside()
    thread = threading.Thread(target=proxy.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.server.shutdown()
        proxy.server.server_close()
        thread.join()
