"""A dozen posts in the themes that people use, made by the generators themselves.

The generators are taken from npm and pip at pinned versions, and Hugo and Jekyll from the system. Two posts are in German.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from browser.search_box import with_box
from data.generators import PROJECTS
from data.posts import SAMPLE
from docs.pages import blocks
from semblance.parts.paths import ROOT
from semblance_build import packages
from semblance_build.benchmark.texts import post_text

_PIP = [
    sys.executable,
    "-m",
    "pip",
    "install",
    "--quiet",
    "--no-deps",
    "--target",
    ".",
    "-r",
    "requirements.txt",
]
_GERMAN = (
    (
        "sauerteig",
        "Sauerteig ohne Stundenplan",
        "Ein Sauerteig ist Mehl und Wasser, in dem wilde Hefe lebt. Man füttert ihn jeden Tag, hält ihn warm und backt,"
        " wenn er sich verdoppelt hat. Der Ofen mit brennender Lampe hat etwa 28 Grad.",
    ),
    (
        "roggen",
        "Roggen und seine dichte Krume",
        "Roggenmehl hat wenig Kleber, deshalb wird ein Laib aus Roggen dicht. Der Sauerteig muss sauer sein, sonst wird die"
        " Krume klebrig. Ich backe ihn am Abend und schneide ihn am Morgen.",
    ),
)


class Post(NamedTuple):
    slug: str
    title: str
    day: str
    tag: str
    paragraphs: tuple[str, ...]
    language: str = "en"

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs) + "\n"


class Theme(NamedTuple):
    """A theme with its generator."""

    name: str
    project: str
    """The folder of `PROJECTS` that pins the versions; empty for a program of the system."""
    pins: tuple[str, ...]
    install: list[str]
    files: Callable[[list[Post]], Mapping[str, str]]
    """The project's files, by their paths."""
    command: Callable[[Path], tuple[list[str], dict[str, str]]]
    """The command line that builds the site, and what it needs in its environment."""
    public: str
    """The folder that it writes."""
    base: str = "/"
    """The path that the site is published at."""


def posts() -> list[Post]:
    """Ten notes of the project's own, and two in German."""
    files = [
        file
        for topic in ("birds", "cooking", "sky")
        for file in sorted((SAMPLE.folder / topic).glob("*.md"))[:4]
    ][:10]
    notes = []
    for number, file in enumerate(files, 1):
        title, _, body = post_text(file).partition("\n")
        paragraphs = tuple(
            " ".join(part.split()) for part in body.split("\n\n") if part.strip()[:1].isalpha()
        )
        notes.append(
            Post(file.stem, title.lstrip("# "), f"2024-01-{number:02}", file.parent.name, paragraphs)
        )
    return notes + [
        Post(slug, title, f"2024-06-0{number}", "brot", (text,), "de")
        for number, (slug, title, text) in enumerate(_GERMAN, 1)
    ]


def build(theme: Theme, folder: Path) -> Path:
    """Build the theme's site in a new folder; gives the folder with its HTML.

    Raises
    ------
    OSError, subprocess.CalledProcessError
        If the generator can't be had.
    """
    tools = Path()
    if theme.project:
        pins = [PROJECTS / theme.project / name for name in theme.pins]
        tools = packages.installed(f"generators/{theme.project}", pins, theme.install)
        if (tools / "node_modules").is_dir():
            (folder / "node_modules").symlink_to(tools / "node_modules")
            shutil.copy(tools / "package.json", folder)
    for name, text in theme.files(posts()).items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    command, environment = theme.command(tools)
    subprocess.run(
        command, cwd=folder, env=os.environ | environment, check=True, capture_output=True, text=True
    )
    return folder / theme.public


def build_with_box(theme: Theme, folder: Path) -> tuple[Path, str]:
    """The same after `semblance site`, with the search box in the page of a post; gives the address of that page, too."""
    site = build(theme, folder)
    command = [sys.executable, "-m", "semblance.cli", "site", str(site), "--threshold", "0"]
    subprocess.run(
        command, env=os.environ | {"PYTHONPATH": str(ROOT / "py")}, check=True, capture_output=True, text=True
    )
    address = next(iter(json.loads((site / "semblance" / "data" / "related.json").read_bytes())))
    page = site / address
    page = page if page.is_file() else page / "index.html"
    page.write_text(with_box(page.read_text(encoding="utf-8"), theme.base), encoding="utf-8")
    return site, address


def _front_matter(post: Post, **more: str) -> str:
    fields = {"title": post.title, "date": post.day, "tags": [post.tag], **more}
    return "\n".join(["---", *(f"{name}: {json.dumps(value)}" for name, value in fields.items()), "---", ""])


def _hexo(posts: list[Post]) -> dict[str, str]:
    return {
        "_config.yml": "title: My notes\nurl: https://me.example/notes\nroot: /notes/\nauthor: Kim\ntheme: next\n"
        "permalink: :year/:month/:day/:title/\n",
        "_config.next.yml": "motion:\n  enable: false\n",  # its script comes from another host
        **{
            f"source/_posts/{post.slug}.md": _front_matter(post, lang=post.language) + post.text
            for post in posts
        },
    }


def _vitepress(posts: list[Post]) -> dict[str, str]:
    sidebar = [{"text": post.title, "link": f"/posts/{post.slug}"} for post in posts]
    head = '[["script", { src: "/semblance/related-posts.js", async: "" }]]'
    theme = next(block.code for block in blocks("mjs") if block.file == "vitepress.mjs")
    return {
        ".vitepress/config.mjs": f"export default {{ title: 'My notes', head: {head},"
        f" themeConfig: {{ sidebar: [{{ text: 'Posts', items: {json.dumps(sidebar)} }}] }} }};\n",
        ".vitepress/theme/index.mjs": theme,
        "index.md": "# Posts\n\n" + "\n".join(f"- [{post.title}](posts/{post.slug})" for post in posts),
        **{f"posts/{post.slug}.md": f"{_front_matter(post)}# {post.title}\n\n{post.text}" for post in posts},
    }


def _material(posts: list[Post]) -> dict[str, str]:
    return {
        "mkdocs.yml": "site_name: My notes\nsite_url: https://me.example/notes/\n"
        "theme:\n  name: material\n  font: false\nplugins:\n  - blog\n",
        "docs/index.md": "# Home\n\nWelcome to my notes.\n",
        "docs/blog/index.md": "# Blog\n",
        **{
            f"docs/blog/posts/{post.slug}.md": f"---\ndate: {post.day}\ncategories: [{post.tag}]\n---\n"
            f"# {post.title}\n\n{post.text}"
            for post in posts
        },
    }


def _pelican(posts: list[Post]) -> dict[str, str]:
    settings = "SITENAME='My notes'\nPATH='content'\nAUTHOR='Kim'\nTIMEZONE='UTC'\nDEFAULT_LANG='en'\nRELATIVE_URLS=True\n"
    settings += "FEED_ALL_ATOM=CATEGORY_FEED_ATOM=None\nTHEME='notmyidea'\nDEFAULT_PAGINATION=5\n"
    return {
        "pelicanconf.py": settings,
        **{
            f"content/{post.slug}.md": f"Title: {post.title}\nDate: {post.day}\nCategory: {post.tag}\n"
            f"Slug: {post.slug}\n\n{post.text}"
            for post in posts
        },
    }


def _ablog(posts: list[Post]) -> dict[str, str]:
    settings = "project=blog_title='My notes'\nextensions=['ablog']\nblog_path='blog'\nblog_baseurl='https://me.example/'\n"
    sidebars = "['about.html','ablog/postcard.html','ablog/recentposts.html','ablog/archives.html']"
    return {
        "conf.py": f"{settings}html_theme='alabaster'\nhtml_sidebars={{'**':{sidebars}}}\n",
        "index.rst": "My notes\n========\n\n.. postlist:: 5\n   :excerpts:\n\n.. toctree::\n   :glob:\n\n   posts/*\n",
        **{
            f"posts/{post.slug}.rst": f":blogpost: true\n:date: {post.day}\n:tags: {post.tag}\n\n"
            f"{post.title}\n{'=' * 2 * len(post.title)}\n\n{post.text}"
            for post in posts
        },
    }


def _jekyll(posts: list[Post]) -> dict[str, str]:
    return {
        "_config.yml": "title: My notes\ntheme: minima\nurl: https://me.example\n",
        "index.md": "---\nlayout: home\n---\n",
        **{
            f"_posts/{post.day}-{post.slug}.md": _front_matter(post, layout="post", lang=post.language)
            + post.text
            for post in posts
        },
    }


def _hugo(posts: list[Post]) -> dict[str, str]:
    page = (
        '<!doctype html><html lang="{{ with .Params.lang }}{{ . }}{{ else }}en{{ end }}"><head>'
        '<meta charset="utf-8">'
        "<title>{{ .Title }} | {{ .Site.Title }}</title>"
        '<meta name="viewport" content="width=device-width"></head><body>%s</body></html>'
    )
    day = "<time>{{ .Date.Format `2 January 2006` }}</time>"
    post = f"<main><article><h1>{{{{ .Title }}}}</h1>{day}{{{{ .Content }}}}</article></main>"
    entry = "<article><h2><a href='{{ .RelPermalink }}'>{{ .Title }}</a></h2>{{ .Content }}</article>"
    entries = f"{{{{ range .Paginator.Pages }}}}{entry}{{{{ end }}}}"
    return {
        "config.toml": 'baseURL = "https://me.example/notes/"\ntitle = "My notes"\npaginate = 5\n',
        "layouts/_default/single.html": page % post,
        "layouts/_default/list.html": page % f"<main><h1>{{{{ .Title }}}}</h1>{entries}</main>",
        **{
            f"content/posts/{post.slug}.md": _front_matter(post, lang=post.language) + post.text
            for post in posts
        },
    }


def _node(script: str, *arguments: str) -> Callable[[Path], tuple[list[str], dict[str, str]]]:
    return lambda tools: (["node", str(tools / "node_modules" / script), *arguments], {})


def _python(*arguments: str) -> Callable[[Path], tuple[list[str], dict[str, str]]]:
    return lambda tools: (
        [sys.executable, "-m", *arguments],
        {"PYTHONPATH": str(tools), "NO_MKDOCS_2_WARNING": "1"},
    )


def _program(*command: str) -> Callable[[Path], tuple[list[str], dict[str, str]]]:
    return lambda tools: (list(command), {})


_LOCK = ("package.json", "package-lock.json")
_PINS = ("requirements.txt",)
THEMES = [
    Theme(
        "Hexo NexT",
        "hexo",
        _LOCK,
        packages.NPM,
        _hexo,
        _node("hexo/bin/hexo", "generate"),
        "public",
        "/notes/",
    ),
    Theme(
        "MkDocs Material",
        "python-themes",
        _PINS,
        _PIP,
        _material,
        _python("mkdocs", "build", "--quiet"),
        "site",
        "/notes/",
    ),
    Theme(
        "Pelican",
        "python-themes",
        _PINS,
        _PIP,
        _pelican,
        _python("pelican", "-q", "-s", "pelicanconf.py"),
        "output",
    ),
    Theme(
        "Sphinx ablog",
        "python-themes",
        _PINS,
        _PIP,
        _ablog,
        _python("sphinx", "-q", "-b", "dirhtml", ".", "_site"),
        "_site",
    ),
    Theme("Jekyll minima", "", (), [], _jekyll, _program("jekyll", "build", "--quiet"), "_site"),
    Theme("Hugo", "", (), [], _hugo, _program("hugo", "--quiet"), "public", "/notes/"),
]
VITEPRESS = Theme(
    "VitePress",
    "vitepress",
    _LOCK,
    packages.NPM,
    _vitepress,
    _node("vitepress/bin/vitepress.js", "build"),
    ".vitepress/dist",
)
