"""Where the elements of a page begin and end in its source, as browsers read it."""

from __future__ import annotations

from dataclasses import dataclass

from semblance.ingest.tags import Scanner

_TRACKED = frozenset(
    (
        *(
            "html",
            "body",
            "main",
            "article",
            "section",
            "div",
            "center",
            "aside",
            "header",
            "footer",
            "nav",
            "form",
        ),
        *("blockquote", "figure", "details", "fieldset", "table", "td", "th", "caption", "related-posts"),
    )
)
_BOUNDARIES = (
    "table",
    "td",
    "th",
    "caption",
)  # an end tag ends no element outside the cell that it stands in


@dataclass(frozen=True, slots=True)
class Span:
    """An element's source: where its start tag begins, and where its content ends."""

    start: int
    end: int


def find_element(text: str, tag: str, number: int = 0) -> Span | None:
    """The element with a number, from 0, among those of its tag; None if there is none.

    An element ends where its end tag stands, or that of an element around it, or else with the page. The page's own
    elements need no tags. Elements in templates don't count.

    Parameters
    ----------
    text : str
        The page's source.
    tag : str
        One of those that hold parts of a page: ``article``, ``div``, ...

    Examples
    --------
    >>> text = "<div><article>Tea</div>"
    >>> span = find_element(text, "article")
    >>> text[span.start : span.end]
    '<article>Tea'
    """
    finder = _Finder(tag, number)
    scanner = Scanner(text, finder)
    while scanner.at < len(text) and finder.end_at is None:
        finder.at = scanner.at
        scanner.step()
    if finder.start_at is None:
        return Span(0, finder.end_of_page or len(text.rstrip())) if tag == "body" else None
    return Span(
        finder.start_at,
        finder.end_at if finder.end_at is not None else finder.end_of_page or len(text.rstrip()),
    )


class _Finder:
    """A `semblance.ingest.tags.Handler`."""

    def __init__(self, tag: str, number: int) -> None:
        self.at = 0
        """Where the current tag begins."""
        self.start_at: int | None = None
        self.end_at: int | None = None
        self.end_of_page = 0
        self._tag = tag
        self._left = number
        self._open: list[str] = []
        self._depth = 0  # how many elements are open with the wanted one
        self._templates = 0

    def start(self, tag: str, source: str, closed: bool) -> None:
        if tag == "template":
            self._templates += 1
        if tag not in _TRACKED or self._templates:
            return
        self._open.append(tag)
        if tag == self._tag and self.start_at is None:
            if not self._left:
                self.start_at, self._depth = self.at, len(self._open)
            self._left -= 1

    def end(self, tag: str) -> None:
        if tag in ("body", "html"):
            self.end_of_page = self.end_of_page or self.at
        if tag == "template":
            self._templates = max(0, self._templates - 1)
        if tag not in _TRACKED or self._templates:
            return
        for depth in range(len(self._open), 0, -1):
            if self._open[depth - 1] == tag:
                del self._open[depth - 1 :]
                break
            if self._open[depth - 1] in _BOUNDARIES and tag not in _BOUNDARIES:
                return
        if self._depth and len(self._open) < self._depth:
            self.end_at, self._depth = self.at, 0

    def data(self, text: str) -> None:
        """Ignore text."""

    def raw(self, tag: str, text: str) -> None:
        """Ignore scripts and styles."""
