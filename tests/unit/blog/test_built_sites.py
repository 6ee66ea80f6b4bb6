"""The command on small sites that show one peculiarity each: what is a post, its title, its date, its place for links."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from fakes import FakeEncoder
from unit.blog.support import Site, output

SITES = Path(__file__).parents[2] / "data" / "built_sites"
EVERYTHING = ("--inject", "--threshold", "-1")
TITLES = [
    "Bread with a wild starter",
    "Rye and its dense crumb",
    "A garden in the shade",
    "Pruning roses in March",
    "Index scans in a database",
    "Locks and deadlocks",
]
NOTES = ["Fog on the harbour", "Night walk with owls", "Rye bread"]
ROOTS = {"c01-base-href": "/blog/"}
"""The address that a site is published at, unless it is a host's root."""
WITHOUT_A_LIST = (
    "c11-utf16",
    "c18-noindex-all",
    "c19-nosnippet",
    "c03-canonical-other-host",
    "41-blog-hydrated",
)

SKIPPED = 3


@pytest.fixture
def built(site: Site, request: pytest.FixtureRequest) -> Site:
    shutil.copytree(SITES / request.param, site.root)
    return site


def titles(site: Site) -> list[str]:
    return sorted(post["title"] for post in site.posts().values())


def pages(site: Site) -> dict[str, bytes]:
    return {
        path.relative_to(site.root).as_posix(): path.read_bytes()
        for path in sorted(site.root.rglob("*.*html"))
        if "semblance" not in path.relative_to(site.root).parts
    }


def lists(data: bytes) -> list[str]:
    """The HTML of the lists in a page."""
    return [node.html or "" for node in LexborHTMLParser(data.decode("latin-1")).css(".semblance-related")]


def targets(root: str, file: str, data: bytes) -> Iterable[str]:
    """The files of the site that a page's list leads to in a browser, under the site's address."""
    tree = LexborHTMLParser(data.decode("latin-1"))
    page = "https://site.example" + root + re.sub(r"(^|/)index\.html$", r"\1", file)
    base = tree.css_first("base[href]")
    if base is not None:
        page = urljoin(page, base.attributes["href"])
    for link in tree.css(".semblance-related a[href]"):
        path = urlsplit(urljoin(page, unescape(link.attributes["href"] or ""))).path
        assert path.startswith(root)
        yield path[len(root) :]


@pytest.mark.parametrize("built", sorted(path.name for path in SITES.iterdir()), indirect=True)
def test_each_list_stands_in_its_post_and_leads_to_posts(built: Site, request: pytest.FixtureRequest) -> None:
    name = request.node.callspec.params["built"]
    status = built.run(*EVERYTHING)
    if name in WITHOUT_A_LIST:
        assert not any(map(lists, pages(built).values()))
        return
    assert status == 0
    posts = built.posts()
    files = pages(built)
    for file, data in files.items():
        root = ROOTS.get(name, "/")
        leading_to = list(targets(root, file, data))
        assert set(leading_to) <= set(posts)
        is_post = re.sub(r"index\.html$", "", file) in posts
        assert len(lists(data)) == (1 if is_post and built.related(_key(file)) else 0), file
        assert leading_to == (built.related(_key(file)) if is_post else [])
    assert built.run(*EVERYTHING) == 0
    assert pages(built) == files


def _key(file: str) -> str:
    return re.sub(r"(/?index)?\.html$", "", file)


OTHER_TITLES = (
    *("c03-canonical-other-host", "c18-noindex-all", "c19-nosnippet"),  # no posts
    *("c23-all-same-title", "c32-japanese-labelled-english"),
)
POSTS = {
    **{path.name: TITLES for path in SITES.glob("c*") if path.name not in OTHER_TITLES},
    **{path.name: NOTES for path in SITES.glob("3[2-7]*")},
    "41-blog-hydrated": NOTES,
    "38-blog-link-roundup": ["Fog on the harbour", "Rye bread", "Weekly links 12"],
    "39-blog-two-chinese": ["港口的雾", "港口的霧", "黑麥麵包", "黑麦面包"],
    "c04-some-canonical-elsewhere": [title for title in TITLES if title != "Bread with a wild starter"],
    "c08-latin1": [f"{title} été" for title in TITLES],
    "c09-latin1-undeclared": [f"{title} été" for title in TITLES],
    "c10-sjis": [f"{title} 日本語" for title in TITLES],
    "c29-title-h1-outside-article": [f"The quiet art of {title}" for title in TITLES],
    "c39-japanese-years": [f"{year}年の振り返り" for year in range(2020, 2026)],
}


@pytest.mark.parametrize(("built", "expected"), POSTS.items(), ids=POSTS, indirect=["built"])
def test_the_posts_and_their_titles(built: Site, expected: list[str]) -> None:
    assert built.run() == 0
    assert titles(built) == sorted(expected)


def only(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("built", [name], indirect=True, ids=[name])


@only("32-blog-canonical-is-home")
def test_a_canonical_address_that_all_pages_share_is_none(
    built: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    assert built.run() == 0
    assert "3 pages name the same canonical address, https://notes.example/" in output(capsys)


@only("35-blog-article-card-first")
def test_the_list_is_in_the_post_s_own_article(built: Site) -> None:
    assert built.run(*EVERYTHING) == 0
    text = (built.root / "posts/owl/index.html").read_text()
    assert (
        text.index("</header>")
        < text.index("<main>")
        < text.index("<aside")
        < text.index("</article></main>")
    )


@only("37-blog-comments-minified-away")
def test_a_list_without_comments_is_replaced(built: Site) -> None:
    assert built.run(*EVERYTHING) == 0
    file = built.root / "posts/owl/index.html"
    minified = re.sub(r"<!--.*?-->|\n", "", file.read_text())
    file.write_text(minified.replace('class="semblance-related"', "class=semblance-related"))
    assert built.run(*EVERYTHING) == 0
    assert len(lists(file.read_bytes())) == 1


@only("39-blog-two-chinese")
def test_two_ways_of_writing_are_two_languages(built: Site) -> None:
    assert built.run(*EVERYTHING) == 0
    assert built.related("zh-cn/fog") == ["zh-cn/bread/"]
    assert built.related("zh-tw/bread") == ["zh-tw/fog/"]
    assert sorted(built.json("index.json")["languages"]) == ["zh-Hans", "zh-Hant"]


@only("41-blog-hydrated")
def test_pages_that_a_script_draws_again_get_no_list(built: Site, capsys: pytest.CaptureFixture[str]) -> None:
    before = pages(built)
    assert built.run("--inject") == SKIPPED
    printed = output(capsys)
    assert "3 pages are drawn again by a script" in printed
    assert "docs/blog.md" in printed
    assert pages(built) == before
    assert built.run() == 0


@only("c03-canonical-other-host")
def test_posts_that_name_another_host_are_told(built: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert built.run() == 1
    assert "6 pages name a canonical address on medium.example" in output(capsys)


@only("c04-some-canonical-elsewhere")
def test_one_post_that_names_another_host_is_told(built: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert built.run() == 0
    assert "no post: 1 page, its canonical address is elsewhere" in output(capsys)


@pytest.mark.parametrize("built", ["c18-noindex-all", "c19-nosnippet"], indirect=True)
def test_sites_that_want_to_be_in_no_index(built: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert built.run() == 1
    assert "no post was found in it (6 noindex)" in output(capsys)


@only("c23-all-same-title")
def test_posts_that_all_have_the_site_s_title(built: Site) -> None:
    assert built.run() == 0
    assert "My site" not in titles(built)
    assert "A query planner chooses an index scan when few rows match…" in titles(built)


@only("c30-tag-page-with-one-entry")
def test_a_tag_page_with_one_entry_is_a_list(built: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert built.run() == 0
    assert "no post: 6 pages, a list" in output(capsys)


@only("c31-article-in-flex")
def test_the_list_is_no_flex_child_beside_the_article(built: Site) -> None:
    assert built.run(*EVERYTHING) == 0
    tree = LexborHTMLParser((built.root / "posts/p1/index.html").read_text())
    assert tree.css("article main aside.semblance-related")


@only("c32-japanese-labelled-english")
def test_a_script_that_the_label_does_not_fit(built: Site) -> None:
    assert built.run() == 0
    assert list(built.json("index.json")["languages"]) == ["ja"]


@only("c34-google-verification")
def test_files_that_are_no_pages_are_no_errors(built: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert built.run() == 0
    assert "no post: 2 pages, a fragment" in output(capsys)


@only("c39-japanese-years")
def test_yearly_reviews_are_no_repetitions(built: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert built.run("--threshold", "-1") == 0
    assert [len(built.related(f"posts/p{number}")) for number in range(1, 7)] == [5] * 6
    assert "none is above" not in output(capsys)


@only("c40-date-only-in-address")
def test_dates_in_addresses(built: Site) -> None:
    assert built.run() == 0
    assert sorted(post["date"] for post in built.posts().values()) == [
        f"2024-05-{day}" for day in range(11, 17)
    ]


@only("c21-dates-in-article")
def test_dates_before_the_title(built: Site) -> None:
    assert built.run() == 0
    assert {post["date"] for post in built.posts().values()} == {f"2024-0{month}-11" for month in range(1, 7)}


@only("c29-title-h1-outside-article")
def test_dates_in_words(built: Site) -> None:
    assert built.run() == 0
    assert {post["date"] for post in built.posts().values()} == {f"2024-05-0{day}" for day in range(1, 7)}


@only("c43-updated-line-in-article")
def test_a_line_that_tells_of_an_update_is_no_text_and_no_date(built: Site, encoder: FakeEncoder) -> None:
    assert built.run() == 0
    assert {post["date"] for post in built.posts().values()} == {"2016-05-08"}
    encoder.encoded.clear()
    for file in built.root.glob("posts/*/index.html"):
        file.write_text(file.read_text().replace("2026-11-28", "2026-12-01"))
    assert built.run() == 0
    assert encoder.encoded == []
    assert {post["date"] for post in built.posts().values()} == {"2016-05-08"}
