"""What a text model is, gathered from its manifest and from the files that sentence-transformers exports.

A model lives in a folder in the layout that transformers.js reads: ``config.json``, ``tokenizer.json``, ...,
``onnx/model{suffix}.onnx``; the text half of a CLIP or SigLIP is ``onnx/text_model{suffix}.onnx``. Its
``manifest.json`` names it and lists its files; whatever else the manifest says (``dims``, ``max_length``,
``pooling``, ``padding``, ``prompts``, ...) overrides what the model's own files say:

>>> manifest = {"name": "mine", "dtype": "fp32", "files": {"onnx/model.onnx": {"sha256": "ab" * 32}}}
>>> configs = {
...     "config.json": {"hidden_size": 384, "max_position_embeddings": 512},
...     "1_Pooling/config.json": {"embedding_dimension": 384, "pooling_mode": "cls"},
... }
>>> model = read_manifest(manifest, configs)
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

CONFIG_FILES = (
    "config.json",
    "tokenizer_config.json",
    "1_Pooling/config.json",
    "modules.json",
    "config_sentence_transformers.json",
    "sentence_bert_config.json",
)
"""What `read_manifest` looks at, where a folder has it."""

SUFFIXES = {
    "fp32": "",
    "fp16": "_fp16",
    "q8": "_quantized",
    "int8": "_int8",
    "uint8": "_uint8",
    "q4": "_q4",
}
"""How a dtype is written in a file's name, as in transformers.js."""

# The old form of 1_Pooling/config.json: one flag for each way of pooling.
_POOLING_FLAGS = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}

# What models call their prompts for the two sides of a search.
_ROLES = {"query": ("query",), "document": ("document", "passage", "corpus")}

# transformers leaves out of config.json what equals the default of the model's class.
_CLASS_DEFAULTS: dict[str, dict[str, Any]] = {
    "clip": {"projection_dim": 512, "max_position_embeddings": 77},
    "siglip": {"hidden_size": 768, "max_position_embeddings": 64},
    "siglip2": {"hidden_size": 768, "max_position_embeddings": 64},
}

# These were trained on texts of one length, read padding as any other token, and pool over the last one.
_PADDED_TO_MAX_LENGTH = ("siglip", "siglip2")

# tokenizer_config.json writes a huge number where there is no limit.
_NO_LIMIT = 10**6


@dataclass(frozen=True, slots=True)
class File:
    """A file of a model: SHA-256 in hexadecimal, and size in bytes (0: not known).

    ``same_vectors_as`` is the SHA-256 of an earlier version that gave the same vectors, to the last bit: those that were
    made with it stay good.
    """

    sha256: str
    bytes: int = 0
    same_vectors_as: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that the encoder, the loader and a model's card need to know.

    Parameters
    ----------
    name : str
        For people, and the name of its folder.
    dtype : str
        A key of `SUFFIXES`.
    dims : int
        Length of its vectors.
    max_length : int
        Most tokens that it reads, special tokens and prompt included.
    pooling : str
        How token vectors become one; not used if the graph gives ``sentence_embedding``.
    normalize : bool
        Whether the model itself gives unit vectors. Semblance makes them so in any case.
    prompts : mapping of str to str
        Texts to put before the text, by name.
    default_prompt : str
        Name of the prompt that is used if none is asked for; "" for none.
    include_prompt : bool
        Whether the prompt's tokens are pooled too.
    pad_id : int
        Token that fills up the shorter texts of a batch.
    padding : str
        How far: to the ``longest`` text of the batch, or all to ``max_length``; as transformers names it.
    independent : bool
        Whether a text's vector is the same whatever else is in its batch.
    files : mapping of str to File
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

    @property
    def model_file(self) -> str:
        """Path of the ONNX file in the model's folder."""
        half = f"onnx/text_model{SUFFIXES[self.dtype]}.onnx"
        return half if half in self.files else f"onnx/model{SUFFIXES[self.dtype]}.onnx"

    @property
    def is_half(self) -> bool:
        """Whether it is one half of a pair, whose other half reads images."""
        return self.model_file.startswith("onnx/text_model")

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same text could get another vector.

        The files themselves, how they are used, and the prompts; not the model's name.
        """
        settings = asdict(self)
        unrelated = ["name", "files", "independent"]
        if self.padding == "longest":  # then a model ignores what is filled up
            unrelated += ["padding", "pad_id"]
        for name in unrelated:
            del settings[name]
        settings["files"] = {
            path: self.files[path].same_vectors_as or self.files[path].sha256
            for path in (self.model_file, "tokenizer.json")
            if path in self.files
        }
        return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:32]

    def prompt(self, name: str | None = None) -> str:
        """The text of a prompt.

        Parameters
        ----------
        name : str, optional
            ``query`` and ``document`` are roles: a model without a prompt for one uses its default. What is
            ``document`` here, some models call ``passage`` or ``corpus``.

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
        raise ModelError(f"it has no prompt {name!r}, only {sorted(self.prompts)}", where=self.name)


def read_manifest(manifest: Mapping[str, Any], configs: Mapping[str, Any] | None = None) -> Manifest:
    """Describe a model.

    Parameters
    ----------
    manifest : mapping
        The parsed ``manifest.json``: ``name``, ``dtype``, ``files`` (``{"sha256": ..., "bytes": ...}`` by
        path), and overrides.
    configs : mapping of str to parsed JSON
        Those of `CONFIG_FILES` that the folder has, by their paths.

    Raises
    ------
    ModelError
        If something that is needed is said nowhere, or the listed files are not those of the dtype.
    """
    name = str(manifest.get("name", ""))
    found = _from_configs(configs or {}) | {key: manifest[key] for key in _OVERRIDES if key in manifest}
    dtype = manifest.get("dtype")
    if not name or dtype not in SUFFIXES:
        raise ModelError(f"its manifest needs a name and a dtype out of {', '.join(SUFFIXES)}", where=name)
    for needed, source in _NEEDED.items():
        if found.get(needed) is None:
            raise ModelError(f"neither its manifest ({needed}) nor {source} says its {needed}", where=name)
    found.setdefault("independent", dtype not in _ROUNDED_ACTIVATIONS)
    files = {
        path: File(entry.get("sha256", ""), entry.get("bytes", 0), entry.get("same_vectors_as", ""))
        for path, entry in manifest.get("files", {}).items()
    }
    described = Manifest(name=name, dtype=dtype, files=files, **found)
    if not files.get(described.model_file, File("")).sha256:
        raise ModelError(f"its manifest does not give the sha256 of {described.model_file}", where=name)
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
)
_NEEDED = {
    "dims": "config.json (projection_dim, hidden_size)",
    "max_length": "sentence_bert_config.json (max_seq_length)",
}

# Files of these dtypes usually scale the activations of a batch together: a vector depends on its mates.
_ROUNDED_ACTIVATIONS = ("q8", "int8", "uint8")


def _from_configs(configs: Mapping[str, Any]) -> dict[str, Any]:
    """Whatever the model's own files say."""
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
    """What ``config.json`` says of the text half; all of it if the model has no other.

    Examples
    --------
    >>> joint = {"model_type": "clip", "projection_dim": 4, "text_config": {"projection_dim": 9, "pad_token_id": 1}}
    >>> _text_config(joint)
    {'projection_dim': 4, 'max_position_embeddings': 77, 'pad_token_id': 1, 'model_type': 'clip'}
    """
    if "text_config" not in config:
        return config
    shared = {key: config[key] for key in ("model_type", "projection_dim") if key in config}
    return {**_CLASS_DEFAULTS.get(str(config.get("model_type")), {}), **config["text_config"], **shared}


def _max_length(configs: Mapping[str, Any], config: Mapping[str, Any]) -> int | None:
    """sentence-transformers' own setting, else the lower of what tokenizer and positions allow."""
    own = configs.get("sentence_bert_config.json", {}).get("max_seq_length")
    if own:
        return int(own)
    limits = (
        configs.get("tokenizer_config.json", {}).get("model_max_length"),
        config.get("max_position_embeddings"),
    )
    return min((int(limit) for limit in limits if limit and limit < _NO_LIMIT), default=None)


def _pad_id(tokenizer: Mapping[str, Any], config: Mapping[str, Any]) -> int:
    """The number of the tokenizer's own padding token; CLIP's config.json names another, which was never used.

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
    """The way of pooling in the words of the new form; what is joined by + only the graph itself can do.

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
