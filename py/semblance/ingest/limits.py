"""Limits to what is read, so that no file can use up the page's memory or time."""

from __future__ import annotations

from dataclasses import dataclass

from semblance.errors import TooLarge
from semblance.messages import Message


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for one file. Sizes are in bytes unless the name says otherwise.

    Parameters
    ----------
    file_bytes : int
        A file, and an entry of an archive once unpacked.
    archive_bytes : int
        All entries of an archive, unpacked.
    streamed_bytes : int
        An archive that is larger than a file may be: its entries are read one after another.
    archive_entries : int
        Entries of an archive, read or not.
    archive_ratio : int
        Unpacked to packed size of an entry; deflate itself can't exceed 1032.
    front_matter_chars : int
        Front matter of a Markdown file; reading YAML is slow, about 60 characters a millisecond in a page.
    metadata_bytes : int
        Metadata of one item, as JSON.
    record_chars : int
        A row of a table that spans lines: one that goes on for longer has an unclosed quote.
    failures : int
        Items of one file that are named one by one because they can't be used; the others are counted.
    paper_chars : int
        Text of one PDF, Word document, e-book or presentation.
    page_seconds : int
        Time in which a page of one, or a chapter or slide, must be read; else its reading is ended.
    paper_seconds : int
        Time after which no further page of one is read; those before are kept.
    paper_memory_bytes : int
        Memory of the second Python, which reads them.
    depth : int
        Elements of XML, and lists and objects of JSON, inside one another.
    """

    file_bytes: int = 50_000_000
    archive_bytes: int = 200_000_000
    streamed_bytes: int = 2_000_000_000
    archive_entries: int = 10_000
    archive_ratio: int = 200
    front_matter_chars: int = 8_000
    metadata_bytes: int = 16_000
    record_chars: int = 2_000_000
    failures: int = 1_000
    paper_chars: int = 10_000_000
    page_seconds: int = 20
    paper_seconds: int = 120
    paper_memory_bytes: int = 1_000_000_000
    depth: int = 100


LIMITS = Limits()


def human_size(size: int) -> str:
    """A number of bytes for people, in decimal units as file managers show it.

    Examples
    --------
    >>> human_size(999), human_size(1500), human_size(200_000_000)
    ('999 bytes', '1.5 KB', '200 MB')
    """
    for bound, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "KB")):
        if size >= bound:
            return f"{size / bound:.1f}".removesuffix(".0") + f" {unit}"
    return Message("wording.bytes", count=size).said()


def check_size(name: str, size: int, limits: Limits = LIMITS) -> None:
    """Refuse a file by its size before its bytes are read. For pictures see `semblance.picture_file.check_size`.

    Parameters
    ----------
    name : str
        The file's name, for the message.
    size : int
        Its size in bytes.
    limits : Limits, optional

    Raises
    ------
    TooLarge
        Names the file, its size and the limit.

    Examples
    --------
    >>> check_size("a.md", 200_000_000)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    semblance.errors.TooLarge: a.md: it is 200 MB, and the limit is 50 MB. Split it ...
    """
    if size > limits.file_bytes:
        limit = human_size(limits.file_bytes)
        raise TooLarge("ingest.too_large", size=human_size(size), limit=limit, where=name)
