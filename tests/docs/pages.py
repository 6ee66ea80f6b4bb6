"""The pages for people, taken apart: headings, links and blocks of code."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from semblance.parts.paths import ROOT
from semblance_build import docs

PAGES = docs.pages()
RUN_AS_A_WHOLE = (
    *("docs/command-line.md", "docs/llm.md", "docs/langchain.md", "docs/sql.md", "docs/python.md"),
    "docs/other-programs.md",
)
"""Pages whose blocks are one story, with other programs in it: ``tests/ecosystem/test_pages.py`` runs them."""
ON_A_CLUSTER = ("docs/large-sites.md",)
"""Pages whose commands need more than one machine: ``tests/ecosystem/test_dask.py`` takes them."""
_MARKDOWN = MarkdownIt("commonmark").enable("table")


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def tokens(page: Path) -> list[Token]:
    return _MARKDOWN.parse(page.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Block:
    """A block of code: what stands after its fence, such as ``python file=a.py``, and its lines."""

    page: str
    line: int
    info: str
    code: str

    @property
    def language(self) -> str:
        return self.info.partition(" ")[0]

    @property
    def file(self) -> str:
        """The file that the block is to be written to; empty for most."""
        return self.info.partition("file=")[2]

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(*languages: str) -> list[Block]:
    """All blocks of these languages, or of all, in their order."""
    every = [
        Block(name(page), token.map[0] + 1, token.info.strip(), token.content)
        for page in PAGES
        for token in tokens(page)
        if token.type in ("fence", "code_block") and token.map
    ]
    return [block for block in every if not languages or block.language in languages]


def command_lines(*page_names: str) -> list[str]:
    """Each command of the shell blocks once, without its comment; of all pages but those that are run as a whole."""
    lines = [
        line
        for block in blocks("sh")
        if (block.page in page_names if page_names else block.page not in RUN_AS_A_WHOLE + ON_A_CLUSTER)
        for line in block.code.splitlines()
    ]
    commands = (shlex.join(shlex.split(line, comments=True)) for line in lines)
    return list(dict.fromkeys(command for command in commands if command))


def inline(page: Path) -> Iterator[Token]:
    """What stands in the paragraphs, tables and headings of a page."""
    for token in tokens(page):
        yield from token.children or ()


def links(page: Path) -> list[tuple[str, str]]:
    """Text and address of each link, and of each picture."""
    found, text, address = [], "", None
    for token in inline(page):
        if token.type == "link_open":
            text, address = "", str(token.attrs["href"])
        elif token.type == "link_close" and address is not None:
            found.append((text, address))
            address = None
        elif token.type == "image":
            found.append((token.content, str(token.attrs["src"])))
        else:
            text += token.content
    return found


def headings(page: Path, *levels: str) -> list[str]:
    """The texts of a page's headings of these levels, such as ``h2``."""
    parsed = tokens(page)
    return [
        parsed[at + 1].content
        for at, token in enumerate(parsed)
        if token.type == "heading_open" and token.tag in levels
    ]


def anchor(heading: str) -> str:
    """The anchor that the usual hosts give a heading.

    >>> anchor("Titles, dates & `code`")
    'titles-dates--code'
    """
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    return {anchor(heading) for heading in headings(page, "h1", "h2", "h3", "h4")}


def table_after(page: Path, head: str) -> list[list[str]]:
    """The rows of the tables whose first column has this head."""
    found: list[list[str]] = []
    reading = False
    for line in page.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        reading = bool(cells) and (reading or cells[0] == head)
        if reading and cells[0] != head and not set(cells[0]) <= set("- :"):
            found.append(cells)
    return found
