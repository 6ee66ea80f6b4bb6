"""The other programs, at the versions of ``requirements.txt``, with Semblance's wheel installed beside them.

``requirements.txt`` is written from ``requirements.in``:
``uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -c constraints.txt``.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from semblance.parts.models import named
from semblance.parts.paths import ROOT
from semblance_build import packages
from wheel import archives, pip

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
INSTALL = [
    *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
    *("--require-hashes", "--target", ".", "-r", REQUIREMENTS.name),
]


@dataclass
class Programs:
    """The programs on the path, and a home and working folder of their own."""

    home: Path
    environment: dict[str, str]

    def run(self, *words: str, input: str = "", status: int = 0) -> str:
        """What a program prints on its standard output; of one that fails, what it says of that."""
        done = self.start(list(words), input=input)
        assert done.returncode == status, f"{words}\n{done.stdout}\n{done.stderr}"
        return done.stderr if status else done.stdout

    def shell(self, script: str) -> str:
        """What a script of bash prints; it stops where a command fails."""
        done = self.start(["bash", "-euo", "pipefail", "-c", script])
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def start(self, words: list[str], input: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words,
            cwd=self.home,
            env=self.environment,
            input=input,
            capture_output=True,
            text=True,
            check=False,
        )


@dataclass
class Worker(Programs):
    """The same programs, of which ``llm`` and ``semblance`` run in one process, one command after the other."""

    _process: subprocess.Popen[str] = field(init=False)

    @contextmanager
    def working(self) -> Iterator[Worker]:
        command = [sys.executable, str(Path(__file__).with_name("worker.py"))]
        with subprocess.Popen(
            command,
            cwd=self.home,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            self._process = process
            yield self
            assert process.stdin is not None
            process.stdin.close()

    def start(self, words: list[str], input: str = "") -> subprocess.CompletedProcess[str]:
        if words[0] not in ("llm", "semblance"):
            return super().start(words, input)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps({"words": words, "input": input}), file=self._process.stdin, flush=True)
        done = json.loads(self._process.stdout.readline())
        return subprocess.CompletedProcess(words, done["status"], done["out"], done["err"])


@pytest.fixture(scope="session")
def own_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of Semblance's wheel."""
    (wheel,) = archives().glob("*.whl")
    own = tmp_path_factory.mktemp("wheel")
    pip(sys.executable, "install", "--no-deps", "--no-index", "--target", own, wheel)
    return own


@pytest.fixture(scope="session")
def installed(own_wheel: Path, aloud: Callable[[], AbstractContextManager[None]]) -> list[Path]:
    """The folders of Semblance's wheel and of the other programs."""
    with aloud():
        others = packages.installed("ecosystem", [REQUIREMENTS], INSTALL)
        named("all-MiniLM-L6-v2")
    return [own_wheel, others]


@pytest.fixture(scope="session")
def commands(installed: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all their commands, and with ``python``."""
    return write_commands(tmp_path_factory.mktemp("bin"), installed)


def write_commands(folder: Path, installed: list[Path]) -> Path:
    """Write all commands, and ``python``, into a folder; a cache can't hold them, as they name their interpreter."""
    for program in [program for place in installed for program in (place / "bin").iterdir()]:
        if not (folder / program.name).exists():
            (folder / program.name).write_text(f'#!/bin/sh\nexec "{sys.executable}" "{program}" "$@"\n')
            (folder / program.name).chmod(0o755)
    (folder / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (folder / "python").chmod(0o755)
    return folder


@pytest.fixture
def programs(installed: list[Path], commands: Path, tmp_path: Path) -> Programs:
    return make_programs(installed, commands, tmp_path)


def make_programs(installed: list[Path], commands: Path, home: Path) -> Programs:
    return Programs(home, environment_of(installed, commands, home))


def environment_of(installed: list[Path], commands: Path, home: Path) -> dict[str, str]:
    return os.environ | {
        "HOME": str(home),
        "LLM_USER_PATH": str(home / "llm"),
        "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(map(str, installed)),
        "SEMBLANCE_CACHE": os.environ.get("SEMBLANCE_CACHE") or str(Path.home() / ".cache" / "semblance"),
        "SEMBLANCE_DATA": str(home / "collections"),
        "SEMBLANCE_MODELS": str(ROOT / "models"),  # the image model is in no wheel
    }


def address_of(server: subprocess.Popen[str]) -> str:
    """The address that a server says it runs on."""
    assert server.stderr is not None
    said = ""
    for line in server.stderr:
        said += line
        if running := re.search(r"running on (http://\S+)", line):
            return running[1].rstrip("/")
    raise AssertionError(said)
