from __future__ import annotations

from pathlib import Path

import pytest

from blog.support import Site
from fakes import FakeEncoder
from semblance.blog import model
from semblance.ports import Encoders


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> FakeEncoder:
    """The encoder that the command uses, its texts alike by the words that they share; and an engine of no files."""
    fake = FakeEncoder(budget=64)

    async def load() -> Encoders:
        return Encoders(fake)

    def write_engine(folder: Path) -> model.Engine:
        (folder / "engine-0123").mkdir()
        return model.Engine("engine-0123/", 1234)

    monkeypatch.setattr(model, "load_encoders", load)
    monkeypatch.setattr(model, "write_engine", write_engine)
    return fake


@pytest.fixture
def site(tmp_path: Path, encoder: FakeEncoder) -> Site:
    return Site(tmp_path / "public")
