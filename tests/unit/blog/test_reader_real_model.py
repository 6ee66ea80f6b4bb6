"""The reader's index as the real model teaches it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from semblance import cli
from unit.blog.reader_index import ReaderIndex
from unit.blog.support import page

PAIRS = Path(__file__).parents[2] / "data" / "synonyms.jsonl"
MOST = 10
"""Results that are shown."""


def test_words_that_a_small_site_never_uses_find_their_neighbours(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    site = tmp_path / "public"
    for number, row in enumerate(rows):
        folder = site / f"{number:02}"
        folder.mkdir(parents=True)
        (folder / "index.html").write_text(page(f"Note {number}", row["text"]), encoding="utf-8")
    assert cli.main(["site", str(site), "--min-words", "5"]) == 0
    language = json.loads((site / "semblance" / "index.json").read_bytes())["languages"]["en"]
    index = ReaderIndex(site / "semblance" / language["reader"])
    assert sum(index.passages) == len(rows)
    places = []
    for number, row in enumerate(rows):
        assert index.having(row["asked"]) == {}
        if not index.knows(row["asked"]):
            continue
        vector = index.row(row["asked"])
        places.append(index.similar(vector / np.linalg.norm(vector)).index(number))
    assert len([place for place in places if place < MOST]) >= 20, places
    assert len([place for place in places if place == 0]) >= 15, places
