"""`semblance mcp` and the SDK's own client: over standard input and output, and over HTTP."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ecosystem.conftest import Programs, address_of, make_programs

NOTES = {
    "tea": "Green tea wants water below the boil",
    "coffee": "Coffee wants hot water",
    "tides": "The moon pulls the sea",
}
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
