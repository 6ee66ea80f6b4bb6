"""The converter, on a small file of random weights, against BERT in numpy and a Unigram tokenizer."""

from __future__ import annotations

import gzip
import hashlib
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aio import run
from data import e5
from data.bert import embed
from data.unigram import Unigram
from semblance.errors import ModelError
from semblance.models.text import SentenceEncoder
from semblance.models.vocabulary import Vocabulary, read_vocabulary
from semblance.native.models import load_text_encoder
from semblance.native.tokenizer import Tokenizer
from semblance.parts import e5_file, multilingual_model, row_order
from semblance.parts.row_order import RowOrder

BLOCKS = np.array([number % 3 for number in range(len(e5.TEXTS))], np.uint16)
LANGUAGES = {"en": [0, 2], "zh-Hans": [1]}
CONFIG = {
    "hidden_size": e5.WIDTH,
    "num_hidden_layers": e5.LAYERS,
    "num_attention_heads": e5.HEADS,
    "layer_norm_eps": e5.EPSILON,
}


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, np.ndarray]]:
    folder = tmp_path_factory.mktemp("source")
    return folder, e5.write_e5(folder / multilingual_model.SOURCE)


@pytest.fixture(scope="module")
def folder(weights: tuple[Path, dict[str, np.ndarray]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    order = tmp_path_factory.mktemp("order") / "order.xz"
    row_order.write(order, RowOrder(BLOCKS, LANGUAGES))
    built = tmp_path_factory.mktemp("built")
    multilingual_model.build(weights[0], built, order)
    return built


@pytest.fixture(scope="module")
def vocabulary(folder: Path) -> Vocabulary:
    return read_vocabulary(gzip.decompress((folder / multilingual_model.VOCABULARY).read_bytes()))


def manifest(folder: Path, **changes: Any) -> dict[str, Any]:
    encoder = multilingual_model.ENCODER
    files = {encoder: {"sha256": hashlib.sha256((folder / encoder).read_bytes()).hexdigest()}}
    table = {
        "vocabulary": multilingual_model.VOCABULARY,
        "rows": multilingual_model.ROWS,
        "blocks": 3,
        "bytes": 36 * len(e5.TEXTS),
        "sha256": "1" * 64,
    }
    return {"name": "tiny", "dtype": "q4", "files": files, "word_table": table, "max_length": 40, **changes}


@pytest.fixture(scope="module")
def encoder(folder: Path) -> SentenceEncoder:
    return run(load_text_encoder(folder, manifest=manifest(folder), threads=1))


TEXTS = ["hello world", "漢字hello", "", "hello " * 30, "?? hello"]


def test_vectors_are_those_of_float32_arithmetic_on_the_files_weights(
    folder: Path, encoder: SentenceEncoder, weights: tuple[Path, dict[str, np.ndarray]]
) -> None:
    ids = run(run(Tokenizer.create(folder)).encode_batch(TEXTS))
    expected = [embed(CONFIG, weights[1], [*row.tolist()[:-1][:39], 2]) for row in ids]
    np.testing.assert_allclose(run(encoder.encode(TEXTS)), expected, atol=2e-6)


def test_weights_are_not_rounded_again(weights: tuple[Path, dict[str, np.ndarray]]) -> None:
    table = e5_file.read(weights[0] / multilingual_model.SOURCE).matrices["emb.word"]
    np.testing.assert_array_equal(table.floats(), weights[1]["embeddings.word_embeddings.weight"])


def test_the_vocabulary_is_the_files(vocabulary: Vocabulary) -> None:
    assert vocabulary.pieces == e5.TEXTS
    assert vocabulary.scores.tolist() == np.array(e5.SCORES, np.float32).tolist()
    assert vocabulary.special == (0, 2, 1, 3)
    assert vocabulary.normalization == e5.NORMALIZATION
    assert vocabulary.languages == LANGUAGES


def test_a_blocks_rows_are_in_the_order_of_their_ids(
    folder: Path, vocabulary: Vocabulary, weights: tuple[Path, dict[str, np.ndarray]]
) -> None:
    table = e5_file.read(weights[0] / multilingual_model.SOURCE).matrices["emb.word"]
    for number, digest in enumerate(vocabulary.digests):
        data = (folder / multilingual_model.ROWS / f"{number:04d}.bin").read_bytes()
        assert data == table.rows()[np.flatnonzero(number == BLOCKS)].tobytes()
        assert hashlib.sha256(data).hexdigest() == digest
    np.testing.assert_array_equal(vocabulary.places(), np.arange(len(BLOCKS)) // 3)


def test_two_builds_give_the_same_bytes(
    folder: Path, weights: tuple[Path, dict[str, np.ndarray]], tmp_path: Path
) -> None:
    row_order.write(tmp_path / "order.xz", RowOrder(BLOCKS, LANGUAGES))
    multilingual_model.build(weights[0], tmp_path / "again", tmp_path / "order.xz")
    for path in folder.rglob("*"):
        assert (
            path.is_dir() or path.read_bytes() == (tmp_path / "again" / path.relative_to(folder)).read_bytes()
        )


# --- the tokenizer ----------------------------------------------------------------------------------

ALPHABET = [*"helowrd aAÅé漢字語?<s>", *e5.NORMALIZATION, e5.SPACE, "\u0301", "\u200d", "\u0e33", "  "]


def test_token_ids_are_those_of_the_unigram_model(folder: Path) -> None:
    choose = random.Random(20261128)
    texts = ["".join(choose.choices(ALPHABET, k=choose.randrange(12))) for _ in range(3000)]
    reference = Unigram(
        e5.TEXTS, np.array(e5.SCORES, np.float32).astype(float).tolist(), e5.NORMALIZATION, unknown=3
    )
    ids = run(run(Tokenizer.create(folder)).encode_batch(texts, add_special_tokens=False))
    assert [row.tolist() for row in ids] == [reference.encode(text) for text in texts]


def test_special_tokens_surround_a_text_and_are_not_read_out_of_it(folder: Path) -> None:
    (ids,) = run(run(Tokenizer.create(folder)).encode_batch(["<s>"]))
    assert ids[0] == 0
    assert ids[-1] == 2
    assert not {0, 1, 2}.intersection(ids[1:-1].tolist())


# --- rows that can't be had -------------------------------------------------------------------------


@pytest.fixture
def copied(folder: Path, tmp_path: Path) -> Path:
    for path in folder.rglob("*"):
        if path.is_file():
            target = tmp_path / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return tmp_path


@pytest.mark.parametrize("damage", ["missing", "SHA-256"])
def test_a_block_that_is_not_the_right_one_is_named(copied: Path, damage: str) -> None:
    block = copied / multilingual_model.ROWS / "0001.bin"
    if damage == "missing":
        block.unlink()
    else:
        block.write_bytes(bytes(block.stat().st_size))
    loaded = run(load_text_encoder(copied, manifest=manifest(copied), threads=1))
    with pytest.raises(ModelError, match=rf"0001\.bin.*{damage}|{damage}.*0001\.bin") as caught:
        run(loaded.encode(TEXTS))
    assert "0001.bin" in str(caught.value)


def test_only_the_blocks_of_a_text_are_read(copied: Path) -> None:
    loaded = run(load_text_encoder(copied, manifest=manifest(copied), threads=1))
    token = e5.TEXTS.index("▁hello")
    needed = {int(BLOCKS[number]) for number in (0, 2, token)}
    for number in {0, 1, 2} - needed:
        (copied / multilingual_model.ROWS / f"{number:04d}.bin").unlink()
    run(loaded.encode(["hello"]))


def test_a_vocabulary_that_is_no_gzip_is_named(copied: Path) -> None:
    (copied / multilingual_model.VOCABULARY).write_bytes(b"<!doctype html>")
    with pytest.raises(ModelError, match=r"vocabulary\.bin\.gz"):
        run(load_text_encoder(copied, manifest=manifest(copied), threads=1))


def test_the_fingerprint_covers_the_rows_and_not_their_order(encoder: SentenceEncoder, folder: Path) -> None:
    other = manifest(folder)
    other["word_table"] = {**other["word_table"], "blocks": 9, "vocabulary": multilingual_model.VOCABULARY}
    assert run(load_text_encoder(folder, manifest=other)).fingerprint == encoder.fingerprint
    other["word_table"]["sha256"] = "2" * 64
    assert run(load_text_encoder(folder, manifest=other)).fingerprint != encoder.fingerprint
