"""A plugin for Pelican: ``PLUGINS = ["semblance.ecosystem.pelican_plugin"]`` writes into the site that was built."""

from __future__ import annotations

from typing import Any

from pelican import signals

from semblance.ecosystem.built_site import OPTIONS, write_into


def register() -> None:
    """Called by Pelican, which tells the plugin when all pages are written."""
    signals.finalized.connect(_write)


def _write(pelican: Any) -> None:
    """Write into the site. The setting ``SEMBLANCE_OPTIONS`` are the options of ``semblance site``.

    Raises
    ------
    RuntimeError
        If that fails; the build fails with it.
    """
    problem = write_into(pelican.settings["OUTPUT_PATH"], pelican.settings.get("SEMBLANCE_OPTIONS", OPTIONS))
    if problem:
        raise RuntimeError(problem)
