"""Pages that are read together: as far as each can be read alone."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from semblance.blog.body import Link
from semblance.blog.dates import Days
from semblance.blog.metadata import Metadata
from semblance.blog.page import Heading, Page, read_page
from semblance.blog.parts.part import Tools, divided, dumped, key_of, loaded
from semblance.blog.posts import Place
from semblance.documents import Failure
from semblance.errors import Malformed
from semblance.ingest.items import failure_of
from semblance.version import __version__

ALGORITHM = 1
"""A new number for each change, between two versions, by which the same page could be read otherwise."""

MOST_BYTES = 2**22
"""Pages of more bytes together are read apart: they are in memory, and on their way to a worker, at once."""

D = TypeVar("D")


class Source(NamedTuple):
    """The file of a page, by its path relative to the site's root, and its bytes."""

    file: str
    data: bytes


@dataclass(frozen=True)
class ReadingPart:
    """Pages that are read together.

    Parameters
    ----------
    sources : tuple of Source
    """

    sources: tuple[Source, ...]

    model = fingerprint = ""
    is_kept = True

    @cached_property
    def key(self) -> str:
        """The SHA-256 of the pages and their paths, and of the version that reads them."""
        digests = [(file, hashlib.sha256(data).hexdigest()) for file, data in self.sources]
        return key_of("reading", ALGORITHM, __version__, digests)

    @property
    def count(self) -> int:
        """The number of pages."""
        return len(self.sources)

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(len(data) for _, data in self.sources)

    async def computed(self, tools: Tools) -> bytes:
        """The pages in JSON; null for one that can't be read. Whoever asked reads that again, and learns why."""
        return dumped([_values(read_source(source)) for source in self.sources])

    def result(self, content: bytes) -> list[Page | None]:
        """The pages, in the order of their sources; None for one that can't be read."""
        values = loaded(content, len(self.sources))
        try:
            return [None if value is None else _page(value) for value in values]
        except (TypeError, ValueError, AttributeError) as error:
            raise Malformed("it holds something else than pages") from error


def reading_parts(sources: Iterable[Source]) -> Iterator[ReadingPart]:
    """The parts that hold all pages, in their order. A page's path decides where a part ends: a page that changes, one."""
    groups = divided(sources, lambda source: source.file, lambda source: len(source.data), MOST_BYTES)
    return map(ReadingPart, groups)


_FIELDS = attrgetter(*(field.name for field in fields(Page)))
_OF_METADATA = attrgetter(*(field.name for field in fields(Metadata)))
_OF_DAYS = attrgetter(*(field.name for field in fields(Days)))
_OF_HEADING = attrgetter(*(field.name for field in fields(Heading)))


def read_source(source: Source) -> Page | Failure:
    """A page, or why it can't be read."""
    try:
        return read_page(*source)
    except Exception as error:  # whatever a page makes a parser raise concerns this page alone
        return failure_of(source.file, error, source.file)


def _values(page: Page | Failure) -> list[Any] | None:
    if isinstance(page, Failure):
        return None
    values = dict(zip(Page.__slots__, _FIELDS(page), strict=True))
    values["metadata"] = _OF_METADATA(page.metadata)
    values["days"] = _OF_DAYS(page.days)
    values["headings"] = list(map(_OF_HEADING, page.headings))
    return list(values.values())


def _page(values: list[Any]) -> Page:
    """The page that these values are of. Words that many pages share are in memory once, as when they are read."""
    named = dict(zip(Page.__slots__, values, strict=True))
    named["anchors"] = tuple((offset, id) for offset, id in named["anchors"])
    named["metadata"] = Metadata(*map(_with_tuples, named["metadata"]))
    named["headings"] = tuple(Heading(*heading) for heading in named["headings"])
    named["links"] = tuple(Link(sys.intern(href), *rest) for href, *rest in named["links"])
    named["labels"] = {sys.intern(href): sys.intern(label) for href, label in named["labels"].items()}
    named["days"] = Days(*map(_with_tuples, named["days"]))
    named["place"] = Place(*named["place"])
    return Page(**named)


def _with_tuples(value: Any) -> Any:
    return tuple(map(sys.intern, value)) if isinstance(value, list) else value
