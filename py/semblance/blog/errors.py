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
    remedy = (
        "Mark posts with data-semblance-body, or see what --min-words, --include and --exclude leave out."
    )


class NotOurs(SiteError):
    remedy = "Move it out of the way."
