"""Every lesson in the labs' own Python shows what it shows in CPython."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from aio import run
from browser.test_labs_worker import Labs
from browser.watch import SharedPage, shared_page
from semblance.labs import running
from semblance.labs.catalogue import NAMES, lesson
from semblance.labs.figures import to_json
from semblance.native.labs import Tools, load_tools
from unit.labs.page_only import needs_the_page

# Times and random vectors differ from one run to the next, and what is counted may differ by one that lies at an edge.
ROUGH = {
    ("cosine", "times"),
    ("caching", "runs"),
    ("caching", "fakes"),
    ("maps", "collection"),
    ("maps", "lost"),
    ("limits", "spread"),
    ("limits", "rounding"),
}


@pytest.fixture(scope="module")
def tools(dist: Path) -> Tools:
    """CPython's."""
    return run(load_tools(dist))


@pytest.fixture(scope="module")
def labs_page(browser: Browser, site: str) -> Iterator[SharedPage]:
    """A page with the labs' worker, which is shared: packages for Python take seconds to load."""
    with shared_page(browser, site) as shared:
        yield shared


@pytest.fixture
def labs(labs_page: SharedPage) -> Labs:
    return Labs(labs_page.page, labs_page.watching)


@pytest.mark.parametrize("name", NAMES)
def test_demonstrations_show_what_they_show_in_cpython(labs: Labs, tools: Tools, name: str) -> None:
    for demo in lesson(name).demos:
        shown = labs.call("demonstrate", lesson=name, demo=demo.name, inputs={})
        assert isinstance(shown, list), shown
        if needs_the_page(demo) or (name, demo.name) in ROUGH:
            assert shown
            continue
        expected = json.loads(to_json(run(running.demonstrate(tools, lesson(name), demo.name, {}))))
        assert_alike(shown, expected, f"{name}.{demo.name}")


def test_umap_keeps_more_neighbours_than_pca_and_not_all(labs: Labs) -> None:
    by_pca, by_umap = (
        labs.call("demonstrate", lesson="maps", demo=demo, inputs={})[0]["values"]
        for demo in ("collection", "umap")
    )
    assert (by_pca["count"], by_pca["k"]) == (by_umap["count"], by_umap["k"]) == (72, 10)
    assert 2 * by_pca["chance"] < by_pca["kept"] < by_umap["kept"] < 80


def assert_alike(shown: Any, expected: Any, way: str) -> None:
    """The same data; numbers may differ by what rounding makes of a vector: three decimals are shown."""
    if isinstance(expected, float) or isinstance(shown, float):
        assert math.isclose(shown, expected, abs_tol=2e-3, rel_tol=2e-3), way
    elif isinstance(expected, dict):
        assert list(shown) == list(expected), way
        for key, value in expected.items():
            assert_alike(shown[key], value, f"{way}.{key}")
    elif isinstance(expected, list):
        assert len(shown) == len(expected), way
        for at, value in enumerate(expected):
            assert_alike(shown[at], value, f"{way}[{at}]")
    elif isinstance(expected, str) and is_number(expected):  # rounded for a sentence
        assert math.isclose(float(shown), float(expected), abs_tol=2e-3), way
    else:
        assert shown == expected, way


def is_number(text: str) -> bool:
    return text.replace("-", "", 1).replace(".", "", 1).isdecimal()
