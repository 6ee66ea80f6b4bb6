"""Lab 4 says what is so."""

from __future__ import annotations

import numpy as np
import pytest

from aio import run
from semblance.labs.figures import Note
from semblance.native.labs import Tools
from unit.labs.shown import Shown

WALK = "I took my dog for a walk"


def test_rare_words_fall_to_pieces(tools: Tools) -> None:
    shown = Shown(tools, "tokens", "pieces")
    pieces = [row[1] for row in shown["pieces"].rows]
    assert " ".join(pieces) == "[CLS] se ##mb ##lance finds unbelievable em ##bed ##ding ##s . [SEP]"
    assert shown.note("pieces") == {"words": 4, "tokens": 12, "numbers": 384}
    assert shown["pieces"].rows[0] == [1, "[CLS]", 101]
    assert np.shape(shown["strips"].rows) == (12, 384)


def test_what_is_cut_off_is_said(tools: Tools) -> None:
    shown = Shown(tools, "tokens", "pieces", text="dog " * 300)
    assert shown.note("cut") == {"left_out": 46}
    assert len(shown["pieces"].rows) == 256
    assert len(shown["strips"].rows) == 40


def test_only_the_mean_tells_the_stock_market_from_a_walk(tools: Tools) -> None:
    ways = Shown(tools, "tokens", "pooling")["pooling"].series
    assert ways["mean"][1] < 0.1 < 0.8 < ways["mean"][0]
    for way in ("cls", "max"):
        assert ways[way][0] > ways[way][1] > 0.6


def test_the_mean_is_what_encode_gives(tools: Tools) -> None:
    mean = run(tools.text.token_vectors(WALK)).vectors.mean(axis=0)
    np.testing.assert_allclose(mean / np.linalg.norm(mean), run(tools.encode([WALK]))[0], atol=1e-6)


def test_padding_that_is_read_spoils_the_vector(tools: Tools) -> None:
    shown = Shown(tools, "tokens", "padding")
    assert shown.note("dropped") == {"tokens": 9, "padding": 23, "cosine": "0.393"}
    table = shown["lengths"]
    assert [row[0] for row in table.rows] == [16, 32, 64, 128, 256]
    assert table.marked == [1]
    own, everything = ([row[column] for row in table.rows] for column in (2, 3))
    assert everything == sorted(everything, reverse=True)
    assert everything[1] < 0.5
    assert all(0.4 < better < 0.95 and better > worse for better, worse in zip(own, everything, strict=True))


def test_with_the_mask_padding_changes_nothing(tools: Tools) -> None:
    """The short text is filled up to the long one's length, with a mask."""
    together = run(tools.text.encode([WALK, "word " * 60]))[0]
    np.testing.assert_allclose(together, run(tools.text.encode([WALK]))[0], atol=1e-6)


def test_a_length_without_room(tools: Tools) -> None:
    shown = Shown(tools, "tokens", "padding", text="dog " * 40, length=32)
    assert shown.all == [Note("no_room", {"tokens": 42})]


def test_a_bank_of_a_river_is_another_than_one_with_money(tools: Tools) -> None:
    rows = Shown(tools, "tokens", "word")["contexts"].rows
    cosines: dict[tuple[bool, bool], list[float]] = {
        ("river" in first, "river" in second): [] for first, second, _ in rows
    }
    for first, second, cosine in rows:
        cosines["river" in first, "river" in second].append(cosine)
    same = [*cosines[True, True], *cosines[False, False]]
    assert len(same) == 2
    assert max(cosines[True, False]) < min(same) < 0.99
    assert rows == sorted(rows, key=lambda row: -row[2])


def test_a_word_of_several_pieces(tools: Tools) -> None:
    texts = "The embeddings are ready.\nWe compared embeddings of birds."
    ((_, _, cosine),) = Shown(tools, "tokens", "word", word="Embeddings", texts=texts)["contexts"].rows
    assert 0.3 < cosine < 0.99


@pytest.mark.parametrize("word", ["zebra", ""])
def test_a_word_that_is_not_there(tools: Tools, word: str) -> None:
    texts = "A horse ran.\nA zebra ran."
    names = [note.name for note in Shown(tools, "tokens", "word", word=word, texts=texts).all]
    assert names == ["missing"] * (1 if word else 2) + ["two_sentences"]


def test_too_few_texts_to_compare(tools: Tools) -> None:
    assert [note.name for note in Shown(tools, "tokens", "pooling", texts="one").all] == ["two_texts"]
