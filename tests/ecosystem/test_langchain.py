"""LangChain's own standard tests pass: those of ``langchain-tests``, run with the real LangChain."""

from __future__ import annotations

import re
from pathlib import Path

from ecosystem.conftest import Programs

SUITE = Path(__file__).with_name("langchain_suite.py")


def test_langchains_standard_tests_pass(programs: Programs) -> None:
    options = [
        "-q",
        "--noconftest",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:playwright",
        "--asyncio-mode=auto",
        "-c",
        "/dev/null",
    ]
    printed = programs.run("python", "-m", "pytest", *options, "--rootdir", str(programs.home), str(SUITE))
    passed = re.search(r"(\d+) passed", printed)
    assert passed, printed
    assert int(passed[1]) >= 90, printed
    assert "skipped" not in printed, printed
