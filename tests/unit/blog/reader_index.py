"""A reader of docs/reader-index.md. It shares no code with what writes the index."""

import json
from bisect import bisect
from collections import Counter
from gzip import GzipFile
from pathlib import Path
from typing import Any

import numpy as np


class File(GzipFile):
    def __init__(self, folder: Path, path: str) -> None:
        super().__init__(folder / f"{path}.smbr")
        assert self.read(6) == f"SMBR\x04{path[0]}".encode()

    def number(self) -> int:
        (byte,) = self.read(1)
        return byte if byte < 128 else byte - 128 + 128 * self.number()

    def numbers(self) -> list[int]:
        return [self.number() for _ in range(self.number())]

    def bytes(self) -> Any:
        return np.frombuffer(self.read(self.number()), np.uint8)

    def strings(self) -> list[str]:
        count, last = range(self.number()), b""
        return [(last := last[: self.number()] + self.read(self.number())).decode() for _ in count]

    def vectors(self) -> Any:
        dims, scales = self.number(), self.bytes().view("<f4")
        packed = np.frombuffer(self.read(len(scales) * dims // 2), np.uint8)
        levels = np.stack([packed & 15, packed >> 4], axis=1).reshape(len(scales), dims)
        return (levels - 7.5) * scales[:, np.newaxis]


class ReaderIndex:
    def __init__(self, folder: Path) -> None:
        self.folder, file = folder, File(folder, "catalogue")
        self.lengths, self.passages, self.common = 2 ** (file.bytes() / 8) - 1, file.numbers(), file.strings()
        self.own, self.scores, self.others = file.strings(), file.bytes() / -12, file.strings()
        self.words, self.stop_words, self.least = file.strings(), file.strings(), file.number() / 100
        self.common_rows, self.areas, self.centres = file.vectors(), file.numbers(), file.vectors()

    def post(self, number: int) -> Any:
        return json.load(File(self.folder, f"posts/{number}"))

    def filters(self) -> Any:
        """The posts of each tag, and of each year."""
        file = File(self.folder, "filters")
        return [{name: np.cumsum(file.numbers()).tolist() for name in file.strings()} for _ in range(2)]

    def row(self, token: str) -> Any:
        """The vector of a token; None if it has none."""
        if token in self.common:
            return self.common_rows[self.common.index(token)]
        if token in self.own:
            file, place = divmod(self.own.index(token), 8)
            return File(self.folder, f"rows/{file}").vectors()[place]
        others = File(self.folder, f"others/{bisect(self.others, token)}")
        return dict(zip(others.strings(), others.vectors(), strict=True)).get(token)

    def similar(self, query: Any) -> Any:
        """The estimated cosine of each passage with a query, and its number."""
        areas = [File(self.folder, f"areas/{area}").vectors() for area, _ in enumerate(self.areas)]
        for number, centre in enumerate(np.concatenate(areas or [self.centres])):
            group = File(self.folder, f"groups/{number}")
            passages, lengths = np.cumsum(group.numbers()), 2 ** (group.bytes() / -16)
            signs = np.unpackbits(group.bytes(), bitorder="little").reshape(len(passages), -1) * 2.0 - 1
            yield from zip(centre @ query + lengths * (signs @ query), passages, strict=True)

    def having(self, word: str) -> Counter[int]:
        """The posts that have a word in any form, and how often."""
        file = File(self.folder, f"words/{bisect(self.words, word)}")
        stems, counts = dict(zip(file.strings(), file.numbers(), strict=True)), iter(file.bytes().tolist())
        posts = [dict(zip(np.cumsum(file.numbers()).tolist(), counts, strict=False)) for _ in stems]
        forms = [Counter(posts[i]) for i, stem in enumerate(stems.values()) if stem == stems.get(word)]
        return sum(forms, Counter())
