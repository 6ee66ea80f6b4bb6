from __future__ import annotations

from pathlib import Path

import pytest

from fakes import FakeEncoder
from semblance import wiring
from semblance.ports import Encoders
from unit.blog.support import Site


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> FakeEncoder:
    """The encoder that the command uses, its texts alike by the words that they share; and an engine of no files."""
    fake = FakeEncoder(budget=64)

    async def load() -> Encoders:
        return Encoders(fake)

    def write_engine(folder: Path) -> wiring.Engine:
        (folder / "engine-0123").mkdir()
        return wiring.Engine("engine-0123/", 1234)

    monkeypatch.setattr(wiring, "load_encoders", load)
    monkeypatch.setattr(wiring, "write_engine", write_engine)
    return fake


@pytest.fixture
def site(tmp_path: Path, encoder: FakeEncoder) -> Site:
    return Site(tmp_path / "public")
