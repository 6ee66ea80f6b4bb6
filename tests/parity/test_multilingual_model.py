"""multilingual-e5-small on CPython beside float32 arithmetic on the weights of its package.

`make_multilingual_goldens.py` tells how the vectors of multilingual_model.json were made.
"""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from aio import run
from data.nasty import NASTY_TEXTS
from data.unigram import Unigram
from semblance import cli
from semblance.models.text import SentenceEncoder
from semblance.models.vocabulary import Vocabulary, read_vocabulary
from semblance.native.models import load_text_encoder
from semblance.native.text_model import TextModel
from semblance.native.tokenizer import Tokenizer
from semblance.parts import models

HERE = Path(__file__).parent
SECTIONS = HERE.parents[2] / "shared" / "data" / "languages" / "sections.jsonl"
GOLDENS = json.loads((HERE / "multilingual_model.json").read_text(encoding="utf-8"))
TEXTS = [golden["text"] for golden in GOLDENS]
VECTORS = np.array([np.frombuffer(base64.b64decode(golden["vector"]), "<f4") for golden in GOLDENS])
MEGABYTE = 1e6


@pytest.fixture(scope="module")
def encoder(multilingual_model: models.Model) -> SentenceEncoder:
    folder = multilingual_model.files["config.json"].parent
    return run(load_text_encoder(folder, manifest=multilingual_model.manifest, threads=2))


@pytest.fixture(scope="module")
def tokenizer(multilingual_model: models.Model) -> Tokenizer:
    return run(Tokenizer.create(multilingual_model.files["config.json"].parent))


@pytest.fixture(scope="module")
def vocabulary(multilingual_model: models.Model) -> Vocabulary:
    return read_vocabulary(gzip.decompress(multilingual_model.files["words/vocabulary.bin.gz"].read_bytes()))


@pytest.fixture(scope="module")
def unigram(vocabulary: Vocabulary) -> Unigram:
    unknown = vocabulary.special[-1]
    return Unigram(
        vocabulary.pieces, vocabulary.scores.astype(float).tolist(), vocabulary.normalization, unknown
    )


def test_the_model_is_what_its_card_says(encoder: SentenceEncoder, multilingual_model: models.Model) -> None:
    manifest = encoder.manifest
    assert (manifest.name, manifest.dims, manifest.max_length, manifest.pooling) == (
        "multilingual-e5-small",
        384,
        512,
        "mean",
    )
    assert manifest.prompt("query") == "query: "
    assert manifest.prompt("document") == "passage: "
    sizes = {file: path.stat().st_size / MEGABYTE for file, path in multilingual_model.files.items()}
    assert sizes[manifest.model_file] < 13.2
    assert sizes["words/vocabulary.bin.gz"] < 3


def test_the_page_gets_all_but_the_tokenizer_of_cpython(multilingual_model: models.Model) -> None:
    gathered, _ = models.gather()
    (site,) = [model for model in gathered if model.name == multilingual_model.name]
    assert set(multilingual_model.files) - set(site.files) == {"tokenizer.json"}


def test_token_ids(tokenizer: Tokenizer) -> None:
    ids = run(tokenizer.encode_batch(TEXTS))
    assert [row.tolist() for row in ids] == [golden["ids"] for golden in GOLDENS]


def test_token_ids_of_nasty_texts(tokenizer: Tokenizer, unigram: Unigram) -> None:
    ids = run(tokenizer.encode_batch(NASTY_TEXTS, add_special_tokens=False))
    assert [row.tolist() for row in ids] == [unigram.encode(text) for text in NASTY_TEXTS]


def test_token_ids_in_seven_languages(tokenizer: Tokenizer, unigram: Unigram) -> None:
    if not SECTIONS.exists():
        pytest.skip("the sections are not beside the project (../shared/data/languages)")
    rows = [json.loads(line) for line in SECTIONS.read_text(encoding="utf-8").splitlines()[::4]]
    texts = [row["heading"] + "\n" + row["text"] for row in rows]
    ids = run(tokenizer.encode_batch(texts, add_special_tokens=False))
    assert [row.tolist() for row in ids] == [unigram.encode(text) for text in texts]


def test_every_character_is_normalised_as_the_map_says(tokenizer: Tokenizer, unigram: Unigram) -> None:
    texts = [f"x{character}\u0301y" for character in unigram.normalization]
    ids = run(tokenizer.encode_batch(texts, add_special_tokens=False))
    assert [row.tolist() for row in ids] == [unigram.encode(text) for text in texts]


def test_vectors_are_those_of_float32_arithmetic(encoder: SentenceEncoder) -> None:
    vectors = run(encoder.encode(TEXTS))
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert (vectors * VECTORS).sum(axis=1).min() > 0.999999


def test_the_export_for_other_programs_gives_the_same_vectors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "exported"
    assert cli.main(["models", "export", "multilingual-e5-small", str(folder)]) == 0
    assert str(folder / "onnx" / "model_q4.onnx") in capsys.readouterr().out
    model = TextModel(folder)
    assert (model.prompts, model.max_seq_length) == ({"query": "query: ", "passage": "passage: "}, 512)
    assert (model.encode(TEXTS) * VECTORS).sum(axis=1).min() > 0.999


def test_a_question_is_nearer_to_its_answer_in_another_language(encoder: SentenceEncoder) -> None:
    query = run(encoder.encode(["麵包發不起來"], "query"))
    texts = ["The dough does not rise if the yeast is old.", "An index makes slow database queries fast."]
    bread, database = (query @ run(encoder.encode(texts, "document")).T)[0]
    assert bread > database + 0.03
