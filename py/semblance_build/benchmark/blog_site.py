"""A plain blog out of the corpus: what any generator would write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt

from semblance_build.benchmark.texts import Corpus, paths

POST_MARK = "<!-- end of the post -->"
_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title><link rel="icon" href="data:,"></head>
<body>
<nav><a href="{root}index.html">Home</a></nav>
<article>
{body}
{mark}
</article>
{extra}
</body>
</html>
"""
_ELEMENTS = """<related-posts></related-posts>
<script src="{root}semblance/related-posts.js" async></script>"""
_SEARCH = """<semantic-search></semantic-search>
<script src="semblance/semantic-search.js" async></script>"""


@dataclass(frozen=True, slots=True)
class Post:
    """One post of the blog."""

    folder: str
    """What it belongs to; hidden from all that compare."""
    url: str
    title: str
    text: str

    @property
    def path(self) -> str:
        return f"{self.url}index.html"


def posts_of(corpus: Corpus) -> list[Post]:
    """The posts in their folders."""
    return [
        # The folder must not be in the address, or it would not be hidden.
        Post(path.parent.name, f"posts/{number:03}/", _title(text), text)
        for number, (path, text) in enumerate(zip(paths(), corpus.posts, strict=True))
    ]


def write_site(site: Path, posts: Sequence[Post]) -> None:
    """Write the pages of all posts, and a page to search on."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    for post in posts:
        page = site / post.path
        page.parent.mkdir(parents=True)
        page.write_text(_page(post.title, markdown.render(post.text), "../../", _ELEMENTS), encoding="utf-8")
    links = "".join(f'<li><a href="{post.url}">{escape(post.title)}</a></li>' for post in posts)
    index = _PAGE.format(title="A blog", root="", body="", mark="", extra=f"{_SEARCH}<ul>{links}</ul>")
    (site / "index.html").write_text(index.replace("article>", "section>"), encoding="utf-8")


def _page(title: str, body: str, root: str, extra: str) -> str:
    return _PAGE.format(
        title=escape(title), root=root, body=body, mark=POST_MARK, extra=extra.format(root=root)
    )


def _title(text: str) -> str:
    return text.strip().splitlines()[0].lstrip("# ")
