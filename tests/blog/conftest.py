from __future__ import annotations

from pathlib import Path

import pytest

from blog.support import Site
from fakes import FakeEncoder
from semblance.blog import model
from semblance.ports import Encoders


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> FakeEncoder:
    """The encoder that the command uses: its texts are alike by the words that they share."""
    fake = FakeEncoder(budget=64)

    async def load() -> Encoders:
        return Encoders(fake)

    monkeypatch.setattr(model, "load_encoders", load)
    return fake


@pytest.fixture
def site(tmp_path: Path, encoder: FakeEncoder) -> Site:
    return Site(tmp_path / "public")
