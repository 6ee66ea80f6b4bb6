"""Items, before they have vectors and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from semblance.errors import SemblanceError


@runtime_checkable
class ImageFile(Protocol):
    """A picture's file, wherever its bytes are. A file that the user chose is not read before it is needed."""

    @property
    def size(self) -> int:
        """Size in bytes."""
        ...

    async def read(self, start: int, stop: int) -> bytes:
        """The bytes from `start` to `stop`, as of a slice."""
        ...


@dataclass(frozen=True, slots=True)
class ImageBytes:
    """An `ImageFile` in memory."""

    data: bytes = field(repr=False)

    @property
    def size(self) -> int:
        return len(self.data)

    async def read(self, start: int, stop: int) -> bytes:
        return self.data[start:stop]


@dataclass(frozen=True, slots=True)
class Document:
    """One item to be embedded.

    Parameters
    ----------
    id : str
        Unique in its collection. Any text: slashes, quotes and emoji are fine.
    content : str
        The text that is embedded and shown.
    title : str
        Shown instead of the id where there is one.
    metadata : mapping of str to JSON values
        What came with the item: front matter, other columns, a link.
    source : str
        The folder or file that it was added with. `Collection.sync` compares the items of one source.
    note : str
        Something about how it was read that a user should know, such as a guessed encoding.
    image : ImageFile, optional
        For a picture: its file, which is embedded instead of the content.
    links : tuple of str
        What it links to by names that its content no longer shows, such as the notes of wiki links.
    """

    id: str
    content: str
    title: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    note: str = ""
    image: ImageFile | None = field(default=None, compare=False)
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """The parts of an embedded picture that are kept.

    Parameters
    ----------
    digest : str
        SHA-256 of the file's bytes, in hexadecimal.
    width, height : int
        In pixels, upright.
    thumbnail : bytes
        A JPEG whose shorter side is as long as models look at, so that it can be embedded again.
    original : bytes
        The file itself if the user wanted it kept, else empty.
    """

    digest: str
    width: int
    height: int
    thumbnail: bytes = field(repr=False)
    original: bytes = field(default=b"", repr=False)

    @property
    def file(self) -> ImageBytes:
        """The best that is kept of it."""
        return ImageBytes(self.original or self.thumbnail)


@dataclass(frozen=True, slots=True)
class Failure:
    """An item that could not be used, and why; or so many that are not named one by one."""

    id: str
    error: SemblanceError
    count: int = 1


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch ``content[start:end]`` of a document that has a vector of its own.

    Offsets count Unicode code points, as Python strings do.
    """

    start: int
    end: int
    heading: str = ""
