"""The plugins for site generators: a real build writes related posts and the search, and fails where that fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from data.generators import ELEVENTY, PELICAN, PROJECTS
from data.generators import installed as generator
from docs.pages import blocks
from ecosystem.conftest import Programs, environment_of
from ecosystem.test_mcp import POSTS
from semblance_build import npm, packages

EXAMPLES = {
    block.file: block.code for block in blocks("yaml", "python", "mjs") if block.page == "docs/generators.md"
}
LAYOUT = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>{{ title }}</title>
<article><h1>{{ title }}</h1>{{ content | safe }}</article></html>"""


class Plugin(NamedTuple):
    """A generator with its plugin: how it is installed, what its project is, and how it builds."""

    config: str
    tools: Callable[[], Path]
    write: Callable[[Path], None]
    command: Callable[[Path], list[str]]
    page: str


def python_themes() -> Path:
    pins = [PROJECTS / "python-themes" / "requirements.txt"]
    return packages.installed("generators/python-themes", pins, PELICAN.install)


def write_mkdocs(project: Path) -> None:
    for name, text in {"index": "All notes", **POSTS}.items():
        (project / "docs").mkdir(exist_ok=True)
        (project / "docs" / f"{name}.md").write_text(f"# {name.title()}\n\n{text}\n")


def write_pelican(project: Path) -> None:
    for name, text in POSTS.items():
        (project / "content").mkdir(exist_ok=True)
        (project / "content" / f"{name}.md").write_text(
            f"Title: {name.title()}\nDate: 2026-01-01\n\n{text}\n"
        )


def write_eleventy(project: Path) -> None:
    (project / "_includes").mkdir()
    (project / "_includes" / "post.njk").write_text(LAYOUT)
    for name, text in POSTS.items():
        (project / f"{name}.md").write_text(f"---\ntitle: {name.title()}\nlayout: post.njk\n---\n{text}\n")
    npm.write(project / "node_modules" / "semblance")


PLUGINS = {
    "MkDocs": Plugin(
        "mkdocs.yml",
        python_themes,
        write_mkdocs,
        lambda tools: ["python", "-m", "mkdocs", "build", "--quiet"],
        "site/tea/index.html",
    ),
    "Pelican": Plugin(
        "pelicanconf.py",
        lambda: generator(PELICAN),
        write_pelican,
        lambda tools: ["python", "-m", "pelican", "-q", "-s", "pelicanconf.py", "-o", "output", "content"],
        "output/tea.html",
    ),
    "Eleventy": Plugin(
        "eleventy.config.mjs",
        lambda: generator(ELEVENTY),
        write_eleventy,
        lambda tools: ["node", str(tools / "node_modules" / "@11ty" / "eleventy" / "cmd.cjs"), "--quiet"],
        "_site/tea/index.html",
    ),
}


def build(
    plugin: Plugin, config: str, installed: list[Path], commands: Path, project: Path, *, fails: bool = False
) -> str:
    """Build the project; gives what is said if it fails."""
    (project / plugin.config).write_text(config)
    plugin.write(project)
    tools = plugin.tools()
    environment = environment_of([installed[0], tools], commands, project) | {"NO_MKDOCS_2_WARNING": "1"}
    done = Programs(project, environment).start(plugin.command(tools))
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", PLUGINS)
def test_a_build_writes_related_posts_and_search(
    installed: list[Path], commands: Path, tmp_path: Path, name: str
) -> None:
    plugin = PLUGINS[name]
    build(plugin, EXAMPLES[plugin.config], installed, commands, tmp_path)
    page = tmp_path / plugin.page
    related = page.read_text().partition("semblance-related")[2]
    assert "Coffee</a>" in related.partition("Tides</a>")[0], page.read_text()
    site = tmp_path / plugin.page.partition("/")[0]
    has_search = any((site / "semblance").glob("index-*"))
    assert has_search == ("--no-search" not in EXAMPLES[plugin.config])


@pytest.mark.parametrize("name", PLUGINS)
def test_a_build_fails_where_the_command_does(
    installed: list[Path], commands: Path, tmp_path: Path, name: str
) -> None:
    plugin = PLUGINS[name]
    config = EXAMPLES[plugin.config].replace("--inject", "--no-such-option")
    said = build(plugin, config, installed, commands, tmp_path, fails=True)
    assert "unrecognized arguments: --no-such-option" in said
