"""Names for the arrays that the code passes. The name says what an array holds, each docstring says its shape."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
AnyArray = npt.NDArray[Any]
Codes = npt.NDArray[np.int8]
"""Unit vectors as `semblance.ranking.vectors.quantize` rounds them, shape (n, d)."""
