"""Sites with a reader's index: how they get one, and the rankings of a query in the browser."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from semblance.parts.errors import BuildError
from semblance.parts.paths import ROOT, cache_dir
from semblance_build.benchmark import browser, pagefind
from semblance_build.benchmark.bench_setup import BenchSetup

_COMMAND = [sys.executable, "-c", "import sys; from semblance.cli import main; sys.exit(main())", "site"]
_RANKING = """async ([folder, script, queries]) => {
  const { Files, Ranking } = await import(script);
  const files = new Files(new URL(folder));
  const ranking = await Ranking.open(files);
  const urls = async (entries) => {
    const read = (fields) => fields.json().url;
    return Promise.all(entries.slice(0, 10).map(({ post }) => files.required(`posts/${post}`, "p", read)));
  };
  const found = [];
  for (const query of queries) {
    const words = await ranking.byWords(query);
    const rankings = [await ranking.byBoth(query, words), await ranking.byMeaning(query), words.posts];
    found.push(await Promise.all(rankings.map(urls)));
  }
  return found;
}"""


def write_index(site: Path, cache: str) -> None:
    """Run the command, whose vectors are kept between benches, and Pagefind's."""
    kept = cache_dir() / "bench" / cache
    done = subprocess.run(
        [*_COMMAND, str(site), "--cache", str(kept), "--min-words", "1"],
        cwd=ROOT / "py",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BuildError(f"`semblance site` failed:\n{done.stderr}")
    if pagefind.available():
        pagefind.index(site)


@contextmanager
def opened(setup: BenchSetup, site: Path) -> Iterator[tuple[Page, str, set[str]]]:
    with (
        browser.opened(site, setup.dist) as opened,
        opened.page("index.html") as page,
        opened.requested() as paths,
    ):
        yield page, opened.address, paths


def rankings(
    page: Page, address: str, site: Path, language: str, queries: Sequence[str]
) -> list[tuple[list[str], list[str], list[str]]]:
    """The addresses of the first ten posts for each query: by both ways, by meaning, by words."""
    index = json.loads((site / "semblance" / "index.json").read_text(encoding="utf-8"))
    kit = f"{address}semblance/"
    answers: list[tuple[list[str], list[str], list[str]]] = page.evaluate(
        _RANKING, [kit + index["languages"][language]["reader"], kit + index["scripts"][0], list(queries)]
    )
    return answers
