"""<related-posts feed="..."> on a site without an index: consent, what is kept, what is embedded again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from browser.blog import POSTS, Post, copy_scripts, page, served, write
from browser.watch import Watch
from semblance.blog.engine import engine_files

ENGINE_MS = 120_000  # for a busy machine
HEARD = "addEventListener('feed-read', ({ detail }) => { window.heard = detail })"
NEXT = "() => window.heard ?? new Promise((r) => addEventListener('feed-read', ({ detail }) => r(detail)))"
RISE = Post("posts/rolls/", "Rolls for breakfast", POSTS[0].sections)


def json_feed(posts: list[Post]) -> str:
    items = [
        {"id": post.url, "url": post.url, "title": post.title, "content_html": post.html} for post in posts
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Blog", "items": items})


def rss(posts: list[Post], changed: str = "") -> str:
    """A feed; the text of the post at the address `changed` has one more sentence."""
    day = format_datetime(datetime(2024, 5, 1, tzinfo=UTC))
    items = [
        f"<item><title>{escape(post.title)}</title><link>{post.url}</link><guid>{post.url}</guid>"
        f"<pubDate>{day}</pubDate>"
        f"<description>{escape(post.html + '<p>And one thing more.</p>' * (post.url == changed))}</description></item>"
        for post in posts
    ]
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Blog</title>{"".join(items)}</channel></rss>'


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("engine")
    return folder / engine_files(folder)


@pytest.fixture
def blog(engine: Path, tmp_path: Path) -> Path:
    """A site whose author put the scripts and the engine's folder there, and ran nothing."""
    kit = tmp_path / "semblance"
    kit.mkdir()
    copy_scripts(kit)
    (kit / engine.name).symlink_to(engine)
    element = (
        '<script src="../../semblance/related-posts.js" async></script>'
        f'<related-posts feed="../../feed.xml" engine="../../semblance/{engine.name}"></related-posts>'
    )
    for post in [*POSTS, RISE]:
        write(
            tmp_path / post.url / "index.html", page(post.title, f"<article>{post.html}{element}</article>")
        )
    write(tmp_path / "feed.xml", rss([*POSTS, RISE]))
    return tmp_path


@pytest.fixture
def site(blog: Path) -> Iterator[str]:
    with served(blog) as address:
        yield address


class Reader:
    """Somebody who reads posts, one after another, in the same browser."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.context = context
        self.site = site
        self.watch = Watch(site)
        self.requests: list[str] = []
        context.add_init_script(HEARD)

    def read(self, post: Post) -> Page:
        page = self.context.new_page()
        self.watch.watch(page)
        self.requests.clear()
        page.on("request", lambda request: self.requests.append(request.url))
        page.goto(self.site + post.url)
        return page


@pytest.fixture
def reader(context: BrowserContext, site: str) -> Iterator[Reader]:
    someone = Reader(context, site)
    yield someone
    assert someone.watch.problems == []


def related(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Related posts").get_by_role("link")


def consent(page: Page) -> None:
    page.get_by_role("button", name="Find related posts").click()
    expect(related(page).first).to_be_visible(timeout=ENGINE_MS)


def test_nothing_is_loaded_without_consent_and_the_size_is_told(reader: Reader) -> None:
    page = reader.read(POSTS[0])
    button = page.get_by_role("button", name="Find related posts")
    expect(button).to_contain_text(" MB")
    expect(page.locator("related-posts").get_by_role("status")).to_contain_text("Nothing is sent anywhere")
    assert not any(
        part in url for url in reader.requests for part in (".onnx", "pyodide", "feed.xml", ".worker")
    )


def test_the_related_posts_of_a_page_come_from_the_feed(reader: Reader) -> None:
    page = reader.read(POSTS[0])
    consent(page)
    expect(related(page).first).to_have_text("Rolls for breakfast")
    expect(related(page).first).to_have_attribute("href", f"{reader.site}posts/rolls/")
    expect(page.get_by_role("link", name=POSTS[0].title)).to_have_count(0)
    excerpt = page.locator("related-posts [part=excerpt]").first
    expect(excerpt).to_have_text(re.compile("^Stir flour and water .* Steam makes the crust crackle"))
    assert page.evaluate(NEXT) == {"added": 5, "changed": 0, "unchanged": 0, "removed": 0, "failed": 0}


def test_a_second_visit_embeds_nothing_and_loads_no_engine(reader: Reader) -> None:
    consent(reader.read(POSTS[0]))
    page = reader.read(RISE)
    expect(related(page).first).to_have_text("Sourdough for beginners")
    page.wait_for_load_state("networkidle")
    assert not any(part in url for url in reader.requests for part in (".onnx", "pyodide", ".worker"))


def test_a_changed_entry_alone_is_embedded_again(reader: Reader, blog: Path) -> None:
    consent(reader.read(POSTS[0]))
    write(blog / "feed.xml", rss([*POSTS[:3], RISE], changed=POSTS[1].url))
    page = reader.read(POSTS[1])
    assert page.evaluate(NEXT) == {"added": 0, "changed": 1, "unchanged": 3, "removed": 1, "failed": 0}


def test_a_page_that_is_not_in_the_feed_has_related_posts_too(reader: Reader, blog: Path) -> None:
    write(blog / "feed.xml", rss(POSTS))
    page = reader.read(RISE)
    consent(page)
    expect(related(page).first).to_have_text("Sourdough for beginners")
    again = reader.read(RISE)
    expect(related(again).first).to_have_text("Sourdough for beginners")
    assert not any(".worker" in url for url in reader.requests)


def test_a_json_feed_does_too(reader: Reader, blog: Path) -> None:
    write(blog / "feed.json", json_feed([*POSTS, RISE]))
    path = blog / POSTS[0].url / "index.html"
    write(path, path.read_text(encoding="utf-8").replace("feed.xml", "feed.json"))
    page = reader.read(POSTS[0])
    consent(page)
    expect(related(page).first).to_have_attribute("href", f"{reader.site}posts/rolls/")


def test_a_feed_that_is_broken_says_so_and_can_be_tried_again(reader: Reader, blog: Path) -> None:
    write(blog / "feed.xml", "<html><p>Not found")
    page = reader.read(POSTS[0])
    page.get_by_role("button", name="Find related posts").click()
    status = page.locator("related-posts").get_by_role("status")
    expect(status).to_contain_text("Related posts could not be found", timeout=ENGINE_MS)
    write(blog / "feed.xml", rss([*POSTS, RISE]))
    page.get_by_role("button", name="Try again").click()
    expect(related(page).first).to_be_visible(timeout=ENGINE_MS)


def test_a_feed_of_another_host_is_refused(reader: Reader, blog: Path) -> None:
    path = blog / POSTS[0].url / "index.html"
    write(path, path.read_text(encoding="utf-8").replace("../../feed.xml", "https://example.org/feed.xml"))
    reader.watch.expect("the feed has to be on this host")
    page = reader.read(POSTS[0])
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("button", name="Find related posts")).to_have_count(0)
    assert not any("example.org" in url for url in reader.requests)
