"""What the command says while it works, and at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TextIO

from semblance.blog.pipeline import Outcome, Task
from semblance.embedding.report import Progress

_STEPS = 4  # of the embedding that a log tells
_NAMED = 10  # at most so many of a kind are named unless all are asked for


class Told:
    """How far it is: a line that changes where somebody watches, and a line now and then in a log.

    Examples
    --------
    >>> import sys
    >>> told = Told(sys.stdout)
    >>> for done in (10, 30, 40, 100):
    ...     told.progress(Progress(0, 1, 0, 0, done, 100, 1.0))
    embedding: 30%
    embedding: 100%
    """

    def __init__(self, to: TextIO) -> None:
        self._to = to
        self._shown = ""
        self._logged = 0  # steps of the embedding

    def page(self, count: int) -> None:
        if count % 100 == 0:
            self._show(f"reading: {count} pages")

    def progress(self, now: Progress) -> None:
        share = now.chars_done / now.chars_total if now.chars_total else 1.0
        left = f", {now.remaining:.0f} s left" if now.remaining else ""
        self._show(f"embedding: {share:.0%}{left}")
        if (step := int(share * _STEPS)) > self._logged and not self._to.isatty():
            self._logged = step
            print(f"embedding: {share:.0%}", file=self._to, flush=True)

    def writing_search(self) -> None:
        self._show("writing what readers search with")

    def clear(self) -> None:
        self._show("")

    def _show(self, text: str) -> None:
        if text != self._shown and self._to.isatty():
            self._to.write("\r" + text.ljust(len(self._shown)) + ("" if text else "\r"))
            self._to.flush()
            self._shown = text


def summary(task: Task, outcome: Outcome, seconds: float, *, verbose: bool = False) -> Iterator[str]:
    """The lines of the report."""
    found, report = outcome.found, outcome.embedded.report
    posts = outcome.embedded.posts
    languages = Counter(post.language for post in posts)
    named = f" ({', '.join(f'{code} {languages[code]}' for code in sorted(languages))})"
    yield f"{task.folder}: {count(len(posts), 'post')}{named if len(languages) > 1 else ''} in {seconds:.1f} s"
    if outcome.embedded.anew:
        yield "  the model or its settings have changed: all posts were embedded again"
    yield (
        f"  added {report.added}, changed {report.changed}, unchanged {report.unchanged},"
        f" removed {len(report.vanished)}"
    )
    if task.heading:
        yield f"  links written into {count(outcome.injected, 'page')}"
    most = 10**9 if verbose else _NAMED
    yield from _list("removed", report.vanished, most)
    yield from _list("too short", found.too_short, most)
    copies = [f"{file} (of {key})" for file, key in [*found.duplicates, *outcome.lists.twins]]
    yield from _list("duplicate", copies, most)
    yield from _list("cut, for it is too long", [key for key, _ in report.cut], most)
    reasons = Counter(reason for _, reason in found.left_out)
    for reason in sorted(reasons):
        yield f"  no post: {count(reasons[reason], 'page')}, {reason}"
        if verbose:
            yield from (f"    {file}" for file, other in found.left_out if other == reason)
    without = sum(not listed for listed in outcome.lists.of)
    if without:
        yield f"  {count(without, 'post')} without a related one: none is above the threshold"


def count(number: int, name: str) -> str:
    """A number and what it counts.

    Examples
    --------
    >>> count(1, "post"), count(1200, "post")
    ('1 post', '1,200 posts')
    """
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def _list(kind: str, names: list[str], most: int) -> Iterator[str]:
    if names:
        yield f"  {kind}: {len(names)}"
        yield from (f"    {name}" for name in names[:most])
        if len(names) > most:
            yield f"    and {len(names) - most} more; --verbose names all"
