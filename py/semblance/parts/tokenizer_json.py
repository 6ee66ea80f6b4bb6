"""The tokenizer of `semblance.parts.e5_file` as a ``tokenizer.json`` for PyPI's tokenizers."""

from __future__ import annotations

import base64
import struct
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import count, groupby
from typing import Any

from semblance.parts.e5_file import Pieces

SPACE = "\u2581"

# A character that the normalisation removes. It parts a character from the marks after it: ``Precompiled`` takes a
# cluster of characters for its first one, if that is in the map and the cluster is short, and so would lose the marks.
BREAK = "\x01"
MARKS = r"(?<=[\s\S])(?=[\p{M}\x{200C}\x{200D}\x{FF9E}\x{FF9F}\x{E33}\x{EB3}])"

# The units of a double array: its size is a multiple of a page, so that `base ^ c` is within it.
PAGE, LEAF, OFFSET, VALUE = 256, 1 << 8, 10, 1 << 31


def tokenizer(pieces: Pieces) -> dict[str, Any]:
    """The content of ``tokenizer.json``.

    Special tokens are found by their ids only. Their pieces end with a space there, which no normalised text contains: a
    text about ``<s>``, the HTML element, does not contain the token.
    """
    bos, eos, _, unk = pieces.special
    assert pieces.normalization[BREAK] == ""
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Replace", "pattern": {"Regex": MARKS}, "content": BREAK},
                {"type": "Precompiled", "precompiled_charsmap": charsmap(pieces.normalization)},
                {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
            ],
        },
        "pre_tokenizer": {
            "type": "Metaspace",
            "replacement": SPACE,
            "prepend_scheme": "always",
            "split": True,
        },
        "post_processor": _template(pieces.texts[bos], bos, pieces.texts[eos], eos),
        "decoder": {"type": "Metaspace", "replacement": SPACE, "prepend_scheme": "always", "split": True},
        "model": {
            "type": "Unigram",
            "unk_id": unk,
            "vocab": [
                [text if score else f"{text} ", score]
                for text, score in zip(pieces.texts, pieces.scores.astype(float).tolist(), strict=True)
            ],
            "byte_fallback": False,
        },
    }


def charsmap(normalization: Mapping[str, str]) -> str:
    """The map as SentencePiece writes it, in base64: u32 bytes of a trie, the trie, the replacements, zeros between them.

    The trie is a `double_array`; its values say where replacements begin.
    """
    starts: dict[str, int] = {}
    replacements = bytearray()
    for text in sorted(set(normalization.values())):
        starts[text] = len(replacements)
        replacements += text.encode() + b"\0"
    trie = double_array({key.encode(): starts[text] for key, text in normalization.items()})
    units = struct.pack(f"<{len(trie)}I", *trie)
    return base64.b64encode(struct.pack("<I", len(units)) + units + replacements).decode()


def double_array(values: Mapping[bytes, int]) -> list[int]:
    """A trie in the format of darts-clone.

    A node has a base that no other node has. Its child for byte c is the unit at ``base ^ c``, which holds c and the
    difference of the unit's place to the child's base; the value of the node's own key is the unit at its base.

    Examples
    --------
    >>> units = double_array({b"a": 7, b"ab": 8})
    >>> root = units[0] >> 10
    >>> a = units[root ^ ord("a")]
    >>> a & 0xFF == ord("a"), units[root ^ ord("a") ^ (a >> 10)] & ~VALUE
    (True, 7)
    """
    units = [0] * PAGE
    used, bases = {0}, set[int]()
    waiting = [
        (0, 0, sorted(values))
    ]  # a unit's place, the length of its prefix, the keys that begin with that
    while waiting:
        place, depth, keys = waiting.pop()
        below = {label: list(group) for label, group in groupby(keys, partial(_label, depth))}
        base = _free_base(list(below), used, bases)
        bases.add(base)
        used.update(base ^ label for label in below)
        units += [0] * (PAGE * (base // PAGE + 1) - len(units))
        units[place] |= (place ^ base) << OFFSET
        for label, group in below.items():
            if label:
                units[base ^ label] = label
                waiting.append((base ^ label, depth + 1, group))
            else:
                units[place] |= LEAF
                units[base] = values[keys[0]] | VALUE
    return units


def _label(depth: int, key: bytes) -> int:
    """The byte of a key at a depth; 0 where it ends."""
    return key[depth] if depth < len(key) else 0


def _free_base(labels: Sequence[int], used: set[int], bases: set[int]) -> int:
    """The first base that no node has and whose places for the labels are free."""
    return next(
        base
        for base in (place ^ labels[0] for place in count(1) if place not in used)
        if base not in bases and used.isdisjoint(base ^ label for label in labels)
    )


def _template(bos: str, bos_id: int, eos: str, eos_id: int) -> dict[str, Any]:
    def special(token: str, kind: int = 0) -> dict[str, Any]:
        return {"SpecialToken": {"id": token, "type_id": kind}}

    text = {"Sequence": {"id": "A", "type_id": 0}}
    second = {"Sequence": {"id": "B", "type_id": 0}}
    return {
        "type": "TemplateProcessing",
        "single": [special(bos), text, special(eos)],
        "pair": [special(bos), text, special(eos), special(eos), second, special(eos)],
        "special_tokens": {
            token: {"id": token, "ids": [number], "tokens": [token]}
            for token, number in ((bos, bos_id), (eos, eos_id))
        },
    }
