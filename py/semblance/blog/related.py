"""The lists of related posts, and the JSON file of a list that a page loads."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.blog.neighbours import LEAST, LEAST_CONTRASTED, Candidates, Neighbour, neighbours
from semblance.blog.posts import Post, iso_date, shortened
from semblance.blog.repetitions import Repetitions
from semblance.blog.writing import dumps
from semblance.errors import SiteError
from semblance.ranking.contrast import common, mapped
from semblance.ranking.vectors import mean_vector, quantize
from semblance.records import Record

FORMAT = 1
MOST_BYTES = 2048
"""Largest size of the file of a list, which readers load."""

_EXCERPTS = (160, 120, 80, 0)  # characters; the first width with which a list fits is used
_AGE = re.compile(r"(\d+)([dmy])")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which posts a list takes.

    Parameters
    ----------
    number : int
        Most posts of a list.
    threshold : float, optional
        Lowest cosine of a related post; by default 0.25, and 0.1 in languages whose model puts all posts close together.
        There, what they have in common is taken off before they are compared (see `semblance.ranking.contrast`).
    diversity : float
        In [0, 1); see `semblance.blog.neighbours.neighbours`.
    same_series : bool
        Whether a post of a series lists only posts of that series.
    not_older_than : str
        A date, or an age before the newest post: ``90d``, ``18m``, ``5y``. Posts without a date are never too old.
    """

    number: int = 5
    threshold: float | None = None
    diversity: float = 0.0
    same_series: bool = False
    not_older_than: str = ""


@dataclass(frozen=True, slots=True)
class RelatedPosts:
    """The lists of a site's posts.

    Parameters
    ----------
    lists : list of list of Neighbour
        The list of each post, in the order of the posts.
    twins : list of (str, str)
        Keys of posts with the same text as another post, and the key of that one.
    """

    lists: list[list[Neighbour]]
    twins: list[tuple[str, str]]


def related(
    posts: Sequence[Post],
    records: Sequence[Record],
    choice: Choice,
    metrics: Mapping[str, FloatArray] = MappingProxyType({}),
) -> RelatedPosts:
    """The posts nearest to each post, compared as wholes: by the mean vectors of their passages.

    `metrics` has those of the models, by the languages of posts (see `semblance.ranking.contrast`).

    Raises
    ------
    SiteError
        If ``not_older_than`` is neither a date nor an age.
    """
    if not posts:
        return RelatedPosts([], [])
    groups = _numbers([post.language for post in posts])
    vectors, are_contrasted = contrasted(
        np.stack([mean_vector(record.vectors) for record in records]),
        groups,
        {
            int(group): metrics[post.language]
            for group, post in zip(groups, posts, strict=True)
            if post.language in metrics
        },
    )
    twins = _twins(posts)
    earliest = _earliest(posts, choice.not_older_than)
    candidates = Candidates(
        groups=groups,
        series=_numbers([post.series if choice.same_series else "" for post in posts]),
        listed=np.array([post.key not in twins and not "" < post.date < earliest for post in posts]),
        works=_numbers([post.work for post in posts]),
        same=Repetitions(posts).same,
    )
    lists = neighbours(
        quantize(vectors),
        choice.number,
        candidates=candidates,
        threshold=np.where(are_contrasted, LEAST_CONTRASTED, LEAST)
        if choice.threshold is None
        else choice.threshold,
        diversity=choice.diversity,
    )
    return RelatedPosts(list(lists), sorted(twins.items()))


def contrasted(
    vectors: FloatArray,
    groups: npt.NDArray[np.intp],
    metrics: Mapping[int, FloatArray] = MappingProxyType({}),
) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Unit vectors as they are compared, and of which of them what their group has in common is taken off.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n, d)
    groups : ndarray of int, shape (n,)
        Such as languages, each of which has a model.
    metrics : mapping of int to ndarray of float32, shape (d, d)
        Those of the groups whose model has one.
    """
    vectors, are_contrasted = vectors.copy(), np.zeros(len(vectors), np.bool_)
    for group in np.unique(groups):
        own = groups == group
        taken_off = common(vectors[own].sum(axis=0, dtype=np.float64), int(own.sum()))
        if taken_off.any():
            vectors[own] = mapped(vectors[own] - taken_off, metrics.get(int(group)))
            are_contrasted |= own
    return vectors, are_contrasted


def item(post: Post, score: float | None = None) -> dict[str, Any]:
    """A post as templates and pages get it; empty fields are left out."""
    fields: dict[str, Any] = {
        "url": post.url,
        "title": post.title,
        "date": post.date,
        "image": post.image,
        "excerpt": post.excerpt,
    }
    fields = {key: value for key, value in fields.items() if value}
    return fields if score is None else fields | {"score": round(score, 3)}


def items(posts: Sequence[Post], listed: Sequence[Neighbour]) -> list[dict[str, Any]]:
    """A list as templates and pages get it."""
    return [item(posts[neighbour.row], neighbour.score) for neighbour in listed]


def document(listed: Sequence[dict[str, Any]]) -> bytes:
    """The file that a page loads. To stay small it gives up excerpts, then pictures, and at last posts."""
    for width in _EXCERPTS:
        data = _document([_with_excerpt(entry, width) for entry in listed])
        if len(data) <= MOST_BYTES:
            return data
    plain = [
        {key: value for key, value in entry.items() if key not in ("excerpt", "image")} for entry in listed
    ]
    while len(data := _document(plain)) > MOST_BYTES:
        plain.pop()
    return data


def _document(listed: Sequence[dict[str, Any]]) -> bytes:
    return dumps({"format": FORMAT, "related": list(listed)})


def _with_excerpt(entry: dict[str, Any], width: int) -> dict[str, Any]:
    if len(entry.get("excerpt", "")) <= width:
        return entry
    if not width:
        return {key: value for key, value in entry.items() if key != "excerpt"}
    # The excerpt keeps its place among the keys.
    return {key: shortened(value, width) if key == "excerpt" else value for key, value in entry.items()}


def _twins(posts: Sequence[Post]) -> dict[str, str]:
    """Keys of posts that have the text of a post that more pages name, or as many, and the key of that one."""
    first: dict[tuple[str, str], str] = {}
    twins = {}
    for post in sorted(posts, key=lambda post: (-post.linked, post.key)):
        earlier = first.setdefault((post.language, post.content), post.key)
        if earlier != post.key:
            twins[post.key] = earlier
    return twins


def _numbers(names: Sequence[str]) -> npt.NDArray[np.intp]:
    """A number for each name, 0 for an empty one."""
    known = {"": 0}
    return np.array([known.setdefault(name, len(known)) for name in names], np.intp)


def _earliest(posts: Sequence[Post], limit: str) -> str:
    """The first day whose posts are listed. It does not depend on today's date."""
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
