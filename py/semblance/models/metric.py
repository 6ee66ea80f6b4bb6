"""A model's metric: the matrix that brings out what texts are about before items are compared as wholes.

It is a file in NumPy's own format (``.npy``) of float16, which the key ``metric`` of the model's ``manifest.json`` names.
`semblance.ranking.contrast` says how it is used.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np

from semblance.arrays import FloatArray
from semblance.errors import ModelError


def metric_file(manifest: Mapping[str, Any]) -> str:
    """The path of a model's metric in its folder; "" if it has none."""
    return str(manifest.get("metric", ""))


def read_metric(data: bytes, manifest: Mapping[str, Any]) -> FloatArray:
    """The metric in the bytes of its file, float32 of shape (d, k).

    Raises
    ------
    ModelError
        If it does not fit the model's vectors.

    Examples
    --------
    >>> file = io.BytesIO()
    >>> np.save(file, np.eye(2, dtype=np.float16))
    >>> read_metric(file.getvalue(), {"name": "mine", "dims": 2, "metric": "metric.npy"})
    array([[1., 0.],
           [0., 1.]], dtype=float32)
    """
    metric = np.load(io.BytesIO(data), allow_pickle=False).astype(np.float32)
    if metric.ndim != 2 or len(metric) != manifest["dims"]:
        expected = (manifest["dims"], "k")
        where = f"{manifest['name']}/{metric_file(manifest)}"
        raise ModelError("models.index_shape", shape=metric.shape, expected=expected, where=where)
    return np.asarray(metric)
