"""What the user says of pairs of items, and where items link to each other."""

from __future__ import annotations

from typing import Any

import pytest

from semblance.documents import Document
from semblance.ingest import read
from semblance.links import are_linked
from semblance.relations import Relations

PINNED = Relations().say("pinned", "a", "b").say("hidden", "c", "a")


def test_a_pair_is_of_one_kind_at_a_time() -> None:
    assert PINNED.say("hidden", "b", "a").of("pinned", "a") == []
    assert not PINNED.say("", "a", "b").say("", "a", "c")


@pytest.mark.parametrize(
    "plain",
    [{"pinned": [["a"]]}, {"hidden": [["a", 1]]}, {"pinned": "ab"}, {"pinned": [{"a": "b"}]}],
    ids=["one", "a number", "a text", "an object"],
)
def test_anything_else_is_refused(plain: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="relation"):
        Relations.parse(plain)


@pytest.mark.parametrize("name", ["moon.md", "moon.txt"])
@pytest.mark.parametrize(
    ("text", "is_linked"),
    [
        ("See [[High water]].", True),
        ("See [[high water#Moon|there]].", True),
        ("See [[Tides]] and ![[sea/High water|this]].", True),
        ("See [[Low water|High water]] and ![[high water.png]].", False),
        ("See [there](../sea/high%20water.md#moon).", False),
        ("See [there](sea/high%20water.md#moon).", True),
        ("See [there](<high%20water.md>).", True),
        ("See https://sea.example/high/", True),
        ("High water comes twice.", False),
    ],
)
def test_links_are_seen_in_either_text(name: str, text: str, is_linked: bool) -> None:
    (moon,) = [step for step in read(name, text.encode()) if isinstance(step, Document)]
    target = Document("sea/high water.md", "Twice a day.", "Tides", {"url": "https://sea.example/high"})
    assert are_linked(moon, target) is is_linked
    assert are_linked(target, moon) is is_linked
