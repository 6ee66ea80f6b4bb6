"""PDF: the text layer, page by page. A scan without one has no text, and is named."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from semblance.errors import EmptyDocument, InputError, Malformed, UnsafeDocument
from semblance.ingest.items import Apart, Steps, joined
from semblance.ingest.kinds import KINDS, refusal
from semblance.ingest.limits import human_size
from semblance.ingest.papers import lines as layout
from semblance.ingest.papers.lines import Line
from semblance.ingest.papers.writing import item_of, joined_pages
from semblance.messages import Message

if TYPE_CHECKING:
    from pypdf import PdfReader

_HEADER = b"%PDF-"
_HEADER_WITHIN = 1_024  # bytes: programs that show PDFs pass over what stands before it
_UNREADABLE = 0.3  # so large a share of characters that no font explains makes a text of no use
_SHOWN = 5  # ranges of pages that a note names


def read(paper: Apart) -> Steps:
    """One item: the text of all pages, as paragraphs. Lines that many pages repeat, such as page numbers, are left out;
    words that the end of a line divides are whole again.
    """
    if _HEADER not in paper.data[:_HEADER_WITHIN]:
        raise Malformed("papers.no_pdf", where=paper.where, remedy="ingest.copy_again")
    pages: list[list[Line]] = []
    broken: list[int] = []
    deadline = time.monotonic() + paper.limits.paper_seconds
    reader = _open(paper)
    total = _length(reader, paper)
    size = 0
    for number in range(total):
        if pages and time.monotonic() > deadline:
            break
        if _is_end(reader, number):
            total = number
            break
        try:
            page = _lines(reader, number)
        except MemoryError:
            raise
        except Exception as error:  # a page may be damaged in any way
            _refuse_bomb(error, paper)
            broken.append(number + 1)
            page = []
        pages.append(page)
        size += sum(len(line.text) for line in page)
        if size > paper.limits.paper_chars:
            raise UnsafeDocument("papers.long", limit=f"{paper.limits.paper_chars:,}", where=paper.where)
        yield None
    if not size:
        raise _without_text(pages, broken, paper)
    laid_out = layout.laid_out(pages)
    _check_characters(laid_out.pages, paper)
    metadata = {**_metadata(reader), "pages": len(pages)}
    titles = (metadata.pop("title", ""), laid_out.title)
    note = _note(pages, broken, total)
    yield item_of(paper, joined_pages(laid_out.pages), titles, metadata, note)


def _open(paper: Apart) -> PdfReader:
    import pypdf  # so large that it is imported with the first PDF
    from pypdf.errors import DependencyError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it mends what is damaged, and says so at length
    if b"/Encrypt" in paper.data:
        from semblance.ingest.papers.aes import lend_to_pypdf

        lend_to_pypdf()  # before it looks at the file
    try:
        reader = pypdf.PdfReader(io.BytesIO(paper.data))
        # Many files have an empty password: everybody may read them, but not change or print them.
        if reader.is_encrypted and not reader.decrypt(""):
            raise refusal(KINDS["locked_pdf"], paper.where)
    except DependencyError as error:  # this kind of encryption takes another library
        raise refusal(KINDS["locked_pdf"], paper.where) from error
    except (MemoryError, InputError):
        raise
    except Exception as error:
        _refuse_bomb(error, paper)
        raise _damaged(paper) from error
    return reader


def _length(reader: PdfReader, paper: Apart) -> int:
    try:
        return len(reader.pages)
    except MemoryError:
        raise
    except Exception as error:
        _refuse_bomb(error, paper)
        raise _damaged(paper) from error


def _damaged(paper: Apart) -> Malformed:
    return Malformed("ingest.damaged", where=paper.where, remedy="ingest.copy_again")


def _refuse_bomb(error: Exception, paper: Apart) -> None:
    """Refuse a stream that unpacks to more than pypdf's limit."""
    from pypdf import filters
    from pypdf.errors import LimitReachedError

    if isinstance(error, LimitReachedError):
        limit = human_size(filters.ZLIB_MAX_OUTPUT_LENGTH)
        raise UnsafeDocument("papers.bomb", limit=limit, where=paper.where) from error


def _is_end(reader: PdfReader, number: int) -> bool:
    """Whether a file has fewer pages than it says."""
    try:
        reader.pages[number]
    except IndexError:
        return True
    except Exception:  # a damaged page is read, and named, like any other
        return False
    return False


def _lines(reader: PdfReader, number: int) -> list[Line]:
    """The lines of a page as they stand in the file, with their places and sizes."""
    writer = layout.Lines()

    def visit(text: str, outer: list[float], inner: list[float], font: Any, size: float) -> None:
        writer.add(text, outer, inner, size)

    reader.pages[number].extract_text(visitor_text=visit)
    return writer.lines()


def _without_text(pages: list[list[Line]], broken: list[int], paper: Apart) -> Exception:
    if broken and len(broken) == len(pages):
        return _damaged(paper)
    return EmptyDocument("papers.scan", where=paper.where, remedy="papers.scan_remedy")


def _check_characters(pages: list[str], paper: Apart) -> None:
    """Refuse a text whose fonts don't say which characters they show."""
    text = "".join(pages)
    unknown = sum(char == "\ufffd" or "\ue000" <= char <= "\uf8ff" or char < "\t" for char in text)
    if unknown > _UNREADABLE * len(text):
        raise EmptyDocument("papers.no_characters", where=paper.where, remedy="papers.scan_remedy")


def _note(pages: list[list[Line]], broken: list[int], total: int) -> str:
    blank = [number for number, page in enumerate(pages, 1) if not page and number not in broken]
    rest = [*range(len(pages) + 1, total + 1)]
    notes = {"papers.blank": blank, "papers.broken": broken, "papers.rest": rest}
    return joined(
        *(
            Message(key, count=len(numbers), pages=_ranges(numbers)).said()
            for key, numbers in notes.items()
            if numbers
        )
    )


def _ranges(numbers: list[int]) -> str:
    """Numbers in order, for people.

    Examples
    --------
    >>> _ranges([2, 3, 4, 9])
    '2–4, 9'
    """
    ranges: list[tuple[int, int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1] = ranges[-1][0], number
        else:
            ranges.append((number, number))
    shown = [f"{a}–{b}" if a < b else f"{a}" for a, b in ranges[:_SHOWN]]
    return Message("ingest.between").said().join([*shown, *(["…"] if len(ranges) > _SHOWN else [])])


def _metadata(reader: PdfReader) -> dict[str, Any]:
    """What the file says about itself; without what can't be read."""
    values: dict[str, Any] = {}
    for key, value in _declared(reader):
        with suppress(Exception):
            values[key] = value()
    return values


def _declared(reader: PdfReader) -> Iterator[tuple[str, Any]]:
    about = None
    with suppress(Exception):  # what should hold it may be anything
        about = reader.metadata
    if about is not None:
        yield "title", lambda: str(about.title or "").strip()
        yield "author", lambda: str(about.author or "").strip()
        yield "subject", lambda: str(about.subject or "").strip()
        yield "date", lambda: about.creation_date.date().isoformat() if about.creation_date else ""
    yield "lang", lambda: str(reader.root_object.get("/Lang", ""))
