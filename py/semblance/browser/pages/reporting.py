"""What came of adding: counts, failures by name and reason, what was cut, what vanished."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from semblance.browser.pages.dom import View, by_id, element, on_action, show
from semblance.documents import Document
from semblance.embedding.report import Report
from semblance.errors import UnsupportedFormat
from semblance.wording import count

if TYPE_CHECKING:
    from semblance.browser.pages.app import App

LINES_SHOWN = 500


class ReportPanel:
    """The panel that says what a run did; it stays until it is dismissed or the next run ends."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._action: Callable[[], Any] | None = None
        on_action(
            app.scope,
            by_id("report"),
            {"dismiss": lambda _: show(by_id("report"), False), "action": self._act},
        )

    def show(self, collection: Any, report: Report, documents: Sequence[Document]) -> None:
        """Fill the panel."""
        left_out = [f for f in report.failed if isinstance(f.error, UnsupportedFormat)]
        failed = [f for f in report.failed if not isinstance(f.error, UnsupportedFormat)]
        sections = [
            _section(f"{len(failed)} failed", [_failure(f) for f in failed], open=True),
            _section(f"{len(left_out)} left out: not a text format", [_failure(f) for f in left_out]),
            _section(
                f"{len(report.cut)} too long: their ends are not indexed",
                [f"{id}: the last {count(chars, 'character')}" for id, chars in report.cut],
            ),
            _section("How some were read", [f"{doc.id}: {doc.note}" for doc in documents if doc.note]),
            self._vanished(collection, report.vanished),
        ]
        view = View("t-report").fill(summary=_summary(report))
        view["sections"].append(*[section.fragment for section in sections if section is not None])
        by_id("report").replaceChildren(view.fragment)
        show(by_id("report"))

    def _vanished(self, collection: Any, ids: Sequence[str]) -> View | None:
        section = _section(f"{len(ids)} no longer in the folder", ids, open=True)
        if section is not None:
            section["action"].textContent = "Remove them from the collection"
            show(section["action"])
            self._action = lambda: self._app.run(self._app.delete_items(list(ids), collection))
        return section

    def _act(self, target: Any) -> None:
        show(target, False)
        if self._action is not None:
            self._action()


def _summary(report: Report) -> str:
    words = [f"{report.added:,} added"]
    words += [f"{report.changed:,} changed"] if report.changed else []
    words += [f"{report.unchanged:,} unchanged"] if report.unchanged else []
    words += [f"{len(report.failed):,} not added"] if report.failed else []
    return " · ".join(words)


def _failure(failure: Any) -> str:
    text = str(failure.error)
    return text if failure.id in text else f"{failure.id}: {text}"


def _section(summary: str, lines: Sequence[str], open: bool = False) -> View | None:
    if not lines:
        return None
    view = View("t-report-section").fill(summary=summary)
    view.root.open = open
    view["list"].append(*[element("li", line) for line in lines[:LINES_SHOWN]])
    if len(lines) > LINES_SHOWN:
        view["list"].append(element("li", f"and {len(lines) - LINES_SHOWN:,} more"))
    return view
