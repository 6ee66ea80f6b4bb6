"""Evernote's exports (``.enex``): a note is an item."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from semblance.ingest import web_page
from semblance.ingest.items import Item, Steps

_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z?")
_CHECKBOX = re.compile(r"<en-todo\b([^>]*+)>")


def item(note: Element, where: str, number: int) -> Steps:
    """The item of a note. It has no id of its own: its title and the time of its making are one, or else its number."""
    title = " ".join((note.findtext("title") or "").split())
    content = (note.findtext("content") or "").strip()
    content = _CHECKBOX.sub(lambda box: "[x] " if "true" in box[1] else "[ ] ", content)
    page = yield from web_page.extract(content)
    created = _TIME.sub(r"\1-\2-\3T\4:\5:\6Z", (note.findtext("created") or "").strip())
    fields = {
        "date": created,
        "link": (note.findtext("note-attributes/source-url") or "").strip(),
        "author": (note.findtext("note-attributes/author") or "").strip(),
        "tags": [tag.text.strip() for tag in note.iter("tag") if tag.text],
    }
    id = f"{title} {created}".strip() if created else f"{title} ({number})".strip()
    yield Item(
        id, page.content or title, where, title, {key: value for key, value in fields.items() if value}
    )
