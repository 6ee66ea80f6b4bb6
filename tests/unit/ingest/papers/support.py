"""What the tests of these readers share."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from semblance.documents import Failure
from semblance.ingest import LIMITS, apart
from semblance.ingest.formats import suffix_of
from semblance.ingest.items import Apart, Item
from semblance.ingest.papers import service


def steps_of(name: str, data: bytes, **limits: Any) -> list[Item | Failure]:
    """What the second Python answers about a file, without a second Python."""
    paper = Apart(name, data, name, suffix_of(name), replace(LIMITS, **limits))
    lines = [*service.answer(apart.header(paper), data)]
    assert all(isinstance(json.loads(line), dict) for line in lines)
    apart.take(paper, lines)
    assert paper.answer is not None
    return paper.answer


def item_of(name: str, data: bytes, **limits: Any) -> Item:
    """The only item of a file that has no failure."""
    (item,) = steps_of(name, data, **limits)
    assert isinstance(item, Item), item.error
    return item


def text_of(name: str, data: bytes) -> str:
    return item_of(name, data).content


def error_of(name: str, data: bytes, **limits: Any) -> str:
    """What a file's only failure says."""
    (failure,) = steps_of(name, data, **limits)
    assert isinstance(failure, Failure)
    return str(failure.error)
