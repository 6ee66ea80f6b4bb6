"""The encoder over CPython's adapters, with models made on the spot; against numpy."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aio import run
from data.tiny_model import DIMS, VOCABULARY, TinyModel, make_tiny_model
from semblance.errors import ModelError
from semblance.models.text import SentenceEncoder, batches
from semblance.models.text_manifest import read_text_manifest
from semblance.native.models import describe, load_text_encoder
from semblance.native.onnx import InferenceSession
from semblance.native.tokenizer import Tokenizer
from semblance.ports import TextEncoder
from semblance.records import NodeArg

CLS, SEP = VOCABULARY.index("[CLS]"), VOCABULARY.index("[SEP]")
TEXTS = ["abc", "", "a b c d e f g h", "zzz", "abc", "q"]
PROMPTS = {"query": "query: ", "passage": "passage: "}


def ids_of(text: str) -> list[int]:
    """WordPiece over letters: the first of a word as it is, the others with ##; punctuation alone."""
    ids, inside = [], False
    for letter in text:
        if letter.isalnum():
            ids.append(VOCABULARY.index("##" + letter if inside else letter))
        elif not letter.isspace():
            ids.append(VOCABULARY.index(letter))
        inside = letter.isalnum()
    return ids


def expected(
    model: TinyModel, text: str, pooling: str = "mean", *, skip: int = 0, room: int = 30
) -> np.ndarray:
    tokens = model.token_vectors([CLS, *ids_of(text)[:room], SEP])[skip:]
    pooled = {"mean": tokens.mean(axis=0), "cls": tokens[0], "lasttoken": tokens[-1]}[pooling]
    return np.asarray(pooled / np.linalg.norm(pooled))


def encode(model: TinyModel, texts: list[str], prompt_name: str | None = None) -> np.ndarray:
    async def work() -> np.ndarray:
        return await (await load_text_encoder(model.folder)).encode(texts, prompt_name)

    return run(work())


@pytest.mark.parametrize("pooling", ["mean", "cls", "lasttoken"])
@pytest.mark.parametrize("old_pooling_config", [True, False])
@pytest.mark.parametrize("token_types", [True, False])
def test_vectors_are_those_of_numpy(
    tmp_path: Path, pooling: str, old_pooling_config: bool, token_types: bool
) -> None:
    model = make_tiny_model(
        tmp_path / "tiny", pooling=pooling, old_pooling_config=old_pooling_config, token_types=token_types
    )
    vectors = encode(model, TEXTS)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, [expected(model, text, pooling) for text in TEXTS], atol=1e-6)


@pytest.mark.parametrize(
    ("prompt_name", "prompt"),
    [("query", "query: "), ("document", "passage: "), ("passage", "passage: "), (None, "query: ")],
)
def test_prompts_come_before_the_text(tmp_path: Path, prompt_name: str | None, prompt: str) -> None:
    model = make_tiny_model(tmp_path / "tiny", prompts=PROMPTS, default_prompt="query")
    vectors = encode(model, TEXTS, prompt_name)
    np.testing.assert_allclose(vectors, [expected(model, prompt + text) for text in TEXTS], atol=1e-6)


def test_a_prompt_may_be_read_but_not_pooled(tmp_path: Path) -> None:
    model = make_tiny_model(tmp_path / "tiny", prompts=PROMPTS, include_prompt=False)
    skip = 1 + len(ids_of("query: "))
    np.testing.assert_allclose(
        encode(model, ["abc"], "query")[0], expected(model, "query: abc", skip=skip), atol=1e-6
    )


def test_text_beyond_max_length_is_not_seen(tmp_path: Path) -> None:
    model = make_tiny_model(tmp_path / "tiny", max_length=8)
    long, same, other = encode(model, ["abcdefgh" * 9, "abcdefXXXX", "abcdeXXXXX"])
    np.testing.assert_allclose(long, expected(model, "abcdef"), atol=1e-6)
    np.testing.assert_array_equal(long, same)
    assert not np.allclose(long, other)


def test_the_token_budget_leaves_room_for_special_tokens_and_prompt(tmp_path: Path) -> None:
    model = make_tiny_model(tmp_path / "tiny", prompts=PROMPTS, max_length=32)
    encoder = run(load_text_encoder(model.folder))
    assert isinstance(encoder, TextEncoder)
    assert (encoder.name, encoder.dims) == ("tiny", DIMS)
    assert encoder.token_budget() == 30
    assert encoder.token_budget("query") == 30 - len(ids_of("query: "))
    assert run(encoder.count_tokens(["", "abc", "a, b"])) == [0, 3, 3]


def test_nothing_to_encode(tmp_path: Path) -> None:
    model = make_tiny_model(tmp_path / "tiny")
    assert encode(model, []).shape == (0, DIMS)
    assert run(run(load_text_encoder(model.folder)).count_tokens([])) == []


def test_langchains_names(tmp_path: Path) -> None:
    model = make_tiny_model(tmp_path / "tiny", prompts=PROMPTS)
    encoder = run(load_text_encoder(model.folder))
    documents = run(encoder.embed_documents(["abc", "q"]))
    query = run(encoder.embed_query("abc"))
    assert [type(x) for x in (documents, documents[0], documents[0][0], query, query[0])] == [
        list,
        list,
        float,
        list,
        float,
    ]
    np.testing.assert_array_equal(documents, encode(model, ["abc", "q"], "document"))
    np.testing.assert_array_equal(query, encode(model, ["abc"], "query")[0])


class Recorder:
    """A session that notes the shapes of its batches, and may alter what the model gives."""

    def __init__(
        self,
        session: InferenceSession,
        outputs: list[NodeArg] | None = None,
        change: Callable[[np.ndarray], np.ndarray] = lambda array: array,
    ) -> None:
        self.session, self.outputs, self.change = session, outputs, change
        self.shapes: list[tuple[int, ...]] = []

    def get_inputs(self) -> list[NodeArg]:
        return self.session.get_inputs()

    def get_outputs(self) -> list[NodeArg]:
        return self.outputs or self.session.get_outputs()

    async def run(self, names: Sequence[str] | None, feed: Mapping[str, np.ndarray]) -> list[np.ndarray]:
        self.shapes.append(feed["input_ids"].shape)
        return [self.change(array) for array in await self.session.run(None, feed)]


async def recorded(
    model: TinyModel, overrides: dict[str, Any] | None = None, **options: Any
) -> tuple[SentenceEncoder, Recorder]:
    session = Recorder(await InferenceSession.create(model.folder / "onnx" / "model.onnx"), **options)
    configs = {"config.json": json.loads((model.folder / "config.json").read_text())}
    manifest = read_text_manifest({**describe(model.folder), "max_length": 32} | (overrides or {}), configs)
    return await SentenceEncoder.create(session, await Tokenizer.create(model.folder), manifest), session


def test_alike_lengths_share_a_batch_and_progress_is_told(tmp_path: Path) -> None:
    encoder, session = run(recorded(make_tiny_model(tmp_path / "tiny")))
    done: list[int] = []
    vectors = run(encoder.encode(["abc"] * 100 + ["a" * 40] + ["b"], on_batch=done.append))
    assert session.shapes == [(101, 5), (1, 32)]
    assert done == [101, 102]
    np.testing.assert_array_equal(vectors[0], vectors[99])


def test_texts_of_a_model_whose_batches_mix_are_run_one_by_one(tmp_path: Path) -> None:
    encoder, session = run(recorded(make_tiny_model(tmp_path / "tiny"), {"independent": False}))
    run(encoder.encode(["abc", "a", ""]))
    assert session.shapes == [(1, 5), (1, 3), (1, 2)]


def test_a_sentence_embedding_is_taken_as_it_is_but_made_a_unit_vector(tmp_path: Path) -> None:
    pooled = [NodeArg("sentence_embedding", "tensor(float)", ("b", DIMS))]
    model = make_tiny_model(tmp_path / "tiny", pooling="max")  # which only the graph could do
    encoder, _ = run(recorded(model, outputs=pooled, change=lambda array: array[:, 0] * 7))
    np.testing.assert_allclose(run(encoder.encode(["abc"]))[0], expected(model, "abc", "cls"), atol=1e-6)


def test_a_vector_for_each_token(tmp_path: Path) -> None:
    model = make_tiny_model(tmp_path / "tiny", max_length=8)
    tokens = run(run(load_text_encoder(model.folder)).token_vectors("ab: c" + "x" * 40))
    assert tokens.pieces == ["[CLS]", "a", "##b", ":", "c", "##x", "##x", "[SEP]"]
    assert tokens.ids.tolist() == [VOCABULARY.index(piece) for piece in tokens.pieces]
    assert (tokens.ids.dtype, tokens.vectors.dtype) == (np.dtype(np.int32), np.dtype(np.float32))
    np.testing.assert_allclose(tokens.vectors, model.token_vectors(tokens.ids.tolist()), atol=1e-6)


def test_padding_that_is_read_as_text(tmp_path: Path) -> None:
    model = make_tiny_model(tmp_path / "tiny")
    tokens = run(run(load_text_encoder(model.folder)).token_vectors("ab", pad_to=7))
    assert tokens.pieces == ["[CLS]", "a", "##b", "[SEP]", "[PAD]", "[PAD]", "[PAD]"]
    np.testing.assert_allclose(tokens.vectors, model.token_vectors(tokens.ids.tolist()), atol=1e-6)


def test_a_model_that_takes_one_length_gives_no_vectors_of_its_own_padding(tmp_path: Path) -> None:
    model = make_tiny_model(tmp_path / "tiny")
    encoder, session = run(recorded(model, {"padding": "max_length"}))
    tokens = run(encoder.token_vectors("ab"))
    assert session.shapes == [(1, 32)]
    np.testing.assert_allclose(tokens.vectors, model.token_vectors([CLS, *ids_of("ab"), SEP]), atol=1e-6)


def test_a_model_of_whole_texts_says_that_it_has_no_vectors_of_tokens(tmp_path: Path) -> None:
    pooled = [NodeArg("sentence_embedding", "tensor(float)", ("b", DIMS))]
    encoder, _ = run(recorded(make_tiny_model(tmp_path / "tiny"), outputs=pooled))
    with pytest.raises(ModelError, match="tiny: it gives vectors of whole texts only, none of their tokens"):
        run(encoder.token_vectors("abc"))


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (
            {"pooling": "max"},
            "tiny: it gives token vectors to be pooled by 'max'; known are mean, cls, lasttoken",
        ),
        ({"modules": ("Transformer", "Pooling", "Dense")}, "pooled by 'mean[+]Dense'"),
    ],
)
def test_what_can_not_be_pooled_is_refused(tmp_path: Path, options: dict[str, Any], complaint: str) -> None:
    model = make_tiny_model(tmp_path / "tiny", **options)
    with pytest.raises(ModelError, match=complaint):
        run(load_text_encoder(model.folder))


def test_a_model_that_gives_something_else_is_refused(tmp_path: Path) -> None:
    model = make_tiny_model(tmp_path / "tiny")
    wrong_dims, _ = run(recorded(model, {"dims": 3}))
    with pytest.raises(ModelError, match=r"vectors of shape \(1, 16\) instead of \(1, 3\)"):
        run(wrong_dims.encode(["abc"]))
    broken, _ = run(recorded(model, change=lambda array: array * np.nan))
    with pytest.raises(ModelError, match="NaN or infinity"):
        run(broken.encode(["abc"]))


def test_batches_hold_every_text_once_within_the_budget() -> None:
    lengths = np.random.default_rng(2).integers(1, 300, 200).tolist()
    grouped = list(batches(lengths, 512))
    assert sorted(index for batch in grouped for index in batch) == list(range(200))
    assert all(len(batch) * max(lengths[index] for index in batch) <= 512 for batch in grouped)
    assert len(grouped) < 100
