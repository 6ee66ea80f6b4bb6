"""What the blog kit's page tells an author to put into templates, styles and headers, on the sample blog."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from browser.watch import Watch
from docs.pages import Block, blocks, inline
from semblance import cli
from semblance.blog.engine import engine_files
from semblance.parts.paths import ROOT
from semblance_build.server import serving

POST = "posts/rye-for-beginners/"
ELSEWHERE = {"docs/npm.md", "docs/generators.md"}  # tests/ecosystem takes the blocks of these pages
HTML = [block for block in blocks("html") if block.page not in ELSEWHERE]
CSS, HTTP = blocks("css"), blocks("http")
MODULES = {block.file: block.code for block in blocks("mjs") if block.page not in ELSEWHERE}
WITHOUT, WITH_MODEL = (block.code.strip().partition(": ")[::2] for block in HTTP)
SCRIPTS = {
    name: (ROOT / "static/js/blog" / f"{name}.js").read_text("utf-8")
    for name in ("related-posts", "semantic-search")
}


def policy_for(block: Block) -> str:
    return (WITH_MODEL if "feed=" in block.code else WITHOUT)[1]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What runs the model in a reader's browser; it takes seconds to write, so all tests link to it."""
    folder = tmp_path_factory.mktemp("engine")
    return folder / engine_files(folder)


@pytest.fixture
def blog(author: Path, engine: Path) -> Path:
    """The sample blog after the command."""
    with ThreadPoolExecutor() as threads:  # Playwright's own event loop runs in this one
        assert threads.submit(cli.main, ["site", "public", "--engine"]).result() == 0
    index = author / "public/semblance/index.json"
    shutil.copytree(
        engine, index.parent / engine.name, copy_function=os.link
    )  # the command's own is made of nothing
    content = json.loads(index.read_bytes()) | {"engine": f"{engine.name}/"}
    index.write_text(json.dumps(content), encoding="utf-8")
    return author / "public"


def put(blog: Path, html: str, style: str = "") -> None:
    """Let a post hold this markup, and nothing else of the kit."""
    (blog / "extra.css").write_text(style, encoding="utf-8")
    head = '<!doctype html><html lang="en"><title>Rye</title><link rel="icon" href="/images/icon.svg">'
    (blog / POST / "index.html").write_text(
        f'{head}<link rel="stylesheet" href="/extra.css"><article>Rye</article>{html}', encoding="utf-8"
    )


@pytest.mark.parametrize("block", HTML, ids=str)
def test_markup_works_under_the_policy(block: Block, blog: Path, context: BrowserContext) -> None:
    put(blog, block.code)
    with serving([blog], headers={WITHOUT[0]: policy_for(block)}) as site:
        watch, page = Watch(site), context.new_page()
        watch.watch(page)
        page.goto(site + POST)
        if "<semantic-search>" in block.code:
            page.get_by_role("searchbox", name="Search this site").fill("rye")
            expect(page.get_by_role("list", name="Results").get_by_role("link").first).to_contain_text("Rye")
        elif "feed=" in block.code:
            expect(page.locator("related-posts").get_by_role("button").first).to_be_visible()
        else:
            expect(page.locator("related-posts").get_by_role("link").first).to_be_visible()
        assert watch.problems == []


@pytest.mark.parametrize("block", CSS, ids=str)
def test_styles_reach_the_list(block: Block, blog: Path, context: BrowserContext) -> None:
    put(blog, HTML[0].code, block.code)
    with serving([blog], headers={WITHOUT[0]: WITHOUT[1]}) as site:
        page = context.new_page()
        page.goto(site + POST)
        heading = page.locator("related-posts").get_by_role("heading")
        expect(heading).to_have_css("font-variant", "small-caps")
        link = page.locator("related-posts").get_by_role("link").first
        expect(link).to_have_css("color", "rgb(0, 128, 128)")


@pytest.mark.parametrize("file", MODULES)
def test_modules_for_apps_are_javascript(file: str, tmp_path: Path) -> None:
    (tmp_path / file).write_text(MODULES[file], encoding="utf-8")
    subprocess.run(["node", "--check", file], cwd=tmp_path, check=True, capture_output=True)


def test_a_script_places_the_element_where_an_app_draws_its_post_again(
    author: Path, context: BrowserContext
) -> None:
    site = author / "app"
    shutil.copytree(ROOT / "tests/data/built_sites/41-blog-hydrated", site)
    scripts = '<script src="/semblance/related-posts.js" async></script><script type="module" src="/place.mjs"></script>'
    for file in site.glob("posts/*/index.html"):
        file.write_text(file.read_text("utf-8").replace("</head>", f"{scripts}</head>"), encoding="utf-8")
    (site / "place.mjs").write_text(MODULES["place.mjs"], encoding="utf-8")
    with ThreadPoolExecutor() as threads:
        assert threads.submit(cli.main, ["site", "app", "--threshold", "-1", "--no-search"]).result() == 0
    with serving([site]) as address:
        page = context.new_page()
        page.goto(address + "posts/owl/")
        expect(page.locator("related-posts").get_by_role("link")).to_have_count(2)
        page.evaluate("document.querySelector('main').innerHTML = '<article><h1>Drawn again</h1></article>'")
        expect(page.locator("related-posts").get_by_role("link")).to_have_count(2)


@pytest.mark.parametrize("script", SCRIPTS)
def test_names_of_colours_and_parts_are_those_of_the_scripts(script: str) -> None:
    code = [token.content for token in inline(ROOT / "docs/blog.md") if token.type == "code_inline"]
    listed = " ".join([*code, *(block.code for block in CSS)])
    properties = set(re.findall(rf"--{script}(-\w+)", SCRIPTS[script]))
    parts = set(re.findall(r'(?:make\("?\w+"?, "|\[part=)(\w+)', SCRIPTS[script]))
    assert properties
    assert parts
    assert [name for name in properties if not re.search(rf"{name}\b", listed)] == []
    assert [name for name in parts if not re.search(rf"(?<![\w-]){name}\b", listed)] == []
