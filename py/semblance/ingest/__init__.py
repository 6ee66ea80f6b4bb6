"""Reading what a user adds: one reader a format, each file becoming `semblance.documents.Document`.

`read` is the way in, `check_size` for before there are bytes to read. Readers are generators that yield None
now and then, since in a browser they share the page's only thread. Pictures need not be read at all:
`is_picture` tells them by name, and their `Document` holds the file. `describe` joins a table with pictures.
"""

from semblance.ingest.catalogue import describe, may_describe
from semblance.ingest.formats import PICTURES, is_picture
from semblance.ingest.limits import LIMITS, Limits, check_size
from semblance.ingest.reading import read

__all__ = ["LIMITS", "PICTURES", "Limits", "check_size", "describe", "is_picture", "may_describe", "read"]
