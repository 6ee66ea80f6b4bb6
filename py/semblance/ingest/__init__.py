"""Reads what a user adds. Each format has a reader, which turns files into `semblance.documents.Document`.

`read` is the entry point. `check_kind` and `check_size` check a file before its bytes are read. Readers are generators
that yield None now and then, because in a browser they share the page's only thread. Pictures are not read here:
`is_picture` tells them by name, and their `Document` holds the file. `describe` joins a table with pictures.
"""

from semblance.ingest.catalogue import describe, may_describe
from semblance.ingest.formats import PICTURES, is_hidden, is_picture, is_system_file
from semblance.ingest.kinds import READABLE, check_kind
from semblance.ingest.limits import LIMITS, Limits, check_size
from semblance.ingest.names import composed, kept_apart
from semblance.ingest.reading import read

__all__ = [
    "LIMITS",
    "PICTURES",
    "READABLE",
    "Limits",
    "check_kind",
    "check_size",
    "composed",
    "describe",
    "is_hidden",
    "is_picture",
    "is_system_file",
    "kept_apart",
    "may_describe",
    "read",
]
