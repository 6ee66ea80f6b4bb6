"""What can go wrong in a build; printed without a traceback."""

from __future__ import annotations


class BuildError(Exception):
    """Stops the build. The message says what to do."""


class FetchError(BuildError):
    """A part can't be fetched from any of its sources."""


class HashMismatch(BuildError):
    """A file is not the one that was pinned. Never ignored."""
