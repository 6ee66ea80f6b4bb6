"""The reader's index as the real model teaches it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from aio import run
from semblance import cli, wiring
from unit.blog.reader_index import ReaderIndex
from unit.blog.support import page

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "data" / "synonyms.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
"""Posts of one sentence each, and for each a word and a question that share no telling word with it."""
MOST = 10
"""Results that are shown."""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> ReaderIndex:
    site = tmp_path_factory.mktemp("small") / "public"
    for number, row in enumerate(ROWS):
        folder = site / f"{number:02}"
        folder.mkdir(parents=True)
        (folder / "index.html").write_text(page(f"Note {number}", row["text"]), encoding="utf-8")
    assert cli.main(["site", str(site), "--min-words", "5"]) == 0
    language = json.loads((site / "semblance" / "index.json").read_bytes())["languages"]["en"]
    index = ReaderIndex(site / "semblance" / language["reader"])
    assert sum(index.passages) == len(ROWS)
    return index


def cosines(index: ReaderIndex, tokens: Sequence[str]) -> dict[int, float]:
    """The cosines of posts with a query of these tokens, the best first; none if no token is known."""
    rows = [row for row in map(index.row, tokens) if row is not None]
    vector = np.sum(rows, axis=0)
    best_first = sorted(index.similar(vector / np.linalg.norm(vector)), reverse=True) if rows else []
    return {passage: cosine for cosine, passage in best_first}


def place(index: ReaderIndex, number: int, tokens: Sequence[str]) -> int:
    """The place of a post for a query, from 0; far behind if none is known."""
    found = list(cosines(index, tokens))
    return found.index(number) if found else len(ROWS)


def test_words_that_a_small_site_never_uses_find_their_neighbours(index: ReaderIndex) -> None:
    assert all(index.having(row["asked"]) == {} for row in ROWS)
    places = [place(index, number, [row["asked"]]) for number, row in enumerate(ROWS)]
    assert len([at for at in places if at < MOST]) >= 28, places
    assert len([at for at in places if at == 0]) >= 22, places


def test_whole_questions_find_their_post_on_a_small_site(index: ReaderIndex) -> None:
    """The model itself has 28 of the 30 in the first place, and all in the first ten."""
    tokenizer = run(wiring.load_tokenizer())
    encoded = run(tokenizer.encode_batch([row["question"] for row in ROWS], add_special_tokens=False))
    places = [place(index, number, run(tokenizer.tokens(ids.tolist()))) for number, ids in enumerate(encoded)]
    assert len([at for at in places if at < MOST]) >= 28, places
    assert len([at for at in places if at == 0]) >= 19, places


UNRELATED = (
    "parliament",
    "algebra",
    "astronaut",
    "software license",
    "stock market",
    "income tax",
    "football championship",
    "ancient egypt",
    "nuclear physics",
    "guitar",
)


def test_what_fits_is_nearer_than_chance_and_what_does_not_is_not(index: ReaderIndex) -> None:
    fitting = [cosines(index, [row["asked"]]).get(number, 0) for number, row in enumerate(ROWS)]
    assert len([cosine for cosine in fitting if cosine >= index.least]) >= 25, (index.least, fitting)
    by_chance = [cosine for query in UNRELATED for cosine in cosines(index, query.split()).values()]
    assert len(by_chance) == len(UNRELATED) * len(ROWS)
    assert np.mean(np.array(by_chance) < index.least) >= 0.9, index.least
