"""The commands of the pages: quick ones are run, the others are understood by the command that they call."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from docs.pages import Block, blocks, command_lines
from semblance import cli
from semblance.parts.paths import ROOT
from semblance_build.__main__ import parse

LINES = command_lines()


def test_there_are_commands() -> None:
    assert blocks("sh")
    assert len(LINES) > 15


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("python build.py")])
def test_build_understands(line: str) -> None:
    options = parse(shlex.split(line)[2:])
    for word in getattr(options, "pytest", ()):
        if word.startswith("tests/"):
            assert (ROOT / word).exists(), word


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("semblance ")])
def test_semblance_does(line: str, author: Path) -> None:
    words = [os.path.expanduser(word) for word in shlex.split(line)[1:]]
    assert cli.main(words) == 0
    if {"--dry-run", "--remove"} & set(words):
        return
    folder = Path(words[1]) / "semblance"
    assert list(folder.rglob("related/**/*.json"))
    if "--inject" in words:
        post = Path(words[1]) / "posts/rye-for-beginners/index.html"
        assert "sourdough" in post.read_text(encoding="utf-8").partition("<related-posts")[2]
    for option in ("--data", "--sqlite"):
        if option in words:
            place = Path(words[words.index(option) + 1])
            assert place.is_file() or list(place.iterdir())


@pytest.mark.parametrize(
    "line", [line for line in LINES if not line.startswith(("python build.py", "semblance "))]
)
def test_other_commands_are_there(line: str) -> None:
    words = shlex.split(line)
    if words[:3] == ["python3", "-m", "http.server"]:
        shown = subprocess.run(
            [sys.executable, *words[1:3], "--help"], capture_output=True, text=True, check=True
        )
        assert words[3] in shown.stdout
    elif words == ["pip", "install", "."]:  # that it works in an empty environment is the wheel's own test
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        assert project["project"]["scripts"]["semblance"] == "semblance.cli:main"
        assert callable(cli.main)
    elif words == [".ci/run"]:
        assert os.access(ROOT / line, os.X_OK)
        subprocess.run(["bash", "-n", ROOT / line], check=True)
    else:
        pytest.fail(f"no test knows the command: {line}")


@pytest.mark.parametrize("block", blocks("json"), ids=str)
def test_configurations_name_commands_that_there_are(block: Block) -> None:
    """``tests/ecosystem/test_mcp.py`` runs what they name."""
    for server in json.loads(block.code)["mcpServers"].values():
        assert server["command"] == "semblance"
        assert callable(cli.parser().parse_args(server["args"]).function)
