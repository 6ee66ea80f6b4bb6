"""Reports on additions: counts, failures with reasons, texts that were cut, items that vanished."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from semblance.browser import ffi
from semblance.browser.pages.dom import View, by_id, element, on_action, show
from semblance.browser.pages.session import Session
from semblance.browser.pages.unfinished import Mark
from semblance.browser.pages.words import counted, words
from semblance.collection import Collection
from semblance.documents import Failure
from semblance.embedding.report import Report
from semblance.errors import UnsupportedFormat
from semblance.ingest import READABLE

ENDED = {"broken_off": "adding.broken_off", "cancelled": "adding.cancelled"}
LINES_SHOWN = 500
FEW_LINES = 10  # so many lines on what was passed over need no unfolding


@dataclass(slots=True)
class Asked:
    """A table or a JSON file, how it was read, and the ids of the items of the file that it is or is in."""

    where: str
    layout: str
    ids: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Outcome:
    """The outcome of one addition, which is all that was given in one go. It is filled in as the addition goes on.

    Parameters
    ----------
    collection : Collection
        The collection that is added to.
    reports : list of Report
        Reports on the addition's parts.
    names : set of str
        Names of the files that were read and of the documents in them.
    notes : list of (str, str)
        Id of a document, and how it was read, if that is not obvious.
    replaced : list of (str, str, str)
        Id of an item that was another file's before, that file, and the new one.
    ended : str
        How it ended early, as `ENDED` has it; empty if it did not.
    marks : dict of str to Mark
        What tells a later visit of each source, by its name, in case the tab is closed before the end.
    intake : object, optional
        The input that was given, as ``static/js/intake.js`` has it, to be read once more.
    asked : list of Asked
        The files whose reading is a guess or an answer.
    before : Outcome, optional
        The outcome of the same input, of which one file was read in another way.
    doubtful : str
        That file.
    """

    collection: Collection
    reports: list[Report] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    notes: list[tuple[str, str]] = field(default_factory=list)
    replaced: list[tuple[str, str, str]] = field(default_factory=list)
    ended: str = ""
    marks: dict[str, Mark] = field(default_factory=dict)
    intake: Any = None
    asked: list[Asked] = field(default_factory=list)
    before: Outcome | None = None
    doubtful: str = ""

    @property
    def report(self) -> Report:
        return Report.total(self.reports)

    @property
    def trouble(self) -> set[str]:
        """Names of items that failed, were cut or have vanished."""
        report = self.report
        return {f.id for f in report.failed}.union(report.vanished, (id for id, _ in report.cut))

    def settles(self, earlier: Outcome) -> bool:
        """Whether this addition dealt again with everything that troubled an earlier one."""
        same = self.collection.info.key == earlier.collection.info.key
        return earlier.trouble <= (self.names | self.trouble if same else set())


class ReportPanel:
    """Reports on additions, the latest first.

    A report stays until the user dismisses it, or until a later addition settles all of its trouble.
    """

    def __init__(self, session: Session, reread: Callable[[Outcome, str], None]) -> None:
        self._session = session
        self._reread = reread
        self._shown: dict[str, Outcome] = {}  # by what ``data-report`` says
        self._last = 0
        actions = {
            "dismiss": self._dismiss,
            "save": self._save,
            "action": self._remove_vanished,
            "reread": self._read_again,
        }
        on_action(session.scope, by_id("report"), actions)

    def show(self, outcome: Outcome) -> None:
        """Show a report, and remove the reports that it settles."""
        for root in list(by_id("report").children):
            if outcome.settles(self._shown[root.dataset.report]):
                self._forget(root)
        self._last += 1
        self._shown[str(self._last)] = outcome
        by_id("report").prepend(_report(str(self._last), outcome))
        self.refresh()
        if self._session.is_open(outcome.collection):
            self._session.dialogs.announce(_summary(outcome))

    def speak(self) -> None:
        """Say all reports again, in the page's language."""
        for root in list(by_id("report").children):
            root.replaceWith(_report(root.dataset.report, self._shown[root.dataset.report]))
        self.refresh()

    def refresh(self) -> None:
        """Show the reports on the open collection; those on others wait until theirs is open."""
        shown = False
        for root in by_id("report").children:
            is_here = self._session.is_open(self._shown[root.dataset.report].collection)
            show(root, is_here)
            shown = shown or is_here
        show(by_id("report"), shown)

    def _dismiss(self, target: Any) -> None:
        self._forget(target.closest(".report"))
        self.refresh()

    def _save(self, target: Any) -> None:
        outcome = self._shown[target.closest(".report").dataset.report]
        name = f"{words('report.file_name')}-{outcome.collection.name}.txt".replace("/", "-")
        ffi.download([as_text(outcome).encode()], name)

    def _read_again(self, target: Any) -> None:
        self._reread(self._shown[target.closest(".report").dataset.report], str(target.dataset.where))

    def _forget(self, root: Any) -> None:
        del self._shown[root.dataset.report]
        root.remove()

    def _remove_vanished(self, target: Any) -> None:
        show(target, False)
        outcome = self._shown[target.closest(".report").dataset.report]
        self._session.run(self._session.delete_items(outcome.report.vanished, outcome.collection))


def _report(name: str, outcome: Outcome) -> Any:
    view = View("t-report").fill(summary=_summary(outcome))
    parts = _parts(outcome)
    view["sections"].append(*[_section(part).fragment for part in parts])
    show(view["save"], bool(parts))
    view.root.dataset.report = name
    return view.root


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a report. Its lines stand for ``number`` items, or for one each."""

    summary: str
    lines: Sequence[str]
    number: int = 0
    note: str = ""
    open: bool = False
    action: str = ""
    wheres: Sequence[str] = ()  # of each line, if it can be read in another way


def as_text(outcome: Outcome) -> str:
    """A report as a text file holds it: all of its lines."""
    parts = [
        f"{part.summary}\n\n" + "".join(f"- {line}\n" for line in part.lines) for part in _parts(outcome)
    ]
    return "\n".join([f"{outcome.collection.name}: {_summary(outcome)}\n", *parts])


def _parts(outcome: Outcome) -> list[_Part]:
    """The parts of a report that have lines."""
    report = outcome.report
    passed_over = [f for f in report.failed if isinstance(f.error, UnsupportedFormat)]
    failed = [f for f in report.failed if not isinstance(f.error, UnsupportedFormat)]
    parts = [
        _Part(
            words("report.failed", number=f"{_number(failed):,}"),
            [_failure(f) for f in failed],
            number=_number(failed),
            open=True,
        ),
        _Part(
            words("report.passed_over", number=f"{len(passed_over):,}"),
            [_failure(f) for f in passed_over],
            note=READABLE.said(),
            open=len(passed_over) <= FEW_LINES,
        ),
        _Part(
            words("report.replaced", number=f"{len(outcome.replaced):,}"),
            [words("report.replaced_item", id=id, old=old, new=new) for id, old, new in outcome.replaced],
            open=len(outcome.replaced) <= FEW_LINES,
        ),
        _Part(
            words("report.cut", number=f"{len(report.cut):,}"),
            [counted("report.cut_item", chars, id=id) for id, chars in report.cut],
        ),
        _Part(
            words("report.tables"),
            [words("report.table", where=asked.where, layout=asked.layout) for asked in outcome.asked],
            open=len(outcome.asked) <= FEW_LINES,
            wheres=[asked.where for asked in outcome.asked],
        ),
        _Part(words("report.notes"), [words("report.note", id=id, note=note) for id, note in outcome.notes]),
        _Part(
            words("report.vanished", number=f"{len(report.vanished):,}"),
            report.vanished,
            open=True,
            action=words("report.remove_vanished"),
        ),
    ]
    return [part for part in parts if part.lines]


def _number(failures: Sequence[Failure]) -> int:
    return sum(failure.count for failure in failures)


def _summary(outcome: Outcome) -> str:
    report = outcome.report
    facts = [words(ENDED[outcome.ended])] if outcome.ended else []
    facts += [words("report.added", number=f"{report.added:,}")]
    facts += [words("report.changed", number=f"{report.changed:,}")] if report.changed else []
    facts += [words("report.unchanged", number=f"{report.unchanged:,}")] if report.unchanged else []
    facts += [words("report.not_added", number=f"{_number(report.failed):,}")] if report.failed else []
    return " · ".join(facts)


def _failure(failure: Failure) -> str:
    text = failure.error.said()
    return text if failure.id in text else words("report.failure", id=failure.id, error=text)


def _section(part: _Part) -> View:
    view = View("t-report-section").fill(summary=part.summary, note=part.note, action=part.action)
    show(view["note"], bool(part.note))
    show(view["action"], bool(part.action))
    view.root.open = part.open
    lines = part.lines[:LINES_SHOWN]
    if part.wheres:
        view["list"].append(*map(_line_to_change, lines, part.wheres))
    else:
        view["list"].append(*[element("li", line) for line in lines])
    if len(part.lines) > LINES_SHOWN:
        more = max(part.number, len(part.lines)) - LINES_SHOWN
        view["list"].append(element("li", words("report.more_lines", number=f"{more:,}")))
    return view


def _line_to_change(line: str, where: str) -> Any:
    view = View("t-reread").fill(text=line)
    view["reread"].dataset.where = where
    view["reread"].setAttribute("aria-label", words("report.reread_label", where=where))
    return view.fragment
