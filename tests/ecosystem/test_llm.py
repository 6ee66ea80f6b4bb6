"""The real ``llm`` beside Semblance: collections go both ways, and the plugin embeds for it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data.photos import LESSONS
from ecosystem.conftest import Programs, Worker, environment_of
from semblance.storage.llm_database import MIGRATION_SET, MIGRATIONS

TEXTS = {
    "tea": "Green tea wants water below the boil",
    "coffee": "Coffee wants water just off the boil",
    "tides": "The moon pulls the sea, so the harbour fills",
    "sailing": "A skipper reads the tables of the tides",
    "backup": "How to copy an SQLite database while it is in use",
}
LONG = " ".join(f"Chapter {number} tells how the sea rises and falls with the moon." for number in range(60))
QUERY = "hot drinks"
MODEL = "sentence-transformers/all-MiniLM-L6-v2"


@pytest.fixture(scope="module")
def both(
    installed: list[Path], commands: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Programs]:
    """A home with two databases: what Semblance wrote, and what ``llm`` wrote."""
    home = tmp_path_factory.mktemp("home")
    (home / "texts.json").write_text(json.dumps([{"id": id, "text": text} for id, text in TEXTS.items()]))
    with Worker(home, environment_of(installed, commands, home)).working() as programs:
        for program, database in [("semblance", "ours.db"), ("llm", "theirs.db")]:
            programs.run(
                program, "embed-multi", "texts", "texts.json", "-d", database, "-m", MODEL, "--store"
            )
        yield programs


def similar(programs: Programs, program: str, *words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in programs.run(program, "similar", *words).splitlines()]


@pytest.mark.parametrize("database", ["ours.db", "theirs.db"])
@pytest.mark.parametrize(
    "query", [["tea"], ["-c", QUERY], ["-c", QUERY, "--prefix", "t"]], ids=["id", "text", "prefix"]
)
def test_both_programs_find_the_same(both: Programs, database: str, query: list[str]) -> None:
    ours = similar(both, "semblance", "texts", *query, "-d", database)
    theirs = similar(both, "llm", "texts", *query, "-d", database)
    assert [row["id"] for row in ours] == [row["id"] for row in theirs]
    assert [row["score"] for row in ours] == pytest.approx([row["score"] for row in theirs], abs=1e-6)
    assert [row["content"] for row in ours] == [row["content"] for row in theirs]


def test_each_goes_on_where_the_other_stopped(both: Programs) -> None:
    for program, id in [("llm", "a"), ("semblance", "b"), ("llm", "c")]:
        both.run(
            program, "embed", "shared", id, "-d", "shared.db", "-m", MODEL, "-c", f"word {id}", "--store"
        )
    both.run("semblance", "embed", "shared", "a", "-d", "shared.db", "-c", "another text")
    assert similar(both, "semblance", "shared", "-c", "word", "-d", "shared.db") == [
        {**row, "score": pytest.approx(row["score"], abs=1e-6)}
        for row in similar(both, "llm", "shared", "-c", "word", "-d", "shared.db")
    ]
    both.run("llm", "collections", "delete", "shared", "-d", "shared.db")
    assert both.run("semblance", "collections", "list", "-d", "shared.db") == ""


def test_llm_has_nothing_to_migrate(both: Programs) -> None:
    with sqlite3.connect(both.home / "ours.db") as db:
        written = dict(db.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'semblance_%'"))
        done = db.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (MIGRATION_SET,))
        assert [name for (name,) in done] == list(MIGRATIONS)
    db.close()
    with sqlite3.connect(both.home / "theirs.db") as db:
        theirs = dict(db.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'semblance_%'"))
    db.close()
    assert {name: _words(sql) for name, sql in written.items()} == {
        name: _words(sql) for name, sql in theirs.items()
    }
    assert both.run("llm", "collections", "list", "-d", "ours.db") == f"texts: {MODEL}\n  5 embeddings\n"
    assert both.run("llm", "collections", "list", "-d", "theirs.db") == "texts: semblance\n  5 embeddings\n"


def _words(sql: str | None) -> list[str]:
    return (sql or "").replace("(", " ( ").replace(")", " ) ").replace(",", " , ").split()


def test_texts_are_kept_only_if_asked(both: Programs) -> None:
    both.run("semblance", "embed", "plain", "tea", "-d", "plain.db", "-c", TEXTS["tea"])
    assert TEXTS["tea"].encode() not in (both.home / "plain.db").read_bytes()
    (row,) = similar(both, "semblance", "plain", "-c", QUERY, "-d", "plain.db")
    assert row["content"] is None
    (theirs,) = similar(both, "llm", "plain", "-c", QUERY, "-d", "plain.db")
    assert row == {**theirs, "score": pytest.approx(theirs["score"], abs=1e-6)}


def test_long_items_are_compared_as_wholes(both: Programs) -> None:
    (both.home / "long").mkdir(exist_ok=True)
    (both.home / "long" / "sea.txt").write_text(LONG)
    (both.home / "long" / "tea.txt").write_text(TEXTS["tea"])
    both.run("semblance", "embed-multi", "long", "--files", "long", "*.txt", "-d", "long.db", "--store")
    ours, theirs = (
        similar(both, program, "long", "-c", "the tides", "-d", "long.db") for program in ("semblance", "llm")
    )
    assert [row["id"] for row in ours] == [row["id"] for row in theirs]
    assert [row["score"] for row in ours] == pytest.approx([row["score"] for row in theirs], abs=1e-6)


def test_a_collection_moves_through_a_file(both: Programs) -> None:
    assert both.run("semblance", "import", "theirs.db") == "texts: 5 items\n"
    found = similar(both, "semblance", "texts", "-c", QUERY)
    theirs = similar(both, "llm", "texts", "-c", QUERY, "-d", "theirs.db")
    assert [row["id"] for row in found] == [row["id"] for row in theirs]
    both.run("semblance", "embed", "texts", "long", "-c", LONG)
    told = both.run("semblance", "export", "texts", "again.db").splitlines()
    assert told == [
        "again.db: 6 items",
        "  in tables of Semblance's own, which llm ignores: the passages of 1 long item",
    ]
    again = similar(both, "llm", "texts", "-c", QUERY, "-d", "again.db")
    assert [row["id"] for row in again if row["id"] != "long"] == [row["id"] for row in found]


def test_the_models_have_names(both: Programs) -> None:
    listed = both.run("llm", "embed-models")
    assert f"SemblanceModel: semblance (aliases: {MODEL})" in listed
    assert "SemblanceModel: semblance-multilingual" in listed
    assert "SemblanceModel: semblance-vision" in listed


def test_the_plugin_costs_llm_next_to_nothing(both: Programs) -> None:
    script = "import llm, sys, semblance.ecosystem.llm_plugin; print(*sorted(m for m in sys.modules if 'semblance' in m))"
    loaded = both.run("python", "-c", script).split()
    assert set(loaded) == {
        *("semblance", "semblance.ecosystem", "semblance.ecosystem.llm_plugin"),
        *("semblance.models", "semblance.models.names"),
    }


def test_other_languages(both: Programs) -> None:
    rows = [{"id": "茶", "text": "綠茶要用溫水"}, {"id": "潮", "text": "月亮牽引海洋"}]
    (both.home / "zh.json").write_text(json.dumps(rows))
    both.run("semblance", "embed-multi", "zh", "zh.json", "-d", "zh.db", "--store")
    ours, theirs = (
        similar(both, program, "zh", "-c", "熱飲", "-d", "zh.db") for program in ("semblance", "llm")
    )
    assert [row["id"] for row in ours] == [row["id"] for row in theirs]
    assert [row["score"] for row in ours] == pytest.approx([row["score"] for row in theirs], abs=1e-6)


def test_pictures_are_found_by_words(both: Programs) -> None:
    both.run(
        *("llm", "embed-multi", "photos", "--files", str(LESSONS), "c*.jpg", "--binary", "-d", "photos.db"),
        *("-m", "semblance-vision"),
    )
    theirs = similar(both, "llm", "photos", "-c", "a cup of coffee", "-d", "photos.db")
    assert theirs[0]["id"] == "coffee.jpg"
    ours = similar(both, "semblance", "photos", "-c", "a cup of coffee", "-d", "photos.db")
    assert [row["id"] for row in ours] == [row["id"] for row in theirs]
    both.run("semblance", "embed-multi", "mine", "--files", str(LESSONS), "c*.jpg", "-d", "photos.db")
    mine = similar(both, "llm", "mine", "-c", "a cup of coffee", "-d", "photos.db")
    assert [row["id"] for row in mine] == [row["id"] for row in theirs]
