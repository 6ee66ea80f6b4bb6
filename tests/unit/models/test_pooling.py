import numpy as np
import pytest

from semblance.models.pooling import POOLINGS

TOKENS = np.random.default_rng(1).standard_normal((2, 5, 3)).astype(np.float16)
MASK = np.array([[1, 1, 1, 0, 0], [0, 0, 1, 1, 1]])  # filled up at the end, and at the start


@pytest.mark.parametrize(
    ("pooling", "expected"),
    [
        (
            "mean",
            [TOKENS[0, :3].mean(axis=0, dtype=np.float32), TOKENS[1, 2:].mean(axis=0, dtype=np.float32)],
        ),
        ("cls", [TOKENS[0, 0], TOKENS[1, 2]]),
        ("lasttoken", [TOKENS[0, 2], TOKENS[1, 4]]),
    ],
)
def test_only_tokens_of_the_mask_count(pooling: str, expected: list[np.ndarray]) -> None:
    pooled = POOLINGS[pooling](TOKENS, MASK)
    assert pooled.dtype == np.float32
    np.testing.assert_allclose(pooled, np.array(expected, np.float32), rtol=1e-6)


def test_no_token_gives_zeros_not_nan() -> None:
    assert POOLINGS["mean"](TOKENS, np.zeros_like(MASK)).tolist() == np.zeros((2, 3)).tolist()
