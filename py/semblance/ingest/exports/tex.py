"""LaTeX: its text, without comments and commands."""

from __future__ import annotations

import re

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
_ESCAPED = re.compile(r"\\([%&#_${}])")


def read(file: File) -> Steps:
    r"""One item: headings as Markdown has them, and the text of commands such as ``\emph``."""
    yield None
    text = _COMMENT.sub("", file.text)
    title = _TITLE.search(text)
    body = _BODY.search(text)
    text = text[body.end() : text.rfind(_END) if _END in text else None] if body else text
    yield None
    text = _HEADING.sub(
        lambda match: "#" * (1 + len(match[2] or "") // 3 + (match[1] is None)) + f" {match[3]}", text
    )
    text = _DROPPED.sub("", text)
    for _ in range(3):  # commands inside commands
        text = _WITH_TEXT.sub(r"\1", text)
        yield None
    text = _COMMAND.sub("", text.replace("\\\\", "\n").replace("~", "\xa0"))
    text = _ESCAPED.sub(r"\1", text.replace("``", "“").replace("''", "”"))
    text = re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
    name = _WITH_TEXT.sub(r"\1", title[1]) if title else ""
    yield Item(file.name, text, file.where, " ".join(name.replace("\\\\", " ").replace("~", " ").split()))
