from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from semblance.ranking.vectors import (
    cosine,
    cosine_matrix,
    dequantize,
    mean_vector,
    normalize,
    quantize,
    top_k,
)

finite = st.floats(-1e6, 1e6, width=32)
scores = hnp.arrays(
    np.float32, st.integers(0, 40), elements=st.sampled_from([-1.0, -0.5, 0.0, 0.25, 0.25, 1.0, np.nan])
)


@given(hnp.arrays(np.float32, st.tuples(st.integers(1, 6), st.integers(1, 9)), elements=finite))
def test_rows_have_length_one_or_none(vectors: np.ndarray) -> None:
    lengths = np.linalg.norm(normalize(vectors), axis=1)
    zero = ~vectors.any(axis=1)
    assert np.allclose(lengths[~zero], 1, atol=1e-5)
    assert (lengths[zero] == 0).all()


@pytest.mark.parametrize("size", [1e-38, 1e-30, 1e30, 3e38])
def test_normalising_neither_overflows_nor_vanishes(size: float) -> None:
    assert normalize(np.full(4, size, dtype=np.float32)).tolist() == [0.5] * 4


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_refused_by_row(bad: float) -> None:
    with pytest.raises(ValueError, match=r"row\(s\) \[1\] of shape \(2, 2\)"):
        normalize([[1.0, 2.0], [bad, 0.0]])


def test_normalising_leaves_the_argument_alone() -> None:
    vectors = np.array([[3, 4]], dtype=np.float32)
    normalize(vectors)
    assert vectors.tolist() == [[3, 4]]


def test_a_cosine_never_leaves_its_range() -> None:
    vectors = np.random.default_rng(0).standard_normal((200, 384)).astype(np.float32)
    matrix = cosine_matrix(vectors)
    assert matrix.max() <= 1
    assert matrix.min() >= -1
    assert max(cosine(row, row) for row in vectors) <= 1
    assert np.allclose(matrix, matrix.T)
    assert matrix[3, 5] == pytest.approx(cosine(vectors[3], vectors[5]), abs=1e-6)


@pytest.mark.parametrize("shapes", [((2, 3), (2, 4)), ((3,), (3, 1))])
def test_a_matrix_of_unlike_shapes_names_both(shapes: tuple[tuple[int, ...], ...]) -> None:
    with pytest.raises(ValueError, match="cannot compare rows") as caught:
        cosine_matrix(np.ones(shapes[0]), np.ones(shapes[1]))
    assert all(str(shape) in str(caught.value) for shape in shapes)


@given(scores, st.integers(0, 45))
def test_top_k_is_a_stable_full_sort(scores: np.ndarray, k: int) -> None:
    ranked = sorted((n for n in range(len(scores)) if not np.isnan(scores[n])), key=lambda n: (-scores[n], n))
    assert top_k(scores, k).tolist() == ranked[:k]


def test_top_k_of_many_equal_scores_keeps_their_order() -> None:
    scores = np.full(10_000, 0.5, dtype=np.float32)
    scores[5000] = 0.6
    assert top_k(scores, 4).tolist() == [5000, 0, 1, 2]


@pytest.mark.parametrize(("scores", "k"), [(np.ones((2, 2)), 1), (np.ones(2), -1)])
def test_top_k_refuses_what_makes_no_sense(scores: np.ndarray, k: int) -> None:
    with pytest.raises(ValueError, match="cannot take the top"):
        top_k(scores, k)


def test_the_mean_of_opposite_directions_is_none() -> None:
    assert mean_vector([[1, 0], [-1, 0]]).tolist() == [0, 0]
    with pytest.raises(ValueError, match=r"\(0, 3\)"):
        mean_vector(np.empty((0, 3)))


def test_quantised_vectors_have_nearly_the_same_cosines() -> None:
    vectors = normalize(np.random.default_rng(1).standard_normal((50, 384)))
    rounded = dequantize(quantize(vectors))
    assert np.allclose(np.linalg.norm(rounded, axis=1), 1, atol=1e-6)
    assert np.abs(cosine_matrix(rounded, vectors) - cosine_matrix(vectors)).max() < 0.002


@given(hnp.arrays(np.float32, st.tuples(st.integers(1, 6), st.integers(1, 9)), elements=finite))
def test_quantising_twice_changes_nothing(vectors: np.ndarray) -> None:
    codes = quantize(vectors)
    assert np.array_equal(quantize(dequantize(codes)), codes)


def test_quantising_zero_and_nothing() -> None:
    assert dequantize(quantize(np.zeros((1, 3)))).tolist() == [[0, 0, 0]]
    assert quantize(np.empty((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_no_direction_is_not_quantised(bad: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        quantize([[1.0, bad]])
