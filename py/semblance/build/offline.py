"""The double-click edition: ``dist/`` packed so that it opens from ``file://``, where only classic scripts can be read.

Every file keeps its path. Files are compressed in groups (a large one is a group of its own), and each group is cut into
parts that are loaded when they are needed. ``static/js/offline/`` serves them to the page and its workers.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

from semblance.build.assemble import deterministic_zip
from semblance.build.errors import BuildError

LARGE = 100_000  # bytes; a file of this size is a group of its own
PART = 3 << 20  # bytes of a compressed group in one script: no task of the page gets long by it
SMALL_FILES = "site"  # the group of all others
VENDORED = "static/vendor/"
LOADER = ("static/js/offline/files.js", "static/js/offline/page.js")

# Characters that mean something to the parsers of HTML or JavaScript; as in yEnc, "=" and the shifted byte stand for them.
ESCAPE, SHIFT = b"=", 0x40
ESCAPED = b'\0\n\r"\\<='

POLICY = {
    "default-src": "'none'",
    "script-src": "'self' blob: 'wasm-unsafe-eval'",
    "worker-src": "blob:",
    "img-src": "'self' blob: data:",
    "style-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
}


@dataclass(frozen=True, slots=True)
class Packed:
    """A site that is packed: ``parts`` maps a part's name to its bytes; the others say what `files.js` must know."""

    parts: Mapping[str, bytes]
    groups: Mapping[str, Mapping[str, int]]
    files: Mapping[str, Mapping[str, Any]]


def write_folder(dist: Path, target: Path) -> None:
    """Write the edition that is a folder, and a zip of it beside it.

    Parameters
    ----------
    dist : Path
        The built site.
    target : Path
        What is there is replaced. The zip gets the same name and ``.zip``.
    """
    page = Page.read(dist)
    packed = pack(dist, left_out=page.shown)
    shutil.rmtree(target, ignore_errors=True)
    (target / "offline").mkdir(parents=True)
    for name in page.shown:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(dist / name, target / name)
    for name, data in packed.parts.items():
        script = b'semblancePart("%b","%b");\n' % (name.encode(), encode(data))
        (target / "offline" / f"{name}.js").write_bytes(script)
    (target / "offline" / "loader.js").write_text(loader(dist), encoding="utf-8")
    html = page.with_policy(POLICY).with_end(
        f"{_contents(packed, page, single=False)}\n  <script src=\"offline/loader.js\"></script>"
    )
    (target / "index.html").write_text(html, encoding="utf-8")
    members = ((path.relative_to(target.parent).as_posix(), path.read_bytes()) for path in _files(target))
    deterministic_zip(target.with_name(target.name + ".zip"), members)


def write_single_file(dist: Path, target: Path) -> None:
    """Write the edition that is one HTML file."""
    page = Page.read(dist).with_shown_inline(dist)
    packed = pack(dist, left_out=page.shown)
    script = loader(dist)
    policy = POLICY | {
        "script-src": f"'{_digest(script)}' blob: 'wasm-unsafe-eval'",
        "img-src": "blob: data:",
        "style-src": " ".join(f"'{_digest(style)}'" for style in page.styles),
    }
    mark = "<!-- the parts -->"
    html = page.with_policy(policy).with_end(
        f"{_contents(packed, page, single=True)}\n{mark}\n<script>{script}</script>"
    )
    html = html.replace('<meta charset="utf-8">', '<meta charset="windows-1252">', 1)
    before, after = html.encode("ascii", "xmlcharrefreplace").split(mark.encode())
    with target.open("wb") as file:
        file.write(before)
        for name, data in packed.parts.items():
            file.write(b'<script type="text/plain" id="offline-%b">%b</script>\n' % (name.encode(), encode(data)))
        file.write(after)


# --- packing ----------------------------------------------------------------------------------------


def pack(dist: Path, left_out: Iterable[str] = ()) -> Packed:
    """All files of a site, compressed: the same input gives the same bytes."""
    aside = {"index.html", *left_out}
    contents = {path.relative_to(dist).as_posix(): path.read_bytes() for path in _files(dist)}
    contents = {name: data for name, data in contents.items() if name not in aside}
    names = frozenset(contents)
    contents = {name: link(name, data, names) if _is_module(name) else data for name, data in contents.items()}
    _check_for_cycles(contents)
    grouped: dict[str, bytearray] = {SMALL_FILES: bytearray()}
    files: dict[str, dict[str, Any]] = {}
    for name, data in contents.items():
        if len(data) < LARGE:
            files[name] = {"group": SMALL_FILES, "at": len(grouped[SMALL_FILES]), "bytes": len(data)}
            grouped[SMALL_FILES] += data
        else:
            group = re.sub(r"[^A-Za-z0-9.-]+", "-", name)
            grouped[group] = bytearray(data)
            files[name] = {"group": group, "bytes": len(data)}
    parts: dict[str, bytes] = {}
    groups = {}
    for group, unpacked in grouped.items():
        stream = gzip.compress(unpacked, 9, mtime=0)
        cut = [stream[start : start + PART] for start in range(0, len(stream), PART)]
        groups[group] = {"parts": len(cut)}
        parts |= {f"{group}.{number}": part for number, part in enumerate(cut)}
    return Packed(parts, groups, files)


def encode(data: bytes) -> bytes:
    r"""Bytes as they may stand in a script, or in a page, that is read as windows-1252.

    Examples
    --------
    >>> encode(b'a"b\n')
    b'a=bb=J'
    """
    return _UNSAFE.sub(lambda match: ESCAPE + bytes([match[0][0] + SHIFT]), data)


_UNSAFE = re.compile(b"[" + re.escape(ESCAPED) + b"]")


# --- modules ----------------------------------------------------------------------------------------

_STATIC = re.compile(rb"""(?<![\w$.])(from|import)(\s*)(["'])(\.{1,2}/[^"'\n]+)\3""")
_DYNAMIC = re.compile(rb"(?<![\w$.])import\s*\(")
_META = re.compile(rb"(?<![\w$.])import\.meta\b")
_LINKED = re.compile(rb"""["']semblance:([^"'\n]+)["']""")


def _is_module(name: str) -> bool:
    return name.endswith((".js", ".mjs")) and name not in LOADER and not name.startswith("static/js/offline/")


def link(name: str, source: bytes, names: frozenset[str]) -> bytes:
    """A module that can be made a blob: such a module has no address of its own that others could be relative to.

    Static imports name the file, by its path from the site's root; `import()` and `import.meta` go to `files.js`. Vendored
    code carries programs in strings; they may change too (nobody runs them here), but must stay strings: hence no quotes.

    Examples
    --------
    >>> print(link("js/a.js", b'import { b } from "./b.js"; import("./c.js")', frozenset({"js/b.js"})).decode())
    const semblanceModule = semblanceFiles.module("js/a.js"); import { b } from "semblance:js/b.js"; semblanceModule.import("./c.js")
    """

    def by_path(match: re.Match[bytes]) -> bytes:
        imported = normpath(join(dirname(name), match[4].decode()))
        if imported not in names:  # a comment, or text
            return match[0]
        return match[1] + match[2] + match[3] + b"semblance:" + imported.encode() + match[3]

    source = _STATIC.sub(by_path, source)
    source = _DYNAMIC.sub(b"semblanceModule.import(", source)
    if not name.startswith(VENDORED):  # libraries know what to make of a blob's address
        source = _META.sub(b"semblanceModule.meta", source)
    if b"semblanceModule" in source:
        source = f"const semblanceModule = semblanceFiles.module({json.dumps(name)}); ".encode() + source
    return source


def _check_for_cycles(contents: Mapping[str, bytes]) -> None:
    """A blob has an address only once those that it imports have theirs."""
    imports = {
        name: [match.decode() for match in _LINKED.findall(data)]
        for name, data in contents.items()
        if _is_module(name)
    }
    finished: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        if name in way:
            raise BuildError(f"Modules import each other in a circle: {' -> '.join([*way, name])}.")
        if name not in finished:
            for imported in imports[name]:
                visit(imported, (*way, name))
            finished.add(name)

    for name in imports:
        visit(name, ())


# --- the page ---------------------------------------------------------------------------------------

_MODULE = re.compile(r'[ \t]*<script type="module" src="([^"]+)"></script>\n')
_HINT = re.compile(r'[ \t]*<link rel="(?:modulepreload|preload|manifest|apple-touch-icon)"[^>]*>\n')
_POLICY = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")[^"]*(">)')
_STYLESHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
_SHOWN = re.compile(r'<(?:link|img)\b[^>]*?\b(?:href|src)="([^":#]+)"')


@dataclass(frozen=True, slots=True)
class Page:
    """``index.html``: what it runs (``entries``) and what the browser itself shows of other files (``shown``)."""

    html: str
    entries: Sequence[str]
    shown: Sequence[str]
    styles: Sequence[str] = ()

    @classmethod
    def read(cls, dist: Path) -> Page:
        """The page without its module scripts, and without hints that mean nothing on ``file://``."""
        html = (dist / "index.html").read_text(encoding="utf-8")
        entries = _MODULE.findall(html)
        html = _HINT.sub("", _MODULE.sub("", html))
        if "<script type=\"module\"" in html or not entries:
            raise BuildError("index.html starts modules in a way that the double-click edition does not know.")
        return cls(html, entries, sorted(set(_SHOWN.findall(html))))

    def with_policy(self, policy: Mapping[str, str]) -> Page:
        """With another Content-Security-Policy."""
        text = "; ".join(f"{directive} {sources}" for directive, sources in policy.items())
        return self._with(_POLICY.sub(lambda match: match[1] + escape(text) + match[2], self.html))

    def with_end(self, markup: str) -> str:
        """The page's text, with markup at the end of its body."""
        before, after = self.html.rsplit("</body>", 1)
        return f"{before}  {markup}\n</body>{after}"

    def with_shown_inline(self, dist: Path) -> Page:
        """With stylesheets and pictures inside the page."""
        styles = [_ascii_css((dist / name).read_text(encoding="utf-8")) for name in _STYLESHEET.findall(self.html)]
        each = iter(styles)
        html = _STYLESHEET.sub(lambda _: f"<style>{next(each)}</style>", self.html)
        for name in self.shown:
            if name.endswith(".svg"):
                data = base64.b64encode((dist / name).read_bytes()).decode()
                html = html.replace(f'"{name}"', f'"data:image/svg+xml;base64,{data}"')
        return Page(html, self.entries, self.shown, styles)

    def _with(self, html: str) -> Page:
        return Page(html, self.entries, self.shown, self.styles)


def loader(dist: Path) -> str:
    """The script that serves all others."""
    return "\n".join((dist / name).read_text(encoding="utf-8") for name in LOADER)


def _ascii_css(css: str) -> str:
    return "".join(char if char.isascii() else f"\\{ord(char):x} " for char in css)


def _contents(packed: Packed, page: Page, single: bool) -> str:
    table = {"single": single, "entries": page.entries, "groups": packed.groups, "files": packed.files}
    return f'<script type="application/json" id="offline-contents">{json.dumps(table, sort_keys=True)}</script>'


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
