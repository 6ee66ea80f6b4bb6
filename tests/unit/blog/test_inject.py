"""Links in the HTML itself."""

from __future__ import annotations

import os
import stat

import pytest

from semblance.blog.marks import BEGIN, END
from unit.blog.support import COFFEE, TEA, Site, output, page


def read(site: Site, file: str) -> str:
    return (site.root / file).read_text(encoding="utf-8")


def test_links_follow_the_article(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert site.four().run("--inject", "--number", "1") == 0
    assert "links written into 4 pages" in output(capsys)
    assert (
        f"</p></article>\n{BEGIN}\n"
        '<nav class="semblance-related" aria-label="Related posts" data-pagefind-ignore>\n'
        '<h2>Related posts</h2>\n<ul>\n<li><a href="../coffee/">Coffee</a></li>\n</ul>\n</nav>\n'
        f"{END}<footer>" in read(site, "posts/tea/index.html")
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
    assert f"<h1>Tea</h1>{BEGIN}\n<nav" in text
    assert text.count("<nav class") == 1
    before = text
    assert site.run("--inject") == 0
    assert read(site, "posts/tea/index.html") == before


def test_the_element_holds_them_so_that_no_reader_sees_two_lists(site: Site) -> None:
    with_element = (
        f"<article><h1>Tea</h1><p>{TEA}</p></article><related-posts number='4'> </related-posts><p>After</p>"
    )
    site.four().write("posts/tea/index.html", page("Tea", body=with_element))
    assert site.run("--inject") == 0
    text = read(site, "posts/tea/index.html")
    assert f"</article><related-posts number='4'> \n{BEGIN}\n<nav" in text
    assert f"{END}</related-posts><p>After" in text


def test_links_are_relative_escaped_and_in_ascii(site: Site) -> None:
    site.write("posts/2024/tea.html", page("Tea"))
    head = '<meta property="article:published_time" content="2024-05-01">'
    site.write("a b/c:d/käse.html", page('&lt;b&gt;"Käse" &amp; tea', TEA + " Cheese.", head=head))
    assert site.run("--inject", "--heading", "Mehr & ähnliches") == 0
    text = read(site, "posts/2024/tea.html")
    assert (
        '<li><a href="../../a%20b/c%3Ad/k%C3%A4se.html">&lt;b&gt;&quot;K&#228;se&quot; &amp; tea</a> '
        '<time datetime="2024-05-01">2024-05-01</time></li>'
    ) in text
    assert "<h2>Mehr &amp; &#228;hnliches</h2>" in text
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
    assert "Grüße.</p></article>\n".encode("cp1252") in data
    assert b"\r\n<p>" in data
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert site.posts()["posts/kaese.html"]["title"] == "Käse"


def test_links_go_away_with_the_post(site: Site) -> None:
    site.four().run("--inject")
    text = read(site, "posts/tea/index.html")
    site.write("posts/tea/index.html", text.replace("<head>", '<head><meta name="robots" content="noindex">'))
    assert site.run("--inject") == 0
    assert f"</article>\n{BEGIN}{END}<footer>" in read(site, "posts/tea/index.html")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<main data-pagefind-body><h1>A</h1><p>{TEA}</p></main>", f"</p>\n{BEGIN}"),
        (f"<div data-semblance-body><div><p>{TEA}</p></div></div><p>After", f"</div></div>\n{BEGIN}"),
        (
            f"<article><p>{TEA}</p><article>Reply</article></article><p>",
            f"Reply</article></article>\n{BEGIN}",
        ),
        (f"<script>'</article>'</script><p>{TEA}</p>", f"</footer>\n{BEGIN}"),
    ],
)
def test_where_the_post_ends(site: Site, body: str, expected: str) -> None:
    site.write("a.html", page("A", body=body))
    site.write("b.html", page("B", body=body.replace(TEA, COFFEE)))
    assert site.run("--inject") == 0
    assert expected in read(site, "a.html")
    assert read(site, "a.html").count("<nav class") == 1


def test_a_page_without_a_place_is_named(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.four().write("open.html", f"<title>Open</title><p>{TEA} Again.")
    assert site.run("--inject") == 3
    assert "skipped: open.html: it has no place for related posts. Put <!-- semblance:related -->" in output(
        capsys
    )
    assert read(site, "open.html") == f"<title>Open</title><p>{TEA} Again."


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
    assert BEGIN in read(site, "posts/coffee/index.html")


def test_what_was_injected_is_not_embedded(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    marked = page("Tea", body=f"<article><h1>Tea</h1><p>{TEA}</p>{BEGIN}</article>")
    site.write("tea.html", marked)
    site.write("coffee.html", page("Coffee", COFFEE))
    site.run("--inject")
    output(capsys)
    site.run("--inject")
    assert "added 0, changed 0, unchanged 2" in output(capsys)
