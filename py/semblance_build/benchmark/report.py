"""The report: JSON with every run, a table for people, the same table for docs/measurements.md."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from semblance_build.benchmark.figures import Figure

_HEAD = ("What", "Semblance", "Beside it", "Ratio")
_RATIO = "Ratio: how many times better Semblance is, the median over runs in turns; below 1 it is worse."

Report = dict[str, Any]


def make(figures: Sequence[Figure], runs: int, corpus: str, about: Mapping[str, Any]) -> Report:
    """All that goes into the JSON file."""
    return {**about, "runs": runs, "corpus": corpus, "figures": [figure.to_json() for figure in figures]}


def write_json(path: Path, report: Report) -> None:
    """Write the report, readable."""
    path.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def to_text(report: Report) -> str:
    """The table for a terminal."""
    rows = [_HEAD, *_rows(report)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join([*lines, "", _conditions(report), _RATIO, *_notes(report)])


def to_markdown(report: Report) -> str:
    """The table for docs/measurements.md, without details.

    Examples
    --------
    >>> figure = Figure("search", "one query", "ms", [10, 12], [20, 24], "a loop")
    >>> machine = {"cpu": "a CPU", "cores": 2, "memory_gb": 16}
    >>> about = {"date": "2026-11-21", "machine": machine, "browser": "Chromium 156"}
    >>> print(to_markdown(make([figure], 2, "til", about)).splitlines()[2])
    | one query | 11 ms | 22 ms (a loop) | 2.00 |
    """
    report = {**report, "figures": [figure for figure in report["figures"] if not figure["detail"]]}
    rows = [_HEAD, ("---", "--:", "--:", "--:"), *_rows(report)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    notes = "\n".join(f"- {line}" for line in [_RATIO, *_notes(report)])
    return f"{table}\n\n{_conditions(report)}\n\n{notes}"


def _rows(report: Report) -> list[tuple[str, str, str, str]]:
    return [_row(figure) for figure in report["figures"]]


def _row(figure: Mapping[str, Any]) -> tuple[str, str, str, str]:
    unit, median = figure["unit"], figure["median"]
    beside = f"{_number(median['theirs'], unit)} ({figure['beside']})" if figure["beside"] else ""
    return figure["name"], _number(median["ours"], unit), beside, _ratio(figure["ratio"])


def _ratio(ratio: float | None) -> str:
    if ratio is None:
        return ""
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"


def _number(value: float, unit: str) -> str:
    """Three digits are all that a timing is good for.

    >>> _number(0.51234, "ms"), _number(9.96, "docs/s"), _number(1234.5, "ms"), _number(0.98765, "")
    ('0.512 ms', '9.96 docs/s', '1234 ms', '0.9877')
    """
    if not unit:
        return f"{value:.4f}"
    digits = f"{value:.0f}" if value >= 100 else f"{value:.3g}"
    return f"{digits} {unit}"


def _conditions(report: Report) -> str:
    machine = report["machine"]
    return (
        f"{report['date']}, {machine['cpu']}, {machine['cores']} cores, {machine['memory_gb']} GB, "
        f"{report['browser']}; "
        f"medians of {report['runs']} runs; texts: {report['corpus']}."
    )


def _notes(report: Report) -> list[str]:
    """Each note once, with the name of the first figure that carries it."""
    notes = {figure["note"]: figure["name"] for figure in reversed(report["figures"]) if figure["note"]}
    return [f"{name[0].upper()}{name[1:]}: {note}" for note, name in reversed(notes.items())]
