"""What pip installs for the build and for development: all of it is pinned, with its hashes."""

from __future__ import annotations

import re
import subprocess
import tomllib
import venv
from pathlib import Path

import build
import pytest

from semblance.parts.paths import ROOT

LOCKED = re.compile(r"^([\w.-]+)==([^\s;]+).*((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", re.MULTILINE)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
BUILD = PROJECT["project"]["dependencies"]
NEEDED = {"build": BUILD, "develop": BUILD + PROJECT["dependency-groups"]["dev"]}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def versions(text: str) -> dict[str, str]:
    return {
        normal(name): version for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE)
    }


@pytest.mark.parametrize("lock", NEEDED)
def test_a_lock_pins_what_is_needed_at_the_constraints_versions(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    locked = versions(text)
    assert len(LOCKED.findall(text)) == len(locked)
    assert {normal(re.split(r"[<>=]", name)[0]) for name in NEEDED[lock]} <= set(locked)
    constrained = versions((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    assert {name: constrained.get(name, version) for name, version in locked.items()} == locked


def test_pip_takes_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []
    monkeypatch.setenv("SEMBLANCE_CACHE", str(tmp_path))
    monkeypatch.setattr(venv, "create", lambda folder, **_: folder.mkdir())
    monkeypatch.setattr(subprocess, "run", lambda command, **_: commands.append(command))
    lock = ROOT / "requirements" / "build.txt"
    build.environment(lock)
    build.environment(lock)  # which is there already
    (command,) = commands
    assert {"--require-hashes", "--no-deps"} <= set(command)
    assert command[-1] == str(lock)
