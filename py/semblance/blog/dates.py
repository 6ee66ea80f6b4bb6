"""The day on which a post was published: from its page's visible lines, and from its address.

What a page declares in metadata stands in `semblance.blog.metadata`. Which of all these days is the post's can only be
said with all pages together: a day that they all share is that of the build.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from semblance.blog.body import META
from semblance.blog.posts import iso_date

_ADDRESS = re.compile(r"(?:^|/)(\d{4})[/-](\d\d?)[/-](\d\d?)(?=[/-]|$)")

# The first three letters tell the months of these languages apart: en, de, fr, es, it, pt, nl.
_MONTHS = {
    prefix: number
    for number, prefixes in enumerate(
        (
            "jan ene gen jän",
            "feb fév fev",
            "mar mär maa mrt",
            "apr avr abr",
            "may mai mag mei",
            "jun juin giu",
            "jul juil lug",
            "aug aoû ago",
            "sep set",
            "oct okt ott out",
            "nov",
            "dec dez déc dic",
        ),
        1,
    )
    for prefix in prefixes.split()
}
_YEAR = r"(?P<year{}>(?:19|20)\d\d)(?!\d)"
_MONTH = r"(?P<month{}>[^\W\d_]{{3,10}})\.?"
_DAY = r"(?<!\d)(?P<day{}>[0-3]?\d)(?!\d)"
_DATE = re.compile(
    "|".join(
        (
            r"(?<!\d)(?P<year1>(?:19|20)\d\d)[-/.年]\s?(?P<month1>\d\d?)[-/.月]\s?(?P<day1>\d\d?)(?!\d)",
            _MONTH.format(2) + r"\s+" + _DAY.format(2) + r"(?:st|nd|rd|th)?,?\s+" + _YEAR.format(2),
            _DAY.format(3)
            + r"(?:st|nd|rd|th|er|\.|º)?\s+(?:de\s+)?"
            + _MONTH.format(3)
            + r",?\s+(?:de\s+)?"
            + _YEAR.format(3),
            r"(?<!\d)(?P<day4>[0-3]?\d)\.\s?(?P<month4>[01]?\d)\.\s?" + _YEAR.format(4),
        )
    ),
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"\bupdated?\b|last-?(?:updated?|mod)|\bedited\b|modifi|revised|changed|aktualisiert|geändert|bearbeitet|\bstand:"
    r"|mis à jour|actualiz|atualiz|aggiornat|bijgewerkt"
    r"|更新|編集|编辑|編輯|修改|修正|수정|업데이트|обновл|измен",
    re.IGNORECASE,
)
_PUBLISHED = "[itemprop~=datePublished], .dt-published, time[pubdate], abbr.published, time.published, .published[title]"
_LINES = f"{META}, .ablog__postcard, article > header, main > header, .post-header, .entry-header"
_LONGEST_LINE = 300  # characters
_SHARED, _LEAST = 0.9, 3  # a day is the build's if so many of at least so many pages share it


@dataclass(frozen=True, slots=True)
class Days:
    """The days, as ``YYYY-MM-DD``, that a page gives.

    Parameters
    ----------
    declared, shown : tuple of str
        Days on which it may have been published: from metadata, and from what readers see; the likeliest first.
    latest : str
        The latest of all days in the page, those of updates too.
    """

    declared: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    latest: str = ""


def read_days(tree: LexborHTMLParser, post: Sequence[LexborNode], declared: Iterable[str]) -> Days:
    """The days of a page.

    Parameters
    ----------
    tree : LexborHTMLParser
    post : sequence of LexborNode
        The elements that are the post. What stands there comes before what stands around them.
    declared : iterable of str
        The metadata's.
    """
    marked = [node for node in _within(post, tree, _PUBLISHED) if not _is_update(node)]
    first = [
        day
        for node in marked
        for text in (
            node.attributes.get("datetime"),
            node.attributes.get("title"),
            node.attributes.get("content"),
            node.text(),
        )
        if text and (day := iso_date(text) or next(iter(days_of_publishing(text)), ""))
    ]
    times = [_line(node) for part in post for node in part.css("time")]
    lines = [*(node for node in _within(post, tree, _LINES) if _size(node) <= _LONGEST_LINE), *times]
    later = [pair for node in lines for pair in _days_in(_with_times(node))]
    every = [iso_date(node.attributes.get("datetime") or "") for node in tree.css("time[datetime]")]
    return Days(
        tuple(dict.fromkeys(day for text in declared if (day := iso_date(text)))),
        tuple(dict.fromkeys([*first, *(day for day, is_update in later if not is_update)])),
        max([*every, *first, *(day for day, _ in later)], default=""),
    )


def days_of_publishing(line: str) -> Iterator[str]:
    """The days in a line, without those of updates.

    Examples
    --------
    >>> list(days_of_publishing("Posted on 2016-05-08, edited on 2026-11-28"))
    ['2016-05-08']
    >>> [next(days_of_publishing(line)) for line in ("May 1, 2024", "am 3. März 2024", "2024年5月11日", "11.05.2024")]
    ['2024-05-01', '2024-03-03', '2024-05-11', '2024-05-11']
    """
    return (day for day, is_update in _days_in(line) if not is_update)


def _days_in(line: str) -> Iterator[tuple[str, bool]]:
    """The days in a line, and whether each is that of an update."""
    end = 0
    for match in _DATE.finditer(line):
        before, end = line[end : match.start()], match.end()
        if day := _day(*(next(filter(None, match.group(*names))) for names in _GROUPS)):
            yield day, _UPDATED.search(before) is not None


_GROUPS = [[f"{part}{number}" for number in range(1, 5)] for part in ("year", "month", "day")]


def day_in_address(key: str) -> str:
    """The day that a page's address names.

    Examples
    --------
    >>> day_in_address("2024/05/11/tea"), day_in_address("posts/2024-05-11-tea"), day_in_address("2024/99/11/tea")
    ('2024-05-11', '2024-05-11', '')
    """
    match = _ADDRESS.search(key)
    return _day(match[1], match[2], match[3]) if match else ""


def day_of_build(pages: Sequence[Days]) -> str:
    """The day that nearly all pages give and none exceeds; empty if there is none."""
    counts = Counter(day for days in pages for day in {*days.declared, *days.shown})
    day, number = max(counts.items(), key=lambda pair: (pair[1], pair[0]), default=("", 0))
    latest = max((days.latest for days in pages), default="")
    latest = max([latest, *(day for days in pages for day in days.declared)])
    return day if number >= max(_LEAST, _SHARED * len(pages)) and day == latest else ""


def day_of_post(key: str, days: Days, build: str) -> str:
    """The day on which a post was published; empty if that can't be known."""
    candidates = [*days.declared, day_in_address(key), *days.shown]
    return next((day for day in candidates if day and day != build), "")


def _within(post: Sequence[LexborNode], tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    """The elements that match: those in the post, or else those in the page."""
    return [node for part in post for node in part.css(selector)] or tree.css(selector)


def _day(year: str, month: str, day: str) -> str:
    number = (
        int(month)
        if month.isdecimal()
        else _MONTHS.get(month[:3].lower(), 0) or _MONTHS.get(month[:4].lower(), 0)
    )
    try:
        return datetime.date(int(year), number, int(day)).isoformat()
    except ValueError:
        return ""


def _is_update(node: LexborNode) -> bool:
    names = f"{node.attributes.get('class') or ''} {node.attributes.get('itemprop') or ''}"
    return bool(_UPDATED.search(names.replace("datePublished", "")))


def _line(node: LexborNode) -> LexborNode:
    """What stands around a time: its parent, unless that is a long text."""
    parent = node.parent
    return parent if parent is not None and _size(parent) <= _LONGEST_LINE else node


def _size(node: LexborNode) -> int:
    return len(node.text())


def _with_times(node: LexborNode) -> str:
    """The text of a line, each time as its machine-readable day, and the names of classes that tell of an update."""
    parts: list[str] = []
    inside: LexborNode | None = None
    for inner in node.traverse(include_text=True):
        if inner.tag == "-text":
            if inside is None or inner.parent is None or inner.parent.mem_id != inside.mem_id:
                parts.append(inner.text(deep=False))
        elif inner.tag != "-comment":
            if _is_update(inner):
                parts.append(" updated ")
            if inner.tag == "time" and (day := iso_date(inner.attributes.get("datetime") or "")):
                inside = inner
                parts.append(f" {day} ")
    return " ".join(" ".join(parts).split())
