"""Run the tests and the checks."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from semblance.parts.paths import ROOT
from semblance_build import packages

NOT_IMPORTED_HERE = [
    "--ignore-glob=*/browser/*",  # runs only in a browser
    "--ignore-glob=*/ecosystem/*_plugin.py",  # need another program
    "--ignore-glob=*/ecosystem/dask_cluster.py",
    "--ignore-glob=*/ecosystem/langchain.py",
    "--ignore-glob=*/ecosystem/mcp_server.py",
    "--ignore-glob=*/ecosystem/parquet.py",
]
IN_TWO_PROCESSES = ["--numprocesses=2", "--dist=loadscope", "--no-loadscope-reorder"]
JAVASCRIPT = ROOT / "tools" / "javascript"


def pytest_arguments(options: argparse.Namespace) -> list[str]:
    """What pytest is called with; ``tests/conftest.py`` knows the options that are not its own."""
    arguments = [f"--with={name}" for name in options.wanted]
    if options.models_from:
        arguments.append(f"--models-from={options.models_from.resolve()}")
    if options.all_engines:
        arguments.append("--all-engines")
    if not options.pytest:  # all of them
        arguments += IN_TWO_PROCESSES
    return arguments + list(options.pytest)


def run(arguments: Sequence[str]) -> int:
    """Run pytest; its exit status. It runs in this process, so that whoever ends this one ends the tests."""
    import pytest

    return int(pytest.main(list(arguments)))


def check() -> int:
    """Lint, formatting, types and doctests; 0 if all are clean."""
    modules = ["py/semblance", "py/semblance_build"]
    checks: dict[str, Callable[[], int]] = {
        "ruff check": partial(_python, "ruff", "check", "."),
        "ruff format": partial(_python, "ruff", "format", "--check", "."),
        "mypy": partial(_python, "mypy"),
        "doctests": partial(_python, "pytest", "--quiet", "--doctest-modules", *modules, *NOT_IMPORTED_HERE),
        "oxlint": lint_javascript,
    }
    failed = []
    for name, run_check in checks.items():
        print(f"\n{name}", flush=True)
        if run_check():
            failed.append(name)
    print("\nAll checks passed." if not failed else f"\nFailed: {', '.join(failed)}")
    return 1 if failed else 0


def lint_javascript(folder: Path = ROOT) -> int:
    """Lint all JavaScript of a folder with what ``tools/javascript`` pins; 0 if it is clean."""
    if shutil.which("npm") is None:
        print("npm is not installed; install Node.js 20.19 or newer, which brings it", file=sys.stderr)
        return 1
    pins = [JAVASCRIPT / "package.json", JAVASCRIPT / "package-lock.json"]
    try:
        tool = packages.installed("javascript", pins, packages.NPM)
    except subprocess.CalledProcessError as error:
        print(f"oxlint could not be installed. Check the network and npm.\n{error.stderr}", file=sys.stderr)
        return 1
    linter = tool / "node_modules" / "oxlint" / "bin" / "oxlint"
    options = [f"--config={JAVASCRIPT / 'oxlintrc.json'}", "--deny-warnings"]
    return subprocess.run(["node", str(linter), *options, "."], cwd=folder).returncode


def _python(module: str, *arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT).returncode
