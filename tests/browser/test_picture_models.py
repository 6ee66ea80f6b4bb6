"""A site with a second model that sees pictures, CLIP-shaped: a collection can be made with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, expect

from browser.app import NO_SERVICE_WORKER, AppPage, text_file
from browser.watch import Watch
from conftest import BASE, OVERLAY
from data import clip
from data.pictures import encoded
from semblance_build.server import serving


@pytest.fixture
def app(context: BrowserContext, dist: Path, tmp_path: Path) -> Iterator[AppPage]:
    clip.write_clip_site(tmp_path, dist)
    context.add_init_script(NO_SERVICE_WORKER)
    with serving([tmp_path, OVERLAY, dist], base=BASE.replace(" ", "%20")) as site:
        watch = Watch(site)
        page = context.new_page()
        watch.watch(page)
        app = AppPage(page, site)
        app.open()
        yield app
        page.close()
        assert watch.problems == []


def test_a_collection_with_another_model(app: AppPage) -> None:
    page = app.page
    page.get_by_role("link", name="Collections", exact=True).click()
    page.get_by_label("Name of the new collection").fill("colours")
    page.get_by_label("Model of the new collection").select_option("tiny-clip")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_label("Collection", exact=True)).to_have_value("colours")
    pictures = [
        text_file(f"{name}.png", encoded(Image.fromarray(clip.plain_picture(name)), "PNG"), "image/png")
        for name in ("red", "green", "blue")
    ]
    assert app.add_files([*pictures, text_file("note.txt", "red")]) == "4 added"
    results = app.search("a photo of something red")
    assert (results[0][0], results[-1][0]) == ("red.png", "note.txt")  # photos, then texts
    expect(page.locator("#model-status")).to_contain_text("tiny-clip")
    page.get_by_role("link", name="Collections", exact=True).click()
    expect(page.locator("#collections")).to_contain_text("tiny-clip")
    app.reload()
    assert app.search("a photo of something red") == results


def test_shares_use_the_models_own_scale(app: AppPage) -> None:
    page = app.page
    page.get_by_role("link", name="Collections", exact=True).click()
    page.get_by_label("Name of the new collection").fill("colours")
    page.get_by_label("Model of the new collection").select_option("tiny-clip")
    page.get_by_role("button", name="Create").click()
    page.get_by_role("link", name="Compare", exact=True).click()
    red = text_file("red.png", encoded(Image.fromarray(clip.plain_picture("red")), "PNG"), "image/png")
    page.get_by_label("Phrases, one a line").fill("red\nblue")
    page.get_by_label("Pictures to compare with phrases").set_input_files([red])
    table = page.get_by_role("table", name="How well each phrase fits the picture")
    expect(table.get_by_role("row").nth(1)).to_contain_text("red")
    cells = table.evaluate(
        "t => [...t.rows].slice(1).map(r => [...r.cells].slice(1).map(c => c.title || c.textContent))"
    )
    cosines = [float(row[0].removeprefix("cosine ")) for row in cells]
    expect(page.locator("#phrase-scale")).to_have_text(f"{clip.LOGIT_SCALE:g}")
    share = 1 / (1 + 2.718281828 ** (clip.LOGIT_SCALE * (cosines[1] - cosines[0])))
    assert float(cells[0][1].rstrip(" %")) == pytest.approx(100 * share, abs=1)
