"""A text model in the shape of sentence-transformers, without PyTorch."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.embedding.recipe import DOCUMENT_PROMPT, QUERY_PROMPT
from semblance.errors import ModelError
from semblance.models.names import MULTILINGUAL, TEXT_MODEL, own_name
from semblance.models.text import SentenceEncoder
from semblance.native.blocking import wait
from semblance.native.models import describe, dtypes_of, load_text_encoder
from semblance.parts import models
from semblance.ranking.vectors import cosine_matrix, normalize


class TextModel:
    """A text model, called as a ``SentenceTransformer`` is.

    Its vectors have length 1, also where the model itself does not normalise.

    Parameters
    ----------
    model_name_or_path : str or Path
        ``all-MiniLM-L6-v2`` (also under its full name), ``multilingual-e5-small``, or a folder that
        ``sentence-transformers`` saved with an ONNX export.
    dtype : str, optional
        Which of several exports in a folder, by the end of its name: ``fp32``, ``O3``, ``qint8_avx512``, ...; by default
        the one that is not optimised.

    Raises
    ------
    ModelError
        If there is no such model, or it can't be used.
    """

    def __init__(self, model_name_or_path: str | Path = TEXT_MODEL, *, dtype: str = "") -> None:
        self._encoder = wait(_load(str(model_name_or_path), dtype))

    @property
    def prompts(self) -> Mapping[str, str]:
        """Its prompts by name."""
        return self._encoder.manifest.prompts

    @property
    def max_seq_length(self) -> int:
        """Most tokens of a text that it sees."""
        return self._encoder.manifest.max_length

    def get_embedding_dimension(self) -> int:
        """Length of its vectors."""
        return self._encoder.dims

    get_sentence_embedding_dimension = get_embedding_dimension

    def encode(
        self,
        sentences: str | Sequence[str],
        prompt_name: str | None = None,
        *,
        normalize_embeddings: bool = True,
    ) -> FloatArray:
        """Vectors of texts; what is beyond `max_seq_length` is not seen.

        Parameters
        ----------
        sentences : str or sequence of str, length n
        prompt_name : str, optional
            ``query``, ``document``, or another of `prompts`.
        normalize_embeddings : bool
            Vectors have length 1 in any case.

        Returns
        -------
        ndarray of float32, shape (n, d), or (d,) for one text
        """
        texts = [sentences] if isinstance(sentences, str) else list(sentences)
        rows = (
            wait(self._encoder.encode(texts, prompt_name))
            if texts
            else np.empty((0, self._encoder.dims), np.float32)
        )
        return np.asarray(rows[0] if isinstance(sentences, str) else rows)

    def encode_query(self, sentences: str | Sequence[str]) -> FloatArray:
        """As `encode`, for questions."""
        return self.encode(sentences, QUERY_PROMPT)

    def encode_document(self, sentences: str | Sequence[str]) -> FloatArray:
        """As `encode`, for what is to be found."""
        return self.encode(sentences, DOCUMENT_PROMPT)

    def similarity(self, embeddings1: npt.ArrayLike, embeddings2: npt.ArrayLike) -> FloatArray:
        """The cosine of each vector of (n, d) with each of (m, d): shape (n, m)."""
        return cosine_matrix(np.atleast_2d(embeddings1), np.atleast_2d(embeddings2))

    def similarity_pairwise(self, embeddings1: npt.ArrayLike, embeddings2: npt.ArrayLike) -> FloatArray:
        """The cosine of each vector with the one in its place, shape (n,)."""
        pairs = normalize(np.atleast_2d(embeddings1)) * normalize(np.atleast_2d(embeddings2))
        return np.asarray(pairs.sum(axis=1))


async def _load(model: str, dtype: str) -> SentenceEncoder:
    if own_name(model) in (TEXT_MODEL, MULTILINGUAL):
        with redirect_stdout(sys.stderr):  # what it says while it builds
            built = models.named(own_name(model))
        return await load_text_encoder(built.files["config.json"].parent, manifest=built.manifest)
    folder = Path(model)
    _check(folder, dtype)
    return await load_text_encoder(folder, manifest=describe(folder, dtype=dtype) if dtype else None)


def _check(folder: Path, dtype: str) -> None:
    """Raise unless there is a folder with this export, or with any."""
    if not folder.is_dir():
        remedy = f"Name {TEXT_MODEL}, {MULTILINGUAL}, or a folder."
        raise ModelError("there is no such model", where=str(folder), remedy=remedy)
    found = dtypes_of(folder)
    if not found or (dtype and dtype not in found):
        remedy = f"It has {', '.join(found)}." if found else 'Save it with backend="onnx".'
        raise ModelError(f"the folder has no export {dtype or 'to ONNX'}", where=str(folder), remedy=remedy)
