"""Titles and dates of posts, where pages give several or none."""

from __future__ import annotations

import pytest

from unit.blog.support import COFFEE, SAILING, TEA, TIDES, Site, page

TEXTS = {"Tea": TEA, "Coffee": COFFEE, "Tides": TIDES, "Sailing": SAILING}


def write(site: Site, markup: str) -> None:
    """Pages with a document's head and body, in which TITLE and TEXT stand for those of each."""
    for title, text in TEXTS.items():
        site.write(f"{title}.html", markup.replace("TITLE", title).replace("TEXT", text))


@pytest.mark.parametrize(
    "markup",
    [
        "<title>TITLE | Site</title><main><p>TEXT</main>",
        "<title>Site: TITLE</title><main><p>TEXT</main>",
        "<title>TITLE – Kim – Site</title><main><p>TEXT</main>",
        "<title>Site « TITLE</title><main><p>TEXT</main>",
        "<title>TITLE | Site</title><meta property=og:title content=Site><main><p>TEXT</main>",
        "<title>Site</title><meta property=og:title content='TITLE - Site'><main><p>TEXT</main>",
        "<title>Site</title><h1>Site</h1><main><h2>TITLE</h2><p>TEXT</main>",
        "<title>Site</title><h1><a href=/>Site</a></h1><main><h1>TITLE</h1><p>TEXT</main>",
        "<title>TITLE | Site</title><h1>Site</h1><main><h2>A section</h2><p>TEXT</main>",
        "<title>All about TITLE</title><h1>TITLE</h1><article><h2>A section of TITLE</h2><p>TEXT</article>",
        "<title>T\u200bI\u200bT\u200bL\u200bE</title><main><p>TEXT</main>".replace(
            "T\u200bI\u200bT\u200bL\u200bE", "\u200bTITLE\ufeff"
        ),
        "<title>TITLE</title><article><h1>TITLE<a href='#x'>¶</a></h1><p>TEXT</article>",
    ],
)
def test_the_title_is_the_post_s_own(site: Site, markup: str) -> None:
    write(site, markup)
    assert site.run() == 0
    assert {post["title"] for post in site.posts().values()} == set(TEXTS)


def test_a_title_that_many_begin_with_stays_where_a_heading_says_so(site: Site) -> None:
    for number, text in enumerate(TEXTS.values()):
        site.write(f"{number}.html", page(f"Weekly review - {number}", text))
    assert site.run() == 0
    assert {post["title"] for post in site.posts().values()} == {f"Weekly review - {n}" for n in range(4)}


LATE = "2030-01-01"


@pytest.mark.parametrize(
    "line",
    [
        "<p class=meta>May DAY, 2024</p>",
        "<time>DAY May 2024</time>",
        "<p class=post-meta>DAY May 2024 · 4 min</p>",
        "<div class=entry-meta>DAY. Mai 2024 von Kim</div>",
        "<div class=entry-meta>Le DAY mai 2024</div>",
        "<div class=post-meta>2024年5月DAY日</div>",
        "<abbr class=published title=2024-05-DAYT10:00:00Z>long ago</abbr>",
        "<span itemprop=datePublished content=2024-05-DAY></span>",
        f"<p class=meta>Updated <time datetime={LATE}>now</time>, published <time datetime=2024-05-DAY>then</time></p>",
        f"<time itemprop=dateModified datetime={LATE}>now</time><time itemprop=datePublished datetime=2024-05-DAY>x</time>",
        f"<div class=post-meta>更新日: {LATE} 公開日: 2024-05-DAY</div>",
        f"<p><time datetime=2024-05-DAY>then</time></p><p>Last updated: <time datetime={LATE}>now</time></p>",
        f"<meta property=article:published_time content={LATE}><p class=meta>May DAY, 2024</p>",
    ],
)
def test_the_day_of_publishing(site: Site, line: str) -> None:
    for day, (title, text) in enumerate(TEXTS.items(), 11):
        body = f"<article><h1>{title}</h1>{line.replace('DAY', str(day))}<p>{text}</p></article>"
        site.write(f"{title}.html", page(title, body=body))
    assert site.run() == 0
    assert sorted(post["date"] for post in site.posts().values()) == [
        f"2024-05-{day}" for day in range(11, 15)
    ]


@pytest.mark.parametrize("address", ["2024/05/{}/{}", "blog/2024/05/{}/{}", "posts/2024-05-{}-{}"])
def test_the_day_in_an_address_where_all_pages_have_the_build_s(site: Site, address: str) -> None:
    head = f'<meta property="article:published_time" content="{LATE}T10:00:00Z">'
    for day, (title, text) in enumerate(TEXTS.items(), 11):
        site.write(address.format(day, title) + "/index.html", page(title, text, head=head))
    assert site.run() == 0
    assert sorted(post["date"] for post in site.posts().values()) == [
        f"2024-05-{day}" for day in range(11, 15)
    ]


def test_a_day_that_all_share_and_others_exceed_is_a_day(site: Site) -> None:
    for title, text in TEXTS.items():
        line = f"<p class=meta>2016-05-08, edited {LATE}</p>"
        site.write(
            f"{title}.html", page(title, body=f"<article><h1>{title}</h1>{line}<p>{text}</p></article>")
        )
    assert site.run() == 0
    assert {post["date"] for post in site.posts().values()} == {"2016-05-08"}
