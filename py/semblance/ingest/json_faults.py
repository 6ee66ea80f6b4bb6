"""What programs and people leave in JSON that is wrong: garbled letters, and commas before a closing bracket."""

from __future__ import annotations

import re

# A run of escapes of single bytes, and in it a letter of UTF-8. A backslash that is escaped itself begins none.
_GARBLED = re.compile(r"(?<!\\)(?:\\u00[89a-f][0-9a-f])++", re.IGNORECASE)
_GARBLED_LETTER = re.compile(r"(?<!\\)\\u00(?:c[2-9a-f]|[def][0-9a-f])\\u00[89ab][0-9a-f]", re.IGNORECASE)
_COMMA_AT_END = re.compile(r",[ \t\r\n]*+[\]}]")
_TRAILING = re.compile(
    r'("(?:[^"\\]++|\\.?+)*+(?:"|\Z)|[\w\]}]++)(?:([ \t\r\n]*+),(?=[ \t\r\n]*+[\]}]))?+', re.DOTALL
)


def without_garbled_letters(text: str) -> str:
    r"""JSON whose escapes of UTF-8's single bytes, as Meta's exports have them, are the letters that they were.

    Examples
    --------
    >>> without_garbled_letters(r'"caf\u00c3\u00a9 \u00e9"')
    '"café \\u00e9"'
    """
    return _GARBLED.sub(_letters, text) if _GARBLED_LETTER.search(text) else text


def _letters(run: re.Match[str]) -> str:
    try:
        return bytes(int(code, 16) for code in run[0].split("\\u00")[1:]).decode()
    except (UnicodeDecodeError, ValueError):
        return run[0]


def without_trailing_commas(text: str) -> str:
    """JSON without commas before a closing bracket, as people and some programs leave them.

    Examples
    --------
    >>> without_trailing_commas('[{"a": ",]",}, ]')
    '[{"a": ",]"} ]'
    """
    return (
        _TRAILING.sub(lambda match: match[1] + (match[2] or ""), text) if _COMMA_AT_END.search(text) else text
    )
