"""What a reader's browser loads from a blog with the kit, and with Pagefind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import Page, expect

from semblance.blog.writing import gzipped
from semblance_build.benchmark import browser, pagefind
from semblance_build.benchmark.bench_setup import BenchSetup
from semblance_build.benchmark.blog_site import Post

_PACKED = (".pf_fragment", ".pf_index", ".pf_meta", ".pf_filter", ".pagefind", ".smbr")  # gzipped already
_READY_MS = 60_000
_PAGEFIND = """async ([address, query]) => {
  const pagefind = await import(address);
  const { results } = await pagefind.search(query);
  return Promise.all(results.slice(0, 10).map((result) => result.data())).then((found) => found.length);
}"""


def post_page(site: Path, posts: Sequence[Post]) -> list[float]:
    """Bytes of the element and of each post's own data."""
    element = transferred(site / "semblance" / "related-posts.js")
    files = [site / "semblance" / "related" / f"{post.url.rstrip('/')}.json" for post in posts]
    return [element + transferred(file) for file in files if file.exists()]


def first_search(setup: BenchSetup, site: Path, query: str) -> tuple[float, float]:
    """Bytes until a first search by meaning is answered, and until Pagefind has its first ten results; 0 without it."""
    ours = _loaded(setup, site, query, _search)
    return ours, _loaded(setup, site, query, _search_pagefind) if pagefind.available() else 0


def _search(page: Page, address: str, query: str) -> None:
    page.get_by_role("searchbox").fill(query)
    element = page.locator("semantic-search")
    expect(element.get_by_role("status")).to_contain_text(query, timeout=_READY_MS)
    expect(element.locator("[part=results]")).to_have_attribute("aria-busy", "false", timeout=_READY_MS)


def _search_pagefind(page: Page, address: str, query: str) -> None:
    if not page.evaluate(_PAGEFIND, [f"{address}pagefind/pagefind.js", query]):
        raise AssertionError("Pagefind found nothing")


def _loaded(setup: BenchSetup, site: Path, query: str, search: Callable[[Page, str, str], None]) -> float:
    with (
        browser.opened(site, setup.dist) as opened,
        opened.page("index.html") as page,
        opened.requested() as paths,
    ):
        search(page, opened.address, query)
    return sum(transferred(site / path) for path in paths if (site / path).is_file())


def transferred(path: Path) -> int:
    """Bytes of a file as a host sends it, compressed."""
    data = path.read_bytes()
    return len(data) if path.suffix in _PACKED or path.name.endswith(".gz") else gzipped(data)
