"""Write the files of ``semblance/`` that a site's readers load, as docs/blog.md describes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from semblance.blog import vectors_file
from semblance.blog.neighbours import Neighbour
from semblance.blog.posts import Post
from semblance.blog.related import document, item, items
from semblance.blog.writing import INDEX, dumps, write, write_hashed
from semblance.parts.paths import ROOT
from semblance.parts.scripts import read_script
from semblance.ports import TextEncoder
from semblance.records import Record
from semblance.version import __version__

FORMAT = 1
SCRIPTS = ROOT / "static" / "js" / "blog"


@dataclass(frozen=True, slots=True)
class Indexed:
    """Posts, their records and their lists of related posts, in one order."""

    posts: Sequence[Post]
    records: Sequence[Record]
    lists: Sequence[Sequence[Neighbour]]

    def by_language(self) -> dict[str, list[int]]:
        """The rows of the posts of each language, the languages in order."""
        rows: dict[str, list[int]] = {}
        for row, post in enumerate(self.posts):
            rows.setdefault(post.language, []).append(row)
        return dict(sorted(rows.items()))

    def related(self) -> dict[str, list[dict[str, Any]]]:
        """The list of each post by its address, for templates."""
        return {
            post.url: items(self.posts, listed) for post, listed in zip(self.posts, self.lists, strict=True)
        }


def write_lists(folder: Path, indexed: Indexed) -> None:
    """Write a small file for each post, and one file with all lists for templates."""
    for post, listed in zip(indexed.posts, indexed.lists, strict=True):
        write(folder / "related" / f"{post.key}.json", document(items(indexed.posts, listed)))
    write(folder / "data" / "related.json", dumps(indexed.related()))


def write_scripts(folder: Path) -> None:
    """Write the elements that a page loads, and the style of the lists that are written into pages."""
    for script in sorted([*SCRIPTS.glob("*.js"), *SCRIPTS.glob("*.css")]):
        (folder / script.name).write_bytes(read_script(script.relative_to(ROOT)))


@dataclass(frozen=True, slots=True)
class Engine:
    """The engine that embeds a reader's queries, beside the reader's index.

    Parameters
    ----------
    folder : str
        Its folder, ending in a slash; empty if there is none.
    download : int
        Bytes that a reader loads of it, compressed.
    """

    folder: str = ""
    download: int = 0


@dataclass(frozen=True, slots=True)
class ReaderFiles:
    """The files of the reader's index.

    Parameters
    ----------
    scripts : sequence of str
        The scripts that search it, the entry first; empty if there is no search.
    indexes : mapping
        The folder of each language's index, ending in a slash.
    """

    scripts: Sequence[str] = ()
    indexes: Mapping[str, str] = field(default_factory=dict)


def write_index(
    folder: Path,
    indexed: Indexed,
    encoder: TextEncoder,
    reader: ReaderFiles,
    engine: Engine,
    *,
    by_words: Collection[str] = (),
) -> None:
    """Write the index of what a search needs, each language apart, and the files that the engine searches.

    Parameters
    ----------
    folder : Path
    indexed : Indexed
    encoder : TextEncoder
        The encoder that made the vectors.
    reader : ReaderFiles
    engine : Engine
    by_words : collection of str
        Languages that are searched by words alone, because the encoder does not know them. Readers get no vectors of them.
    """
    index: dict[str, Any] = {
        "format": FORMAT,
        "version": __version__,
        "model": {"name": encoder.name, "dims": encoder.dims, "fingerprint": encoder.fingerprint},
        "languages": {
            language: {"reader": reader.indexes[language], "count": len(rows)}
            | (
                _write_language(folder, indexed, rows, with_meaning=language not in by_words)
                if engine.folder
                else {}
            )
            for language, rows in indexed.by_language().items()
            if language in reader.indexes
        },
    }
    if reader.scripts:
        index["scripts"] = list(reader.scripts)
    if engine.folder:
        index |= {"engine": engine.folder, "engineBytes": engine.download}
    write(folder / INDEX, dumps(index))


def _write_language(
    folder: Path, indexed: Indexed, rows: Sequence[int], *, with_meaning: bool
) -> dict[str, Any]:
    posts = [item(indexed.posts[row]) | _tags(indexed.posts[row]) for row in rows]
    passages = (
        passage
        for number, row in enumerate(rows)
        for passage in _passages(number, indexed.posts[row], indexed.records[row])
    )
    text, text_bytes = write_hashed(folder, "posts-{}.json", _pieces(posts, passages))
    about: dict[str, Any] = {"posts": text, "bytes": {"posts": text_bytes}}
    if not with_meaning:
        return about
    codes = vectors_file.pack(np.concatenate([indexed.records[row].codes for row in rows]))
    vectors, vectors_bytes = write_hashed(folder, "vectors-{}.bin", [codes])
    about["bytes"]["vectors"] = vectors_bytes
    return about | {"vectors": vectors}


def _pieces(posts: Sequence[dict[str, Any]], passages: Iterable[list[Any]]) -> Iterator[bytes]:
    """The JSON of a language's posts and passages, piece by piece: the passages of 10,000 posts are large."""
    yield b'{"posts":' + dumps(posts).rstrip() + b',"passages":'
    before = b"["
    for passage in passages:
        yield before + dumps(passage).rstrip()
        before = b","
    yield (b"" if before == b"," else b"[") + b"]}\n"


def _tags(post: Post) -> dict[str, list[str]]:
    return {"tags": list(post.tags)} if post.tags else {}


def _passages(number: int, post: Post, record: Record) -> list[list[Any]]:
    return [
        [number, passage.heading, post.anchor(passage.start), post.content[passage.start : passage.end]]
        for passage in record.passages
    ]
