"""No item makes the page wider than the screen: in its pane, among results, or in the reader."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser.app import AppPage, text_file
from data.posts import POSTS

LONG = "https://example.org/" + "unbreakable" * 60
AWKWARD = {
    "long.md": f"# {LONG}\n\n## {LONG}\n\nA long {LONG} word.\n\n    {LONG}",
    "code.md": "# Code\n\n```\n" + "x = f(" * 90 + "\n```\n\nand `" + "a_b." * 80 + "`.",
    "table.md": "# Table\n\n|" + " cell |" * 80 + "\n|" + "---|" * 80,
    "wide.md": f"---\nauthor: {'Anne' * 60}\nlink: {LONG}\n{'field' * 30}: {'value' * 30}\n---\n# Fields\n\nText.",
    "japanese.md": "# " + "記" * 200 + "\n\n" + "これは空白のない長い文です" * 60,
}
WIDTHS = (390, 1280)

# Items whose vectors are drawn at random: what is looked at is the layout, and embedding would take minutes.
FILL = """
import json
import numpy as np
from semblance.browser.start import running
from semblance.documents import Document, Passage
from semblance.ingest import read
from semblance.ranking.vectors import quantize
from semblance.records import Record

library = running()
collection = await library.collection("notes")
await collection.embed("seed", "It makes the collection one of the present model.")
draw = np.random.default_rng(0)
records = []
for name, text in json.loads({files!r}).items():
    for document in filter(None, read(name, text.encode())):
        ends = [*range(800, len(document.content), 800), len(document.content)]
        passages = tuple(Passage(start, end) for start, end in zip([0, *ends], ends))
        codes = quantize(draw.normal(size=(len(passages), collection.info.dims)))
        records.append(Record(document, "drawn", passages, codes))
await collection.restore(records)
len(records)
"""

# Opens one item after the other, and tells which were wider than the screen, and by how much.
WALK = """async (ids) => {
    const pane = document.getElementById("related-item");
    const reader = document.getElementById("reader");
    const opened = (id) => new Promise((resolve) => {
        const look = () => pane.dataset.id === id ? resolve() : requestAnimationFrame(look);
        location.hash = `#related/${encodeURIComponent(id)}`;
        look();
    });
    const tooWide = [];
    for (const id of ids) {
        await opened(id);
        for (const box of [document.documentElement, pane, ...pane.querySelectorAll(".result, .detail-head")]) {
            if (box.scrollWidth > Math.min(box.clientWidth, innerWidth)) tooWide.push([id, box.className, box.scrollWidth]);
        }
    }
    return tooWide;
}"""


def fill(app: AppPage, files: dict[str, str]) -> None:
    assert app.python(FILL.format(files=json.dumps(files))) == len(files)
    app.reload()


def too_wide(app: AppPage, width: int, ids: Iterable[str]) -> Sequence[object]:
    app.page.set_viewport_size({"width": width, "height": 800})
    walked: Sequence[object] = app.evaluate(WALK, list(ids))
    return walked


def test_awkward_items_fit_the_screen(app: AppPage) -> None:
    fill(app, AWKWARD)
    for width in WIDTHS:
        assert too_wide(app, width, AWKWARD) == []
        for id in AWKWARD:
            app.evaluate("id => { location.hash = `#related/${encodeURIComponent(id)}`; }", id)
            app.page.locator(".detail-head").get_by_role("button", name="Read").click()
            reader = app.page.get_by_role("dialog")
            expect(reader).to_be_visible()
            assert reader.evaluate("reader => reader.scrollWidth <= reader.clientWidth"), id
            app.page.keyboard.press("Escape")


@pytest.mark.parametrize("width", WIDTHS)
def test_awkward_results_of_a_search_fit_the_screen(app: AppPage, width: int) -> None:
    app.page.set_viewport_size({"width": width, "height": 800})
    app.add_files([text_file("wide.md", AWKWARD["long.md"]), text_file("code.md", AWKWARD["code.md"])])
    app.search("long word")
    assert app.evaluate("document.documentElement.scrollWidth") == width


def test_the_posts_of_a_blog_fit_the_screen(app: AppPage) -> None:
    """Only what can't be broken is wide: those with the longest words are opened. Most others are among their results."""
    texts = {path.relative_to(POSTS.folder).as_posix(): read_text(path) for path in POSTS.files()}
    fill(app, texts)
    widest = sorted(texts, key=lambda id: max(map(len, texts[id].split())), reverse=True)
    phone, laptop = WIDTHS
    assert too_wide(app, phone, widest[:150]) == []
    assert too_wide(app, laptop, widest[:20]) == []  # what fits a phone fits a laptop


def read_text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
