"""The bench's machinery, on tiny inputs and without a word on time."""

from __future__ import annotations

import numpy as np
import pytest
from tokenizers import Tokenizer

from bench.tiny import in_thread
from semblance.parts.errors import BuildError
from semblance.ranking.vectors import normalize
from semblance_build import benchmark
from semblance_build.benchmark import fidelity, million, orama, texts
from semblance_build.benchmark.bench_setup import BenchSetup


@pytest.mark.bench
@pytest.mark.usefixtures("chromium")
def test_exact_search_runs_and_agrees(setup: BenchSetup) -> None:
    figures = in_thread(lambda: benchmark.measure(setup, ["topk"]))
    assert [figure.beside for figure in figures[:3]] == [
        "a plain JavaScript loop, float32",
        "a plain JavaScript loop, int8",
        f"Orama {orama.VERSION}",
    ]
    assert "exact top 10 of 500 x 384, int8 in memory" in {figure.name for figure in figures}
    assert all(figure.ours[0] > 0 for figure in figures)


@pytest.mark.bench
@pytest.mark.usefixtures("chromium")
def test_the_app_embeds_searches_and_comes_back(setup: BenchSetup) -> None:
    figures = in_thread(lambda: benchmark.measure(setup, ["app"]))
    assert figures[0].name.startswith("embedding 12 short documents")
    assert all(len(figure.ours) == 1 for figure in figures)


@pytest.mark.bench
@pytest.mark.usefixtures("chromium")
def test_a_blog_gets_related_posts_and_is_searched(setup: BenchSetup) -> None:
    figures = {figure.name: figure for figure in in_thread(lambda: benchmark.measure(setup, ["blog"]))}
    page, search = (figures[name].ours for name in figures if name.endswith("loads") or "loads for" in name)
    assert 0 < max(page) < 5  # kB
    assert 0 < search[0] < 250  # kB
    assert all(0 <= figure.ours[0] <= 1 for name, figure in figures.items() if name.startswith("share"))


@pytest.mark.bench
@pytest.mark.usefixtures("chromium")
def test_a_large_site_is_built_and_built_again(setup: BenchSetup) -> None:
    figures = in_thread(lambda: benchmark.measure(setup, ["pages"]))
    assert "20 pages" in figures[0].name
    assert all(50 < figure.ours[0] < 2_000 for figure in figures if figure.unit == "MB")


@pytest.mark.bench
@pytest.mark.usefixtures("chromium")
def test_what_a_query_reads_of_many_passages_and_what_it_finds(
    setup: BenchSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = normalize(np.random.default_rng(3).standard_normal((300, 64), np.float32))
    monkeypatch.setattr(million, "_texts", lambda queries: million.Texts(real[queries:], real[:queries]))
    figures = [figure.ours[0] for figure in in_thread(lambda: benchmark.measure(setup, ["million"]))]
    assert 8 < figures[0] < 20  # bytes: eight of signs, a step, a number, and a share of the centres
    assert 0 < figures[1] <= figures[2]
    assert figures[3] == 18  # requests
    assert figures[4] <= figures[5] <= figures[6] <= figures[7] <= 1
    assert figures[7] > 0.5


def test_vectors_are_drawn_around_real_ones() -> None:
    real = normalize(np.random.default_rng(3).standard_normal((300, 64), np.float32))
    drawn = million._drawn(real, 1_000)
    assert drawn.shape == (1_000, 64)
    assert np.allclose(drawn[:300], real, atol=1e-6)
    assert np.allclose(np.linalg.norm(drawn, axis=1), 1, atol=1e-5)
    assert 0.5 < np.median((drawn[300:] @ real.T).max(axis=1)) < 0.99  # near one of them, and not the same


def test_unknown_part_is_named(setup: BenchSetup) -> None:
    with pytest.raises(BuildError, match="no part speed"):
        benchmark.measure(setup, ["speed", "topk"])


# --- texts ------------------------------------------------------------------------------------------


def test_cut_texts_fit_and_are_cut_at_words(setup: BenchSetup) -> None:
    tokenizer_json = setup.model_folder / "tokenizer.json"
    posts = [*setup.corpus.evenly(10).posts, "short", "endless" * 1000, "naïve " * 400]
    cut = texts.first_tokens(posts, tokenizer_json, tokens=50)
    counts = [
        len(e.ids)
        for e in Tokenizer.from_file(str(tokenizer_json)).encode_batch(cut, add_special_tokens=False)
    ]
    assert max(counts) <= 50
    assert cut[-3] == "short"
    assert cut[-1].split() == ["naïve"] * 50
    for post, text in zip(posts, cut, strict=True):
        assert "\n" not in text
        assert text in texts.first_tokens([post], tokenizer_json, tokens=10**6)[0]


def test_short_documents_are_short_different_and_the_same_each_time(setup: BenchSetup) -> None:
    short = setup.corpus.short(100)
    assert len(short) == len(set(short)) == 100
    assert max(map(len, short)) <= 80
    assert short == texts.corpus().short(100)


def test_subset_is_spread_over_all_posts() -> None:
    corpus = texts.Corpus("numbers", [str(i) for i in range(10)])
    assert corpus.evenly(3).posts == ["0", "3", "6"]
    assert corpus.evenly(99).posts == corpus.posts


# --- fidelity ---------------------------------------------------------------------------------------


def test_spearman_shares_ranks_among_equal_values() -> None:
    # Ranks 1, 2.5, 2.5, 4 beside 1, 2, 3, 4: Pearson's correlation of those.
    expected = np.corrcoef([1, 2.5, 2.5, 4], [1, 2, 3, 4])[0, 1]
    assert fidelity.spearman([0, 7, 7, 9], [1, 2, 3, 4]) == pytest.approx(expected)
    assert fidelity.spearman([1, 2, 3], [9, 8, 7]) == pytest.approx(-1)


def test_overlap_counts_shared_neighbours_and_never_the_row_itself() -> None:
    angles = np.radians([0, 1, 10, 11])
    a = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert fidelity.overlap(a, a, k=1) == 1
    b = a[[0, 2, 1, 3]]  # now 0 and 2 are neighbours, 1 and 3 are
    assert fidelity.overlap(a, b, k=1) == 0
    assert fidelity.overlap(a, b, k=3) == 1
