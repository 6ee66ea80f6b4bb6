"""A reader of docs/reader-index.md. It shares no code with what writes the index."""

import gzip
import json
from bisect import bisect
from collections import Counter
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[Any]


class File(BytesIO):
    def __init__(self, folder: Path, path: str) -> None:
        super().__init__(gzip.decompress((folder / f"{path}.smbr").read_bytes()))
        assert self.read(6) == f"SMBR\x03{path[0]}".encode()

    def number(self) -> int:
        (byte,) = self.read(1)
        return byte if byte < 128 else byte - 128 + 128 * self.number()

    def numbers(self, count: int) -> list[int]:
        return [self.number() for _ in range(count)]

    def ascending(self, count: int) -> list[int]:
        return list(accumulate(self.numbers(count)))

    def bytes(self, *shape: int) -> Vectors:
        return np.frombuffer(self.read(int(np.prod(shape))), np.uint8).reshape(shape)

    def strings(self) -> list[str]:
        strings = [b""]
        for _ in range(self.number()):
            strings.append(strings[-1][: self.number()] + self.read(self.number()))
        return [string.decode() for string in strings[1:]]

    def lists(self) -> dict[str, list[int]]:
        return {name: self.ascending(self.number()) for name in self.strings()}

    def vectors(self, dims: int) -> Vectors:
        """All that is left of the file."""
        count = (len(self.getvalue()) - self.tell()) // (4 + dims // 2)
        scales, packed = self.bytes(count, 4).view("<f4"), self.bytes(count, dims // 2, 1)
        levels = np.concatenate([packed & 15, packed >> 4], axis=2)
        return np.asarray((levels.reshape(count, dims) - 7.5) * scales)


class ReaderIndex:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        file = File(folder, "catalogue")
        self.dims, self.count = file.numbers(2)
        self.lengths = 2 ** (file.bytes(self.count) / 8) - 1
        self.passages = file.numbers(self.count)
        self.rows_a_file, self.is_unigram = file.numbers(2)
        self.common, self.own = file.strings(), file.strings()
        tokens = ["\u2581", *self.common, *self.own] if self.is_unigram else []
        self.scores = dict(zip(tokens, file.bytes(len(tokens)) / -12, strict=True))
        self.others, self.words, self.stop_words = file.strings(), file.strings(), file.strings()
        self.least = file.number() / 100
        groups, self.centres = file.number(), file.vectors(self.dims)
        assert len(self.centres) == groups

    def post(self, number: int) -> Any:
        return json.load(File(self.folder, f"posts/{number}"))

    def filters(self) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
        """The posts of each tag, and of each year."""
        file = File(self.folder, "filters")
        return file.lists(), file.lists()

    def rows(self, token: str) -> dict[str, Vectors]:
        """The vectors in the file that has a token, or would have it."""
        file, tokens = File(self.folder, "rows/common"), self.common
        if token in self.own:
            number = self.own.index(token) // self.rows_a_file
            file, tokens = File(self.folder, f"rows/{number}"), self.own[number * self.rows_a_file :]
        elif token not in self.common:
            file = File(self.folder, f"others/{_place(token, self.others)}")
            tokens = file.strings()
            file.bytes(len(tokens) * self.is_unigram)  # their scores
        return dict(zip(tokens, file.vectors(self.dims), strict=False))

    def similar(self, query: Vectors) -> dict[int, float]:
        """The estimated cosines of passages with a query, the best first."""
        scores: dict[int, float] = {}
        for number, centre in enumerate(self.centres):
            file = File(self.folder, f"groups/{number}")
            count = file.number()
            passages, greatest = file.ascending(count), file.bytes(1, 4).view("<f4")[0, 0]
            lengths, bits = file.bytes(count) / 255 * greatest, file.bytes(count, self.dims // 8)
            signs = np.unpackbits(bits, axis=1, bitorder="little") * 2.0 - 1
            scores |= zip(passages, centre @ query + lengths * (signs @ query), strict=True)
        return dict(sorted(scores.items(), key=lambda passage: -passage[1]))

    def having(self, word: str) -> dict[int, int]:
        """The posts that have a word in any form, and how often."""
        file = File(self.folder, f"words/{_place(word, self.words)}")
        words = file.strings()
        stems, sizes = file.numbers(len(words)), file.numbers(len(words))
        posts = [file.ascending(size) for size in sizes]
        counts = [file.bytes(size).tolist() for size in sizes]
        total = Counter[int]()
        for place, stem in enumerate(stems):
            if word in words and stem == stems[words.index(word)]:
                total.update(dict(zip(posts[place], counts[place], strict=True)))
        return total


def _place(string: str, firsts: list[str]) -> int:
    return max(0, bisect(firsts, string) - 1)
