"""The tables of the pages say what the code says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from docs.pages import PAGES, name, table_after
from semblance.ingest.reading import READERS
from semblance.parts.errors import BuildError
from semblance.parts.paths import ROOT
from semblance_build import docs
from semblance_build.__main__ import parser

DOCS = ROOT / "docs"
SECTION = "<!-- bench:start -->\n{}\n<!-- bench:end -->"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_tables_are_up_to_date(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert docs.refreshed(text, docs.tables(parser())) == text, "run `python build.py docs`"


def test_each_table_has_its_one_place() -> None:
    marks = [
        mark
        for page in PAGES
        for mark in re.findall(r"<!-- ([\w-]+):start -->", page.read_text(encoding="utf-8"))
    ]
    assert sorted(marks) == sorted([*docs.tables(parser()), docs.BENCH])


def test_the_readme_shows_eight_figures_of_the_bench() -> None:
    measured = table_after(docs.MEASUREMENTS, "What")
    shown = table_after(ROOT / "README.md", "what")
    assert len(shown) == 8
    assert all(row in measured for row in shown)


def test_a_figure_that_was_not_measured_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = tmp_path / "measurements.md"
    page.write_text("| What | Semblance | Beside it | Ratio |\n", encoding="utf-8")
    monkeypatch.setattr(docs, "MEASUREMENTS", page)
    with pytest.raises(BuildError, match=r"navigation to the cosine of two texts.*with all parts"):
        docs.tables(parser())["figures"]()


def test_a_format_without_a_title_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(READERS, ".new", lambda file: iter(()))
    with pytest.raises(BuildError, match=r"format of \.new needs a title"):
        docs.tables(parser())["formats"]()


def test_the_bench_changes_what_stands_between_its_markers_only(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{SECTION.format('old')}\nafter\n", encoding="utf-8")
    docs.write_bench("new", page)
    docs.write_bench("new", page)  # again: the markers are still there
    assert page.read_text(encoding="utf-8") == f"before\n{SECTION.format('new')}\nafter\n"


@pytest.mark.parametrize(
    "text",
    ["none", "<!-- bench:start -->", "<!-- bench:end --> <!-- bench:start -->", f"{SECTION}\n{SECTION}"],
)
def test_a_page_without_the_markers_is_left_alone(tmp_path: Path, text: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    with pytest.raises(BuildError, match="each once"):
        docs.write_bench("new", page)
    assert page.read_text(encoding="utf-8") == text


def test_all_calls_of_the_javascript_api_are_listed() -> None:
    source = (ROOT / "static" / "js" / "semblance.js").read_text(encoding="utf-8")
    collection, _, rest = source.partition("class Collection {")[2].partition("\n}\n")
    given = rest.partition("export const semblance = {")[2].partition("\n};")[0]
    member = r"^  (?:async |get )?(?!constructor)(\w+)(?:\(|:)"
    declared = {f"c.{call}" for call in re.findall(member, collection, re.M)}
    declared |= {f"semblance.{call}" for call in re.findall(member, given, re.M)}
    listed = {
        re.sub(r"^await |\(.*", "", call.strip("`"))
        for call, _ in table_after(DOCS / "javascript.md", "call")
    }
    assert listed == declared


@pytest.mark.parametrize(("script", "element"), [("related-posts.js", 0), ("semantic-search.js", 1)])
def test_all_attributes_of_the_elements_are_listed(script: str, element: int) -> None:
    source = (ROOT / "static" / "js" / "blog" / script).read_text(encoding="utf-8")
    comment = " ".join(re.findall(r"^// ?(.*)", source, re.M))
    declared = re.sub(r"\([^)]*\)", "", comment.partition("Attributes: ")[2].partition(". Parts")[0])
    first, second = (DOCS / "blog.md").read_text(encoding="utf-8").split("## Search by meaning")
    listed = re.findall(r"^\| `([\w-]+)", (first, second.partition("## Without")[0])[element], re.M)
    assert sorted(listed) == sorted(declared.replace(" ", "").split(","))


def test_what_it_is_built_with_has_the_pinned_versions() -> None:
    lock = tomllib.loads((ROOT / "static" / "vendor.lock").read_text(encoding="utf-8"))
    pinned = {part["version"] for part in lock["part"]}
    pinned |= set(re.findall(r"==(\S+)", (ROOT / "constraints.txt").read_text(encoding="utf-8")))
    for manifest in ROOT.glob("models/*/manifest.json"):
        pinned |= set(re.findall(r'"version": "([\d.]+)"', manifest.read_text(encoding="utf-8")))
    for part, *_ in table_after(DOCS / "architecture.md", "part"):
        for version in re.findall(r"\d+\.\d+\.\d+", re.sub(r"\(https.*?\)", "", part)):
            assert version in pinned, part
