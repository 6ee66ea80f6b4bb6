"""A running Datasette with the plugin: its queries find what is alike in a database that Semblance wrote."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from ecosystem.conftest import Programs, address_of, make_programs

ARTICLES = {
    "green": "Green tea wants water below the boil",
    "black": "Black tea wants boiling water",
    "kettle": "A kettle with a thermometer boils water for tea",
    "coffee": "Coffee wants water just off the boil",
    "tides": "The moon pulls the sea",
    "sails": "How to mend a torn sail",
    "rust": "Oil keeps rust from iron tools",
}
# The talk's query for the five articles that are most like one.
MOST_LIKE_ONE = """
with one as (
  select embedding from embeddings where collection_id = (select id from collections where name = 'articles') and id = :id
)
select embeddings.id, llm_embed_cosine(embeddings.embedding, one.embedding) as score
from embeddings, one where embeddings.id != :id order by score desc limit 5
"""


@pytest.fixture(scope="module")
def server(installed: list[Path], commands: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a Datasette that serves a database of articles."""
    programs = make_programs(installed, commands, tmp_path_factory.mktemp("home"))
    rows = [{"id": id, "text": text} for id, text in ARTICLES.items()]
    programs.run(
        "semblance", "embed-multi", "articles", "-", "-d", "blog.db", "--store", input=json.dumps(rows)
    )
    with serving(programs) as address:
        yield address


@contextmanager
def serving(programs: Programs) -> Iterator[str]:
    """The address of a Datasette that runs as long as the block does."""
    command = ["sh", "-c", "exec datasette blog.db --port 0 --setting sql_time_limit_ms 60000"]
    with subprocess.Popen(
        command, cwd=programs.home, env=programs.environment, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield address_of(process)
        finally:
            process.terminate()


def rows(server: str, query: str, **parameters: str) -> list[dict[str, Any]]:
    """What a query gives, as JSON."""
    address = f"{server}/blog.json?{urlencode({'sql': query, '_shape': 'array', **parameters})}"
    with urllib.request.urlopen(address) as response:
        answer: list[dict[str, Any]] = json.load(response)
    return answer


def test_the_five_articles_most_like_one(server: str) -> None:
    found = rows(server, MOST_LIKE_ONE, id="green")
    assert [row["id"] for row in found[:3]].count("black") == 1
    assert {row["id"] for row in found[:3]} == {"black", "kettle", "coffee"}
    assert [row["score"] for row in found] == sorted([row["score"] for row in found], reverse=True)
    assert len(found) == 5


def test_a_text_is_embedded_in_a_query(server: str) -> None:
    query = (
        "select id, llm_embed_cosine(embedding, llm_embed('sentence-transformers/all-MiniLM-L6-v2', :text)) as score"
        " from embeddings order by score desc limit 1"
    )
    assert rows(server, query, text="the tide comes in")[0]["id"] == "tides"


def test_similar_items_join_as_json(server: str) -> None:
    query = (
        "select value ->> 'id' as id, value ->> 'score' as score, value ->> 'content' as content"
        " from json_each(semblance_similar('articles', :text, 2))"
    )
    first, second = rows(server, query, text="care of metal")
    assert (first["id"], first["content"]) == ("rust", ARTICLES["rust"])
    assert first["score"] > second["score"]
