"""A file that is read in a second Python: the request for it, and the messages in which that Python answers.

A PDF or a packed document can be made so that its reading takes for ever, or all memory. So it is read in a Python of its
own, which is ended when it takes too long: a worker in a browser, a process elsewhere. Whoever reads files has that done,
since only the adapters know how. `semblance.ingest.papers.service` is the other end. It answers in lines of JSON:
``{}`` after each page, then for each item ``{"item": {...}}``, or ``{"failure": {...}}``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from semblance.documents import Failure
from semblance.errors import SemblanceError, UnsafeDocument, from_message
from semblance.ingest.items import Apart, Item, Steps
from semblance.ingest.kinds import kind_of, refusal
from semblance.ingest.limits import human_size
from semblance.messages import Message, current


def header(paper: Apart) -> str:
    """All of a request but the data, as JSON."""
    request = {"name": paper.name, "where": paper.where, "format": paper.format, "language": current()}
    return json.dumps({**request, "limits": asdict(paper.limits)})


def take(paper: Apart, lines: Iterable[str]) -> None:
    """Take the answer of the second Python."""
    paper.answer = [step for line in lines if (step := _step_of(json.loads(line)))]


def fail(paper: Apart, error: SemblanceError) -> None:
    """Take an error as the answer."""
    paper.answer = [Failure(paper.name, error.at(paper.where))]


def took_too_long(paper: Apart) -> None:
    """The second Python was ended because it took too long."""
    fail(paper, UnsafeDocument("papers.too_slow", count=paper.limits.page_seconds))


def broke_down(paper: Apart) -> None:
    """The second Python ended by itself, most likely because it had no more memory."""
    fail(paper, UnsafeDocument("papers.broke_down", limit=human_size(paper.limits.paper_memory_bytes)))


def steps(paper: Apart) -> Steps:
    """The request, then what the answer holds. Without an answer the file is refused by its kind."""
    yield paper
    if paper.answer is None:
        kind = kind_of(f"a{paper.format}", paper.data)
        assert kind is not None, f"{paper.format} is none of the papers"
        raise refusal(kind, paper.where)
    yield from paper.answer


def line_of_item(item: Item) -> str:
    """An item as the second Python sends it."""
    return json.dumps({"item": {**asdict(item), "metadata": dict(item.metadata)}})


def line_of_failure(failure: Failure) -> str:
    """A failure as the second Python sends it."""
    error = failure.error
    values = {name: _plain(value) for name, value in error.text.values.items()}
    remedy = error.remedy.key if error.remedy else ""
    sent = {"id": failure.id, "type": type(error).__name__, "key": error.text.key, "values": values}
    return json.dumps({"failure": {**sent, "where": error.where, "remedy": remedy}})


def _plain(value: object) -> Any:
    if isinstance(value, Message):
        return {"key": value.key}
    return value if isinstance(value, int | float) else str(value)


def _step_of(line: dict[str, Any]) -> Item | Failure | None:
    if item := line.get("item"):
        return Item(**item)
    if sent := line.get("failure"):
        values = {
            name: Message(value["key"]) if isinstance(value, dict) else value
            for name, value in sent["values"].items()
        }
        error = from_message(sent["type"], "", sent["where"], sent["key"], values, sent["remedy"])
        return Failure(sent["id"], error)
    return None
