"""The built text model on CPython beside the unquantised one, whose vectors are kept in text_model.json.

`make_text_model_goldens.py` tells how those were made.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import pytest

from aio import run
from semblance.models.text import SentenceEncoder
from semblance.native.models import load_text_encoder
from semblance.native.tokenizer import Tokenizer
from semblance_build.benchmark.fidelity import spearman

HERE = Path(__file__).parent
STS = HERE.parents[2] / "shared" / "data" / "sts" / "sts-dev.csv"
GOLDENS = json.loads((HERE / "text_model.json").read_text(encoding="utf-8"))
TEXTS = [golden["text"] for golden in GOLDENS]
FP32 = np.array([np.frombuffer(base64.b64decode(golden["fp32"]), "<f4") for golden in GOLDENS])

# The least cosine of a text's vector with its fp32 vector: 0.99935 over the 3,000 sentences of STS-B dev.
TOLERANCE = 0.999


@pytest.fixture(scope="module")
def encoder(text_model_folder: Path) -> SentenceEncoder:
    return run(load_text_encoder(text_model_folder, threads=2))


def test_the_model_is_what_its_card_says(encoder: SentenceEncoder, text_model_folder: Path) -> None:
    manifest = encoder.manifest
    assert (manifest.name, manifest.dims, manifest.max_length, manifest.pooling) == (
        "all-MiniLM-L6-v2",
        384,
        256,
        "mean",
    )
    assert encoder.token_budget() == 254
    assert (text_model_folder / manifest.model_file).stat().st_size <= 24_000_000


def test_token_ids(text_model_folder: Path) -> None:
    ids = run(run(Tokenizer.create(text_model_folder)).encode_batch(TEXTS))
    assert [row.tolist() for row in ids] == [golden["ids"] for golden in GOLDENS]


def test_vectors_are_close_to_those_of_the_unquantised_model(encoder: SentenceEncoder) -> None:
    vectors = run(encoder.encode(TEXTS))
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert (vectors * FP32).sum(axis=1).min() > TOLERANCE


def test_a_text_is_the_mean_of_its_tokens(encoder: SentenceEncoder) -> None:
    for text, vector in zip(TEXTS, run(encoder.encode(TEXTS)), strict=True):
        mean = run(encoder.token_vectors(text)).vectors.mean(axis=0)
        np.testing.assert_allclose(mean / np.linalg.norm(mean), vector, atol=1e-6)


def test_a_vector_does_not_depend_on_the_batch(encoder: SentenceEncoder) -> None:
    together = run(encoder.encode(TEXTS))
    alone = np.concatenate([run(encoder.encode([text])) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_people_agree_with_it(encoder: SentenceEncoder) -> None:
    """Spearman's rank correlation over every fifth pair of STS-B dev; over all of them it is 0.867."""
    if not STS.exists():
        pytest.skip("the STS benchmark is not beside the project (../shared/data/sts)")
    rows = [line.split("\t") for line in STS.read_text(encoding="utf-8").splitlines() if line][::5]
    left, right = (run(encoder.encode([row[column] for row in rows])) for column in (5, 6))
    assert spearman((left * right).sum(axis=1), [float(row[4]) for row in rows]) > 0.84
