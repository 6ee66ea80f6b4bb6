"""The loss by quantising: the model's vectors beside those of the same graph in float32, on CPython."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.native.models import load_text_encoder
from semblance.parts.paths import ROOT
from semblance.ranking.vectors import cosine_matrix, top_k
from semblance_build.benchmark import references
from semblance_build.benchmark.bench_setup import BenchSetup
from semblance_build.benchmark.figures import Figure
from semblance_build.benchmark.texts import first_tokens

STS = ROOT.parent / "shared" / "data" / "sts" / "sts-dev.csv"
NEIGHBOURS = 10

Encode = Callable[[Sequence[str]], FloatArray]
"""Texts to unit vectors, (n, d)."""


def against_fp32(setup: BenchSetup) -> list[Figure]:
    """Mean cosine and shared neighbours on all posts; rank correlation with people's scores on STS-B dev."""
    plain = _encoder(references.dynamic_int8(setup))
    ours, theirs = _encoder(setup.model_folder), _encoder(references.fp32(setup))
    posts = first_tokens(setup.corpus.posts, setup.model_folder / "tokenizer.json")
    quantized, exact, rounded = ours(posts), theirs(posts), plain(posts)
    text = f"{len(posts)} documents of {setup.corpus.name}"
    figures = [
        Figure(
            "fidelity",
            f"cosine with the fp32 vector, mean of {text}",
            "",
            [mean_cosine(quantized, exact)],
            [mean_cosine(rounded, exact)],
            references.DYNAMIC_INT8,
        ),
        Figure(
            "fidelity",
            f"share of the top {NEIGHBOURS} that fp32 finds, same texts",
            "",
            [overlap(quantized, exact)],
            [overlap(rounded, exact)],
            references.DYNAMIC_INT8,
        ),
    ]
    if STS.exists():
        figures.append(_sts(ours, theirs))
    return figures


def _sts(ours: Encode, theirs: Encode) -> Figure:
    rows = [line.split("\t") for line in STS.read_text(encoding="utf-8").splitlines() if line]
    people = np.array([float(row[4]) for row in rows])

    def correlation(encode: Encode) -> float:
        left, right = encode([row[5] for row in rows]), encode([row[6] for row in rows])
        return spearman((left * right).sum(axis=1), people)

    name = "Spearman's rank correlation with people on STS-B dev"
    return Figure("fidelity", name, "", [correlation(ours)], [correlation(theirs)], "fp32")


# --- measures ---------------------------------------------------------------------------------------


def mean_cosine(a: FloatArray, b: FloatArray) -> float:
    """Mean over i of the cosine of ``a[i]`` and ``b[i]``, unit rows of shape (n, d)."""
    return float((a * b).sum(axis=1, dtype=np.float64).mean())


def overlap(a: FloatArray, b: FloatArray, k: int = NEIGHBOURS) -> float:
    """Mean share of each row's `k` nearest other rows that `a` and `b`, shape (n, d), have in common.

    Examples
    --------
    >>> a = np.eye(3, dtype=np.float32)
    >>> overlap(a, a, k=1)
    1.0
    """
    left, right = cosine_matrix(a), cosine_matrix(b)
    np.fill_diagonal(left, np.nan)  # a row is not its own neighbour; NaN is never ranked
    np.fill_diagonal(right, np.nan)
    shared = [len(set(top_k(x, k)) & set(top_k(y, k))) for x, y in zip(left, right, strict=True)]
    return float(np.mean(shared)) / min(k, len(a) - 1)


def spearman(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Spearman's rank correlation: Pearson's of the ranks, equal values sharing the mean of theirs.

    Examples
    --------
    >>> round(spearman([1, 2, 3, 4], [10, 30, 20, 40]), 3)
    0.8
    """
    return float(np.corrcoef(_ranks(a), _ranks(b))[0, 1])


def _ranks(values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    _, place, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[place])


# --- models -----------------------------------------------------------------------------------------


def _encoder(folder: Path) -> Encode:
    encoder = asyncio.run(load_text_encoder(folder))
    return lambda texts: asyncio.run(encoder.encode(texts))
