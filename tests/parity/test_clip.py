"""The test-made CLIP and SigLIP, run by CPython's adapters, beside the same computation in numpy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aio import run
from data.clip import COLOURS, TEMPLATES, Pair, write_clip_folder
from data.nasty import NASTY_TEXTS
from semblance.native.models import load_encoders

VARIANTS: dict[str, dict[str, Any]] = {
    "clip": {},
    "clip with a mask": {"mask": True},
    "clip of fixed length": {"fixed_tokens": True},
    "siglip": {"siglip": True},
    "siglip of fixed length": {"siglip": True, "fixed_tokens": True},
}
TEXTS = [
    *(template.format(colour) for template in TEMPLATES for colour in COLOURS),
    *NASTY_TEXTS[:30],
]


@pytest.fixture(scope="module", params=VARIANTS)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    folder: Path = tmp_path_factory.mktemp("models") / "pair"
    return write_clip_folder(folder, **VARIANTS[request.param])


def test_texts_get_the_vectors_of_numpy(pair: Pair) -> None:
    async def encode() -> np.ndarray:
        return await (await load_encoders(pair.folder)).text.encode(TEXTS)

    expected = np.array([pair.text_vector(text) for text in TEXTS])
    assert (run(encode()) * expected).sum(axis=1).min() >= 0.99999
    # They differ among each other, so that agreeing means something.
    assert np.abs(expected[: len(COLOURS)] @ expected[: len(COLOURS)].T - np.eye(len(COLOURS))).max() < 0.95
