"""A plugin for MkDocs: ``mkdocs build`` writes related posts and search into the site that it has built."""

from __future__ import annotations

from typing import Literal

from mkdocs.config import base, config_options
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority

from semblance.ecosystem.built_site import OPTIONS, write_into

_AFTER_OTHERS = -100  # such as those that minify pages


class SemblanceConfig(base.Config):
    """What ``mkdocs.yml`` may say of it."""

    options = config_options.ListOfItems(config_options.Type(str), default=list(OPTIONS))


class SemblancePlugin(BasePlugin[SemblanceConfig]):
    """Runs once all pages are written."""

    _command = ""

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """A site that is only looked at while it is written is left as it is."""
        self._command = command

    @event_priority(_AFTER_OTHERS)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Write into the site.

        Raises
        ------
        PluginError
            If that fails; the build fails with it.
        """
        problem = "" if self._command == "serve" else write_into(config.site_dir, self.config.options)
        if problem:
            raise PluginError(problem)
