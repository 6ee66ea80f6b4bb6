"""The command's progress line, and its report at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TextIO

from semblance.blog.parts.folder import Parts
from semblance.blog.pipeline import Outcome, Task
from semblance.embedding.report import Progress
from semblance.wording import count

_STEPS = 4  # a log gets so many lines on the embedding
HOW_TO_HYDRATE = 'docs/blog.md, "Sites that a script draws again"'
_NAMED = 10  # so many pages of a kind are named, unless --verbose asks for all


class ProgressLine:
    """How far the command is: one line that changes on a terminal, and a few lines in a log.

    Examples
    --------
    >>> import sys
    >>> line = ProgressLine(sys.stdout)
    >>> for done in (10, 30, 40, 100):
    ...     line.embedding(Progress(0, 1, 0, 0, done, 100, 1.0))
    embedding: 30%
    embedding: 100%
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown = ""
        self._logged = 0  # steps of the embedding

    def reading(self, pages: int) -> None:
        """Show how many pages were read."""
        self._show(f"reading: {pages} pages")

    def embedding(self, now: Progress) -> None:
        """Show the share of the text that is embedded, and the time left."""
        share = now.chars_done / now.chars_total if now.chars_total else 1.0
        left = f", {now.remaining:.0f} s left" if now.remaining else ""
        self._show(f"embedding: {share:.0%}{left}")
        if (step := int(share * _STEPS)) > self._logged and not self._stream.isatty():
            self._logged = step
            print(f"embedding: {share:.0%}", file=self._stream, flush=True)

    def writing_search(self) -> None:
        """Show that the files of the search are being written."""
        self._show("writing what readers search with")

    def clear(self) -> None:
        """Empty the line."""
        self._show("")

    def _show(self, text: str) -> None:
        if text != self._shown and self._stream.isatty():
            self._stream.write("\r" + text.ljust(len(self._shown)) + ("" if text else "\r"))
            self._stream.flush()
            self._shown = text


def summary(task: Task, outcome: Outcome, seconds: float, *, verbose: bool = False) -> Iterator[str]:
    """The lines of the report at the end of a run."""
    reading, report = outcome.reading, outcome.embedded.report
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
    if task.headings:
        yield f"  links written into {count(outcome.injected, 'page')}"
    elif earlier := len(reading.with_links) + len(reading.stale):
        yield (
            f"  links of an earlier run stay in {count(earlier, 'page')}: --inject renews them, --remove takes them away"
        )
    most = 10**9 if verbose else _NAMED
    yield from _list("removed", report.vanished, most)
    yield from _list("too short", reading.too_short, most)
    copies = [f"{file} (of {key})" for file, key in [*reading.duplicates, *outcome.related.twins]]
    yield from _list("duplicate", copies, most)
    yield from _list("cut, for it is too long", [key for key, _ in report.cut], most)
    reasons = Counter(reason for _, reason in reading.left_out)
    for reason in sorted(reasons):
        yield f"  no post: {count(reasons[reason], 'page')}, {reason}"
        if verbose:
            yield from (f"    {file}" for file, other in reading.left_out if other == reason)
    without = [post for post, listed in zip(posts, outcome.related.lists, strict=True) if not listed]
    alone = sum(languages[post.language] == 1 for post in without)
    if alone:
        yield f"  {count(alone, 'post')} without a related one: no other is in the same language"
    if len(without) > alone:
        chosen = task.choice.threshold
        least = "is alike enough" if chosen is None else f"has a cosine of {chosen:g}"
        lonely = count(len(without) - alone, "post")
        yield f"  {lonely} without a related one: no other one {least}; --threshold asks for less"


def warnings(task: Task, outcome: Outcome) -> Iterator[str]:
    """What an author should know or mend."""
    yield from (f"  note: {remark}" for remark in outcome.reading.remarks)
    yield from refusals(outcome.parts)
    yield from (f"  skipped: {problem.error}" for problem in outcome.problems)
    if task.headings and outcome.hydrated:
        verb = "is" if outcome.hydrated == 1 else "are"
        yield f"  no links: {count(outcome.hydrated, 'page')} {verb} drawn again by a script, so links in the HTML vanish"
        yield f"  there. Let the theme show <related-posts> instead: {HOW_TO_HYDRATE}"
    if outcome.no_engine:
        yield "  there will be no search with the full model: its engine can't be made"
        yield f"  {outcome.no_engine}"


def refusals(parts: Parts) -> Iterator[str]:
    """Files of parts that could not be used."""
    yield from (f"  computed again: {refused}" for refused in parts.refused)


def _list(kind: str, names: list[str], most: int) -> Iterator[str]:
    if names:
        yield f"  {kind}: {len(names)}"
        yield from (f"    {name}" for name in names[:most])
        if len(names) > most:
            yield f"    and {len(names) - most} more; --verbose names all"
