from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fakes import FakeEncoder, FakeImageEncoder
from semblance import cli, wiring
from semblance.ports import Encoders

Run = Callable[..., str]


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeEncoder:
    """The encoder of the commands, whose texts are alike by the words that they share; and an empty home."""
    fake = FakeEncoder("all-MiniLM-L6-v2", budget=64)

    async def load(name: str) -> Encoders:
        text = fake if name == fake.name else FakeEncoder(name, budget=64)
        return Encoders(text, FakeImageEncoder(text))

    def fingerprint(name: str) -> str:
        return fake.fingerprint if name == fake.name else ""

    monkeypatch.setattr(wiring, "load_space", load)
    monkeypatch.setattr(wiring, "fingerprint", fingerprint)
    monkeypatch.setenv("SEMBLANCE_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return fake


@pytest.fixture
def run(encoder: FakeEncoder, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command that succeeds; gives what it printed. Nothing is said beside that."""

    def run(*words: str, status: int = 0) -> str:
        capsys.readouterr()
        assert cli.main(words) == status
        captured = capsys.readouterr()
        assert status or captured.err == ""
        return captured.out if not status else captured.err

    return run


def rows(printed: str) -> list[dict[str, Any]]:
    """The objects of NDJSON."""
    return [json.loads(line) for line in printed.splitlines()]


def ids(printed: str) -> list[str]:
    return [row["id"] for row in rows(printed)]
