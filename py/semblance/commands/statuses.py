"""What all commands share: their exit statuses, and the type of what they are added to."""

from __future__ import annotations

import argparse
from typing import TypeAlias

DONE, FAILED, USAGE, SKIPPED = 0, 1, 2, 3
"""A command that skipped something that can't be used did the rest, and has named it."""

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
