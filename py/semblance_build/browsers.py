"""Browsers for the tests and the bench: the installed ones; missing ones are installed where that is allowed.

Chromium, which runs every test, is Playwright's own if that is installed, else the system's. Firefox and WebKitGTK are the
system's, as people use them, rather than builds of a test tool.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from semblance.parts.errors import BuildError

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FIREFOX_NAMES = ("firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox")

# In some processes, drawn by chance, Chromium samples allocations, to find leaks and faults in its own code. It then walks
# the stack by frame pointers, and where WebAssembly has switched stacks, as Pyodide lets it, it walks off the stack's end:
# "Page crashed". (With a probability of 1, 3 of 6 and 11 of 14 pages that embed thirty texts crash.) These are parameters,
# because features that are disabled here would replace those that Playwright disables.
_NEVER_SAMPLED = [
    "HeapProfilerReporting:stable-probability/0/nonstable-probability/0",
    "GwpAsanMalloc:ProcessSamplingProbability/0",
    "GwpAsanPartitionAlloc:ProcessSamplingProbability/0",
]
# A browser under test talks to nobody but the page's own server.
CHROMIUM_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--enable-features={','.join(_NEVER_SAMPLED)}",
]
if hasattr(os, "geteuid") and os.geteuid() == 0:
    CHROMIUM_FLAGS.append("--no-sandbox")  # Chromium refuses to start as root with it


class WebKit(NamedTuple):
    """Programs that run WebKitGTK under test."""

    driver: str
    """Speaks WebDriver."""
    browser: str
    """WebKit's own small browser."""
    display: str
    """An X server without a screen: WebKitGTK has no headless mode."""


def chromium_executable() -> str | None:
    """Path of a Chromium that is installed, or None."""
    return _playwrights_own() or _which(*CHROMIUM_NAMES)


def firefox_executable() -> str | None:
    """Path of a Firefox that is installed, or None."""
    return _which(*FIREFOX_NAMES)


def webkit_executables() -> WebKit | None:
    """The programs that run WebKitGTK, or None if one of them is not installed."""
    driver, display = _which("WebKitWebDriver"), _which("Xvfb")
    folders = (
        folder
        for root in ("lib", "lib64", "libexec")
        for folder in Path("/usr", root).glob("**/webkit2gtk-4.*")
    )
    browsers = sorted(str(path) for folder in folders for path in folder.glob("MiniBrowser"))
    return WebKit(driver, browsers[-1], display) if driver and display and browsers else None


def ensure_chromium() -> str:
    """Path of a Chromium, installing one if there is none.

    Raises
    ------
    BuildError
        If none could be installed; the message says what to do.
    """
    if path := chromium_executable():
        return path
    print("  no Chromium found; asking Playwright for its own", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if path := chromium_executable():
        return path
    _apt_install("chromium")
    if path := chromium_executable():
        return path
    raise BuildError(
        "No Chromium could be found or installed. Install one (Debian: apt-get install chromium), "
        "or run `playwright install chromium` where its downloads are reachable, then run the same again."
    )


def ensure_firefox() -> str:
    """Path of a Firefox, installing Debian's if there is none.

    Raises
    ------
    BuildError
        If none could be installed; the message says what to do.
    """
    if firefox_executable() is None:
        _apt_install("firefox-esr")
    if path := firefox_executable():
        return path
    raise BuildError("There is no Firefox. Install it (Debian: apt-get install firefox-esr).")


def ensure_webkit() -> WebKit:
    """The programs that run WebKitGTK, installing them if they are absent.

    Raises
    ------
    BuildError
        If it could not be installed; the message says what to do.
    """
    if webkit_executables() is None:
        _apt_install("webkit2gtk-driver", "xvfb")
    if programs := webkit_executables():
        return programs
    raise BuildError(
        "There is no WebKitGTK with its driver, or no Xvfb. Install them (Debian: apt-get install webkit2gtk-driver xvfb); "
        "there are none for macOS."
    )


def _which(*names: str) -> str | None:
    return next(filter(None, map(shutil.which, names)), None)


def _apt_install(*packages: str) -> None:
    """Install Debian's packages where that is possible. The caller checks the result."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return
    print(f"  installing the system's {' and '.join(packages)}", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=False)
    subprocess.run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
        check=False,
        env=environment,
    )


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    def chromium() -> Path:
        with sync_playwright() as playwright:
            return Path(playwright.chromium.executable_path)

    # Playwright's pytest plug-in may hold this thread; another has room for one more.
    with ThreadPoolExecutor(1) as pool:
        path = pool.submit(chromium).result()
    return str(path) if path.exists() else None
