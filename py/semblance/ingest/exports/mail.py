"""E-mail: a message (``.eml``) is an item, and so is each one of a mailbox (``.mbox``)."""

from __future__ import annotations

import email
import re
from collections.abc import Generator, Iterator
from datetime import datetime
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import parsedate_to_datetime
from typing import Any

from semblance.ingest import web_page
from semblance.ingest.items import Item, Steps
from semblance.messages import Message

# A line that begins a message; in a message's text it is written with a bracket before it.
_SEPARATOR = re.compile(rb"(?:\A|(?<=\n))From [^\r\n]*\d{4}[^\r\n]*\r?\n(?=[!-9;-~]+:)")
_LONGEST_HEADER = 2_000  # characters; the library's time grows with their square
_QUOTED_SEPARATOR = re.compile(rb"^>(>*From )", re.MULTILINE)


class _Policy(EmailPolicy):
    def header_fetch_parse(self, name: str, value: str) -> Any:
        return super().header_fetch_parse(name, value if hasattr(value, "name") else value[:_LONGEST_HEADER])


def read(name: str, data: bytes, where: str) -> Steps:
    """The item of a message, whose id is the file's name."""
    yield from _item(data, name, where)


def read_mailbox(name: str, data: bytes, where: str) -> Steps:
    """An item a message; its id is the message's own, or its number."""
    starts = [match.end() for match in _SEPARATOR.finditer(data)]
    ends = [*[match.start() for match in _SEPARATOR.finditer(data)][1:], len(data)]
    for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1):
        place = Message("ingest.nth_item", file=where, number=number).said()
        yield from _item(_QUOTED_SEPARATOR.sub(rb"\1", data[start:end]), "", place, number)
        yield None


def _item(data: bytes, id: str, where: str, number: int = 0) -> Steps:
    message = email.message_from_bytes(data, policy=_Policy())
    assert isinstance(message, EmailMessage)
    title = _header(message, "subject")
    content = (yield from _body(message)).strip()
    fields = {
        "from": _header(message, "from"),
        "to": _header(message, "to"),
        "date": _date(_header(message, "date")),
        "attachments": [part.get_filename() for part in message.walk() if part.get_filename()],
    }
    own = _header(message, "message-id").strip("<>")
    metadata = {key: value for key, value in fields.items() if value}
    yield Item(id or own or str(number), content or title, where, title, metadata)


def _header(message: EmailMessage, name: str) -> str:
    try:
        value = str(message.get(name, ""))
    except Exception:  # the library raises on some headers that break the rules
        value = str(dict(message.raw_items()).get(name.title(), ""))
    return " ".join(value.split())


def _body(message: EmailMessage) -> Generator[None, None, str]:
    """The text of a message: as it was written in plain text, or else that of its HTML."""
    for kind in ("plain", "html"):
        texts = [_text(part) for part in _parts(message) if part.get_content_subtype() == kind]
        if any(text.strip() for text in texts):
            text = "\n\n".join(texts)
            return (yield from web_page.extract(text)).content if kind == "html" else text
    return ""


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    for part in message.walk():
        if part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment":
            assert isinstance(part, EmailMessage)
            yield part


def _text(part: EmailMessage) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    charset = part.get_content_charset() or "utf-8"
    for codec in (charset, "utf-8", "cp1252"):
        try:
            return data.decode(codec).replace("\r\n", "\n")
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("utf-8", "replace").replace("\r\n", "\n")


def _date(text: str) -> str:
    try:
        date: datetime = parsedate_to_datetime(text)
        return date.isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return text
