"""Splits documents into passages that fit into an encoder.

`segment` finds sentences, lines of code and headings. `pack` fills passages with them. `split` does both for a
document, with lengths from a tokenizer. Passages start at headings, end at sentences and overlap by whole
sentences. Together they cover all of the text that is not blank.

A text is tokenized here, to be measured, and again when its passages are embedded. That costs 1.0 to 1.5 % of a run. The
ids of sentences can't be joined to those of a passage without a rule for each kind of tokenizer, and other ids are other
vectors.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import NamedTuple

from semblance.breaks import last_break, last_gap, may_break
from semblance.documents import Passage
from semblance.embedding.sentences import Segment, segment, trimmed
from semblance.pace import Pacer

__all__ = ["Chunking", "pack", "segment", "split"]

CountTokens = Callable[[Sequence[str]], Awaitable[list[int]]]

MAX_PASSAGES = 2000
"""Most passages of a document. The rest of a longer document is reported as cut, not silently lost."""

ALGORITHM = 2
"""A new number for each change that splits the same text in another way. Stored vectors then become stale."""

# A stretch counts as at least one token for so many characters. Otherwise a word of a million letters would be one
# passage, because WordPiece makes one unknown token of it.
_CHARACTERS_PER_TOKEN = 32
_WINDOW = 50_000  # characters whose tokens are counted in one call

_VISIBLE = re.compile(r"\S")
_SPACE = re.compile(r"\s")


class _Weighed(NamedTuple):
    segment: Segment
    weight: int

    def fits(self, budget: int) -> bool:
        """Whether it need not be cut. A single character can't be cut."""
        return self.weight <= budget or self.segment.end - self.segment.start == 1


@dataclass(frozen=True, slots=True)
class Chunking:
    """How documents are split; part of the fingerprint of every vector.

    On 577 posts of a blog (all-MiniLM-L6-v2, int8, titles embedded too), passages of 254, 128 and 64 tokens
    find the post that a sentence was taken from among the first five in 76, 75 and 73 % of 344 cases, and put
    46, 47 and 49 % of the nearest five posts in the same topic folder, with 3,800, 7,600 and 15,900 vectors.

    Parameters
    ----------
    budget : int
        Most tokens in a passage; the encoder's own limit holds where it is lower.
    overlap : int
        About how many tokens a passage repeats of the one before, in whole sentences.
    """

    budget: int = 254
    overlap: int = 32

    def within(self, limit: int) -> Chunking:
        """The same for an encoder that sees at most `limit` tokens."""
        budget = max(1, min(self.budget, limit))
        return replace(self, budget=budget, overlap=min(self.overlap, budget // 2))

    @property
    def fingerprint(self) -> str:
        return f"{ALGORITHM}/{self.budget}/{self.overlap}/{MAX_PASSAGES}"

    async def split(
        self, text: str, count_tokens: CountTokens, budget: int
    ) -> tuple[tuple[Passage, ...], int]:
        """Split a document of which a passage gets at most `budget` tokens, beside its title; see `split`."""
        return await split(text, count_tokens, budget, self.overlap)


async def split(
    text: str, count_tokens: CountTokens, budget: int, overlap: int = 0
) -> tuple[tuple[Passage, ...], int]:
    """Split a text into passages of at most `budget` tokens.

    Parameters
    ----------
    text : str
    count_tokens : async callable
        Tokens of each of several texts, as `semblance.ports.TextEncoder.count_tokens`.
    budget, overlap : int
        See `Chunking`.

    Returns
    -------
    passages : tuple of Passage
        In order; none for a blank text.
    cut : int
        Characters at the end that no passage covers, 0 unless `MAX_PASSAGES` was reached.

    Examples
    --------
    >>> import asyncio
    >>> async def words(texts):
    ...     return [len(text.split()) for text in texts]
    >>> asyncio.run(split("One two three. Four five.  Six seven eight nine.", words, budget=5))
    ((Passage(start=0, end=25, heading=''), Passage(start=27, end=48, heading='')), 0)
    """
    segments, counts = await _weigh(text, count_tokens, budget)
    passages: list[Passage] = []
    pacer = Pacer()
    for passage in pack(segments, counts, budget, overlap):
        if len(passages) == MAX_PASSAGES:
            return tuple(passages), len(text.rstrip()) - passages[-1].end
        passages.append(passage)
        await pacer.breathe()
    rest = len(text.rstrip()) - passages[-1].end if passages else 0
    return tuple(passages), rest


async def _weigh(text: str, count_tokens: CountTokens, budget: int) -> tuple[list[Segment], list[int]]:
    """Segments that each fit the budget, and their tokens. It stops where no more passages would be kept."""
    weighed: list[_Weighed] = []
    enough = MAX_PASSAGES * budget
    pacer = Pacer()
    window: list[Segment] = []
    size = total = 0
    for piece in segment(text, stop=enough * _CHARACTERS_PER_TOKEN):
        window.append(piece)
        size += piece.end - piece.start
        await pacer.breathe()
        if size > _WINDOW:
            fitting = await _fit(text, window, count_tokens, budget)
            weighed += fitting
            total += sum(weight for _, weight in fitting)
            if total > enough:
                break
            window, size = [], 0
    else:
        weighed += await _fit(text, window, count_tokens, budget)
    return [piece for piece, _ in weighed], [weight for _, weight in weighed]


async def _fit(
    text: str, segments: Sequence[Segment], count_tokens: CountTokens, budget: int
) -> list[_Weighed]:
    """The segments with their tokens. Segments that are too long are cut into pieces that fit."""
    counts = await count_tokens([text[s.start : s.end] for s in segments]) if segments else []
    weighed = [
        _Weighed(s, max(count, -(-(s.end - s.start) // _CHARACTERS_PER_TOKEN)))
        for s, count in zip(segments, counts, strict=True)
    ]
    light = [item for item in weighed if item.fits(budget)]
    if len(light) == len(weighed):
        return light
    # Cut into quarters of a budget, so that passages can be filled and overlap.
    pieces = [
        piece
        for item in weighed
        if not item.fits(budget)
        for piece in _pieces(text, item.segment, 4 * -(-item.weight // budget))
    ]
    return sorted(light + await _fit(text, pieces, count_tokens, budget))


def _pieces(text: str, whole: Segment, parts: int) -> Iterator[Segment]:
    """Cut a segment into about so many parts, at least two. It is cut at words, an endless word at characters."""
    size = max(1, (whole.end - whole.start) // parts)
    start = whole.start
    while start < whole.end:
        end = trimmed(text, start, _piece_end(text, start, whole, size))
        yield Segment(start, end, whole.heading, whole.level if start == whole.start else 0)
        following = _VISIBLE.search(text, end, whole.end)
        start = following.start() if following else whole.end


def _piece_end(text: str, start: int, whole: Segment, size: int) -> int:
    target = start + size
    if target >= whole.end:
        return whole.end
    gap = last_gap(text, start + size // 2, target)
    if gap > start + size // 2:
        return gap
    before = last_break(text, start, target)
    if may_break(text, before):
        return before
    after = _SPACE.search(text, target, min(whole.end, start + 4 * size))
    if after:
        return after.start()
    # The last word may stay whole if something was cut off before it. Otherwise this would not get any further.
    return whole.end if whole.start < start and whole.end <= start + 4 * size else before


def pack(
    segments: Sequence[Segment], counts: Sequence[int], budget: int, overlap: int = 0
) -> Iterator[Passage]:
    """Fill passages with whole segments, greedily and in order.

    A text that fits the budget is one passage. In a longer text a heading starts a new passage, unless the text
    before or after it is tiny (below a quarter of the budget). A heading of the highest level always starts one. A
    last passage that would be tiny reaches back over more of the text before it.

    Parameters
    ----------
    segments : sequence of Segment
    counts : sequence of int
        Tokens of each segment.
    budget : int
        Most tokens in a passage; a single segment with more is a passage of its own.
    overlap : int
        Tokens that a passage may repeat of the one before.

    Yields
    ------
    Passage

    Examples
    --------
    >>> one, two, three = Segment(0, 5), Segment(6, 9), Segment(10, 14)
    >>> [(p.start, p.end) for p in pack([one, two, three], [5, 3, 4], budget=8, overlap=3)]
    [(0, 9), (6, 14)]
    """
    totals = [0, *accumulate(counts)]  # totals[j] - totals[i] tokens are in segments[i:j]
    for first, last in pairwise(_breaks(segments, totals, budget)):
        for i, j in _fill(totals, first, last, budget, overlap):
            yield Passage(segments[i].start, segments[j - 1].end, segments[i].heading)


def _breaks(segments: Sequence[Segment], totals: Sequence[int], budget: int) -> list[int]:
    """Indices between which passages are filled: 0, the headings that start a passage, and the end."""
    count = len(segments)
    headings = [i for i, s in enumerate(segments) if s.level]
    if not count or totals[count] <= budget or not headings:
        return [0, count] if count else [0]
    tiny, top = budget // 4, min(segments[i].level for i in headings)
    breaks = [0]
    for i, following in pairwise([*headings, count]):
        before = totals[i] - totals[breaks[-1]]
        joined = totals[following] - totals[breaks[-1]]
        absorbed = totals[following] - totals[i] < tiny and joined <= budget
        if i and (segments[i].level == top or (before >= tiny and not absorbed)):
            breaks.append(i)
    return [*breaks, count]


def _fill(
    totals: Sequence[int], first: int, last: int, budget: int, overlap: int
) -> Iterator[tuple[int, int]]:
    """Index ranges within [first, last), each of at most `budget` tokens, overlapping."""
    start, previous = first, None
    while True:
        end = max(start + 1, bisect_right(totals, totals[start] + budget, start + 1, last + 1) - 1)
        if end == last:
            break
        yield start, end
        previous = start
        # Reach back for the overlap, as far as the next segment still fits.
        reach = max(totals[end] - overlap, totals[end + 1] - budget)
        start = bisect_left(totals, reach, start + 1, end)
    if previous is not None and totals[last] - totals[start] < budget // 4:
        start = min(start, bisect_left(totals, totals[last] - budget // 2, previous + 1, start))
    yield start, last
