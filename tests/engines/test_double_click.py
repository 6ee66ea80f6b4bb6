"""The double-click edition in Firefox: from a ``file://`` address, with no server and no network.

Not in WebKitGTK: there the page opens and says that it can't compute, since a worker of a page from a ``file://`` address
may load no module; its driver hangs on the way to such an address.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from data.papers import docx, paragraph
from engines.conftest import Engine


@pytest.mark.parametrize("engine", ["firefox"], indirect=True)
def test_it_finds_and_keeps_texts(engine: Engine, double_click_edition: Path, tmp_path: Path) -> None:
    notes = {"tides.md": "The moon pulls the sea.", "bread.md": "Let the dough rise overnight."}
    for name, text in notes.items():
        (tmp_path / name).write_text(text)
    # Its reading loads a part of the edition that no text needs, in a worker of its own.
    (tmp_path / "letter.docx").write_bytes(docx(paragraph("The tax office asks for receipts.")))
    app = engine.app((double_click_edition / "dist-offline" / "index.html").as_uri())
    app.open()
    assert app.add_files([tmp_path / name for name in (*notes, "letter.docx")]) == "3 added"
    found = app.search("why the water comes and goes")
    assert sorted(id for id, _ in found) == ["bread.md", "letter.docx", "tides.md"]
    assert found[0][0] == "tides.md"
    app.reload()
    assert app.search("why the water comes and goes") == found
