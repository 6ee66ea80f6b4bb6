"""Which pages of a site are posts, and what is read from them."""

from __future__ import annotations

import json

import pytest

from unit.blog.support import COFFEE, SAILING, TEA, TIDES, Site, output, page

JSON_LD = json.dumps(
    {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": "Site"},
            {
                "@type": "BlogPosting",
                "headline": "From JSON-LD",
                "datePublished": "2023-03-04T10:00:00+02:00",
                "image": {"@type": "ImageObject", "url": "/blog/img/a.jpg"},
                "description": "Said in JSON-LD.",
                "keywords": "tea, Green tea,tea",
            },
        ],
    }
)


def passages(site: Site) -> str:
    (language,) = site.json("index.json")["languages"].values()
    return "\n".join(text for *_, text in site.json(language["posts"])["passages"])


def test_metadata_from_meta_tags_and_open_graph(site: Site) -> None:
    head = (
        '<meta property="og:title" content="From Open Graph"><meta property="og:site_name" content="Site">'
        '<meta property="article:published_time" content="2024-05-01T23:00:00Z">'
        '<meta property="article:tag" content="tea"><meta property="article:tag" content="pots">'
        '<meta property="og:image" content="https://example.org/blog/img/a%20b.jpg">'
        '<meta name="description" content="Hot &amp; green.">'
        '<link rel="canonical" href="https://example.org/blog/posts/tea/">'
    )
    site.write("img/a b.jpg", b"...")
    site.write("posts/tea/index.html", page("Tea", head=head))
    site.write("posts/coffee.html", page("Coffee", COFFEE))
    assert site.run() == 0
    assert site.posts() == {
        "posts/tea/": {
            "url": "posts/tea/",
            "title": "From Open Graph",
            "date": "2024-05-01",
            "image": "img/a%20b.jpg",
            "excerpt": "Hot & green.",
            "tags": ["tea", "pots"],
        },
        "posts/coffee.html": {"url": "posts/coffee.html", "title": "Coffee", "excerpt": COFFEE},
    }


def test_metadata_from_json_ld(site: Site) -> None:
    site.write("img/a.jpg", b"...")
    site.write("a.html", page("A", head=f'<script type="application/ld+json">{JSON_LD}</script>'))
    assert site.run("--base-url", "https://example.org/blog/") == 0
    assert site.posts()["a.html"] == {
        "url": "a.html",
        "title": "From JSON-LD",
        "date": "2023-03-04",
        "image": "img/a.jpg",
        "excerpt": "Said in JSON-LD.",
        "tags": ["tea", "Green tea"],
    }


def test_a_picture_that_is_not_there_is_left_out_and_one_elsewhere_is_kept(site: Site) -> None:
    site.write("a.html", page("A", head='<meta property="og:image" content="/gone.jpg">'))
    site.write(
        "b.html", page("B", COFFEE, head='<meta property="og:image" content="https://cdn.example/b.jpg">')
    )
    site.write("c.html", page("C", TIDES, head='<meta property="og:image" content="javascript:alert(1)">'))
    assert site.run() == 0
    images = {url: post.get("image") for url, post in site.posts().items()}
    assert images == {"a.html": None, "b.html": "https://cdn.example/b.jpg", "c.html": None}


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (f"<div data-semblance-body><p>{TEA}</p></div><article><p>{TIDES}</p></article>", TEA),
        (f"<div data-pagefind-body><p>{TEA}</p></div><article><p>{TIDES}</p></article>", TEA),
        (f"<main><p>{TIDES}</p><article><p>{TEA}</p></article></main>", TEA),
        (f"<header><p>{TIDES}</p></header><main><p>{TEA}</p></main>", TEA),
        (f"<div role=main><p>{TEA}</p></div><div><p>{TIDES}</p></div>", TEA),
        (f"<p>{TEA}</p>", TEA),
    ],
)
def test_the_posts_part_of_a_page(site: Site, body: str, kept: str) -> None:
    site.write("a.html", page("A", body=body))
    assert site.run() == 0
    assert passages(site).strip() == kept


@pytest.mark.parametrize(
    "ignored",
    [
        "<nav>Elsewhere</nav>",
        "<footer>Elsewhere</footer>",
        "<script>Elsewhere</script>",
        "<p data-semblance-ignore>Elsewhere</p>",
        '<p data-pagefind-ignore="all">Elsewhere</p>',
        "<div hidden><div data-semblance-ignore>Elsewhere</div>Elsewhere</div>",
        "<related-posts>Elsewhere</related-posts>",
        "<!-- semblance:related --><ul><li>Elsewhere</ul><!-- /semblance:related -->",
    ],
)
def test_what_is_no_part_of_it(site: Site, ignored: str) -> None:
    site.write("a.html", page("A", body=f"<article><h1>A</h1>{ignored}<p>{TEA}</p>{ignored}</article>"))
    assert site.run() == 0
    assert passages(site) == f"# A\n\n{TEA}"


CARDS = "".join(f"<article><h2><a href='p{n}/'>Post {n}</a></h2><p>{TIDES}</p></article>" for n in range(3))
SUMMARIES = "".join(f"<h2><a href='p{n}/'>Post {n}</a></h2><p>{TIDES * 3}</p>" for n in range(4))
LINKS = "".join(f"<li><a href='posts/{n}/'>The title of the post with number {n}</a>" for n in range(9))


@pytest.mark.parametrize(
    ("file", "content", "why"),
    [
        ("index.html", page("Home", body=f"<main>{CARDS}</main>"), "a list"),
        ("all.html", page("All", body=f"<main><h1>All</h1>{SUMMARIES}</main>"), "a list"),
        ("posts.html", page("All", body=f"<main><h1>All</h1><p>{TEA * 3}</p>{LINKS}</main>"), "a list"),
        ("all.html", page("All", body=f"<main><h1>All</h1><ul>{LINKS}</ul></main>"), "a list"),
        ("tags/tea/index.html", page("Tea", body=f"<main><p>{TEA * 2} {TIDES}</p>{LINKS}</main>"), "a list"),
        ("old.html", page("Old", head='<meta http-equiv="Refresh" content="0; url=/new/">'), "a redirect"),
        ("secret.html", page("Secret", head='<meta name="robots" content="noindex, follow">'), "noindex"),
        ("404.html", page("Not found"), "not a post, by its name"),
        (
            "copy.html",
            page("Copy", head='<link rel="canonical" href="https://other.example/copy/">'),
            "its canonical address is elsewhere",
        ),
        (
            "list.html",
            page("List", head='<script type="application/ld+json">{"@type": "CollectionPage"}</script>'),
            "a list",
        ),
    ],
)
def test_pages_that_are_no_posts(
    site: Site, capsys: pytest.CaptureFixture[str], file: str, content: str, why: str
) -> None:
    head = '<link rel="canonical" href="https://example.org/tea.html">'
    site.write("tea.html", page("Tea", head=head))
    site.write(file, content)
    assert site.run("--verbose") == 0
    assert list(site.posts()) == ["tea.html"]
    assert f"  no post: 1 page, {why}\n    {file}\n" in output(capsys)


def test_a_page_that_loads_itself_again_is_no_redirect(site: Site) -> None:
    site.write("a.html", page("A", head='<meta http-equiv="refresh" content="300">'))
    assert site.run() == 0


def test_cards_of_other_posts_make_no_list(site: Site) -> None:
    cards = "".join(f"<article><h3><a href='{n}/'>Other {n}</a></h3></article>" for n in range(3))
    site.write("a.html", page("A", body=f"<main><article><h1>A</h1><p>{TEA * 4}</p></article>{cards}</main>"))
    assert site.run() == 0
    assert "Other" not in passages(site)


def test_a_post_named_like_a_list_is_a_post(site: Site) -> None:
    site.write("git/tags.html", page("Git tags", TEA))
    site.write("2024/index.html", page("The year 2024", TIDES))
    assert site.run() == 0
    assert len(site.posts()) == 2


def test_where_posts_are_marked_other_pages_are_none(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.write("a.html", page("A", body=f"<main data-pagefind-body><h1>A</h1>{TEA}</main>"))
    site.write("about.html", page("About", TIDES))
    assert site.run() == 0
    assert list(site.posts()) == ["a.html"]
    assert "no data-pagefind-body, which other pages have" in output(capsys)


def test_languages_are_kept_apart(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in (("tea", TEA), ("coffee", COFFEE)):
        site.write(f"{name}.html", page(name, text, lang="en-GB"))
        site.write(f"fr/{name}.html", page(name, text + " Encore.", lang="fr"))
        site.write(f"none/{name}.html", page(name, text + " Again.", lang=""))
    assert site.run() == 0
    index = site.json("index.json")["languages"]
    assert {code: index[code]["count"] for code in index} == {"en": 4, "fr": 2}
    assert site.related("fr/tea") == ["fr/coffee.html"]
    assert not any(url.startswith("fr/") for url in site.related("tea"))
    assert "6 posts (en 4, fr 2)" in output(capsys)


def test_include_and_exclude(site: Site) -> None:
    site.four().write("about.html", page("About", TIDES))
    assert site.run("--include", "posts/**", "--exclude", "posts/tea", "--exclude", "**/coffee/*") == 0
    assert sorted(site.posts()) == ["posts/sailing/", "posts/tides/"]


def test_too_short_posts_are_told(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.four().write("hello.html", page("Hello", "Hello there."))
    assert site.run() == 0
    assert "too short: 1\n    hello" in output(capsys)
    assert "hello.html" not in site.posts()
    assert site.run("--min-words", "2") == 0
    assert "hello.html" in site.posts()


def test_titles(site: Site) -> None:
    plain = "<title>{}</title>" + "<main><p>{}</p></main>"
    site.write("a.html", plain.format("Only a title", TEA))
    site.write(
        "b.html", plain.format("Title – Site", COFFEE) + '<meta property="og:site_name" content="Site">'
    )
    site.write(
        "c.html",
        f"<title>Site</title><main><h1>A <em>heading</em> <a href='#c'>¶</a></h1><p>{TIDES}</p></main>",
    )
    site.write("d.html", page("<b>&amp;lt;", SAILING))
    assert site.run() == 0
    titles = {url: post["title"] for url, post in site.posts().items()}
    assert titles == {"a.html": "Only a title", "b.html": "Title", "c.html": "A heading", "d.html": "&lt;"}


def test_headings_lead_to_their_ids_wherever_these_stand(site: Site) -> None:
    sections = (
        f"<h2 id=one>One<a class=headerlink href='#one'>¶</a></h2><p>{TEA}</p>"
        f"<section id=two><h2>Two</h2><p>{COFFEE}</p></section>"
        f"<h2><a name=three></a>Three</h2><p>{TIDES}</p><h2>Four</h2><p>{SAILING}</p>"
    )
    site.write("a.html", page("A", body=f"<article><h1>A</h1>{sections * 2}</article>"))
    assert site.run() == 0
    (language,) = site.json("index.json")["languages"].values()
    anchors = {heading: anchor for _, heading, anchor, _ in site.json(language["posts"])["passages"]}
    assert anchors.items() >= {"One": "one", "Two": "two", "Three": "three"}.items()
