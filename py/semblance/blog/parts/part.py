"""Parts: a piece of a site's work for any process of any machine. A part is named by all that its result depends on.

There is a kind of part for each piece of work: pages that are read, posts that are split, texts that are embedded, posts
that are encoded for the reader's index. The bounds of parts lie at items whose own digest says so (content-defined
chunking). So where an item comes or goes, only the parts around it change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from semblance.blog.parts.part_file import pack
from semblance.blog.reader.cutting import Cutting, cutting_of, vocabulary_of
from semblance.errors import Malformed
from semblance.ports import PieceTokenizer, TextEncoder

T = TypeVar("T")
Result = TypeVar("Result", covariant=True)

MOST_ITEMS = 256
MOST_CHARS = 2**21
"""Posts of more characters together are in parts of their own: a part is in memory, and on its way to a worker, at once."""
_LAST_OF_PART = 4
"""An item whose digest begins with a lower byte ends its part: one item of 64."""


@dataclass(frozen=True, slots=True, eq=False)
class Tools:
    """What a part is computed with, as far as its kind needs it."""

    encoder: TextEncoder | None = None
    tokenizer: PieceTokenizer | None = None
    cutting: Cutting | None = None

    @classmethod
    async def of(cls, encoder: TextEncoder, tokenizer: PieceTokenizer) -> Tools:
        """All that a model gives. It takes a while to learn how the tokenizer cuts."""
        return cls(encoder, tokenizer, await cutting_of(tokenizer, await vocabulary_of(tokenizer)))


class Part(Protocol[Result]):
    """A piece of work, and all that it needs but for the model: a worker need not have our disk."""

    @property
    def model(self) -> str:
        """The name of the model whose tools it needs; empty if it needs none."""
        ...

    @property
    def fingerprint(self) -> str:
        """That of the model's encoder."""
        ...

    @property
    def key(self) -> str:
        """The SHA-256 of all that the result depends on, in hexadecimal digits."""
        ...

    @property
    def count(self) -> int:
        """The number of items."""
        ...

    @property
    def size(self) -> int:
        """The amount of work: characters or bytes."""
        ...

    @property
    def is_kept(self) -> bool:
        """Whether the cache keeps its file for the next run, since nothing else there keeps the result."""
        ...

    async def computed(self, tools: Tools) -> bytes:
        """The content of its file. It depends on the part alone, on one kind of processor."""
        ...

    def result(self, content: bytes) -> Result:
        """What the content of its file says. Raises Malformed if that can't be."""
        ...


async def compute(part: Part[Any], tools: Tools) -> bytes:
    """The file of a part."""
    return pack(part.key, await part.computed(tools))


def key_of(*inputs: Any) -> str:
    """The key of a part whose result depends on these inputs, which JSON can hold."""
    return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()


def divided(
    items: Iterable[T],
    name: Callable[[T], str],
    size: Callable[[T], int] = lambda item: 0,
    most: int = 1,
) -> Iterator[tuple[T, ...]]:
    """The items of each part, in their order.

    Parameters
    ----------
    items : iterable
        They are taken one at a time: all of them may be more than there is memory for.
    name : callable
        The text of an item that says whether its part ends there.
    size : callable
        The size of an item.
    most : int
        A part whose items have this size together ends there, too.
    """
    group, total = list[T](), 0
    for item in items:
        group.append(item)
        total += size(item)
        first_byte = hashlib.sha256(name(item).encode(errors="replace")).digest()[0]
        if first_byte < _LAST_OF_PART or len(group) == MOST_ITEMS or total >= most:
            yield tuple(group)
            group, total = [], 0
    if group:
        yield tuple(group)


def dumped(value: Any) -> bytes:
    """A value in JSON, as the content of a part."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")


def loaded(content: bytes, count: int) -> list[Any]:
    """A list from the content of a part; raises Malformed if it has not so many items."""
    try:
        values = json.loads(content.decode(errors="surrogatepass"))
    except ValueError as error:
        raise Malformed("it holds no JSON") from error
    if not isinstance(values, list) or len(values) != count:
        raise Malformed("it holds another number of items")
    return values
