"""What the tests of the bench need."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.tiny import TINY
from semblance_build.benchmark import texts
from semblance_build.benchmark.bench_setup import BenchSetup


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "bench: runs a part of the bench, tiny, to see that it works")


@pytest.fixture
def setup(dist: Path, tmp_path: Path) -> BenchSetup:
    index = dist / "models" / "index.json"
    model = json.loads(index.read_text(encoding="utf-8"))["models"][0]["text"]
    return BenchSetup(TINY, texts.corpus(), model, tmp_path)
