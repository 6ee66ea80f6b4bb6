"""Reading what a user adds: one reader a format, each file becoming `semblance.documents.Document`.

`read` is the way in, `check_size` for before there are bytes to read. Readers are generators that yield None
now and then, since in a browser they share the page's only thread.
"""

from semblance.ingest.limits import LIMITS, Limits, check_size
from semblance.ingest.reading import read

__all__ = ["LIMITS", "Limits", "check_size", "read"]
