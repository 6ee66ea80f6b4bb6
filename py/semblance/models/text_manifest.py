"""What a text model is, gathered from its manifest and from the files that sentence-transformers exports.

The model's folder holds ``config.json``, ``tokenizer.json``, ..., and ``onnx/model{suffix}.onnx``; for the text half of
a CLIP or SigLIP, ``onnx/text_model{suffix}.onnx``; for an encoder without its word table,
``onnx/encoder{suffix}.onnx``. Its ``manifest.json`` names the model and lists its files. Other values in the manifest
(``dims``, ``max_length``, ``pooling``, ``padding``, ``prompts``, ...) override those of the model's own files:

>>> manifest = {"name": "mine", "dtype": "fp32", "files": {"onnx/model.onnx": {"sha256": "ab" * 32}}}
>>> configs = {
...     "config.json": {"hidden_size": 384, "max_position_embeddings": 512},
...     "1_Pooling/config.json": {"embedding_dimension": 384, "pooling_mode": "cls"},
... }
>>> model = read_text_manifest(manifest, configs)
>>> model.model_file, model.dims, model.max_length, model.pooling
('onnx/model.onnx', 384, 512, 'cls')
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from semblance.errors import ModelError
from semblance.models.manifest import CLASS_DEFAULTS, SUFFIXES, name_and_dtype

TEXT_CONFIG_FILES = (
    "config.json",
    "tokenizer_config.json",
    "1_Pooling/config.json",
    "modules.json",
    "config_sentence_transformers.json",
    "sentence_bert_config.json",
)
"""The files that `read_text_manifest` looks at, where a folder has them."""

# The old form of 1_Pooling/config.json: one flag for each way of pooling.
_POOLING_FLAGS = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}

# The names that models give their prompts for the two sides of a search.
_ROLES = {"query": ("query",), "document": ("document", "passage", "corpus")}

# Models of these types were trained on texts of one length. They read padding as any other token, and pool the last one.
_PADDED_TO_MAX_LENGTH = ("siglip", "siglip2")

# tokenizer_config.json gives a huge number where there is no limit.
_NO_LIMIT = 10**6


@dataclass(frozen=True, slots=True)
class File:
    """A file of a model: SHA-256 in hexadecimal, and size in bytes (0: not known).

    ``same_vectors_as`` is the SHA-256 of an earlier version that gave the same vectors, to the last bit. Vectors that
    were made with that version stay valid. ``compression`` is ``gzip`` if the SHA-256 is that of the unpacked content.
    """

    sha256: str
    bytes: int = 0
    same_vectors_as: str = ""
    compression: str = ""


@dataclass(frozen=True, slots=True)
class TableFiles:
    """The word table of a model whose encoder has none: its rows are loaded when a text needs them.

    Parameters
    ----------
    vocabulary : str
        Path of the file that `semblance.models.vocabulary` reads.
    rows : str
        The folder of the blocks of rows.
    blocks : int
        How many there are.
    bytes : int
        Their size together.
    sha256 : str
        Of all rows in the order of their ids, in whatever blocks they are.
    """

    vocabulary: str
    rows: str
    blocks: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class TextManifest:
    """All that the encoder, the loader and a model's card need to know of a text model.

    Parameters
    ----------
    name : str
        For people, and the name of its folder.
    dtype : str
        A key of `SUFFIXES`.
    dims : int
        Length of its vectors.
    max_length : int
        Most tokens that the model reads, special tokens and prompt included.
    pooling : str
        How token vectors become one vector; not used if the graph gives ``sentence_embedding``.
    normalize : bool
        Whether the model itself gives unit vectors. Semblance normalises vectors in any case.
    prompts : mapping of str to str
        Texts to put before the text that is embedded, by name.
    default_prompt : str
        Name of the prompt that is used if the caller names none; "" for no prompt.
    include_prompt : bool
        Whether the prompt's tokens are pooled too.
    pad_id : int
        Token that fills up the shorter texts of a batch.
    padding : str
        How far texts are padded: to the ``longest`` of the batch, or all to ``max_length``, as transformers names it.
    independent : bool
        Whether a text's vector does not depend on the other texts of its batch.
    languages : sequence of str
        Codes of the languages that the model knows; none if it knows all, or if nobody says.
    files : mapping of str to File
    word_table : TableFiles, optional
        The word table, if the encoder has none.
    """

    name: str
    dtype: str
    dims: int
    max_length: int
    files: Mapping[str, File]
    pooling: str = "mean"
    normalize: bool = True
    prompts: Mapping[str, str] = field(default_factory=dict)
    default_prompt: str = ""
    include_prompt: bool = True
    pad_id: int = 0
    padding: str = "longest"
    independent: bool = True
    languages: Sequence[str] = ()
    word_table: TableFiles | None = None

    @property
    def model_file(self) -> str:
        """Path of the ONNX file in the model's folder."""
        if self.word_table is not None:
            return f"onnx/encoder{SUFFIXES[self.dtype]}.onnx"
        half = f"onnx/text_model{SUFFIXES[self.dtype]}.onnx"
        return half if half in self.files else f"onnx/model{SUFFIXES[self.dtype]}.onnx"

    @property
    def is_half(self) -> bool:
        """Whether the model is the text half of a pair, whose other half reads images."""
        return self.model_file.startswith("onnx/text_model")

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same text could get another vector.

        It covers the files, how they are used, and the prompts. It does not cover the model's name.
        """
        settings = asdict(self)
        unrelated = ["name", "files", "independent", "languages", "word_table"]
        if self.padding == "longest":  # the model then ignores padding
            unrelated += ["padding", "pad_id"]
        for name in unrelated:
            del settings[name]
        settings["files"] = {
            path: self.files[path].same_vectors_as or self.files[path].sha256
            for path in (self.model_file, "tokenizer.json")
            if path in self.files
        }
        if self.word_table is not None:
            settings["word_table"] = self.word_table.sha256
        return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:32]

    def prompt(self, name: str | None = None) -> str:
        """The text of a prompt.

        Parameters
        ----------
        name : str, optional
            ``query`` and ``document`` are roles. A model without a prompt for a role uses its default prompt. Some
            models name the ``document`` role ``passage`` or ``corpus``.

        Raises
        ------
        ModelError
            If the model has no prompt of that name.
        """
        wanted = name if name is not None else self.default_prompt
        for known in _ROLES.get(wanted, (wanted,)):
            if known in self.prompts:
                return self.prompts[known]
        if name is None or name in _ROLES:
            return self.prompts.get(self.default_prompt, "")
        raise ModelError("models.no_prompt", prompt=repr(name), prompts=sorted(self.prompts), where=self.name)


def read_text_manifest(manifest: Mapping[str, Any], configs: Mapping[str, Any] | None = None) -> TextManifest:
    """Describe a text model.

    Parameters
    ----------
    manifest : mapping
        The parsed ``manifest.json``: ``name``, ``dtype``, ``files`` (``{"sha256": ..., "bytes": ...}`` by
        path), and overrides.
    configs : mapping of str to parsed JSON
        Those of `TEXT_CONFIG_FILES` that the folder has, by their paths.

    Raises
    ------
    ModelError
        If a value that is needed is given nowhere, or the listed files are not those of the dtype.
    """
    name, dtype = name_and_dtype(manifest)
    fields = _from_configs(configs or {}) | {key: manifest[key] for key in _OVERRIDES if key in manifest}
    for needed, source in _NEEDED.items():
        if fields.get(needed) is None:
            raise ModelError("models.no_field", field=needed, source=source, where=name)
    fields.setdefault("independent", dtype not in _ROUNDED_ACTIVATIONS)
    files = {
        path: File(
            entry.get("sha256", ""),
            entry.get("bytes", 0),
            entry.get("same_vectors_as", ""),
            entry.get("compression", ""),
        )
        for path, entry in manifest.get("files", {}).items()
    }
    table = TableFiles(**manifest["word_table"]) if "word_table" in manifest else None
    described = TextManifest(name=name, dtype=dtype, files=files, word_table=table, **fields)
    if not files.get(described.model_file, File("")).sha256:
        raise ModelError("models.no_sha256", file=described.model_file, where=name)
    return described


_OVERRIDES = (
    "dims",
    "max_length",
    "pooling",
    "normalize",
    "prompts",
    "default_prompt",
    "include_prompt",
    "pad_id",
    "padding",
    "independent",
    "languages",
)
_NEEDED = {
    "dims": "config.json (projection_dim, hidden_size)",
    "max_length": "sentence_bert_config.json (max_seq_length)",
}

# Files of these dtypes usually scale the activations of a batch together: a vector then depends on its batch.
_ROUNDED_ACTIVATIONS = tuple(dtype for dtype in SUFFIXES if "q8" in dtype or "int8" in dtype)


def _from_configs(configs: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that the model's own files give."""
    config = _text_config(configs.get("config.json", {}))
    pooling = configs.get("1_Pooling/config.json", {})
    prompting = configs.get("config_sentence_transformers.json", {})
    dims = [
        pooling.get("embedding_dimension"),
        pooling.get("word_embedding_dimension"),
        config.get("projection_dim"),
        config.get("hidden_size"),
    ]
    return {
        "dims": next((size for size in dims if size), None),
        "max_length": _max_length(configs, config),
        "pooling": _pooling(pooling, configs.get("modules.json", [])),
        "normalize": "Normalize" in _modules(configs.get("modules.json", [])),
        "prompts": prompting.get("prompts") or {},
        "default_prompt": prompting.get("default_prompt_name") or "",
        "include_prompt": pooling.get("include_prompt", True),
        "pad_id": _pad_id(configs.get("tokenizer_config.json", {}), config),
        "padding": "max_length" if config.get("model_type") in _PADDED_TO_MAX_LENGTH else "longest",
    }


def _text_config(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part of ``config.json`` about the text half; all of it if the model has no other half.

    Examples
    --------
    >>> joint = {"model_type": "clip", "projection_dim": 4, "text_config": {"projection_dim": 9, "pad_token_id": 1}}
    >>> _text_config(joint)
    {'projection_dim': 4, 'max_position_embeddings': 77, 'pad_token_id': 1, 'model_type': 'clip'}
    """
    if "text_config" not in config:
        return config
    shared = {key: config[key] for key in ("model_type", "projection_dim") if key in config}
    return {**CLASS_DEFAULTS.get(str(config.get("model_type")), {}), **config["text_config"], **shared}


def _max_length(configs: Mapping[str, Any], config: Mapping[str, Any]) -> int | None:
    """The setting of sentence-transformers, else the lower of the limits of tokenizer and positions."""
    own = configs.get("sentence_bert_config.json", {}).get("max_seq_length")
    if own:
        return int(own)
    limits = (
        configs.get("tokenizer_config.json", {}).get("model_max_length"),
        config.get("max_position_embeddings"),
    )
    return min((int(limit) for limit in limits if limit and limit < _NO_LIMIT), default=None)


def _pad_id(tokenizer: Mapping[str, Any], config: Mapping[str, Any]) -> int:
    """The id of the tokenizer's own padding token. CLIP's config.json names another, which was never used.

    Examples
    --------
    >>> tokenizer = {"pad_token": "<pad>", "added_tokens_decoder": {"7": {"content": "<pad>"}}}
    >>> _pad_id(tokenizer, {"pad_token_id": 1}), _pad_id({}, {"pad_token_id": 1}), _pad_id({}, {})
    (7, 1, 0)
    """
    token = tokenizer.get("pad_token")
    content = token.get("content") if isinstance(token, Mapping) else token
    for number, added in tokenizer.get("added_tokens_decoder", {}).items():
        if added.get("content") == content:
            return int(number)
    return config.get("pad_token_id") or 0


def _pooling(config: Mapping[str, Any], modules: Sequence[Mapping[str, Any]]) -> str:
    """The way of pooling, in the words of the new form. Only the graph itself can do ways that are joined by +.

    Examples
    --------
    >>> _pooling({"pooling_mode": "lasttoken"}, [])
    'lasttoken'
    >>> _pooling({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, [])
    'cls'
    >>> _pooling({"pooling_mode": ["cls", "mean"]}, [{"type": "sentence_transformers.models.Dense"}])
    'cls+mean+Dense'
    """
    modes = config.get("pooling_mode") or [mode for flag, mode in _POOLING_FLAGS.items() if config.get(flag)]
    names = [modes] if isinstance(modes, str) else list(modes)
    others = [kind for kind in _modules(modules) if kind not in ("Transformer", "Pooling", "Normalize")]
    return "+".join((names or ["mean"]) + others)


def _modules(modules: Sequence[Mapping[str, Any]]) -> list[str]:
    return [str(module["type"]).rpartition(".")[2] for module in modules]
