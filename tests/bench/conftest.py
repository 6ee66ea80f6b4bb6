"""What the tests of the bench need."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.tiny import TINY, in_thread
from semblance.parts.paths import DIST
from semblance_build.benchmark import texts
from semblance_build.benchmark.bench_setup import BenchSetup
from semblance_build.browsers import chromium_executable


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "bench: runs a part of the bench, tiny, to see that it works")


@pytest.fixture
def setup(tmp_path: Path) -> BenchSetup:
    index = DIST / "models" / "index.json"
    if not index.exists():
        pytest.skip("dist/ is not built; `python build.py test` builds it")
    model = json.loads(index.read_text(encoding="utf-8"))["models"][0]["text"]
    return BenchSetup(TINY, texts.corpus(), model, tmp_path)


@pytest.fixture
def chromium() -> None:
    if in_thread(chromium_executable) is None:
        pytest.skip("no Chromium is installed; `python build.py test` installs one")
