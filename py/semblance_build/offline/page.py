"""``index.html`` as it can be opened from ``file://``."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from semblance.parts.errors import BuildError

LOADER = ("static/js/offline/files.js", "static/js/offline/page.js")
"""The scripts that start the page."""

_MODULE = re.compile(r'[ \t]*<script\b(?=[^>]*\btype="module")[^>]*\bsrc="([^"]+)"[^>]*></script>\n?')
_HINT = re.compile(
    r'[ \t]*<link\b[^>]*\brel="(?:modulepreload|preload|prefetch|manifest|apple-touch-icon)"[^>]*>\n?'
)
_POLICY = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")[^"]*(")')
_STYLESHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
_SHOWN = re.compile(r'<(?:link|img)\b[^>]*?\b(?:href|src)="([^":#]+)"')


def digest(text: str) -> str:
    """How a policy names an inline script or style."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


EDITOR_STYLE = ":host { all: initial; }"
"""The style element of PyScript's editor, which the policies allow by its hash."""

POLICY = {
    "default-src": "'none'",
    "script-src": "'self' blob: 'wasm-unsafe-eval'",
    "worker-src": "blob:",
    "img-src": "'self' blob: data:",
    "style-src": f"'self' '{digest(EDITOR_STYLE)}'",
    "base-uri": "'none'",
    "form-action": "'none'",
}
"""The content security policy: as strict as on the web, except that modules and workers are blobs. Fetching is forbidden."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page, its module scripts, and the files that the browser itself shows in it.

    Parameters
    ----------
    html : str
        The markup without module scripts, and without hints that have no effect here.
    entries : sequence of str
        Paths of its module scripts, in order.
    shown : sequence of str
        Paths of stylesheets and pictures.
    """

    html: str
    entries: Sequence[str]
    shown: Sequence[str]

    @classmethod
    def read(cls, dist: Path) -> Page:
        """The page of a built site."""
        html = (dist / "index.html").read_text(encoding="utf-8")
        entries = _MODULE.findall(html)
        html = _HINT.sub("", _MODULE.sub("", html))
        if 'type="module"' in html or not entries:
            raise BuildError(
                "index.html starts modules in a way that the double-click edition does not know."
            )
        return cls(html, entries, sorted(set(_SHOWN.findall(html))))

    def for_folder(self, end: str, script: str) -> str:
        """The page with other files around it, and markup at the end of its body, of which ``script`` may run."""
        policy = POLICY | {"script-src": f"{POLICY['script-src']} '{digest(script)}'"}
        return self._with_policy(policy, end)

    def for_single_file(self, dist: Path, end: str, script: str) -> bytes:
        """The page with nothing around it: ASCII, to be read as windows-1252. ``script`` may run."""
        html, styles = self.html, []
        for name in _STYLESHEET.findall(html):
            styles.append(_ascii_css((dist / name).read_text(encoding="utf-8")))
            html = html.replace(f'<link rel="stylesheet" href="{name}">', f"<style>{styles[-1]}</style>")
        for name in self.shown:
            html = html.replace(f'="{name}"', f'="{_data_address(dist / name)}"')
        policy = POLICY | {
            "script-src": f"'{digest(script)}' blob: 'wasm-unsafe-eval'",
            "img-src": "blob: data:",
            "style-src": " ".join(f"'{digest(style)}'" for style in [*styles, EDITOR_STYLE]),
        }
        html = html.replace('<meta charset="utf-8">', '<meta charset="windows-1252">', 1)
        return replace(self, html=html)._with_policy(policy, end).encode("ascii", "xmlcharrefreplace")

    def _with_policy(self, policy: Mapping[str, str], end: str) -> str:
        text = "; ".join(f"{directive} {sources}" for directive, sources in policy.items())
        html = _POLICY.sub(lambda match: match[1] + escape(text, quote=False) + match[2], self.html)
        before, after = html.rsplit("</body>", 1)
        return f"{before}{end}\n</body>{after}"


def _ascii_css(css: str) -> str:
    return "".join(char if char.isascii() else f"\\{ord(char):x} " for char in css)


def _data_address(file: Path) -> str:
    mime, _ = mimetypes.guess_type(file.name)
    return f"data:{mime};base64,{base64.b64encode(file.read_bytes()).decode()}"
