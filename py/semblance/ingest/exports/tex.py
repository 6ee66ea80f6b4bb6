"""LaTeX: its text, without comments and commands."""

from __future__ import annotations

import re
import unicodedata

from semblance.ingest.items import File, Item, Steps

_COMMENT = re.compile(r"(?<!\\)%.*\n?")
_TITLE = re.compile(r"\\title(?:\[[^\[\]]*+\])?\{((?:[^{}]++|\{[^{}]*+\})*+)\}")
_BODY = re.compile(r"\\begin\{document\}")
_END = "\\end{document}"
_HEADING = re.compile(r"\\(?:(part|chapter)|((?:sub)*)section)\*?(?:\[[^\[\]]*+\])?\{([^{}]*+)\}")
_DROPPED = re.compile(
    r"\\(?:cite\w*|ref|eqref|label|pageref|autoref|includegraphics|bibliography\w*|usepackage|vspace|hspace|input|include"
    r"|begin|end)\*?(?:\[[^\[\]]*+\])*+(?:\{[^{}]*+\})?"
)
_WITH_TEXT = re.compile(r"\\[a-zA-Z]+\*?(?:\[[^\[\]]*+\])?\{([^{}]*+)\}")
_COMMAND = re.compile(r"\\[a-zA-Z]++\*?[ \t]*+")
_ITEM = re.compile(r"\\item(?![a-zA-Z])[ \t]*+")
_MARKS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    ".": "\u0307",
    '"': "\u0308",
    "u": "\u0306",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "c": "\u0327",
    "k": "\u0328",
}
_ACCENT = re.compile(
    r"\\(?:([`'^~=.\"])[ \t]*+|([urHvck])(?=[ {\\]) *+)(?:\{(\\?[a-zA-Z])\}|(\\[ij](?![a-zA-Z])|[a-zA-Z]))"
)
_LETTERS = {
    "ss": "ß",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "o": "ø",
    "O": "Ø",
    "aa": "å",
    "AA": "Å",
    "l": "ł",
    "L": "Ł",
}
_LETTER = re.compile(
    rf"\\({'|'.join(sorted(_LETTERS, key=len, reverse=True))})(?![a-zA-Z])(?:\{{\}}|[ \t]++)?"
)
_ESCAPED = re.compile(r"\\([%&#_${}])")


def read(file: File) -> Steps:
    r"""One item: headings as Markdown has them, and the text of commands such as ``\emph``."""
    yield None
    text = _with_letters(_COMMENT.sub("", file.text))
    title = _TITLE.search(text)
    body = _BODY.search(text)
    text = text[body.end() : text.rfind(_END) if _END in text else None] if body else text
    yield None
    text = _HEADING.sub(
        lambda match: "#" * (1 + len(match[2] or "") // 3 + (match[1] is None)) + f" {match[3]}", text
    )
    text = _ITEM.sub("\n- ", _DROPPED.sub("", text))
    for _ in range(3):  # commands inside commands
        text = _WITH_TEXT.sub(r"\1", text)
        yield None
    text = _COMMAND.sub("", text.replace("\\\\", "\n").replace("~", "\xa0"))
    text = _ESCAPED.sub(r"\1", text.replace("``", "“").replace("''", "”"))
    text = "\n".join(line.rstrip(" \t") for line in text.split("\n"))
    text = re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
    name = _WITH_TEXT.sub(r"\1", title[1]) if title else ""
    yield Item(file.name, text, file.where, " ".join(name.replace("\\\\", " ").replace("~", " ").split()))


def _with_letters(text: str) -> str:
    """The text with the letters that commands stand for, such as accented ones."""

    def accented(match: re.Match[str]) -> str:
        letter = (match[3] or match[4]).removeprefix("\\")
        return unicodedata.normalize("NFC", letter + _MARKS[match[1] or match[2]])

    return _LETTER.sub(lambda match: _LETTERS[match[1]], _ACCENT.sub(accented, text))
