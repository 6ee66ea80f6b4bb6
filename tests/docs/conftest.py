from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fakes import FakeEncoder
from semblance.parts.paths import ROOT
from unit.blog.conftest import encoder as encoder

SAMPLE = ROOT / "static" / "sample-blog"


@pytest.fixture
def author(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoder: FakeEncoder) -> Path:
    """The home and the working folder of a blog's author, for the commands of the pages."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for blog in ("my-blog/public", "public"):
        shutil.copytree(SAMPLE, tmp_path / blog, ignore=shutil.ignore_patterns("semblance"))
    (tmp_path / "data").mkdir()
    (tmp_path / "content").mkdir()
    for title, words in {
        "Tea": "Green tea wants water below the boil",
        "Tides": "The moon pulls the sea",
    }.items():
        (tmp_path / "content" / f"{title}.md").write_text(f"# {title}\n\n{words} " * 5, encoding="utf-8")
    return tmp_path
