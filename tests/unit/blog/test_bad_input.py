"""Whatever stands in the folder: what is wrong is named and skipped, the rest is done."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semblance.blog.addresses import infer_base
from semblance.blog.inject import with_links
from semblance.blog.marks import BEGIN, END
from semblance.blog.page import read_page
from semblance.blog.posts import Place
from semblance.errors import InputError
from semblance.ingest.kinds import KINDS, refusal
from unit.blog.support import COFFEE, TEA, TIDES, Site, output, page


def test_what_is_wrong_is_named_and_the_rest_is_done(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.four()
    site.write("untitled.html", f"<article><p>{COFFEE}</p></article>")
    site.write("binary.html", bytes(range(256)) * 10)
    site.write("mixed.html", page("Mixed").encode() + b"\xff\xfe \xc3\xa4\xc3\xb6" * 3)
    site.write("posts/tea.html", page("Tea", TIDES))  # its address is that of posts/tea/
    (site.root / "broken.html").symlink_to("nowhere.html")
    (site.root / "loop").symlink_to(".")
    (site.root / "self.html").symlink_to("self.html")
    assert site.run() == 3
    skipped = [line for line in output(capsys).splitlines() if line.startswith("  skipped: ")]
    assert [line.partition(". ")[0] for line in skipped] == [
        "  skipped: binary.html: it holds binary data, not text",
        "  skipped: broken.html: it can't be read (No such file or directory)",
        "  skipped: loop: it is a link that leads back to a folder above it",
        "  skipped: mixed.html: it is UTF-8 in part, but not throughout",
        "  skipped: self.html: it can't be read (Too many levels of symbolic links)",
        "  skipped: posts/tea/index.html: it has the address of posts/tea.html, and another text",
    ]
    assert sorted(site.posts()) == ["posts/coffee/", "posts/sailing/", "posts/tea.html", "posts/tides/"]


def test_a_file_of_another_kind_is_named_with_its_remedy(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    """As in the app's report: what it is, and what to do with it."""
    site.four()
    site.write("film.html", b"\0\0\0\x18ftypisom\0\0\0\0isomavc1" + bytes(200))
    site.write("paper.html", b"%PDF-1.7\n\0\x01 trailer << /Encrypt 5 0 R >>")
    assert site.run() == 3
    skipped = [line for line in output(capsys).splitlines() if line.startswith("  skipped: ")]
    assert skipped == [
        f"  skipped: {refusal(KINDS['video'], 'film.html')}",
        f"  skipped: {refusal(KINDS['pdf'], 'paper.html')}",
    ]


@pytest.mark.parametrize("name", ["paper.pdf", "paper", "feed.xml"])
def test_a_feed_that_is_something_else_is_named(
    site: Site, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    site.four()
    feed = site.write(name, b"%PDF-1.7\n\0\x01 trailer << >>")
    assert site.run("--feed", str(feed)) == 1
    assert f"{name}: it is a PDF. Save its text as a .txt file" in output(capsys)


CASES = Path(__file__).parents[2] / "data" / "cases"


def test_a_reference_to_no_character_loses_no_page(site: Site) -> None:
    site.four().write("ref/index.html", (CASES / "site-ref.html").read_bytes())
    site.write("attribute.html", page("Attribute", f"{TEA} Again. <a title='&#{'1' * 5_000};'>x</a>"))
    assert site.run("--inject") == 0
    assert {"ref/", "attribute.html"} < set(site.posts())


def test_a_page_that_a_parser_fails_at_is_named_and_the_rest_is_done(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(file: str, data: bytes) -> object:
        if "coffee" in file:
            raise KeyError("what nobody thought of")
        return read_page(file, data)

    monkeypatch.setattr("semblance.blog.parts.reading_part.read_page", failing)
    assert site.four().run() == 3
    assert (
        "skipped: posts/coffee/index.html: Semblance could not cope with something in it (KeyError)"
        in output(capsys)
    )
    assert sorted(site.posts()) == ["posts/sailing/", "posts/tea/", "posts/tides/"]


def test_a_page_that_links_can_not_be_written_into_is_named(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(data: bytes, markup: str, where: str, place: Place | None) -> bytes:
        if "coffee" in where:
            raise IndexError("what nobody thought of")
        return with_links(data, markup, where, place)

    monkeypatch.setattr("semblance.blog.inject.with_links", failing)
    assert site.four().run("--inject") == 3
    assert (
        "skipped: posts/coffee/index.html: Semblance could not cope with something in it (IndexError)"
        in output(capsys)
    )
    assert "<aside" in (site.root / "posts/tea/index.html").read_text()


def test_a_name_that_is_not_in_utf8(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.four()
    (site.root / os.fsdecode(b"caf\xe9.html")).write_text(page("Café", f"{TEA} Again."))
    (site.root / os.fsdecode(b"caf\xe9.jpg")).write_bytes(b"no page")
    assert site.run() == 3
    said = output(capsys)
    assert "skipped: caf\ufffd.html: its name is not in UTF-8" in said
    assert "jpg" not in said
    assert len(site.posts()) == 4


def test_a_link_of_a_feed_that_is_no_address(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    items = "".join(
        f"<item><title>{title}</title><link>{link}</link><description>{text}</description></item>"
        for title, link, text in (
            ("Tea", "https://example.org/tea/", TEA),
            ("Coffee", "https://example.org/coffee/", COFFEE),
            ("Odd", "http://[odd", TIDES),
        )
    )
    feed = site.write("feed.xml", f"<rss><channel>{items}</channel></rss>")
    assert site.run("--feed", str(feed)) == 3
    assert "skipped: http://[odd: it has no link to the site" in output(capsys)
    assert sorted(site.posts()) == ["coffee/", "tea/"]


def test_a_day_that_there_is_not(site: Site) -> None:
    for name, text in (("2024-05-01-tea", TEA), ("2024-13-45-coffee", COFFEE)):
        site.write(f"content/{name}.md", f"# {name}\n\n{text}")
    assert site.run("--markdown", str(site.root / "content"), "--not-older-than", "5y") == 0
    assert {post["title"]: post.get("date") for post in site.posts().values()}[
        "2024-05-01-tea"
    ] == "2024-05-01"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.four().write("secret.html", page("Secret")).chmod(0)
    assert site.run() == 3
    assert "secret.html: it can't be read (Permission denied)" in output(capsys)


def test_a_file_that_fails_as_it_is_read(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site.four()
    read = Path.read_bytes

    def failing(path: Path) -> bytes:
        if path.name == "index.html" and path.parent.name == "tea":
            raise OSError(5, "Input/output error")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", failing)
    assert site.run() == 3
    assert "posts/tea/index.html: it can't be read (Input/output error)" in output(capsys)


@pytest.mark.parametrize(
    "markup",
    [
        "<article><h1>Broken<p>{}",
        "<!doctype html><article><h1>Broken</h1><table><p>{}</article></table></div></body></p>",
        "<title>Broken</title><article><p>{}</p><!-- <p>",
        "\ufeff<html><head><title>Broken<title></head></title><main>{}</main>",
        "<title>Broken</title>" + "<div>" * 20_000 + "{}",
    ],
)
def test_broken_html_is_read_as_a_browser_does(site: Site, markup: str) -> None:
    site.four().write("broken.html", markup.replace("{}", TEA + " Once more."))
    assert site.run() == 0
    assert site.posts()["broken.html"]["title"].startswith("Broken")


def test_a_page_of_five_megabytes(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    picture = f'<img src="data:image/png;base64,{"A" * 5_000_000}">'
    site.four().write("large.html", page("Large", f"{TEA} Again. {picture}"))
    site.write("huge.html", b"<title>Huge</title><p>" + b"words " * 10_000_000)
    assert site.run() == 3
    assert "skipped: huge.html: it is 60 MB, and the limit is 50 MB" in output(capsys)
    assert "large.html" in site.posts()


def test_an_old_encoding_that_a_meta_tag_names(site: Site) -> None:
    text = page(
        "Чай", "Зелёный чай заваривают водой, которая ниже восьмидесяти градусов, две минуты в чайнике."
    )
    site.write("tea.html", text.replace("utf-8", "windows-1251").encode("cp1251"))
    site.write("wide.html", page("Wide", COFFEE).encode("utf-16"))
    assert site.run() == 0
    assert {post["title"] for post in site.posts().values()} == {"Чай", "Wide"}


def test_two_posts_with_one_canonical_address(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    head = '<link rel="canonical" href="https://example.org/tea.html">'
    site.write("tea.html", page("Tea", TEA, head=head))
    site.write("print/tea.html", page("Tea", TEA, head=head))
    site.write("other.html", page("Other", COFFEE, head=head))
    assert site.run() == 3
    printed = output(capsys)
    assert "skipped: other.html: it has the address of tea.html, and another text" in printed
    assert "duplicate: 1\n    print/tea.html (of tea)" in printed
    assert list(site.posts()) == ["tea.html"]


def test_ten_thousand_tiny_posts(site: Site) -> None:
    for number in range(10_000):
        text = f"Tiny post {number} of the many here is about {number % 97} and {number % 89} and {number % 83} alone"
        site.write(f"{number // 100}/{number}.html", f"<title>{number}</title><main><p>{text}</p></main>")
    assert site.run("--no-search") == 0
    assert sum(name.startswith("related/") for name in site.files()) == 10_000
    assert len(site.related("42/4242")) == 5


@pytest.mark.parametrize(
    "data",
    [
        '{"headline": "Half \\ud800 a pair", "@type": "Article"}',
        "[" * 100_000,
        '{"headline": 1, "image": [[null]]}',
        "{",
    ],
)
def test_json_ld_that_is_broken(site: Site, data: str) -> None:
    site.write("a.html", page("A", head=f'<script type="application/ld+json">{data}</script>'))
    assert site.run("--inject") == 0
    assert site.posts()["a.html"]["title"] in ("A", "Half \ufffd a pair")


PIECES = st.sampled_from(
    [
        *(
            "<article>",
            "</article>",
            "<main>",
            "<h1 id=a>",
            "</h1>",
            "<p>",
            TEA,
            "<h2><a href=/x>",
            "</a>",
            "<!--",
            "-->",
        ),
        *(
            "<title>",
            "</title>",
            "<meta name=description content='",
            "'>",
            "<link rel=canonical href='",
            "http://[",
            "//x/",
        ),
        *(
            "<div data-pagefind-body>",
            "</div>",
            "<nav hidden>",
            "<section id=s>",
            "<script type='application/ld+json'>{",
        ),
        *(
            "</script>",
            "<img src=",
            '"',
            "&#xD800;",
            "&",
            "<",
            "\x00",
            "é",
            BEGIN,
            END,
            "<html lang=",
            "<base href=x>",
        ),
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(deadline=None)
def test_any_page_is_read_or_named(text: str) -> None:
    try:
        parsed = read_page("a/b.html", text.encode())
    except InputError:  # which the command names
        return
    assert json.dumps(
        [*(heading.text for heading in parsed.headings), parsed.content, *parsed.metadata.tags],
        ensure_ascii=False,
    ).encode()
    assert all(parsed.content[offset] == "#" for offset, _ in parsed.anchors)
    infer_base("", [(parsed.file, parsed.metadata.canonical)]).relative(parsed.metadata.image, parsed.file)


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(deadline=None)
def test_links_are_written_into_any_page_once_and_leave_no_trace(text: str) -> None:
    data, markup = text.encode(), '<aside class="semblance-related">links</aside>'
    try:
        once = with_links(data, markup, "a.html", read_page("a.html", data).place)
        place = read_page("a.html", once).place
    except InputError:
        return
    assert with_links(once, markup, "a.html", place) == once
    assert once.count(markup.encode()) == 1
    if BEGIN not in text:
        assert with_links(once, "", "a.html") == data


def test_names_that_need_encoding(site: Site) -> None:
    site.write("a b/ü?#%.html", page("Odd", TEA))
    site.write("plain.html", page("Plain", COFFEE))
    assert site.run("--inject") == 0
    assert site.related("plain") == ["a%20b/%C3%BC%3F%23%25.html"]
    assert site.related("a b/ü?#%") == ["plain.html"]
    assert 'href="/a%20b/%C3%BC%3F%23%25.html"' in (site.root / "plain.html").read_text()


def test_a_name_too_long_for_a_list(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.four().write(f"{'n' * 254}/index.html", page("Long", TEA + " Long."))
    assert site.run() == 3
    assert "its address is no name that a file can have" in output(capsys)


def test_a_text_that_the_model_fails_at(
    site: Site, encoder: object, capsys: pytest.CaptureFixture[str]
) -> None:
    encoder.poison = "towards"  # type: ignore[attr-defined]
    assert site.four().run() == 3
    assert "posts/tides" in output(capsys)
    assert "posts/tides/" not in site.posts()


def test_a_cache_that_is_damaged(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.four().run()
    (site.root.parent / ".semblance-cache/semblance.sqlite3").write_bytes(b"damaged" * 1000)
    before = site.files()
    assert site.run() == 1
    assert "the cache can't be used" in output(capsys)
    assert site.files() == before
