"""Posts of a blog, turned into sites by real generators: Eleventy (npm) and Pelican (pip)."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from browser.small_blog import ICON
from data.posts import POSTS, SAMPLE, TIL
from semblance_build import packages
from semblance_build.benchmark.texts import post_text

PROJECTS = Path(__file__).parent / "sites"
TOPICS = (
    "bash",
    "datasette",
    "docker",
    "git",
    "github-actions",
    "javascript",
    "llms",
    "macos",
    "python",
    "sqlite",
)  # of til
MOST_A_TOPIC = 4
FIRST_DAY = date(2024, 1, 1)  # the posts carry no dates
# What the site's Content-Security-Policy would block, or what would leave the site.
UNWANTED = re.compile(r"!\[|<(img|iframe|script|style|video|audio|link|object|embed)\b|\|\s*:?-+:|style=")


class Post(NamedTuple):
    topic: str
    slug: str
    title: str
    day: date
    text: str


class Generator(NamedTuple):
    """How one generator is installed, and given posts."""

    name: str
    pins: tuple[str, ...]
    """Files of its project that name the versions."""
    install: list[str]
    """The command line that installs them into the working folder."""
    command: Callable[[Path], tuple[list[str], dict[str, str]]]
    """The command line that builds a site, and what it needs in its environment."""
    front_matter: Callable[[Post], str]


def blog_posts() -> list[Post]:
    """Posts of a few topics, without pictures and scripts."""
    topics = TOPICS if POSTS is TIL else SAMPLE.topics
    files = itertools.chain.from_iterable(
        itertools.islice(_plain(sorted((POSTS.folder / topic).glob("*.md"))), MOST_A_TOPIC)
        for topic in topics
    )
    return [_post(path, text, number) for number, (path, text) in enumerate(files)]


def build(generator: Generator, project: Path, posts: Sequence[Post]) -> Path:
    """Build a site with the generator in a new folder; gives the folder with its HTML."""
    shutil.copytree(PROJECTS / generator.name, project, dirs_exist_ok=True)
    content = project / "content"
    for post in posts:
        file = content / "posts" / post.topic / f"{post.slug}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{generator.front_matter(post)}\n{post.text}", encoding="utf-8")
    (content / "icon.svg").write_text(ICON, encoding="utf-8")
    command, environment = generator.command(installed(generator))
    subprocess.run(
        command, cwd=project, env=os.environ | environment, check=True, capture_output=True, text=True
    )
    return project / "public"


def installed(generator: Generator) -> Path:
    """The folder in the cache that holds this generator, installed when it is not there yet."""
    pins = [PROJECTS / generator.name / name for name in generator.pins]
    return packages.installed(f"generators/{generator.name}", pins, generator.install)


def _plain(files: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    for file in files:
        text = post_text(file)
        if not UNWANTED.search(text):
            yield file, text


def _post(path: Path, text: str, number: int) -> Post:
    title, _, body = text.partition("\n")
    # Addresses with a space and letters that are percent-encoded must work as well.
    slug = f"déjà vu {path.stem}" if number % 10 == 0 else path.stem
    return Post(path.parent.name, slug, title.lstrip("# ").strip(), FIRST_DAY + timedelta(days=number), body)


def _run_eleventy(folder: Path) -> tuple[list[str], dict[str, str]]:
    return ["node", str(folder / "node_modules" / "@11ty" / "eleventy" / "cmd.cjs"), "--quiet"], {}


def _run_pelican(folder: Path) -> tuple[list[str], dict[str, str]]:
    return [sys.executable, "-m", "pelican", "-s", "pelicanconf.py"], {"PYTHONPATH": str(folder)}


def _yaml(post: Post) -> str:
    fields = {"title": post.title, "date": post.day.isoformat(), "tags": ["til", post.topic]}
    return "\n".join(["---", *(f"{name}: {json.dumps(value)}" for name, value in fields.items()), "---"])


def _headers(post: Post) -> str:
    tags = f"Tags: til, {post.topic}\nCategory: {post.topic}"
    return f"Title: {post.title}\nDate: {post.day}\n{tags}\nSlug: {post.slug}\n"


ELEVENTY = Generator(
    "eleventy",
    ("package.json", "package-lock.json"),
    packages.NPM,
    _run_eleventy,
    _yaml,
)
PELICAN = Generator(
    "pelican",
    ("requirements.txt",),
    [
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
    ],
    _run_pelican,
    _headers,
)
