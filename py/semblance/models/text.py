"""The text encoder: a tokenizer, a model, and the rules between them. The same code runs in both runtimes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from semblance.arrays import AnyArray, FloatArray, IntArray
from semblance.errors import ModelError
from semblance.models.pooling import POOLINGS
from semblance.models.text_manifest import TextManifest
from semblance.ports import InferenceSession, Tokenizer
from semblance.ranking.vectors import normalize
from semblance.records import TokenVectors

TOKENS_PER_BATCH = 2048
"""Padding included. Enough to keep all threads busy, and small enough that a run can be cancelled soon."""

_INPUTS = ("input_ids", "attention_mask", "token_type_ids", "position_ids")
_OUTPUTS = ("sentence_embedding", "last_hidden_state", "token_embeddings")
_TOKEN_OUTPUTS = ("token_embeddings", "last_hidden_state")
# Outputs of the text half of a pair. Elsewhere a pooler_output is no embedding: BERT's is not.
_OUTPUTS_OF_HALVES = ("text_embeds", "pooler_output")
_DTYPES = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}

TokenIds = npt.NDArray[np.int32]


class SentenceEncoder:
    """A sentence-transformers model or the text half of a CLIP, behind the `TextEncoder` port; see `create`.

    Parameters
    ----------
    session : InferenceSession
        Takes ``input_ids``, perhaps ``attention_mask``, ``token_type_ids`` and ``position_ids``; gives
        ``sentence_embedding`` (or ``text_embeds``, or ``pooler_output``) (b, d), or token vectors (b, t, d)
        that are then pooled as `manifest` says. If it takes a fixed number of tokens or of texts, it gets that number.
    tokenizer : Tokenizer
    manifest : TextManifest
    prefix, suffix : ndarray of int32
        The special tokens before and after a text.
    prompt_tokens : dict of str to int
        How many tokens each prompt has, by its text.
    tokens_per_batch : int
        Most tokens that the session gets at once, padding included.
    """

    def __init__(
        self,
        session: InferenceSession,
        tokenizer: Tokenizer,
        manifest: TextManifest,
        prefix: TokenIds,
        suffix: TokenIds,
        prompt_tokens: dict[str, int],
        tokens_per_batch: int = TOKENS_PER_BATCH,
    ) -> None:
        self.manifest = manifest
        self._tokens_per_batch = tokens_per_batch
        self._session = session
        self._tokenizer = tokenizer
        self._prefix, self._suffix = prefix, suffix
        self._prompt_tokens = prompt_tokens
        self._inputs = {node.name: _DTYPES.get(node.type, np.int64) for node in session.get_inputs()}
        self._output, self._pooled = _output(session, manifest.is_half)
        self._max_length, self._pad_to = _lengths(session, manifest)
        self._one_by_one = not manifest.independent or _fixed(session, axis=0) == 1
        self._check()

    @classmethod
    async def create(
        cls,
        session: InferenceSession,
        tokenizer: Tokenizer,
        manifest: TextManifest,
        tokens_per_batch: int = TOKENS_PER_BATCH,
    ) -> SentenceEncoder:
        """Make an encoder. The tokenizer shows which special tokens it adds and how long the prompts are.

        Raises
        ------
        ModelError
            If the model needs inputs, or a way of pooling, that this encoder does not know.
        """
        prefix, suffix = await _special_tokens(tokenizer)
        prompts = sorted({"", *manifest.prompts.values()})
        counts = [len(ids) for ids in await tokenizer.encode_batch(prompts, add_special_tokens=False)]
        prompt_tokens = dict(zip(prompts, counts, strict=True))
        return cls(session, tokenizer, manifest, prefix, suffix, prompt_tokens, tokens_per_batch)

    @property
    def name(self) -> str:
        """Name of the model, for people."""
        return self.manifest.name

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same text could get another vector."""
        return self.manifest.fingerprint

    @property
    def languages(self) -> Sequence[str]:
        """Languages that the model knows; none if it knows all, or if nobody says."""
        return self.manifest.languages

    @property
    def dims(self) -> int:
        """Length of the vectors, d."""
        return self.manifest.dims

    def token_budget(self, prompt_name: str | None = None) -> int:
        """How many tokens of the text itself fit, beside the special tokens and the prompt."""
        special = len(self._prefix) + len(self._suffix)
        return self._max_length - special - self._prompt_tokens[self.manifest.prompt(prompt_name)]

    async def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens not counted. A string is one text."""
        texts = _listed(texts)
        return [len(ids) for ids in await self._tokenizer.encode_batch(texts, add_special_tokens=False)]

    async def encode(
        self,
        texts: Sequence[str],
        prompt_name: str | None = None,
        *,
        on_batch: Callable[[int], None] | None = None,
    ) -> FloatArray:
        """Vectors of texts.

        Parameters
        ----------
        texts : sequence of str, length n
            The model does not see what is beyond the token budget. An empty text is a text like any other. A string
            is one text.
        prompt_name : str, optional
            See `TextManifest.prompt`.
        on_batch : callable, optional
            Called with the number of texts done after each batch.

        Returns
        -------
        ndarray of float32, shape (n, d)
            Unit rows, in the order of `texts`.

        Raises
        ------
        ModelError
            If the prompt is unknown, or the model fails or gives what its manifest does not promise.
        """
        prompt = self.manifest.prompt(prompt_name)
        encoded = await self._tokenizer.encode_batch(
            [prompt + text for text in _listed(texts)], add_special_tokens=False
        )
        rows = [self._with_special_tokens(ids) for ids in encoded]
        unpooled = 0 if self.manifest.include_prompt else len(self._prefix) + self._prompt_tokens[prompt]
        vectors = np.empty((len(rows), self.dims), np.float32)
        done = 0
        for batch in self._batches([len(ids) for ids in rows]):
            vectors[batch] = await self._run([rows[index] for index in batch], unpooled)
            done += len(batch)
            if on_batch is not None:
                on_batch(done)
        return vectors

    async def token_vectors(
        self, text: str, pad_to: int = 0, *, prompt_name: str | None = None
    ) -> TokenVectors:
        """The model's output before pooling: a vector for each token of a text, special tokens included.

        Parameters
        ----------
        text : str
            The model does not see what is beyond the token budget.
        pad_to : int
            Pad the text to this many tokens, and let the model read the padding as if it were text. This shows what
            happens without a mask.
        prompt_name : str, optional
            See `TextManifest.prompt`. Without a name the text stands alone.

        Raises
        ------
        ModelError
            If the model gives vectors of whole texts only, or fails. `pad_to` may be more than it can read.
        """
        output = self._token_output()
        prompted = text if prompt_name is None else self.manifest.prompt(prompt_name) + text
        (ids,) = await self._tokenizer.encode_batch([prompted], add_special_tokens=False)
        (filled,), _ = pad([self._with_special_tokens(ids)], self.manifest.pad_id, pad_to)
        seen = filled.astype(np.int32)
        (vectors,) = await self._session.run(
            [output], self._feed(*pad([seen], self.manifest.pad_id, self._pad_to))
        )
        return TokenVectors(
            await self._tokenizer.tokens(seen.tolist()),
            seen,
            vectors[0, : len(seen)].astype(np.float32, copy=False),
        )

    async def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of the texts of a collection; named as in LangChain's ``Embeddings``, but awaited."""
        return (await self.encode(texts, "document")).tolist()  # type: ignore[no-any-return]

    async def embed_query(self, text: str) -> list[float]:
        """Vector of a query; named as in LangChain's ``Embeddings``, but awaited."""
        return (await self.encode([text], "query"))[0].tolist()  # type: ignore[no-any-return]

    def _batches(self, lengths: Sequence[int]) -> Iterator[list[int]]:
        if self._one_by_one:
            return ([index] for index in range(len(lengths)))
        return batches([max(length, self._pad_to) for length in lengths], self._tokens_per_batch)

    def _with_special_tokens(self, ids: TokenIds) -> TokenIds:
        room = self._max_length - len(self._prefix) - len(self._suffix)
        framed = np.concatenate([self._prefix, ids[:room], self._suffix])
        # An empty text needs one token to read, also where the tokenizer adds no special tokens.
        return framed if len(framed) else np.array([self.manifest.pad_id], np.int32)

    async def _run(self, rows: Sequence[TokenIds], unpooled: int) -> FloatArray:
        """Unit vectors (b, d) of token ids. The model reads the first `unpooled` tokens of a row; they are not pooled."""
        ids, mask = pad(rows, self.manifest.pad_id, self._pad_to)
        (result,) = await self._session.run([self._output], self._feed(ids, mask))
        if not self._pooled:
            mask[:, :unpooled] = 0
            result = POOLINGS[self.manifest.pooling](result, mask)
        return self._unit(result, len(rows))

    def _feed(self, ids: IntArray, mask: IntArray) -> dict[str, AnyArray]:
        """The model's inputs, from token ids and their mask (b, t)."""
        available = {
            "input_ids": ids,
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(ids),
            "position_ids": np.broadcast_to(np.arange(ids.shape[1]), ids.shape),
        }
        return {name: np.ascontiguousarray(available[name], dtype) for name, dtype in self._inputs.items()}

    def _token_output(self) -> str:
        ranks = {node.name: len(node.shape) for node in self._session.get_outputs()}
        output = next((name for name in _TOKEN_OUTPUTS if ranks.get(name) == 3), None)
        if output is None:
            raise ModelError("models.kind_of_output", where=self.name)
        return output

    def _unit(self, vectors: AnyArray, count: int) -> FloatArray:
        if vectors.shape != (count, self.dims):
            raise ModelError(
                "models.own_shape", shape=vectors.shape, expected=(count, self.dims), where=self.name
            )
        try:
            return normalize(vectors)
        except ValueError as error:
            raise ModelError("models.own_not_finite", where=self.name) from error

    def _check(self) -> None:
        unknown = sorted(set(self._inputs) - set(_INPUTS))
        if unknown:
            raise ModelError("models.inputs", inputs=unknown, where=self.name)
        if not self._pooled and self.manifest.pooling not in POOLINGS:
            known = ", ".join(POOLINGS)
            pooling = repr(self.manifest.pooling)
            raise ModelError("models.pooling", pooling=pooling, known=known, where=self.name)


def batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Group texts of similar length, so that there is little padding.

    Parameters
    ----------
    lengths : sequence of int
        Tokens of each text.
    budget : int
        Most tokens of a batch, padding included; a longer text is a batch of its own.

    Yields
    ------
    list of int
        Indexes into `lengths`, from the shortest to the longest.

    Examples
    --------
    >>> list(batches([9, 2, 3, 2], budget=8))
    [[1, 3], [2], [0]]
    """
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[index] > budget:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def pad(rows: Sequence[TokenIds], pad_id: int, length: int = 0) -> tuple[IntArray, IntArray]:
    """Token ids and mask of a batch, each int64 (b, t). Shorter rows are padded at their ends.

    ``t`` is the length of the longest row, or `length` if that is greater.

    Examples
    --------
    >>> ids, mask = pad([np.array([5, 6], np.int32), np.array([7], np.int32)], pad_id=1)
    >>> ids.tolist(), mask.tolist()
    ([[5, 6], [7, 1]], [[1, 1], [1, 0]])
    """
    lengths = np.array([len(row) for row in rows])
    mask = np.arange(max(length, lengths.max())) < lengths[:, np.newaxis]
    ids = np.full(mask.shape, pad_id, np.int64)
    ids[mask] = np.concatenate(rows)
    return ids, mask.astype(np.int64)


async def _special_tokens(tokenizer: Tokenizer) -> tuple[TokenIds, TokenIds]:
    """The ids that the tokenizer puts before and after a text, found by encoding one text both ways."""
    (bare,) = await tokenizer.encode_batch(["a"], add_special_tokens=False)
    (framed,) = await tokenizer.encode_batch(["a"], add_special_tokens=True)
    for start in range(len(framed) - len(bare) + 1):
        if np.array_equal(framed[start : start + len(bare)], bare):
            return framed[:start], framed[start + len(bare) :]
    raise ModelError("models.tokenizer", framed=framed.tolist(), bare=bare.tolist())


def _listed(texts: Sequence[str]) -> Sequence[str]:
    """The texts. A string is a sequence of its characters to Python, but one text to whoever gives it."""
    return [texts] if isinstance(texts, str) else texts


def _output(session: InferenceSession, is_half: bool) -> tuple[str, bool]:
    """Name of the output to use, and whether it is already pooled."""
    ranks = {node.name: len(node.shape) for node in session.get_outputs()}
    known = _OUTPUTS_OF_HALVES + _OUTPUTS if is_half else _OUTPUTS
    name = next((name for name in known if name in ranks), next(iter(ranks)))
    return name, name == "sentence_embedding" or ranks[name] == 2


def _lengths(session: InferenceSession, manifest: TextManifest) -> tuple[int, int]:
    """Most tokens of a text, and the number of tokens that all texts are padded to; 0: that of the longest text."""
    fixed = _fixed(session, axis=1)
    most = min(manifest.max_length, fixed or manifest.max_length)
    return most, fixed or (most if manifest.padding == "max_length" else 0)


def _fixed(session: InferenceSession, axis: int) -> int:
    """The fixed size of the model's ``input_ids`` along an axis; 0 if the size is free."""
    shape = next((node.shape for node in session.get_inputs() if node.name == "input_ids"), ())
    size = shape[axis] if len(shape) == 2 else None
    return size if isinstance(size, int) and size > 0 else 0
