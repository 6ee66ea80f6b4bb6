"""Links in the themes that people use: `python build.py test -- --generators tests/browser/test_themes.py`.

Screenshots go to ``build/themes/``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, expect

from browser.search_box import SEARCH
from browser.watch import Watch
from data.themes import THEMES, VITEPRESS, Theme, build, build_with_box, posts
from semblance.parts.paths import ROOT
from semblance_build.server import serving

SCREENSHOTS = ROOT / "build" / "themes"
WIDTHS = (1280, 390)
NARROWEST = 300  # pixels of a list on a phone 390 pixels wide


class Built(NamedTuple):
    """A site after the command."""

    theme: Theme
    folder: Path
    printed: str
    status: int

    @property
    def related(self) -> dict[str, list[dict[str, str]]]:
        lists: dict[str, list[dict[str, str]]] = json.loads(
            (self.folder / "semblance/data/related.json").read_bytes()
        )
        return lists


def run(theme: Theme, folder: Path) -> Built:
    """Build a theme's site and run the command on it, or skip where the generator can't be had."""
    try:
        site = build(theme, folder)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"{theme.name} can't be had: {getattr(error, 'stderr', '') or error}")
    command = [
        sys.executable,
        "-m",
        "semblance.cli",
        "site",
        str(site),
        "--inject",
        "--no-search",
        "--threshold",
        "0",
    ]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "py")}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return Built(theme, site, done.stdout + done.stderr, done.returncode)


@pytest.fixture(scope="module", params=THEMES, ids=[theme.name for theme in THEMES])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    if not request.config.getoption("generators"):
        pytest.skip("builds of real generators take minutes: --generators")
    return run(request.param, tmp_path_factory.mktemp("theme"))


@pytest.fixture(scope="module")
def address(built: Built) -> Iterator[str]:
    with serving([built.folder], base=built.theme.base) as address:
        yield address


def test_posts_are_found_and_lists_are_not(built: Built) -> None:
    assert built.status == 0, built.printed
    titles = {post["title"]: post for listed in built.related.values() for post in listed}
    assert len(built.related) == len(posts())
    assert set(titles) == {post.title for post in posts()}
    assert {title: post.get("date") for title, post in titles.items()} == {
        post.title: post.day for post in posts()
    }


@pytest.mark.parametrize("width", WIDTHS)
def test_the_list_is_readable_and_its_links_hold(
    built: Built, address: str, browser: Browser, width: int
) -> None:
    url, listed = next((url, listed) for url, listed in built.related.items() if len(listed) > 2)
    with browser.new_context(viewport={"width": width, "height": 900}) as context:
        page = context.new_page()
        page.goto(address + url)
        links = page.get_by_role("complementary", name="Related posts").get_by_role("link")
        expect(links).to_have_text([post["title"] for post in listed])
        box = page.locator(".semblance-related").bounding_box()
        assert box
        assert box["width"] >= NARROWEST
        assert box["x"] + box["width"] <= width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.locator(".semblance-related").scroll_into_view_if_needed()
        page.screenshot(path=SCREENSHOTS / f"{built.theme.name.lower().replace(' ', '-')}-{width}.png")
        for link in links.all():
            assert page.request.get(link.evaluate("node => node.href")).status == 200


def test_a_page_in_the_theme_is_searched(built: Built, browser: Browser, tmp_path: Path) -> None:
    folder, address = build_with_box(built.theme, tmp_path)
    with serving([folder], base=built.theme.base, headers={}) as site, browser.new_context() as context:
        page, watching = context.new_page(), Watch(site)
        watching.watch(page)
        page.goto(site + address)
        assert page.evaluate(SEARCH, "falcon")[0] == "Photographing a hovering kestrel"
        page.locator("semantic-search").scroll_into_view_if_needed()
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{built.theme.name.lower().replace(' ', '-')}-search.png")
        assert watching.problems == []


def test_a_second_run_changes_no_page(built: Built) -> None:
    pages = {file: file.read_bytes() for file in built.folder.rglob("*.html")}
    command = [
        sys.executable,
        "-m",
        "semblance.cli",
        "site",
        str(built.folder),
        "--inject",
        "--no-search",
        "--threshold",
        "0",
    ]
    subprocess.run(
        command, check=True, capture_output=True, env=os.environ | {"PYTHONPATH": str(ROOT / "py")}
    )
    assert {file: file.read_bytes() for file in built.folder.rglob("*.html")} == pages


@pytest.fixture(scope="module")
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    if not request.config.getoption("generators"):
        pytest.skip("builds of real generators take minutes: --generators")
    return run(VITEPRESS, tmp_path_factory.mktemp("theme"))


def test_an_app_gets_no_links_in_its_html(app: Built) -> None:
    assert app.status == 3
    assert f"{len(posts())} pages are drawn again by a script" in app.printed
    assert not any("semblance-related" in file.read_text("utf-8") for file in app.folder.rglob("*.html"))


@pytest.mark.parametrize("width", WIDTHS)
def test_the_component_of_the_page_on_the_blog_shows_each_page_its_own(
    app: Built, browser: Browser, width: int
) -> None:
    lists = {url.removesuffix(".html"): listed for url, listed in app.related.items() if listed}
    url = next(iter(lists))
    with (
        serving([app.folder]) as address,
        browser.new_context(viewport={"width": width, "height": 900}) as context,
    ):
        page = context.new_page()
        page.goto(f"{address}{url}.html")
        shown = page.locator("related-posts").get_by_role("link")
        expect(shown).to_have_text([post["title"] for post in lists[url]])
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.locator("related-posts").scroll_into_view_if_needed()
        page.screenshot(path=SCREENSHOTS / f"vitepress-{width}.png")
        other = lists[url][0]["url"].removesuffix(".html")
        page.evaluate("path => document.querySelector(`a[href$='${path}.html']`).click()", other)
        expect(shown).to_have_text([post["title"] for post in lists[other]])
