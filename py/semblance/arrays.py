"""Names for the arrays that go through the code: what they hold is in the name, their shape in each docstring."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
AnyArray = npt.NDArray[Any]
Codes = npt.NDArray[np.int8]
"""Unit vectors as `semblance.ranking.vectors.quantize` rounds them, shape (n, d)."""
