"""Time and memory of ``semblance site`` on a large site: ``python -m semblance_build.benchmark.many_pages 10000``."""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from semblance_build.benchmark.blog import measured

WORDS = 70  # of a post
LINKS = 50  # of a page, to other posts


def write_pages(folder: Path, number: int) -> None:
    """Write posts of drawn words, each in a page with a menu and a footer full of links."""
    drawn = random.Random(1)
    words = [
        first + last
        for first in ["b", "d", "f", "g", "k", "l", "m", "p", "r", "s", "t", "w", "br", "st", "tr"]
        for last in _ENDS
    ]
    for at in range(number):
        text = " ".join(drawn.choices(words, k=WORDS)).capitalize()
        links = "".join(f"<a href='/posts/{drawn.randrange(number)}/'>Post</a> " for _ in range(LINKS))
        file = folder / "posts" / str(at) / "index.html"
        file.parent.mkdir(parents=True)
        file.write_text(
            f"<!doctype html><html lang=en><title>Post {at} | Site</title><main><article><h1>Post {at}</h1>"
            f"<p class=meta>May 1, {2000 + at % 25}</p><p>{text}.</p></article></main><footer>{links}</footer></html>",
            encoding="utf-8",
        )


_STARTS = ("b", "d", "f", "g", "k", "l", "m", "p", "r", "s", "t", "w", "br", "st", "tr")
_ENDS = ("ander", "ilten", "oster", "under", "ery", "ingle", "arrow", "eeling", "imber", "ottle")


def main(number: int) -> Iterator[str]:
    """The lines of the result."""
    with tempfile.TemporaryDirectory() as scratch:
        site = Path(scratch) / "site"
        write_pages(site, number)
        for run in ("the first run", "a second run"):
            cost = measured("site", str(site), "--inject", "--no-search")
            yield f"{number} pages of {WORDS} words, {run}: {cost.seconds:.0f} s, {cost.peak_mb:.0f} MB"


if __name__ == "__main__":
    for line in main(int(sys.argv[1])):
        print(line, flush=True)
