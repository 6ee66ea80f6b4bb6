"""What can go wrong with a site, beside what can with any text."""

from __future__ import annotations

from semblance.errors import InputError, SemblanceError


class Unreadable(InputError):
    remedy = "See that it is there and may be read, or leave it out."


class NoTitle(InputError):
    remedy = "Give the page a <title> or a heading."


class NoPlace(InputError):
    remedy = "Put <!-- semblance:related --> where the list is to stand."


class SiteError(SemblanceError):
    """A site can't be worked on; nothing was written."""


class NoPosts(SiteError):
    remedy = "Run it with --verbose to see what every page was taken for, and mark the posts with data-semblance-body."


class NotOurs(SiteError):
    remedy = "Move it out of the way, or choose another place with --out."
