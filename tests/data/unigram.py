"""Cutting a text into the pieces of a Unigram model, written from its description: what tokenizers are checked against."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

SPACE = "\u2581"
PENALTY = 10  # what is unknown scores this much less than the worst piece


class Unigram:
    """The best cut of each word. `unknown` is the id of what no piece stands for; pieces of score 0 stand for no text."""

    def __init__(
        self, pieces: Sequence[str], scores: Sequence[float], normalization: Mapping[str, str], unknown: int
    ) -> None:
        self.ids = {piece: number for number, piece in enumerate(pieces) if scores[number] != 0}
        self.scores = scores
        self.normalization = normalization
        self.unknown = unknown
        self.worst = min(scores) - PENALTY
        self.longest = max(map(len, self.ids))

    def encode(self, text: str) -> list[int]:
        """Token ids, without special tokens."""
        mapped = "".join(self.normalization.get(character, character) for character in text)
        spaced = re.sub(" {2,}", " ", mapped)
        if spaced and not spaced.startswith(" "):
            spaced = " " + spaced
        return [
            number for word in re.findall(" [^ ]*", spaced) for number in self._cut(word.replace(" ", SPACE))
        ]

    def _cut(self, word: str) -> list[int]:
        best: list[tuple[float, int, int]] = [(0, 0, 0)] + [(float("-inf"), 0, 0)] * len(
            word
        )  # score, start, id
        for start, character in enumerate(word):
            for end in range(start + 1, min(len(word), start + self.longest) + 1):
                number = self.ids.get(word[start:end])
                if number is not None and best[start][0] + self.scores[number] > best[end][0]:
                    best[end] = (best[start][0] + self.scores[number], start, number)
            if character not in self.ids and best[start][0] + self.worst > best[start + 1][0]:
                best[start + 1] = (best[start][0] + self.worst, start, self.unknown)
        numbers: list[int] = []
        end = len(word)
        while end:
            _, end, number = best[end]
            if number != self.unknown or numbers[-1:] != [
                self.unknown
            ]:  # neighbours that are unknown are one
                numbers.append(number)
        return numbers[::-1]
