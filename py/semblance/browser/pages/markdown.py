"""Markdown as elements of the page, by libraries that are loaded with the first text that needs them.

Until then, and where they can't be loaded, a text is shown without the marks. ``static/js/markdown.js`` is the other end.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from semblance.browser import ffi
from semblance.browser.pages.forms import Stretch, is_code, is_markdown, joined, keeps_lines
from semblance.documents import Document
from semblance.errors import SemblanceError
from semblance.wording import without_markup


class Block(NamedTuple):
    """An element that a text has become, and the line that it begins in, counted from 0."""

    line: int
    node: Any


_loaded: list[Any] = []  # the module, once it has come


async def load() -> bool:
    """Load the libraries, if they are not there yet. Returns whether they can be had."""
    if not _loaded:
        try:
            _loaded.append(await ffi.js_call(ffi.bridge.markdown()))
        except SemblanceError:  # a text without its shapes is better than none
            return False
    return True


def is_loaded() -> bool:
    """Whether the libraries have come."""
    return bool(_loaded)


def stretches(document: Document, text: str, fence: str = "") -> list[Stretch]:
    """A part of a document's text on one line, without the marks of Markdown.

    Parameters
    ----------
    document : Document
    text : str
        It may begin with the ellipsis of `excerpt`.
    fence : str
        That of the code in which the text begins.
    """
    if is_code(document):
        return [Stretch("code", " ".join(text.split()))]
    if not _loaded or not is_markdown(document):
        return [Stretch("", without_markup(text))]
    before = next((mark for mark in ("… ", "…") if text.startswith(mark)), "")
    rest = text[len(before) :]
    flat = _loaded[0].stretches(f"{fence}\n{rest}" if fence else rest).to_py()
    return joined([("", before), *zip(flat[::2], flat[1::2], strict=True)])


async def blocks(text: str, document: Document) -> list[Block]:
    """The elements of a text, after `load`."""
    made = await ffi.js_call(_loaded[0].blocks(text, keeps_lines(document)))
    return [Block(int(block.line), block.node) for block in made]
