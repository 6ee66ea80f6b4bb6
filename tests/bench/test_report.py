"""Figures and the tables that are made of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from semblance_build.benchmark import machine, report
from semblance_build.benchmark.figures import Figure

SPEED = Figure("embed", "embedding", "docs/s", [30, 20, 40], [10, 10, 10], "Other 1.0", "In batches of 8.")
TIME = Figure("cold", "start", "s", [2.0, 1.5, 2.5], [1.0, 1.5, 1.0], "Other 1.0")
ALONE = Figure("fidelity", "cosine", "", [0.98765])


@pytest.fixture
def made() -> dict[str, Any]:
    about = machine.describe() | {"browser": "Chromium 1"}
    return report.make([SPEED, TIME, ALONE], 3, "til", about)


def test_ratio_is_above_one_where_ours_is_better() -> None:
    assert SPEED.ratio == 3
    assert TIME.ratio == 0.5


def test_ratio_compares_runs_before_taking_the_median() -> None:
    # Noise that hits both in one run must not show: medians alone would say 20 / 20.
    assert Figure("", "", "ms", [10, 20, 100], [20, 40, 20]).ratio == 2


def test_a_number_without_unit_or_company_has_no_ratio() -> None:
    assert ALONE.ratio is None
    assert Figure("", "", "", [0.8], [0.9], "fp32").ratio is None


def test_what_one_side_does_without_has_no_ratio() -> None:
    assert Figure("sizes", "ONNX Runtime", "MB", [0], [26.9], "Other 1.0").ratio is None


def test_runs_of_both_sides_must_match() -> None:
    with pytest.raises(ValueError, match="zip"):
        _ = Figure("", "", "ms", [1, 2], [1]).ratio


def test_markdown_holds_a_row_a_figure_and_the_conditions(made: dict[str, Any]) -> None:
    lines = report.to_markdown(made).splitlines()
    assert lines[2:5] == [
        "| embedding | 30 docs/s | 10 docs/s (Other 1.0) | 3.00 |",
        "| start | 2 s | 1 s (Other 1.0) | 0.50 |",
        "| cosine | 0.9877 |  |  |",
    ]
    text = "\n".join(lines[5:])
    for part in (made["date"], made["machine"]["cpu"], "Chromium 1", "medians of 3 runs", "In batches of 8."):
        assert part in text


def test_details_are_for_the_terminal_and_the_json_file(made: dict[str, Any]) -> None:
    figure = Figure("photos", "a closer look", "ms", [1, 1, 1], note="Very close.", detail=True)
    more = made | {"figures": [*made["figures"], figure.to_json()]}
    assert report.to_markdown(more) == report.to_markdown(made)
    assert {"a closer look  1 ms", "A closer look: Very close."} <= set(report.to_text(more).splitlines())


def test_json_keeps_every_run(made: dict[str, Any], tmp_path: Path) -> None:
    report.write_json(tmp_path / "bench.json", made)
    read = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    assert read["figures"][0]["runs"] == {"ours": [30, 20, 40], "theirs": [10, 10, 10]}
    assert read["versions"]["@huggingface/transformers"]
    assert report.to_text(read) == report.to_text(made)
