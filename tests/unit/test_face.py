"""What programs import from the package itself, and that this costs nothing before it is used."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

import semblance
from fakes import FakeEncoder
from semblance import Collection, Library, TextModel, open_library
from unit.commands.conftest import encoder as encoder


def test_each_name_is_there() -> None:
    assert set(semblance.__all__) <= set(dir(semblance))
    for name in semblance.__all__:
        assert getattr(semblance, name) is not None
    with pytest.raises(AttributeError, match="nothing"):
        _ = semblance.nothing
    assert (Library.__module__, TextModel.__module__) == ("semblance.library", "semblance.native.text_model")


def test_the_package_alone_imports_nothing() -> None:
    script = (
        "import sys; before = set(sys.modules); import semblance; print(*sorted(set(sys.modules) - before))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout
    assert printed.split() == ["semblance"]


def test_a_library_in_a_folder(tmp_path: Path, encoder: FakeEncoder) -> None:
    async def main() -> list[str]:
        notes: Collection = await open_library(tmp_path / "notes").collection("notes")
        await notes.embed("tea", "green tea")
        await notes.embed("tides", "the moon pulls the sea")
        return [match.id for match in await notes.similar("black tea")]

    assert asyncio.run(main()) == ["tea", "tides"]
