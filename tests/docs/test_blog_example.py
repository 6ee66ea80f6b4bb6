"""The example of a blog's repository: its configuration and its hosts' files, as far as they run without the host."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from semblance import cli
from semblance.parts.paths import ROOT

EXAMPLE = ROOT / "docs" / "blog-example"
CACHE = ".semblance-cache"


def read(file: str) -> Any:
    text = (EXAMPLE / file).read_text(encoding="utf-8")
    return tomllib.loads(text) if file.endswith(".toml") else YAML(typ="safe").load(text)


def github() -> tuple[list[str], str, list[str]]:
    """The commands, the folder for what is made once, and the folders that are kept."""
    workflow = read(".github/workflows/site.yml")
    steps = workflow["jobs"]["site"]["steps"]
    kept = [step["with"]["path"] for step in steps if step.get("uses", "").startswith("actions/cache@")]
    return [step["run"] for step in steps if "run" in step], workflow["env"]["SEMBLANCE_CACHE"], kept


def gitlab() -> tuple[list[str], str, list[str]]:
    job = read(".gitlab-ci.yml")["pages"]
    return job["script"], job["variables"]["SEMBLANCE_CACHE"], job["cache"]["paths"]


@pytest.fixture
def repository(author: Path) -> Path:
    """A blog's repository after its generator has built the site."""
    shutil.copy(EXAMPLE / "semblance.toml", author)
    return author


def semblance_commands(commands: list[str]) -> Iterator[list[str]]:
    for command in commands:
        words = shlex.split(command)
        if words[0] == "semblance":
            yield words[1:]


@pytest.mark.parametrize("host", [github, gitlab])
def test_a_host_s_commands_run_in_their_order(host: Any, repository: Path) -> None:
    commands, _, _ = host()
    assert [cli.main(words) for words in semblance_commands(commands)] == [0, 0]
    post = (repository / "public/posts/rye-for-beginners/index.html").read_text(encoding="utf-8")
    assert 'class="semblance-related"' in post
    assert (repository / CACHE).is_dir()


@pytest.mark.parametrize("host", [github, gitlab])
def test_one_folder_is_kept(host: Any) -> None:
    """Where the vectors are kept, beside the site, there is also what is made once."""
    _, made_once, kept = host()
    assert made_once.endswith(f"/{CACHE}")
    assert CACHE in kept


def test_netlify_runs_the_command(repository: Path) -> None:
    command = read("netlify.toml")["build"]["command"]
    assert read("netlify.toml")["build"]["publish"] == read("semblance.toml")["folder"]
    assert [cli.main(words) for words in semblance_commands(command.split("&&"))] == [0]


def test_shares_of_a_matrix_are_merged(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The jobs run here one after the other. Each has a cache of its own, as on its own machine."""
    jobs = read(".github/workflows/large-site.yml")["jobs"]
    assert jobs["site"]["needs"] == "embed"
    embed, merge = ([step.get("run", "") for step in jobs[job]["steps"]] for job in ("embed", "site"))
    for part in jobs["embed"]["strategy"]["matrix"]["part"]:
        commands = [command.replace("${{ matrix.part }}", str(part)) for command in filter(None, embed)]
        (words,) = semblance_commands(commands)
        assert cli.main([*words, "--no-search", "--cache", f"cache-{part}"]) == 0
    capsys.readouterr()
    (words,) = semblance_commands(list(filter(None, merge)))
    assert cli.main([*words, "--no-search"]) == 0
    ((computed, there),) = re.findall(r"(\d+) parts computed, (\d+) there already", capsys.readouterr().out)
    assert (computed, int(there) > 0) == ("0", True)
