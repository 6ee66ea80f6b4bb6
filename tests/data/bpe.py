"""A tokenizer.json of CLIP's shape with a small vocabulary: byte-level BPE in lower case, "</w>" at the ends of words."""

from __future__ import annotations

from typing import Any

START, END = "<|startoftext|>", "<|endoftext|>"
END_OF_WORD = "</w>"

WORDS = (
    "a",
    "photo",
    "of",
    "the",
    "red",
    "green",
    "blue",
    "black",
    "white",
    "yellow",
    "picture",
    "something",
)

# How CLIP cuts a text into words; as it stands in the published file.
SPLIT = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"


def byte_letters() -> list[str]:
    """The letter that stands for each byte in byte-level BPE, as GPT-2 chose them."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    letters = {byte: chr(byte) for byte in printable}
    letters |= {byte: chr(256 + number) for number, byte in enumerate(others)}
    return [letters[byte] for byte in range(256)]


def merges() -> list[tuple[str, str]]:
    """Each word put together from its left: p h, ph o, pho t, phot o</w>."""
    pairs: dict[tuple[str, str], None] = {}
    for word in WORDS:
        left = word[0]
        for place, letter in enumerate(word[1:], 2):
            right = letter + END_OF_WORD * (place == len(word))
            pairs[left, right] = None
            left += right
    return list(pairs)


def vocabulary() -> list[str]:
    """Bytes, bytes that end a word, what merging gives, and the two special tokens at the end, as in CLIP."""
    letters = byte_letters()
    merged = dict.fromkeys(left + right for left, right in merges())
    return [*letters, *(letter + END_OF_WORD for letter in letters), *merged, START, END]


def tokenizer(*, frame: tuple[str | None, str] = (START, END), roberta: bool = True) -> dict[str, Any]:
    """The parsed tokenizer.json.

    Parameters
    ----------
    frame : (str or None, str)
        Special tokens before and after a text.
    roberta : bool
        With the ``RobertaProcessing`` that CLIP's file has; else with a ``TemplateProcessing``.
    """
    numbers = {token: number for number, token in enumerate(vocabulary())}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [_added(numbers, START, True), _added(numbers, END, False)],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "NFC"},
                {"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": " "},
                {"type": "Lowercase"},
            ],
        },
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [
                {"type": "Split", "pattern": {"Regex": SPLIT}, "behavior": "Removed", "invert": True},
                {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True},
            ],
        },
        "post_processor": _roberta(numbers) if roberta else _template(numbers, frame),
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": END,
            "continuing_subword_prefix": "",
            "end_of_word_suffix": END_OF_WORD,
            "fuse_unk": False,
            "vocab": numbers,
            "merges": [f"{left} {right}" for left, right in merges()],
        },
    }


def _added(numbers: dict[str, int], token: str, normalized: bool) -> dict[str, Any]:
    flags = dict.fromkeys(("single_word", "lstrip", "rstrip"), False)
    return {"id": numbers[token], "special": True, "content": token, "normalized": normalized, **flags}


def _roberta(numbers: dict[str, int]) -> dict[str, Any]:
    ends = {"sep": [END, numbers[END]], "cls": [START, numbers[START]]}
    return {"type": "RobertaProcessing", **ends, "trim_offsets": False, "add_prefix_space": False}


def _template(numbers: dict[str, int], frame: tuple[str | None, str]) -> dict[str, Any]:
    before, after = frame
    special = [token for token in frame if token is not None]
    single: list[dict[str, Any]] = [
        *([{"SpecialToken": {"id": before, "type_id": 0}}] if before else []),
        {"Sequence": {"id": "A", "type_id": 0}},
        {"SpecialToken": {"id": after, "type_id": 0}},
    ]
    return {
        "type": "TemplateProcessing",
        "single": single,
        "pair": [*single, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {
            token: {"id": token, "ids": [numbers[token]], "tokens": [token]} for token in special
        },
    }
