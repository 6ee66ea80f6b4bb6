"""A Chromium for the tests and the bench: Playwright's own where it can be had, else the system's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from semblance.build.errors import BuildError

SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# A browser under test talks to nobody but the page's own server.
CHROMIUM_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
if hasattr(os, "geteuid") and os.geteuid() == 0:
    CHROMIUM_FLAGS.append("--no-sandbox")  # Chromium refuses to start as root with it


def chromium_executable() -> str | None:
    """Path of a Chromium that is installed, or None."""
    return _playwrights_own() or next(filter(None, map(shutil.which, SYSTEM_NAMES)), None)


def ensure_chromium() -> str:
    """Path of a Chromium, installing one if there is none.

    Raises
    ------
    BuildError
        None could be installed; the message says what to do.
    """
    if found := chromium_executable():
        return found
    print("  no Chromium found; asking Playwright for its own", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if found := chromium_executable():
        return found
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("  installing the system's chromium package", flush=True)
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "chromium"],
            check=False,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        )
    if found := chromium_executable():
        return found
    raise BuildError(
        "No Chromium could be found or installed. Install one (Debian: apt-get install chromium), "
        "or run `playwright install chromium` where its downloads are reachable, then run the same again."
    )


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None
