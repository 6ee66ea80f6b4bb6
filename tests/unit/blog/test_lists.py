"""Lists with one entry are no posts, in whatever way a theme writes them; posts that look like lists are."""

from __future__ import annotations

import pytest

from unit.blog.support import COFFEE, SAILING, TEA, TIDES, Site, page

LONG = f"{TEA} {TIDES} {SAILING}"
START = TEA


def site_with_posts(site: Site, *, kind: str = "") -> Site:
    """Posts with a page of all posts, and perhaps with their kind in Open Graph."""
    head = f'<meta property="og:type" content="{kind}">' if kind else ""
    for name, text in (("tea", LONG), ("coffee", COFFEE), ("tides", TIDES), ("sailing", SAILING)):
        site.write(f"posts/{name}/index.html", page(name.title(), text, head=head))
    links = "".join(
        f"<li><a href='posts/{name}/'>{name.title()}</a>" for name in ("tea", "coffee", "tides", "sailing")
    )
    site.write("index.html", page("Home", body=f"<main><ul>{links}</ul></main>"))
    return site


FEED = '<link rel="alternate" type="application/rss+xml" href="index.xml">'
WEBSITE = '<meta property="og:type" content="website">'


@pytest.mark.parametrize(
    ("file", "content"),
    [
        # a heading that leads to the post, which stands there in full or in part
        ("drinks/index.html", f"<article><h2><a href='/posts/tea/'>Tea</a></h2><p>{LONG}</p></article>"),
        ("drinks/index.html", f"<article><h1><a href='../posts/tea/'>Tea</a></h1><p>{START}</p></article>"),
        ("page/2/index.html", f"<main><a href='/posts/tea/'><h2>Tea</h2></a><p>{LONG}</p></main>"),
        # a heading that is the post's own, without a link
        ("drinks/index.html", f"<h1>Drinks</h1><article><h2>Tea</h2><p>{LONG}</p></article>"),
        (
            "author/kim/index.html",
            f"<article><h2>Tea</h2><p>{START}…</p><a href='/posts/tea/'>More</a></article>",
        ),
        # no heading at all
        ("drinks/index.html", f"<article><p>{START}</p><a href='/posts/tea/'>Read on</a></article>"),
        # two entries below the list's own heading
        (
            "drinks/index.html",
            f"<main><h1>Drinks</h1><h2><a href='/posts/tea/'>Tea</a></h2><p>{START}</p>"
            f"<h2><a href='/posts/coffee/'>Coffee</a></h2><p>{COFFEE}</p></main>",
        ),
        # a copy at an address of lists
        ("tags/green/index.html", f"<article><p>{LONG}</p><a href='/posts/tea/'>Permalink</a></article>"),
        ("2024/index.html", f"<h1>2024</h1><article><h2>Tea</h2><p>{LONG}</p></article>"),
    ],
)
def test_a_list_with_one_entry_is_no_post(site: Site, file: str, content: str) -> None:
    site_with_posts(site).write(file, page("Drinks", body=content))
    assert site.run() == 0
    assert sorted(site.posts()) == ["posts/coffee/", "posts/sailing/", "posts/tea/", "posts/tides/"]


@pytest.mark.parametrize("head", [FEED + WEBSITE, FEED, WEBSITE])
def test_a_feed_of_its_own_and_a_list_s_name_make_a_list(site: Site, head: str) -> None:
    body = f"<main><h1>About drinks</h1><p>Everything that one can pour into a cup. {COFFEE}</p></main>"
    site_with_posts(site, kind="article").write(
        "categories/drinks/index.html", page("Drinks", body=body, head=head)
    )
    assert site.run() == 0
    assert "categories/drinks/" not in site.posts()


@pytest.mark.parametrize(
    ("file", "content"),
    [
        # a roundup of pages elsewhere
        (
            "posts/links/index.html",
            "<article><h1>Links</h1>"
            + "".join(
                f"<h2><a href='https://{n}.example/'>Page {n}</a></h2><p>{TIDES[n:]}</p>" for n in range(4)
            )
            + "</article>",
        ),
        # a title that leads to a page elsewhere
        (
            "posts/links/index.html",
            f"<article><h1><a href='https://a.example/'>A find</a></h1><p>{TEA} And so on.</p></article>",
        ),
        # a title that leads to the page itself
        (
            "posts/links/index.html",
            f"<article><h2><a href='/posts/links/'>Links</a></h2><p>{TEA} And so on.</p></article>",
        ),
        # a post that quotes another one and leads to it
        (
            "posts/links/index.html",
            f"<article><h1>Links</h1><p>{COFFEE} {COFFEE[::-1]}</p><a href='/posts/coffee/'>Coffee</a></article>",
        ),
        # a post that leads to one other
        (
            "posts/links/index.html",
            f"<article><h1>Links</h1><p>{TEA[::-1]} See <a href='/posts/coffee/'>Coffee</a>.</p></article>",
        ),
        # a section named as another post, with a link to it
        (
            "posts/links/index.html",
            f"<h1>Links</h1><article><p>{TEA[::-1]}</p>"
            "<h2>Coffee</h2><p>As <a href='/posts/coffee/'>there</a>.</p></article>",
        ),
        # a name of lists
        ("page/links/index.html", f"<article><h1>Links</h1><p>{TEA} Quite so.</p></article>"),
    ],
)
def test_what_only_looks_like_a_list_is_a_post(site: Site, file: str, content: str) -> None:
    site_with_posts(site).write(file, page("Links", body=content))
    assert site.run() == 0
    assert len(site.posts()) == 5


def test_among_copies_the_one_that_is_linked_is_listed(site: Site) -> None:
    site_with_posts(site).write("copies/tea/index.html", page("Tea", LONG))
    assert site.run("--threshold", "-1") == 0
    assert "posts/tea/" in site.related("posts/coffee")
    assert "copies/tea/" not in site.related("posts/coffee")


@pytest.mark.parametrize("link", ["/posts/tea/", "/posts/tea", "../posts/tea/index.html", "../posts/tea"])
def test_addresses_of_links_in_any_form(site: Site, link: str) -> None:
    body = f"<article><h2><a href='{link}'>Tea</a></h2><p>{LONG}</p></article>"
    site_with_posts(site).write("drinks/index.html", page("Drinks", body=body))
    assert site.run() == 0
    assert "drinks/" not in site.posts()


def test_all_pages_may_be_posts(site: Site) -> None:
    site_with_posts(site).write(
        "about.html", page("About", body=f"<div data-pagefind-body><p>{TEA} We.</p></div>")
    )
    assert site.run() == 0
    assert list(site.posts()) == ["about.html"]
    assert site.run("--all-pages", "--min-words", "1") == 0
    assert len(site.posts()) == 6
