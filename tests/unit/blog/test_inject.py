"""Links in the HTML itself."""

from __future__ import annotations

import os
import stat

import pytest

from semblance.blog.marks import BEGIN, END
from unit.blog.support import COFFEE, TEA, Site, output, page


def read(site: Site, file: str) -> str:
    return (site.root / file).read_text(encoding="utf-8")


def test_links_end_the_article(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert site.four().run("--inject", "--number", "1") == 0
    assert "links written into 4 pages" in output(capsys)
    assert (
        "</p>\n"
        '<aside class="semblance-related" aria-labelledby="semblance-related" data-pagefind-ignore>\n'
        '<link rel="stylesheet" href="/semblance/related-posts.css">\n'
        '<h2 id="semblance-related">Related posts</h2>\n'
        '<div role="list">\n<div role="listitem"><a href="/posts/coffee/">Coffee</a></div>\n</div>\n'
        "</aside></article><footer>" in read(site, "posts/tea/index.html")
    )


def test_twice_changes_nothing(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.four().run("--inject")
    pages = {file: read(site, file) for file in ("posts/tea/index.html", "posts/tides/index.html")}
    written = site.files()
    output(capsys)
    assert site.run("--inject") == 0
    assert {file: read(site, file) for file in pages} == pages
    assert site.files() == written
    printed = output(capsys)
    assert "unchanged 4" in printed
    assert "links written into 0 pages" in printed


def test_the_marked_place_is_used(site: Site) -> None:
    marked = f"<article><h1>Tea</h1><!--semblance:related--><p>{TEA}</p></article>"
    site.four().write("posts/tea/index.html", page("Tea", body=marked))
    assert site.run("--inject") == 0
    text = read(site, "posts/tea/index.html")
    assert f"<h1>Tea</h1>{BEGIN}\n<aside" in text
    assert f"</aside>\n{END}<p>" in text
    assert text.count("<aside") == 1
    assert site.run("--inject") == 0
    assert read(site, "posts/tea/index.html") == text
    assert site.run("--remove") == 0
    assert f"<h1>Tea</h1>{BEGIN}<p>" in read(site, "posts/tea/index.html")


def test_the_element_holds_them_so_that_no_reader_sees_two_lists(site: Site) -> None:
    with_element = (
        f"<article><h1>Tea</h1><p>{TEA}</p></article><related-posts number='4'> </related-posts><p>After</p>"
    )
    site.four().write("posts/tea/index.html", page("Tea", body=with_element))
    assert site.run("--inject") == 0
    text = read(site, "posts/tea/index.html")
    assert "</article><related-posts number='4'> \n<aside" in text
    assert "</aside></related-posts><p>After" in text


def test_links_are_relative_escaped_and_in_ascii(site: Site) -> None:
    site.write("posts/2024/tea.html", page("Tea").replace("href='/'", "href='../../'"))
    head = '<meta property="article:published_time" content="2024-05-01">'
    cheese = page('&lt;b&gt;"Käse" &amp; tea', TEA + " Cheese.", head=head)
    site.write("a b/c:d/käse.html", cheese.replace("href='/'", "href='../../'"))
    assert site.run("--inject", "--heading", "Mehr & ähnliches") == 0
    text = read(site, "posts/2024/tea.html")
    assert (
        '<a href="../../a%20b/c%3Ad/k%C3%A4se.html">&lt;b&gt;&quot;K&#228;se&quot; &amp; tea</a> '
        '<time datetime="2024-05-01">2024-05-01</time></div>'
    ) in text
    assert ">Mehr &amp; &#228;hnliches</h2>" in text
    assert 'href="../../posts/2024/tea.html"' in read(site, "a b/c:d/käse.html")


def test_pages_keep_their_encoding_line_ends_and_permissions(site: Site) -> None:
    latin = (
        page("Käse", TEA + " Grüße.")
        .replace("utf-8", "iso-8859-1")
        .replace("<p>", "\r\n<p>")
        .encode("cp1252")
    )
    path = site.four().write("posts/kaese.html", latin)
    path.chmod(0o640)
    assert site.run("--inject") == 0
    data = path.read_bytes()
    assert "Grüße.</p>\n<aside".encode("cp1252") in data
    assert b"\r\n<p>" in data
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert site.posts()["posts/kaese.html"]["title"] == "Käse"


def test_links_go_away_with_the_post(site: Site) -> None:
    before = read(site.four(), "posts/tea/index.html")
    site.run("--inject")
    text = read(site, "posts/tea/index.html")
    site.write("posts/tea/index.html", text.replace("<head>", '<head><meta name="robots" content="noindex">'))
    assert site.run("--inject") == 0
    assert read(site, "posts/tea/index.html") == before.replace(
        "<head>", '<head><meta name="robots" content="noindex">'
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<main data-pagefind-body><h1>A</h1><p>{TEA}</p></main>", "</aside></main>"),
        (f"<div data-semblance-body><div><p>{TEA}</p></div></div><p>After", "</aside></div><p>After"),
        (f"<article><p>{TEA}</p><article>Reply</article></article><p>", "</aside></article><p>"),
        (f"<script>'</article>'</script><p>{TEA}</p>", "</aside><footer>"),
        (
            f"<div class=row><article><p>{TEA}</p><p>{TEA}</p></article><p>Beside</p></div>",
            "</aside></article><p>Beside",
        ),
        (
            f"<article><div><h2>A</h2><p>{TEA}</p></div><footer>Tags</footer></article>",
            "</aside></div><footer>Tags",
        ),
        (f"<article><p>{TEA}</p><p>{TEA}</p><footer>Tags</footer></article>", "</aside><footer>Tags"),
        (f"<div><article><p>{TEA}</div><p>After", "</aside></div><p>After"),
        (f"<template><article>no</article></template><article><p>{TEA}</article>", "</aside></article>"),
        (
            f"<article><h2><a href='b.html'>B</a></h2></article><article><h1>A</h1><p>{TEA}</p></article>",
            "</aside></article><footer>",
        ),
        (
            f"<div id=main><div class=post><h2>A</h2><p>{TEA}</div><div id=side><p>Side</div></div>",
            "</aside></div><div id=side>",
        ),
    ],
)
def test_where_the_post_ends(site: Site, body: str, expected: str) -> None:
    site.write("a.html", page("A", body=body))
    site.write("b.html", page("B", body=body.replace(TEA, COFFEE)))
    assert site.run("--inject") == 0
    assert expected in read(site, "a.html")
    assert read(site, "a.html").count("<aside") == 1


def test_a_page_without_end_tags_has_a_place(site: Site) -> None:
    site.four().write("open.html", f"<title>Open</title><p>{TEA} Again.")
    assert site.run("--inject") == 0
    assert f"<p>{TEA} Again.\n<aside" in read(site, "open.html")


def test_a_page_without_a_place_is_named(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    wide = page("Wide", TEA + " Again.").encode("utf-16")
    path = site.four().write("wide.html", wide)
    assert site.run("--inject") == 3
    assert "skipped: wide.html: its encoding is not one that ASCII can be written into" in output(capsys)
    assert path.read_bytes() == wide


def test_a_page_that_cannot_be_written_stays_whole(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site.four()
    before = read(site, "posts/tea/index.html")
    replace = os.replace

    def failing(source: str, target: str) -> None:
        if str(target).endswith("posts/tea/index.html"):
            raise PermissionError(13, "Permission denied")
        replace(source, target)

    monkeypatch.setattr(os, "replace", failing)
    assert site.run("--inject") == 3
    assert "posts/tea/index.html: it can't be read (Permission denied)" in output(capsys)
    assert read(site, "posts/tea/index.html") == before
    assert [path.name for path in (site.root / "posts/tea").iterdir()] == ["index.html"]
    assert "<aside" in read(site, "posts/coffee/index.html")


def test_what_was_injected_is_not_embedded(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    marked = page("Tea", body=f"<article><h1>Tea</h1><p>{TEA}</p>{BEGIN}</article>")
    site.write("tea.html", marked)
    site.write("coffee.html", page("Coffee", COFFEE))
    site.run("--inject")
    output(capsys)
    site.run("--inject")
    assert "added 0, changed 0, unchanged 2" in output(capsys)


def test_what_stays_of_an_earlier_run_is_told_and_can_be_removed(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [f"posts/{name}/index.html" for name in ("tea", "coffee", "tides", "sailing")]
    site.four()
    before = {file: read(site, file) for file in files}
    assert site.run("--inject") == 0
    assert site.run() == 0
    assert "links of an earlier run stay in 4 pages" in output(capsys)
    assert site.run("--remove") == 0
    assert "links removed from 4 pages" in output(capsys)
    assert {file: read(site, file) for file in files} == before


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ("<a href='/blog/posts/coffee/'>Coffee</a>", "/blog/posts/coffee/"),  # as the theme's own links
        ("<a href='../coffee/'>Coffee</a>", "../coffee/"),
        (
            "<a href='../coffee/'>Coffee</a><link rel=canonical href='https://me.example/blog/posts/tea/'>",
            "../coffee/",
        ),
        ("<link rel=canonical href='https://me.example/blog/posts/tea/'>", "/blog/posts/coffee/"),
    ],
)
def test_links_begin_as_those_of_the_theme_do(site: Site, own: str, expected: str) -> None:
    site.four().write("posts/tea/index.html", page("Tea").replace("<a href='/'>Home</a>", own))
    for name in ("coffee", "tides", "sailing"):
        file = f"posts/{name}/index.html"
        site.write(file, read(site, file).replace("<a href='/'>Home</a>", ""))
    assert site.run("--inject", "--number", "1") == 0
    assert f'"><a href="{expected}">Coffee</a>' in read(site, "posts/tea/index.html")


def test_nothing_is_written_through_a_link_out_of_the_site(
    site: Site, capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("elsewhere") / "draft.html"
    outside.write_text(page("Draft", TEA), encoding="utf-8")
    site.four()
    (site.root / "draft.html").symlink_to(outside)
    before = outside.read_bytes()
    assert site.run("--inject") == 3
    assert outside.read_bytes() == before
    assert "draft.html: it is a link to a file outside of the site" in output(capsys)
