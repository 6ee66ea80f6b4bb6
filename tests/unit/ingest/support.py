"""What the tests of the readers share."""

from __future__ import annotations

from typing import Any

from semblance.documents import Document, Failure
from semblance.errors import SemblanceError
from semblance.ingest import read


def read_all(name: str, data: bytes | str, **options: Any) -> tuple[list[Document], list[Failure]]:
    """The documents and the failures of a file, each in their order."""
    encoded = data.encode() if isinstance(data, str) else data
    found = [step for step in read(name, encoded, **options) if step is not None]
    return (
        [step for step in found if isinstance(step, Document)],
        [step for step in found if isinstance(step, Failure)],
    )


def read_one(name: str, data: bytes | str, **options: Any) -> Document:
    """The only document of a file that has no failures."""
    documents, failures = read_all(name, data, **options)
    assert failures == []
    (document,) = documents
    return document


def error_of(name: str, data: bytes | str, **options: Any) -> SemblanceError:
    """The error of a file that has one failure and no documents."""
    documents, failures = read_all(name, data, **options)
    assert documents == []
    (failure,) = failures
    return failure.error
