"""What CONTRIBUTING.md tells is done in a copy of the tree: a lesson is added, and its commands run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from browser.app import NO_SERVICE_WORKER, AppPage
from browser.labs import LabPage
from browser.watch import Watch
from docs.pages import blocks, command_lines
from semblance.parts.paths import ROOT
from semblance_build.server import serving
from unit.message_files import OTHERS

PAGE = "CONTRIBUTING.md"
FILES = [block for block in blocks("python", "toml") if block.page == PAGE]
LEFT_OUT = (".git", "dist", "dist-offline*", "__pycache__", ".*_cache", "bench.json", "semblance.html")


def in_tree(tree: Path, line: str) -> str:
    """Run a command of ``build.py`` in a tree; all that it printed."""
    words = shlex.split(line)
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH",)}
    finished = subprocess.run(
        [sys.executable, *words[1:]], cwd=tree, env=environment, capture_output=True, text=True, timeout=600
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def translated(messages: str) -> str:
    """A message file in words that are Chinese of both kinds, as far as a test can tell."""
    return re.sub(r'([=\[,] ?)"(?=\w)', r'\1"文', messages)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which a contributor has followed the page."""
    copy = tmp_path_factory.mktemp("contributor") / "semblance"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
    for block in FILES:
        (copy / block.file).write_text(block.code, encoding="utf-8")
        if "/en/" in block.file:
            for language in OTHERS:
                target = copy / block.file.replace("/en/", f"/{language}/")
                target.write_text(translated(block.code), encoding="utf-8")
    catalogue = copy / "py/semblance/labs/catalogue.py"
    text = catalogue.read_text(encoding="utf-8")
    catalogue.write_text(text.replace('    "limits",\n', '    "limits",\n    "halves",\n'), encoding="utf-8")
    return copy


def test_every_file_of_the_page_has_a_place() -> None:
    assert all(block.file and block.page == PAGE for block in FILES)


@pytest.mark.parametrize(
    "line", [line for line in command_lines(PAGE) if line.startswith("python build.py test --")]
)
def test_its_tests_run(tree: Path, line: str) -> None:
    assert " passed" in in_tree(tree, line)


def test_the_lesson_is_listed_on_the_page_of_the_labs(tree: Path) -> None:
    in_tree(tree, "python build.py docs")
    assert "| 15 | Half a vector |" in (tree / "docs/labs.md").read_text(encoding="utf-8")


def test_the_lesson_shows_up_and_works_in_the_page(tree: Path, context: BrowserContext) -> None:
    in_tree(tree, "python build.py")
    context.add_init_script(NO_SERVICE_WORKER)
    with serving([tree / "dist"]) as site:
        watch = Watch(site)
        labs = LabPage(AppPage(context.new_page(), site))
        watch.watch(labs.page)
        labs.app.open("#labs?lang=en")
        expect(labs.room.get_by_role("list").first.get_by_role("link", name="Half a vector")).to_be_visible()
        labs.open("halves")
        expect(labs.demo("length")).to_contain_text("Half of its vector has 192 numbers.")
        assert "(1, 384)" in labs.run(labs.cell())
        assert watch.problems == []
