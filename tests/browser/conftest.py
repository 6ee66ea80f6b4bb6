"""What tests in several browsers share."""

from __future__ import annotations

from pathlib import Path

import pytest

from semblance.build.offline import Edition
from semblance.build.paths import DIST


@pytest.fixture(scope="session")
def double_click_edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds ``dist-offline/`` and ``semblance.html``, made from the built site."""
    if not (DIST / "index.html").exists():
        pytest.skip("dist/ is not built; `python build.py test` builds it")
    folder = tmp_path_factory.mktemp("a folder")
    edition = Edition.of(DIST)
    edition.write_folder(folder / "dist-offline")
    edition.write_single_file(folder / "semblance.html")
    return folder
