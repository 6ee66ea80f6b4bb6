"""What the plugins of site generators share: related posts and search are written into the site that was just built."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from semblance.cli import main
from semblance.commands.statuses import SKIPPED

OPTIONS = ("--inject",)
"""Of ``semblance site``, where a site names none."""


def write_into(folder: str | Path, options: Sequence[str] = OPTIONS) -> str:
    """Run ``semblance site`` on a folder; gives why it failed, or "".

    Parameters
    ----------
    folder : str or Path
        What the generator has written.
    options : sequence of str
        As on the command line.
    """
    try:
        status = main(["site", str(folder), *map(str, options)])
    except SystemExit as end:  # an option that the command does not know
        status = int(end.code or 0)
    # What it said of that stands in the generator's own output.
    return "" if status in (0, SKIPPED) else f"semblance site {folder} failed with status {status}: see above"
