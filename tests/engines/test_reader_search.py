"""A blog's search by words and meaning in Firefox; WebKitGTK's driver hangs now and then on so quick a page."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from browser.blog import CHINESE, POSTS, page, served, write
from engines.conftest import Engine

CSP = "script-src 'self'; worker-src 'none'; connect-src 'self'; style-src 'self'"
STARTED = '<p id="startup" hidden></p>'  # what all drivers wait for, which the app has
SEARCH = """async (query) => {
    const element = document.querySelector("semantic-search");
    while (!element.shadowRoot) await new Promise((resolve) => setTimeout(resolve, 20));
    const part = (name) => element.shadowRoot.querySelector(`[part=${name}]`);
    part("input").dispatchEvent(new FocusEvent("focus"));
    while (!/\\d/.test(part("note").textContent)) await new Promise((resolve) => setTimeout(resolve, 20));
    part("input").value = query;
    part("input").dispatchEvent(new Event("input"));
    const isDone = () => part("status").textContent.includes(query) && part("results").getAttribute("aria-busy") === "false";
    while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 20));
    return [...part("results").querySelectorAll("a")].map((link) => link.textContent);
}"""


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reader") / "public"
    for post in [*POSTS, *CHINESE]:
        text = page(post.title, f"<article>{post.html}</article>", post.language)
        write(folder / post.url / "index.html", text)
    script = '<script src="semblance/semantic-search.js" async></script>'
    search = f"{STARTED}{script}<semantic-search filters></semantic-search>"
    write(folder / "index.html", page("Search", search))
    write(folder / "zh.html", page("搜索", search, "zh-CN"))
    command = [sys.executable, "-m", "semblance.cli", "site", str(folder), "--min-words", "5"]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("engine", ["firefox"], indirect=True)
def test_words_and_meaning_find_posts(engine: Engine, blog: Path) -> None:
    before = engine.problems()
    with served(blog, CSP) as site:
        app = engine.app(site)
        app.open("")
        assert app.evaluate(SEARCH, "locomotive")[0] == "A night train to Vienna"
        assert app.evaluate(SEARCH, "bicicle")[0] == "A dripping tap and a bicycle"
        app.open("zh.html")
        assert app.evaluate(SEARCH, "火车")[0] == "坐夜间列车去维也纳"
        assert app.evaluate(SEARCH, "涨潮和退潮")[0] == "大海为什么来了又去"
        assert engine.problems() == before
