"""The map: the whole collection as points and as a list of clusters, which follows the collection and is kept."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from browser.app import START_MS, AppPage, shared_app
from browser.watch import SharedPage, shared_page

# Items of three kinds, each around a direction of its own.
FILL = """
import numpy as np
from semblance.browser.start import running
from semblance.documents import Document, Passage
from semblance.ranking.vectors import normalize, quantize
from semblance.records import Record

TEXTS = {{
    "sea": "The tide comes with the moon. Tides rise and fall.",
    "bread": "Dough rises overnight, then the bread is baked.",
    "zh": "潮汐表显示海水的涨落。今天看潮汐表。",
}}
library = running()
collection = await library.collection("{name}")
await collection.embed("seed", "It makes the collection one of the present model.")
dims = collection.info.dims
noise = np.random.default_rng(0).normal(size=({number}, dims)) / dims**0.5
records = []
for n in range({first}, {number}):
    kind = list(TEXTS)[n % 3]
    text = f"{{TEXTS[kind]}} {{n}}"
    code = quantize(normalize((np.eye(dims)[n % 3] + 0.6 * noise[n])[np.newaxis]))
    document = Document(f"{{kind}}/{{n:04}}.md", text, f"{{kind}} {{n}}", {{"date": f"{{2000 + n % 20}}-02-03", "price": n}})
    records.append(Record(document, f"drawn {{n}}", (Passage(0, len(text)),), code, updated=float(n)))
await collection.restore(records)
await collection.delete(["seed"])
collection.count()
"""
MANY = 10_000
# The milliseconds of the quickest of ten frames after the first: the machine may be at other work during the rest.
QUICKEST_FRAME = """async ([count, zoom]) => {
    const { MapView } = await import('./static/js/maps/view.js');
    const canvas = document.createElement('canvas');
    canvas.style.width = '900px';
    canvas.style.height = '600px';
    document.body.append(canvas);
    const view = new MapView(canvas, { read() {}, select() {}, pictures() {} });
    let seed = 1;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    const axis = () => Float32Array.from({ length: count }, () => random() + random() + random());
    const points = {
        x: axis(),
        y: axis(),
        titles: Array.from({ length: count }, (_, i) => `Title number ${i}`),
        isPicture: new Uint8Array(count),
        order: Int32Array.from({ length: count }, (_, i) => i),
    };
    view.show(points, new Int32Array(count).fill(-1));
    const groups = Uint8Array.from({ length: count }, (_, i) => i % 8);
    view.colour(groups, Array.from({ length: 8 }, (_, i) => `--series-${i + 1}`));
    view.name(Array.from({ length: 40 }, (_, i) => ({ text: `Cluster ${i}`, x: points.x[i], y: points.y[i] })));
    await new Promise(requestAnimationFrame);
    view.zoom(zoom);
    view.draw();
    const times = [];
    for (let frame = 0; frame < 10; frame++) {
        view.zoom(1.02);
        const start = performance.now();
        view.draw();
        canvas.getContext('2d').getImageData(0, 0, 1, 1); // waits until it is drawn
        times.push(performance.now() - start);
    }
    view.close();
    canvas.remove();
    return Math.min(...times);
}"""


@pytest.fixture(scope="module")
def mapped(browser: Browser, site: str) -> Iterator[AppPage]:
    """The app with 60 items of three kinds, and their map."""
    with shared_app(browser, site, reduced_motion="reduce") as app:
        assert fill(app, number=60) == 60
        app.open("?filled#map")
        wait_until_laid_out(app)
        yield app


def fill(app: AppPage, number: int, first: int = 0, name: str = "notes") -> int:
    """Add items of three kinds to a collection; how many it then has."""
    return int(app.python(FILL.format(first=first, number=number, name=name)))


def wait_until_laid_out(app: AppPage, items: int = 60) -> None:
    expect(app.page.locator("#map-status")).to_have_text(f"{items} items in 5 clusters.", timeout=START_MS)


def clusters(app: AppPage) -> Locator:
    return app.page.locator("#map-clusters > li")


def saved(app: AppPage, name: str) -> bytes:
    """A file that the room saves."""
    app.page.locator("#room-map .menu summary").click()
    with app.page.expect_download() as download:
        app.page.get_by_role("button", name=name).click()
    app.page.locator("#room-map .menu summary").click()
    return Path(download.value.path()).read_bytes()


def places(app: AppPage) -> dict[str, tuple[str, ...]]:
    """Where each item lies, and in which cluster: by the table that the room saves."""
    rows = csv.DictReader(io.StringIO(saved(app, "Table (CSV)").decode("utf-8-sig")))
    return {row["id"]: (row["x"], row["y"], row["cluster"]) for row in rows}


def test_the_address_names_the_map_and_clusters_have_names(mapped: AppPage) -> None:
    assert mapped.page.url.endswith("#map?in=notes")
    expect(mapped.page).to_have_title("Map – Semblance")
    expect(clusters(mapped)).to_have_count(5)
    names = " ".join(clusters(mapped).locator("[data-field=name]").all_inner_texts())
    assert all(word in names for word in ("moon", "bread", "潮汐")), names
    expect(mapped.page.get_by_role("img", name="60 items in 5 clusters")).to_be_visible()


def test_items_of_a_kind_lie_together(mapped: AppPage) -> None:
    kinds: dict[str, set[str]] = {}
    for id, (_, _, cluster) in places(mapped).items():
        kinds.setdefault(cluster, set()).add(id.partition("/")[0])
    assert [len(own) for own in kinds.values()] == [1] * 5


def test_the_list_leads_to_the_items_and_reads_them(mapped: AppPage) -> None:
    clusters(mapped).first.locator("summary").click()
    items = clusters(mapped).first.get_by_role("listitem")
    size = int(clusters(mapped).first.locator("[data-field=count]").inner_text())
    expect(items).to_have_count(size)
    title = items.first.get_by_role("link").inner_text()
    items.first.get_by_role("button", name=f"Read “{title}”").click()
    expect(mapped.page.locator("#reader-title")).to_have_text(title)
    mapped.page.keyboard.press("Escape")
    assert items.first.get_by_role("link").get_attribute("href").startswith("#related/")  # type: ignore[union-attr]
    clusters(mapped).first.locator("summary").click()


def test_a_click_on_a_point_reads_its_item(mapped: AppPage) -> None:
    canvas = mapped.page.locator("#map-canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    spots = ((x, y) for y in range(10, int(box["height"]), 16) for x in range(10, int(box["width"]), 16))
    for x, y in spots:
        mapped.page.mouse.move(box["x"] + x, box["y"] + y)
        if "on-item" in (canvas.get_attribute("class") or ""):
            mapped.page.mouse.click(box["x"] + x, box["y"] + y)
            break
    expect(mapped.page.get_by_role("dialog")).to_be_visible()
    expect(mapped.page.locator("#reader-title")).to_have_text(re.compile("(sea|bread|zh) [0-9]+"))
    mapped.page.keyboard.press("Escape")


def test_the_search_box_lights_up_what_fits(mapped: AppPage) -> None:
    box = mapped.page.get_by_role("searchbox", name="Search by meaning")
    box.fill("bread")
    heading = mapped.page.locator("#map-chosen-heading")
    expect(heading).to_contain_text("that fit “bread”", timeout=START_MS)
    assert mapped.page.url.endswith("#map?in=notes&q=bread")
    assert mapped.page.locator("#map-chosen-items a").first.inner_text().startswith("bread")
    mapped.page.get_by_role("button", name="Show as results").click()
    expect(mapped.page.locator("#search-results")).to_have_attribute("data-query", "bread", timeout=START_MS)
    mapped.page.go_back()
    expect(heading).to_contain_text("that fit “bread”")
    box.fill("")
    expect(mapped.page.locator("#map-chosen")).to_be_hidden()


def test_points_are_coloured_by_folder_date_or_field(mapped: AppPage) -> None:
    colour, legend = mapped.page.get_by_label("Colour by"), mapped.page.get_by_role("list", name="Legend")
    expect(legend).to_be_hidden()
    colour.select_option("folder")
    expect(legend.get_by_role("listitem")).to_have_text(["bread 20", "sea 20", "zh 20"])
    assert mapped.page.url.endswith("&colour=folder")
    colour.select_option("date")
    expect(legend.get_by_role("listitem")).to_have_count(7)
    expect(legend.get_by_role("listitem").first).to_contain_text("2000-02–")
    colour.select_option("price")
    expect(legend.get_by_role("listitem").first).to_contain_text("0–")
    mapped.page.reload()
    expect(legend.get_by_role("listitem").first).to_contain_text("0–", timeout=START_MS)
    colour.select_option("cluster")
    expect(legend).to_be_hidden()


def test_a_lasso_lists_what_it_holds(mapped: AppPage) -> None:
    lasso = mapped.page.get_by_role("button", name="Lasso", exact=True)
    lasso.click()
    expect(mapped.page.locator("#map-status")).to_contain_text("Draw a line around items")
    box = mapped.page.locator("#map-canvas").bounding_box()
    assert box is not None
    corners = [(0, 0), (1, 0), (1, 1), (0, 1)]
    points = [
        (box["x"] + 3 + x * (box["width"] - 6), box["y"] + 3 + y * (box["height"] - 6)) for x, y in corners
    ]
    mapped.page.mouse.move(*points[0])
    mapped.page.mouse.down()
    for point in points[1:]:
        mapped.page.mouse.move(*point)
    mapped.page.mouse.up()
    expect(mapped.page.get_by_role("heading", name="60 items in the lasso")).to_be_visible()
    expect(mapped.page.locator("#map-chosen-items a")).to_have_count(40)
    mapped.page.locator("#map-chosen-items").get_by_role("button", name="20 more").click()
    expect(mapped.page.locator("#map-chosen-items a")).to_have_count(60)
    mapped.page.get_by_role("button", name="Take the lasso away").click()
    expect(mapped.page.locator("#map-chosen")).to_be_hidden()
    expect(lasso).to_have_attribute("aria-pressed", "false")


def test_the_map_is_saved_as_a_picture_and_as_a_drawing(mapped: AppPage) -> None:
    assert saved(mapped, "Picture (PNG)").startswith(b"\x89PNG")
    drawing = ElementTree.fromstring(saved(mapped, "Drawing (SVG)"))
    svg = "{http://www.w3.org/2000/svg}"
    titles = [title.text for title in drawing.iter(f"{svg}title")]
    assert len(titles) == 60
    assert "sea 0" in titles
    names = {text.text for text in drawing.iter(f"{svg}text")}
    assert any("潮汐" in (name or "") for name in names), names


def test_a_map_is_kept_and_items_stay_where_they_are_when_others_arrive(mapped: AppPage) -> None:
    before = places(mapped)
    with_worker: list[str] = []
    mapped.page.on(
        "request", lambda request: with_worker.append(request.url) if "umap" in request.url else None
    )
    mapped.open("?again#map")
    wait_until_laid_out(mapped)
    assert places(mapped) == before
    assert fill(mapped, first=60, number=66) == 66
    mapped.open("?more#map")
    wait_until_laid_out(mapped, 66)
    after = places(mapped)
    assert {id: after[id] for id in before} == before
    assert len(after) == 66
    assert with_worker == []


def test_a_map_needs_three_items(mapped: AppPage) -> None:
    too_few = mapped.page.get_by_text("A map needs three items at least.")
    assert fill(mapped, number=2, name="few") == 2
    mapped.open("?few#map?in=few")
    expect(too_few).to_be_visible()
    expect(mapped.page.locator("#map-canvas")).to_be_hidden()
    assert fill(mapped, first=2, number=3, name="few") == 3
    mapped.open("?enough#map?in=few")
    expect(mapped.page.locator("#map-status")).to_contain_text("3 items in", timeout=START_MS)
    expect(mapped.page.locator("#map-canvas")).to_be_visible()
    expect(too_few).to_be_hidden()


@pytest.fixture(scope="module")
def blank(browser: Browser, site: str) -> Iterator[SharedPage]:
    with shared_page(browser, site) as shared:
        yield shared


@pytest.mark.parametrize("zoom", [1, 4])
def test_ten_thousand_points_are_drawn_in_a_tenth_of_a_second(blank: SharedPage, zoom: float) -> None:
    blank.watching.expect("willReadFrequently")  # the page advises against what waits for the drawing
    assert blank.page.evaluate(QUICKEST_FRAME, [MANY, zoom]) < 100
