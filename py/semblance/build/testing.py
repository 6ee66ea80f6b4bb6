"""Running the tests and the checks."""

from __future__ import annotations

import os
import subprocess
import sys

from semblance.build.browsers import ensure_chromium
from semblance.build.paths import DIST, ROOT


def run(pytest_args: list[str]) -> int:
    """All tests, against the ``dist/`` that is there; pytest's exit status."""
    environment = os.environ | {
        "SEMBLANCE_CHROMIUM": ensure_chromium(),
        "SEMBLANCE_MODELS": str(DIST / "models"),
    }
    return subprocess.run(
        [sys.executable, "-m", "pytest", *pytest_args], cwd=ROOT, env=environment
    ).returncode


def check() -> int:
    """Lint, formatting, types and doctests; 0 if all are clean."""
    package = "py/semblance"
    commands = {
        "ruff check": ["ruff", "check", "."],
        "ruff format": ["ruff", "format", "--check", "."],
        "mypy": ["mypy"],
        # What runs only in a browser can't be imported here.
        "doctests": ["pytest", "--quiet", "--doctest-modules", package, "--ignore-glob=*/browser/*"],
    }
    failed = []
    for name, command in commands.items():
        print(f"\n{name}", flush=True)
        if subprocess.run([sys.executable, "-m", *command], cwd=ROOT).returncode:
            failed.append(name)
    print("\nAll checks passed." if not failed else f"\nFailed: {', '.join(failed)}")
    return 1 if failed else 0
