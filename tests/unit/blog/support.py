"""A built site in a folder, and the command that is run on it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from semblance import cli

TEA = "Green tea wants water below eighty degrees and two minutes in a warm pot before anybody drinks it."
COFFEE = "Ground coffee wants water just off the boil and four minutes in a press before anybody drinks it."
TIDES = "The moon pulls the sea towards itself, so that harbours fill and empty twice on every single day."
SAILING = "A skipper reads the tables of the moon and the sea, since harbours fill and empty twice a day."


def page(
    title: str = "",
    text: str = TEA,
    *,
    head: str = "",
    lang: str = "en",
    body: str = "",
    tag: str = "article",
) -> str:
    """A page as a generator writes it, the post in an <article>."""
    content = body or f"<{tag}><h1>{title}</h1><p>{text}</p></{tag}>"
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title} | Site</title>{head}</head>'
        f"<body><nav><a href='/'>Home</a></nav>{content}<footer>Made by hand</footer></body></html>"
    )


@dataclass
class Site:
    """The folder that a generator wrote."""

    root: Path

    def write(self, file: str, content: str | bytes) -> Path:
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def four(self) -> Site:
        """Two posts on drinks and two on the sea."""
        texts = {"tea": TEA, "coffee": COFFEE, "tides": TIDES, "sailing": SAILING}
        for name, text in texts.items():
            self.write(f"posts/{name}/index.html", page(name.title(), text))
        return self

    def run(self, *options: str, engine: bool = True) -> int:
        """Run the command; with the engine, `posts` can tell all that it has read."""
        return cli.main(["site", str(self.root), *(["--engine"] if engine else []), *options])

    def json(self, file: str) -> Any:
        return json.loads((self.root / "semblance" / file).read_bytes())

    def related(self, key: str) -> list[str]:
        return [post["url"] for post in self.json(f"related/{key}.json")["related"]]

    def posts(self) -> dict[str, dict[str, Any]]:
        """All posts of the index, by their addresses."""
        posts: dict[str, dict[str, Any]] = {}
        for language in self.json("index.json")["languages"].values():
            posts |= {post["url"]: post for post in self.json(language["posts"])["posts"]}
        return posts

    def files(self) -> dict[str, bytes]:
        """All that was written."""
        folder = self.root / "semblance"
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }


def output(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    return captured.out + captured.err
