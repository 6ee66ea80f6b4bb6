"""A post, whatever it was read from; and the keys that name pages."""

from __future__ import annotations

import datetime
import re
from bisect import bisect_right
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import quote, unquote

_CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
WORD = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")
"""A word; one character of a script that is written without spaces."""
_LONGEST_NAME = 240  # bytes; file systems allow 255, and a suffix is added
_ISO = re.compile(r"\s*(\d{4})-(\d\d)(?:-(\d\d))?(?!\d)")


class Place(NamedTuple):
    """A place in the source of a page: at the end of an element, or before it.

    The element is the one with this number, from 0, among those of its tag in the page.
    """

    tag: str
    number: int
    before: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """One post.

    Parameters
    ----------
    key : str
        Its name among the site's posts; see `key_of`.
    url : str
        Its address relative to the site's root, percent-encoded.
    title, content : str
        The text that is embedded. Headings in the content are written as in Markdown.
    language : str
        A short tag, such as ``en`` or ``zh-Hant``; see `semblance.blog.language`.
    date : str
        ``YYYY-MM-DD``, or empty.
    image : str
        Address relative to the site's root, absolute if the picture is elsewhere, or empty.
    excerpt : str
        A line or two in plain text.
    tags : tuple of str
    series : str
        The series that the post is a part of, or empty.
    anchors : tuple of (int, str)
        Offsets of headings in the content, and the ids that links can lead to, in order.
    file : str
        The HTML file that the post was read from, relative to the site's root; or empty.
    base_href : str
        What addresses in that file are relative to, if not to the file.
    place : Place, optional
        Where in that file a list of links fits.
    linked : int
        How many pages of the site name it in a link. Of posts with one text, the one that is named most is listed.
    work : str
        The same for a post and its translations, which are never related; empty for a post without any.
    """

    key: str
    url: str
    title: str
    content: str
    language: str = "en"
    date: str = ""
    image: str = ""
    excerpt: str = ""
    tags: tuple[str, ...] = ()
    series: str = ""
    anchors: tuple[tuple[int, str], ...] = ()
    file: str = ""
    base_href: str = ""
    place: Place | None = None
    linked: int = 0
    work: str = ""

    def anchor(self, offset: int) -> str:
        """The id of the last heading at or before an offset of the content; empty if there is none."""
        at = bisect_right(self.anchors, offset, key=lambda anchor: anchor[0])
        return self.anchors[at - 1][1] if at else ""


def key_of(path: str) -> str:
    """The name of a page: its path without ``index.html``, ``.html`` or a slash at its end; percent-decoded.

    Examples
    --------
    >>> key_of("posts/hello/index.html"), key_of("posts/hello.html"), key_of("/posts/hello/"), key_of("index.html")
    ('posts/hello', 'posts/hello', 'posts/hello', 'index')
    """
    key = unquote(path).strip("/")
    folder, _, name = key.rpartition("/")
    if name in ("index.html", "index.htm"):
        key = folder
    return re.sub(r"\.html?$", "", key) or "index"


def unusable(key: str) -> str:
    """Why no file can be named after a key; empty if one can.

    Examples
    --------
    >>> unusable("posts/hello"), unusable("../hello")
    ('', 'its address leads out of the site')
    """
    parts = key.split("/")
    if any(part in ("", ".", "..") or "\\" in part for part in parts):
        return "its address leads out of the site"
    if any(len(part.encode()) > _LONGEST_NAME or not part.isprintable() for part in parts):
        return "its address is no name that a file can have"
    return ""


def url_of(file: str) -> str:
    """The address of a file of the site, relative to its root.

    Examples
    --------
    >>> url_of("posts/hello/index.html"), url_of("a b.html"), url_of("index.html")
    ('posts/hello/', 'a%20b.html', './')
    """
    folder, slash, name = file.rpartition("/")
    path = folder + slash if name in ("index.html", "index.htm") else file
    return quote(path, safe="/~!$&'()*+,;=@") or "./"


def words(text: str) -> int:
    """About how many words a text has.

    Examples
    --------
    >>> words("# Two words"), words("你好")
    (2, 2)
    >>> words("2020年の本")
    4
    """
    return sum(1 for _ in WORD.finditer(text))


def iso_date(text: str) -> str:
    """The day of a date, as ``YYYY-MM-DD``; empty if the text is no date.

    Examples
    --------
    >>> iso_date("2024-05-01T10:00:00Z"), iso_date("Wed, 01 May 2024 10:00:00 GMT"), iso_date("soon")
    ('2024-05-01', '2024-05-01', '')
    """
    try:
        if match := _ISO.match(text):
            return datetime.date(int(match[1]), int(match[2]), int(match[3] or 1)).isoformat()
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def shortened(text: str, width: int) -> str:
    """A text on one line; if it is longer than `width`, cut at a word and ended with an ellipsis.

    Examples
    --------
    >>> shortened("one two three", 9)
    'one two…'
    """
    line = " ".join(text.split())
    if len(line) <= width:
        return line
    cut = line[:width]
    return (cut[: cut.rfind(" ")] if " " in cut[width // 2 :] else cut[: width - 1]).rstrip(" ,.;:–-") + "…"
