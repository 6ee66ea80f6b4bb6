"""Search in the themes that people use, in Firefox and WebKitGTK: `python build.py test -- --generators tests/engines`."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from browser.search_box import SEARCH
from data.themes import THEMES, Theme, build_with_box
from engines.conftest import Engine
from semblance_build.server import serving


@pytest.fixture(scope="module", params=THEMES, ids=[theme.name for theme in THEMES])
def searched(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Theme, Path, str]:
    if not request.config.getoption("generators"):
        pytest.skip("builds of real generators take minutes: --generators")
    theme: Theme = request.param
    try:
        return (theme, *build_with_box(theme, tmp_path_factory.mktemp("theme")))
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"{theme.name} can't be had: {getattr(error, 'stderr', '') or error}")


def test_a_page_in_the_theme_is_searched(engine: Engine, searched: tuple[Theme, Path, str]) -> None:
    theme, folder, address = searched
    before = engine.problems()
    with serving([folder], base=theme.base, headers={}) as site:
        app = engine.app(site)
        app.open(address)
        assert app.evaluate(SEARCH, "falcon")[0] == "Photographing a hovering kestrel"
        assert engine.problems() == before
