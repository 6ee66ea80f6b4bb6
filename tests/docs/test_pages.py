"""The pages for people: short, with links that lead somewhere, and with no block that nothing tests."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from docs.pages import PAGES, RUN_AS_A_WHOLE, Block, anchor, anchors, blocks, headings, links, name, tokens
from semblance.parts.paths import ROOT

LONG = 100  # lines from which a page begins with its contents
LONGEST_PARAGRAPH = 800  # characters
SAYS_NOTHING = {"here", "this", "link", "this page", "more", "click here"}

# Who tests the blocks of a language. A block of another one has no test, so it fails below.
TESTED_BY = {
    "sh": "test_commands.py",
    "js": "test_javascript.py",
    "html": "test_blog.py",
    "css": "test_blog.py",
    "http": "test_blog.py",
    "mjs": "test_blog.py",
    "text": "test_map.py",
    "python": "test_contributing.py",
    "toml": "test_contributing.py",
    "json": "test_commands.py",
    "pbtxt": "../ecosystem/test_projector.py",
    "yaml": "../ecosystem/test_plugins.py",
}


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 160


@pytest.mark.parametrize("block", blocks(), ids=str)
def test_every_block_is_tested(block: Block) -> None:
    assert block.language in TESTED_BY, f"{block}: no test runs blocks of “{block.info}”"


def test_those_who_test_take_their_blocks() -> None:
    for page in RUN_AS_A_WHOLE:
        assert {block.language for block in blocks() if block.page == page} <= {"sh", "python", "pbtxt"}
    for language, file in TESTED_BY.items():
        assert f'"{language}"' in (Path(__file__).parent / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere_and_say_where(page: Path) -> None:
    for text, address in links(page):
        assert text.strip().lower() not in SAYS_NOTHING, address
        if urlsplit(address).scheme:
            assert address.startswith("https://")
            continue
        path, _, part = address.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_relative_to(ROOT), address
        assert target.exists(), address
        assert not part or part in anchors(target), address


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_long_page_begins_with_its_contents(page: Path) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()
    listed = [address for _, address in links(page) if address.startswith("#")]
    sections = [f"#{anchor(heading)}" for heading in headings(page, "h2")]
    exempt = ("README.md", "CHANGELOG.md")
    if len(lines) > LONG and page.name not in exempt:
        assert listed[: len(sections)] == sections


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_page_is_a_wall_of_text(page: Path) -> None:
    for token in tokens(page):
        if token.type == "inline" and token.map:
            assert len(token.content) <= LONGEST_PARAGRAPH, f"{name(page)}:{token.map[0] + 1}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_pictures_are_described_and_light(page: Path) -> None:
    for token in tokens(page):
        for child in token.children or ():
            if child.type == "image":
                assert len(child.content) > 20
                assert (page.parent / str(child.attrs["src"])).stat().st_size < 200_000
