"""Posts from a feed, and from Markdown."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from semblance import cli
from unit.blog.support import COFFEE, SAILING, TEA, TIDES, Site, output

FEED = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Blog</title><link>https://example.org/blog/</link>
<item><title>Tea</title><link>https://example.org/blog/posts/tea/</link><guid>1</guid>
  <pubDate>Wed, 01 May 2024 10:00:00 GMT</pubDate><category>drinks</category>
  <description>&lt;p&gt;{TEA}&lt;/p&gt;</description></item>
<item><title>Coffee</title><link>https://example.org/blog/posts/coffee.html</link><description>{COFFEE}</description></item>
<item><title>Elsewhere</title><link>https://other.example/x/</link><description>{TIDES}</description></item>
<item><title>Above</title><link>https://example.org/blog/%2e%2e/up/</link><description>{TIDES}</description></item>
<item><title>Short</title><link>https://example.org/blog/short/</link><description>Short.</description></item>
</channel></rss>"""


def test_a_feed(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    feed = site.write("feed.xml", FEED)
    assert site.run("--feed", str(feed), "--base-url", "https://example.org/blog/") == 3
    assert site.posts() == {
        "posts/tea/": {
            "url": "posts/tea/",
            "title": "Tea",
            "date": "2024-05-01",
            "excerpt": TEA,
            "tags": ["drinks"],
        },
        "posts/coffee.html": {"url": "posts/coffee.html", "title": "Coffee", "excerpt": COFFEE},
    }
    assert site.related("posts/tea") == ["posts/coffee.html"]
    printed = output(capsys)
    assert "too short: 1\n    short" in printed
    assert "https://other.example/x/: it has no link to the site" in printed
    assert "%2e%2e/up/: its address leads out of the site" in printed


def test_a_feed_of_a_site_at_the_root_of_its_host(site: Site) -> None:
    feed = site.write(
        "feed.xml", FEED.replace("/blog/%2e%2e", "").replace("other.example", "www.example.org")
    )
    assert site.run("--feed", str(feed)) == 0
    assert "blog/posts/tea/" in site.posts()


def test_a_feed_that_is_broken(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    feed = site.write("feed.xml", FEED[:-200])
    assert site.run("--feed", str(feed)) == 3
    assert "it is not well-formed XML" in output(capsys)
    assert site.run("--feed", str(feed) + "x") == 1
    assert "it is no file" in output(capsys)


MARKDOWN = {
    "posts/tea.md": f"---\ntitle: Tea\ndate: 2024-05-01\ntags: [drinks, hot]\nsummary: On tea.\n---\n{TEA}\n",
    "posts/coffee/index.md": f'+++\ntitle = "Coffee"\ndate = 2024-05-02\nslug = "kaffee"\n+++\n{COFFEE}\n',
    "posts/tides.md": f'{{"title": "Tides", "url": "/sea/tides.html", "image": "/img/sea.jpg"}}\n\n{TIDES}\n',
    "posts/segeln.de.md": f"# Segeln\n\n{SAILING}\n",
    "_posts/2023-04-05-jekyll.md": f"---\ntitle: Jekyll\ncategories: [notes]\n---\n{SAILING} Once.\n",
    "posts/draft.md": f"---\ntitle: Draft\ndraft: true\n---\n{TEA}\n",
    "posts/unpublished.md": f"---\ntitle: Unpublished\npublished: false\n---\n{TEA}\n",
    "_drafts/idea.md": f"# Idea\n\n{TEA}\n",
    "posts/_index.md": "---\ntitle: Posts\n---\nAll posts.\n",
    "posts/twice.md": f"---\ntitle: Twice\nslug: tea\n---\n{TIDES}\n",
    "posts/untitled.md": f"{TIDES}\n",
}


def test_markdown(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for file, text in MARKDOWN.items():
        path = tmp_path / "content" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    site.root.mkdir()
    assert site.run("--markdown", str(tmp_path / "content"), "--verbose") == 3
    posts = site.posts()
    assert sorted(posts) == [
        "de/posts/segeln/",
        "notes/2023/04/05/jekyll.html",
        "posts/kaffee/",
        "posts/tea/",
        "sea/tides.html",
    ]
    assert posts["posts/tea/"] == {
        "url": "posts/tea/",
        "title": "Tea",
        "date": "2024-05-01",
        "excerpt": "On tea.",
        "tags": ["drinks", "hot"],
    }
    assert posts["sea/tides.html"]["image"] == "img/sea.jpg"
    assert posts["notes/2023/04/05/jekyll.html"]["date"] == "2023-04-05"
    assert site.json("index.json")["languages"].keys() == {"en", "de"}
    assert site.related("posts/tea")[0] == "posts/kaffee/"
    printed = output(capsys)
    assert "no post: 3 pages, a draft" in printed
    assert "no post: 1 page, a list" in printed
    assert "posts/twice.md: it has the address of another post, posts/tea/" in printed
    assert "posts/untitled.md: it has no title" in printed


def test_markdown_into_the_current_folder(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/tea.md").write_text(MARKDOWN["posts/tea.md"])
    monkeypatch.chdir(tmp_path)
    assert cli.main(["site", "--markdown", "content"]) == 0
    assert (tmp_path / "semblance/related/tea.json").exists()
    assert (tmp_path / ".semblance-cache").exists()


def test_the_markdown_of_several_generators(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = Path(__file__).parents[2] / "data" / "cases" / "blog-markdown-folder"
    shutil.copytree(cases, tmp_path / "content")
    (tmp_path / "content/posts/fog.md").write_text(f"---\ntitle: Fog\ntags: one two\n---\n{TIDES}\n")
    (tmp_path / "content/posts/dew.md").write_text(f"---\ntitle: Dew\nstatus: draft\n---\n{TEA}\n")
    site.root.mkdir()
    assert site.run("--markdown", str(tmp_path / "content"), "--verbose") == 0
    posts = site.posts()
    assert sorted(posts) == ["posts/fog/", "posts/storm/", "weather/hail"]
    assert posts["posts/fog/"]["tags"] == ["one", "two"]
    assert posts["posts/storm/"]["title"] == "Storm"
    assert "Chart" not in posts["posts/storm/"]["excerpt"]
    printed = output(capsys)
    assert "no post: 2 pages, a draft" in printed
    assert "no post: 1 page, of a day to come" in printed


def test_posts_of_wordpress_without_permalinks_stay_different(site: Site) -> None:
    items = "".join(
        f"<item><title>{number}</title><link>https://example.org/?p={number}</link><description>{text}</description></item>"
        for number, text in enumerate((TEA, COFFEE), 5)
    )
    feed = site.write("feed.xml", f"<rss><channel>{items}</channel></rss>")
    assert site.run("--feed", str(feed)) == 0
    assert sorted(post["url"] for post in site.posts().values()) == ["?p=5", "?p=6"]


def test_how_posts_were_read_is_told(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/tea.md").write_bytes(f"---\ntitle: Tée\n---\n{TEA} Thé vert.".encode() + b" \xe9\n")
    site.root.mkdir()
    assert site.run("--markdown", str(tmp_path / "content")) == 0
    assert "note: tea.md: 1 byte that is not UTF-8 replaced by" in output(capsys)
