"""OPML: a list of feeds, where each is an item, or an outline, where each branch is one."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from semblance.ingest.items import Item, Steps


def items(branch: Element, where: str, number: int) -> Steps:
    """The feeds below a branch of the outline; if there are none, the branch as a list."""
    feeds = list(_feeds(branch, []))
    if feeds:
        for feed, folder in feeds:
            yield _feed(feed, folder, where)
        return
    title = _text(branch)
    yield Item(str(number), "\n".join(_lines(branch, 0)), where, title)


def _feeds(branch: Element, folder: list[str]) -> Iterator[tuple[Element, list[str]]]:
    if branch.get("xmlUrl"):
        yield branch, folder
    for below in branch.iterfind("outline"):
        yield from _feeds(below, [*folder, _text(branch)])


def _feed(feed: Element, folder: list[str], where: str) -> Item:
    address = feed.get("xmlUrl", "").strip()
    title = _text(feed)
    content = "\n\n".join(filter(None, [title, feed.get("description", "").strip()]))
    fields = {"link": feed.get("htmlUrl", ""), "feed": address, "folder": "/".join(filter(None, folder))}
    return Item(
        address, content or address, where, title, {key: value for key, value in fields.items() if value}
    )


def _lines(branch: Element, depth: int) -> Iterator[str]:
    text = _text(branch)
    if text:
        yield "  " * (depth - 1) + "- " + text if depth else text
    if note := branch.get("_note", "").strip():
        yield note
    for below in branch.iterfind("outline"):
        yield from _lines(below, depth + 1)


def _text(branch: Element) -> str:
    return " ".join((branch.get("text") or branch.get("title") or "").split())
