"""<related-posts> on pages with a strict Content-Security-Policy, under a base path, on a host that adds no headers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.small_blog import BASE, CSP, SmallBlog, post
from browser.watch import Watch
from semblance_build.server import serving

POSTS = [
    post(
        "posts/tides/", "Tides", 0.71, date="2024-05-01", image="icon.svg", excerpt="The moon pulls the sea."
    ),
    post("posts/fog.html", "Fog", 0.52, date="2023-11-30"),
    post("posts/rye/", "Rye <b>bread</b> & salt", 0.31),
]


@pytest.fixture
def blog(tmp_path: Path) -> SmallBlog:
    return SmallBlog(tmp_path)


@pytest.fixture
def site(blog: SmallBlog) -> Iterator[str]:
    with serving([blog.folder], base=BASE, headers={"Content-Security-Policy": CSP}) as address:
        yield address


@pytest.fixture
def reader(page: Page, watch: Watch) -> Page:
    watch.watch(page)
    return page


def titles(reader: Page) -> list[str]:
    expect(reader.locator("related-posts nav")).to_be_visible()
    return reader.locator("related-posts a").all_inner_texts()


def shown(reader: Page, part: str) -> Locator:
    return reader.locator(f"related-posts [part={part}]")


def test_posts_are_listed_in_a_landmark(blog: SmallBlog, site: str, reader: Page) -> None:
    blog.data("posts/hello", *POSTS)
    reader.goto(site + blog.page("posts/hello/index.html"))
    landmark = reader.get_by_role("navigation", name="Related posts")
    expect(landmark.get_by_role("heading", name="Related posts", level=2)).to_be_visible()
    expect(landmark.get_by_role("list").get_by_role("listitem")).to_have_count(3)
    assert titles(reader) == ["Tides", "Fog", "Rye <b>bread</b> & salt"]  # text is never HTML
    links = landmark.get_by_role("link").evaluate_all("links => links.map((link) => link.href)")
    assert links == [site + "posts/tides/", site + "posts/fog.html", site + "posts/rye/"]
    assert shown(reader, "date").all_inner_texts() == ["1 May 2024", "30 November 2023"]
    assert shown(reader, "excerpt").all_inner_texts() == ["The moon pulls the sea."]
    assert shown(reader, "image").evaluate_all("all => all.map((i) => [i.alt, i.loading])") == [["", "lazy"]]
    expect(shown(reader, "score")).to_have_count(0)


@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("index.html", "index"),
        ("about.html", "about"),
        ("posts/a.htm", "posts/a"),
        ("posts/a/index.html", "posts/a"),
        ("posts/a.b/index.html", "posts/a.b"),
        ("posts/crème brûlée/index.html", "posts/crème brûlée"),
        ("日記/海.html", "日記/海"),
        ("100% rye/why? #1/index.html", "100% rye/why? #1"),
    ],
)
def test_a_page_finds_its_own_data(blog: SmallBlog, site: str, reader: Page, file: str, key: str) -> None:
    blog.data(key, post("posts/tides/", f"Like {key}"))
    reader.goto(site + blog.page(file))
    assert titles(reader) == [f"Like {key}"]


def test_all_that_is_loaded_is_the_script_and_one_file(blog: SmallBlog, site: str, reader: Page) -> None:
    blog.data("posts/hello", *POSTS)
    asked: list[str] = []
    reader.on("request", lambda request: asked.append(request.url.removeprefix(site)))
    reader.goto(site + blog.page("posts/hello/index.html", attributes='show="date"'))
    assert titles(reader)
    assert sorted(path for path in asked if "semblance" in path) == [
        "semblance/related-posts.js",
        "semblance/related/posts/hello.json",
    ]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('number="2"', ["Tides", "Fog"]),
        ('threshold="0.5"', ["Tides", "Fog"]),
        ('not-older-than="2024-01-01"', ["Tides"]),
        ('threshold="0.4" number="1"', ["Tides"]),
        ('page="posts/hello" number="1"', ["Tides"]),  # as hosts with clean addresses write it
        ('page="index.html"', ["The start"]),
        (f'page="{BASE}"', ["The start"]),
        (f'page="{BASE.rstrip("/")}"', ["The start"]),
    ],
)
def test_attributes_choose_the_posts(
    blog: SmallBlog, site: str, reader: Page, attributes: str, expected: list[str]
) -> None:
    blog.data("posts/hello", *POSTS)
    blog.data("index", post("", "The start"))
    reader.goto(site + blog.page("posts/hello.html", attributes=attributes))
    assert titles(reader) == expected


def test_attributes_choose_what_is_shown(blog: SmallBlog, site: str, reader: Page) -> None:
    blog.data("a", *POSTS)
    attributes = 'show="date score" heading="Siehe auch" heading-level="3"'
    reader.goto(site + blog.page("a.html", attributes=attributes, language="de"))
    landmark = reader.get_by_role("navigation", name="Siehe auch")
    expect(landmark.get_by_role("heading", name="Siehe auch", level=3)).to_be_visible()
    assert shown(reader, "date").first.inner_text() == "1. Mai 2024"
    assert shown(reader, "score").all_inner_texts() == ["Kosinus 0.71", "Kosinus 0.52", "Kosinus 0.31"]
    expect(shown(reader, "image")).to_have_count(0)
    expect(shown(reader, "excerpt")).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "attributes", "heading"),
    [
        ("de-AT", "", "Ähnliche Beiträge"),
        ("zh-TW", "", "相關文章"),
        ("tlh", "", "Related posts"),
        ("ja", 'text-heading="ほかの記事"', "ほかの記事"),
    ],
)
def test_the_heading_is_in_the_page_s_language(
    blog: SmallBlog, site: str, reader: Page, language: str, attributes: str, heading: str
) -> None:
    blog.data("a", *POSTS)
    reader.goto(site + blog.page("a.html", attributes=attributes, language=language))
    expect(reader.get_by_role("navigation", name=heading).get_by_role("heading")).to_have_text(heading)


def test_without_a_heading_the_landmark_still_has_a_name(blog: SmallBlog, site: str, reader: Page) -> None:
    blog.data("a", *POSTS)
    reader.goto(site + blog.page("a.html", attributes='heading=""'))
    landmark = reader.get_by_role("navigation", name="Related posts")
    expect(landmark).to_be_visible()
    expect(landmark.get_by_role("heading")).to_have_count(0)


def test_a_language_or_date_that_browsers_do_not_know_is_left_as_written(
    blog: SmallBlog, site: str, reader: Page
) -> None:
    blog.data("a", post("b/", date="2024-05-01T22:00:00-05:00"), post("c/", date="spring"))
    reader.goto(site + blog.page("a.html", language="en_US"))
    assert titles(reader)
    assert shown(reader, "date").all_inner_texts() == ["2024-05-01", "spring"]


@pytest.mark.parametrize(
    ("data", "warning"),
    [
        (None, "no data for this page (404). If it is a post: Run `semblance site` again"),
        ('{"format": 2, "related": []}', "the data has format 2, this script reads 1"),
        ("<!doctype html>", "the data has format undefined, this script reads 1"),
    ],
)
def test_without_data_the_content_stays_and_the_console_tells_the_remedy(
    blog: SmallBlog, site: str, reader: Page, watch: Watch, data: str | None, warning: str
) -> None:
    watch.expect("a status of 404")
    watch.expect(warning)
    if data is not None:
        blog.file("semblance/related/a.json", data)
    with reader.expect_console_message(lambda message: warning in message.text) as told:
        reader.goto(site + blog.page("a.html", inside='<a href="b/">By hand</a>'))
    assert told.value.type == "warning"
    expect(reader.get_by_role("link", name="By hand")).to_be_visible()
    expect(reader.locator("related-posts nav")).to_have_count(0)


def test_where_no_post_fits_the_content_stays(blog: SmallBlog, site: str, reader: Page) -> None:
    blog.data("a", *POSTS)
    with reader.expect_response("**/a.json"):
        reader.goto(site + blog.page("a.html", attributes='threshold="0.9"', inside="None yet"))
    expect(reader.get_by_text("None yet")).to_be_visible()


def test_content_gives_way_to_data(blog: SmallBlog, site: str, reader: Page) -> None:
    blog.data("a", *POSTS)
    reader.goto(site + blog.page("a.html", inside='<a href="b/">By hand</a>'))
    assert titles(reader)
    expect(reader.get_by_role("link", name="By hand")).to_be_hidden()


def test_a_page_above_the_script_says_where_the_folder_belongs(
    blog: SmallBlog, site: str, reader: Page, watch: Watch
) -> None:
    watch.expect("the folder of this script belongs at the site's root")
    blog.page("index.html")
    script = (blog.folder / "index.html").read_text(encoding="utf-8")
    blog.file("index.html", script.replace("semblance/", "assets/semblance/"))
    (blog.folder / "assets").mkdir()
    (blog.folder / "semblance").rename(blog.folder / "assets" / "semblance")
    with reader.expect_console_message(lambda message: "site's root" in message.text):
        reader.goto(site)


def test_an_address_that_would_run_a_script_is_not_taken(blog: SmallBlog, site: str, reader: Page) -> None:
    blog.data("a", post("javascript:document.title='ran'", "Run me"))
    reader.goto(site + blog.page("a.html"))
    assert titles(reader) == ["Run me"]
    assert reader.locator("related-posts a").get_attribute("href") == ""


def test_a_picture_that_is_gone_leaves_no_hole(
    blog: SmallBlog, site: str, reader: Page, watch: Watch
) -> None:
    watch.expect("a status of 404")
    blog.data("a", post("b/", "Tides", image="gone.jpg"))
    reader.goto(site + blog.page("a.html"))
    assert titles(reader) == ["Tides"]
    expect(shown(reader, "image")).to_have_count(0)


def test_the_page_styles_it_by_properties_and_parts(blog: SmallBlog, site: str, reader: Page) -> None:
    blog.data("a", *POSTS)
    blog.file(
        "blog.css",
        "related-posts { margin: 0; --related-posts-link: rgb(1, 2, 3); --related-posts-image: 40px }"
        "related-posts::part(heading) { font-size: 31px }",
    )
    reader.goto(site + blog.page("a.html"))
    expect(shown(reader, "link").first).to_have_css("color", "rgb(1, 2, 3)")
    expect(shown(reader, "image").first).to_have_css("width", "40px")
    expect(shown(reader, "heading")).to_have_css("font-size", "31px")
    expect(reader.locator("related-posts")).to_have_css("margin-top", "0px")


def test_its_colours_are_those_of_the_page_in_the_dark_too(blog: SmallBlog, site: str, reader: Page) -> None:
    blog.data("a", *POSTS)
    blog.file("blog.css", ":root { color-scheme: light dark }")
    reader.emulate_media(color_scheme="dark")
    reader.goto(site + blog.page("a.html"))
    expect(shown(reader, "link").first).to_have_css("color", "rgb(255, 255, 255)")


def test_nothing_sticks_out_on_a_narrow_screen(blog: SmallBlog, site: str, reader: Page) -> None:
    blog.data("a", *POSTS, post("b/", "Donaudampfschifffahrtsgesellschaftskapitän" * 3, excerpt="x" * 300))
    reader.set_viewport_size({"width": 320, "height": 640})
    reader.goto(site + blog.page("a.html"))
    assert titles(reader)
    assert reader.evaluate("document.documentElement.scrollWidth") == 320


def test_the_script_may_come_twice_or_as_a_module(blog: SmallBlog, site: str, reader: Page) -> None:
    blog.data("a", *POSTS)
    address = blog.page("a.html")
    markup = (blog.folder / "a.html").read_text(encoding="utf-8")
    module = markup.replace("<script ", '<script type="module" ')
    blog.file("a.html", module + f'<script src="{BASE}semblance/related-posts.js"></script>')
    reader.goto(site + address)
    assert titles(reader) == ["Tides", "Fog", "Rye <b>bread</b> & salt"]


def test_with_a_feed_the_reader_s_browser_builds_the_index(blog: SmallBlog, site: str, reader: Page) -> None:
    blog.file(
        "semblance/feed.js",
        "export const mount = (element, feed) => element.show([{ url: feed, title: 'From the feed', score: 1 }]);",
    )
    reader.goto(site + blog.page("a.html", attributes=f'feed="{BASE}feed.xml"'))
    assert titles(reader) == ["From the feed"]
    assert shown(reader, "link").evaluate("(link) => link.href") == site + "feed.xml"
