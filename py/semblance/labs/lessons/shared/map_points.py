"""The items of a collection as points of a map."""

from __future__ import annotations

from collections.abc import Sequence

from semblance.arrays import FloatArray
from semblance.labs.figures import Points
from semblance.labs.tools import Items

MOST_POINTS = 10_000
MOST_FOLDERS = 12
_LONGEST_NAME = 60


def first(items: Items, count: int = MOST_POINTS) -> Items:
    """Not more than so many of them."""
    return Items(items.ids[:count], items.titles[:count], items.texts[:count], items.vectors[:count])


def names_of(items: Items) -> list[str]:
    """What to call each item: its title, else how its text begins, else its id."""
    return [
        title or " ".join(text[: 4 * _LONGEST_NAME].split())[:_LONGEST_NAME] or id
        for id, title, text in zip(items.ids, items.titles, items.texts, strict=True)
    ]


def indices(names: Sequence[str]) -> tuple[list[int], list[str]]:
    """The number of each name's group, and the groups' names in the order of their first appearance.

    Examples
    --------
    >>> indices(["tool", "fruit", "tool"])
    ([0, 1, 0], ['tool', 'fruit'])
    """
    different = list(dict.fromkeys(names))
    places = {name: i for i, name in enumerate(different)}
    return [places[name] for name in names], different


def folders(ids: Sequence[str]) -> tuple[list[int], list[str]]:
    """Groups by the folders that ids begin with, as `indices` gives them, if there are a few.

    Examples
    --------
    >>> folders(["birds/a.md", "sky/b.md", "birds/c.md"])
    ([0, 1, 0], ['birds', 'sky'])
    >>> folders(["a", "b"])
    ([], [])
    """
    groups, names = indices([id.rpartition("/")[0] for id in ids])
    return (groups, names) if 2 <= len(names) <= MOST_FOLDERS else ([], [])


def on_map(
    name: str,
    places: FloatArray,
    labels: Sequence[str],
    groups: Sequence[int] = (),
    group_names: Sequence[str] = (),
    *,
    label_all: bool = False,
) -> Points:
    """Places in the plane, of shape (n, 2), as a figure."""
    large = list(range(len(labels))) if label_all else []
    return Points(name, places[:, 0].tolist(), places[:, 1].tolist(), labels, groups, group_names, large)
