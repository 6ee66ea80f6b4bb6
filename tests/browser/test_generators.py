"""The posts of a real blog as two generators write them, after `semblance site --inject`, with JavaScript and without."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from browser.small_blog import CSP
from browser.watch import Watch
from data.generators import ELEVENTY, PELICAN, TIL, Generator, Post, build, til_posts
from semblance.build.server import serving

BASE = "/name/"
CLICKS = 3


class Site(NamedTuple):
    """What a generator wrote, with the related posts."""

    folder: Path
    posts: list[Post]


@pytest.fixture(scope="session", params=[ELEVENTY, PELICAN], ids=lambda generator: generator.name)
def blog(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Site:
    generator: Generator = request.param
    if not TIL.is_dir():
        pytest.skip("the posts are not part of the project: ../shared/data/til is absent")
    posts = til_posts()
    try:
        folder = build(generator, tmp_path_factory.mktemp(generator.name), posts)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"{generator.name} can't be had: {getattr(error, 'stderr', '') or error}")
    semblance_site(folder)
    return Site(folder, posts)


def semblance_site(folder: Path) -> None:
    command = [sys.executable, "-m", "semblance", "site", str(folder), "--inject"]
    subprocess.run(command, check=True, capture_output=True, text=True)


@pytest.fixture
def site(blog: Site) -> Iterator[str]:
    with serving([blog.folder], base=BASE, headers={"Content-Security-Policy": CSP}) as address:
        yield address


@pytest.fixture(params=[True, False], ids=["JavaScript", "no JavaScript"])
def reader(request: pytest.FixtureRequest, browser: Browser, watch: Watch) -> Iterator[Page]:
    with browser.new_context(java_script_enabled=request.param) as context:
        page = context.new_page()
        watch.watch(page)
        yield page


def related_links(reader: Page) -> Locator:
    return reader.get_by_role("navigation", name="Related posts").get_by_role("link")


def test_related_posts_lead_from_post_to_post(blog: Site, site: str, reader: Page) -> None:
    titles = {post.title for post in blog.posts}
    reader.goto(site)
    reader.get_by_role("link", name=blog.posts[0].title).click()  # its address has letters that are encoded
    for _ in range(CLICKS):
        here = reader.get_by_role("heading", level=1).last.inner_text()
        expect(related_links(reader)).to_have_count(4)
        names = related_links(reader).all_inner_texts()
        assert here not in names
        assert set(names) <= titles
        related_links(reader).first.click()
        expect(reader.get_by_role("heading", level=1, name=names[0])).to_be_visible()


def test_every_post_has_its_file_and_lists_have_none(blog: Site) -> None:
    related = blog.folder / "semblance" / "related"
    keys = {file.relative_to(related).with_suffix("").as_posix() for file in related.rglob("*.json")}
    assert keys == {f"posts/{post.topic}/{post.slug}" for post in blog.posts}


def test_all_addresses_lead_to_pages(blog: Site, site: str, page: Page) -> None:
    related = blog.folder / "semblance" / "related"
    urls = {post["url"] for file in related.rglob("*.json") for post in json.loads(file.read_bytes())["related"]}
    answers = {url: page.request.head(site + url).status for url in sorted(urls)}
    assert {url: status for url, status in answers.items() if status != 200} == {}


def test_a_second_run_changes_nothing(blog: Site) -> None:
    before = {file: file.read_bytes() for file in blog.folder.rglob("*") if file.is_file()}
    semblance_site(blog.folder)
    after = {file: file.read_bytes() for file in blog.folder.rglob("*") if file.is_file()}
    assert after == before
