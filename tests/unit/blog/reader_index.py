"""A reader of docs/reader-index.md in few lines. It shares no code with what writes the index."""

from __future__ import annotations

import gzip
import json
import struct
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float64]


class Fields:
    def __init__(self, path: Path, kind: str) -> None:
        self.data = gzip.decompress(path.with_suffix(".smbr").read_bytes())
        assert self.data[:6] == b"SMBR\x03" + kind.encode()
        self.at = 6

    def take(self, count: int) -> bytes:
        self.at += count
        assert self.at <= len(self.data)
        return self.data[self.at - count : self.at]

    def number(self) -> int:
        (byte,) = self.take(1)
        return byte if byte < 128 else byte - 128 + 128 * self.number()

    def numbers(self, count: int) -> list[int]:
        return [self.number() for _ in range(count)]

    def ascending(self, count: int) -> list[int]:
        return list(accumulate(self.numbers(count)))

    def floats(self, count: int) -> list[float]:
        return list(struct.unpack(f"<{count}f", self.take(4 * count)))

    def strings(self) -> list[str]:
        strings = [b""]
        for _ in range(self.number()):
            shared = strings[-1][: self.number()]
            strings.append(shared + self.take(self.number()))
        return [string.decode() for string in strings[1:]]

    def rows(self, count: int, dims: int) -> Vectors:
        scales = np.array(self.floats(count))
        packed = np.frombuffer(self.take(count * dims // 2), np.uint8).reshape(count, dims // 2)
        levels = np.stack([packed & 15, packed >> 4], axis=2).reshape(count, dims)
        return np.asarray((levels - 7.5) * scales[:, np.newaxis])


@dataclass
class ReaderIndex:
    folder: Path

    def __post_init__(self) -> None:
        fields = Fields(self.folder / "catalogue", "c")
        self.dims, self.count = fields.number(), fields.number()
        self.lengths = [2 ** (byte / 8) - 1 for byte in fields.take(self.count)]
        self.passages = fields.numbers(self.count)
        self.rows_a_file = fields.number()
        self.is_unigram = fields.number() == 1
        self.common, self.own = fields.strings(), fields.strings()
        pieces = ["\u2581", *self.common, *self.own] if self.is_unigram else []
        self.scores = {
            piece: -byte / 12 for piece, byte in zip(pieces, fields.take(len(pieces)), strict=True)
        }
        self.others, self.words, self.stop_words = fields.strings(), fields.strings(), fields.strings()
        self.least = fields.number() / 100
        self.centres = fields.rows(fields.number(), self.dims)
        assert fields.at == len(fields.data)

    def post(self, number: int) -> dict[str, Any]:
        fields = Fields(self.folder / "posts" / str(number), "p")
        return dict(json.loads(fields.take(len(fields.data) - 6)))

    def filters(self) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
        """The posts of each tag, and of each year."""
        fields = Fields(self.folder / "filters", "f")
        tags = {name: fields.ascending(fields.number()) for name in fields.strings()}
        return tags, {name: fields.ascending(fields.number()) for name in fields.strings()}

    def row(self, token: str) -> Vectors:
        """The vector of a token of the site, or of a word that it never uses."""
        if token in self.common:
            rows = Fields(self.folder / "rows" / "common", "r").rows(len(self.common), self.dims)
            return np.asarray(rows[self.common.index(token)])
        if token in self.own:
            file, place = divmod(self.own.index(token), self.rows_a_file)
            count = min(self.rows_a_file, len(self.own) - file * self.rows_a_file)
            return np.asarray(Fields(self.folder / "rows" / str(file), "r").rows(count, self.dims)[place])
        file = max(0, sum(first <= token for first in self.others) - 1)
        fields = Fields(self.folder / "others" / str(file), "o")
        words = fields.strings()
        fields.take(len(words) if self.is_unigram else 0)
        return np.asarray(fields.rows(len(words), self.dims)[words.index(token)])

    def knows(self, word: str) -> bool:
        """Whether a word has a vector."""
        try:
            return self.row(word) is not None
        except ValueError:
            return False

    def similar(self, query: Vectors) -> list[int]:
        """Passages by their estimated products with a query, the best first."""
        scores: dict[int, float] = {}
        for number, centre in enumerate(self.centres):
            fields = Fields(self.folder / "groups" / str(number), "g")
            count = fields.number()
            passages, greatest = fields.ascending(count), fields.floats(1)[0]
            lengths = np.frombuffer(fields.take(count), np.uint8) / 255 * greatest
            bits = np.frombuffer(fields.take(count * self.dims // 8), np.uint8).reshape(count, -1)
            signs = np.unpackbits(bits, axis=1, bitorder="little") * 2.0 - 1
            scores.update(zip(passages, centre @ query + lengths * (signs @ query), strict=True))
        return sorted(scores, key=lambda passage: -scores[passage])

    def having(self, word: str) -> dict[int, int]:
        """The posts that have a word in any form, and how often."""
        file = max(0, sum(first <= word for first in self.words) - 1)
        fields = Fields(self.folder / "words" / str(file), "w")
        words = fields.strings()
        stems, sizes = fields.numbers(len(words)), fields.numbers(len(words))
        posts = [fields.ascending(size) for size in sizes]
        counts = [fields.take(size) for size in sizes]
        found: dict[int, int] = {}
        for place, stem in enumerate(stems):
            if word in words and stem == stems[words.index(word)]:
                for post, count in zip(posts[place], counts[place], strict=True):
                    found[post] = found.get(post, 0) + count
        return found
