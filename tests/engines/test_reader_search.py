"""A blog's search by words and meaning in Firefox and WebKitGTK: the sample blog, and a site in Chinese."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from browser.blog import CHINESE, page, served, write
from browser.search_box import SEARCH, with_box
from engines.conftest import Engine
from semblance.parts.paths import ROOT

CSP = "script-src 'self'; worker-src 'none'; connect-src 'self'; style-src 'self'"


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reader") / "public"
    shutil.copytree(ROOT / "static" / "sample-blog", folder, ignore=shutil.ignore_patterns("semblance"))
    for post in CHINESE:
        text = page(post.title, f"<article>{post.html}</article>", post.language)
        write(folder / post.url / "index.html", text)
    command = [sys.executable, "-m", "semblance.cli", "site", str(folder), "--min-words", "5"]
    subprocess.run(command, check=True, capture_output=True)
    write(folder / "en.html", with_box(page("Search", "</body>"), ""))
    write(folder / "zh.html", with_box(page("搜索", "</body>", "zh-CN"), ""))
    return folder


def test_words_and_meaning_find_posts(engine: Engine, blog: Path) -> None:
    before = engine.problems()
    with served(blog, CSP) as site:
        app = engine.app(site)
        app.open("en.html")
        assert app.evaluate(SEARCH, "fermented cabbage")[0] == "Sauerkraut in a two-litre jar"
        assert app.evaluate(SEARCH, "bicicle chain")[0] == "A bicycle chain that skips uphill"
        app.open("zh.html")
        assert app.evaluate(SEARCH, "火车")[0] == "坐夜间列车去维也纳"
        assert app.evaluate(SEARCH, "涨潮和退潮")[0] == "大海为什么来了又去"
        assert engine.problems() == before
