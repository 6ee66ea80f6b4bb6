"""E-mail: a message (``.eml``) is an item, and so is each one of a mailbox (``.mbox``)."""

from __future__ import annotations

import email
import re
from collections.abc import Generator, Iterator
from contextlib import suppress
from datetime import datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message as Mail
from email.policy import Policy, compat32
from email.utils import parsedate_to_datetime
from itertools import count

from semblance.documents import Failure
from semblance.errors import InputError, Malformed
from semblance.ingest import web_page
from semblance.ingest.items import Item, Steps
from semblance.messages import Message

# A line that begins a message; in a message's text it is written with a bracket before it.
_SEPARATOR = re.compile(rb"(?:\A|(?<=\n))From (?=[^\r\n]*\d{4})[^\r\n]*+\r?\n(?=[!-9;-~]+:)")
_MOST_PARTS = 400
_LONGEST_HEADER = 2_000  # characters; the library's time grows with their square
_QUOTED_SEPARATOR = re.compile(rb"^>(>*From )", re.MULTILINE)


def read(name: str, data: bytes, where: str) -> Steps:
    """The item of a message, whose id is the file's name."""
    yield from _item(data, name, where)


def read_mailbox(name: str, data: bytes, where: str) -> Steps:
    """An item a message; its id is the message's own, or its number. A mailbox that nothing divides is one message."""
    separators = [match.span() for match in _SEPARATOR.finditer(data)] or [(0, 0)]
    starts = [end for _, end in separators]
    ends = [*[start for start, _ in separators[1:]], len(data)]
    for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1):
        place = Message("ingest.nth_item", file=where, number=number).said()
        try:
            yield from _item(_QUOTED_SEPARATOR.sub(rb"\1", data[start:end]), "", place, number)
        except InputError as error:
            yield Failure(place, error)
        yield None


def _item(data: bytes, id: str, where: str, number: int = 0) -> Steps:
    parts = _parts(data, where)
    message = parts[0]
    title = _header(message, "subject")
    content = (yield from _body(parts)).strip()
    fields = {
        "from": _header(message, "from"),
        "to": _header(message, "to"),
        "date": _date(_header(message, "date")),
        "attachments": list(filter(None, map(_file_name, parts))),
    }
    own = _header(message, "message-id").strip("<>")
    metadata = {key: value for key, value in fields.items() if value}
    yield Item(id or own or str(number), content or title, where, title, metadata)


def _parts(data: bytes, where: str) -> list[Mail]:
    """A message and all that is in it, with the library's old policy: the new one reads some headers by recursion.

    Parts are read by recursion too, in a page that may not get deep. So there may not be more parts than it can get deep.
    """
    numbers = count(1)

    def new_part(policy: Policy) -> Mail:
        if next(numbers) > _MOST_PARTS:
            raise Malformed("ingest.many_entries", number=_MOST_PARTS, where=where)
        return Mail(policy)

    return list(email.message_from_bytes(data, policy=compat32.clone(message_factory=new_part)).walk())


def _header(message: Mail, name: str) -> str:
    """A header on one line; empty if there is none."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name), "")
    return " ".join(_decoded(raw[:_LONGEST_HEADER]).split())


def _decoded(raw: str) -> str:
    """A header without its encoded words. What is not ASCII in it came from the file's bytes, or is a text already."""
    text = _text_of(raw.encode("utf-8", "surrogateescape"))
    try:
        words = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    return "".join(
        word if isinstance(word, str) else _text_of(word, charset or "raw-unicode-escape")
        for word, charset in words
    )


def _file_name(part: Mail) -> str:
    with suppress(ValueError, LookupError):  # names may be in any encoding, or in none
        return _decoded(part.get_filename() or "")
    return ""


def _body(parts: list[Mail]) -> Generator[None, None, str]:
    """The text of a message: as it was written in plain text, or else that of its HTML."""
    for kind in ("plain", "html"):
        texts = [_text(part) for part in _texts(parts) if part.get_content_subtype() == kind]
        if any(text.strip() for text in texts):
            text = "\n\n".join(texts)
            return (yield from web_page.extract(text)).content if kind == "html" else text
    return ""


def _texts(parts: list[Mail]) -> Iterator[Mail]:
    for part in parts:
        if part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment":
            yield part


def _text(part: Mail) -> str:
    data = part.get_payload(decode=True)
    charset = ""
    with suppress(ValueError, LookupError):
        charset = part.get_content_charset() or ""
    return _text_of(data, charset) if isinstance(data, bytes) else ""


def _text_of(data: bytes, charset: str = "") -> str:
    """Bytes as a text, in the encoding that they are said to have if they are in it."""
    for codec in (charset or "utf-8", "utf-8", "cp1252"):
        with suppress(ValueError, LookupError):  # the name of an encoding may be anything
            return data.decode(codec).replace("\r\n", "\n")
    return data.decode("utf-8", "replace").replace("\r\n", "\n")


def _date(text: str) -> str:
    try:
        date: datetime = parsedate_to_datetime(text)
        return date.isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return text
