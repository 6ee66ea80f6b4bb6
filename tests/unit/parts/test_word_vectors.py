"""Word vectors: which words are taken, and that unpacking gives them back."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from semblance.errors import ModelError
from semblance.labs.words import unpack
from semblance.parts import word_vectors
from semblance.parts.word_vectors import pack


def test_the_commonest_words_are_taken_with_their_own_vectors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["the", ",", '"', "mid-1990s", "x-ray", "o'clock", "rare"]
    rng = np.random.default_rng(0)
    vectors = {word: rng.normal(size=102).round(4).tolist() for word in words}
    text = json.dumps({"size": len(words), "words": words, "vectors": vectors}, separators=(",", ":"))
    (tmp_path / word_vectors.SOURCE).write_text(text, encoding="utf-8")
    monkeypatch.setattr(word_vectors.common_words, "__defaults__", (3,))
    monkeypatch.setattr(
        word_vectors, "HEAD", len(text) - 200
    )  # ends within the last word, which is not needed
    word_vectors.build(tmp_path, tmp_path / "out")
    unpacked = unpack(*[(tmp_path / "out" / name).read_bytes() for name in ("words.txt", "vectors.bin")])
    assert unpacked.words == ["the", "x-ray", "o'clock"]
    for word, vector in zip(unpacked.words, unpacked.vectors(), strict=True):
        original = np.array(vectors[word][:100])
        assert vector @ original / np.linalg.norm(original) > 0.9998


def test_files_that_do_not_belong_together_are_refused() -> None:
    words, vectors = pack(["up", "down"], [[0, 1], [0, -1]])
    with pytest.raises(ModelError, match="3 bytes can't hold 2 vectors"):
        unpack(words, vectors[:3])
    with pytest.raises(ModelError, match="0 bytes"):
        unpack(words, b"")
