"""A reader gives way often enough: about each 64 KB, whatever the format."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from semblance.ingest import read

SIZE = 5_000_000


def _repeat(piece: str) -> Iterator[str]:
    return (piece.replace("NUMBER", str(number)) for number in range(SIZE // len(piece)))


SENTENCE = "The quick brown fox jumps over the lazy dog. " * 4
RECORDS = [{"id": str(number), "text": SENTENCE} for number in range(SIZE // len(SENTENCE))]
FILES = {
    "text.txt": "".join(_repeat(SENTENCE + "\n")),
    "one-line.txt": "x" * SIZE,
    "note.md": "# Title\n" + "".join(_repeat(SENTENCE + "\n")),
    "page.html": "".join(_repeat(f"<p>NUMBER <b>{SENTENCE}</b></p>\n")),
    "paragraph.html": "<p>" + "word &amp; " * (SIZE // 11),
    "table.csv": "id,text\n" + "".join(_repeat(f"NUMBER,{SENTENCE}\n")),
    "list.json": json.dumps(RECORDS),
    "by-id.json": json.dumps({record["id"]: record["text"] for record in RECORDS}),
    "wrapped.json": json.dumps({"title": "x", "items": RECORDS}),
    "lines.jsonl": "\n".join(map(json.dumps, RECORDS)),
    "feed.xml": "<rss><channel>"
    + "".join(_repeat(f"<item><guid>NUMBER</guid><description>{SENTENCE}</description></item>\n"))
    + "</channel></rss>",
}


@pytest.mark.parametrize("name", FILES)
def test_breathing_points(name: str) -> None:
    data = FILES[name].encode()
    longest = since = points = documents = 0
    for step in read(name, data):
        if step is None:
            points += 1
            longest, since = max(longest, since), 0
        else:
            documents += 1
            since += 1
    passes = 1 if name.endswith((".txt", ".md")) else 2  # decoding, and then reading
    assert points >= passes * (len(data) // 65_536)
    assert documents >= 1
    assert longest <= 65_536 // len(SENTENCE) + 1  # items between two points
