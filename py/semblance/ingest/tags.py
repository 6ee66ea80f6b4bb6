"""HTML, cut into tags and text.

The standard library's ``html.parser`` is not used. In older Pythons that run this, its time grows with the square of
what a page leaves open: 200 KB of ``<!--`` took it 30 seconds on 3.11.7. It also reads broken pages in different
ways in different Pythons, but the page and the command line have to agree.
This scanner never looks back: its time is linear in any input.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from string import ascii_letters
from typing import Protocol

from semblance.ingest.items import Breath

_SLICE = 16_384  # characters between breathing points: full of tags they take as long as 64 KB of text

# A value may hold ">" between quotes. Possessive, so that nothing is tried twice.
_TAG = re.compile(
    r"""<(/?)([a-zA-Z][^\s/>]*+)((?:[^>=]++ | =\s*+(?:"[^"]*+" | '[^']*+' | [^\s>"'][^\s>]*+)?+)*+)>""",
    re.VERBOSE,
)
_TAG_TO_FIRST_BRACKET = re.compile(r"<(/?)([a-zA-Z][^\s/>]*+)([^>]*+)>")
_ATTRIBUTE = re.compile(r"""([^\s/>=]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s>]*+))?+""")
_KEPT_IF_UNCLOSED = ("title", "textarea")
_DROPPED_IF_UNCLOSED = ("script", "style", "iframe", "noembed", "noframes", "xmp")
_CLOSING = {  # of the elements that hold no tags
    tag: re.compile(rf"</{tag}(?=[\s/>])", re.IGNORECASE) for tag in _KEPT_IF_UNCLOSED + _DROPPED_IF_UNCLOSED
}
_LONG_NUMBER = re.compile(r"&#(?:([0-9]{9,}+)|([xX][0-9a-fA-F]{9,}+));?")
_LONGEST_REFERENCE = 40  # "&CounterClockwiseContourIntegral;" and then some


class Handler(Protocol):
    """Gets the tags and text of a page, in order."""

    def start(self, tag: str, source: str, closed: bool) -> None:
        """A start tag: its name in lower case, its attributes as written, whether it ends in ``/>``."""

    def end(self, tag: str) -> None:
        """An end tag."""

    def data(self, text: str) -> None:
        """Some text, character references resolved; a stretch of text may come in several pieces."""

    def raw(self, tag: str, text: str) -> None:
        """The text in a script, a style or a title, which holds no tags."""


def unescape(text: str) -> str:
    r"""Resolve character references; numbers of any length, where `html.unescape` fails at 4,301 digits.

    Examples
    --------
    >>> unescape("&eacute;&#233; &#000000065;") + unescape(f"&#{'1' * 5_000};")
    'éé A\ufffd'
    """
    return html.unescape(_LONG_NUMBER.sub(_as_short_number, text))


def _as_short_number(reference: re.Match[str]) -> str:
    base, digits = ("", reference[1]) if reference[1] else ("x", reference[2][1:])
    digits = digits.lstrip("0")
    return f"&#{base}{digits or 0};" if len(digits) < 9 else "\ufffd"


def attributes(source: str) -> dict[str, str]:
    """The attributes of a tag by their names in lower case.

    Examples
    --------
    >>> attributes(' Hidden class="a b" href=/x?a&amp;b')
    {'hidden': '', 'class': 'a b', 'href': '/x?a&b'}
    """
    values: dict[str, str] = {}
    for name, value in _ATTRIBUTE.findall(source):
        quoted = value[:1] in ("'", '"') and len(value) > 1
        values.setdefault(name.lower(), unescape(value[1:-1] if quoted else value))
    return values


def scan(text: str, handler: Handler) -> Iterator[None]:
    """Pass the tags and the text of a page to `handler`. Yields breathing points.

    Parameters
    ----------
    text : str
        HTML, however broken. In XHTML, told by ``<?xml`` at its start, ``<script/>`` closes itself and
        ``<![CDATA[`` holds text.
    handler : Handler
    """
    scanner = Scanner(text, handler)
    breath = Breath(_SLICE)
    while scanner.at < len(text):
        before = scanner.at
        scanner.step()
        if breath.due(scanner.at - before):
            yield None


class Scanner:
    """Moves ``at`` through a page by one tag, comment or piece of text a step."""

    def __init__(self, text: str, handler: Handler) -> None:
        self.at = 0
        self._text = text
        self._handler = handler
        self._is_xml = text.startswith("<?xml")
        # A mark that is known not to come any more is not searched for again. This keeps the time linear.
        self._last_bracket = text.rfind(">")
        self._tag_pattern = _TAG
        self._closing = dict(_CLOSING)
        self._comments = "<!--"

    def step(self) -> None:
        text, at = self._text, self.at
        if at >= self._last_bracket or text[at] != "<":
            self._data()
        elif text.startswith(self._comments, at):
            self._comment()
        elif self._is_xml and text.startswith("<![CDATA[", at):
            self._character_data()
        elif text[at + 1] in ascii_letters or (text[at + 1] == "/" and text[at + 2] in ascii_letters):
            self._tag()
        elif text[at + 1] in "!?/":
            self.at = text.find(">", at) + 1  # a declaration, an instruction, an end of nothing
        else:
            self._handler.data("<")
            self.at = at + 1

    def _data(self) -> None:
        text, at = self._text, self.at
        end = min(at + _SLICE, len(text))
        if at < self._last_bracket and (opening := text.find("<", at + 1, end)) > 0:
            end = opening
        elif end < len(text):
            reference = text.rfind("&", end - _LONGEST_REFERENCE, end)
            end = reference if reference > 0 else end  # so that the slice does not cut it in two
        piece = text[at:end]
        self._handler.data(unescape(piece) if "&" in piece else piece)
        self.at = end

    def _comment(self) -> None:
        end = self._text.find("-->", self.at + 2)
        if end < 0:
            self._comments = "<!-- unclosed, so only up to the next bracket"
            return
        self.at = end + 3

    def _character_data(self) -> None:
        start = self.at + len("<![CDATA[")
        end = self._text.find("]]>", start)
        if end < 0:
            self._is_xml = False
            return
        self._handler.data(self._text[start:end])
        self.at = end + 3

    def _tag(self) -> None:
        match = self._tag_pattern.match(self._text, self.at)
        if match is None:  # a quote is never closed
            self._tag_pattern = _TAG_TO_FIRST_BRACKET
            match = self._tag_pattern.match(self._text, self.at)
            assert match is not None  # there is a bracket to come
        self.at = match.end()
        tag = match[2].lower()
        if match[1]:
            self._handler.end(tag)
            return
        closed = match[3].endswith("/")
        self._handler.start(tag, match[3], closed)
        if tag in self._closing and not (closed and self._is_xml):
            self._raw(tag)

    def _raw(self, tag: str) -> None:
        closing = self._closing[tag].search(self._text, self.at)
        if closing:
            self._handler.raw(tag, self._text[self.at : closing.start()])
            self.at = closing.start()
        elif tag in _KEPT_IF_UNCLOSED:
            del self._closing[tag]
        else:
            self.at = len(self._text)  # as in a browser
