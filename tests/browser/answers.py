"""What hosts answer in place of a file, for `Page.route`."""

from __future__ import annotations

from playwright.sync_api import Route


def gone(route: Route) -> None:
    """What a host says of a file that is not there."""
    route.fulfill(status=404, content_type="text/html", body="<h1>Not found</h1>")


def wrong(route: Route) -> None:
    """What some hosts say instead."""
    route.fulfill(status=200, content_type="text/html", body="<h1>Not found</h1>")


def cut(route: Route) -> None:
    """Half of a file."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.body()[: len(answer.body()) // 2])


def never(route: Route) -> None:
    """No answer: the connection stays open."""
