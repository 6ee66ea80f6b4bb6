"""The blog kit: the command's time and memory, what readers load, and whether related posts are related."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from semblance.parts.errors import BuildError
from semblance.parts.paths import ROOT
from semblance_build.benchmark import blog_rivals, manual, pagefind
from semblance_build.benchmark.bench_setup import BenchSetup
from semblance_build.benchmark.blog_site import POST_MARK, Post, posts_of, write_site
from semblance_build.benchmark.blog_transfers import first_search, post_page
from semblance_build.benchmark.figures import Figure

NEIGHBOURS = 5
_COMMAND = [sys.executable, "-c", "import sys; from semblance.cli import main; sys.exit(main())"]

# Runs a command and tells its seconds and peak memory. In a small process of its own: to a command that the bench itself
# started the system would count the bench's memory too.
_MEASURE = """
import resource, subprocess, sys, time
started = time.monotonic()
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(done.returncode)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run of a command took."""

    seconds: float
    peak_mb: float


def kit(setup: BenchSetup) -> list[Figure]:
    """All of it, on a site made of the corpus."""
    posts = posts_of(setup.corpus)[: setup.scale.blog_posts]
    site = setup.scratch / "blog"
    write_site(site, posts)
    figures = _command(setup, site, posts) + _quality(site, posts)
    return figures + _reader(setup, site, posts)


def _command(setup: BenchSetup, site: Path, posts: Sequence[Post]) -> list[Figure]:
    """Seconds and memory for all posts, and for one that changed."""
    cache = setup.scratch / "blog-cache"
    cold = _semblance(site, cache)
    beside = pagefind.index(site) if pagefind.available() else None
    warm = []
    for run in range(setup.scale.runs):
        page = site / posts[run % len(posts)].path
        page.write_text(
            page.read_text(encoding="utf-8").replace(POST_MARK, f"<p>Edited in run {run}.</p>{POST_MARK}", 1),
            encoding="utf-8",
        )
        warm.append(_semblance(site, cache))
    return _figures(f"{len(posts)} posts", cold, warm, [beside] if beside else ())


def many_pages(setup: BenchSetup) -> list[Figure]:
    """Seconds and memory for a large site of short pages, and for one page that changed."""
    site, cache = setup.scratch / "pages", setup.scratch / "pages-cache"
    number = manual.write_site(site, setup.scale.manual_pages)
    cold = _semblance(site, cache)
    page = next(site.glob("*/*.html"))
    page.write_text(
        page.read_text(encoding="utf-8").replace("</h1>", "</h1><p>Edited.</p>"), encoding="utf-8"
    )
    return _figures(f"{number} pages", cold, [_semblance(site, cache)])


def _figures(many: str, cold: Cost, warm: Sequence[Cost], beside: Sequence[float] = ()) -> list[Figure]:
    note = "Pagefind indexes words; Semblance embeds every passage, and keeps what did not change."
    first = f"`semblance site` on {many}, the first time"
    changed = f"`semblance site` on {many} with one changed"
    label = pagefind.LABEL if beside else ""
    return [
        Figure("blog", first, "s", [cold.seconds], beside, label, note if beside else ""),
        Figure("blog", changed, "s", [cost.seconds for cost in warm]),
        Figure("blog", f"peak memory of {first}", "MB", [cold.peak_mb]),
        Figure("blog", f"peak memory of {changed}", "MB", [cost.peak_mb for cost in warm]),
    ]


def _semblance(site: Path, cache: Path) -> Cost:
    return _measured("site", str(site), "--cache", str(cache), "--number", str(NEIGHBOURS))


def _measured(*arguments: str) -> Cost:
    """What the command takes with these arguments."""
    command = [*_COMMAND, *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "py")}
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, *command],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BuildError(f"`semblance site` failed:\n{done.stderr}")
    seconds, peak = map(float, done.stdout.split())
    kilobytes = peak if sys.platform != "darwin" else peak / 1024
    return Cost(seconds, kilobytes * 1024 / 1e6)


def _reader(setup: BenchSetup, site: Path, posts: Sequence[Post]) -> list[Figure]:
    """Kilobytes, gzipped as hosts do it, that a reader's browser loads."""
    related = post_page(site, posts)
    ours, theirs = first_search(setup, site, posts[0].title)
    return [
        Figure("blog", "a post page loads for its related posts", "kB", [size / 1e3 for size in related]),
        Figure(
            "blog",
            "a reader's first search by meaning loads",
            "kB",
            [ours / 1e3],
            [theirs / 1e3] if theirs else (),
            pagefind.LABEL if theirs else "",
            "Gzipped.",
        ),
    ]


def _quality(site: Path, posts: Sequence[Post]) -> list[Figure]:
    """How many of the five nearest lie in the post's own folder, which no method sees."""
    by_url = {post.url: post.folder for post in posts}
    related = json.loads((site / "semblance" / "data" / "related.json").read_text(encoding="utf-8"))
    ours = {
        url: [by_url[row["url"]] for row in rows if row["url"] in by_url] for url, rows in related.items()
    }
    share = mean(_share(post.folder, ours.get(post.url, [])) for post in posts)
    rivals: dict[str, Callable[[Sequence[Post], int], list[list[int]]]] = {
        "TF-IDF (scikit-learn)": blog_rivals.tf_idf,
        "shared words of the titles, as Hugo compares keywords": blog_rivals.keywords,
    }
    name = f"share of the {NEIGHBOURS} nearest posts that lie in the post's own folder, which is hidden"
    figures = []
    for label, rank in rivals.items():
        nearest = rank(posts, NEIGHBOURS)
        theirs = mean(
            _share(post.folder, [posts[i].folder for i in rows])
            for post, rows in zip(posts, nearest, strict=True)
        )
        figures.append(Figure("blog", name, "", [share], [theirs], label))
    return figures


def _share(folder: str, folders: Sequence[str]) -> float:
    return sum(other == folder for other in folders[:NEIGHBOURS]) / NEIGHBOURS
