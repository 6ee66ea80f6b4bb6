"""What ``embed`` and ``embed-multi`` embed: rows of a file or a query, files of folders, a text, a picture."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from semblance.documents import Document, Failure, ImageBytes
from semblance.errors import Malformed, SemblanceError, UnknownEncoding
from semblance.ingest import formats, is_picture, is_system_file
from semblance.ingest.decoding import decode
from semblance.ingest.items import failure_of, finished, title_of, without_long
from semblance.ingest.limits import Limits
from semblance.native import papers
from semblance.native.papers import Answer

STDIN = "-"
FORMATS = {
    "json": ".json",
    "csv": ".csv",
    "tsv": ".tsv",
    "nl": ".jsonl",
    "ndjson": ".jsonl",
    "jsonl": ".jsonl",
}
_ONE_TEXT = (*formats.TABLES, *formats.JSON, *formats.JSON_LINES, *formats.FEEDS)
"""Files of a folder that are one item each, as in ``llm``, although they hold several."""

# Whoever names a file on a command line means all of it; a page has to be careful with its memory.
_LIMITS = Limits(file_bytes=4_000_000_000, archive_bytes=4_000_000_000, archive_entries=1_000_000)

Read = Document | Failure


@dataclass(frozen=True, slots=True)
class FileOnDisk:
    """A picture's file, an `ImageFile` that is read when it is needed."""

    path: Path

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    async def read(self, start: int, stop: int) -> bytes:
        return await asyncio.to_thread(self._read, start, stop)

    def _read(self, start: int, stop: int) -> bytes:
        with self.path.open("rb") as file:
            file.seek(start)
            return file.read(stop - start)


def content_of(data: bytes, where: str, *, binary: bool = False) -> str | ImageBytes:
    """A text, or a picture: one by its first bytes, or because the user says so.

    Raises
    ------
    NotText, UnknownEncoding
        If it is neither.
    """
    if binary or formats.picture_suffix(data):
        return ImageBytes(data)
    return finished(decode(data, where=where)).text


def input_bytes(name: str) -> bytes:
    """The bytes of a file, or of the standard input."""
    return sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()


def rows_of_file(name: str, format: str = "", answer: Answer | None = None) -> Iterator[Read]:
    """The items of a CSV, TSV, JSON or NDJSON file, or of any other that the app reads: see `semblance.ingest`."""
    data = input_bytes(name)
    suffix = FORMATS.get(format) or (formats.suffix_of(name) if name != STDIN else "")
    known = suffix in formats.READ_BY_SUFFIX
    stem = "standard input" if name == STDIN else Path(name).name
    named = stem if known and not format else f"{stem}{suffix if known else guess(data)}"
    yield from _read(named, data, answer)


def guess(data: bytes) -> str:
    r"""The suffix of what a file without one seems to hold.

    Examples
    --------
    >>> guess(b' [{"id": 1}]'), guess(b'{"id": 1}\n{"id": 2}\n'), guess(b"id\ttext\n"), guess(b"id,text\n")
    ('.json', '.jsonl', '.tsv', '.csv')
    """
    head = data[:1_000_000].lstrip()
    first, _, rest = head.partition(b"\n")
    if head.startswith(b"{") and _is_json(first) and rest.strip():
        return ".jsonl"
    if head.startswith((b"[", b"{")):
        return ".json"
    return ".tsv" if b"\t" in first else ".csv"


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def rows_of_query(query: str, file: Path | None, attached: Sequence[tuple[str, str]] = ()) -> Iterator[Read]:
    """The rows of an SQL query: the first column is the id, the others joined are the text.

    Parameters
    ----------
    query : str
    file : Path, optional
        An SQLite database; it is only read.
    attached : sequence of (str, str)
        Names and files of databases that the query may use as well.

    Raises
    ------
    Malformed
        If the query fails.
    """
    address = f"{file.resolve().as_uri()}?mode=ro" if file else ":memory:"
    try:
        with closing(sqlite3.connect(address, uri=True)) as db:
            for name, path in attached:
                db.execute(f"ATTACH ? AS {quoted(name)}", (f"{Path(path).resolve().as_uri()}?mode=ro",))
            rows = db.execute(query)
            names = [column[0] for column in rows.description or ()]
            for row in rows:
                yield _document(names, row)
    except sqlite3.Error as error:
        raise Malformed(f"the query fails ({error})", where=str(file or query)) from error


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def _document(names: Sequence[str], row: Sequence[Any]) -> Document:
    id, values = str(row[0]), dict(zip(names[1:], row[1:], strict=True))
    pictures = [value for value in values.values() if isinstance(value, bytes)]
    texts = {
        name: value for name, value in values.items() if value is not None and not isinstance(value, bytes)
    }
    if pictures:
        return Document(id, "", title_of(texts), without_long(texts), image=ImageBytes(pictures[0]))
    content = " ".join(map(str, texts.values()))
    return Document(id, content, title_of(texts), without_long(texts))


def files_of(
    folder: Path, pattern: str, encodings: Sequence[str] = (), *, binary: bool = False
) -> Iterator[Read]:
    """The files of a folder that fit a pattern, one item a file; ids are their paths in the folder.

    Raises
    ------
    Malformed
        If there is no such folder, or the pattern is none.
    """
    if not folder.is_dir():
        raise Malformed("there is no such folder", where=str(folder), remedy="Check the path.")
    try:
        paths = sorted(path for path in folder.glob(pattern) if path.is_file())
    except (ValueError, NotImplementedError) as error:
        raise Malformed(
            f"{pattern} is no pattern ({error})", where=str(folder), remedy="Write it as **/*.md."
        ) from error
    for path in paths:
        id = path.relative_to(folder).as_posix()
        if not is_system_file(id):
            yield from _file(id, path, encodings, binary=binary)


def _file(id: str, path: Path, encodings: Sequence[str], *, binary: bool) -> Iterator[Read]:
    if binary or is_picture(id):
        yield Document(id, "", image=FileOnDisk(path))
        return
    try:
        data = path.read_bytes()
        if encodings:
            yield Document(id, _decoded(data, encodings, id))
        elif formats.format_of(id, data) in _ONE_TEXT:
            yield Document(id, finished(decode(data, where=id)).text)
        else:
            yield from _read(id, data)
    except (OSError, SemblanceError) as error:
        yield failure_of(id, error, id)


def _decoded(data: bytes, encodings: Sequence[str], where: str) -> str:
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    raise UnknownEncoding(f"it is not in {' or '.join(encodings)}", where=where)


def _read(name: str, data: bytes, answer: Answer | None = None) -> Iterator[Read]:
    return papers.read(name, data, limits=_LIMITS, answer=answer)


def with_prefix(items: Iterable[Read], prefix: str, metadata: Mapping[str, Any]) -> Iterator[Read]:
    """The items, their ids after a prefix, with some metadata beside their own."""
    for item in items:
        if isinstance(item, Failure):
            yield item
        else:
            yield replace(item, id=f"{prefix}{item.id}", metadata={**item.metadata, **metadata})
