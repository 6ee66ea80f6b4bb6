"""Run the tests and the checks."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence

from semblance.parts.paths import ROOT


def pytest_arguments(options: argparse.Namespace) -> list[str]:
    """What pytest is called with; ``tests/conftest.py`` knows the options that are not its own."""
    arguments = [f"--with={name}" for name in options.wanted]
    if options.models_from:
        arguments.append(f"--models-from={options.models_from.resolve()}")
    if options.all_engines:
        arguments.append("--all-engines")
    return arguments + list(options.pytest)


def run(arguments: Sequence[str]) -> int:
    """Run pytest; its exit status. It runs in this process, so that whoever ends this one ends the tests."""
    import pytest

    return int(pytest.main(list(arguments)))


def check() -> int:
    """Lint, formatting, types and doctests; 0 if all are clean."""
    packages = ["py/semblance", "py/semblance_build"]
    commands = {
        "ruff check": ["ruff", "check", "."],
        "ruff format": ["ruff", "format", "--check", "."],
        "mypy": ["mypy"],
        # What runs only in a browser can't be imported here.
        "doctests": ["pytest", "--quiet", "--doctest-modules", *packages, "--ignore-glob=*/browser/*"],
    }
    failed = []
    for name, command in commands.items():
        print(f"\n{name}", flush=True)
        if subprocess.run([sys.executable, "-m", *command], cwd=ROOT).returncode:
            failed.append(name)
    print("\nAll checks passed." if not failed else f"\nFailed: {', '.join(failed)}")
    return 1 if failed else 0
