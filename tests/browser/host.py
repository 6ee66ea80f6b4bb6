"""A static host whose files change while browsers know it, and small sites to put there."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from semblance.parts.scripts import JAVASCRIPT, read_script
from semblance_build import precache
from semblance_build.server import make_server

BASE = "/blog/semblance/"
CLOCK = itertools.count(
    1_700_000_000, 60
)  # servers tell files apart by seconds, tests write two sites within one
MODEL = "models/small/onnx/model.onnx"
MODULES = (
    "assets.js",
    "errors.js",
    "onnx.js",
    "parallel.js",
    "rpc.js",
    "sw-client.js",
    "sw.js",
    "workers/start.js",
)
PAGE = """
import * as site from "./sw-client.js";
globalThis.site = site;
globalThis.listener = { onChange() {}, onNewVersion: () => (document.body.dataset.news = "new version") };
globalThis.started = site.start(listener);
"""
WORKER = """
onmessage = async ({ data }) => postMessage(await (await fetch(data)).text());
"""


class Host:
    """A static host that sends no headers; what is in its folders, searched in order, may change at any time."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = list(folders)
        self._server = make_server(self.folders, headers={}, base=BASE)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.site = self.origin + BASE

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()


def small_site(folder: Path, word: str, more: Mapping[str, str] | None = None) -> Path:
    """A site with Semblance's own service worker but without its app; `word` is what its builds differ in.

    `more` are the texts of further files, by their paths.
    """
    files = {
        "index.html": f'<!doctype html><title>Small</title><link rel="icon" href="data:,"><h1>{word}</h1>'
        '<script type="module" src="static/js/page.js"></script>',
        "static/js/page.js": PAGE,
        "static/worker.js": WORKER,
        "static/late.txt": word,
        "static/same.txt": "the same in all builds",
        "py/main.py": f"print({word!r})",
        MODEL: "0123456789abcdef" * 100_000,
        **(more or {}),
    }
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    for name in MODULES:
        script = folder / "static" / "js" / name
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_bytes(read_script(JAVASCRIPT / name))
    precache.write(folder)
    time = next(CLOCK)
    for file in folder.rglob("*"):
        os.utime(file, (time, time))
    return folder


def damaged(source: Path, folder: Path, path: str) -> Path:
    """A folder that holds this file of another with one bit flipped."""
    data = bytearray((source / path).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / path).parent.mkdir(parents=True)
    (folder / path).write_bytes(data)
    return folder
