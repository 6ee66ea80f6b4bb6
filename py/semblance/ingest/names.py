"""Names of files and of the items in them: which are the same, and which must be kept apart."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, MutableMapping
from dataclasses import replace

from semblance.documents import Document
from semblance.ingest.formats import suffix_of


def composed(name: str) -> str:
    r"""A file's name with composed letters (NFC), since some systems write “é” as two characters and others as one.

    Examples
    --------
    >>> composed("cafe\u0301.md") == "caf\xe9.md"
    True
    """
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def kept_apart(
    documents: Iterable[Document], file: str, owners: MutableMapping[str, str]
) -> Iterator[Document]:
    """The documents of a file, under ids that no other file of the same addition has.

    Parameters
    ----------
    documents : iterable of Document
        Those of one file, each with an id of its own.
    file : str
        Its name.
    owners : mutable mapping of str to str
        The file of each id so far. The new ones are added.

    Examples
    --------
    >>> owners = {}
    >>> rows = [Document("1", "plum")], [Document("1", "lathe")]
    >>> [document.id for number in (0, 1) for document in kept_apart(rows[number], f"{number}.csv", owners)]
    ['1', '1.csv/1']
    """
    for document in documents:
        id = document.id
        if id in owners:
            whole = file if id == file or file.endswith(f"/{id}") else f"{file}/{id}"
            id = whole if whole not in owners else _numbered(whole, owners)
        owners[id] = file
        yield document if id == document.id else replace(document, id=id)


def _numbered(name: str, owners: MutableMapping[str, str]) -> str:
    """A name with a number before its suffix, as file managers give it to a copy."""
    stem = name[: len(name) - len(suffix_of(name))]
    suffix = name[len(stem) :]
    number = 2
    while (numbered := f"{stem} ({number}){suffix}") in owners:
        number += 1
    return numbered
