"""The lists of related posts, and the JSON that a page loads of them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from semblance.blog.neighbours import Candidates, Neighbour, neighbours
from semblance.blog.posts import Post, iso_date, shortened
from semblance.blog.writing import dumps
from semblance.errors import SiteError
from semblance.ranking.vectors import mean_vector, quantize
from semblance.records import Record

FORMAT = 1
MOST_BYTES = 2048
"""What a reader loads for a list, at most."""

_EXCERPTS = (160, 120, 80, 0)  # characters; the first that lets a list fit is taken
_AGE = re.compile(r"(\d+)([dmy])")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which posts a list takes.

    Parameters
    ----------
    number : int
        How many at most.
    threshold : float
        Lowest cosine.
    diversity : float
        In [0, 1); see `semblance.blog.neighbours.neighbours`.
    same_series : bool
        Whether a post of a series lists only others of it.
    not_older_than : str
        A date, or an age before the newest post: ``90d``, ``18m``, ``5y``. Posts without a date stay.
    """

    number: int = 5
    threshold: float = 0.25
    diversity: float = 0.0
    same_series: bool = False
    not_older_than: str = ""


@dataclass(frozen=True, slots=True)
class Lists:
    """The list of each post, and which posts have one and the same text as an earlier one."""

    of: list[list[Neighbour]]
    twins: list[tuple[str, str]]


def related(posts: Sequence[Post], records: Sequence[Record], choice: Choice) -> Lists:
    """The posts most like each, as wholes: by the mean vector of their passages.

    Raises
    ------
    SiteError
        If ``not_older_than`` is neither a date nor an age.
    """
    if not posts:
        return Lists([], [])
    codes = quantize(np.stack([mean_vector(record.vectors) for record in records]))
    twins = _twins(posts)
    earliest = _earliest(posts, choice.not_older_than)
    candidates = Candidates(
        groups=_numbers([post.language for post in posts]),
        series=_numbers([post.series if choice.same_series else "" for post in posts]),
        listed=np.array([post.key not in twins and not "" < post.date < earliest for post in posts]),
    )
    found = neighbours(
        codes,
        choice.number,
        candidates=candidates,
        threshold=choice.threshold,
        diversity=choice.diversity,
    )
    return Lists(list(found), sorted(twins.items()))


def item(post: Post, score: float | None = None) -> dict[str, Any]:
    """A post as templates and pages get it; what is empty is left out."""
    found: dict[str, Any] = {
        "url": post.url,
        "title": post.title,
        "date": post.date,
        "image": post.image,
        "excerpt": post.excerpt,
    }
    found = {key: value for key, value in found.items() if value}
    return found if score is None else found | {"score": round(score, 3)}


def items(posts: Sequence[Post], listed: Sequence[Neighbour]) -> list[dict[str, Any]]:
    """A list as JSON."""
    return [item(posts[each.row], each.score) for each in listed]


def document(listed: Sequence[dict[str, Any]]) -> bytes:
    """The file that a page loads: excerpts, pictures and at last posts are given up for it to be small."""
    for width in _EXCERPTS:
        data = _document([_with_excerpt(each, width) for each in listed])
        if len(data) <= MOST_BYTES:
            return data
    plain = [{key: each[key] for key in each if key not in ("excerpt", "image")} for each in listed]
    while len(data := _document(plain)) > MOST_BYTES:
        plain.pop()
    return data


def _document(listed: Sequence[dict[str, Any]]) -> bytes:
    return dumps({"format": FORMAT, "related": list(listed)})


def _with_excerpt(found: dict[str, Any], width: int) -> dict[str, Any]:
    if not found.get("excerpt") or len(found["excerpt"]) <= width:
        return found
    kept = {key: value for key, value in found.items() if key != "excerpt"}
    if not width:
        return kept
    # In its own place among the others.
    return {key: shortened(value, width) if key == "excerpt" else value for key, value in found.items()}


def _twins(posts: Sequence[Post]) -> dict[str, str]:
    """Keys of posts whose text an earlier one has too, and the earlier one's."""
    first: dict[tuple[str, str], str] = {}
    found = {}
    for post in posts:
        earlier = first.setdefault((post.language, post.content), post.key)
        if earlier != post.key:
            found[post.key] = earlier
    return found


def _numbers(names: Sequence[str]) -> npt.NDArray[np.intp]:
    """A number for each name, 0 for an empty one."""
    known = {"": 0}
    return np.array([known.setdefault(name, len(known)) for name in names], np.intp)


def _earliest(posts: Sequence[Post], limit: str) -> str:
    """The first day whose posts are listed; it does not depend on today's date."""
    if not limit:
        return ""
    if date := iso_date(limit):
        return date
    match = _AGE.fullmatch(limit)
    if match is None:
        raise SiteError(
            f"{limit} is neither a date nor an age such as 90d, 18m or 5y", where="--not-older-than"
        )
    newest = max((post.date for post in posts), default="")
    if not newest:
        return ""
    days = int(match[1]) * {"d": 1, "m": 30.44, "y": 365.25}[match[2]]
    try:
        return (datetime.date.fromisoformat(newest) - datetime.timedelta(days=days)).isoformat()
    except OverflowError:
        return ""
