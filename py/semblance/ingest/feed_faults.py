"""The faults that programs leave in a feed, so that it is no XML, and how they are mended."""

from __future__ import annotations

import re
from collections.abc import Mapping

from semblance.ingest.items import joined
from semblance.messages import Message

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE_TO_NO_CHARACTER = re.compile(
    r"&#(?:0*+(?:[0-8]|1[1-24-9]|2\d|3[01])|x0*+(?:[0-8bBcCeEfF]|1[0-9a-fA-F]));"
)
_BARE_AMPERSAND = re.compile(
    r"(<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z))|&(?!#\d+;|#x[0-9a-fA-F]+;|[A-Za-z_][\w.-]{0,40};)",
    re.DOTALL,
)
_PREFIX = re.compile(r"</?([A-Za-z_][\w.-]*+):(?=[A-Za-z_])")
_DECLARED_PREFIX = re.compile(r"\sxmlns:([\w.-]++)")
_START = re.compile(r"<(?:rss|feed|rdf:RDF|opml|en-export)(?=[\s>])")
_ENDS = ("</rss>", "</feed>", "</rdf:RDF>", "</opml>", "</en-export>")
_TEXT_OF_HTML = re.compile(r"<(title|description|content:encoded)(?:\s[^<>]*+)?>")
_ESCAPED = str.maketrans({"<": "&lt;", ">": "&gt;"})


def mended(text: str, uris: Mapping[str, str]) -> tuple[str, str]:
    """A feed without its faults, and a note on them.

    Parameters
    ----------
    text : str
    uris : mapping of str to str
        What the usual prefixes stand for, for feeds that use them without a declaration.

    Examples
    --------
    >>> mended("<rss>salt & pepper</rss>", {})
    ('<rss>salt &amp; pepper</rss>', '1 ampersand that begins no entity read as text')
    """
    text, is_cut = _without_surroundings(text)
    text, characters = _NOT_XML.subn("", text)
    text, references = _REFERENCE_TO_NO_CHARACTER.subn("", text)
    ampersands = 0

    def mend(match: re.Match[str]) -> str:
        nonlocal ampersands
        ampersands += match[1] is None
        return match[1] or "&amp;"

    text, is_html = _with_escaped_html(text)
    text = _BARE_AMPERSAND.sub(mend, text)
    missing = set(_PREFIX.findall(text)) - set(_DECLARED_PREFIX.findall(text)) - {"xml"}
    declared = "".join(
        f' xmlns:{prefix}="{uris.get(prefix, "urn:undeclared:" + prefix)}"' for prefix in sorted(missing)
    )
    text = _START.sub(lambda match: match[0] + declared, text, count=1) if missing else text
    notes = [
        Message("ingest.around_feed").said() if is_cut else "",
        Message("ingest.html_in_feed").said() if is_html else "",
        Message("ingest.controls", count=characters + references).said() if characters + references else "",
        Message("ingest.ampersands", count=ampersands).said() if ampersands else "",
        Message("ingest.prefixes", names=", ".join(sorted(missing))).said() if missing else "",
    ]
    return text, joined(*notes)


def _without_surroundings(text: str) -> tuple[str, bool]:
    """A feed without what a server wrote above or below it, and whether there was something."""
    start = _START.search(text)
    end = max(text.rfind(tag) + len(tag) if tag in text else 0 for tag in _ENDS)
    if start is None or end <= start.start():
        return text, False
    before, after = text[: start.start()], text[end:]
    is_prolog = not before.strip() or before.lstrip().startswith(("<?", "<!"))
    is_cut = not is_prolog or bool(after.strip())
    return (text[0 if is_prolog else start.start() : end], True) if is_cut else (text, False)


def _with_escaped_html(text: str) -> tuple[str, bool]:
    """A feed whose texts hold HTML as it is, with that escaped as other feeds have it, and whether there was any."""
    parts, at = [], 0
    while opened := _TEXT_OF_HTML.search(text, at):
        end = text.find(f"</{opened[1]}>", opened.end())
        if end < 0:
            break
        inner = text[opened.end() : end]
        is_html = (
            "<" in inner and "<![CDATA[" not in inner and "type=" not in opened[0]
        )  # Atom's XHTML is XML
        parts += [text[at : opened.end()], inner.translate(_ESCAPED) if is_html else inner]
        at = end
    whole = "".join([*parts, text[at:]])
    return whole, whole != text
