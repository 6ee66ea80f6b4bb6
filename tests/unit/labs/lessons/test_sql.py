"""Lab 15 says what is so, and its queries are SQLite's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from aio import run
from semblance.errors import SemblanceError
from semblance.labs.lessons.sql import MOST_ROWS, MOST_TEXTS, Database
from semblance.messages import LANGUAGES
from semblance.native.labs import Tools
from unit.labs.shown import Shown

EMBEDDED = "llm_embed('all-MiniLM-L6-v2', {text})"


def value(tools: Tools, expression: str, *parameters: Any, after: Sequence[str] = ()) -> Any:
    """What an expression gives in a new database, after other statements."""

    async def work() -> Any:
        database = Database(tools, await tools.sample())
        for statement in after:
            await database.query(statement)
        return await database.query(f"SELECT {expression}", parameters)

    ((only,),) = run(work())
    return only


def mistake(tools: Tools, statement: str) -> SemblanceError:
    """The error that a statement gives; the next statement runs."""

    async def work() -> SemblanceError:
        database = Database(tools, await tools.sample())
        with pytest.raises(SemblanceError) as raised:
            await database.query(statement)
        assert await database.query("SELECT 1 + 1") == [(2,)]
        return raised.value

    return run(work())


def test_the_talks_query_finds_what_is_alike(tools: Tools) -> None:
    rows = Shown(tools, "sql", "alike")["rows"]
    assert rows.headings == ["id", "score"]
    ids, scores = zip(*rows.rows, strict=True)
    assert len(ids) == 5
    assert "garden/slugs-by-torchlight.md" not in ids
    assert ids[0].startswith("garden/")
    assert list(scores) == sorted(scores, reverse=True)


def test_a_text_is_embedded_while_the_query_runs(tools: Tools) -> None:
    cosine = value(
        tools, f"llm_embed_cosine({EMBEDDED.format(text='?')}, {EMBEDDED.format(text='?')})", "a", "b"
    )
    a, b = run(tools.encode(["a", "b"]))
    assert cosine == pytest.approx(float(a @ b), abs=1e-5)


def test_all_texts_of_a_statement_are_embedded_together(tools: Tools) -> None:
    query = f"count(DISTINCT {EMBEDDED.format(text='id')}) FROM embeddings"
    assert value(tools, query) == len(run(tools.sample()).ids)


@pytest.mark.parametrize("statement", ["ROLLBACK", "COMMIT", "SAVEPOINT mine"])
def test_a_transaction_may_be_ended(tools: Tools, statement: str) -> None:
    assert value(tools, "count(*) FROM embeddings", after=[statement]) == len(run(tools.sample()).ids)


def test_neighbours_vote_for_a_folder(tools: Tools) -> None:
    assert Shown(tools, "sql", "folders")["rows"].rows[0][0] == "sleep"


def test_a_statement_changes_the_database_once(tools: Tools) -> None:
    tea = EMBEDDED.format(text="'tea'")
    after = [
        "CREATE TABLE mine (text TEXT PRIMARY KEY, vector BLOB)",
        f"INSERT INTO mine VALUES ('tea', {tea})",
    ]
    assert value(tools, "count(*) FROM mine", after=after) == 1
    assert value(tools, f"llm_embed_cosine(vector, {tea}) FROM mine", after=after) == pytest.approx(1)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELEC id", 'near "SELEC": syntax error'),
        ("SELECT 1; SELECT 2", "one statement at a time"),
        ("SELECT llm_embed('gpt', 'text')", "only the vectors of all-MiniLM-L6-v2 can be computed here"),
        ("SELECT llm_embed('semblance', x'89')", "pictures can't be embedded here"),
        (
            "SELECT llm_embed_cosine(embedding, x'01') FROM embeddings",
            "vectors of 384 and 1 numbers can't be compared",
        ),
        ("SELECT semblance_similar('nowhere', 'text', 3)", "nowhere: there is no such collection"),
        (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
            " SELECT llm_embed_cosine(llm_embed('semblance', 'day ' || i), x'01') FROM n LIMIT 9999",
            f"more than {MOST_TEXTS} texts",
        ),
        ("BEGIN", "cannot start a transaction within a transaction"),
    ],
)
def test_a_mistake_is_said_and_the_next_statement_runs(tools: Tools, query: str, reason: str) -> None:
    error = mistake(tools, query)
    assert reason in str(error)
    assert len({error.said(language) for language in LANGUAGES}) == len(LANGUAGES)


def test_no_more_rows_are_shown_than_a_page_can_hold(tools: Tools) -> None:
    many = "SELECT a.id, b.embedding FROM embeddings AS a, embeddings AS b"
    shown = Shown(tools, "sql", "alike", query=many)
    assert shown.note("more_rows") == {"number": MOST_ROWS}
    assert len(shown["rows"].rows) == MOST_ROWS
    assert shown["rows"].rows[0][1].startswith("x'")
    assert len(shown["rows"].rows[0][1]) < 30


@pytest.mark.parametrize(
    ("query", "note"),
    [(" ", "no_query"), ("SELECT 1 WHERE 0", "no_rows"), ("DELETE FROM embeddings", "no_rows")],
)
def test_without_rows_there_is_a_note(tools: Tools, query: str, note: str) -> None:
    assert [figure.name for figure in Shown(tools, "sql", "alike", query=query).all] == [note]
