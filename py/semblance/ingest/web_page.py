"""HTML: the visible text of a page, as plain text with Markdown's headings and lists."""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import NamedTuple

from semblance.ingest.items import File, Item, Steps
from semblance.ingest.tags import attributes, scan, unescape


def _tags(*names: str) -> frozenset[str]:
    return frozenset(name for group in names for name in group.split())


_DROPPED = _tags(
    "template noscript svg canvas datalist audio video object",
    "rp rt rtc annotation annotation-xml",  # how a word is read, and the source of a formula that stands there, too
)
_VOID = _tags("area base br col embed hr img input link meta param source track wbr")
_APART = _tags(  # blocks with a blank line around them
    "address article aside blockquote body dl fieldset figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr",
    "main menu nav ol p pre section table ul",
)
_ON_A_LINE = _tags(
    "caption center dd details dialog dir div dt figcaption head html legend li optgroup option summary",
    "tbody tfoot thead title tr",
)
_HEADINGS = {f"h{level}": "#" * level + " " for level in range(1, 7)}
_KEPT_META = ("description", "author", "keywords")
_MARKUP = re.compile(r"<[a-zA-Z/!?]|&#?\w+;")
_BOOKMARKS = re.compile("netscape-bookmark-file", re.IGNORECASE)
_WITHOUT_WIDTH = str.maketrans("", "", "\u00ad\u200b\u2060\ufeff")  # where a line may or may not break


@dataclass(frozen=True, slots=True)
class Page:
    """The contents of a page. ``anchors`` are the places of headings in the content, with their ids."""

    content: str
    title: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    anchors: tuple[tuple[int, str], ...] = ()


def read(file: File) -> Steps:
    """One item. Nothing of the page is run or loaded. Bookmarks are an item each."""
    if _BOOKMARKS.search(file.text, 0, 1_000):
        from semblance.ingest.exports import bookmarks

        yield from bookmarks.read(file)
        return
    page = yield from extract(file.text)
    if not page.content:  # a script shows what the page hides at first
        page = yield from extract(file.text, show_hidden=True)
    yield Item(file.name, page.content, file.where, page.title, page.metadata)


def extract(text: str, *, show_hidden: bool = False) -> Generator[None, None, Page]:
    """Read a page; yields breathing points.

    The text is that of ``<main>``, or else of ``<article>``, or else of the whole page. Parts that browsers don't
    show are left out: scripts, styles, templates, hidden elements.

    Parameters
    ----------
    text : str
        HTML or XHTML, a whole page or part of one, however broken.
    show_hidden : bool
        Whether the text of hidden elements is read, too.
    """
    layout = _Layout(show_hidden=show_hidden)
    yield from scan(text, layout)
    if layout.is_skipping:  # a hidden element that is never closed: show it rather than lose the rest
        layout = _Layout(show_hidden=True)
        yield from scan(text, layout)
    return layout.page()


def text_of(markup: str) -> Generator[None, None, str]:
    """The plain text of a piece of HTML. A text without any markup stays as it is."""
    if not _MARKUP.search(markup):
        return markup
    page = yield from extract(markup)
    return page.content


def _is_block(tag: str) -> bool:
    return tag in _APART or tag in _ON_A_LINE


class _Block(NamedTuple):
    gap: int  # newlines before it
    text: str
    anchor: str = ""  # a heading's id


class _Layout:
    """Builds the text; a `semblance.ingest.tags.Handler`.

    It keeps counts instead of a tree, so elements may be nested to any depth.
    """

    def __init__(self, *, show_hidden: bool = False) -> None:
        self._show_hidden = show_hidden
        self._skipped = ""  # the element being left out, and how many of its name are open
        self._skipped_depth = 0
        self._blocks: list[_Block] = []
        self._in_main: list[_Block] = []
        self._in_article: list[_Block] = []
        self._line: list[str] = []
        self._space = ""  # to come before the next word
        self._gap = 0
        self._prefix = ""
        self._anchor = ""
        self._open = {"main": 0, "article": 0, "pre": 0}
        self._title: str | None = None
        self._heading: str | None = None
        self._heading_from = 0
        self._metadata: dict[str, str] = {}

    @property
    def is_skipping(self) -> bool:
        return bool(self._skipped)

    def start(self, tag: str, source: str, closed: bool) -> None:
        if self._skipped == "p" and _is_block(tag):  # a paragraph needs no end tag: the next block ends it
            self._skipped = ""
        if self._skipped:
            self._skipped_depth += tag == self._skipped
            return
        if self._is_left_out(tag, source, closed):
            self._skipped, self._skipped_depth = tag, 1
        elif tag == "br":
            self._break()
        elif tag == "meta":
            self._meta(attributes(source))
        elif tag in ("td", "th"):
            self._space = " | " if self._line else ""
        elif _is_block(tag):
            self._start_block(tag, source)

    def end(self, tag: str) -> None:
        if self._skipped == "p" and tag != "p" and _is_block(tag):
            self._skipped = ""
        if self._skipped:
            self._skipped_depth -= tag == self._skipped
            if not self._skipped_depth:
                self._skipped = ""
            return
        if not _is_block(tag):
            return
        self._flush(2 if tag in _APART else 1)
        if tag in self._open:
            self._open[tag] = max(0, self._open[tag] - 1)
        if tag == "li" or tag in _HEADINGS:
            self._prefix = self._anchor = ""
        if tag == "h1" and self._heading is None:
            parts = [block.text for block in self._blocks[self._heading_from :]]
            self._heading = " ".join(parts).removeprefix("# ") or None

    def data(self, text: str) -> None:
        if self._skipped:
            return
        text = text.translate(_WITHOUT_WIDTH)
        if not text:
            return
        if self._open["pre"]:
            self._line.append(text)
            return
        words = text.split()
        if self._line and not self._space and text[0].isspace():
            self._space = " "
        if words:
            self._line.append(self._space + " ".join(words))
            self._space = " " if text[-1].isspace() else ""

    def raw(self, tag: str, text: str) -> None:
        if tag == "title" and not self._skipped and self._title is None:
            self._title = " ".join(unescape(text).translate(_WITHOUT_WIDTH).split())

    def page(self) -> Page:
        self._flush(0)
        blocks = self._in_main or self._in_article or self._blocks
        content = "".join("\n" * block.gap + block.text for block in blocks)
        leading = len(content) - len(content.lstrip("\n"))
        anchors, end = [], -leading
        for block in blocks:
            if block.anchor:
                anchors.append((end + block.gap, block.anchor))
            end += block.gap + len(block.text)
        title = self._title or self._heading or ""
        return Page(content[leading:], title, self._metadata, tuple(anchors))

    def _is_left_out(self, tag: str, source: str, closed: bool) -> bool:
        if self._show_hidden or tag in _VOID or tag in ("html", "body"):
            return False
        if tag in _DROPPED:
            return not closed
        lowered = source.lower()
        if tag != "dialog" and "hidden" not in lowered and "display" not in lowered:
            return False
        values = attributes(source)
        style = values.get("style", "").replace(" ", "").lower()
        hidden = values.get("hidden", "until-found") != "until-found"
        return hidden or "display:none" in style or (tag == "dialog" and "open" not in values)

    def _start_block(self, tag: str, source: str) -> None:
        self._flush(2 if tag in _APART else 1)
        if tag in self._open:
            self._open[tag] += 1
        if tag == "li":
            self._prefix = "- "
        elif tag in _HEADINGS:
            self._prefix = _HEADINGS[tag]
            self._anchor = attributes(source).get("id", "")
            self._heading_from = len(self._blocks)
        elif tag == "html" and (language := attributes(source).get("lang", "").strip()):
            self._metadata.setdefault("lang", language)

    def _break(self) -> None:
        if self._open["pre"]:
            self._line.append("\n")
        else:
            self._flush(1 if self._line else 2)

    def _meta(self, values: dict[str, str]) -> None:
        name, content = values.get("name", "").lower(), " ".join(values.get("content", "").split())
        if name in _KEPT_META and content:
            self._metadata.setdefault(name, content)

    def _flush(self, gap: int) -> None:
        """End the block that is being written; `gap` is the least distance to what follows."""
        text = "".join(self._line)
        if self._open["pre"]:
            text = text.rstrip().lstrip("\n")
        if text and not text.isspace():
            block = _Block(self._gap, self._prefix + text, self._anchor)
            self._blocks.append(block)
            if self._open["main"]:
                self._in_main.append(block)
            if self._open["article"]:
                self._in_article.append(block)
            self._prefix, self._anchor, self._gap = "", "", 0
        self._gap = max(self._gap, gap)
        self._line.clear()
        self._space = ""
