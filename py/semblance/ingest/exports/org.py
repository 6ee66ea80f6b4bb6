"""Org: its text, with the title and the tags that its keywords name."""

from __future__ import annotations

import re

from semblance.ingest.items import File, Item, Steps

_KEYWORD = re.compile(r"[ \t]*#\+(\w+):[ \t]*(.*)\n?")
# A drawer that is not closed ends where the next one or a heading begins: so no line is looked at twice.
_DRAWER = re.compile(
    r"^[ \t]*+:(?:PROPERTIES|LOGBOOK):[ \t]*+\n(?:(?![ \t]*+:(?:END|PROPERTIES|LOGBOOK):|\*+ ).*\n)*+[ \t]*+:END:[ \t]*\n?",
    re.MULTILINE | re.IGNORECASE,
)
_LINK = re.compile(r"\[\[([^\[\]]*+)\](?:\[([^\[\]]*+)\])?\]")
_KEPT = {"title": "title", "date": "date", "author": "author", "filetags": "tags", "keywords": "tags"}


def read(file: File) -> Steps:
    """One item. Drawers of properties are left out, and links are their names."""
    yield None
    metadata: dict[str, str | list[str]] = {}
    at = 0
    while match := _KEYWORD.match(file.text, at):
        key = _KEPT.get(match[1].lower(), "")
        value = match[2].strip()
        if key == "tags" and value:
            metadata[key] = [tag for tag in re.split(r"[:,\s]+", value) if tag]
        elif key and value:
            metadata[key] = value
        at = match.end()
        while file.text.startswith("\n", at):
            at += 1
    content = _DRAWER.sub("", file.text[at:]) if metadata or ":END:" in file.text else file.text
    if "[[" in content:
        content = _LINK.sub(lambda link: link[2] or link[1], content)
    yield Item(file.name, content, file.where, str(metadata.get("title", "")), metadata)
