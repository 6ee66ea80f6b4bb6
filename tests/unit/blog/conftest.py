from __future__ import annotations

from pathlib import Path

import pytest

from fakes import FakeEncoder
from semblance import wiring
from semblance.blog.output import Engine
from semblance.blog.reader import codes
from semblance.ports import Encoders
from unit.blog.fake_tokenizer import FakeTokenizer
from unit.blog.support import COFFEE, SAILING, TEA, TIDES, Site

VOCABULARY = f"{TEA} {COFFEE} {TIDES} {SAILING} automobile lemonade"


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeEncoder:
    """The encoder that the command uses, its texts alike by the words that they share; and an engine of no files."""
    fake = FakeEncoder(budget=64)
    tokenizer = FakeTokenizer(VOCABULARY)

    async def load(threads: int = 0) -> Encoders:
        return Encoders(fake)

    async def load_tokenizer() -> FakeTokenizer:
        return tokenizer

    def write_engine(folder: Path) -> Engine:
        (folder / "engine-0123").mkdir()
        return Engine("engine-0123/", 1234)

    monkeypatch.setattr(wiring, "load_encoders", load)
    monkeypatch.setattr(wiring, "load_tokenizer", load_tokenizer)
    monkeypatch.setattr(wiring, "token_vectors", lambda: tmp_path / "tokens")
    monkeypatch.setattr(wiring, "write_engine", write_engine)
    return fake


@pytest.fixture
def many_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few passages get as many groups as a large site has beside its number of centres in the catalogue."""
    monkeypatch.setattr(codes, "FEWEST_A_GROUP", 1)
    monkeypatch.setattr(codes, "MOST_CENTRES", 1)


@pytest.fixture
def site(tmp_path: Path, encoder: FakeEncoder) -> Site:
    return Site(tmp_path / "public")
