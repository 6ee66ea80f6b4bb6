"""A bench that is over soon, for tests."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from semblance_build.benchmark.bench_setup import Scale

TINY = Scale(
    runs=1,
    posts=2,
    queries=1,
    short_documents=12,
    rows=(50, 500),
    photos=2,
    large_photos=1,
    many_photos=4,
    blog_posts=8,
    manual_pages=20,
    passages=3_000,
    queries_of_many=4,
)

T = TypeVar("T")


def in_thread(function: Callable[[], T]) -> T:
    """Playwright's own pytest plug-in may hold this thread; another has room for one more."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function).result()
