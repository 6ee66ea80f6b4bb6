"""The second Python reads one file after another, and answers in lines. The other end is `semblance.ingest.apart`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from semblance.documents import Failure
from semblance.errors import UnsafeDocument
from semblance.ingest.apart import line_of_failure, line_of_item
from semblance.ingest.formats import EPUB, EXCEL, OPEN_DOCUMENT, OPEN_SHEETS, PDF, SLIDES, WORD
from semblance.ingest.items import Apart, Item, Steps, failure_of, mend
from semblance.ingest.limits import Limits, human_size
from semblance.ingest.papers import epub, open_document, pdf, sheets, slides, word
from semblance.messages import use

READERS: dict[str, Callable[[Apart], Steps]] = {
    **dict.fromkeys(PDF, pdf.read),
    **dict.fromkeys(WORD, word.read),
    **dict.fromkeys(EPUB, epub.read),
    **dict.fromkeys(SLIDES, slides.read),
    **dict.fromkeys(OPEN_DOCUMENT, open_document.read),
    **dict.fromkeys(EXCEL, sheets.read_excel),
    **dict.fromkeys(OPEN_SHEETS, sheets.read_open_document),
}
"""The reader for each suffix."""

WORKING = "{}"
"""The line that says that another page is read."""


def answer(header: str, data: bytes) -> Iterator[str]:
    """Read a file; gives the lines of the answer.

    Parameters
    ----------
    header : str
        As `semblance.ingest.apart.header` makes it.
    data : bytes
    """
    request = json.loads(header)
    use(request.pop("language"))
    paper = Apart(data=data, **{**request, "limits": Limits(**request["limits"])})
    try:
        for step in READERS[paper.format](paper):
            if isinstance(step, Item):
                yield line_of_item(step)
            elif isinstance(step, Failure):
                yield line_of_failure(step)
            else:
                yield WORKING
    except MemoryError:
        limit = human_size(paper.limits.paper_memory_bytes)
        yield line_of_failure(
            Failure(paper.name, UnsafeDocument("papers.memory", limit=limit, where=paper.where))
        )
    except Exception as error:  # a fault of a reader, or of its library, concerns only this file
        yield line_of_failure(failure_of(paper.name, error, paper.where))


def answer_all(header: str, data: Any, on_page: Callable[[], object]) -> str:
    """The same as one text, for a worker: ``data`` is a typed array, and ``on_page`` is called after each page."""
    lines = []
    for line in answer(header, data.to_bytes()):
        if line == WORKING:
            on_page()
        else:
            lines.append(mend(line))
    return "\n".join(lines)
