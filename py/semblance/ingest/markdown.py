"""Markdown: front matter, a title, and the source, which is readable text, without what is none."""

from __future__ import annotations

import re
from collections.abc import Generator
from functools import cache
from typing import NamedTuple

from semblance.ingest import front_matter
from semblance.ingest.formats import suffix_of
from semblance.ingest.items import SLICE, File, Item, Steps, lines, without_entities

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*([\w-]*)")
_ATX = re.compile(r" {0,3}(#{1,6})[ \t]")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_NOT_A_PARAGRAPH = re.compile(r"\s*$| {4}|\t| {0,3}(?:[>#|]|[-*+][ \t]|\d+[.)][ \t]|(?:[-*_][ \t]*){3,}$)")
_HTML_HEADING = re.compile(r" {0,3}<h1(?:\s[^<>]*+)?>((?:[^<]++|<(?!/h1>))*+)</h1>", re.IGNORECASE)
_LONGEST_TITLE = 1_000  # characters that are searched for markup
_MOST_LINKS = 1_000  # of a file that are kept
_LONGEST_LINK = 300  # characters: nothing that is longer names a note

_NOTION_ID = re.compile(r" [0-9a-f]{32}$")
_OF_FOLDER = ("index", "readme", "_index")  # such a file is called what its folder is called

_PACKED = ("compressed-json",)  # what Obsidian's drawings are kept in
_MODULE_LINE = re.compile(
    r"""import\s+(?:[\w*{].*\bfrom\s+)?["'].*["'];?\s*$ | import\s+(?:\w+\s*,\s*)?\{[^}]*+$
    | export\s+(?:const|let|var|default|function|async|\{)""",
    re.VERBOSE,
)


def read(file: File) -> Steps:
    """One item; its title is the front matter's, or else the first heading of level 1, or else the file's name."""
    yield None  # before the front matter, the slow part
    matter = front_matter.split(file.text, file.limits)
    yield None
    body = yield from readable(matter.body, is_mdx=suffix_of(file.name) == ".mdx")
    given = next((matter.metadata[key] for key in ("title", "Title", "TITLE") if key in matter.metadata), "")
    title = "" if isinstance(given, list) else without_markup(str(given))
    title = title or first_heading(matter.body) or title_of_name(file.name)
    yield Item(file.name, body.text, file.where, title, matter.metadata, matter.note, links=tuple(body.links))


def title_of_name(path: str) -> str:
    """What a file is called, without the folder and the suffix, and without the id that Notion adds.

    Examples
    --------
    >>> title_of_name("trips/Lake walk 0f3c9a5b7d1e4c2f8a6b0d9e7c5a3b1f.md"), title_of_name("trips/index.md")
    ('Lake walk', 'trips')
    """
    folder, _, name = path.rpartition("/")
    stem = name.removesuffix(name[len(name) - len(suffix_of(name)) :])
    if stem.lower() in _OF_FOLDER:
        stem = folder.rpartition("/")[2]
    return _NOTION_ID.sub("", stem).strip()


def first_heading(text: str, deepest: int = 1) -> str:
    r"""The first heading near the top of a Markdown text, without markup; empty where there is none.

    Parameters
    ----------
    text : str
    deepest : int
        Level of the headings that count, up to 6.

    Examples
    --------
    >>> first_heading("```sh\n# a comment\n```\n\n# *Green* tea ##\n")
    'Green tea'
    >>> first_heading("Tea\n===\n")
    'Tea'
    """
    fence = paragraph = ""
    for line in text[:SLICE].split("\n"):
        if opened := _FENCE.match(line):
            if not fence:
                fence = opened[1]
            elif line.strip() == line.strip()[0] * len(line.strip()) and opened[1].startswith(fence):
                fence = ""
            paragraph = ""
        elif fence:
            continue
        elif match := _ATX.match(line):
            title = without_markup(_without_closing_marks(line[match.end() :].strip(" \t")))
            if title and len(match[1]) <= deepest:
                return title
            paragraph = ""
        elif match := _HTML_HEADING.match(line):
            if title := without_markup(match[1]):
                return title
        elif paragraph and (match := _UNDERLINE.match(line)):
            if match[1][0] == "=" or deepest > 1:
                return without_markup(paragraph)
            paragraph = ""
        else:
            paragraph = "" if _NOT_A_PARAGRAPH.match(line) else line.strip()
    return ""


def without_markup(title: str) -> str:
    r"""A title as readers see it: no pictures, links as their text, no marks of emphasis.

    Examples
    --------
    >>> without_markup("[![logo](l.png)](https://x.example) `kite` – **fly** [[things|toys]] {#id}")
    'kite – fly toys'
    >>> without_markup("snake_case_name and 2 * 3 * 4")
    'snake_case_name and 2 * 3 * 4'
    """
    if len(title) > _LONGEST_TITLE:
        return title
    for pattern, replacement in _markup():
        title = pattern.sub(replacement, title)
    return " ".join(without_entities(title).split())


@cache
def _markup() -> list[tuple[re.Pattern[str], str]]:
    """Patterns, compiled with the first title, and what takes the place of each."""
    return [
        (re.compile(pattern), replacement)
        for pattern, replacement in (
            (r"!\[[^\[\]]*+\](?:\([^()]*+\)|\[[^\[\]]*+\])", ""),
            (r"!\[\[[^\[\]]*+\]\]", ""),
            (r"\[\[(?:[^\[\]|]*+\|)?([^\[\]|]*+)\]\]", r"\1"),
            (r"\[([^\[\]]*+)\](?:\((?:[^()]++|\([^()]*+\))*+\)|\[[^\[\]]*+\])", r"\1"),
            (r"</?[a-zA-Z][^<>]*+>", ""),
            (r"\s\{[#.][^{}]*+\}$|\s\^[\w-]++$", ""),
            (r"(`++)(.+?)\1", r"\2"),
            (r"(\*{1,3})(?=\S)([^*]++)(?<=\S)\1", r"\2"),
            (r"(?<!\w)(_{1,3})(?=\S)([^_]++)(?<=\S)\1(?!\w)", r"\2"),
            (r"~~([^~]++)~~|==([^=]++)==", r"\1\2"),
            (r"\\([!-/:-@\[-`{-~])", r"\1"),
        )
    ]


class Readable(NamedTuple):
    """A Markdown text as it is embedded and shown, and the notes to which it links."""

    text: str
    links: list[str]


def readable(text: str, *, is_mdx: bool = False) -> Generator[None, None, Readable]:
    r"""A Markdown text without files in base64, packed drawings and modules; the names of links to notes as text.

    Yields breathing points and returns the text. Blocks of code stay as they are.
    """
    if not (is_mdx or "[[" in text or "data:" in text or _PACKED[0] in text or ":: " in text):
        return Readable(text, [])
    kept: list[str] = []
    links: dict[str, None] = {}
    fence, is_packed, is_module = "", False, is_mdx
    for number, line in enumerate(lines(text)):
        opened = _FENCE.match(line)
        if opened and not fence:
            fence, is_packed = opened[1], opened[2] in _PACKED
        elif opened and opened[1].startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""
            if is_packed:
                is_packed = False
                continue
        elif not fence:
            is_module = is_mdx and (
                _MODULE_LINE.match(line) is not None or (is_module and line.startswith((" ", "}")))
            )
            if is_module:
                continue
            links.update(dict.fromkeys(_linked_notes(line)))
            line = _without_files(line)
        if not is_packed:
            kept.append(line)
        if not number % 1_000:
            yield None
    return Readable("".join(kept), list(links)[:_MOST_LINKS])


def _linked_notes(line: str) -> list[str]:
    if "[[" not in line:
        return []
    names = [match[1].strip() for match in _links()[1].finditer(_links()[0].sub("", line))]
    return [name for name in names if len(name) <= _LONGEST_LINK]


def _without_files(line: str) -> str:
    if "[[" in line:
        line = _links()[0].sub("", line)
        line = _links()[1].sub(lambda link: link[2] or link[1], line)
    if "data:" in line:
        line = _links()[2].sub("", line)
    return line if ":: " not in line or not _links()[3].match(line) else ""


@cache
def _links() -> tuple[re.Pattern[str], ...]:
    return (
        re.compile(
            r"!\[\[[^\[\]|\n]*?\.(?:png|jpe?g|gif|webp|svg|avif|bmp|pdf|mp[34])(?:\|[^\[\]\n]*+)?\]\]",
            re.IGNORECASE,
        ),
        re.compile(r"!?\[\[(?!\s)([^\[\]|\n]++)(?:\|([^\[\]\n]*+))?\]\]"),
        re.compile(r"data:[\w.+-]*+/?[\w.+-]*+(?:;[\w=.-]++)*?;base64,[\w+/=%-]*+"),
        re.compile(
            r"[ \t]*+(?:- )?(?:id|collapsed|heading|background-color|logseq\.[\w.-]++|query-[\w-]++):: .*$"
        ),
    )


def _without_closing_marks(title: str) -> str:
    """A heading's text without the number signs after a space that may close it: "C# ##" is "C#"."""
    text = title.rstrip("#")
    return text.rstrip(" \t") if not text or text[-1] in " \t" else title
