"""Bookmarks as browsers export them (Netscape's HTML): a link is an item."""

from __future__ import annotations

import datetime

from semblance.ingest.items import File, Item, Steps
from semblance.ingest.tags import attributes, scan


def read(file: File) -> Steps:
    """One item a link, with its folder, its day and its tags."""
    links = _Links(file.where)
    for _ in scan(file.text, links):
        yield None
        yield from links.take()
    links.end("dl")
    yield from links.take()


class _Links:
    """Collects links; a `semblance.ingest.tags.Handler`."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._folders: list[str] = []
        self._heading = ""
        self._values: dict[str, str] = {}
        self._title: list[str] = []
        self._text: list[str] = []
        self._open = ""
        self._done: list[Item] = []
        self._ids: set[str] = set()

    def take(self) -> list[Item]:
        """The items that are complete."""
        done, self._done = self._done, []
        return done

    def start(self, tag: str, source: str, closed: bool) -> None:
        if tag in ("dt", "dl", "a", "h3"):
            self._finish()
        if tag == "dl":
            self._folders.append(self._heading)
            self._heading = ""
        elif tag == "h3":
            self._heading = ""
        elif tag == "a":
            self._values = attributes(source)
        if tag in ("a", "h3", "dd"):
            self._open = tag

    def end(self, tag: str) -> None:
        if tag == "dl":
            self._finish()
            self._folders = self._folders[:-1]
        if tag == self._open:
            self._open = ""

    def data(self, text: str) -> None:
        if self._open == "a":
            self._title.append(text)
        elif self._open == "h3":
            self._heading += text
        elif self._open == "dd":
            self._text.append(text)

    def raw(self, tag: str, text: str) -> None:
        """Scripts, styles and the page's title are nothing of a link."""

    def _finish(self) -> None:
        address = self._values.get("href", "").strip()
        title, text = (" ".join("".join(parts).split()) for parts in (self._title, self._text))
        if address.startswith(("http:", "https:", "ftp:")) and address not in self._ids:
            self._ids.add(address)
            fields = {
                "link": address,
                "folder": "/".join(filter(None, self._folders)),
                "date": _day(self._values.get("add_date", "")),
                "tags": [tag.strip() for tag in self._values.get("tags", "").split(",") if tag.strip()],
            }
            content = "\n\n".join(filter(None, [title or address, text]))
            metadata = {key: value for key, value in fields.items() if value}
            self._done.append(Item(address, content, self._where, title, metadata))
        self._values, self._title, self._text = {}, [], []


def _day(seconds: str) -> str:
    try:
        return datetime.datetime.fromtimestamp(int(seconds[:10]), datetime.UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""
