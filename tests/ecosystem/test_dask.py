"""A site that the workers of a Dask cluster build, also if some are killed, is the one that a single process builds."""

from __future__ import annotations

import random
import re
import shlex
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from data.tiny_model import make_tiny_model
from docs.pages import ON_A_CLUSTER, command_lines
from ecosystem.conftest import INSTALL, Programs, environment_of, write_commands
from semblance import cli
from semblance_build import packages
from unit.blog.support import Site, page

REQUIREMENTS = Path(__file__).with_name("dask") / "requirements.txt"
COMMAND = Path(__file__).with_name("tiny_site.py")
WORDS = ("tea", "water", "pot", "minutes", "degrees", "moon", "sea", "harbour", "tide", "skipper", "table")


@pytest.fixture
def programs(own_wheel: Path, tmp_path: Path, aloud: Callable[[], AbstractContextManager[None]]) -> Programs:
    """A home with a site of eighty posts, a tiny model, and Dask."""
    with aloud():
        dask = packages.installed("dask", [REQUIREMENTS], INSTALL)
    chance = random.Random(1)
    site = Site(tmp_path / "public")
    for number in range(80):
        text = " ".join(chance.choices(WORDS, k=15))
        site.write(f"{number}.html", page(f"Post {number}", f"{text.capitalize()}. It is the post {number}."))
    make_tiny_model(tmp_path / "tiny")
    (tmp_path / "bin").mkdir()
    installed = [own_wheel, dask]
    environment = environment_of(installed, write_commands(tmp_path / "bin", installed), tmp_path)
    return Programs(tmp_path, environment | {"TINY_MODEL": str(tmp_path / "tiny")})


def build(programs: Programs, *words: str, cache: str) -> tuple[int, int]:
    """How many parts a run computed, and how many were there. All that runs share is in their caches."""
    programs.environment["SEMBLANCE_CACHE"] = str(programs.home / cache)
    printed = programs.run("python", str(COMMAND), *words, "--cache", cache)
    (counts,) = re.findall(r"^  (\d+) parts? computed, (\d+) there already$", printed, re.MULTILINE)
    return int(counts[0]), int(counts[1])


def test_killed_workers_and_a_second_run_repeat_nothing(programs: Programs) -> None:
    site, kept, killed = Site(programs.home / "public"), programs.home / "kept", programs.home / "killed"
    total, there = build(programs, "site", "public", "--parts", "plain", cache="a")
    assert (total > 12, there) == (True, 0)
    plain = site.files()
    parts = {path.name: path.read_bytes() for path in (programs.home / "plain").iterdir()}

    killed.mkdir()
    programs.environment["KILLED"] = str(killed)
    assert build(programs, "--two-workers", "site", "public", "--parts", "kept", cache="b") == (total, 0)
    assert sorted(path.name for path in killed.iterdir()) == ["embedding", "encoding", "reading", "splitting"]
    assert site.files() == plain
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == parts

    again = ["site", "public", "--parts", "kept", "--dask", "local"]
    computed, there = build(programs, *again, cache="b")
    assert (computed, 0 < there < total) == (0, True)  # the cache holds the vectors
    assert build(programs, *again, cache="c") == (0, total)
    assert site.files() == plain


def test_a_cluster_of_this_machine_ends_with_the_run(programs: Programs) -> None:
    total, there = build(programs, "site", "public", "--no-search", "--dask", "local", cache="a")
    assert (total > 3, there) == (True, 0)


def test_a_scheduler_that_does_not_answer_is_named(programs: Programs) -> None:
    programs.environment["DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT"] = "1s"
    address = "tcp://127.0.0.1:9"
    printed = programs.run("python", str(COMMAND), "site", "public", "--dask", address, status=1)
    assert f"semblance: {address}: no Dask scheduler answers" in printed


def test_the_page_names_commands_and_options_that_there_are(programs: Programs) -> None:
    commands = [shlex.split(line) for line in command_lines(*ON_A_CLUSTER)]
    assert commands.pop(0) == ["pip", "install", "semblance[dask]"]
    for program, *words in commands:
        if program == "semblance":
            assert callable(cli.parser().parse_args(words).function)
        else:
            help = programs.run("python", "-m", program, words[0], "--help")
            assert [word for word in words if word.startswith("--") and word not in help] == []
