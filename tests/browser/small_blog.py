"""A small blog with the data that `semblance site` would have written, on a static host."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from semblance.parts.scripts import JAVASCRIPT, read_script

# What docs/blog.md tells authors to send.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
BASE = "/a/project/"
PAGE = """<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="{base}icon.svg">
<link rel="stylesheet" href="{base}blog.css"><script src="{base}semblance/related-posts.js" async></script>
<h1>{title}</h1><related-posts {attributes}>{inside}</related-posts>
"""
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><rect width="4" height="3" fill="teal"/></svg>'
)


class SmallBlog:
    """Writes pages and data into a folder that is served under `BASE`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file("icon.svg", ICON)
        self.file("blog.css", "")
        (folder / "semblance").mkdir()
        (folder / "semblance" / "related-posts.js").write_bytes(
            read_script(JAVASCRIPT / "blog" / "related-posts.js")
        )

    def file(self, path: str, text: str) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def page(
        self,
        path: str,
        title: str = "A post",
        attributes: str = "",
        inside: str = "",
        language: str = "en-GB",
    ) -> str:
        """Write a page at a file's path; gives its address from the site's root."""
        text = PAGE.format(base=BASE, title=title, attributes=attributes, inside=inside, language=language)
        self.file(path, text)
        return quote(path.removesuffix("index.html"))

    def data(self, key: str, *posts: dict[str, Any], version: int = 1) -> None:
        related = {"format": version, "related": posts}
        self.file(f"semblance/related/{key}.json", json.dumps(related, ensure_ascii=False))


def post(url: str, title: str = "Another post", score: float = 0.5, **more: str) -> dict[str, Any]:
    """One related post, as in the data."""
    return {"url": url, "title": title, "score": score, **more}
