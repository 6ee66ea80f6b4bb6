"""A look before a run, a check after it, silence, and the options in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes import FakeEncoder
from semblance import cli
from unit.blog.support import COFFEE, TEA, Site, output, page


def test_a_look_embeds_and_writes_nothing(
    site: Site, encoder: FakeEncoder, capsys: pytest.CaptureFixture[str]
) -> None:
    site.four().write(
        "tags/x/index.html",
        page("X", body="<main><a href='/posts/tea/'>Tea, of which there is more</a></main>"),
    )
    site.write("hello.html", page("Hello", "Hello there."))
    site.write("copy.html", page("Tea", head="<link rel=canonical href='/posts/tea/'>"))
    assert site.run("--dry-run", "--inject") == 0
    assert encoder.encoded == []
    assert not (site.root / "semblance").exists()
    printed = output(capsys)
    assert "4 posts (en 4):\n  posts/coffee/  Coffee\n" in printed
    assert "no post: 1 page, a list:\n  tags/x/index.html\n" in printed
    assert "no post: 1 page, a copy of a post:\n  copy.html (of posts/tea)\n" in printed
    assert "no post: 1 page, too short:\n  hello\n" in printed
    lists = printed.partition("lists by the words that posts share")[2]
    assert "  Tea\n    Coffee\n" in lists
    assert "  Tides\n    Sailing\n" in lists


def test_a_check_tells_whether_a_run_is_needed(
    site: Site, encoder: FakeEncoder, capsys: pytest.CaptureFixture[str]
) -> None:
    site.four()
    assert site.run("--check") == 4
    assert "is not there yet" in output(capsys)
    assert site.run() == 0
    assert site.run("--check") == 0
    assert site.run("--check", "--inject") == 4
    assert "4 posts without links" in output(capsys)
    assert site.run("--inject") == 0
    encoder.encoded.clear()
    before = site.files()
    assert site.run("--check", "--inject") == 0
    assert site.run("--check", "--inject", "--number", "1") == 4
    assert site.run("--check", "--inject", engine=False) == 4
    site.write("posts/tea/index.html", page("Tea", COFFEE.replace("Ground", "White")))
    assert site.run("--check") == 4
    assert "is of other posts, options or another version" in output(capsys)
    assert encoder.encoded == []
    assert site.files() == before


def test_a_quiet_run_prints_what_is_wrong_alone(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert site.four().run("--quiet") == 0
    assert output(capsys) == ""
    site.write("binary.html", bytes(range(256)) * 10)
    assert site.run("--quiet") == 3
    assert output(capsys).startswith("  skipped: binary.html")


@pytest.fixture
def folder(site: Site, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a built site in it."""
    site.four()
    monkeypatch.chdir(site.root.parent)
    return site.root.parent


def test_options_in_a_file(site: Site, folder: Path) -> None:
    (folder / "semblance.toml").write_text(
        'folder = "public"\nnumber = 1\nthreshold = -1\ninject = true\nengine = true\nno-search = false\n'
        'exclude = ["posts/tea", "x/**"]\n'
    )
    assert cli.main(["site"]) == 0
    assert sorted(site.posts()) == ["posts/coffee/", "posts/sailing/", "posts/tides/"]
    assert len(site.related("posts/coffee")) == 1
    assert "<aside" in (site.root / "posts/coffee/index.html").read_text()
    assert cli.main(["site", "--number", "2"]) == 0
    assert len(site.related("posts/coffee")) == 2


def test_the_command_line_comes_before_the_file(site: Site, folder: Path) -> None:
    (folder / "mine.toml").write_text('folder = "nowhere"\nmin-words = 3\n')
    site.write("short.html", page("Short", "Three words here."))
    assert cli.main(["site", "public", "--config", "mine.toml", "--engine"]) == 0
    assert "short.html" in site.posts()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("injekt = true", "injekt is no option; inject is one"),
        ("number = ", "it is no TOML"),
        ("[site]\nnumber = 1", "site is no option"),
        ("exclude = {a = 1}", "exclude is neither a text, a number, true, false, nor a list of these"),
    ],
)
def test_a_file_that_can_not_be_used(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    (folder / "semblance.toml").write_text(text)
    assert cli.main(["site", "public"]) == 1
    assert f"semblance.toml: {message}" in output(capsys)


def test_a_value_that_makes_no_sense_is_refused_as_on_the_command_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "semblance.toml").write_text("number = -1")
    with pytest.raises(SystemExit, match="2"):
        cli.main(["site", "public"])
    assert "argument --number: '-1' is not a whole number from 0 to 1000" in output(capsys)


def test_a_run_that_can_be_looked_at_writes_no_traces(site: Site) -> None:
    site.four().write("tea.html", page("Tea again", TEA + " Again."))
    before = sorted(path for path in site.root.rglob("*"))
    assert site.run("--dry-run") == 0
    assert sorted(path for path in site.root.rglob("*")) == before
