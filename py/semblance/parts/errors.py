"""The errors of a build. They are printed without a traceback."""

from __future__ import annotations


class BuildError(Exception):
    """An error that stops the build. Its message says what to do."""


class FetchError(BuildError):
    """A part can't be fetched from any of its sources."""


class HashMismatch(BuildError):
    """A file is not the one that was pinned. Never ignored."""
