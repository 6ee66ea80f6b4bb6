"""`semblance mcp` and the SDK's own client: over standard input and output, and over HTTP."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ecosystem.conftest import Programs, address_of, make_programs
from semblance_build.server import serving

NOTES = {
    "tea": "Green tea wants water below the boil",
    "coffee": "Coffee wants hot water",
    "tides": "The moon pulls the sea",
}
POSTS = {
    "tea": "Green tea wants water below the boil and two minutes in a warm pot before anybody drinks it at all.",
    "coffee": "Ground coffee wants water just off the boil and four minutes in a press before anybody drinks it.",
    "tides": "The moon pulls the sea towards itself, so that harbours fill and empty twice on every single day.",
}
POST = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<article><h1>{title}</h1><p>{text}</p></article></html>"""
READING = {"collections": True, "search": True, "related": True, "get": True}
SESSION = str(Path(__file__).with_name("mcp_session.py"))


@pytest.fixture(scope="module")
def home(installed: list[Path], commands: Path, tmp_path_factory: pytest.TempPathFactory) -> Programs:
    programs = make_programs(installed, commands, tmp_path_factory.mktemp("home"))
    rows = [{"id": id, "text": text} for id, text in NOTES.items()]
    programs.run("semblance", "embed-multi", "notes", "-", input=json.dumps(rows))
    return programs


def session(
    programs: Programs, server: str | list[str], *calls: tuple[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    printed = programs.run("python", SESSION, json.dumps(server), json.dumps(calls))
    return [json.loads(line) for line in printed.splitlines()]


def result(answer: dict[str, Any]) -> Any:
    assert not answer["error"], answer
    return answer["result"]["result"]


def test_an_agent_reads_over_standard_input(home: Programs) -> None:
    tools, there, found, related, items, missing = session(
        home,
        ["semblance", "mcp"],
        ("collections", {}),
        ("search", {"collection": "notes", "query": "hot drinks", "number": 2}),
        ("related", {"collection": "notes", "id": "tea", "number": 1}),
        ("get", {"collection": "notes", "ids": ["tides", "nowhere"]}),
        ("search", {"collection": "none", "query": "tea"}),
    )
    assert tools == READING
    assert result(there) == [{"name": "notes", "model": "all-MiniLM-L6-v2", "items": 3}]
    assert {row["id"] for row in result(found)} == {"tea", "coffee"}
    assert [(row["id"], row["passage"]) for row in result(related)] == [("coffee", NOTES["coffee"])]
    assert [(row["id"], row["content"]) for row in result(items)] == [("tides", NOTES["tides"])]
    assert missing["error"]
    assert "none: there is no such collection" in missing["text"][0]


def test_an_agent_writes_only_where_it_may(home: Programs) -> None:
    add = ("add", {"collection": "mine", "id": "a", "content": "A note", "metadata": {"by": "agent"}})
    _, refused = session(home, ["semblance", "mcp"], add)
    assert refused["error"]
    tools, added, again, deleted, empty = session(
        home,
        ["semblance", "mcp", "--write"],
        add,
        add,
        ("delete", {"collection": "mine", "ids": ["a", "b"]}),
        ("get", {"collection": "mine", "ids": ["a"]}),
    )
    assert tools == {**READING, "add": False, "delete": False}
    assert [result(answer) for answer in (added, again, deleted, empty)] == ["added", "unchanged", 1, []]


def test_an_agent_reads_over_http(home: Programs) -> None:
    command = ["sh", "-c", "exec semblance mcp --http --port 0"]
    with subprocess.Popen(
        command, cwd=home.home, env=home.environment, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            call = ("search", {"collection": "notes", "query": "the coast", "number": 1})
            tools, found = session(home, f"{address_of(server)}/mcp", call)
        finally:
            server.terminate()
    assert tools == READING
    assert result(found)[0]["id"] == "tides"


def test_an_agent_searches_a_published_site(home: Programs) -> None:
    posts = home.home / "public" / "posts"
    for name, text in POSTS.items():
        (posts / name).mkdir(parents=True)
        (posts / name / "index.html").write_text(POST.format(title=name.title(), text=text))
    home.run("semblance", "site", "public")
    with serving([home.home / "public"]) as address:
        for site in ("public", address):
            tools, there, first, related, items = session(
                home,
                ["semblance", "mcp", "--site", site],
                ("collections", {}),
                ("search", {"collection": "en", "query": "the coast", "number": 1}),
                ("related", {"collection": "en", "id": "posts/tea/", "number": 1}),
                ("get", {"collection": "en", "ids": ["posts/coffee/"]}),
            )
            assert tools == READING
            assert result(there) == [{"name": "en", "model": "all-MiniLM-L6-v2", "items": 3}]
            assert result(first)[0]["id"] == "posts/tides/"
            assert result(related)[0]["id"] == "posts/coffee/"
            assert POSTS["coffee"] in result(items)[0]["content"]
