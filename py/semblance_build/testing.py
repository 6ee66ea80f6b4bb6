"""Run the tests and the checks."""

from __future__ import annotations

import os
import subprocess
import sys

from semblance.parts.errors import BuildError
from semblance.parts.paths import DIST, ROOT
from semblance_build.browsers import ensure_chromium, ensure_firefox, ensure_webkit


def run(pytest_args: list[str], all_engines: bool = False) -> int:
    """Run tests against the existing ``dist/``; gives pytest's exit status.

    Parameters
    ----------
    pytest_args : list of str
        Arguments for pytest.
    all_engines : bool
        Whether a missing engine is an error; else its tests are skipped.

    Raises
    ------
    BuildError
        If a browser that is needed can't be installed; the message says what to do.
    """
    for ensure in (ensure_firefox, ensure_webkit):
        try:
            ensure()
        except BuildError as error:
            if all_engines:
                raise
            print(f"  Its tests are skipped: {error}", flush=True)
    environment = os.environ | {
        "SEMBLANCE_CHROMIUM": ensure_chromium(),
        "SEMBLANCE_MODELS": str(DIST / "models"),
    }
    return subprocess.run(
        [sys.executable, "-m", "pytest", *pytest_args], cwd=ROOT, env=environment
    ).returncode


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
