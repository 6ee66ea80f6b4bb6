"""Blogs as generators write them, after `semblance site --inject`, with JavaScript and without.

The posts of a real blog go through Eleventy, whose addresses end in a slash, and Pelican, whose addresses end in .html and
which adds pages for tags and categories; the project's own sample blog was written by hand.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from browser.small_blog import CSP
from browser.watch import Watch
from data.generators import ELEVENTY, PELICAN, Generator, blog_posts, build
from semblance.parts.paths import ROOT
from semblance_build.server import serving

BASE = "/name/"
CLICKS = 3
ASKED_FOR = 4  # by the attribute of the pages' element
SAMPLE = ROOT / "static" / "sample-blog"


class Blog(NamedTuple):
    """A site with its related posts."""

    folder: Path
    titles: dict[str, str]
    """By key."""

    def related(self, key: str) -> list[str]:
        """Titles in the data of a page."""
        data = json.loads((self.folder / "semblance" / "related" / f"{key}.json").read_bytes())
        return [post["title"] for post in data["related"]]


@pytest.fixture(scope="session")
def made() -> dict[str, Blog | str]:
    """Blogs by name, each made when the first test asks for it; or why one can't be had."""
    return {}


@pytest.fixture(params=[None, ELEVENTY, PELICAN], ids=["by hand", "Eleventy", "Pelican"])
def blog(
    request: pytest.FixtureRequest, made: dict[str, Blog | str], tmp_path_factory: pytest.TempPathFactory
) -> Blog:
    if request.param and not request.config.getoption("generators"):
        pytest.skip("builds of real generators take minutes: --generators")
    name = request.param.name if request.param else "sample"
    if name not in made:
        folder = tmp_path_factory.mktemp(name)
        made[name] = _generated(request.param, folder) if request.param else _sample(folder / "public")
    blog = made[name]
    if isinstance(blog, str):
        pytest.skip(blog)
    return blog


def _sample(folder: Path) -> Blog:
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("semblance"))
    pages = {f"posts/{page.parent.name}": page for page in folder.glob("posts/*/index.html")}
    titles = {
        key: re.search("<h1>(.*)</h1>", page.read_text(encoding="utf-8")) for key, page in pages.items()
    }
    semblance_site(folder)
    return Blog(folder, {key: title[1] for key, title in titles.items() if title})


def _generated(generator: Generator, folder: Path) -> Blog | str:
    posts = blog_posts()
    try:
        public = build(generator, folder, posts)
    except (OSError, subprocess.CalledProcessError) as error:
        return f"{generator.name} can't be had: {getattr(error, 'stderr', '') or error}"
    semblance_site(public)
    return Blog(public, {f"posts/{post.topic}/{post.slug}": post.title for post in posts})


def semblance_site(folder: Path) -> None:
    command = [sys.executable, "-m", "semblance.cli", "site", str(folder), "--inject"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "py")}
    subprocess.run(command, check=True, capture_output=True, text=True, env=environment)


@pytest.fixture
def site(blog: Blog) -> Iterator[str]:
    with serving([blog.folder], base=BASE, headers={"Content-Security-Policy": CSP}) as address:
        yield address


@pytest.fixture(params=[True, False], ids=["JavaScript", "no JavaScript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def reader(javascript: bool, browser: Browser, watch: Watch) -> Iterator[Page]:
    with browser.new_context(java_script_enabled=javascript) as context:
        page = context.new_page()
        watch.watch(page)
        yield page


def links(reader: Page, javascript: bool) -> Locator:
    """Those that the reader sees: with JavaScript the element's own list takes the place of the injected one."""
    role: Literal["navigation", "complementary"] = "navigation" if javascript else "complementary"
    return reader.get_by_role(role, name="Related posts").get_by_role("link")


def key_of(address: str) -> str:
    return unquote(address).removesuffix("/").removesuffix(".html")


def test_related_posts_lead_from_post_to_post(blog: Blog, site: str, javascript: bool, reader: Page) -> None:
    reader.goto(site)
    reader.get_by_role("link", name=next(iter(blog.titles.values())), exact=True).click()
    for _ in range(CLICKS):
        key = key_of(reader.url.removeprefix(site))
        related = blog.related(key)
        expect(links(reader, javascript)).to_have_text(related[: ASKED_FOR if javascript else None])
        assert blog.titles[key] not in related
        assert set(related) <= set(blog.titles.values())
        links(reader, javascript).first.click()
        expect(reader.locator("article").get_by_role("heading", name=related[0], exact=True)).to_be_visible()


def test_every_post_has_its_file_and_lists_have_none(blog: Blog) -> None:
    related = blog.folder / "semblance" / "related"
    keys = {file.relative_to(related).with_suffix("").as_posix() for file in related.rglob("*.json")}
    assert keys == set(blog.titles)
    assert max(file.stat().st_size for file in related.rglob("*.json")) <= 2_048


def test_all_addresses_lead_to_pages(blog: Blog, site: str, page: Page) -> None:
    data = json.loads((blog.folder / "semblance" / "data" / "related.json").read_bytes())
    urls = {post["url"] for related in data.values() for post in related} | set(data)
    answers = {url: page.request.head(site + url).status for url in sorted(urls)}
    assert {url: status for url, status in answers.items() if status != 200} == {}


def test_a_second_run_changes_nothing(blog: Blog) -> None:
    before = {file: file.read_bytes() for file in blog.folder.rglob("*") if file.is_file()}
    semblance_site(blog.folder)
    after = {file: file.read_bytes() for file in blog.folder.rglob("*") if file.is_file()}
    assert after == before
