"""The command with the product's own model, on the blog that comes with it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from semblance import cli
from semblance.parts.paths import ROOT


def test_the_sample_blog(tmp_path: Path) -> None:
    blog = tmp_path / "blog"
    shutil.copytree(ROOT / "static" / "sample-blog", blog, ignore=shutil.ignore_patterns("semblance"))
    assert cli.main(["site", str(blog), "--no-search", "--number", "2"]) == 0
    nearest = {
        path.stem: [post["url"].split("/")[1] for post in json.loads(path.read_bytes())["related"]]
        for path in (blog / "semblance/related/posts").glob("*.json")
    }
    assert len(nearest) == 12
    expected = {
        "rye-for-beginners": "sourdough-without-a-schedule",
        "sauerkraut-in-a-jar": "sourdough-without-a-schedule",
        "orion-from-the-sea-wall": "the-character-of-a-light",
        "forty-lines-that-rename-my-photos": "a-backup-is-a-restore",
        "reading-a-tide-table": "the-estuary-by-bicycle",
    }
    assert {post: nearest[post][0] for post in expected} == expected


def test_one_changed_post_gets_the_vector_that_it_gets_among_all(tmp_path: Path) -> None:
    blog = tmp_path / "blog"
    shutil.copytree(ROOT / "static" / "sample-blog", blog, ignore=shutil.ignore_patterns("semblance"))
    assert cli.main(["site", str(blog), "--exclude", "posts/a-*", "--no-search"]) == 0
    assert cli.main(["site", str(blog), "--no-search"]) == 0
    apart = (blog / "semblance/data/related.json").read_bytes()
    assert cli.main(["site", str(blog), "--no-search", "--cache", str(tmp_path / "fresh")]) == 0
    assert (blog / "semblance/data/related.json").read_bytes() == apart
